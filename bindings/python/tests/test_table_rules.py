"""A model reads its tables by the rules of the training table, the target too, as on the command line."""

import json
import os
import pickle
import subprocess
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("sklearn")

import chainrule
from chainrule import DataError, TableClassifier, TableRegressor, UsageError, read_table

PROGRAM = os.environ.get("CHAINRULE_PROGRAM", str(Path(__file__).parents[3] / "build/release/bin/chainrule"))
needs_program = pytest.mark.skipif(
    not os.access(PROGRAM, os.X_OK), reason=f"no program at {PROGRAM}: name it in CHAINRULE_PROGRAM"
)
RNG = np.random.default_rng(0)


def run(*arguments):
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, check=False)


def evaluated(model, table, name, *options):
    result = run("evaluate", model, table, "--json", *options)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)["metrics"][name]


def written(path, header, rows):
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


def prices(path, rows=60, unit=" EUR"):
    """A target with thousands and a unit, an input with a unit."""
    sizes = RNG.integers(20, 200, rows)
    cells = [f'{size} kg,"{20 * size + 100.5:,.2f}{unit}",{place}' for place, size in enumerate(sizes)]
    return written(path, "size,price,place", cells)


# --- scores ----------------------------------------------------------------------------------------------------------


@needs_program
def test_a_file_is_scored_as_evaluate_does(tmp_path):
    table = prices(tmp_path / "a.csv")
    for fitted in ("a.csv", "table"):
        source = table if fitted == "a.csv" else read_table(table)
        regressor = TableRegressor(epochs=20).fit(source, "price")
        regressor.save(tmp_path / "m")
        assert regressor.score(table, "price") == pytest.approx(evaluated(tmp_path / "m", table, "r2"), rel=1e-12)
        assert regressor.score(read_table(table), "price") == regressor.score(table, "price")
    # Few rows, which alone would be read as other numbers: 1.100 and not 1,100.
    few = written(tmp_path / "few.csv", "size,price,place", ['50 kg,"1,100",1', '60 kg,"1,300",2', '70 kg,"1,500",9'])
    assert regressor.score(few, "price") == pytest.approx(evaluated(tmp_path / "m", few, "r2"), rel=1e-12)


@needs_program
def test_python_and_the_command_line_know_the_same_of_the_target(tmp_path):
    table = prices(tmp_path / "a.csv")
    TableRegressor(epochs=5).fit(table, "price").save(tmp_path / "python")
    result = run("train", table, "--target", "price", "--epochs", "5", "--hidden", "64,32", "-o", tmp_path / "cli")
    assert result.returncode == 0, result.stderr
    few = written(tmp_path / "few.csv", "size,price,place", ['50 kg,"1,100",1', "60 kg,1300 EUR,2", '70 kg,"1,500",9'])
    for data in (table, few):
        for name in ("r2", "loss", "mae"):
            assert evaluated(tmp_path / "python", data, name) == evaluated(tmp_path / "cli", data, name)


def test_classes_are_compared_by_the_model_s_rules(tmp_path):
    cells = [("yes", "TRUE", "NA") if x > 5 else ("no", "FALSE", "DE") for x in range(10)]
    rows = [",".join([str(x), *words]) for x, words in enumerate(cells)]
    table = written(tmp_path / "a.csv", "x,y,z,c", rows * 6)
    respelled = written(tmp_path / "b.csv", "x,y,z,c", [row.replace("E,", "e,").lower() for row in rows])
    yes_or_no = TableClassifier(epochs=200, ignore=["z", "c"]).fit(table, "y")
    assert yes_or_no.score(table, "y") == 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        truth = TableClassifier(epochs=200, ignore=["y", "c"]).fit(table, "z")
        assert truth.score(respelled, "z") == truth.score(table, "z") == 1
    kept = read_table(table, not_missing="NA")
    countries = TableClassifier(epochs=200, ignore=["y", "z"]).fit(kept, "c")
    assert countries.classes_.tolist() == ["DE", "NA"]
    assert countries.score(table, "c") == 1  # the model knows that NA is a category


