"""scikit-learn's own tests of MLPClassifier and MLPRegressor, run on chainrule's (by sklearn_mlp_plugin.py)."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

pytest.importorskip("sklearn")

# The tests that do not pass, and why: they call a private function, or expect a refusal.
FAILING = {
    "test_gradient": "calls the private _loss_grad_lbfgs (test_mlp.py checks the gradients against finite differences)",
    "test_lbfgs_classification_maxfun[X1-y1]": "expects no convergence in 10 evaluations; ours converges in the tenth",
    "test_mlp_partial_fit_after_fit[MLPClassifier]": "expects that partial_fit refuses early_stopping; ours does it",
    "test_mlp_partial_fit_after_fit[MLPRegressor]": "expects that partial_fit refuses early_stopping; ours does it",
}


def test_scikit_learn_s_own_tests_pass_but_for_those_listed(tmp_path):
    report = tmp_path / "report.xml"
    here = str(Path(__file__).parent)
    command = [sys.executable, "-m", "pytest", "-c", os.devnull, "-q", "-p", "no:cacheprovider", f"--junitxml={report}"]
    command += ["-p", "sklearn_mlp_plugin", "--pyargs", "sklearn.neural_network.tests.test_mlp"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([here, os.environ.get("PYTHONPATH", "")])}
    run = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    cases = list(ElementTree.parse(report).iter("testcase"))
    failed = {case.get("name") for case in cases if case.find("failure") is not None or case.find("error") is not None}
    assert failed == set(FAILING), run.stdout
    assert len(cases) >= 50
    assert len(failed) <= 0.1 * len(cases)
