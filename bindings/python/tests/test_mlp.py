"""MLPClassifier and MLPRegressor: the same as scikit-learn's where they should be, and what they do beyond it."""

import copy
import pickle
import signal
import subprocess
import sys

import numpy as np
import pytest

pytest.importorskip("sklearn")
from scipy import sparse
from sklearn import neural_network
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_digits, load_iris, make_multilabel_classification, make_regression
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.preprocessing import scale
from sklearn.utils.class_weight import compute_sample_weight

import chainrule
from chainrule import MLPClassifier, MLPRegressor
from chainrule._tables import HIDDEN_ACTIVATIONS, SOLVERS

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

IRIS = load_iris(return_X_y=True)
X_IRIS, Y_IRIS = scale(IRIS[0]), IRIS[1]
X_DIABETES, Y_DIABETES = scale(load_diabetes().data), scale(load_diabetes().target)
X_TWO, Y_TWO = make_regression(n_samples=60, n_features=4, n_targets=3, random_state=0)
Y_TWO = scale(Y_TWO)
X_LABELS, Y_LABELS = make_multilabel_classification(n_samples=80, random_state=0)


def parameters_of(estimator):
    return np.concatenate([a.ravel() for a in (*estimator.coefs_, *estimator.intercepts_)])


def same_parameters(first, second):
    return np.array_equal(parameters_of(first), parameters_of(second))


# The loss and its gradient.


@pytest.mark.parametrize("has_weights", [False, True])
@pytest.mark.parametrize(
    ("kind", "loss", "x", "y"),
    [
        (MLPRegressor, "squared_error", X_TWO, Y_TWO),
        (MLPRegressor, "poisson", X_TWO, np.round(np.abs(Y_TWO) * 3)),
        (MLPClassifier, "log_loss", X_IRIS, Y_IRIS),
        (MLPClassifier, "log_loss", X_LABELS, Y_LABELS),
    ],
)
def test_a_step_goes_down_the_gradient_of_the_reported_loss(kind, loss, x, y, has_weights):
    """Also with several outputs, by whose number scikit-learn divides the loss and not the gradient (its #8349)."""
    weights = np.linspace(0.5, 2, len(x)) if has_weights else None
    rate = 1e-3
    start = kind(
        loss=loss,
        hidden_layer_sizes=3,
        activation="tanh",
        solver="gradient_descent",
        learning_rate_init=rate,
        alpha=0.7,
        batch_size=len(x),
        shuffle=False,
        random_state=0,
    )
    classes = {"classes": np.unique(y)} if kind is MLPClassifier else {}
    start.partial_fit(x, y, sample_weight=weights, **classes)
    stepped = copy.deepcopy(start).partial_fit(x, y, sample_weight=weights)
    gradients = [(a - b) / rate for a, b in zip(start.coefs_ + start.intercepts_, stepped.coefs_ + stepped.intercepts_)]
    for layer, gradient in enumerate(gradients):
        for place in list(np.ndindex(gradient.shape))[:6]:
            losses = []
            for move in (1e-5, -1e-5):
                moved = copy.deepcopy(start)
                (moved.coefs_ + moved.intercepts_)[layer][place] += move
                losses.append(moved.partial_fit(x, y, sample_weight=weights).loss_)
            assert gradient[place] == pytest.approx((losses[0] - losses[1]) / 2e-5, abs=1e-6)


def test_several_outputs_count_as_their_sum():
    together = MLPRegressor(hidden_layer_sizes=(), alpha=0, max_iter=1, random_state=0).fit(X_TWO, Y_TWO)
    apart = 0
    for j in range(3):
        one = MLPRegressor(hidden_layer_sizes=(), alpha=0, max_iter=1, random_state=0).fit(X_TWO, Y_TWO[:, j])
        one.coefs_[0][:] = together.coefs_[0][:, [j]]
        one.intercepts_[0][:] = together.intercepts_[0][j]
        apart += one.partial_fit(X_TWO, Y_TWO[:, j]).loss_
    assert together.partial_fit(X_TWO, Y_TWO).loss_ == pytest.approx(apart, rel=1e-12)


