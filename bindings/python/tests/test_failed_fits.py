"""A fit that fails or is interrupted leaves the estimator unfitted, or with all of its last fit."""

import numpy as np
import pytest

pytest.importorskip("sklearn")

from sklearn.datasets import load_iris
from sklearn.exceptions import NotFittedError

from chainrule import (
    MLPClassifier,
    MLPRegressor,
    Perceptron,
    RBFClassifier,
    RBFRegressor,
    TableClassifier,
    TableRegressor,
    _native,
)

X, Y = load_iris(return_X_y=True)
WORDS = np.array(["a", "b", "c"])[Y]
CLASSIFIERS = [
    (RBFClassifier(5, seed=0), {"centre_choice": "foo"}, "fit_rbf"),
    (Perceptron(max_iter=5), {"variant": "foo"}, "train_perceptron"),
    (TableClassifier(epochs=3), {"loss": "foo"}, "train_on_table"),
]
BY_NAME = [type(estimator).__name__ for estimator, _, _ in CLASSIFIERS]


@pytest.mark.parametrize(("estimator", "wrong", "_native_name"), CLASSIFIERS, ids=BY_NAME)
def test_after_a_failed_refit_the_predictions_are_those_of_the_last_fit(estimator, wrong, _native_name):
    classifier = type(estimator)(**estimator.get_params()).fit(X, Y)
    before = classifier.predict(X)
    with pytest.raises(ValueError, match="foo"):
        classifier.set_params(**wrong).fit(X[:100], WORDS[:100])
    assert np.array_equal(classifier.predict(X), before)
    assert classifier.classes_.tolist() == [0, 1, 2]


@pytest.mark.parametrize(("estimator", "_wrong", "native_name"), CLASSIFIERS, ids=BY_NAME)
def test_an_interrupted_fit_leaves_the_last_fit_or_none(estimator, _wrong, native_name, monkeypatch, tmp_path):
    def interrupted(*_args, **_named):
        raise KeyboardInterrupt

    fitted = type(estimator)(**estimator.get_params()).fit(X, Y)
    before = fitted.predict(X)
    first = type(estimator)(**estimator.get_params())
    monkeypatch.setattr(_native, native_name, interrupted)
    for classifier in (fitted, first):
        with pytest.raises(KeyboardInterrupt):
            classifier.fit(X[:100], WORDS[:100])
    assert np.array_equal(fitted.predict(X), before)
    calls = [first.predict, getattr(first, "predict_proba", first.predict), lambda _x: first.save(tmp_path / "model")]
    for call in calls:
        with pytest.raises(NotFittedError):
            call(X)


@pytest.mark.parametrize(
    "estimator", [RBFRegressor(ridge=-1), TableRegressor(loss="foo"), MLPRegressor(activation=["foo"])]
)
def test_a_regressor_whose_first_fit_failed_is_not_fitted(estimator):
    with pytest.raises(ValueError):
        estimator.fit(X, Y)
    with pytest.raises(NotFittedError):
        estimator.predict(X)


def test_a_failed_refit_of_a_multi_layer_perceptron_leaves_the_last_fit():
    classifier = MLPClassifier(hidden_layer_sizes=(4,), solver="lbfgs", random_state=0, max_iter=500).fit(X, Y)
    before = classifier.predict_proba(X)
    for wrong in ({"activation": ["foo"]}, {"activation": "relu", "dropout": 0.5}):
        with pytest.raises(ValueError):
            classifier.set_params(**wrong).fit(X[:100], WORDS[:100])
        assert classifier.classes_.tolist() == [0, 1, 2]
        assert np.array_equal(classifier.predict_proba(X), before)
        assert set(classifier.predict(X)) == {0, 1, 2}


def test_a_failed_first_partial_fit_forgets_the_classes():
    classifier = MLPClassifier(activation=["foo"])
    with pytest.raises(ValueError, match="foo"):
        classifier.partial_fit(X, Y, classes=[0, 1, 2])
    assert not hasattr(classifier, "classes_")
    classifier.set_params(activation="relu").partial_fit(X, WORDS, classes=["a", "b", "c"])
    assert classifier.classes_.tolist() == ["a", "b", "c"]


def test_a_callback_that_raises_in_a_refit_restores_the_last_fit():
    classifier = MLPClassifier(hidden_layer_sizes=(4,), solver="lbfgs", random_state=0, max_iter=500).fit(X, Y)
    before = classifier.predict(X)

    def callback(_record):
        raise RuntimeError("of the callback")

    with pytest.raises(RuntimeError):
        classifier.set_params(callbacks=[callback]).fit(X[:100], WORDS[:100])
    assert np.array_equal(classifier.predict(X), before)


def test_an_interrupted_refit_of_a_multi_layer_perceptron_keeps_the_weights_so_far():
    classifier = MLPClassifier(hidden_layer_sizes=(4,), solver="lbfgs", random_state=0, max_iter=500).fit(X, Y)

    def callback(_record):
        raise KeyboardInterrupt

    with pytest.warns(UserWarning, match="interrupted"):
        classifier.set_params(callbacks=[callback], solver="adam").fit(X[:100], WORDS[:100])
    assert classifier.classes_.tolist() == ["a", "b"]
    assert classifier.predict_proba(X).shape == (150, 2)
