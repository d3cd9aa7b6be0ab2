"""As good as scikit-learn at its defaults, on its own tables: means over seeds of weights, row orders and splits."""

import numpy as np
import pytest

pytest.importorskip("sklearn")
from sklearn import neural_network
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_wine
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import scale

import chainrule

SEEDS = 5
CASES = [
    ("MLPClassifier", load_digits, 15, {}),
    ("MLPClassifier", load_breast_cancer, 50, {}),
    ("MLPClassifier", load_wine, 100, {}),
    ("MLPRegressor", load_diabetes, 100, {}),
    ("MLPClassifier", load_wine, 100, {"early_stopping": True}),
    ("MLPRegressor", load_diabetes, 100, {"early_stopping": True}),
]


# With solver='sgd' and rows in a given order the weights are equal to rounding: test_mlp.py.
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize(("name", "load", "max_iter", "parameters"), CASES)
def test_scores_and_losses_are_scikit_learn_s(name, load, max_iter, parameters):
    x, y = load(return_X_y=True)
    x = scale(x)
    y = scale(y) if name == "MLPRegressor" else y
    results = {}
    for module in (chainrule, neural_network):
        numbers = []
        for seed in range(SEEDS):
            learn_x, test_x, learn_y, test_y = train_test_split(x, y, test_size=0.3, random_state=seed)
            model = getattr(module, name)(random_state=seed, max_iter=max_iter, **parameters).fit(learn_x, learn_y)
            numbers.append((model.score(test_x, test_y), model.loss_, model.loss_curve_[min(9, model.n_iter_ - 1)]))
        results[module.__name__] = np.array(numbers)
    ours, theirs = results.values()
    # The seeds are the same, and with them splits and initial weights: only the order of rows differs.
    difference = ours - theirs
    error = difference.std(axis=0, ddof=1) / np.sqrt(SEEDS)
    room = np.array([0.005, 0.01, 0.01]) * np.maximum(1, np.abs(theirs.mean(axis=0)))
    assert (np.abs(difference.mean(axis=0)) <= 4 * error + room).all(), (ours, theirs)
