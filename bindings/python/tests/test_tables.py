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
    of_all_rows = {"scg", "irprop_plus", "levenberg_marquardt"}  # on the command line and in the table estimators
    assert set(_tables.SOLVERS) == {"sgd", "lbfgs", *_tables.OPTIMIZERS} - of_all_rows
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


@pytest.mark.parametrize(
    ("kind", "word", "name"),
    [
        ("activation", "sigmoid", "logistic"),
        ("activation", "Leaky-ReLU", "leaky_relu"),
        ("activation", "silu", "swish"),
        ("loss", "mse", "mean_squared_error"),
        ("loss", "log_loss", "cross_entropy"),
        ("loss", "BCELoss", "binary_cross_entropy"),
        ("optimizer", "sgd", "gradient_descent"),
        ("optimizer", "RMSprop", "rmsprop"),
        ("scaling", "z_score", "standard"),
        ("activation", "no such word", "no such word"),
    ],
)
def test_words_of_others_lead_to_our_names(kind, word, name):
    assert _native.name_of_word(kind, word) == name


X = np.linspace(-1, 1, 60).reshape(20, 3)
CLASSES = ["p" if row.sum() > 0 else "q" for row in X]


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ({"activation": "sigmoid"}, {"activation": "logistic"}),
        ({"activation": ["ReLU", "silu"]}, {"activation": ["relu", "swish"]}),
        ({"solver": "SGD"}, {"solver": "sgd"}),
        ({"solver": "nag"}, {"solver": "nesterov"}),
        ({"solver": "L-BFGS"}, {"solver": "lbfgs"}),
        ({"loss": "cross_entropy"}, {"loss": "log_loss"}),
    ],
)
def test_a_classifier_understands_the_words_of_others(theirs, ours):
    models = [
        chainrule.MLPClassifier((4, 3), max_iter=5, random_state=0, **words).fit(X, CLASSES) for words in (theirs, ours)
    ]
    assert np.array_equal(*(model.predict_proba(X) for model in models))


@pytest.mark.parametrize(
    ("word", "name"), [("mse", "squared_error"), ("MAE", "absolute_error"), ("pinball", "quantile")]
)
def test_a_regressor_understands_the_words_of_others(word, name):
    models = [
        chainrule.MLPRegressor(hidden_layer_sizes=(4,), loss=loss, max_iter=5, random_state=0).fit(X, X.sum(axis=1))
        for loss in (word, name)
    ]
    assert np.array_equal(*(model.predict(X) for model in models))


def test_estimators_of_tables_understand_the_words_of_others():
    rows = {"a": X[:, 0], "b": X[:, 1]}
    theirs = chainrule.TableClassifier(
        hidden=(4,), activation="sigmoid", optimizer="SGD", loss="cross_entropy", scaling="z_score", epochs=3
    )
    ours = chainrule.TableClassifier(
        hidden=(4,), activation="logistic", optimizer="gradient_descent", loss="binary_cross_entropy",
        scaling="standard", epochs=3,
    )
    first, second = (model.fit(rows, CLASSES).predict_proba(rows) for model in (theirs, ours))
    assert np.array_equal(first, second)
    with pytest.raises(chainrule.UsageError, match="did you mean"):
        chainrule.TableClassifier(activation="sigmod").fit(rows, CLASSES)


def test_an_unknown_word_is_refused_as_before():
    with pytest.raises(ValueError, match="activation"):
        chainrule.MLPClassifier(activation="no such word").fit(X, CLASSES)
    with pytest.raises(ValueError, match="solver"):
        chainrule.MLPClassifier(solver="no such word").fit(X, CLASSES)
    with pytest.raises(ValueError, match="loss"):
        chainrule.MLPRegressor(loss="cross_entropy").fit(X, X[:, 0])


def test_an_activation_parameter_needs_an_activation_that_has_one():
    with pytest.raises(chainrule.UsageError, match="no hidden layer has an activation with a parameter"):
        chainrule.Network.mlp(2, [3], 1, activation_parameter=0.5)
    chainrule.Network.mlp(2, [3], 1, activations="elu", activation_parameter=0.5)
