"""Legal CSV files are read as Python's csv module reads them: 2,000 random tables, cell by cell.

The tables are written by csv.writer and read back by csv.reader, the oracle. Where chainrule differs it is by design:
blanks around an unquoted cell do not count, and a cell without a sign is missing.
"""

import csv
import io
import math
import random

import numpy as np
import pytest

import chainrule

DELIMITERS = (",", ";", "\t", "|")
LINE_ENDS = ("\n", "\r\n", "\r")
PIECES = (
    "a", "B", "word", "7", "-1.5", " ", "  ", ",", ";", "\t", "|", '"', '""', "'", "\n", "\r\n", "\r", "é", "ß", "猫",
    "😀", "е́", "#", "=1+1", "\\", "%", "x,y", 'say "hi"',
)
TABLES = 2000


def random_word(random_, plain, unquoted=""):
    """Begins with a letter, so that it is neither a number nor a word for a missing cell; without these signs."""
    pieces = [piece for piece in PIECES if piece.isalnum() or not (plain or set(unquoted) & set(piece))]
    word = random_.choice("kKqé猫") + "".join(random_.choice(pieces) for _ in range(random_.randrange(5)))
    return " " * random_.randrange(2) + word if not plain else word


def random_number(random_):
    kind = random_.randrange(4)
    if kind == 0:
        return str(random_.randrange(-9999, 9999))
    if kind == 1:
        return repr(random_.uniform(-1, 1) * 10.0 ** random_.randrange(-30, 30))
    return f"{random_.gauss(0, 100):.{random_.randrange(1, 17)}f}"


class Written:
    """A random table: its text, and how it must be read."""

    def __init__(self, seed):
        r = random.Random(seed)
        self.delimiter = r.choice(DELIMITERS)
        self.quoting = r.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC))
        self.line_end = r.choice(LINE_ENDS)
        self.has_header = r.random() < 0.7
        # Without the delimiter given, no other sign may look like one.
        self.is_given = r.random() < 0.7
        kinds = [r.choice(("numeric", "category")) for _ in range(r.randrange(2, 6))]
        plain = not self.is_given
        # csv.writer puts a cell with a line break in quotes only if the sign is one of its own line end.
        self.unquoted = set("\r\n") - set(self.line_end) if self.quoting == csv.QUOTE_MINIMAL else ""
        rows = [
            [self._cell(r, kind, plain) for kind in kinds] for _ in range(r.randrange(1 if self.has_header else 2, 25))
        ]
        names = [f"{random_word(r, plain, self.unquoted).strip()}{place}" for place in range(len(kinds))]
        if not self.has_header:
            names = [f"column_{place + 1}" for place in range(len(kinds))]
        out = io.StringIO(newline="")
        writer = csv.writer(out, delimiter=self.delimiter, quoting=self.quoting, lineterminator=self.line_end)
        if self.has_header:
            writer.writerow(names)
        writer.writerows(rows)
        self.text = ("\ufeff" if r.random() < 0.2 else "") + out.getvalue()
        if r.random() < 0.2 and self.line_end != "\r":
            self.text = self.text.removesuffix(self.line_end)
        self.names, self.kinds = names, dict(zip(names, kinds))

    def _cell(self, r, kind, plain):
        if r.random() < 0.1:
            return ""
        return random_number(r) if kind == "numeric" else random_word(r, plain, self.unquoted)

    def expected(self):
        """The columns as csv.reader reads them."""
        rows = list(csv.reader(io.StringIO(self.text.removeprefix("\ufeff"), newline=""), delimiter=self.delimiter))
        if self.has_header:
            assert rows[0] == self.names
            rows = rows[1:]
        return {name: [row[place] for row in rows] for place, name in enumerate(self.names)}

    def is_quoted(self, cell):
        """Did csv.writer put the cell in quotes? All cells are str."""
        return self.quoting != csv.QUOTE_MINIMAL or any(sign in cell for sign in ('"', "\n", "\r", self.delimiter))

    def options(self):
        options = {"header": self.has_header, "kinds": self.kinds}
        return {**options, "delimiter": self.delimiter} if self.is_given else options


def differences(written, table):
    """What the table has read otherwise."""
    for name, cells in written.expected().items():
        for place, (cell, read) in enumerate(zip(cells, table[name], strict=True)):
            text = cell if written.is_quoted(cell) else cell.strip(" \t")
            if written.kinds[name] == "numeric":
                right = math.isnan(read) if not text.strip() else float(text) == read
            else:
                right = read is None if not text.strip() else text == read
            if not right:
                yield f"{name}[{place}] {cell!r} was read as {read!r}"


@pytest.mark.parametrize("part", range(8))
def test_legal_tables_are_read_as_by_csv(part, tmp_path):
    path = tmp_path / "t.csv"
    for seed in range(part, TABLES, 8):
        written = Written(seed)
        path.write_bytes(written.text.encode())
        table = chainrule.read_table(path, **written.options())
        assert table.names == written.names, f"table {seed}: {written.text!r}"
        assert table.kinds == written.kinds, f"table {seed}: {written.text!r}"
        assert not list(differences(written, table)), f"table {seed}: {written.text!r}"


def test_a_long_table_is_read_as_by_csv(tmp_path):
    """60,000 rows: in pieces, by all threads; the last rows are unlike the first."""
    r = random.Random(1)
    rows = [[str(place), "word"] for place in range(60000)]
    rows += [[random_number(r), random_word(r, plain=False)] for _ in range(200)]
    path = tmp_path / "t.csv"
    with open(path, "w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([["n", "w"], *rows])
    with open(path, newline="", encoding="utf-8") as file:
        expected = list(csv.reader(file))[1:]
    for threads in (1, 2):
        table = chainrule.read_table(path, threads=threads, kinds={"w": "category"})
        assert np.array_equal(table["n"], [float(row[0]) for row in expected])
        quoted = [any(sign in row[1] for sign in '",\n\r') for row in expected]
        assert list(table["w"]) == [
            row[1] if is_quoted else row[1].strip(" \t") for row, is_quoted in zip(expected, quoted, strict=True)
        ]