def test_faults_of_a_table_to_score_have_a_place(tmp_path):
    table = prices(tmp_path / "a.csv")
    regressor = TableRegressor(epochs=2).fit(table, "price")
    bad = written(tmp_path / "bad.csv", "size,price,place", ['50 kg,"1,100",1', "60 kg,dear,2", '70 kg,"1,500",9'])
    with pytest.raises(DataError, match="bad.csv:3:2"):
        regressor.score(bad, "price")
    bad.write_text(bad.read_text().replace("dear", ""))
    with pytest.raises(DataError, match="bad.csv:3:2"):
        regressor.score(bad, "price")
    with pytest.raises(DataError, match='did you mean "price"'):
        regressor.score(table, "prise")
    classifier = TableClassifier(epochs=2).fit({"x": [1.0, 2.0] * 20}, np.array(["a", "b"] * 20))
    other = written(tmp_path / "c.csv", "x,kind", ["1,a", "2,c"])
    with pytest.raises(DataError, match="c.csv:3:2"):
        classifier.score(other, "kind")
    assert 0 <= classifier.score(written(tmp_path / "d.csv", "x,kind", ["1,a", "2,b"]), "kind") <= 1


def test_several_targets_are_no_column(tmp_path):
    table = prices(tmp_path / "a.csv")
    frame = read_table(table)
    both = TableRegressor(epochs=2).fit(frame.without("price"), np.column_stack([frame["price"], frame["price"]]))
    with pytest.raises(UsageError, match="several columns"):
        both.score(table, "price")


# --- Tables ----------------------------------------------------------------------------------------------------------


def test_a_pickled_table_keeps_its_rules_and_notes(tmp_path):
    table = read_table(prices(tmp_path / "a.csv"))
    copy = pickle.loads(pickle.dumps(table))
    assert copy.notes == table.notes != []
    assert copy._native.form("price") == table._native.form("price") != copy._native.form("place")
    few = written(tmp_path / "few.csv", "size,price,place", ["50 kg,\"1,100\",1", "60 kg,\"1,300\",2"])
    models = [TableRegressor(epochs=3).fit(source, "price") for source in (table, copy)]
    assert models[0]._model.to_bytes() == models[1]._model.to_bytes()
    assert np.array_equal(models[0].predict(few), models[1].predict(few))
    with pytest.raises(DataError, match=r"a\.csv:3:2"):
        broken = read_table(written(tmp_path / "a.csv", "x,y", ["1,a", "2,", "3,b"] * 9))
        TableClassifier().fit(pickle.loads(pickle.dumps(broken)), "y")


def test_missing_words_are_added_to_the_usual_ones(tmp_path):
    path = written(tmp_path / "a.csv", "x,y", ["1,tall", "NA,short", "?,-", "-,NA"] * 5)
    table = read_table(path, missing_words="-")
    assert table.kinds["x"] == "numeric"
    assert table.missing("x").tolist()[:4] == [False, True, True, True]
    assert table["y"].tolist()[:4] == ["tall", "short", None, None]
    kept = read_table(path, missing_words=["-"], not_missing="NA", kinds={"x": "category"})
    assert kept["y"].tolist()[:4] == ["tall", "short", None, "NA"]


@needs_program
def test_missing_words_mean_the_same_on_the_command_line(tmp_path):
    rows = [f"{i},{'-' if i % 3 else 'NA'},{'a' if i % 2 else 'b'}" for i in range(40)]
    path = written(tmp_path / "a.csv", "x,z,y", rows)
    arguments = ["--missing", "-", "--target", "y", "--epochs", "2", "--hidden", "64,32", "--keep", "z", "--keep", "x"]
    result = run("train", path, *arguments, "-o", tmp_path / "cli")
    assert result.returncode == 0, result.stderr
    table = read_table(path, missing_words=["-"])
    mine = TableClassifier(epochs=2, keep=["x", "z"]).fit(table, "y")._model
    assert mine.missing_words == chainrule.load(tmp_path / "cli")._model.missing_words


