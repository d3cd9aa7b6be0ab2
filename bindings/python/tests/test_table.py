"""Tables: read from files, made from data frames, and trained on as on the command line."""

import datetime
import decimal
import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("sklearn")

from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_diabetes, load_iris
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

import chainrule
from chainrule import Table, TableClassifier, TableRegressor, read_table
from chainrule._errors import UsageError
from chainrule._table import table_of

PENGUINS = Path(__file__).parents[3] / "examples/data/penguins.csv"
needs_examples = pytest.mark.skipif(not PENGUINS.exists(), reason="the examples are not here")


def mixed(rows=120, seed=0):
    """Numbers, words, booleans and missing cells; the target depends on all of them."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "length": rng.normal(10, 3, rows),
            "count": rng.integers(0, 9, rows),
            "colour": rng.choice(["red", "green", "blue"], rows),
            "size": pd.Categorical(rng.choice(["S", "M", "L"], rows)),
            "is_new": rng.random(rows) < 0.5,
        }
    )
    good = (frame["length"] > 10) ^ (frame["colour"] == "red") ^ frame["is_new"]
    frame.loc[rng.choice(rows, 10, replace=False), "length"] = np.nan
    frame.loc[rng.choice(rows, 10, replace=False), "colour"] = None
    return frame, pd.Series(np.where(good, "good", "bad"), name="verdict")


# --- reading ---------------------------------------------------------------------------------------------------------


@needs_examples
def test_a_file_is_read_as_columns_of_numbers_and_words():
    table = read_table(PENGUINS)
    assert table.shape == (344, 8)
    assert table.kinds["island"] == "category"
    assert table["bill_length_mm"].dtype == np.float64
    assert np.isnan(table["bill_length_mm"]).sum() == table.missing("bill_length_mm").sum() == 2
    assert table["sex"].dtype == object
    assert None in table["sex"]
    assert set(table.words("island")) == {"Biscoe", "Dream", "Torgersen"}
    frame = pd.read_csv(PENGUINS)
    assert np.array_equal(table["body_mass_g"], frame["body_mass_g"], equal_nan=True)
    assert table.select(["year", "sex"]).names == ["year", "sex"]
    assert "year" not in table.without(["year"])
    assert repr(table).startswith("Table(")
    copy = pickle.loads(pickle.dumps(table))
    assert copy.names == table.names
    assert np.array_equal(copy["year"], table["year"])
    assert {summary["name"]: summary["missing"] for summary in table.summary()}["sex"] == table.missing("sex").sum()


def test_faults_of_a_file_have_a_place(tmp_path):
    (tmp_path / "bad.csv").write_text("a,b\n1,2\n3\n")
    with pytest.raises(chainrule.DataError, match="bad.csv:3"):
        read_table(tmp_path / "bad.csv")
    with pytest.raises(chainrule.DataError):
        read_table(tmp_path / "missing.csv")
    assert read_table(tmp_path / "bad.csv", lenient=True).notes != []
    with pytest.raises(chainrule.DataError, match='no column "c"'):
        read_table(tmp_path / "bad.csv", lenient=True)["c"]
    (tmp_path / "comma.csv").write_text("a;b\n1,5;x\n2,5;y\n")
    table = read_table(tmp_path / "comma.csv", decimal=",", kinds={"b": "category"})
    assert table["a"].tolist() == [1.5, 2.5]
    with pytest.raises(chainrule.UsageError, match="delimiter"):
        read_table(tmp_path / "comma.csv", delimiter="::")


# --- tables of others ------------------------------------------------------------------------------------------------


def test_cells_of_a_frame_become_numbers_or_words():
    frame = pd.DataFrame(
        {
            "float": [1.5, np.nan, 3.0],
            "integer": [1, 2, 3],
            "nullable": pd.array([1, None, 3], dtype="Int64"),
            "boolean": [True, False, True],
            "maybe": pd.array([True, None, False], dtype="boolean"),
            "text": ["a ", None, ""],
            "string": pd.array(["b", pd.NA, "c"], dtype="string"),
            "category": pd.Categorical(["z", None, "a"], categories=["unused", "a", "z"]),
            "numbers as kinds": pd.Categorical([3, 1, 3]),
            "object of numbers": pd.Series([1, 2.5, None], dtype=object),
            "mixed": pd.Series([1, "x", True], dtype=object),
        }
    )
    table = table_of(frame)
    assert [name for name, kind in table.kinds.items() if kind == "numeric"] == [
        "float",
        "integer",
        "nullable",
        "object of numbers",
    ]
    assert table["nullable"].tolist()[::2] == [1.0, 3.0]
    assert table.missing("nullable").tolist() == [False, True, False]
    assert table["boolean"].tolist() == ["True", "False", "True"]
    assert table["maybe"].tolist() == ["True", None, "False"]
    assert table["text"].tolist() == ["a", None, None]
    assert table["string"].tolist() == ["b", None, "c"]
    assert table["category"].tolist() == ["z", None, "a"]
    assert table.words("category") == ["z", "a"]
    assert table["numbers as kinds"].tolist() == ["3", "1", "3"]
    assert table["mixed"].tolist() == ["1", "x", "True"]


def test_other_tables_are_taken_too():
    columns = {"a": [1.0, 2.0, None], "b": ["x", None, "y"]}
    expected = table_of(pd.DataFrame(columns))
    for other in (columns, table_of(columns)):
        table = table_of(other)
        assert np.array_equal(table["a"], expected["a"], equal_nan=True)
        assert table["b"].tolist() == expected["b"].tolist()
    masked = {"a": np.ma.array([1, 2], mask=[False, True]), "b": np.ma.array(["x", "y"], mask=[True, False])}
    assert table_of(masked).missing("a").tolist() == [False, True]
    assert table_of(masked)["b"].tolist() == [None, "y"]
    assert table_of(np.array([[1, 2], [3, 4]])).names == ["column_1", "column_2"]


def frame_of(library, columns):
    """A frame of another library from a dict of columns."""
    module = pytest.importorskip(library)
    if library == "polars":
        return module.DataFrame(columns)
    if library == "pyarrow":
        return module.table(columns)
    source = pd.DataFrame(columns)  # duckdb finds it by its name
    return module.sql("select * from source").set_alias(f"rows_{len(source)}")


@pytest.mark.parametrize("library", ["polars", "pyarrow", "duckdb"])
def test_frames_of_other_libraries_are_taken(library):
    table = table_of(frame_of(library, {"a": [1.0, 2.0, None], "b": ["x", None, "y"], "c": [True, False, True]}))
    assert table.kinds == {"a": "numeric", "b": "category", "c": "category"}
    assert table.missing("a").tolist() == [False, False, True]
    assert table["b"].tolist() == ["x", None, "y"]
    assert table["c"].tolist() == ["True", "False", "True"]


@pytest.mark.parametrize("library", ["polars", "pyarrow", "duckdb"])
def test_frames_of_other_libraries_are_learned_from(library):
    x, y = mixed()
    columns = {name: x[name].astype(object).where(x[name].notna(), None).tolist() for name in x.columns}
    frame = frame_of(library, columns)
    expected = TableClassifier(epochs=3).fit(x, y)
    classifier = TableClassifier(epochs=3).fit(frame, y)
    assert list(classifier.feature_names_in_) == list(x.columns)
    assert np.array_equal(classifier.predict_proba(frame), expected.predict_proba(x))
    assert np.array_equal(classifier.predict_proba(x), expected.predict_proba(x))
    whole = frame_of(library, {**columns, "verdict": y.tolist()})
    by_name = TableClassifier(epochs=3).fit(whole, "verdict")
    assert np.array_equal(by_name.predict_proba(whole), expected.predict_proba(x))


def test_bad_cells_are_refused_by_name():
    with pytest.raises(TypeError, match="column 'a'.*list.*string or a number"):
        table_of(pd.DataFrame({"a": [[1], [2]]}))
    with pytest.raises(ValueError, match="Complex data not supported"):
        table_of({"a": np.array([1j, 2])})
    with pytest.raises(ValueError, match="infinity.*column 'a' in row 2"):
        table_of({"a": [1.0, np.inf]})
    with pytest.raises(chainrule.DataError, match="holds durations"):
        table_of(pd.DataFrame({"a": pd.to_timedelta([1, 2], unit="s")}))
    with pytest.raises(chainrule.DataError, match="differ in length"):
        table_of({"a": [1, 2], "b": [1]})
    with pytest.raises(chainrule.DataError, match="same name"):
        table_of(pd.DataFrame([[1, 2]], columns=["a", "a"]))
    with pytest.raises(TypeError, match="Feature names must be strings"):
        table_of(pd.DataFrame([[1, 2]], columns=["a", 1]))


# --- learning --------------------------------------------------------------------------------------------------------


def test_a_frame_needs_no_preparation():
    x, y = mixed(400)
    classifier = TableClassifier().fit(x, y)
    assert classifier.score(x, y) > 0.9
    assert classifier.classes_.tolist() == ["bad", "good"]
    assert list(classifier.feature_names_in_) == list(x.columns)
    assert classifier.n_features_in_ == 5
    assert np.allclose(classifier.predict_proba(x).sum(axis=1), 1)
    assert classifier.held_out_["rows"] == 80
    assert classifier.held_out_["accuracy"] > classifier.baseline_["accuracy"]
    assert len(classifier.loss_curve_) == len(classifier.validation_loss_curve_) == classifier.n_iter_
    inputs = {column["name"]: column for column in classifier._model.inputs}
    assert inputs["colour"]["words"] == ["blue", "green", "red"]
    assert inputs["length"]["missing_feature"] == "present"


def test_the_target_may_be_a_column_of_the_table():
    x, y = mixed()
    whole = x.assign(verdict=y)
    by_name = TableClassifier(epochs=5).fit(whole, "verdict")
    apart = TableClassifier(epochs=5).fit(x, y)
    assert np.array_equal(by_name.predict_proba(whole), apart.predict_proba(x))
    assert np.array_equal(by_name.predict(whole.drop(columns="verdict")), by_name.predict(whole))
    assert by_name.score(whole, "verdict") == apart.score(x, y)
    assert by_name.score({name: whole[name] for name in whole}, "verdict") == apart.score(x, y)
    numbers = whole.assign(verdict=(y == "good").astype(int))
    for table in (numbers, table_of(numbers)):
        assert TableClassifier(epochs=1).fit(table, "verdict").classes_.dtype.kind == "i"
    assert TableClassifier(epochs=1).fit(whole.assign(verdict=y == "good"), "verdict").classes_.dtype == bool
    with pytest.raises(chainrule.DataError, match='did you mean "verdict"'):
        TableClassifier().fit(whole, "verdikt")


def test_columns_of_dicts_and_files_are_found_by_name(tmp_path):
    x, y = mixed()
    x.to_csv(tmp_path / "x.csv", index=False)
    columns = {name: x[name] for name in reversed(x.columns)} | {"another": np.arange(len(x))}
    classifier = TableClassifier(epochs=5).fit(x, y)
    expected = classifier.predict_proba(x)
    assert np.array_equal(classifier.predict_proba(columns), expected)
    assert np.array_equal(classifier.predict_proba(tmp_path / "x.csv"), expected)
    assert np.array_equal(classifier.predict_proba(read_table(tmp_path / "x.csv")), expected)
    del columns["size"]
    with pytest.raises(chainrule.DataError, match='no column "size"|column "size"'):
        classifier.predict(columns)


def test_a_short_file_is_read_as_the_training_table_was(tmp_path):
    x, y = mixed()
    x["colour"] = np.where(x["colour"] == "red", "12", "a")
    classifier = TableClassifier(epochs=5).fit(x, y)
    few = x[(x["colour"] == "12") & x["length"].notna()].head(3)
    few.to_csv(tmp_path / "few.csv", index=False)
    assert read_table(tmp_path / "few.csv").kinds["colour"] == "numeric"
    assert np.array_equal(classifier.predict_proba(tmp_path / "few.csv"), classifier.predict_proba(few))


def test_new_words_and_missing_cells_get_predictions():
    x, y = mixed()
    classifier = TableClassifier(epochs=5).fit(x, y)
    strange = x.head(3).assign(colour=["violet", None, "red"], length=[np.nan, 1.0, 2.0])
    assert np.isfinite(classifier.predict_proba(strange)).all()
    with pytest.raises(chainrule.DataError, match='"length" holds words'):
        classifier.predict(x.head(3).assign(length=["a", "b", "c"]))


def test_dates_are_refused_with_advice_and_may_be_left_out():
    x, y = mixed()
    dated = x.assign(when=pd.date_range("2024-01-01", periods=len(x)))
    with pytest.raises(chainrule.DataError, match="dates or times") as error:
        TableClassifier().fit(dated, y)
    assert error.value.advice
    assert TableClassifier(epochs=2, ignore=["when"]).fit(dated, y).n_features_in_ == 6


def test_identifiers_are_left_out_unless_kept():
    x, y = mixed()
    numbered = x.assign(row_id=np.arange(len(x)))
    classifier = TableClassifier(epochs=2).fit(numbered, y)
    assert "row_id" not in classifier._model.feature_names
    assert any("row_id" in note for note in classifier.notes_)
    assert "row_id" in TableClassifier(epochs=2, keep=["row_id"]).fit(numbered, y)._model.feature_names
    # The user chose the columns of an array: none is left out.
    array = numbered[["row_id", "count"]].to_numpy()
    assert TableClassifier(epochs=2).fit(array, y)._model.feature_names == ["column_1", "column_2"]


def test_words_that_look_missing_stay_words_when_they_are_in_the_table():
    x = pd.DataFrame({"country": ["NA", "DE", "NA", "FR"] * 20})
    y = (x["country"] == "NA").to_numpy()
    classifier = TableClassifier(epochs=50).fit(x, y)
    assert classifier.score(x, y) == 1
    assert "NA" not in classifier._model.column_missing_words["country"]
    assert classifier.predict(x).dtype == bool


@pytest.mark.parametrize("threads", [2, 0])
def test_threads_change_no_bit(threads):
    x, y = mixed()
    one = TableClassifier((40, 20), epochs=5).fit(x, y).predict_proba(x)
    assert np.array_equal(TableClassifier((40, 20), epochs=5, threads=threads).fit(x, y).predict_proba(x), one)


def test_numbers_are_learned_in_their_own_units():
    x, y = load_diabetes(return_X_y=True, as_frame=True)
    regressor = TableRegressor((16,), l2=0.01).fit(x, y)
    assert regressor.score(x, y) > 0.45
    assert regressor.predict(x).shape == (442,)
    assert 50 < regressor.predict(x).mean() < 250
    both = TableRegressor((16,), epochs=20).fit(x, np.column_stack([y, -y]))
    assert both.predict(x).shape == (442, 2)
    assert TableRegressor((16,), loss="mean_absolute_error", epochs=5).fit(x, y).predict(x).shape == (442,)
    counts = np.random.default_rng(0).poisson(3, 442)
    assert (TableRegressor((16,), loss="poisson", epochs=5).fit(x, counts).predict(x) > 0).all()


def test_search_pipelines_and_cross_validation_take_frames():
    x, y = mixed(200)
    search = GridSearchCV(TableClassifier(epochs=5), {"hidden": [(4,), (8, 4)], "l2": [0, 0.1]}, cv=2)
    search.fit(x, y)
    assert search.best_estimator_.predict(x).shape == (200,)
    assert len(cross_val_score(TableClassifier(epochs=5), x, y, cv=3)) == 3
    pipeline = make_pipeline(FunctionTransformer(lambda frame: frame.drop(columns="size")), TableClassifier(epochs=5))
    assert pipeline.fit(x, y).score(x, y) > 0.4
    logged = TransformedTargetRegressor(TableRegressor(epochs=5), func=np.log1p, inverse_func=np.expm1)
    assert logged.fit(x, x["count"]).predict(x).shape == (200,)


@pytest.mark.parametrize(
    ("labels", "kind"),
    [
        (pd.Series([0, 1] * 60, dtype="Int64"), "i"),
        (pd.Series(["a", "b"] * 60, dtype="string"), "O"),
        (pd.Series(["a", "b"] * 60, dtype="category"), "O"),
        ([True, False] * 60, "b"),
    ],
)
def test_labels_keep_their_type(labels, kind):
    x, _ = mixed()
    classifier = TableClassifier(epochs=1).fit(x, labels)
    assert classifier.classes_.dtype.kind == kind
    assert set(classifier.predict(x)) <= set(labels)
    with pytest.raises(ValueError, match="NaN"):
        TableClassifier().fit(x, pd.Series([None, *list(labels)[1:]], dtype=object))


def patients(seed=11):
    """60 patients with ten visits each; the diagnosis is chance, but the same at each visit."""
    rng = np.random.default_rng(seed)
    centres, ill = rng.normal(size=(60, 3)), rng.random(60) < 0.5
    frame = pd.DataFrame(np.repeat(centres, 10, axis=0) + rng.normal(0, 0.03, (600, 3)), columns=["a", "b", "c"])
    frame["patient"] = np.repeat([f"P{i}" for i in range(60)], 10)
    frame["visit"] = np.tile(np.arange(10.5, 20), 60)
    return frame, np.where(np.repeat(ill, 10), "ill", "well")


def test_a_group_is_on_one_side():
    x, y = patients()
    alone = TableClassifier(ignore="patient", epochs=400).fit(x, y)
    assert alone.held_out_["accuracy"] > 0.9
    assert any("'patient'" in note or '"patient"' in note for note in alone.notes_)
    grouped = TableClassifier(group="patient", epochs=400).fit(x, y)
    assert grouped.held_out_["accuracy"] < 0.8
    assert any("all held out" in note for note in grouped.notes_)
    with pytest.raises(UsageError, match="group"):
        TableClassifier(group=3).fit(x, y)


def test_the_last_or_the_latest_rows_are_held_out():
    x, y = patients()
    latest = TableClassifier(time="visit", epochs=2).fit(x, y)
    assert latest.held_out_["rows"] == 120
    assert any("latest" in note for note in latest.notes_)
    assert TableClassifier(validation="last:0.25", epochs=2).fit(x, y).held_out_["rows"] == 150
    for wrong in ("last:", "last:1.5", "first:0.2", "0.2x"):
        with pytest.raises(ValueError, match="validation"):
            TableClassifier(validation=wrong).fit(x, y)


def test_a_truth_table_is_trained_on_as_a_whole():
    x, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
    classifier = TableClassifier().fit(x, y)
    assert classifier.held_out_ is None
    assert any("none is held out" in note for note in classifier.notes_)


def test_weights_count():
    x, y = load_iris(return_X_y=True, as_frame=True)
    weights = np.where(y == 0, 0.0, 1.0)
    classifier = TableClassifier(epochs=60).fit(x, y, sample_weight=weights)
    assert classifier.score(x[y > 0], y[y > 0]) > 0.9
    assert classifier.classes_.tolist() == [1, 2]
    assert any("whose weight is 0" in note for note in classifier.notes_)
    without = TableClassifier(epochs=60).fit(x[y > 0], y[y > 0], sample_weight=weights[y > 0])
    assert np.array_equal(classifier.predict_proba(x), without.predict_proba(x))
    named = TableClassifier(epochs=60).fit(x.assign(w=weights, label=y), "label", sample_weight="w")
    assert named.held_out_ == classifier.held_out_
    heavy = TableClassifier(epochs=10, class_weight={0: 1, 1: 100, 2: 1}).fit(x, y)
    assert (heavy.predict(x) == 1).mean() > (TableClassifier(epochs=10).fit(x, y).predict(x) == 1).mean()
    assert TableClassifier(epochs=10, class_weight="balanced").fit(x, y).score(x, y) > 0.5
    with pytest.raises(ValueError, match="class_weight"):
        TableClassifier(class_weight={5: 1.0}).fit(x, y)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"epochs": 0}, "epochs"),
        ({"epochs": 2.5}, "epochs"),
        ({"l2": -1}, "l2"),
        ({"dropout": 1.5}, "dropout"),
        ({"optimizer": "newton"}, "optimizer"),
        ({"activation": "reluu"}, "relu"),
        ({"loss": "squared"}, "loss"),
        ({"precision": "half"}, "precision"),
        ({"batch_size": 0}, "batch"),
        ({"validation": 1.0}, "held out|validation|share|fraction"),
        ({"ignore": ["no such"]}, "no such"),
        ({"hidden": (0,)}, "hidden"),
        ({"hidden": "many"}, "hidden"),
        ({"activation": 3}, "activation"),
        ({"keep": [1]}, "keep"),
    ],
)
def test_parameters_out_of_range_are_refused(parameters, message):
    x, y = mixed()
    with pytest.raises(ValueError, match=message):
        TableClassifier(**parameters).fit(x, y)


def test_a_diverging_training_is_reported():
    x, y = load_diabetes(return_X_y=True)
    with pytest.raises(chainrule.NonFiniteError, match="diverged|finite"):
        TableRegressor(optimizer="gradient_descent", learning_rate=1e30, epochs=5).fit(x, y)


def test_tables_work_without_scikit_learn():
    import subprocess
    import sys

    code = (
        "import sys; sys.modules['sklearn'] = None\n"
        "import chainrule\n"
        "assert chainrule.Table and chainrule.read_table\n"
        "for name in ('TableClassifier', 'RBFClassifier', 'Perceptron', 'load'):\n"
        "    try: getattr(chainrule, name)\n"
        "    except AttributeError as error: assert 'pip install scikit-learn' in str(error)\n"
        "    else: raise AssertionError(name)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_public_names_are_listed():
    assert {"Table", "TableClassifier", "TableRegressor", "read_table", "load", "save"} <= set(dir(chainrule))
    assert chainrule.Table is Table


# --- columns that are not as they should be, and labels ---------------------------------------------------------------

FRAMES = ["pandas", "polars", "pyarrow", "duckdb"]
NUMBERS = {"a": [1.0, 2.0] * 20, "b": [3.0, 2.0, 1.0, 0.0] * 10}
ANSWERS = [0, 1] * 20


def any_frame_of(library, columns):
    return pd.DataFrame(columns) if library == "pandas" else frame_of(library, columns)


@pytest.mark.parametrize("library", FRAMES)
def test_frames_of_all_libraries_have_the_columns_of_the_training(library):
    classifier = TableClassifier(epochs=2).fit(any_frame_of(library, NUMBERS), ANSWERS)
    with pytest.raises(ValueError, match=r"should match(.|\n)*same order"):
        classifier.predict(any_frame_of(library, {"b": [1.0], "a": [1.0]}))
    with pytest.raises(ValueError, match=r"should match(.|\n)*unseen at fit time:\n- c"):
        classifier.predict(any_frame_of(library, {"a": [1.0], "b": [1.0], "c": [1.0]}))
    with pytest.raises(ValueError, match=r"should match(.|\n)*yet now missing:\n- b"):
        classifier.predict(any_frame_of(library, {"a": [1.0]}))
    with pytest.raises(ValueError, match=r"0 sample\(s\)"):
        classifier.predict(any_frame_of(library, {"a": [], "b": []}))
    by_name = TableClassifier(epochs=2).fit(any_frame_of(library, {**NUMBERS, "y": ANSWERS}), "y")
    both = [by_name.predict(any_frame_of(library, columns)) for columns in (NUMBERS, {**NUMBERS, "y": ANSWERS})]
    assert np.array_equal(*both)


def test_dicts_and_files_are_taken_by_name(tmp_path):
    classifier = TableClassifier(epochs=2).fit(NUMBERS, ANSWERS)
    expected = classifier.predict_proba(NUMBERS)
    others = {"c": ["x"] * 40, "b": NUMBERS["b"], "a": NUMBERS["a"]}
    pd.DataFrame(others).to_csv(tmp_path / "others.csv", index=False)
    assert np.array_equal(classifier.predict_proba(others), expected)
    assert np.array_equal(classifier.predict_proba(tmp_path / "others.csv"), expected)
    with pytest.raises(ValueError, match=r"0 sample\(s\)"):
        classifier.predict({"a": [], "b": []})


@pytest.mark.parametrize("library", FRAMES)
def test_a_loaded_model_takes_the_frame_that_it_was_trained_on(library, tmp_path):
    columns = {"a": NUMBERS["a"], "same": [1.0] * 40, "b": NUMBERS["b"]}
    frame = any_frame_of(library, columns)
    classifier = TableClassifier(epochs=2, ignore=["same"]).fit(frame, ANSWERS)
    classifier.save(tmp_path / "model.safetensors")
    loaded = chainrule.load(tmp_path / "model.safetensors")
    assert np.array_equal(loaded.predict_proba(frame), classifier.predict_proba(frame))


def test_arrow_columns_may_have_missing_cells():
    pa = pytest.importorskip("pyarrow")
    cells = {
        "whole": pa.array([1, None, 3]),
        "half": pa.array([np.float16(1), None, np.float16(3)], pa.float16()),
        "chunks": pa.chunked_array([pa.array([1.0, None]), pa.array([3.0])]),
    }
    for column in cells.values():
        assert np.array_equal(table_of({"x": column})["x"], [1.0, np.nan, 3.0], equal_nan=True)
    words = pa.array(["x", None, "y"])
    for column in (words, words.dictionary_encode(), pa.chunked_array([words.dictionary_encode()])):
        assert table_of({"x": column})["x"].tolist() == ["x", None, "y"]
    assert table_of({"x": pa.array([True, None, False])})["x"].tolist() == ["True", None, "False"]
    batch = pa.record_batch({"a": [1.0, None, 3.0, 4.0] * 10, "b": [1.0, 2.0] * 20})
    assert TableClassifier(epochs=2).fit(batch, ANSWERS).predict(batch).shape == (40,)
    dates = {"day": pa.array([datetime.datetime(2020, 1, 1 + i % 9) for i in range(39)] + [None]), "b": NUMBERS["b"]}
    with pytest.raises(chainrule.DataError, match="holds dates or times"):
        TableClassifier(epochs=2).fit(dates, ANSWERS)
    with pytest.raises(chainrule.DataError, match="holds durations"):
        table_of({"x": pa.array([1, None], pa.duration("ns"))})


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ([10**400, 1], "'x' holds a number that is too large"),
        ([b"\xff", b"a"], "'x' is not UTF-8 text"),
        (["\ud800", "a"], "'x' is not UTF-8 text"),
        ([datetime.timedelta(1), None], "'x' holds durations"),
    ],
)
def test_cells_that_cannot_be_are_refused_with_their_column(cells, words):
    with pytest.raises(chainrule.DataError, match=words):
        table_of({"x": cells})


def test_a_signalling_nan_is_a_missing_cell():
    assert table_of({"x": [decimal.Decimal("sNaN"), decimal.Decimal(1)]}).missing("x").tolist() == [True, False]


def test_numbers_and_durations_of_polars():
    pl = pytest.importorskip("polars")
    large = pl.DataFrame({"x": pl.Series([1, None, 2**100], dtype=pl.Int128)})
    assert np.array_equal(table_of(large)["x"], [1.0, np.nan, 2.0**100], equal_nan=True)
    with pytest.raises(chainrule.DataError, match="'x' holds durations"):
        table_of(pl.DataFrame({"x": [datetime.timedelta(1), None]}))
    with pytest.raises(ValueError, match=r"LazyFrame(.|\n)*\.collect\(\)"):
        TableClassifier().fit(pl.LazyFrame(NUMBERS), ANSWERS)
    with pytest.raises(ValueError, match="1D array"):
        TableClassifier().fit(pl.Series(NUMBERS["a"]), ANSWERS)


def test_a_relation_of_duckdb_may_be_the_answers():
    answers = frame_of("duckdb", {"verdict": ANSWERS})
    expected = TableClassifier(epochs=2).fit(NUMBERS, ANSWERS).predict_proba(NUMBERS)
    assert np.array_equal(TableClassifier(epochs=2).fit(NUMBERS, answers).predict_proba(NUMBERS), expected)


def test_tables_without_rows_or_columns_are_refused_as_scikit_learn_does():
    frame = pd.DataFrame({**NUMBERS, "y": ANSWERS})
    with pytest.raises(ValueError, match=r"0 sample\(s\) \(shape=\(0, 2\)\)"):
        TableClassifier().fit(frame[:0], "y")
    with pytest.raises(ValueError, match=r"0 feature\(s\) \(shape=\(40, 0\)\)"):
        TableClassifier().fit(frame[["y"]], "y")
    with pytest.raises(ValueError, match="Expected 2D array, got 1D array"):
        TableClassifier().fit(frame["a"], ANSWERS)
    with pytest.raises(chainrule.DataError, match="two columns have the same name"):
        TableClassifier().fit(pd.DataFrame([[1, 2]] * 40, columns=["a", "a"]), ANSWERS)
    with pytest.raises(ValueError, match="only one class: 'a'"):
        TableClassifier().fit(frame, ["a"] * 40)


@pytest.mark.parametrize("zone", [None, "UTC"])
def test_dates_are_no_target_of_a_regression(zone):
    days = pd.date_range("2020-01-01", periods=40, tz=zone)
    for y in (days, pd.Series(days), pd.DataFrame({"day": days, "b": NUMBERS["b"]})):
        with pytest.raises(chainrule.DataError, match="target holds dates"):
            TableRegressor().fit(NUMBERS, y)
    with pytest.raises(chainrule.DataError, match="target holds durations"):
        TableRegressor().fit(NUMBERS, np.arange(40).astype("m8[s]"))


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        ([2**53, 2**53 + 1, 5], "labels 9007199254740992 and 9007199254740993 are one"),
        (["a", "a ", "b"], "labels 'a' and 'a ' are one"),
        (["", "a", "a"], "label '' is a missing cell"),
        (["", "a", "b"], "label '' is a missing cell"),
        ([2**70, 1, 2], "too large"),
    ],
)
def test_labels_that_a_table_cannot_tell_apart_are_refused(labels, words):
    with pytest.raises(chainrule.DataError, match=words):
        TableClassifier(epochs=2).fit({"x": [1.0, 2.0, 3.0] * 10}, labels * 10)


@pytest.mark.parametrize("labels", [["a ", "b", "c"], [2**53, 2**60, 5], ["1", "1.0", "2"], ["NA", "?", "x"]])
def test_unusual_labels_are_answered_as_they_are(labels):
    x = {"x": [1.0, 2.0, 3.0] * 20}
    classifier = TableClassifier((), epochs=200, learning_rate=0.1, validation=0).fit(x, labels * 20)
    assert classifier.predict(x).tolist() == labels * 20
