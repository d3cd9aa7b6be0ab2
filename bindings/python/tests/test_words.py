"""Errors and notes name the parameters of Python and not the options of the command line."""

import inspect
import pickle
import warnings

import numpy as np
import pytest

import chainrule
from chainrule import _native


def test_errors_of_the_engine_name_parameters():
    pytest.importorskip("sklearn")
    rows = {"a": [1.0, 2.0] * 20, "b": ["x", "y"] * 20}
    table = chainrule.TableClassifier(epochs=2)
    with pytest.raises(chainrule.UsageError) as both:
        chainrule.TableClassifier(keep=["a"], ignore=["a"]).fit(rows, [0, 1] * 20)
    with pytest.raises(chainrule.DataError) as date:
        table.fit({**rows, "day": [f"2020-01-{1 + i % 9:02}" for i in range(40)]}, [0, 1] * 20)
    with pytest.raises(chainrule.UsageError) as centres:
        chainrule.RBFClassifier(99).fit(np.eye(10), [0, 1] * 5)
    for error, words in ((both, "keep and ignore"), (date, 'ignore=["day"]'), (centres, "centres")):
        assert words in str(error.value)
        assert "--" not in str(error.value)


def test_notes_name_parameters():
    pytest.importorskip("sklearn")
    rows = {"a": [1.0, 2.0] * 20, "c": ["x"] * 40}
    notes = chainrule.TableClassifier(epochs=2).fit(rows, [0, 1] * 20).notes_
    assert any('keep=["c"]' in note for note in notes)
    assert not any("--" in note for note in notes)
    kept = chainrule.TableClassifier(epochs=2, keep=["c"]).fit(rows, [0, 1] * 20)
    assert not any('"c"' in note and "ignored" in note for note in kept.notes_)


def test_a_file_s_faults_name_parameters_of_read_table(tmp_path):
    (tmp_path / "a.csv").write_text("x,y\n" + "1,2\n" * 200 + "tall,3\n")
    with pytest.raises(chainrule.DataError, match=r'read_table\(missing_words=\["tall"\]\).*kinds=\{"x": "category"\}'):
        chainrule.read_table(tmp_path / "a.csv", kinds={"x": "numeric"})


def test_a_file_s_header_and_numbers_name_parameters_of_read_table(tmp_path):
    (tmp_path / "commas.csv").write_text("x;y\n" + "1,5;2\n" * 20)
    (tmp_path / "twice.csv").write_text("x,x\n1,2\n")
    (tmp_path / "ragged.csv").write_text("x,y\n1,2\n1,2,3\n")
    for name, words in (
        ("commas.csv", 'read_table(decimal=",")'),
        ("twice.csv", "read_table(header=False)"),
        ("ragged.csv", "read_table(lenient=True)"),
    ):
        with pytest.raises(chainrule.DataError) as error:
            chainrule.read_table(tmp_path / name)
        assert words in error.value.advice
        assert "--" not in str(error.value)


def test_notes_of_a_lenient_reader_name_parameters(tmp_path):
    (tmp_path / "a.csv").write_text("x;y\n" + "1;2\n" * 40 + "1,5;2\n")
    (note,) = chainrule.read_table(tmp_path / "a.csv", delimiter=";", lenient=True).notes
    assert note.endswith('; read_table(decimal=",") reads such numbers)')


def test_errors_name_a_parameter_as_their_place():
    pytest.importorskip("sklearn")
    rows = {"a": [1.0, 2.0, 3.0] * 20}
    with pytest.raises(chainrule.UsageError) as batch:
        chainrule.TableRegressor(batch_size=8, optimizer="scg").fit(rows, np.arange(60.0))
    assert batch.value.where == "batch_size"
    assert batch.value.advice == 'leave the batch size out, or use optimizer="adam"'
    with pytest.raises(chainrule.UsageError) as twice:
        chainrule.TableRegressor(ignore=["a", "a"]).fit({**rows, "b": [1.0, 5.0, 2.0] * 20}, np.arange(60.0))
    assert twice.value.where == "ignore"


def test_what_cells_and_columns_hold_stays_as_it_is():
    pytest.importorskip("sklearn")
    rows = {"a": [1.0, 2.0] * 20, "--keep x": ["--batch-size 3"] * 40}
    notes = chainrule.TableClassifier(epochs=2).fit(rows, [0, 1] * 20).notes_
    expected = 'ignored "--keep x": it holds only one value or none; use keep=["--keep x"] to keep it.'
    assert expected in notes


def test_a_divergence_names_parameters():
    pytest.importorskip("sklearn")
    rows = {"a": [1.0, 2.0, 3.0, 4.0] * 20}
    with pytest.raises(chainrule.NonFiniteError) as error:
        chainrule.TableRegressor(optimizer="gradient_descent", learning_rate=1e30).fit(rows, np.arange(80.0))
    assert "smaller learning_rate" in error.value.advice and "learning_rate_init" not in error.value.advice
    assert "clip_norm=1, where the estimator takes it" in error.value.advice
    x, y = np.array(rows["a"]).reshape(-1, 1), np.arange(80.0)
    mlp = chainrule.MLPRegressor(solver="sgd", activation="identity", learning_rate_init=1e30, random_state=0)
    with pytest.raises(chainrule.NonFiniteError) as error:
        mlp.fit(x, y)
    assert "a smaller learning_rate_init than 1e+30" in error.value.advice
    assert "clip_norm=1" in error.value.advice


def test_a_derivation_names_parameters():
    network = chainrule.Network.mlp(30, [30], 2)
    text = chainrule.explain(network, np.ones((1, 30)), np.ones((1, 2))).text
    assert "all_equations=True shows them, parameter one of them" in text


