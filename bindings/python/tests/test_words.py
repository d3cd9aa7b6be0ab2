"""Errors and notes speak of the parameters of Python, and not of the options of the command line."""

import numpy as np
import pytest

import chainrule
from chainrule._options import in_words_of_python


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ('ignored "c": one value; use --keep c to keep it.', 'ignored "c": one value; use keep=["c"] to keep it.'),
        ('use --keep "a b" to keep it.', 'use keep=["a b"] to keep it.'),
        ("use --keep COLUMN to keep one.", "use keep=[COLUMN] to keep one."),
        ('with --column "a b=category" when', 'with read_table(kinds={"a b": "category"}) when'),
        ("a category with --column mass=category", 'a category with read_table(kinds={"mass": "category"})'),
        ("use --missing WORD when", "use read_table(missing_words=[WORD]) when"),
        ("with --missing tall, or", 'with read_table(missing_words=["tall"]), or'),
        ("with --missing -nan, or", 'with read_table(missing_words=["-nan"]), or'),
        ("read the table with --decimal comma, or", 'read the table with read_table(decimal=","), or'),
        ("leave such lines out with --lenient; when", "leave such lines out with read_table(lenient=True); when"),
        ("say so with --header absent", "say so with read_table(header=False)"),
        ("a column is in --target and --ignore", "a column is in y and ignore"),
        ("give fewer --centres, or more rows", "give fewer n_centers, or more rows"),
        ("a larger --ridge (1e-6), a smaller --width-factor", "a larger alpha (1e-6), a smaller width_factor"),
        ("leave it out with --ignore, or join", "leave it out with ignore, or join"),
        ("leave it out with --ignore a.b, or split", 'leave it out with ignore=["a.b"], or split'),
        ("fill the cell, or leave such rows out with --missing-target skip", "fill the cell, or leave out such rows"),
        ("use --task classes, or name a target", "use TableClassifier, or name a target"),
        ("use --task regression to learn it", "use TableRegressor to learn it"),
        ("--widths common or fixed", "widths common or fixed"),
        ("Try a smaller learning rate (--learning-rate), or", "Try a smaller learning rate (learning_rate_init), or"),
        ("the gradient (--clip-norm 1).", "the gradient (clip_norm=1)."),
        ("or a larger --max-words", "or a larger max_words"),
        ('the word "--keep x" of a cell', 'the word "--keep x" of a cell'),
        ("in data/--keep/a--ignore.csv", "in data/--keep/a--ignore.csv"),
    ],
)
def test_options_become_parameters(told, expected):
    assert in_words_of_python(told) == expected


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
    for error, words in ((both, "keep and ignore"), (date, 'ignore=["day"]'), (centres, "n_centers")):
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
