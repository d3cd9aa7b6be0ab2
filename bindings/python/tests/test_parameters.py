"""Parameters out of range are refused by name."""

import numpy as np
import pytest

pytest.importorskip("sklearn")

from sklearn.datasets import load_iris

from chainrule import MLPClassifier, MLPRegressor, Perceptron, RBFClassifier, TableClassifier

X, Y = load_iris(return_X_y=True)
INF, NAN = float("inf"), float("nan")

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.mark.parametrize("kind", [MLPClassifier, TableClassifier])
@pytest.mark.parametrize("sizes", [(3.7,), {3: 4}, {3, 4}, (3, 0), "34"])
def test_sizes_of_hidden_layers_are_integers_in_a_row(kind, sizes):
    with pytest.raises(ValueError, match="hidden"):
        kind(sizes).fit(X, Y)


@pytest.mark.parametrize("sizes", [3, (3,), [3], np.array([3]), np.int32(3)])
def test_sizes_of_hidden_layers_may_be_one_or_a_sequence(sizes):
    assert MLPClassifier(sizes, max_iter=2).fit(X, Y).coefs_[0].shape == (4, 3)
    assert TableClassifier(sizes, epochs=2).fit(X, Y).n_outputs_ == 3


@pytest.mark.parametrize("kind", [MLPClassifier, TableClassifier])
@pytest.mark.parametrize("weight", [-1, NAN, INF, "a"])
def test_weights_of_classes_are_refused_with_the_class(kind, weight):
    with pytest.raises(ValueError, match="class_weight of the class 1 "):
        kind(class_weight={0: 1, 1: weight, 2: 1}).fit(X, Y)


WRONG = [
    (TableClassifier, "validation", ["x", -1, NAN]),
    (TableClassifier, "l2", [INF, NAN, -1, "x"]),
    (TableClassifier, "class_weight", [5, [], "x"]),
    (TableClassifier, "threads", ["x", -1, 2.5]),
    (TableClassifier, "precision", [5]),
    (TableClassifier, "loss", [5]),
    (TableClassifier, "scaling", [5]),
    (TableClassifier, "outliers", [5]),
    (TableClassifier, "max_words", [1.5, 10**30]),
    (TableClassifier, "epochs", [0, 10**30]),
    (TableClassifier, "min_improvement", [INF]),
    (RBFClassifier, "centre_choice", [5]),
    (RBFClassifier, "widths", [5]),
    (RBFClassifier, "output_training", [5]),
    (RBFClassifier, "centres", [0, 10**30]),
    (RBFClassifier, "threads", ["x"]),
    (Perceptron, "variant", [5]),
    (Perceptron, "sign_of_zero", [5]),
    (Perceptron, "search", ["x"]),
    (Perceptron, "eta0", [INF]),
]


@pytest.mark.parametrize(("kind", "name", "value"), [(kind, name, v) for kind, name, values in WRONG for v in values])
def test_parameters_out_of_range_are_refused_by_name(kind, name, value):
    with pytest.raises(ValueError, match=name) as error:
        kind(**{name: value}).fit(X, Y)
    if isinstance(value, float) and np.isinf(value):
        assert "finite" in str(error.value)


def test_lbfgs_refuses_what_it_would_ignore():
    with pytest.raises(ValueError, match="takes no clip_norm"):
        MLPClassifier((3,), solver="lbfgs", clip_norm=1).fit(X, Y)


@pytest.mark.parametrize(
    "change", [{"activation": "tanh"}, {"precision": "float32"}, {"dropout": 0.5}, {"hidden_layer_sizes": (4,)}]
)
def test_warm_start_refuses_another_network(change):
    classifier = MLPClassifier((3,), max_iter=2, warm_start=True).fit(X, Y)
    before = classifier.predict_proba(X)
    with pytest.raises(ValueError, match=f"{next(iter(change))} is .*fit again"):
        classifier.set_params(**change).fit(X, Y)
    assert np.array_equal(classifier.predict_proba(X), before)


def test_warm_start_takes_another_loss_of_the_same_output_only():
    regressor = MLPRegressor(hidden_layer_sizes=(3,), max_iter=2, warm_start=True).fit(X, Y)
    regressor.set_params(loss="huber").fit(X, Y)
    with pytest.raises(ValueError, match="'poisson'.*fit again"):
        regressor.set_params(loss="poisson").fit(X, Y)
    assert (regressor.set_params(warm_start=False).fit(X, Y).predict(X) > 0).all()


@pytest.mark.parametrize("power", [10**30, 10**400])
def test_a_huge_power_of_the_schedule_ends_at_a_rate_of_nothing(power):
    once = MLPClassifier((3,), solver="sgd", max_iter=1, random_state=0).fit(X, Y)
    classifier = MLPClassifier(
        (3,), solver="sgd", learning_rate="invscaling", power_t=power, max_iter=3, momentum=0, random_state=0
    ).fit(X, Y)
    assert classifier.n_iter_ == 3
    assert np.allclose(classifier.coefs_[0], once.coefs_[0], atol=0.01)