def test_one_text_is_a_list_of_one(tmp_path):
    path = written(tmp_path / "a.csv", "x,num,y", ["1,3,NA", "2,4,uv"] * 5)
    assert read_table(path, not_missing="NA").words("y") == ["NA", "uv"]
    assert read_table(path, missing_words="uv").missing("y").all()
    table = read_table(path)
    assert table.select("num").names == ["num"]
    assert table.without("num").names == ["x", "y"]
    for wrong in ("nope", ["nope"], ["x", "nope"]):
        with pytest.raises(DataError, match='no column "nope"'):
            table.without(wrong)
        with pytest.raises(DataError, match='no column "nope"'):
            table.select(wrong)
    x = {"num": [1.0, 2.0] * 20, "letter": ["a", "b"] * 20}
    assert TableClassifier(epochs=1, ignore="num").fit(x, x["num"])._model.feature_names == ["letter"]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"delimiter": 3}, "delimiter must be a str"),
        ({"decimal": 1.5}, "decimal must be a str"),
        ({"thousands": True}, "thousands must be a str"),
        ({"strip": 3}, "strip must be a str or a list of str"),
        ({"strip": ["kg", 3]}, "strip must be a str or a list of str, got 3 of type int"),
        ({"header": "yes"}, "header must be True or False"),
        ({"missing_words": b"NA"}, "missing_words must be"),
        ({"not_missing": 0}, "not_missing must be"),
        ({"kinds": "category"}, "kinds must be a dict"),
        ({"kinds": {"x": 3}}, "kinds must be a dict"),
        ({"skip": "2"}, "skip must be an integer, got '2' of type str"),
        ({"skip_last": 1.0}, "skip_last must be an integer"),
        ({"comment": 1}, "comment must be a str"),
        ({"quote": False}, "quote must be a str"),
        ({"escape": 1}, "escape must be a str"),
        ({"lenient": "yes"}, "lenient must be True or False"),
        ({"threads": None}, "threads must be an integer"),
    ],
)
def test_a_setting_of_the_wrong_type_is_named(settings, words, tmp_path):
    path = written(tmp_path / "a.csv", "x,y", ["1,2", "3,4"])
    with pytest.raises(TypeError) as error:
        read_table(path, **settings)
    assert words in str(error.value)
    for call in (read_table(path).__getitem__, read_table(path).missing, read_table(path).words):
        with pytest.raises(TypeError, match="name of a column must be a str, got 0 of type int"):
            call(0)


@pytest.mark.parametrize("name", ["delimiter", "decimal", "quote", "escape", "comment", "thousands"])
def test_a_sign_that_cannot_be_is_named(name, tmp_path):
    path = written(tmp_path / "a.csv", "x,y", ["1,2", "3,4"])
    with pytest.raises(UsageError, match=rf"read_table\({name}=\.\.\.\)") as error:
        read_table(path, **{name: "xx"})
    assert error.value.expected
    assert "xx" in error.value.got
    with pytest.raises(UsageError, match="skip is out of range"):
        read_table(path, skip=-1)
    with pytest.raises(UsageError, match="kinds"):
        read_table(path, kinds={"x": "maybe"})


def test_words_of_the_command_line_are_understood(tmp_path):
    path = written(tmp_path / "a.csv", "x\ty", ["1,5\t2", "3,5\t4"])
    for delimiter in ("tab", "\t", "\\t"):
        for decimal in (",", "comma"):
            assert read_table(path, delimiter=delimiter, decimal=decimal, header="present")["x"].tolist() == [1.5, 3.5]
    x, y = {"x": np.arange(40.0)}, np.arange(40) % 2
    one, other = (TableClassifier(epochs=1, validation=0, batch_size=size).fit(x, y) for size in ("all", 32))
    assert not np.array_equal(one.predict_proba(x), other.predict_proba(x))
    with pytest.raises(UsageError, match="min_improvement would change nothing"):
        TableClassifier(patience=0, min_improvement=0.1).fit(x, y)


# --- files to predict ------------------------------------------------------------------------------------------------


