"""MLPClassifier and MLPRegressor with other tools: copies, sparse inputs, threads, scikit-learn's meta-estimators."""

import copy
import io
import pickle
import threading

import numpy as np
import pytest

pytest.importorskip("sklearn")
import joblib
import sklearn
from scipy import sparse
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_diabetes, load_iris
from sklearn.inspection import permutation_importance
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler, scale

from chainrule import MLPClassifier, MLPRegressor

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

IRIS = load_iris(return_X_y=True)
X_IRIS, Y_IRIS = scale(IRIS[0]), IRIS[1]
X_DIABETES, Y_DIABETES = scale(load_diabetes().data), scale(load_diabetes().target)


def same_parameters(first, second):
    pairs = zip(first.coefs_ + first.intercepts_, second.coefs_ + second.intercepts_, strict=True)
    return all(np.array_equal(one, other) for one, other in pairs)


@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
@pytest.mark.parametrize("way", ["pickle", "joblib", "deepcopy", "memory map"])
def test_a_copy_continues_to_the_same_bits(kind, way, tmp_path):
    model = kind(hidden_layer_sizes=(6, 5), dropout=0.1, random_state=0, batch_size=16, max_iter=4).fit(X_IRIS, Y_IRIS)
    if way == "pickle":
        other = pickle.loads(pickle.dumps(model))
    elif way == "deepcopy":
        other = copy.deepcopy(model)
    elif way == "joblib":
        buffer = io.BytesIO()
        joblib.dump(model, buffer)
        other = joblib.load(io.BytesIO(buffer.getvalue()))
    else:
        joblib.dump(model, tmp_path / "model")
        other = joblib.load(tmp_path / "model", mmap_mode="r")
    assert np.array_equal(model.predict(X_IRIS), other.predict(X_IRIS))
    for _ in range(3):
        model.partial_fit(X_IRIS, Y_IRIS)
        other.partial_fit(X_IRIS, Y_IRIS)
    assert same_parameters(model, other)
    assert model.loss_curve_ == other.loss_curve_
    assert not hasattr(clone(model), "coefs_")


def test_sparse_inputs_give_what_dense_ones_give():
    x = np.where(X_IRIS > 0.5, X_IRIS, 0)
    for container in (sparse.csr_matrix, sparse.csc_matrix, sparse.csr_array):
        for solver in ("adam", "lbfgs"):
            dense = MLPClassifier(solver=solver, max_iter=5, random_state=0).fit(x, Y_IRIS)
            model = clone(dense).fit(container(x), Y_IRIS)
            assert same_parameters(dense, model)
            assert np.array_equal(model.predict_proba(container(x)), dense.predict_proba(x))


def test_sparse_predictions_are_made_in_blocks(monkeypatch):
    model = MLPRegressor(max_iter=2, random_state=0).fit(X_DIABETES, Y_DIABETES)
    monkeypatch.setattr("chainrule._mlp_base.DENSE_NUMBERS", 70)
    np.testing.assert_array_equal(model.predict(sparse.csr_matrix(X_DIABETES)), model.predict(X_DIABETES))


def test_whole_weights_are_repeated_rows():
    times = np.arange(len(X_IRIS)) % 3
    common = {"solver": "lbfgs", "activation": "tanh", "hidden_layer_sizes": 4, "random_state": 0, "max_iter": 10}
    weighted = MLPClassifier(**common).fit(X_IRIS, Y_IRIS, sample_weight=times)
    repeated = MLPClassifier(**common).fit(X_IRIS.repeat(times, axis=0), Y_IRIS.repeat(times))
    np.testing.assert_allclose(weighted.predict_proba(X_IRIS), repeated.predict_proba(X_IRIS), rtol=1e-6, atol=1e-9)


def test_warm_start_continues():
    model = MLPRegressor(max_iter=3, warm_start=True, random_state=0, solver="gradient_descent", shuffle=False)
    model.fit(X_DIABETES, Y_DIABETES).fit(X_DIABETES, Y_DIABETES)
    assert model.n_iter_ == 3 and len(model.loss_curve_) == 6 and model.t_ == 6 * len(X_DIABETES)
    whole = clone(model).set_params(max_iter=6, warm_start=False).fit(X_DIABETES, Y_DIABETES)
    assert same_parameters(model, whole)
    model.set_params(early_stopping=True).fit(X_DIABETES, Y_DIABETES)
    assert len(model.validation_scores_) == 3
    model.set_params(early_stopping=False).fit(X_DIABETES, Y_DIABETES)
    assert model.n_iter_ == 3


def test_two_threads_may_train_at_once():
    models = [MLPClassifier(max_iter=20, random_state=seed, n_jobs=2) for seed in range(2)]
    alone = [clone(model).fit(X_IRIS, Y_IRIS) for model in models]
    threads = [threading.Thread(target=model.fit, args=(X_IRIS, Y_IRIS)) for model in models]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(same_parameters(a, b) for a, b in zip(models, alone, strict=True))


def test_scikit_learn_s_tools_take_it():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(IRIS[0], columns=["a", "b", "c", "d"]).assign(kind=np.where(Y_IRIS > 0, "x", "y"))
    columns = ColumnTransformer([("n", StandardScaler(), ["a", "b", "c", "d"]), ("w", OneHotEncoder(), ["kind"])])
    small = MLPClassifier(hidden_layer_sizes=8, max_iter=60, learning_rate_init=0.02, random_state=0)
    pipe = make_pipeline(columns, small)
    search = GridSearchCV(pipe, {"mlpclassifier__activation": ["relu", ["tanh"]]}, cv=3, n_jobs=2).fit(frame, Y_IRIS)
    assert search.best_score_ > 0.9
    scaled = make_pipeline(StandardScaler().set_output(transform="pandas"), clone(small)).fit(
        frame[list("abcd")], Y_IRIS
    )
    assert list(scaled[-1].feature_names_in_) == ["a", "b", "c", "d"]
    assert cross_val_score(small, X_IRIS, Y_IRIS, cv=3).mean() > 0.9
    calibrated = CalibratedClassifierCV(small, cv=2).fit(X_IRIS, Y_IRIS)
    assert calibrated.score(X_IRIS, Y_IRIS) > 0.9
    importances = permutation_importance(clone(small).fit(X_IRIS, Y_IRIS), X_IRIS, Y_IRIS, n_repeats=2, random_state=0)
    assert importances.importances_mean[2:].sum() > importances.importances_mean[:2].sum()
    assert "MLPClassifier" in small._repr_html_()


def test_sample_weights_are_routed():
    weights = np.linspace(0.5, 2, len(X_IRIS))
    model = MLPClassifier(max_iter=3, random_state=0)
    with sklearn.config_context(enable_metadata_routing=True):
        asking = model.set_fit_request(sample_weight=True).set_score_request(sample_weight=True)
        pipe = make_pipeline(StandardScaler().set_fit_request(sample_weight=False), asking)
        routed = pipe.fit(IRIS[0], Y_IRIS, sample_weight=weights)
        cross_val_score(pipe, IRIS[0], Y_IRIS, params={"sample_weight": weights}, cv=2)
    assert same_parameters(routed[-1], clone(model).fit(StandardScaler().fit_transform(IRIS[0]), Y_IRIS, weights))
