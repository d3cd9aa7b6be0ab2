"""Networks of radial basis functions as estimators."""

import numpy as np
import pytest

pytest.importorskip("sklearn")

from sklearn.datasets import load_diabetes, load_iris, make_moons
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import chainrule
from chainrule import RBFClassifier, RBFRegressor

X, Y = load_iris(return_X_y=True)


def test_iris_is_classified_in_cross_validation():
    model = make_pipeline(StandardScaler(), RBFClassifier(seed=0))
    assert cross_val_score(model, X, Y, cv=10).mean() > 0.94


@pytest.mark.parametrize("centers", ["k_means", "orthogonal_least_squares", "data", "random"])
@pytest.mark.parametrize("output", ["closed_form", "softmax"])
def test_every_choice_of_centers_learns_two_moons(centers, output):
    x, y = make_moons(200, noise=0.1, random_state=0)
    classifier = RBFClassifier(
        25, centre_choice=centers, output_training=output, epochs=100, learning_rate=0.1, width_factor=2, seed=0
    ).fit(x, y)
    assert classifier.score(x, y) > 0.93
    assert np.allclose(classifier.predict_proba(x).sum(axis=1), 1)
    assert classifier.centers_.shape == (25, 2)
    assert classifier.widths_.shape == (25,)
    assert classifier.coef_.shape == (1, 25)
    assert classifier.intercept_.shape == (1,)
    assert len(classifier.loss_curve_) == (100 if output == "softmax" else 0)


def test_outputs_are_the_sum_of_the_functions():
    regressor = RBFRegressor(7, seed=0).fit(X[:, :3], X[:, 3])
    squares = ((X[:, None, :3] - regressor.centers_) ** 2).sum(axis=2)
    by_hand = np.exp(-squares / (2 * regressor.widths_**2)) @ regressor.coef_.T + regressor.intercept_
    assert np.allclose(regressor.predict(X[:, :3]), by_hand[:, 0], rtol=1e-9)


def test_the_ridge_is_solved_for():
    regressor = RBFRegressor(6, ridge=0.5, seed=1).fit(X[:, :3], X[:, 3])
    squares = ((X[:, None, :3] - regressor.centers_) ** 2).sum(axis=2)
    phi = np.column_stack([np.exp(-squares / (2 * regressor.widths_**2)), np.ones(len(X))])
    ridge = 0.5 * np.diag([1.0] * 6 + [0.0])
    expected = np.linalg.solve(phi.T @ phi + ridge, phi.T @ X[:, 3])
    assert np.allclose(np.append(regressor.coef_, regressor.intercept_), expected, rtol=1e-6)


def test_weights_are_repetitions_where_nothing_is_drawn():
    weights = np.random.default_rng(0).integers(0, 3, len(X))
    # Fixed centres: all rows that differ.
    options = {"centre_choice": "orthogonal_least_squares", "widths": "common", "centres": 5}
    weighted = RBFRegressor(**options).fit(X[:, :3], X[:, 3], sample_weight=weights)
    repeated = RBFRegressor(**options).fit(np.repeat(X[:, :3], weights, axis=0), np.repeat(X[:, 3], weights))
    assert np.allclose(weighted.predict(X[:, :3]), repeated.predict(X[:, :3]), rtol=1e-6)


def test_fine_tuning_makes_the_loss_smaller():
    x, y = load_diabetes(return_X_y=True)
    x, y = StandardScaler().fit_transform(x), (y - y.mean()) / y.std()
    plain = RBFRegressor(10, seed=0).fit(x, y)
    tuned = RBFRegressor(10, fine_tune=30, seed=0).fit(x, y)
    assert tuned.score(x, y) > plain.score(x, y)
    assert tuned.n_iter_ == 30
    assert (tuned.widths_ > 0).all()


def test_several_targets_have_an_output_each():
    regressor = RBFRegressor(10, seed=0).fit(X[:, :2], X[:, 2:])
    assert regressor.predict(X[:, :2]).shape == (150, 2)
    assert regressor.score(X[:, :2], X[:, 2:]) > 0.6


def test_the_precision_is_that_of_the_rows():
    single = RBFClassifier(seed=0).fit(X.astype(np.float32), Y)
    assert single.centers_.dtype == np.float32
    assert single.predict_proba(X).dtype == np.float64
    assert RBFClassifier(seed=0).fit(X, Y).centers_.dtype == np.float64


def test_the_same_seed_gives_the_same_network_on_any_number_of_threads():
    networks = [
        RBFClassifier(seed=3, output_training="softmax", epochs=5, threads=jobs).fit(X, Y)._network.parameters
        for jobs in (None, 2, 0)
    ]
    assert np.array_equal(networks[0], networks[1])
    assert np.array_equal(networks[0], networks[2])
    other = RBFClassifier(seed=4, output_training="softmax", epochs=5).fit(X, Y)._network.parameters
    assert not np.array_equal(networks[0], other)


def test_a_search_goes_over_centers_and_ridges():
    search = GridSearchCV(RBFClassifier(seed=0), {"centres": [5, 20], "ridge": [0.01, 1]}, cv=3).fit(X, Y)
    assert search.best_params_["centres"] in (5, 20)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"centres": 0}, "centres"),
        ({"centres": 1000}, "centres"),
        ({"centre_choice": "k_mean"}, 'did you mean "k_means"'),
        ({"widths": "wide"}, "widths"),
        ({"widths": "nearest_neighbour", "centre_choice": "orthogonal_least_squares"}, "orthogonal"),
        ({"width_factor": 0}, "width"),
        ({"ridge": -1}, "ridge"),
        ({"output_training": "ridge"}, "output"),
        ({"epochs": 0}, "epochs"),
        ({"fine_tune": -1}, "fine_tune"),
        ({"learning_rate": "fast"}, "learning_rate"),
        ({"threads": -1}, "threads"),
    ],
)
def test_parameters_out_of_range_are_refused(parameters, message):
    with pytest.raises(ValueError, match=message):
        RBFClassifier(**parameters).fit(X, Y)


def test_bad_rows_are_refused():
    with pytest.raises(ValueError, match="NaN"):
        RBFClassifier().fit(np.where(X > 7, np.nan, X), Y)
    with pytest.raises(ValueError, match="one class"):
        RBFClassifier().fit(X, np.zeros(150))
    with pytest.raises(ValueError, match="Unknown label type"):
        RBFClassifier().fit(X, X[:, 0])
    with pytest.raises(ValueError, match="features"):
        RBFClassifier(seed=0).fit(X, Y).predict(X[:, :2])
    with pytest.raises(chainrule.NonFiniteError):
        RBFRegressor(5, fine_tune=50, learning_rate=1e200, seed=0).fit(X[:, :3], X[:, 3])
