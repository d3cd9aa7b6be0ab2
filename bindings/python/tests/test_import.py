"""What an import loads and requires, and the content of the wheel."""

import os
import re
import subprocess
import sys
import zipfile
from importlib import metadata

import pytest

import chainrule

# The names that require scikit-learn.
ESTIMATORS = [
    name
    for name in ("MLPClassifier", "MLPRegressor", "Perceptron", "RBFClassifier", "RBFRegressor", "TableClassifier",
                 "TableRegressor")
    if name in chainrule.__all__
]  # fmt: skip


def run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)


def test_importing_chainrule_loads_neither_numpy_nor_scikit_learn():
    done = run(
        "import sys, chainrule\n"
        "names = ('numpy', 'sklearn', 'matplotlib', 'pandas', 'chainrule._native')\n"
        "print([name for name in names if name in sys.modules])"
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_the_engine_works_without_scikit_learn():
    done = run(
        "import sys\n"
        "sys.modules['sklearn'] = None\n"
        "import chainrule\n"
        "print(chainrule.Network.mlp(2, [3], 1).predict([[1, 2]]).shape, chainrule.graph('x*y', x=2, y=3).value)\n"
        "print('sklearn' in [n for n, m in sys.modules.items() if m is not None])"
    )
    assert done.stdout == "(1, 1) 6.0\nFalse\n", done.stderr


@pytest.mark.parametrize("name", [*ESTIMATORS, "EpochRecord", "load", "save"])
def test_without_scikit_learn_an_estimator_says_what_to_install(name):
    done = run(
        "import sys\n"
        "sys.modules['sklearn'] = None\n"
        "import chainrule\n"
        f"print(hasattr(chainrule, '{name}'), '{name}' in chainrule.__all__, '{name}' in dir(chainrule))\n"
        "try:\n"
        f"    chainrule.{name}\n"
        "except AttributeError as error:\n"
        "    print(error)\n"
        "try:\n"
        f"    from chainrule import {name}\n"
        "except ImportError as error:\n"
        "    print(error)"
    )
    lines = done.stdout.splitlines()
    assert lines[0] == "False False False", done.stderr
    assert len(lines) == 3 and all("pip install scikit-learn" in line for line in lines[1:])


def test_without_scikit_learn_everything_else_works():
    done = run(
        "import inspect, sys\n"
        "sys.modules['sklearn'] = None\n"
        "from chainrule import *\n"
        "import chainrule\n"
        "assert dict(inspect.getmembers(chainrule))['Network'] is Network\n"
        "print(Network.__name__, read_table.__name__, explain.__name__, ProgressBar.__name__)"
    )
    assert done.stdout == "Network read_table explain ProgressBar\n", done.stderr


def test_every_public_name_exists_and_is_listed():
    for name in chainrule.__all__:
        assert getattr(chainrule, name) is not None
    assert set(chainrule.__all__) == set(dir(chainrule))
    with pytest.raises(AttributeError, match="no attribute 'Netwrok'"):
        _ = chainrule.Netwrok
    assert re.fullmatch(r"\d+\.\d+\.\d+", chainrule.__version__)
    assert metadata.version("chainrule") == chainrule.__version__


def test_numpy_alone_is_required():
    required = [line for line in metadata.requires("chainrule") if "extra ==" not in line]
    assert len(required) == 1 and required[0].startswith("numpy")
    assert any(line.startswith("scikit-learn") for line in metadata.requires("chainrule"))


@pytest.mark.skipif("CHAINRULE_WHEEL" not in os.environ, reason="only of a wheel (tools/python.sh test)")
def test_the_wheel_is_small_and_holds_types_but_no_tests():
    path = os.environ["CHAINRULE_WHEEL"]
    assert os.path.getsize(path) < 3_000_000
    with zipfile.ZipFile(path) as wheel:
        names = wheel.namelist()
        assert {"chainrule/py.typed", "chainrule/_native.pyi", "chainrule/__init__.py"} <= set(names)
        assert sum(name.endswith(".so") for name in names) == 1
        outside = [name for name in names if not name.startswith(("chainrule/", "chainrule-"))]
        assert outside == [] and not any("test" in name for name in names)
        licence = [name for name in names if name.endswith("LICENSE")]
        assert len(licence) == 1
