"""Former names of parameters work with a FutureWarning, in calls and set_params, and in model files and pickles."""

import json
import pickle
import warnings

import numpy as np
import pytest

pytest.importorskip("sklearn")

from sklearn.base import clone
from sklearn.datasets import load_iris

import chainrule
from chainrule import RBFClassifier, RBFRegressor, TableClassifier, TableRegressor, _native

X, Y = load_iris(return_X_y=True)

TABLE = {
    "hidden_layer_sizes": ("hidden", (5,), (5,)),
    "solver": ("optimizer", "sgd", "nesterov"),
    "alpha": ("l2", 0.5, 0.5),
    "learning_rate_init": ("learning_rate", 0.3, 0.3),
    "max_iter": ("epochs", 7, 7),
    "validation_fraction": ("validation", 0.4, 0.4),
    "early_stopping": ("validation", False, 0.0),
    "n_iter_no_change": ("patience", 3, 3),
    "tol": ("min_improvement", 0.1, 0.1),
    "random_state": ("seed", 9, 9),
    "n_jobs": ("threads", -1, 0),
}
RBF = {
    "n_centers": ("centres", 7, 7),
    "centers": ("centre_choice", "data", "data"),
    "alpha": ("ridge", 0.5, 0.5),
    "learning_rate_init": ("learning_rate", 0.3, 0.3),
    "random_state": ("seed", 9, 9),
    "n_jobs": ("threads", 2, 2),
}
CASES = [(kind, name, *parts) for kind in (TableClassifier, TableRegressor) for name, parts in TABLE.items()]
CASES += [(kind, name, *parts) for kind in (RBFClassifier, RBFRegressor) for name, parts in RBF.items()]
CASES += [
    (RBFClassifier, "output", "output_training", "softmax", "softmax"),
    (RBFClassifier, "max_iter", "epochs", 7, 7),
]


@pytest.mark.parametrize(("kind", "former", "now", "value", "expected"), CASES)
def test_a_former_name_sets_the_parameter_and_warns(kind, former, now, value, expected):
    with pytest.warns(FutureWarning, match=f"{former} of {kind.__name__} is called {now} now"):
        estimator = kind(**{former: value})
    assert estimator.get_params()[now] == expected
    assert former not in estimator.get_params()
    with pytest.warns(FutureWarning, match=former):
        assert kind().set_params(**{former: value}).get_params()[now] == expected
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert clone(estimator).get_params()[now] == expected


def test_early_stopping_off_wins_over_a_share_of_rows():
    with pytest.warns(FutureWarning):
        assert TableClassifier(validation_fraction=0.3, early_stopping=False).validation == 0
    with pytest.warns(FutureWarning):
        assert TableClassifier(validation_fraction=0.3, early_stopping=True).validation == 0.3


def test_former_names_train_the_same_network():
    with pytest.warns(FutureWarning):
        former = TableRegressor((4,), solver="momentum", alpha=0.1, learning_rate_init=0.02, max_iter=3, random_state=7)
    now = TableRegressor((4,), optimizer="momentum", l2=0.1, learning_rate=0.02, epochs=3, seed=7)
    rows = {"a": [1.0, 2.0, 3.0, 5.0] * 20}
    assert np.array_equal(former.fit(rows, np.arange(80.0)).predict(rows), now.fit(rows, np.arange(80.0)).predict(rows))


@pytest.mark.parametrize("kind", [TableClassifier, RBFRegressor])
def test_an_unknown_name_is_a_type_error(kind):
    with pytest.raises(TypeError, match="no parameter 'hiden'"):
        kind(hiden=3)
    with pytest.raises(TypeError, match="no parameter 'output'"):
        RBFRegressor(output="softmax")
    with pytest.raises(ValueError, match="Invalid parameter 'hiden'"):
        kind().set_params(hiden=3)


def test_pickles_and_files_of_former_names_are_read(tmp_path):
    estimator = TableClassifier((4,), epochs=3, seed=2).fit(X, Y)
    state = estimator.__getstate__()
    attributes = state["attributes"]
    for name, former in (("hidden", "hidden_layer_sizes"), ("epochs", "max_iter"), ("seed", "random_state")):
        attributes[former] = attributes.pop(name)
    again = TableClassifier.__new__(TableClassifier)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        again.__setstate__(pickle.loads(pickle.dumps(state)))
    assert (again.hidden, again.epochs, again.seed) == ((4,), 3, 2)
    assert np.array_equal(again.predict(X), estimator.predict(X))
    rbf = RBFClassifier(3, seed=0).fit(X, Y)
    parameters = {"n_centers": 3, "alpha": 0.01, "random_state": 5}
    model = _native.Model.of_network(
        rbf._network,
        rbf._loss,
        task="classes",
        feature_names=list("abcd"),
        target_names=["species"],
        class_names=list("012"),
        class_values=list("012"),
        options=[("estimator", "RBFClassifier"), ("parameters", json.dumps(parameters))],
    )
    model.save(str(tmp_path / "model"))
    loaded = chainrule.load(tmp_path / "model")
    assert (loaded.centres, loaded.ridge, loaded.seed) == (3, 0.01, 5)
