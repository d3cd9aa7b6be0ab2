"""The examples of docs/python.md print what stands below them."""

import doctest
import re
from pathlib import Path

import pytest

pytest.importorskip("sklearn")

ROOT = Path(__file__).resolve().parents[3]
BLOCKS = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "python.md").read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_an_example_prints_what_is_below_it(number, monkeypatch):
    monkeypatch.chdir(ROOT)
    test = doctest.DocTestParser().get_doctest(BLOCKS[number], {}, f"block {number + 1}", "docs/python.md", 0)
    assert test.examples
    lines = []
    doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test, out=lines.append)
    assert not lines, "".join(lines)


def test_there_are_examples():
    assert len(BLOCKS) >= 3
