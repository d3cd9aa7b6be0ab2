"""The perceptron rule as an estimator."""

import numpy as np
import pytest

pytest.importorskip("sklearn")

from sklearn.base import clone
from sklearn.datasets import load_iris, make_blobs
from sklearn.model_selection import cross_val_score

import chainrule
from chainrule import Perceptron

CORNERS = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
AND, OR, XOR = [0, 0, 0, 1], [0, 1, 1, 1], [0, 1, 1, 0]
X, Y = load_iris(return_X_y=True)


@pytest.mark.parametrize("answers", [AND, OR, [1, 1, 1, 0]])
def test_what_a_line_separates_is_learned_exactly(answers):
    perceptron = Perceptron().fit(CORNERS, answers)
    assert perceptron.predict(CORNERS).tolist() == answers
    assert perceptron.stop_reason_ == "all_right"
    assert perceptron.separability_[0]["verdict"] == "separable"
    assert perceptron.separability_[0]["proof"] == "exact"
    assert perceptron.corrections_[-1] == 0
    assert perceptron.n_iter_ == len(perceptron.corrections_)
    assert perceptron.t_ == 4 * perceptron.n_iter_
    assert perceptron.notes_ == []


def test_the_trace_adds_up_to_the_weights():
    perceptron = Perceptron(init="zeros", shuffle=False, eta0=0.25, trace=True).fit(CORNERS, AND)
    weights, bias = np.zeros(2), 0.0
    assert len(perceptron.trace_) == perceptron.corrections_.sum()
    for step in perceptron.trace_:
        assert step.unit == 0
        assert step.net == CORNERS[step.row] @ weights + bias
        assert step.error == (2 if AND[step.row] else -2)
        weights += 0.25 * step.error * CORNERS[step.row]
        bias += 0.25 * step.error
    assert np.array_equal(perceptron.coef_[0], weights)
    assert np.array_equal(perceptron.intercept_, [bias])
    assert [step.epoch for step in perceptron.trace_] == sorted(step.epoch for step in perceptron.trace_)
    assert not hasattr(Perceptron().fit(CORNERS, AND), "trace_")


def test_that_no_line_separates_exclusive_or_is_proven_in_words():
    perceptron = Perceptron(max_iter=10_000).fit(CORNERS, XOR)
    assert perceptron.stop_reason_ == "not_separable"
    assert perceptron.n_iter_ < 10_000
    (unit,) = perceptron.separability_
    assert (unit["verdict"], unit["proof"]) == ("not_separable", "exact")
    # The certificate: the rows, each with its side and count, add up to nothing.
    signed = np.where(np.array(XOR) == 1, 1, -1) * unit["counts"]
    assert np.array_equal(signed @ np.column_stack([np.ones(4), CORNERS]), np.zeros(3))
    assert unit["counts"].sum() > 0
    assert any("no hyperplane separates 1 from 0, proven" in note for note in perceptron.notes_)


def test_a_search_decides_when_the_epochs_are_used_up():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(40, 2))
    y = np.where(x @ [1, 2] > 0.1, "yes", "no")
    few = Perceptron(max_iter=1).fit(x, y)
    assert few.separability_[0]["verdict"] == "separable"
    assert any("hyperplane separates yes from no" in note for note in few.notes_)
    assert Perceptron(max_iter=1, search=False).fit(x, y).separability_[0]["verdict"] == "undecided"


def test_the_pocket_and_the_average_make_the_best_of_rows_that_overlap():
    x, y = make_blobs(300, centers=[[0, 0], [1.5, 1.5]], random_state=0)
    scores = {
        v: Perceptron(variant=v, max_iter=30, search=False).fit(x, y).score(x, y)
        for v in ("plain", "pocket", "averaged")
    }
    assert scores["pocket"] > 0.8
    assert scores["averaged"] > 0.8
    assert scores["pocket"] >= scores["plain"]


def test_the_largest_net_input_decides_the_class():
    perceptron = Perceptron(variant="pocket", max_iter=50, search=False).fit(X, Y)
    nets = perceptron.decision_function(X)
    assert nets.shape == (150, 3)
    assert np.allclose(nets, X @ perceptron.coef_.T + perceptron.intercept_)
    assert np.array_equal(perceptron.predict(X), nets.argmax(axis=1))
    assert perceptron.score(X, Y) > 0.85
    assert perceptron.decision_function(X).dtype == np.float64
    two = Perceptron().fit(X[Y < 2], Y[Y < 2])
    assert two.decision_function(X).shape == (150,)
    assert np.array_equal(two.predict(X), (two.decision_function(X) >= 0).astype(int))
    assert not hasattr(two, "predict_proba")


def test_partial_fit_is_one_epoch_from_the_present_weights():
    perceptron = Perceptron(shuffle=False, init="zeros")
    with pytest.raises(ValueError, match="classes must be passed"):
        clone(perceptron).partial_fit(X, Y)
    stepwise = clone(perceptron)
    for _ in range(3):
        stepwise.partial_fit(CORNERS, OR, classes=[0, 1])
    whole = Perceptron(shuffle=False, init="zeros", max_iter=3, search=False).fit(CORNERS, OR)
    assert np.array_equal(stepwise.coef_, whole.coef_)
    assert stepwise.t_ == 12
    with pytest.raises(ValueError, match="not the same as on last call"):
        stepwise.partial_fit(CORNERS, OR, classes=[0, 2])
    with pytest.raises(ValueError, match="not in `classes`"):
        stepwise.partial_fit(CORNERS, [0, 1, 2, 0])
    assert not hasattr(Perceptron(variant="pocket"), "partial_fit")


def test_the_seed_decides_the_weights():
    first, again = (Perceptron(max_iter=5, random_state=1, search=False).fit(X, Y).coef_ for _ in range(2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, Perceptron(max_iter=5, random_state=2, search=False).fit(X, Y).coef_)
    assert Perceptron(max_iter=5, search=False).fit(X.astype(np.float32), Y).coef_.dtype == np.float32


def test_cross_validation_works_as_with_any_classifier():
    model = Perceptron(variant="averaged", max_iter=30, search=False)
    x, y = make_blobs(200, centers=4, random_state=3)
    assert cross_val_score(model, x, y, cv=5).mean() > 0.8


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"eta0": 0}, "learning rate"),
        ({"eta0": 1.5}, "learning rate"),
        ({"max_iter": 0}, "max_iter"),
        ({"variant": "voted"}, "variant"),
        ({"sign_of_zero": "one"}, "sign of zero"),
        ({"init": "ones"}, "init"),
        ({"eta0": "fast"}, "eta0"),
    ],
)
def test_parameters_out_of_range_are_refused(parameters, message):
    with pytest.raises(ValueError, match=message):
        Perceptron(**parameters).fit(CORNERS, AND)


def test_bad_rows_are_refused():
    with pytest.raises(ValueError, match="one class"):
        Perceptron().fit(CORNERS, [1, 1, 1, 1])
    with pytest.raises(TypeError):
        Perceptron().fit(CORNERS, AND, sample_weight=[1, 1, 1, 1])
    with pytest.raises(chainrule.NonFiniteError):
        Perceptron(eta0=1, max_iter=50, search=False).fit(np.array([[1e308], [1.7e308], [-1e308]]), [0, 1, 0])