# The same as scikit-learn.


@pytest.mark.parametrize(
    "parameters",
    [
        {"solver": "sgd"},
        {"solver": "sgd", "momentum": 0, "activation": "logistic", "alpha": 1.0},
        {"solver": "sgd", "nesterovs_momentum": False, "learning_rate": "invscaling", "activation": "tanh"},
        {"solver": "sgd", "learning_rate": "adaptive", "tol": 0.1, "n_iter_no_change": 2, "learning_rate_init": 0.1},
        {"solver": "sgd", "hidden_layer_sizes": (20, 10, 5), "batch_size": 7, "activation": "identity"},
        {"solver": "sgd", "hidden_layer_sizes": ()},
    ],
)
def test_weights_are_scikit_learn_s_to_rounding_where_the_order_of_rows_is_given(parameters):
    """The initial weights are the same numbers, so that nothing but rounding may differ."""
    common = {"shuffle": False, "random_state": 3, "max_iter": 25} | parameters
    weights = np.linspace(0.5, 2, len(X_IRIS))
    for name, x, y in (("MLPClassifier", X_IRIS, Y_IRIS), ("MLPRegressor", X_DIABETES[:150], Y_DIABETES[:150])):
        ours = getattr(chainrule, name)(**common).fit(x, y, sample_weight=weights)
        theirs = getattr(neural_network, name)(**common).fit(x, y, sample_weight=weights)
        np.testing.assert_allclose(parameters_of(ours), parameters_of(theirs), rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(ours.loss_, theirs.loss_, rtol=1e-9)
        assert ours.n_iter_ == theirs.n_iter_
        assert (ours.t_, ours.n_layers_, ours.n_outputs_) == (theirs.t_, theirs.n_layers_, theirs.n_outputs_)
        assert ours.out_activation_ == theirs.out_activation_
        if common["solver"] != "lbfgs":
            np.testing.assert_allclose(ours.loss_curve_, theirs.loss_curve_, rtol=1e-9)
            assert ours.best_loss_ == pytest.approx(theirs.best_loss_, rel=1e-9)
        if name == "MLPClassifier":
            np.testing.assert_allclose(ours.predict_proba(x), theirs.predict_proba(x), rtol=1e-6)
            np.testing.assert_allclose(ours.predict_log_proba(x), theirs.predict_log_proba(x), rtol=1e-6)
        np.testing.assert_allclose(ours.predict(x), theirs.predict(x), rtol=1e-6, atol=1e-9)
        assert ours.score(x, y, weights) == pytest.approx(theirs.score(x, y, weights), rel=1e-9)


@pytest.mark.parametrize("name", ["MLPClassifier", "MLPRegressor"])
def test_parameters_and_defaults_are_scikit_learn_s_and_more(name):
    ours, theirs = getattr(chainrule, name)().get_params(), getattr(neural_network, name)().get_params()
    assert {key: ours[key] for key in theirs} == theirs
    assert list(ours) == sorted(ours)
    their_ranges = getattr(neural_network, name)._parameter_constraints
    for key in set(theirs) - {"activation", "solver", "loss"}:
        our_range = getattr(chainrule, name)._parameter_constraints[key]
        # A set prints its words in any order.
        assert [sorted(str(part)) for part in our_range] == [sorted(str(part)) for part in their_ranges[key]]


def test_verbose_output_is_scikit_learn_s(capsys):
    common = {"solver": "sgd", "verbose": True, "max_iter": 40, "random_state": 1, "shuffle": False}
    for more in (
        {"tol": 0.5, "n_iter_no_change": 2, "learning_rate": "adaptive"},
        {"tol": 0.5, "n_iter_no_change": 3},
    ):
        texts = []
        for module in (chainrule, neural_network):
            module.MLPClassifier(**common, **more).fit(X_IRIS, Y_IRIS)
            texts.append(capsys.readouterr().out)
        assert texts[0] == texts[1]


def test_coefs_are_views_that_may_be_written_to_or_replaced():
    model = MLPClassifier(hidden_layer_sizes=4, max_iter=5, random_state=0).fit(X_IRIS, Y_IRIS)
    before = model.predict_proba(X_IRIS)
    model.coefs_[0][:, 0] = 0
    model.intercepts_[1][:] += 1
    written = model.predict_proba(X_IRIS)
    assert not np.array_equal(written, before)
    model.coefs_[0] = np.zeros((4, 4))
    model.intercepts_ = [np.zeros(4), np.array([0.0, 5.0, 0.0])]
    assert (model.predict(X_IRIS) == 1).all()
    model.partial_fit(X_IRIS, Y_IRIS)
    assert 0 < np.abs(model.intercepts_[1] - [0, 5, 0]).max() < 0.1


# What scikit-learn does not do.


@pytest.mark.parametrize("activation", HIDDEN_ACTIVATIONS)
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_every_activation_learns(activation, solver):
    model = MLPRegressor(
        hidden_layer_sizes=(8, 6),
        activation=activation,
        solver=solver,
        max_iter=60,
        learning_rate_init=0.01,
        random_state=0,
    )
    assert model.fit(X_DIABETES, Y_DIABETES).score(X_DIABETES, Y_DIABETES) > 0.4


def test_activations_may_differ_from_layer_to_layer():
    model = MLPRegressor(hidden_layer_sizes=(5, 4), activation=["tanh", "relu"], max_iter=5, random_state=0)
    model.fit(X_DIABETES, Y_DIABETES)
    hidden = np.tanh(X_DIABETES @ model.coefs_[0] + model.intercepts_[0])
    hidden = np.maximum(hidden @ model.coefs_[1] + model.intercepts_[1], 0)
    expected = (hidden @ model.coefs_[2] + model.intercepts_[2]).ravel()
    np.testing.assert_allclose(model.predict(X_DIABETES), expected, rtol=1e-12, atol=1e-13)
    restored = pickle.loads(pickle.dumps(model))
    assert np.array_equal(restored.predict(X_DIABETES), model.predict(X_DIABETES))
    with pytest.raises(ValueError, match="one name a hidden layer"):
        clone(model).set_params(activation=["tanh"]).fit(X_DIABETES, Y_DIABETES)
    with pytest.raises(ValueError, match="unknown activation 'sign'"):
        clone(model).set_params(activation=["tanh", "sign"]).fit(X_DIABETES, Y_DIABETES)


@pytest.mark.parametrize("solver", SOLVERS)
def test_every_solver_learns(solver):
    rate = 0.2 if solver == "gradient_descent" else 0.01
    model = MLPClassifier(solver=solver, learning_rate_init=rate, max_iter=60, hidden_layer_sizes=10, random_state=0)
    model.fit(X_IRIS, Y_IRIS)
    assert model.score(X_IRIS, Y_IRIS) > 0.85
    assert model.loss_curve_[-1] < model.loss_curve_[0]
    assert len(model.loss_curve_) == model.n_iter_


def test_weight_decay_is_adamw_s_and_rho_rmsprop_s():
    def weights(**parameters):
        model = MLPClassifier(max_iter=5, random_state=0, **parameters).fit(X_IRIS, Y_IRIS)
        return parameters_of(model)

    assert np.array_equal(weights(solver="adam"), weights(solver="adamw", weight_decay=0))
    assert not np.array_equal(weights(solver="adam"), weights(solver="adamw", weight_decay=0.1))
    assert np.array_equal(weights(solver="adam"), weights(solver="adam", weight_decay=0.1))
    assert not np.array_equal(weights(solver="rmsprop"), weights(solver="rmsprop", rho=0.5))


def test_clip_norm_bounds_a_step():
    model = MLPRegressor(solver="gradient_descent", clip_norm=0.5, learning_rate_init=1.0, random_state=0)
    before = copy.deepcopy(model.partial_fit(X_DIABETES, 1000 * Y_DIABETES))
    model.set_params(batch_size=len(X_DIABETES)).partial_fit(X_DIABETES, 1000 * Y_DIABETES)
    assert np.linalg.norm(parameters_of(model) - parameters_of(before)) == pytest.approx(0.5, rel=1e-9)


def test_dropout_is_of_training_alone():
    plain = MLPClassifier(hidden_layer_sizes=(30, 20), max_iter=10, random_state=0).fit(X_IRIS, Y_IRIS)
    model = clone(plain).set_params(dropout=0.5).fit(X_IRIS, Y_IRIS)
    assert model.loss_curve_[0] != plain.loss_curve_[0]
    assert [a.shape for a in model.coefs_] == [a.shape for a in plain.coefs_]
    hidden = X_IRIS
    for weights, biases in zip(model.coefs_[:-1], model.intercepts_[:-1]):
        hidden = np.maximum(hidden @ weights + biases, 0)
    logits = hidden @ model.coefs_[-1] + model.intercepts_[-1]
    np.testing.assert_allclose(model.decision_function(X_IRIS), logits, rtol=1e-12, atol=1e-13)
    with pytest.raises(chainrule.UsageError, match="takes no dropout"):
        clone(model).set_params(solver="lbfgs").fit(X_IRIS, Y_IRIS)


def test_class_weights_are_factors_of_the_sample_weights():
    y = np.array(["few", "many", "some"])[Y_IRIS]
    factors = {"few": 5.0, "many": 0.5, "some": 1.0}
    weights = np.linspace(0.5, 2, len(y))
    common = {"max_iter": 10, "random_state": 0, "hidden_layer_sizes": 5}
    by_class = MLPClassifier(class_weight=factors, **common).fit(X_IRIS, y, weights)
    by_row = MLPClassifier(**common).fit(X_IRIS, y, weights * np.array([factors[label] for label in y]))
    assert same_parameters(by_class, by_row)
    few = np.r_[0:60, 100:110]
    balanced = MLPClassifier(class_weight="balanced", **common).fit(X_IRIS[few], y[few])
    by_row = MLPClassifier(**common).fit(X_IRIS[few], y[few], compute_sample_weight("balanced", y[few]))
    assert same_parameters(balanced, by_row)
    in_part = MLPClassifier(class_weight=factors, **common).partial_fit(X_IRIS, y, classes=np.unique(y))
    assert not same_parameters(in_part, MLPClassifier(**common).partial_fit(X_IRIS, y, classes=np.unique(y)))
    with pytest.raises(ValueError, match="'balanced' is not supported for partial_fit"):
        balanced.partial_fit(X_IRIS, y)
    MLPClassifier(class_weight="balanced", **common).fit(X_LABELS, Y_LABELS)


def test_losses_of_regression_learn_what_they_are_for():
    rng = np.random.default_rng(0)
    x = np.zeros((400, 1))
    y = rng.exponential(size=400)
    common = {"hidden_layer_sizes": (), "solver": "lbfgs", "alpha": 0, "max_iter": 500, "tol": 1e-9, "random_state": 0}
    descent = {
        "hidden_layer_sizes": (),
        "alpha": 0,
        "max_iter": 400,
        "learning_rate_init": 0.01,
        "tol": 0,
        "random_state": 0,
    }
    assert MLPRegressor("squared_error", **common).fit(x, y).predict(x[:1])[0] == pytest.approx(y.mean())
    assert MLPRegressor("poisson", **common).fit(x, y).predict(x[:1])[0] == pytest.approx(y.mean(), rel=1e-6)
    median = MLPRegressor("absolute_error", **descent).fit(x, y).predict(x[:1])[0]
    assert median == pytest.approx(np.median(y), abs=0.03)
    high = MLPRegressor("quantile", quantile=0.9, **descent).fit(x, y).predict(x[:1])[0]
    assert high == pytest.approx(np.quantile(y, 0.9), abs=0.1)
    huber = MLPRegressor("huber", huber_delta=0.3, **common).fit(x, y).predict(x[:1])[0]
    assert np.median(y) < huber < y.mean()
    with pytest.raises(chainrule.DataError, match="poisson cannot take"):
        MLPRegressor("poisson").fit(x, -y)


def test_validation_data_are_scored_after_each_epoch_and_stop_training():
    learn, held_out = np.arange(0, 442, 2), np.arange(1, 442, 2)
    weights = np.linspace(0.5, 2, len(held_out))
    validation = (X_DIABETES[held_out], Y_DIABETES[held_out], weights)
    model = MLPRegressor(max_iter=30, learning_rate_init=0.01, random_state=0)
    model.fit(X_DIABETES[learn], Y_DIABETES[learn], validation_data=validation)
    assert model.n_iter_ == 30 == len(model.validation_scores_) == len(model.validation_loss_curve_)
    assert model.validation_scores_[-1] == pytest.approx(model.score(*validation), rel=1e-12)
    error = np.average((model.predict(validation[0]) - validation[1]) ** 2, weights=weights) / 2
    assert model.validation_loss_curve_[-1] == pytest.approx(error, rel=1e-12)
    assert same_parameters(model, clone(model).fit(X_DIABETES[learn], Y_DIABETES[learn]))
    model.set_params(early_stopping=True, max_iter=500, n_iter_no_change=5)
    model.fit(X_DIABETES[learn], Y_DIABETES[learn], validation_data=validation)
    assert model.converged_ and model.n_iter_ < 500
    assert model.score(*validation) == pytest.approx(max(model.validation_scores_), rel=1e-12)
    assert model.best_validation_score_ == max(model.validation_scores_) > model.validation_scores_[-1]
    with pytest.raises(ValueError, match="got 1 parts"):
        model.fit(X_DIABETES, Y_DIABETES, validation_data=(X_DIABETES,))


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_a_classifier_validates_too(solver):
    y = np.array(["a", "b", "c"])[Y_IRIS]
    model = MLPClassifier(max_iter=20, random_state=0, solver=solver)
    model.fit(X_IRIS[::2], y[::2], validation_data=(X_IRIS[1::2], y[1::2]))
    assert len(model.validation_scores_) == len(model.loss_curve_) == model.n_iter_
    assert model.validation_scores_[-1] == pytest.approx(model.score(X_IRIS[1::2], y[1::2]))
    with pytest.raises(ValueError, match="classes not in"):
        model.fit(X_IRIS, y, validation_data=(X_IRIS[:2], ["d", "a"]))
    if solver == "adam":
        held_out = MLPClassifier(early_stopping=True, max_iter=20, random_state=0).fit(X_IRIS, y)
        assert held_out.best_loss_ is None
        assert len(held_out.validation_loss_curve_) == len(held_out.validation_scores_) == held_out.n_iter_


def test_callbacks_see_each_epoch_and_may_stop():
    records, answers = [], []

    def watch(record):
        records.append(record)
        answers.append(record.estimator.predict(X_IRIS[:1]))
        return record.epoch == 4

    for solver in ("adam", "lbfgs"):
        records.clear()
        model = MLPClassifier(solver=solver, callbacks=[watch, lambda record: "no stop"], random_state=0)
        model.fit(X_IRIS, Y_IRIS, validation_data=(X_IRIS, Y_IRIS))
        assert [record.epoch for record in records] == [1, 2, 3, 4]
        assert model.n_iter_ == 4
        assert [record.loss for record in records] == model.loss_curve_
        assert [record.validation_loss for record in records] == model.validation_loss_curve_
        assert [record.validation_score for record in records] == model.validation_scores_
        with pytest.raises(AttributeError):
            records[0].loss = 0


@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
def test_partial_fit_is_one_epoch_of_fit(kind):
    x, y = (X_IRIS, Y_IRIS) if kind is MLPClassifier else (X_DIABETES, Y_DIABETES)
    classes = {"classes": np.unique(y)} if kind is MLPClassifier else {}
    whole = kind(max_iter=6, random_state=0, batch_size=20, dropout=0.2).fit(x, y)
    parts = clone(whole)
    for _ in range(6):
        parts.partial_fit(x, y, **classes)
    assert same_parameters(whole, parts)
    assert parts.loss_curve_ == whole.loss_curve_


def test_partial_fit_stops_early():
    model = MLPClassifier(early_stopping=True, n_iter_no_change=3, learning_rate_init=0.01, random_state=0)
    calls = 0
    while calls == 0 or not model.converged_:
        model.partial_fit(X_IRIS, Y_IRIS, classes=[0, 1, 2])
        calls += 1
    assert 3 < calls < 200
    assert len(model.validation_scores_) == calls
    given = clone(model).partial_fit(X_IRIS, Y_IRIS, classes=[0, 1, 2], validation_data=(X_IRIS, Y_IRIS))
    assert given.validation_scores_ == [pytest.approx(given.score(X_IRIS, Y_IRIS))]


@pytest.mark.parametrize("container", [np.asarray, sparse.csr_matrix])
def test_partial_fit_takes_several_labels(container):
    y = container(Y_LABELS)
    model = MLPClassifier(learning_rate_init=0.02, random_state=0)
    for _ in range(60):
        model.partial_fit(X_LABELS, y, classes=range(5))
    answers = model.predict(X_LABELS)
    assert sparse.issparse(answers) == sparse.issparse(y)
    assert np.mean((answers.toarray() if sparse.issparse(y) else answers) == Y_LABELS) > 0.9
    assert model.predict_proba(X_LABELS).shape == model.decision_function(X_LABELS).shape == Y_LABELS.shape


def test_partial_fit_uses_new_parameters():
    model = MLPRegressor(solver="sgd", random_state=0).partial_fit(X_DIABETES, Y_DIABETES)
    before = parameters_of(model)
    model.set_params(learning_rate_init=1e-12).partial_fit(X_DIABETES, Y_DIABETES)
    after = parameters_of(model)
    # Momentum alone moves them.
    assert np.abs(after - before).max() < 0.1
    model.set_params(solver="gradient_descent").partial_fit(X_DIABETES, Y_DIABETES)
    assert np.abs(parameters_of(model) - after).max() < 1e-10


@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_results_do_not_depend_on_the_number_of_threads(kind, solver):
    x, y = load_digits(return_X_y=True)
    x = x / 16
    models = [
        kind(hidden_layer_sizes=(150, 60), solver=solver, max_iter=3, random_state=0, n_jobs=n).fit(x, y)
        for n in (1, 2, 3, None, -1)
    ]
    assert all(same_parameters(models[0], model) for model in models)
    assert all(np.array_equal(models[0].predict(x), model.predict(x)) for model in models)


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_precision_is_the_input_s_or_what_is_asked_for(solver):
    for given, precision, expected in (
        (np.float32, "auto", np.float32),
        (np.float64, "auto", np.float64),
        (np.float64, "float32", np.float32),
        (np.float32, "float64", np.float64),
    ):
        common = {"precision": precision, "max_iter": 5, "random_state": 0, "solver": solver}
        classifier = MLPClassifier(**common).fit(X_IRIS.astype(given), Y_IRIS)
        regressor = MLPRegressor(**common).fit(X_IRIS.astype(given), Y_IRIS)
        for array in (*classifier.coefs_, *regressor.intercepts_, classifier.predict_proba(X_IRIS.astype(given))):
            assert array.dtype == expected
        assert regressor.predict(X_IRIS.astype(given)).dtype == expected
        assert classifier.predict_proba(X_IRIS).dtype == expected
    single = MLPClassifier(precision="float32", max_iter=30, random_state=0).fit(X_IRIS, Y_IRIS)
    double = MLPClassifier(max_iter=30, random_state=0).fit(X_IRIS, Y_IRIS)
    np.testing.assert_allclose(single.predict_proba(X_IRIS), double.predict_proba(X_IRIS), atol=1e-4)


# Faults.


@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
def test_divergence_says_where_and_what_to_try_and_keeps_the_last_good_weights(kind):
    x, y = (X_IRIS * 100, Y_IRIS) if kind is MLPClassifier else (X_DIABETES, Y_DIABETES)
    model = kind(
        solver="sgd", activation="identity", hidden_layer_sizes=(9, 9, 9), learning_rate_init=10.0, random_state=0
    )
    with pytest.raises(chainrule.NonFiniteError, match="diverged") as error:
        model.fit(x, y)
    assert error.value.where.startswith("epoch ")
    assert "learning_rate_init" in error.value.advice or "clip_norm=1" in error.value.advice
    assert isinstance(error.value, ValueError)
    assert np.isfinite(parameters_of(model)).all()
    assert len(model.predict(x)) == len(x)
    assert np.isfinite(model.set_params(learning_rate_init=1e-9, clip_norm=1.0).partial_fit(x, y).loss_)


def test_inputs_that_are_too_large_are_reported_at_once():
    for solver in ("adam", "lbfgs"):
        with pytest.raises(chainrule.NonFiniteError, match="need to be preprocessed") as error:
            MLPRegressor(solver=solver, random_state=0).fit(X_DIABETES * 1e300, Y_DIABETES)
        assert "scaled inputs" in error.value.advice


def test_divergence_after_a_good_score_ends_with_the_best_weights():
    model = MLPRegressor(
        solver="sgd", activation="identity", learning_rate_init=1.0, early_stopping=True, max_iter=50, random_state=0
    )
    with pytest.warns(ConvergenceWarning, match="best validation score"):
        model.fit(*IRIS)
    assert np.isnan(model.validation_scores_[-1])
    assert len(model.validation_scores_) == len(model.validation_loss_curve_) == len(model.loss_curve_) == model.n_iter_
    assert np.isfinite(model.predict(IRIS[0])).all()


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_ctrl_c_keeps_the_model_so_far(solver):
    def interrupt(record):
        if record.epoch == 3:
            signal.raise_signal(signal.SIGINT)

    model = MLPClassifier(solver=solver, callbacks=[interrupt], random_state=0)
    with pytest.warns(UserWarning, match=r"Training interrupted by user\."):
        model.fit(X_IRIS, Y_IRIS)
    assert model.n_iter_ == 3
    model.set_params(callbacks=[lambda record: record.epoch == 3])
    assert same_parameters(copy.deepcopy(model), model.fit(X_IRIS, Y_IRIS))


def test_a_training_that_cannot_continue_is_refused():
    model = MLPRegressor(hidden_layer_sizes=5, max_iter=2, warm_start=True).fit(X_DIABETES, Y_DIABETES)
    with pytest.raises(ValueError, match=r"is \[7\], but the network that training continues has \[5\]"):
        model.set_params(hidden_layer_sizes=7).fit(X_DIABETES, Y_DIABETES)
    with pytest.raises(ValueError, match="y has 2 outputs, but the network has 1"):
        model.set_params(hidden_layer_sizes=5).fit(X_DIABETES, np.c_[Y_DIABETES, Y_DIABETES])
    with pytest.raises(ValueError, match="Negative values in data"):
        model.fit(X_DIABETES, Y_DIABETES, sample_weight=-np.ones(len(Y_DIABETES)))
    with pytest.raises(NotFittedError):
        MLPClassifier().predict_proba(X_IRIS)
    with pytest.raises(ValueError, match="Multioutput target data is not supported"):
        MLPClassifier().fit(X_IRIS, np.c_[Y_IRIS, Y_IRIS])
    with pytest.raises(ValueError, match="Input X contains NaN"):
        MLPClassifier(max_iter=2).fit(X_IRIS, Y_IRIS).predict(np.full((1, 4), np.nan))


def test_estimators_without_scikit_learn_say_what_to_install():
    code = (
        "import sys; sys.modules['sklearn'] = sys.modules['sklearn.base'] = None\n"
        "import chainrule\n"
        "assert chainrule.__version__\n"
        "try: chainrule.MLPClassifier\n"
        "except AttributeError as error: print(error)\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install scikit-learn" in run.stdout


@pytest.mark.parametrize("answer", [True, np.True_, np.float64(1) < 2])
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_a_callback_ends_training_with_a_true_of_python_or_numpy(answer, solver):
    classifier = MLPClassifier((3,), solver=solver, random_state=0, callbacks=[lambda record: answer])
    assert classifier.fit(X_IRIS, Y_IRIS).n_iter_ == 1


@pytest.mark.parametrize("answer", [None, False, np.False_, 1, "yes", np.ones(2)])
def test_no_other_answer_of_a_callback_ends_training(answer):
    classifier = MLPClassifier((3,), random_state=0, max_iter=3, callbacks=[lambda record: answer])
    assert classifier.fit(X_IRIS, Y_IRIS).n_iter_ == 3
