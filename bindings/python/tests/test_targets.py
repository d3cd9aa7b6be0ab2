"""Classes in an order, and probabilities as targets."""

import pickle

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("sklearn")

from sklearn import metrics
from sklearn.base import clone
from sklearn.model_selection import cross_val_score

import chainrule
from chainrule import TableClassifier

GRADES = ["low", "medium", "high"]


def graded(rows=400, seed=0):
    """Three grades of a hidden quality."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(0, 1, (rows, 2))
    quality = 3 * x[:, 0] + x[:, 1] + rng.normal(0, 0.4, rows)
    return x, np.array(GRADES)[np.digitize(quality, [1.5, 2.5])]


def shared(rows=400, seed=0):
    """Probabilities of three classes."""
    x = np.random.default_rng(seed).uniform(0, 1, (rows, 2))
    odds = np.column_stack([np.exp(3 * x), np.full(rows, 2.0)])
    return x, odds / odds.sum(axis=1, keepdims=True)


def small(**parameters):
    return TableClassifier(**{"hidden": 8, "epochs": 60, "members": 1, "learning_rate": 0.02} | parameters)


def test_probabilities_are_in_the_order_of_sorted_classes():
    x, y = graded()
    classifier = small(class_order=GRADES, validation="last:0.25").fit(x, y)
    assert classifier.classes_.tolist() == sorted(GRADES)
    probabilities = classifier.predict_proba(x)
    assert probabilities.sum(axis=1) == pytest.approx(1)
    assert (classifier.classes_[probabilities.argmax(axis=1)] == classifier.predict(x)).mean() > 0.99
    assert classifier.score(x, y) > 0.6
    predicted, truth = classifier.predict(x[300:]), y[300:]
    distance = np.abs([GRADES.index(a) - GRADES.index(b) for a, b in zip(predicted, truth, strict=True)]).mean()
    assert classifier.held_out_["class_distance"] == pytest.approx(distance)
    assert classifier.held_out_["log_loss"] == pytest.approx(metrics.log_loss(truth, probabilities[300:]), rel=1e-6)


def test_numbers_have_an_order_too_and_classes_without_rows_stay():
    x, y = graded()
    stars = np.digitize(x[:, 0], [0.4, 0.7]) + 1
    classifier = small(class_order=[4, 3, 2, 1]).fit(x, stars)
    assert classifier.classes_.tolist() == [1, 2, 3, 4]
    assert classifier.predict_proba(x).shape == (400, 4)
    assert classifier.score(x, stars) > 0.8
    assert any("no row has the class" in note for note in classifier.notes_)


@pytest.mark.parametrize("parameters", [{"class_order": GRADES}, {"soft_labels": True}])
def test_a_model_file_a_pickle_and_a_clone_predict_the_same(tmp_path, parameters):
    x, y = graded() if "class_order" in parameters else shared()
    classifier = small(**parameters, epochs=3).fit(x, y)
    classifier.save(tmp_path / "m.safetensors")
    loaded = chainrule.load(tmp_path / "m.safetensors")
    assert isinstance(loaded, TableClassifier)
    for again in (loaded, pickle.loads(pickle.dumps(classifier)), clone(classifier).fit(x, y)):
        assert again.classes_.tolist() == classifier.classes_.tolist()
        assert np.array_equal(again.predict(x), classifier.predict(x))
        assert np.array_equal(again.predict_proba(x), classifier.predict_proba(x))
        assert again.score(x, y) == classifier.score(x, y)


def test_ordered_classes_are_cross_validated():
    assert cross_val_score(small(class_order=GRADES, epochs=5), *graded(150), cv=3).shape == (3,)


@pytest.mark.parametrize(
    ("order", "message"),
    [
        (["low", "high", "good"], "not in the order of the classes"),
        (["low", "high"], "three or more"),
        (["low", "medium", "high", "low"], "names one twice"),
        ([1, 2, 3], "class_order is out of range"),
        ("low", "class_order is out of range"),
    ],
)
def test_orders_that_make_no_sense_are_refused(order, message):
    with pytest.raises(ValueError, match=message):
        small(class_order=order).fit(*graded(60))


def test_soft_labels_are_learned_as_probabilities():
    x, p = shared()
    classifier = small(soft_labels=True, epochs=200).fit(x, p)
    assert classifier.classes_.tolist() == ["class_0", "class_1", "class_2"]
    fresh, truth = shared(seed=1)
    predicted = classifier.predict_proba(fresh)
    assert np.abs(predicted - truth).max() < 0.08
    assert classifier.score(fresh, truth) == (predicted.argmax(axis=1) == truth.argmax(axis=1)).mean()
    assert classifier.score(fresh, classifier.predict(fresh)) == 1
    assert classifier.held_out_["log_loss"] < classifier.baseline_["log_loss"]
    assert "auc" not in classifier.held_out_


def test_soft_labels_of_a_frame_have_the_names_of_its_columns():
    x, p = shared()
    frame = pd.DataFrame(p, columns=["cat", "dog", "bird"])
    assert small(soft_labels=True, epochs=2).fit(x, frame).classes_.tolist() == ["cat", "dog", "bird"]
    one = small(soft_labels=True, epochs=200).fit(x, pd.Series(p[:, 0], name="cat"))
    assert one.classes_.tolist() == ["not cat", "cat"]
    assert np.abs(one.predict_proba(x)[:, 1] - p[:, 0]).max() < 0.08
    assert 0.5 < one.score(x, p[:, 0]) <= 1


@pytest.mark.parametrize(
    ("change", "parameters", "message"),
    [
        (lambda p: p * 0.9, {}, "do not add up to 1"),
        (lambda p: p - 0.5, {}, "not a probability"),
        (lambda p: p, {"class_order": ["a", "b", "c"]}, "an order of the classes"),
        (lambda p: p, {"class_weight": "balanced"}, "class weights"),
        (lambda p: p, {"optimise": "f1"}, "threshold"),
    ],
)
def test_soft_labels_that_make_no_sense_are_refused(change, parameters, message):
    x, p = shared(60)
    with pytest.raises(ValueError, match=message):
        small(soft_labels=True, **parameters).fit(x, change(p))
