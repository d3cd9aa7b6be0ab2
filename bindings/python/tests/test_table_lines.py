"""Lines and signs of files from elsewhere: read_table has the settings of the command line."""

import pytest

import chainrule
from chainrule import read_table

ROWS = "x,y,z\n1,a,2.5\n2,b,3.5\n3,a,4.5\n4,b,1.5\n"


def written(tmp_path, text):
    path = tmp_path / "t.csv"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ("Report\n\n" + ROWS, {"skip": 2}),
        (ROWS + "\nSource: office\n", {"skip_last": 1}),
        ("# by hand\n" + ROWS + "# end\n", {"comment": "#"}),
        (ROWS.replace("a", "'a'"), {"quote": "'"}),
        (ROWS.replace(",", "  "), {"delimiter": "blanks"}),
        (ROWS.replace(",", ":"), {"delimiter": ":"}),
    ],
)
def test_settings_of_lines_and_signs(tmp_path, text, settings):
    table = read_table(written(tmp_path, text), **settings)
    assert table.names == ["x", "y", "z"]
    assert len(table) == 4
    assert table.kinds == {"x": "numeric", "y": "category", "z": "numeric"}


def test_an_escape_and_no_quote(tmp_path):
    table = read_table(written(tmp_path, ROWS + '5,"say \\"hi\\", you",1\n'), escape="\\")
    assert len(table) == 5
    assert len(read_table(written(tmp_path, ROWS + '5,3" disk,1\n6,4",2\n'), quote="none")) == 6


def test_errors_advise_parameters_that_work(tmp_path):
    with pytest.raises(chainrule.DataError, match=r"read_table\(skip=2\)"):
        read_table(written(tmp_path, "Report\n\n" + ROWS))
    with pytest.raises(chainrule.DataError, match=r"read_table\(skip_last=1\)"):
        read_table(written(tmp_path, ROWS + "Source: office\n"))


def test_guesses_are_notes(tmp_path):
    (note,) = read_table(written(tmp_path, "John,Paris\nMary,Rome\nAnn,Oslo\n")).notes
    assert "read_table(header=False)" in note
    assert read_table(written(tmp_path, ROWS)).notes == []
