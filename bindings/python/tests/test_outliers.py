"""Numbers far from all others of their column: reported, clipped, and kept on request; long runs keep their curve."""

import numpy as np
import pytest

from chainrule import DataError, TableClassifier, TableRegressor

RNG = np.random.default_rng(0)
X = RNG.normal(size=(200, 2))
Y = X[:, 0] * 2


def odd_inputs(value):
    x = X.copy()
    x[50, 0] = value
    return x


@pytest.mark.parametrize("value", [1e4, -1e6, 1e30])
def test_one_odd_number_does_not_spoil_the_rest(value):
    model = TableRegressor(epochs=100, validation=0).fit(odd_inputs(value), Y)
    assert any("far from all others" in note for note in model.notes_)
    kept = TableRegressor(epochs=100, validation=0, outliers="keep").fit(odd_inputs(value), Y)
    rows = np.arange(200) != 50
    assert model.score(X[rows], Y[rows]) > 0.9
    assert kept.score(X[rows], Y[rows]) < model.score(X[rows], Y[rows])


def test_ordinary_numbers_are_not_told():
    model = TableClassifier(hidden=4, epochs=5).fit(X, Y > 0)
    assert not any("far " in note for note in model.notes_)


def test_a_far_number_at_prediction_is_told_and_clipped():
    model = TableRegressor(hidden=8, epochs=20).fit(X, Y)
    far = X[:3].copy()
    far[1, 0] = 1e9
    with pytest.warns(UserWarning, match="far outside those of the training rows"):
        answers = model.predict(far)
    bound = far.copy()
    bound[1, 0] = model._model.inputs[0]["maximum"]
    assert np.array_equal(answers, model.predict(bound))


def test_a_number_beyond_the_limit_is_refused_as_on_the_command_line():
    with pytest.raises(DataError, match="too large"):
        TableRegressor(hidden=4, epochs=1).fit(odd_inputs(1e300), Y)


def test_the_loss_curve_of_a_long_run_has_every_epoch():
    model = TableRegressor(hidden=2, epochs=2500, patience=3000, batch_size=160).fit(X, Y)
    assert len(model.loss_curve_) == model.n_iter_ == 2500