@needs_program
def test_a_file_without_header_has_the_columns_of_training(tmp_path):
    table = prices(tmp_path / "a.csv")
    regressor = TableRegressor(epochs=3, keep="place").fit(table, "price")
    regressor.save(tmp_path / "m")
    expected = regressor.predict(written(tmp_path / "named.csv", "size,place", ["50 kg,1", "60 kg,2"]))
    inputs = written(tmp_path / "inputs.csv", "50 kg,1", ["60 kg,2"])
    whole = written(tmp_path / "whole.csv", '50 kg,"1,100",1', ['60 kg,"1,300",2'])
    for path in (inputs, whole):
        assert np.array_equal(regressor.predict(path), expected)
        result = run("predict", tmp_path / "m", path)
        assert np.array_equal([float(line) for line in result.stdout.split()[1:]], expected)
    assert np.array_equal(regressor.predict(read_table(inputs, header=False)), expected)
    assert regressor.score(whole, "price") == pytest.approx(evaluated(tmp_path / "m", whole, "r2"), rel=1e-12)
    assert chainrule.load(tmp_path / "m").score(whole, "price") == regressor.score(whole, "price")
    with pytest.raises(DataError, match="inputs.csv"):
        regressor.score(inputs, "price")


def test_notes_on_a_file_to_predict_are_warnings(tmp_path):
    table = prices(tmp_path / "a.csv")
    regressor = TableRegressor(epochs=3).fit(table, "price")
    path = written(tmp_path / "new.csv", "size,place", ["50 kg,1", ",2", "Total,3"])
    path.write_text(path.read_text().replace("Total,3", "60 kg,3"))
    with pytest.warns(UserWarning, match="1 missing cell in .*new.csv") as caught:
        regressor.predict(path)
    assert caught[0].filename == __file__  # the user's line
    labelled = written(tmp_path / "b.csv", "name,x,y", [f"{'ab'[i % 2]},{i},{'cd'[i % 2]}" for i in range(40)])
    classifier = TableClassifier(epochs=2).fit(labelled, "y")
    total = written(tmp_path / "c.csv", "name,x", ["a,1", "b,2", "Total,3"])
    with pytest.warns(UserWarning, match="c.csv:4"):
        classifier.predict(total)


# --- classes ---------------------------------------------------------------------------------------------------------


@needs_program
def test_words_that_look_like_numbers_stay_words(tmp_path):
    path = written(tmp_path / "a.csv", "x,y", [f"{i % 10},{'7' if i % 10 > 4 else '3'}" for i in range(60)])
    arff = tmp_path / "a.arff"
    arff.write_text("@relation r\n@attribute x numeric\n@attribute y {7,3}\n@data\n" + path.read_text()[4:])
    for table, options in ((path, ["--column", "y=category"]), (arff, [])):
        result = run("train", table, "--target", "y", "--epochs", "100", "-o", tmp_path / "m", *options)
        assert result.returncode == 0, result.stderr
        loaded = chainrule.load(tmp_path / "m")
        assert loaded.classes_.tolist() == ["3", "7"]
        assert loaded.score(table, "y") == evaluated(tmp_path / "m", table, "accuracy") > 0.9
    result = run("train", path, "--target", "y", "--task", "classes", "--epochs", "2", "-o", tmp_path / "m")
    assert chainrule.load(tmp_path / "m").classes_.tolist() == [3, 7]
    assert chainrule.load(tmp_path / "m").get_params()["epochs"] == 2


@pytest.mark.parametrize("unit", ["ns", "D", "s"])
def test_dates_as_classes_are_saved(unit, tmp_path):
    dates = pd.Series(np.array(["2024-01-31", "2024-02-29"] * 20, dtype=f"datetime64[{unit}]"))
    x = {"x": np.tile([1.0, 2.0], 20)}
    classifier = TableClassifier(epochs=30).fit(x, dates)
    classifier.save(tmp_path / "m")
    loaded = chainrule.load(tmp_path / "m")
    assert loaded.classes_.dtype == classifier.classes_.dtype
    assert np.array_equal(loaded.predict(x), classifier.predict(x))
    assert loaded._model.class_values == ["2024-01-31", "2024-02-29"]


# --- arrays, frames and rows of weight 0 -----------------------------------------------------------------------------


