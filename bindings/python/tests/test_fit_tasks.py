"""scikit-learn's callbacks (sklearn.callback) on the estimators that train epoch by epoch."""

import copy
import pickle
import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from chainrule import MLPClassifier, MLPRegressor

sklearn_callback = pytest.importorskip("sklearn.callback", reason="scikit-learn before 1.9 has no callbacks")
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


class Recorder:
    """Records the call of every hook; asks to stop at the end of epoch `stop_at`."""

    def __init__(self, stop_at=None):
        self.calls = []
        self.fitted = []
        self.stop_at = stop_at

    def setup(self, estimator, context):
        self.calls.append(("setup", context.task_name, context.max_subtasks))

    def teardown(self, estimator, context):
        self.calls.append(("teardown", context.task_name, context.task_id))

    def on_fit_task_begin(self, estimator, context, *, X=None, y=None, metadata=None):
        self.calls.append(("begin", context.task_name, context.task_id))
        self.data = X, y, metadata

    def on_fit_task_end(self, estimator, context, *, fitted_estimator=None):
        self.calls.append(("end", context.task_name, context.task_id))
        self.fitted.append(fitted_estimator)
        return context.task_name == "epoch" and context.task_id == self.stop_at


@pytest.fixture(scope="module")
def iris():
    x, y = load_iris(return_X_y=True)
    return StandardScaler().fit_transform(x), y


@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
def test_a_fit_is_a_task_with_one_for_each_epoch(iris, solver):
    recorder = Recorder()
    weights = np.ones(len(iris[0]))
    model = MLPClassifier((8,), solver=solver, max_iter=3, random_state=1).set_callbacks(recorder)
    model.fit(*iris, weights)
    epochs = [(hook, "epoch", i) for i in range(3) for hook in ("begin", "end")]
    assert recorder.calls == [
        ("setup", "fit", 3),
        ("begin", "fit", 0),
        *epochs,
        ("end", "fit", 0),
        ("teardown", "fit", 0),
    ]
    assert recorder.data[0] is iris[0] and recorder.data[1] is iris[1]
    assert recorder.data[2] == {"sample_weight": weights}


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_a_callback_stops_training(iris, solver):
    model = MLPClassifier((8,), solver=solver, max_iter=20, random_state=1).set_callbacks(Recorder(stop_at=4))
    assert model.fit(*iris).n_iter_ == 5


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_the_estimator_after_an_epoch_equals_a_fit_of_that_many_and_does_not_change(iris, solver):
    recorder = Recorder()
    options = {"hidden_layer_sizes": (8,), "solver": solver, "random_state": 1}
    whole = MLPClassifier(**options, max_iter=6).set_callbacks(recorder).fit(*iris)
    for epochs in (1, 4, 6):
        fitted = recorder.fitted[epochs - 1]
        alone = MLPClassifier(**options, max_iter=epochs).fit(*iris)
        assert np.array_equal(fitted.predict_proba(iris[0]), alone.predict_proba(iris[0]))
        assert fitted.loss_curve_ == alone.loss_curve_
    if solver != "lbfgs":
        # Continuing with a copy does not change the fitted estimator.
        before = whole.predict_proba(iris[0])
        recorder.fitted[2].partial_fit(*iris)
        assert np.array_equal(whole.predict_proba(iris[0]), before)


def test_scikit_learns_own_callbacks_work(iris):
    monitor = sklearn_callback.ScoringMonitor(scoring=["accuracy", "neg_log_loss"])
    model = MLPClassifier((8,), max_iter=5, random_state=1).set_callbacks(monitor).fit(*iris)
    scores = monitor.get_logs().data
    epochs = [row for row in scores if row["task_name"] == "epoch"]
    (whole,) = (row for row in scores if row["task_name"] == "fit")
    assert [row["task_id"] for row in epochs] == [0, 1, 2, 3, 4]
    assert whole["accuracy"] == epochs[-1]["accuracy"] == model.score(*iris)
    assert -whole["neg_log_loss"] == pytest.approx(model.loss_curve_[-1], rel=0.2)


def test_callbacks_are_propagated_by_meta_estimators(iris):
    recorder = Recorder()
    recorder.max_propagation_depth = None
    model = make_pipeline(StandardScaler(), MLPRegressor(hidden_layer_sizes=(4,), max_iter=2)).set_callbacks(recorder)
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message=".*does not support callbacks")
        model.fit(*iris)
    assert [place for hook, name, place in recorder.calls if (hook, name) == ("end", "epoch")] == [0, 1]
    grid = GridSearchCV(MLPClassifier((4,), max_iter=2), {"alpha": [0.1, 0.01]}, cv=2).set_callbacks(recorder)
    recorder.calls.clear()
    grid.fit(*iris)
    assert sum(1 for hook, name, _ in recorder.calls if (hook, name) == ("end", "epoch")) == 2 * (2 * 2 + 1)


def test_an_error_tears_callbacks_down_and_partial_fit_calls_them(iris):
    recorder = Recorder()
    model = MLPClassifier((4,)).set_callbacks(recorder)
    model.set_params(learning_rate_init=1e30, solver="sgd")
    with pytest.raises(ValueError, match="diverged"):
        model.fit(*iris)
    assert recorder.calls[-1][0] == "teardown"
    recorder.calls.clear()
    MLPClassifier((4,)).set_callbacks(recorder).partial_fit(*iris, classes=[0, 1, 2])
    assert [hook for hook, name, _ in recorder.calls if name == "epoch"] == ["begin", "end"]


def test_other_objects_are_refused_and_clones_and_pickles_keep_callbacks(iris):
    with pytest.raises(TypeError, match="FitCallback protocol"):
        MLPClassifier().set_callbacks(print)
    recorder = Recorder()
    model = MLPClassifier((4,), max_iter=1).set_callbacks(recorder)
    assert clone(model)._skl_callbacks == [recorder]
    model.fit(*iris)
    assert not hasattr(model, "_callback_fit_ctx")
    again = pickle.loads(pickle.dumps(model))
    assert np.array_equal(again.predict_proba(iris[0]), model.predict_proba(iris[0]))
    assert np.array_equal(copy.deepcopy(model).predict_proba(iris[0]), model.predict_proba(iris[0]))
