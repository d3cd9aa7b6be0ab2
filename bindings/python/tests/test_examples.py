"""The examples run unchanged, each in its own process and folder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = sorted((Path(__file__).resolve().parents[3] / "examples" / "python").glob("*.py"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_runs(path, tmp_path):
    done = subprocess.run(
        [sys.executable, str(path)],
        cwd=tmp_path,
        env={**os.environ, "MPLBACKEND": "Agg"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout
    assert "ConvergenceWarning" not in done.stderr
    if done.stdout.startswith("skipped"):
        pytest.skip(done.stdout.strip())


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_a_notebook(path):
    cells = path.read_text(encoding="utf-8").split("# %%")
    assert cells[0] == "" and cells[1].startswith(" [markdown]\n# # ")


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_without_scikit_learn_an_example_runs_or_reports_that_it_is_skipped(path, tmp_path):
    code = f"import runpy, sys\nsys.modules['sklearn'] = None\nrunpy.run_path({str(path)!r}, run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "MPLBACKEND": "Agg"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    needs_it = any(name in path.read_text(encoding="utf-8") for name in ("MLPClassifier", "TableClassifier"))
    assert done.stdout.startswith("skipped") == needs_it
