"""scikit-learn's checks of estimators, on MLPClassifier and MLPRegressor."""

import pytest

pytest.importorskip("sklearn")
from sklearn.utils.estimator_checks import parametrize_with_checks

from chainrule import MLPClassifier, MLPRegressor

ESTIMATORS = [
    kind(hidden_layer_sizes=10, max_iter=30, **parameters)
    for kind in (MLPClassifier, MLPRegressor)
    for parameters in (
        {"learning_rate_init": 0.01},
        {"solver": "sgd", "learning_rate_init": 0.05, "clip_norm": 1.0},
        {"solver": "lbfgs"},
    )
]


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@parametrize_with_checks(ESTIMATORS)
def test_estimator_is_one_of_scikit_learn_s(estimator, check):
    check(estimator)
