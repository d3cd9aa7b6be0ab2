"""Several quantiles of one number in one network."""

import pickle

import numpy as np
import pytest

pytest.importorskip("sklearn")

from sklearn import metrics
from sklearn.base import clone
from sklearn.datasets import load_diabetes
from sklearn.model_selection import cross_val_score

import chainrule
from chainrule import TableRegressor

QUANTILES = [0.1, 0.5, 0.9]


def spreading(rows=600, seed=0):
    """y = 2 x + (0.2 + x) times a normal number."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(0, 1, (rows, 1))
    return x, 2 * x[:, 0] + (0.2 + x[:, 0]) * rng.normal(0, 1, rows)


def small(**parameters):
    return TableRegressor(**{"quantiles": QUANTILES, "hidden": 8, "epochs": 30, "members": 1} | parameters)


def test_predictions_are_columns_in_ascending_order():
    x, y = spreading()
    regressor = small(quantiles=(0.9, 0.1, 0.5)).fit(x, y)
    predicted = regressor.predict(x)
    assert predicted.shape == (600, 3)
    assert (np.diff(predicted, axis=1) >= 0).all()
    assert regressor.n_outputs_ == 3
    one = small(quantiles=[0.8], epochs=200).fit(x, y)
    assert one.predict(x).shape == (600, 1)
    assert (y <= one.predict(x)[:, 0]).mean() == pytest.approx(0.8, abs=0.08)


def test_the_metrics_are_those_of_scikit_learn():
    x, y = spreading()
    regressor = small(validation="last:0.25").fit(x, y)
    predicted, truth, held_out = regressor.predict(x[450:]), y[450:], regressor.held_out_
    losses = [metrics.mean_pinball_loss(truth, predicted[:, i], alpha=q) for i, q in enumerate(QUANTILES)]
    assert held_out["pinball_loss"] == pytest.approx(np.mean(losses), rel=1e-9)
    constants = np.quantile(truth, QUANTILES, method="inverted_cdf")
    usual = [
        metrics.mean_pinball_loss(truth, np.full(150, constant), alpha=q)
        for constant, q in zip(constants, QUANTILES, strict=True)
    ]
    assert held_out["d2_pinball"] == pytest.approx(1 - np.sum(losses) / np.sum(usual), rel=1e-9)
    assert regressor.score(x[450:], truth) == pytest.approx(held_out["d2_pinball"], rel=1e-9)
    assert held_out["mae"] == pytest.approx(metrics.mean_absolute_error(truth, predicted[:, 1]), rel=1e-9)
    assert held_out["coverage"] == {
        q: pytest.approx((truth <= predicted[:, i]).mean()) for i, q in enumerate(QUANTILES)
    }
    weights = np.arange(150) % 3 + 1
    repeated = np.repeat(np.arange(450, 600), weights)
    assert regressor.score(x[450:], truth, weights) == pytest.approx(regressor.score(x[repeated], y[repeated]))
    assert "mae" not in small(quantiles=[0.1, 0.9]).fit(x, y).held_out_


def test_a_mixture_covers_its_shares_of_new_rows():
    x, y = spreading(2000)
    regressor = small(members=3, hidden=16, epochs=100).fit(x, y)
    fresh, truth = spreading(4000, seed=1)
    coverage = (truth[:, None] <= regressor.predict(fresh)).mean(axis=0)
    assert coverage == pytest.approx(QUANTILES, abs=0.05)
    assert list(regressor.held_out_["coverage"].values()) == pytest.approx(QUANTILES, abs=0.05)


def test_a_model_file_a_pickle_and_a_clone_keep_the_quantiles(tmp_path):
    x, y = spreading(100)
    regressor = small(epochs=3).fit(x, y)
    regressor.save(tmp_path / "m.safetensors")
    loaded = chainrule.load(tmp_path / "m.safetensors")
    assert isinstance(loaded, TableRegressor) and loaded.quantiles == QUANTILES
    for again in (loaded, pickle.loads(pickle.dumps(regressor)), clone(regressor).fit(x, y)):
        assert np.array_equal(again.predict(x), regressor.predict(x))
        assert again.score(x, y) == regressor.score(x, y)


def test_a_table_names_its_target_and_cross_validates():
    x, y = spreading(200)
    table = {"x": x[:, 0], "y": y}
    regressor = small(epochs=3).fit(table, "y")
    assert regressor.score(table, "y") == pytest.approx(regressor.score(x, y))
    assert cross_val_score(small(epochs=3), x, y, cv=3).shape == (3,)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"quantiles": [0.5, 1.0]}, "out of range"),
        ({"quantiles": [0.5, 0.5]}, "given twice"),
        ({"quantiles": []}, "quantiles"),
        ({"quantiles": "0.1"}, "quantiles"),
        ({"quantiles": [True]}, "quantiles"),
        ({"quantiles": 0.5}, "quantiles"),
        ({"quantiles": [None]}, "quantiles"),
        ({"loss": "huber"}, "learned by the loss quantile"),
    ],
)
def test_quantiles_that_make_no_sense_are_refused(parameters, message):
    with pytest.raises(chainrule.UsageError, match=message):
        small(**parameters).fit(*spreading(60))


def test_several_targets_and_intervals_are_refused():
    x, y = load_diabetes(return_X_y=True)
    with pytest.raises(chainrule.UsageError, match="quantiles are those of one number"):
        small(epochs=1).fit(x, np.column_stack([y, y + x[:, 0]]))
    with pytest.raises(chainrule.UsageError, match="predicts quantiles"):
        small(epochs=1).fit(x, y).predict_interval(x)
