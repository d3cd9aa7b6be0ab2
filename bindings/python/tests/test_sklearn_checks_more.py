"""scikit-learn's checks of estimators, on those for tables, radial basis functions and the perceptron rule."""

import pytest

pytest.importorskip("sklearn")

from sklearn.utils.estimator_checks import parametrize_with_checks

from chainrule import Perceptron, RBFClassifier, RBFRegressor, TableClassifier, TableRegressor

# A weight is not a repetition where rows are drawn at random: starts of k-means, validation rows, batches.
NOT_REPETITIONS = {
    "check_sample_weight_equivalence_on_dense_data": "rows are drawn at random, and a repeated row is drawn more often",
}


def expected_failures(estimator):
    return {} if isinstance(estimator, Perceptron) else NOT_REPETITIONS


@parametrize_with_checks(
    [
        Perceptron(max_iter=100),
        Perceptron(variant="averaged", max_iter=50),
        Perceptron(variant="pocket", max_iter=50),
        RBFClassifier(),
        RBFClassifier(output_training="softmax", epochs=50, learning_rate=0.05),
        RBFRegressor(),
        TableClassifier(),
        TableRegressor(),
    ],
    expected_failed_checks=expected_failures,
)
def test_estimators_are_scikit_learn_s(estimator, check):
    check(estimator)
