"""Tables in other formats than CSV: recognised by their first lines, or read through PyArrow."""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

pytest.importorskip("sklearn")

import chainrule
from chainrule import TableClassifier, read_table


@pytest.mark.parametrize("kind", ["parquet", "feather"])
def test_a_file_of_arrow_is_read_where_pyarrow_is_installed(kind, tmp_path):
    module = pytest.importorskip(f"pyarrow.{kind}")
    import pyarrow as pa

    frame = pa.table({"a": [1.5, None, 3.0], "b": ["x", "y", None]})
    path = tmp_path / "table.csv"  # the name does not count
    (module.write_table if kind == "parquet" else module.write_feather)(frame, str(path))
    table = read_table(path)
    assert table.source == str(path)
    assert np.array_equal(table["a"], [1.5, np.nan, 3.0], equal_nan=True)
    assert table["b"].tolist() == ["x", "y", None]
    with pytest.raises(chainrule.UsageError, match="kinds of the columns"):
        read_table(path, kinds={"a": "category"})
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(chainrule.DataError, match="cannot be read"):
        read_table(path)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('{"a": 1.5, "b": "x"}\n{"b": "y"}\n', ["a", "b"]),
        ("@relation r\n@attribute a numeric\n@attribute b {x,y}\n@data\n1.5,x\n?,y\n", ["a", "b"]),
        ("1 1:1.5\n-1 2:3\n", ["feature_1", "feature_2", "label"]),
        ("2 1 1\n1.5\n0\n2\n1\n", ["input_1", "output_1"]),
    ],
)
def test_other_formats_are_recognised_by_their_first_lines(text, names, tmp_path):
    path = tmp_path / "table"
    path.write_text(text)
    table = read_table(path)
    assert table.names == names
    assert table[names[0]][0] == 1.5
    assert len(table) == 2


def test_a_pipe_is_read_from_its_first_byte(tmp_path):
    classifier = TableClassifier(epochs=2).fit({"x": [1.0, 2.0] * 20}, ["p", "q"] * 20)
    text, pipe = "x,y\n1,p\n2,q\n" + "2,q\n" * 9, tmp_path / "pipe"
    os.mkfifo(pipe)
    for read in (read_table, classifier.predict, lambda path: classifier.score(path, "y")):
        with ThreadPoolExecutor(1) as writer:
            writer.submit(pipe.write_text, text)
            answer = read(pipe)
        assert isinstance(answer, float) or len(answer) == 11


def test_numbers_have_the_same_limit_in_memory_and_in_files(tmp_path):
    (tmp_path / "a.csv").write_text("x,y\n" + "1e300,p\n2e300,q\n" * 20)
    for rows in ({"x": [1e300, 2e300] * 20}, np.array([[1e300], [2e300]] * 20), tmp_path / "a.csv"):
        with pytest.raises(chainrule.DataError, match="the number is too large"):
            TableClassifier(epochs=2).fit(rows, ["p", "q"] * 20)
    TableClassifier(epochs=2).fit({"x": [3e38, -3e38] * 20}, ["p", "q"] * 20)


def test_a_path_with_a_null_character_names_no_file(tmp_path):
    (tmp_path / "a").write_text("x,y\n1,2\n3,4\n")
    classifier = TableClassifier(epochs=2).fit({"x": [1.0, 2.0] * 20}, ["p", "q"] * 20)
    path = str(tmp_path / "a")
    for call in (read_table, chainrule.load, classifier.save, lambda name: chainrule.save(classifier, name)):
        with pytest.raises(ValueError, match="embedded null byte"):
            call(path + "\0b")
    assert read_table(path.encode()).shape == (2, 2)
