"""Model files: exchanged with the command line; pickles of plain values; other files are refused."""

import csv
import io
import os
import pickle
import subprocess
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("sklearn")

import joblib
import pandas as pd
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_iris

import chainrule
from chainrule import Perceptron, RBFClassifier, RBFRegressor, TableClassifier, TableRegressor, _native

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

REPOSITORY = Path(__file__).parents[3]
PROGRAM = os.environ.get("CHAINRULE_PROGRAM", str(REPOSITORY / "build/release/bin/chainrule"))
PENGUINS = REPOSITORY / "examples/data/penguins.csv"
needs_program = pytest.mark.skipif(
    not os.access(PROGRAM, os.X_OK), reason=f"no program at {PROGRAM}: name it in CHAINRULE_PROGRAM"
)
needs_examples = pytest.mark.skipif(not PENGUINS.exists(), reason="the examples are not here")


def iris():
    x, y = load_iris(return_X_y=True, as_frame=True)
    return x, pd.Series(np.array(["setosa", "versicolor", "virginica"])[y], name="species")


def diabetes():
    return load_diabetes(return_X_y=True, as_frame=True)


def labels():
    """Two labels per row, each 0 or 1."""
    x, y = iris()
    return x, np.column_stack([y == "setosa", x.iloc[:, 0] > 5.5]).astype(int)


def mlps():
    """Estimators of networks trained by gradient descent."""
    try:
        from chainrule import MLPClassifier, MLPRegressor
    except ImportError:
        return []
    options = {"hidden_layer_sizes": (8, 4), "max_iter": 20, "random_state": 1}
    return [
        ("mlp", MLPClassifier(**options), iris),
        ("mlp two classes", MLPClassifier(**options, activation=["tanh", "elu"]), lambda: two_classes(iris)),
        ("mlp in float32", MLPClassifier(**options, precision="float32", dropout=0.2), iris),
        ("mlp of labels", MLPClassifier(**options), labels),
        ("mlp regressor", MLPRegressor(**options), diabetes),
        ("mlp of counts", MLPRegressor("poisson", **options), diabetes),
        ("mlp of two numbers", MLPRegressor(**options), lambda: (diabetes()[0], np.column_stack([diabetes()[1]] * 2))),
    ]


def two_classes(load):
    x, y = load()
    chosen = y != "setosa"
    return x[chosen].reset_index(drop=True), y[chosen].reset_index(drop=True)


CASES = [
    ("rbf", RBFClassifier(12, seed=0), iris),
    ("rbf two classes", RBFClassifier(12, seed=0), lambda: two_classes(iris)),
    ("rbf softmax", RBFClassifier(12, output_training="softmax", epochs=20, seed=0), iris),
    ("rbf regressor", RBFRegressor(20, seed=0), diabetes),
    ("perceptron", Perceptron(max_iter=20), iris),
    ("perceptron two classes", Perceptron(max_iter=20, variant="pocket"), lambda: two_classes(iris)),
    ("table", TableClassifier(epochs=10), iris),
    ("table in double", TableClassifier(epochs=10, precision="double"), lambda: two_classes(iris)),
    ("table regressor", TableRegressor(epochs=5), diabetes),
    *mlps(),
]


@pytest.fixture(params=CASES, ids=[name for name, *_ in CASES])
def fitted(request):
    _, estimator, load = request.param
    x, y = load()
    return clone(estimator).fit(x, y), x, y


def answers_of(program_output):
    rows = list(csv.reader(io.StringIO(program_output)))
    return np.array(rows[1:])


