"""What is made of predictions: metrics of probabilities, thresholds, prediction intervals."""

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("sklearn")

from sklearn import metrics
from sklearn.datasets import load_diabetes, load_iris

import chainrule
from chainrule import TableClassifier, TableRegressor


def noisy(rows=400):
    """Two classes that overlap."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"length": rng.normal(10, 3, rows), "colour": rng.choice(["red", "green"], rows)})
    score = (frame["length"] - 10) / 3 + (frame["colour"] == "red") + rng.normal(0, 1, rows)
    return frame, np.where(score > 0.7, "good", "bad")


def test_probabilities_are_scored():
    x, y = noisy()
    classifier = TableClassifier(epochs=5, validation="last:0.25").fit(x, y)
    p, truth = classifier.predict_proba(x[300:]), y[300:] == "good"
    held_out = classifier.held_out_
    assert held_out["auc"] == pytest.approx(metrics.roc_auc_score(truth, p[:, 1]), abs=1e-12)
    assert held_out["average_precision"] == pytest.approx(metrics.average_precision_score(truth, p[:, 1]), abs=1e-12)
    assert held_out["brier"] == pytest.approx(metrics.brier_score_loss(truth, p[:, 1]), abs=1e-12)
    assert held_out["log_loss"] == pytest.approx(metrics.log_loss(truth, p), abs=1e-12)
    assert 0 <= held_out["calibration_error"] <= 1
    assert "average_precision" not in TableClassifier(epochs=2).fit(*load_iris(return_X_y=True)).held_out_


def test_the_threshold_of_the_model_decides(tmp_path):
    x, y = noisy()
    usual = TableClassifier(epochs=5).fit(x, y)
    late = TableClassifier(epochs=5, threshold=0.9).fit(x, y)
    assert np.array_equal(usual.predict_proba(x), late.predict_proba(x))
    assert np.array_equal(late.predict(x) == "good", late.predict_proba(x)[:, 1] >= 0.9)
    assert not np.array_equal(usual.predict(x), late.predict(x))
    late.save(tmp_path / "m.safetensors")
    loaded = chainrule.load(tmp_path / "m.safetensors")
    assert loaded._model.threshold == 0.9 and loaded.threshold == 0.9
    assert np.array_equal(loaded.predict(x), late.predict(x))
    costly = TableClassifier(epochs=5, optimise="cost", costs=(20, 1)).fit(x, y)
    assert costly._model.threshold >= 0.5
    assert any("threshold" in note for note in costly.notes_)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"threshold": 1.0}, "threshold"),
        ({"optimise": "kappa"}, "goal of the threshold"),
        ({"optimise": "f1", "validation": 0}, "no rows are held out"),
        ({"optimise": "f1", "threshold": 0.3}, "threshold"),
        ({"costs": (1, 2)}, "costs"),
        ({"costs": 3, "optimise": "cost"}, "costs"),
    ],
)
def test_parameters_that_make_no_sense_are_refused(parameters, message):
    with pytest.raises(ValueError, match=message):
        TableClassifier(**parameters).fit(*noisy(60))


def test_intervals_have_their_coverage_or_say_what_is_missing():
    x, y = load_diabetes(return_X_y=True)
    regressor = TableRegressor(epochs=30).fit(x, y)
    low, high = regressor.predict_interval(x, coverage=0.9)
    middle = regressor.predict(x)
    assert low.shape == high.shape == middle.shape
    assert np.allclose(middle - low, high - middle) and (low < high).all()
    assert 0.8 < ((low <= y) & (y <= high)).mean() < 1
    wider = regressor.predict_interval(x, coverage=0.95)
    assert (wider[1] > high).all()
    two = TableRegressor(epochs=5).fit(x, np.column_stack([y, -2 * y]))
    assert [bound.shape for bound in two.predict_interval(x)] == [(442, 2), (442, 2)]
    with pytest.raises(chainrule.UsageError, match=r"too few held-out rows(.|\n)*999 held-out rows"):
        regressor.predict_interval(x, coverage=0.999)
    with pytest.raises(chainrule.UsageError, match=r"not trained on(.|\n)*validation=0.2"):
        TableRegressor(epochs=2, validation=0).fit(x, y).predict_interval(x)