def test_a_column_of_an_array_can_be_left_out():
    x = np.column_stack([np.arange(40.0), np.arange(40.0) % 2])
    classifier = TableClassifier(epochs=2, ignore=["column_1"]).fit(x, x[:, 1] > 0)
    assert classifier._model.feature_names == ["column_2"]


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e300])
@pytest.mark.parametrize("kind", ["array", "list", "frame", "dict", "polars", "arrow", "table"])
def test_a_row_of_weight_0_is_no_row(bad, kind, tmp_path):
    x = np.column_stack([np.arange(40.0), np.arange(40.0) % 7])
    y = 2 * x[:, 0] + 1
    weights = np.ones(40)
    x[3, 0], weights[3], y[5], weights[5] = bad, 0, bad, 0
    counts = weights > 0
    dirty = {"a": x[:, 0], "b": x[:, 1], "y": y, "w": weights}
    clean = {name: cells[counts] for name, cells in dirty.items()}

    def table(columns):
        inputs = {name: columns[name] for name in ("a", "b")}
        match kind:
            case "array":
                return np.column_stack(list(inputs.values()))
            case "list":
                return np.column_stack(list(inputs.values())).tolist()
            case "frame":
                return pd.DataFrame(inputs)
            case "dict":
                return inputs
            case "polars":
                return pytest.importorskip("polars").DataFrame(inputs)
            case "arrow":
                return pytest.importorskip("pyarrow").table(inputs)
        if np.isnan(bad):
            path = tmp_path / "t.csv"
            pd.DataFrame(inputs).to_csv(path, index=False)
            return read_table(path)
        pytest.skip("files hold no such numbers")

    with_them = TableRegressor(epochs=3).fit(table(dirty), dirty["y"], dirty["w"])
    without = TableRegressor(epochs=3).fit(table(clean), clean["y"])
    assert np.array_equal(with_them.predict(table(clean)), without.predict(table(clean)))
    assert any("left out 2 rows" in note for note in with_them.notes_)
    assert with_them.score(table(dirty), dirty["y"], dirty["w"]) == without.score(table(clean), clean["y"])
    classes = np.where(np.isfinite(y) & (y > 40), 1.0, 0.0)
    classes[5] = bad
    TableClassifier(epochs=3).fit(table(dirty), classes, dirty["w"])


def test_a_row_of_weight_0_in_a_column_is_no_row(tmp_path):
    rows = [f"{i},{2 * i + 1},1" for i in range(40)]
    clean = written(tmp_path / "clean.csv", "a,y,w", rows)
    dirty = written(tmp_path / "dirty.csv", "a,y,w", [*rows[:3], "many,,0", *rows[3:]])
    expected = TableRegressor(epochs=3).fit(clean, "y", "w")
    model = TableRegressor(epochs=3).fit(dirty, "y", "w")
    assert np.array_equal(model.predict(clean), expected.predict(clean))
    assert any("left out 1 row" in note for note in model.notes_)
    assert model.score(dirty, "y", "w") == expected.score(clean, "y", "w") == expected.score(clean, "y")
    frame = pd.read_csv(clean)
    frame.loc[len(frame)] = [1e300, np.nan, 0]
    assert np.array_equal(TableRegressor(epochs=3).fit(frame, "y", "w").predict(clean), expected.predict(clean))
    assert expected.score(frame, "y", "w") == pytest.approx(expected.score(clean, "y"), rel=1e-12)
    words = pd.DataFrame({"a": [1.0, 2.0] * 10, "w": ["1", "many"] * 10, "y": [0, 1] * 10})
    with pytest.raises(DataError, match='row 1, column w .*"w"') as error:
        TableClassifier(epochs=1).fit(words, "y", "w")
    assert error.value.advice
    for table in (words, clean, read_table(clean)):
        with pytest.raises(DataError, match='no column "v"'):
            TableClassifier(epochs=1).fit(table, "y", "v")