def predict_on_the_command_line(model, table, *options):
    result = subprocess.run(
        [PROGRAM, "predict", str(model), str(table), *options], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return answers_of(result.stdout)


def test_a_loaded_estimator_is_the_saved_one(fitted, tmp_path):
    estimator, x, y = fitted
    path = tmp_path / "model.safetensors"
    estimator.save(path)
    loaded = chainrule.load(path)
    assert type(loaded) is type(estimator)
    assert loaded.get_params() == estimator.get_params()
    assert np.array_equal(loaded.predict(x), estimator.predict(x))
    if hasattr(estimator, "predict_proba"):
        assert np.array_equal(loaded.predict_proba(x), estimator.predict_proba(x))
    assert loaded.score(x, y) == estimator.score(x, y)
    assert list(loaded.feature_names_in_) == list(x.columns)
    again = tmp_path / "again.safetensors"
    chainrule.save(loaded, again)
    assert again.read_bytes() == path.read_bytes()


@needs_program
def test_the_command_line_predicts_the_same(fitted, tmp_path):
    estimator, x, _ = fitted
    model, table = tmp_path / "model.safetensors", tmp_path / "table.csv"
    chainrule.save(estimator, model)
    x.to_csv(table, index=False)
    mine = estimator.predict(x).reshape(len(x), -1)
    answers = predict_on_the_command_line(model, table)
    if mine.dtype.kind == "f":
        answers = answers.astype(mine.dtype)
        # Counts are the exponential of an output, which NumPy rounds in its own way.
        is_count = getattr(estimator, "loss", "") == "poisson"
        assert np.allclose(answers, mine, rtol=1e-14, atol=0) if is_count else np.array_equal(answers, mine)
        return
    assert np.array_equal(answers, mine.astype(str))
    if not hasattr(estimator, "predict_proba"):
        return
    # The command line prints probabilities as float32.
    theirs = predict_on_the_command_line(model, table, "--probabilities")[:, mine.shape[1] :].astype(np.float32)
    assert np.array_equal(theirs, estimator.predict_proba(x).astype(np.float32))


def test_pickles_and_joblib_give_the_same_estimator(fitted, tmp_path):
    estimator, x, _ = fitted
    joblib.dump(estimator, tmp_path / "dumped")
    for copy in (pickle.loads(pickle.dumps(estimator)), joblib.load(tmp_path / "dumped", mmap_mode="r")):
        assert np.array_equal(copy.predict(x), estimator.predict(x))
        assert copy.get_params() == estimator.get_params()


@needs_program
@needs_examples
def test_what_the_command_line_trained_is_loaded_and_predicts_the_same(tmp_path):
    model = tmp_path / "penguins.safetensors"
    subprocess.run(
        [PROGRAM, "train", str(PENGUINS), "--target", "species", "--epochs", "5", "-o", str(model), "--quiet"],
        check=True,
    )
    loaded = chainrule.load(model)
    assert isinstance(loaded, TableClassifier)
    table = pd.read_csv(PENGUINS)
    assert np.array_equal(loaded.predict(table), predict_on_the_command_line(model, PENGUINS)[:, 0])
    assert loaded.score(table, "species") > 0.8
    assert loaded.predict_proba(PENGUINS).shape == (344, 3)
    perceptron = tmp_path / "perceptron.safetensors"
    subprocess.run(
        [PROGRAM, "train", str(PENGUINS), "--target", "species", "--model", "perceptron", "--epochs", "5"]
        + ["-o", str(perceptron), "--quiet"],
        check=True,
    )
    loaded = chainrule.load(perceptron)
    assert not hasattr(loaded, "predict_proba")
    assert np.array_equal(loaded.predict(table), predict_on_the_command_line(perceptron, PENGUINS)[:, 0])


@needs_program
@needs_examples
def test_python_and_the_command_line_train_the_same_network(tmp_path):
    model = tmp_path / "cli.safetensors"
    arguments = ["--target", "species", "--epochs", "6", "--hidden", "8", "--seed", "3", "--quiet"]
    subprocess.run([PROGRAM, "train", str(PENGUINS), *arguments, "-o", str(model)], check=True)
    theirs = _native.Model.load(str(model))
    for source in (PENGUINS, pd.read_csv(PENGUINS)):
        mine = TableClassifier((8,), epochs=6, seed=3).fit(source, "species")._model
        assert np.array_equal(mine.network.parameters, theirs.network.parameters)
        assert mine.provenance["data_fingerprint"] == theirs.provenance["data_fingerprint"]
        assert mine.provenance["held_out"] == theirs.provenance["held_out"]


@pytest.mark.parametrize("labels", [[3, 7, 10], [1.0, 2.0, 3.0], ["a", "b", "c"], [True, False], [-1, 1]])
def test_labels_come_back_as_they_were(labels, tmp_path):
    x = np.arange(60.0).reshape(-1, 1) % len(labels)
    y = np.array(labels)[x[:, 0].astype(int)]
    for estimator in (RBFClassifier(3, seed=0), TableClassifier(epochs=3), Perceptron()):
        estimator.fit(x, y).save(tmp_path / "model")
        loaded = chainrule.load(tmp_path / "model")
        assert loaded.classes_.dtype.kind == estimator.classes_.dtype.kind
        assert np.array_equal(loaded.classes_, estimator.classes_)
        assert np.array_equal(loaded.predict(x), estimator.predict(x))


def test_dates_come_back_as_they_were(tmp_path):
    x = np.arange(60.0).reshape(-1, 1) % 3
    y = np.array(["2024-01-31", "2024-02-29T13:30", "1969-07-20"], dtype="datetime64[ns]")[x[:, 0].astype(int)]
    for estimator in (RBFClassifier(3, seed=0), TableClassifier(epochs=3), Perceptron()):
        estimator.fit(x, y).save(tmp_path / "model")
        loaded = chainrule.load(tmp_path / "model")
        assert loaded.classes_.dtype == estimator.classes_.dtype
        assert np.array_equal(loaded.classes_, estimator.classes_)
        assert np.array_equal(loaded.predict(x), estimator.predict(x))


def test_an_array_s_columns_have_the_names_of_a_file_without_header(tmp_path):
    x, y = load_iris(return_X_y=True)
    estimator = RBFClassifier(seed=0).fit(x, y)
    estimator.save(tmp_path / "model")
    assert _native.Model.load(str(tmp_path / "model")).feature_names[:2] == ["column_1", "column_2"]
    assert not hasattr(chainrule.load(tmp_path / "model"), "feature_names_in_")


def test_other_files_are_refused_and_not_run(tmp_path):
    class Hostile:
        def __reduce__(self):
            return (os.mkdir, (str(tmp_path / "was_run"),))

    (tmp_path / "pickle").write_bytes(pickle.dumps(Hostile()))
    (tmp_path / "text").write_text("a,b\n1,2\n")
    (tmp_path / "empty").write_bytes(b"")
    for name in ("pickle", "text", "empty", "missing", "."):
        with pytest.raises(chainrule.ModelFileError):
            chainrule.load(tmp_path / name)
    assert not (tmp_path / "was_run").exists()


def test_a_damaged_or_shortened_model_is_refused(tmp_path):
    x, y = iris()
    path = tmp_path / "model"
    RBFClassifier(3, seed=0).fit(x, y).save(path)
    good = path.read_bytes()
    for place in range(0, len(good), 97):
        bad = bytearray(good)
        bad[place] ^= 16
        path.write_bytes(bytes(bad))
        with pytest.raises(chainrule.ModelFileError):
            chainrule.load(path)
    path.write_bytes(good[:-1])
    with pytest.raises(chainrule.ModelFileError, match="cut short"):
        chainrule.load(path)


def test_a_model_file_names_estimators_of_this_package_only(tmp_path):
    x, y = iris()
    estimator = RBFClassifier(3, seed=0).fit(x, y)
    for name in ("os.system", "sklearn.svm.SVC", "RBFRegressor", "Perceptron"):
        model = _native.Model.of_network(
            estimator._network,
            estimator._loss,
            task="classes",
            feature_names=list(x.columns),
            target_names=["species"],
            class_names=list(estimator.classes_),
            class_values=list(estimator.classes_),
            options=[("estimator", name), ("parameters", '{"n_centers": 3, "no_such": 1}')],
        )
        model.save(str(tmp_path / "model"))
        if name == "RBFRegressor":
            with pytest.raises(chainrule.ModelFileError, match="does not fit its task"):
                chainrule.load(tmp_path / "model")
        elif name == "Perceptron":
            with pytest.raises(chainrule.ModelFileError, match="and its network"):
                chainrule.load(tmp_path / "model")
        else:
            assert isinstance(chainrule.load(tmp_path / "model"), TableClassifier)


def test_a_file_whose_labels_are_not_what_it_says_is_refused(tmp_path):
    x, y = iris()
    estimator = RBFClassifier(3, seed=0).fit(x, y)
    for dtype in ("<i8", "|O", "no type", "<M8[s]"):
        model = _native.Model.of_network(
            estimator._network,
            estimator._loss,
            task="classes",
            feature_names=list(x.columns),
            target_names=["species"],
            class_names=list(estimator.classes_),
            class_values=list(estimator.classes_),
            options=[("estimator", "RBFClassifier"), ("labels", dtype), ("parameters", "[" * 100_000)],
        )
        model.save(str(tmp_path / "model"))
        with pytest.raises(chainrule.ModelFileError, match="labels"):
            chainrule.load(tmp_path / "model")


def test_what_belongs_to_one_machine_is_not_in_the_file(tmp_path):
    x, y = iris()
    contents = []
    for jobs in (1, 2):
        RBFClassifier(3, seed=0, threads=jobs).fit(x, y).save(tmp_path / "model")
        contents.append((tmp_path / "model").read_bytes())
    assert contents[0] == contents[1]
    assert chainrule.load(tmp_path / "model").threads is None


def test_a_state_of_another_version_is_refused_in_words():
    x, y = iris()
    estimator = RBFClassifier(3, seed=0).fit(x, y)
    state = estimator.__getstate__()
    with pytest.raises(chainrule.StateError, match="written by another version of chainrule") as error:
        RBFClassifier().__setstate__({**state, "chainrule_state": 99})
    assert "save it as a model file" in error.value.advice
    with pytest.raises(chainrule.StateError, match="not the state of a RBFClassifier"):
        RBFClassifier().__setstate__({"anything": 1})
    wrong = {**state, "native": {"_network": {**state["native"]["_network"], "parameters": np.zeros(3)}}}
    with pytest.raises(chainrule.StateError, match="not the parameters of these layers"):
        RBFClassifier().__setstate__(wrong)
    huge = [{"kind": "rbf", "inputs": 2**40, "units": 2**40}]
    with pytest.raises(chainrule.StateError, match="not the parameters"):
        _native.network_float64_of_layers(huge, np.zeros(3))
    with pytest.raises(chainrule.StateError, match="not the description of a layer"):
        _native.network_float64_of_layers([{"kind": "rbf", "inputs": "2"}], np.zeros(3))


def test_pickles_hold_no_objects_of_the_engine():
    x, y = iris()

    class Plain(pickle.Unpickler):
        def find_class(self, module, name):
            assert module.split(".")[0] in ("numpy", "chainrule", "_codecs", "builtins"), (module, name)
            assert module != "chainrule._native", name
            return super().find_class(module, name)

    for estimator in (RBFClassifier(3, seed=0), Perceptron(), TableClassifier(epochs=2)):
        assert Plain(io.BytesIO(pickle.dumps(estimator.fit(x, y)))).load().predict(x).shape == (150,)


def test_partial_fit_continues_from_a_pickle():
    x, y = load_iris(return_X_y=True)
    whole = Perceptron().partial_fit(x, y, classes=[0, 1, 2])
    copy = pickle.loads(pickle.dumps(whole))
    assert np.array_equal(whole.partial_fit(x, y).coef_, copy.partial_fit(x, y).coef_)
    assert whole.t_ == copy.t_ == 300


def test_a_wide_network_is_pickled_and_saved(tmp_path):
    x = np.random.default_rng(0).normal(size=(20, 20_000))
    estimator = Perceptron(max_iter=5).fit(x, np.arange(20) % 2)
    assert np.array_equal(pickle.loads(pickle.dumps(estimator)).predict(x), estimator.predict(x))
    estimator.save(tmp_path / "model")
    assert np.array_equal(chainrule.load(tmp_path / "model").predict(x), estimator.predict(x))


def test_weights_written_into_an_mlp_are_saved(tmp_path):
    classifier = pytest.importorskip("chainrule._mlp_classifier").MLPClassifier((3,), max_iter=2, random_state=0)
    x, y = iris()
    classifier.fit(x, y)
    classifier.coefs_[0] = np.zeros((4, 3))
    chainrule.save(classifier, tmp_path / "model")
    loaded = chainrule.load(tmp_path / "model")
    assert not loaded.coefs_[0].any()
    assert np.array_equal(loaded.predict_proba(x), classifier.predict_proba(x))
    # The file has no optimizer state; training continues all the same.
    loaded.partial_fit(x, y)


def test_what_is_not_fitted_or_not_of_chainrule_is_not_saved(tmp_path):
    from sklearn.exceptions import NotFittedError
    from sklearn.linear_model import LogisticRegression

    with pytest.raises(NotFittedError):
        RBFClassifier().save(tmp_path / "model")
    with pytest.raises(chainrule.UsageError, match="only estimators of chainrule"):
        chainrule.save(LogisticRegression(), tmp_path / "model")


def test_a_model_describes_itself(tmp_path):
    x, y = diabetes()
    RBFRegressor(5, seed=3).fit(x, y).save(tmp_path / "model")
    model = _native.Model.load(str(tmp_path / "model"))
    assert model.task == "regression"
    assert model.loss.kind == "mean_squared_error"
    assert model.target_names == ["target"]
    assert model.options == {"estimator": "RBFRegressor", "parameters": '{"centres": 5, "seed": 3}'}
    assert model.provenance["seed"] == 3
    assert isinstance(model.network, _native.NetworkFloat64)
    assert _native.Model.from_bytes(model.to_bytes()).to_bytes() == (tmp_path / "model").read_bytes()
