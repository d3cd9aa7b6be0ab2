"""Constraints and docstrings have their names from the library's tables."""

import numpy as np
import pytest

import chainrule
from chainrule import _native, _tables

pytest.importorskip("sklearn")

ESTIMATORS = ("MLPClassifier", "MLPRegressor", "RBFClassifier", "RBFRegressor", "TableClassifier", "TableRegressor")


@pytest.mark.parametrize("kind", _native.tables())
def test_each_row_has_a_name_and_a_description(kind):
    rows = _native.table(kind)
    assert len({row["name"] for row in rows}) == len(rows) > 1
    assert all(row["description"] for row in rows)


def test_an_unknown_table_is_refused():
    with pytest.raises(chainrule.UsageError, match="no such table"):
        _native.table("activations")


def test_hidden_activations_are_differentiable_and_have_no_learnable_parameter():
    known = _tables.names("activation")
    assert set(known) - set(_tables.HIDDEN_ACTIVATIONS) == {"prelu", "softmax", "sign", "step"}
    for name in known:
        network = _native.NetworkFloat64.mlp(2, [3], 1, activations=[name if name != "softmax" else "tanh"])
        assert network.layers[0]["activation"] == (name if name != "softmax" else "tanh")


def test_solvers_are_the_engine_s_optimizers_and_scikit_learn_s():
    assert set(_tables.SOLVERS) == {"sgd", "lbfgs", *_tables.OPTIMIZERS}
    assert set(_tables.DESCENT_SOLVERS) == {"sgd", "gradient_descent", "momentum", "nesterov"}
    for name in _tables.OPTIMIZERS:
        assert _native.Optimizer(name).rule == name


def test_regression_losses_work_with_an_identity_output():
    x, t = np.ones((3, 2)), np.ones((3, 1))
    network = _native.NetworkFloat64.mlp(2, [], 1)
    for name in _tables.names("loss"):
        if name in _tables.REGRESSION_LOSSES:
            _native.loss_and_gradient(network, _native.Loss(name), x, t)
            continue
        with pytest.raises(chainrule.StateError, match="output"):
            _native.loss_and_gradient(network, _native.Loss(name), x, t)


@pytest.mark.parametrize("name", ESTIMATORS)
def test_docstrings_have_names_and_no_placeholders(name):
    documentation = getattr(chainrule, name).__doc__
    for choice in ("{'constant'", "{'log_loss'}", "{'auto'"):
        documentation = documentation.replace(choice, "")
    assert "{" not in documentation
    assert max(map(len, documentation.split("\n"))) <= 120
    if name.startswith("MLP"):
        assert all(repr(word) in documentation for word in (*_tables.HIDDEN_ACTIVATIONS, *_tables.SOLVERS))
    if name == "TableClassifier":
        assert all(repr(word) in documentation for word in (*_tables.HIDDEN_ACTIVATIONS, *_tables.OPTIMIZERS))