def _parameters(function):
    return set(inspect.signature(function).parameters)


def test_every_name_of_python_is_a_parameter():
    pytest.importorskip("sklearn")
    estimators = (
        chainrule.TableClassifier,
        chainrule.TableRegressor,
        chainrule.MLPClassifier,
        chainrule.MLPRegressor,
        chainrule.RBFClassifier,
        chainrule.RBFRegressor,
        chainrule.Perceptron,
    )
    known = _parameters(chainrule.explain)
    for estimator in estimators:
        known |= _parameters(estimator) | _parameters(estimator.fit)
    known |= {f"read_table({name}=...)" for name in _parameters(chainrule.read_table)}
    known |= {f"predict_interval({name}=...)" for name in _parameters(chainrule.TableRegressor.predict_interval)}
    names = {row["python"] for row in _native.setting_names()} - {""}
    assert "batch_size" in names
    assert names <= known, names - known


@pytest.mark.parametrize("kind", ["TableClassifier", "TableRegressor", "RBFClassifier", "RBFRegressor"])
def test_every_parameter_of_these_estimators_has_the_name_in_the_table(kind):
    pytest.importorskip("sklearn")
    names = {row["python"] for row in _native.setting_names()}
    parameters = set(getattr(chainrule, kind)().get_params())
    assert parameters - {"verbose"} <= names, parameters - names


def test_a_parameter_out_of_range_is_refused_by_name():
    pytest.importorskip("sklearn")
    with pytest.raises(chainrule.UsageError, match="the parameter epochs is out of range"):
        chainrule.TableRegressor(epochs=0).fit({"a": [1.0, 2.0] * 20}, np.arange(40.0))


def two_classes(words, rows=60):
    """A file's text: a number, a word in turn, and the class of the word."""
    lines = [f"{row * 7 % 10},{words[row % len(words)]},{'pq'[row % len(words) % 2]}" for row in range(rows)]
    return "\n".join(["x,c,y", *lines]) + "\n"


def test_words_taken_out_of_the_missing_ones_are_words(tmp_path):
    (tmp_path / "a.csv").write_text("c,x\nNA,1\n\"NA\",NA\nDE,None\n")
    read = chainrule.read_table
    assert list(read(tmp_path / "a.csv")["c"]) == [None, None, "DE"]
    assert list(read(tmp_path / "a.csv", not_missing=['"NA"'])["c"]) == [None, "NA", "DE"]
    table = read(tmp_path / "a.csv", kinds={"c": "category"})
    assert list(table["c"]) == ["NA", "NA", "DE"]
    assert table.missing("x").tolist() == [False, True, True]


def test_a_model_reads_files_as_its_training_file_was_read(tmp_path):
    pytest.importorskip("sklearn")
    (tmp_path / "a.csv").write_text(two_classes(["NA", "DE"]))
    table = chainrule.read_table(tmp_path / "a.csv", kinds={"c": "category"})
    model = chainrule.TableClassifier(epochs=60).fit(table, "y")
    assert model._model.inputs[1]["words"] == ["DE", "NA"]
    (tmp_path / "new.csv").write_text("x,c\n1,NA\nNA,DE\n")
    assert model.predict(tmp_path / "new.csv").tolist() == ["p", "q"]
    loaded = pickle.loads(pickle.dumps(model))
    assert loaded.predict(tmp_path / "new.csv").tolist() == ["p", "q"]


def test_words_unknown_to_training_are_reported(tmp_path):
    pytest.importorskip("sklearn")
    (tmp_path / "a.csv").write_text(two_classes(["male", "female"]))
    model = chainrule.TableClassifier(epochs=2).fit(tmp_path / "a.csv", "y")
    with pytest.warns(UserWarning, match='"Male" .known: "male".'):
        model.predict({"x": [1.0], "c": ["Male"]})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.predict({"x": [1.0], "c": ["male"]})


def test_truth_values_of_a_file_are_one_word_each(tmp_path):
    pytest.importorskip("sklearn")
    text = two_classes(["TRUE", "false", "True", "FALSE"]).replace(",p", ",yes", 3).replace(",p", ",Yes")
    (tmp_path / "a.csv").write_text(text.replace(",q", ",no"))
    model = chainrule.TableClassifier(epochs=60).fit(tmp_path / "a.csv", "y")
    assert model.classes_.tolist() == ["Yes", "no"]
    assert sum("truth values" in note for note in model.notes_) == 2
    assert model.score(tmp_path / "a.csv", "y") == 1


def test_rare_categories_share_a_feature(tmp_path):
    pytest.importorskip("sklearn")
    towns = [f"w{row if row % 3 == 0 else row % 20 + 1000}" for row in range(600)]
    rows = {"x": [float(row % 7) for row in range(600)], "town": towns}
    model = chainrule.TableClassifier(epochs=2, max_words=10).fit(rows, [row % 2 for row in range(600)])
    town = model._model.inputs[1]
    assert (len(town["words"]), town["other_feature"]) == (9, "present")
    assert any("max_words" in note for note in model.notes_)


def test_classes_keep_the_spelling_of_the_table():
    classes_of_texts = pytest.importorskip("chainrule._model_files").classes_of_texts
    assert classes_of_texts(["100000", "2"], None).tolist() == [100000, 2]
    assert classes_of_texts(["007", "010"], None).tolist() == ["007", "010"]
    assert classes_of_texts(["1.10", "1.25"], None).tolist() == ["1.10", "1.25"]
    assert classes_of_texts(["1.5", "2.5"], None).tolist() == [1.5, 2.5]
    assert classes_of_texts(["1e+05", "2e+05"], None).tolist() == [100000, 200000]  # of version 0.1.0