def test_scores_take_the_name_of_the_weights():
    frame = pd.DataFrame({"a": np.arange(40.0), "w": np.arange(40.0) % 3})
    y = (frame["a"] > 20).astype(int)
    classifier = TableClassifier(epochs=2).fit(frame, y, sample_weight="w")
    assert classifier.score(frame, y, sample_weight="w") == classifier.score(frame, y, sample_weight=frame["w"])


def test_numbers_that_are_text_in_a_frame_are_noted():
    texts = [f"{i % 9 + 1.5} kg" for i in range(60)]
    y = np.arange(60) % 2
    frame = pd.DataFrame({"size": texts, "code": [str(i % 8) for i in range(60)], "kind": ["a", "b", "c"] * 20})
    notes = TableClassifier(epochs=1).fit(frame, y).notes_
    assert any("'size' holds numbers as text, such as '1.5 kg'" in note for note in notes)
    assert any("'code' holds numbers as text" in note for note in notes)
    assert not any("'kind' holds" in note for note in notes)
    meant = frame.assign(code=frame["code"].astype("category"))
    assert not any("'code'" in note for note in TableClassifier(epochs=1, ignore="size").fit(meant, y).notes_)
    ignored = TableClassifier(epochs=1, ignore=["size", "code"]).fit(frame, y)
    assert not any("as text" in note for note in ignored.notes_)


def test_a_missing_class_in_a_file_advises_what_helps(tmp_path):
    path = written(tmp_path / "a.csv", "x,y", [f"{i},{'None' if i % 2 else 'Mild'}" for i in range(20)])
    with pytest.raises(DataError, match="a.csv:3:2") as error:
        TableClassifier().fit(path, "y")
    assert 'read_table(not_missing=["None"])' in str(error.value)
    kept = read_table(path, not_missing=["None"])
    assert TableClassifier(epochs=1).fit(kept, "y").classes_.tolist() == ["Mild", "None"]


def test_notes_on_a_frame_advise_what_a_frame_has():
    frame = pd.DataFrame({"a": [-999.0, *np.arange(39.0)] * 2, "id": [2**53 + 1 + i for i in range(80)]})
    frame["a"] = frame["a"].where(np.arange(80) % 10 > 1, -999.0)
    frame["b"] = ["x", "2"] * 40
    notes = TableClassifier(epochs=1, keep="id").fit(frame, np.arange(80) % 2).notes_
    assert any("df.replace(-999, None)" in note for note in notes)
    assert any('df["id"].astype(str)' in note for note in notes)
    assert any("df.replace(WORD, None)" in note for note in notes)
    assert not any("read_table" in note for note in notes)


def test_faults_of_parameters_say_what_is_possible(tmp_path):
    x, y = {"x": np.arange(40.0)}, np.arange(40) % 2
    for seed in (-1, 2**64):
        with pytest.raises(UsageError, match="seed is out of range") as error:
            TableClassifier(seed=seed).fit(x, y)
        assert "18,446,744,073,709,551,615" in error.value.expected
    for activation in ("sign", "softmax", "no such"):
        with pytest.raises(UsageError, match="prelu") as error:
            TableClassifier(activation=activation).fit(x, y)
        assert "softmax" not in error.value.expected
    TableClassifier(activation="prelu", epochs=1).fit(x, y)
    assert "'prelu'" in TableClassifier.__doc__
    with pytest.raises(UsageError, match="'auto' or 'all'"):
        TableClassifier(batch_size="half").fit(x, y)
    with pytest.raises(UsageError, match="needs all rows at once"):
        TableClassifier(batch_size=8, optimizer="lbfgs").fit(x, y)
    notes = TableClassifier(batch_size=1000, epochs=1).fit(x, y).notes_
    assert any("batch size 1,000 is more than" in note for note in notes)
    with pytest.raises(DataError, match="sample_weight, row 2"):
        TableClassifier().fit(x, y, [1, "2"] * 20)
    one = written(tmp_path / "one.csv", "x,y", ["1,2"])
    with pytest.raises(DataError, match="one row only"):
        TableRegressor().fit(one, "y")
    with pytest.raises(DataError, match=r"left out\n.*leave fewer lines out with read_table\(skip_last=...\)"):
        read_table(one, skip_last=9)
