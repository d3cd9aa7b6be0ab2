"""Tables as they come: named columns of numbers or words, with missing cells. Requires NumPy alone."""

from __future__ import annotations

import datetime
import decimal
import importlib
import numbers
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from chainrule import _arguments, _native
from chainrule._errors import DataError, UsageError
from chainrule._paths import file_path

Array = npt.NDArray[Any]


class Table:
    """A table in memory: read_table returns one, TableClassifier and TableRegressor take one.

    Attributes
    ----------
    names : list of str
    kinds : dict
        The kind of each column: 'numeric' or 'category'.
    shape : (rows, columns)
    notes : list of str
        What was guessed about the file, and the repairs made by read_table(lenient=True).
    """

    def __init__(self, native: _native.Table) -> None:
        self._native = native

    @property
    def names(self) -> list[str]:
        return list(self._native.names)

    @property
    def kinds(self) -> dict[str, str]:
        return {name: self._native.kind(name) for name in self._native.names}

    @property
    def shape(self) -> tuple[int, int]:
        return self._native.rows, len(self._native.names)

    @property
    def notes(self) -> list[str]:
        return list(self._native.notes)

    @property
    def source(self) -> str:
        return str(self._native.source)

    def __len__(self) -> int:
        return int(self._native.rows)

    def __contains__(self, name: object) -> bool:
        return name in self._native.names

    def __getitem__(self, name: str) -> Array:
        """The cells of a column [rows]: float64, or words (object). Missing cells are NaN or None."""
        if self._native.kind(_arguments.text("the name of a column", name)) == "numeric":
            return np.asarray(self._native.numbers(name))
        words = np.array([*self._native.words(name), None], dtype=object)
        return np.asarray(words[self._native.codes(name)])

    def missing(self, name: str) -> Array:
        """[rows] of bool: True for a missing cell."""
        if self._native.kind(_arguments.text("the name of a column", name)) == "numeric":
            return np.asarray(np.isnan(self._native.numbers(name)))
        return np.asarray(self._native.codes(name) < 0)

    def words(self, name: str) -> list[str]:
        """The distinct words of a column of words, in order of first appearance; [] for numbers."""
        return list(self._native.words(_arguments.text("the name of a column", name)))

    def to_dict(self) -> dict[str, Array]:
        return {name: self[name] for name in self.names}

    def summary(self) -> list[dict[str, Any]]:
        """One dict per column: kind, missing and distinct cells, range, and signs of a date or an identifier."""
        return list(self._native.summary())

    def select(self, names: str | Iterable[str]) -> Table:
        """A table of these columns, in this order."""
        return Table(self._native.select(_arguments.texts("names", names)))

    def without(self, names: str | Iterable[str]) -> Table:
        """A table of the other columns. DataError for a name that is none of its columns."""
        left_out = _arguments.texts("names", names)
        for name in left_out:
            self._native.kind(name)  # names the nearest column
        return self.select([name for name in self.names if name not in left_out])

    def _copy(self) -> Table:
        return Table(self._native.copy())

    def __getstate__(self) -> dict[str, Any]:
        columns: list[tuple[str, Array, list[str] | None]] = []
        for name in self.names:
            if self._native.kind(name) == "numeric":
                columns.append((name, self._native.numbers(name), None))
            else:
                columns.append((name, self._native.codes(name), list(self._native.words(name))))
        return {
            "source": self.source,
            "columns": columns,
            "missing_words": self._native.missing_words,
            "missing_words_found": self._native.missing_words_found,
            "forms": {name: self._native.form(name) for name in self.names},
            "lines": self._native.lines(),
            "notes": self.notes,
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._native = _native.Table(state["source"])
        for name, cells, words in state["columns"]:
            if words is None:
                self._native.add_numbers(name, np.ascontiguousarray(cells, np.float64))
            else:
                self._native.add_words(name, np.ascontiguousarray(cells, np.int32), words)
        self._native.missing_words = state.get("missing_words", ([], [], []))
        # Pickles of earlier versions have none of the following.
        self._native.missing_words_found = state.get("missing_words_found", [])
        for name, form in state.get("forms", {}).items():
            self._native.set_form(name, form)
        self._native.set_lines(np.ascontiguousarray(state.get("lines", ()), np.uint64))
        for note in state.get("notes", ()):
            self._native.add_note(note)

    def __repr__(self) -> str:
        rows, columns = self.shape
        shown = ", ".join(f"{name} ({kind})" for name, kind in list(self.kinds.items())[:8])
        return f"Table({self.source}: {rows} rows, {columns} columns: {shown}{', ...' if columns > 8 else ''})"


def read_table(
    path: str | os.PathLike[str],
    *,
    delimiter: str | None = None,
    decimal: Literal[".", ",", "point", "comma"] | None = None,
    thousands: str | None = None,
    strip: str | Sequence[str] = (),
    header: bool | Literal["present", "absent"] | None = None,
    missing_words: str | Sequence[str] | None = None,
    not_missing: str | Sequence[str] = (),
    kinds: Mapping[str, Literal["numeric", "category"]] | None = None,
    skip: int = 0,
    skip_last: int = 0,
    comment: str | None = None,
    quote: str | None = None,
    escape: str | None = None,
    lenient: bool = False,
    threads: int = 0,
) -> Table:
    """Reads a table, plain or compressed, as the command line does.

    CSV, TSV, JSON records (lines or an array), ARFF, LIBSVM, FANN, IDX and NPY are recognised by their first bytes;
    Parquet and Arrow files (Feather) are read where PyArrow is installed.

    Parameters
    ----------
    path : str or path
    delimiter : ',', ';', '\\t', '|', another sign, or 'comma', 'semicolon', 'tab', 'pipe', 'blanks'
        'blanks': runs of spaces and tabs. None: detected.
    decimal : '.' or ',', or 'point' or 'comma'
        None: a point, or as a column is found to have it.
    thousands : str
        The sign between groups of three digits in all columns: ',', '.', ' ' or "'". None: found by column.
    strip : str or list of str
        Units and signs to take off numbers, such as 'kg'. One that nine tenths of a column's cells have is found.
    header : bool, or 'present' or 'absent'
        Whether the first line names the columns. None: detected.
    missing_words : str or list of str
        More words for a missing cell, besides the usual ones: '', 'NA', '?' and others.
    not_missing : str or list of str
        Words that stand for no missing cell, such as ['NA']; ['"NA"']: only in quoted cells.
    kinds : dict
        'numeric' or 'category' for columns whose kind should not be detected. In a 'category', of the usual words for
        a missing cell only '' is one.
    skip, skip_last : int
        How many lines to leave out before and after the table; blank lines after it do not count.
    comment : str
        A sign; lines that begin with it are left out.
    quote : str
        The sign around cells that hold a delimiter or a line break; 'none': quotes are ordinary characters. None: '"'.
    escape : str
        A sign that makes a quote or a delimiter after it an ordinary character. None: a quote is doubled.
    lenient : bool
        Repair faults where possible (Table.notes lists the repairs) instead of refusing the file.
    threads : int
        Number of threads for reading; 0: all. It affects only the time taken.

    Raises
    ------
    DataError
        For a file that is not a table, with the place of the fault.
    UsageError
        For a setting that cannot be.
    TypeError
        For a setting of the wrong type.
    ValueError
        For a path with a null character.
    """
    path = file_path(path)
    headers = {"present": True, "absent": False}
    has_header = headers[header] if isinstance(header, str) and header in headers else header
    settings: dict[str, Any] = {
        "delimiter": _arguments.text_or_none("delimiter", delimiter),
        "decimal": _arguments.text_or_none("decimal", decimal),
        "thousands": _arguments.text_or_none("thousands", thousands) or "",
        "strip": _arguments.texts("strip", strip),
        "header": None if has_header is None else _arguments.flag("header", has_header),
        "missing_words": [] if missing_words is None else _arguments.texts("missing_words", missing_words),
        "not_missing": _arguments.texts("not_missing", not_missing),
        "kinds": _arguments.texts_by_name("kinds", kinds),
        "skip": _arguments.whole("skip", skip),
        "skip_last": _arguments.whole("skip_last", skip_last),
        "comment": _arguments.text_or_none("comment", comment),
        "quote": _arguments.text_or_none("quote", quote),
        "escape": _arguments.text_or_none("escape", escape),
        "lenient": _arguments.flag("lenient", lenient),
        "threads": _arguments.whole("threads", threads),
    }
    frame = arrow_table(path)
    if frame is not None:
        if kinds:
            raise UsageError(
                "the kinds of the columns are those of the Parquet or Arrow file",
                where=path,
                got=f"kinds={dict(kinds)!r}",
                advice="convert the columns with PyArrow, and give the table to the estimator",
            )
        return table_of(frame, source=path)
    return Table(_native.read_table(path, **settings))


def arrow_table(path: str) -> Any:
    """The table in a Parquet or Arrow file, by PyArrow; None for other files, and where PyArrow is missing."""
    if not os.path.isfile(path):  # a pipe can be read once only
        return None
    try:
        with open(path, "rb") as file:
            start = file.read(6)
    except OSError:  # read_table reports it
        return None
    if not start.startswith((b"PAR1", b"ARROW1", b"FEA1")):
        return None
    module = "pyarrow.parquet" if start.startswith(b"PAR1") else "pyarrow.feather"
    try:
        reader = importlib.import_module(module)
    except ImportError:
        return None
    try:
        return reader.read_table(path)
    except (OSError, ValueError) as error:  # pyarrow.ArrowInvalid is a ValueError
        raise DataError(
            "the file cannot be read", where=path, got=str(error), advice="copy or download it again"
        ) from error


# --- tables of others ------------------------------------------------------------------------------------------------


def is_frame(x: Any) -> bool:
    """Whether it is a frame of any library: pandas, polars, Arrow, or one with Arrow's interface?"""
    return hasattr(x, "columns") or hasattr(x, "column_names") or hasattr(x, "__arrow_c_stream__")


def table_of(x: Any, source: str = "table", names: Sequence[str] | None = None, weight_column: str = "") -> Table:
    """A table from a Table, a path, a dict of columns, a data frame or a 2-D array.

    The columns of an array are named `names`, or column_1, column_2, ... as in a file without a header. Rows of a text
    file that weigh 0 in `weight_column` are left out while it is read.

    Raises
    ------
    DataError, ValueError, TypeError
        For cells that are neither numbers nor words.
    """
    if isinstance(x, Table):
        return x
    if isinstance(x, (str, os.PathLike)):
        frame = arrow_table(file_path(x))
        if frame is not None:
            return table_of(frame, source=file_path(x))
        return Table(_native.read_table(file_path(x), weight_column=weight_column, threads=0))
    native = _native.Table(source)
    columns = list(columns_of(x, names))
    if columns and not any(isinstance(name, str) for name, _ in columns):  # a frame without names
        columns = list(zip(default_names(len(columns)), (cells for _, cells in columns), strict=True))
    for name, cells in columns:
        if not isinstance(name, str):
            raise TypeError(
                f"Feature names must be strings: the column {name!r} is of type {type(name).__name__}; "
                "name the columns with df.columns = df.columns.astype(str)"
            )
        add_column(native, _encodable(ascii(name), name), cells)
    return Table(native)


def default_names(count: int) -> list[str]:
    return [f"column_{i + 1}" for i in range(count)]


def columns_of(x: Any, names: Sequence[str] | None) -> Iterable[tuple[Any, Any]]:
    if isinstance(x, Mapping):
        return ((name, cells) for name, cells in x.items())
    if hasattr(x, "collect") and hasattr(x, "lazy"):  # polars
        raise UsageError(
            f"a {type(x).__name__} is a query and not yet a table",
            got=type(x).__name__,
            advice="pass the result of .collect()",
        )
    if _is_one_column(x):
        raise UsageError(
            f"Expected 2D array, got 1D array instead: a {type(x).__name__} is one column and not a table",
            advice="pass a frame of that column (series.to_frame(), df[[name]]), or a dict {name: column}",
        )
    if hasattr(x, "iloc") and hasattr(x, "columns"):  # pandas; names may repeat
        return ((name, x.iloc[:, i]) for i, name in enumerate(x.columns))
    if hasattr(x, "get_columns"):  # polars
        return ((column.name, column) for column in x.get_columns())
    if hasattr(x, "column_names") and hasattr(x, "column"):  # pyarrow
        return ((name, x.column(i)) for i, name in enumerate(x.column_names))
    if hasattr(x, "__arrow_c_stream__"):
        try:
            pyarrow = importlib.import_module("pyarrow")
        except ImportError as error:
            raise UsageError(
                f"a {type(x).__name__} is read through Arrow, and pyarrow is not installed",
                advice="pip install pyarrow, or convert it to a pandas or polars frame",
            ) from error
        return columns_of(pyarrow.table(x), names)
    if hasattr(x, "fetchnumpy"):  # duckdb
        return columns_of(x.fetchnumpy(), names)
    array = np.asarray(x)
    if array.ndim != 2:
        raise ValueError(f"Expected 2D array, got {array.ndim}D array instead: a table has rows and columns")
    return zip(names or default_names(array.shape[1]), array.T, strict=True)


def _is_one_column(x: Any) -> bool:
    """A Series of pandas or polars, an Array of Arrow."""
    return not hasattr(x, "columns") and (hasattr(x, "to_frame") or (hasattr(x, "to_pylist") and hasattr(x, "type")))


def add_column(table: _native.Table, name: str, cells: Any) -> None:
    """Adds a column: numbers as float64, everything else as words. None, NaN, NaT, NA and '' are missing cells."""
    kind = _kind_of_category(cells)
    if kind is not None:
        codes, categories = kind
        _add_categories(table, name, codes, categories)
        return
    array = _array_of(name, cells)
    if array.ndim != 1:
        raise ValueError(f"the column {name!r} has shape {array.shape}, expected one cell per row")
    if array.dtype.kind == "c":
        raise ValueError("Complex data not supported")
    if array.dtype.kind in "iuf":
        _add_numbers(table, name, array)
        return
    if array.dtype.kind == "m":
        raise _durations(name)
    if array.dtype.kind == "M":
        # Dates stay recognisable: the schema refuses or ignores them as it does those of files.
        is_missing = np.isnat(array)
        array = np.datetime_as_string(array, unit="s").astype(object)
        array[is_missing] = None
    codes, values = _codes_of(array)
    _add_values(table, name, codes, values)


def _durations(name: str) -> DataError:
    return DataError(
        f"the column {name!r} holds durations",
        expected="numbers, or words for categories",
        advice="convert it to a number: df[name].dt.total_seconds()",
    )


def _kind_of_category(cells: Any) -> tuple[Array, list[Any]] | None:
    """Codes and values of pandas' categories and strings, found without visiting each cell."""
    if getattr(cells, "dtype", None) is None or not hasattr(cells, "iloc"):
        return None
    name = type(cells.dtype).__name__
    if name == "CategoricalDtype":
        return np.asarray(cells.cat.codes, np.int32), list(cells.cat.categories)
    if name == "StringDtype":
        codes, values = importlib.import_module("pandas").factorize(cells)
        return np.asarray(codes, np.int32), list(values)
    return None


def _add_categories(table: _native.Table, name: str, codes: Array, categories: list[Any]) -> None:
    """Categories are words, even if they are numbers."""
    texts = [_text(name, value) for value in categories]
    _add_words(table, name, codes, texts)


def _array_of(name: str, cells: Any) -> Array:
    if isinstance(cells, np.ma.MaskedArray):
        is_number = cells.dtype.kind in "iuf"
        values: Array = np.array(cells.data, dtype=np.float64 if is_number else object)
        values[np.ma.getmaskarray(cells)] = np.nan if is_number else None
        return values
    dtype = getattr(cells, "dtype", None)
    if hasattr(cells, "iloc") and dtype is not None and not isinstance(dtype, np.dtype):
        # pandas' extension types, with their own missing values.
        if getattr(dtype, "kind", "O") in "iuf":
            return np.asarray(cells.to_numpy(dtype=np.float64, na_value=np.nan))
        if getattr(dtype, "kind", "O") == "M":
            return np.asarray(cells.to_numpy(dtype="datetime64[ns]"))
        return np.asarray(cells.astype(object))
    if hasattr(cells, "to_pylist"):  # Arrow
        kind = str(cells.type)
        if kind.startswith("duration"):
            raise _durations(name)
        if kind.startswith(("int", "uint", "float", "double", "halffloat")):
            # Missing cells become NaN, which takes a copy; a ChunkedArray always makes one.
            return np.asarray(cells.to_numpy() if hasattr(cells, "chunks") else cells.to_numpy(zero_copy_only=False))
        return _of_list(cells.to_pylist())
    if type(cells).__module__.startswith("polars"):
        has_numpy_type = cells.dtype.is_numeric() and str(cells.dtype) not in ("Int128", "UInt128")
        return np.asarray(cells.to_numpy()) if has_numpy_type else _of_list(cells.to_list())
    if isinstance(cells, (list, tuple)):
        return _of_list(list(cells))
    return np.asarray(cells)


def _of_list(values: list[Any]) -> Array:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _add_numbers(table: _native.Table, name: str, array: Array) -> None:
    values = np.ascontiguousarray(array, dtype=np.float64)
    if np.isinf(values).any():
        raise ValueError(
            f"Input X contains infinity or a value too large for {array.dtype!r}: the column {name!r} in row "
            f"{int(np.flatnonzero(np.isinf(values))[0]) + 1}"
        )
    table.add_numbers(name, values)


def is_missing(value: Any) -> bool:
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    if isinstance(value, str):
        return value.strip(" \t") == ""
    if isinstance(value, decimal.Decimal):
        return value.is_nan()  # a signalling NaN cannot be compared
    return bool(isinstance(value, (float, np.floating)) and value != value)


def _codes_of(array: Array) -> tuple[Array, list[Any]]:
    """Indices into the list of distinct values, -1 where missing. Unhashable cells are all distinct."""
    places: dict[Any, int] = {}
    values: list[Any] = []
    codes = np.empty(len(array), np.int32)
    for row, value in enumerate(array.tolist()):
        key = (type(value), value)
        try:
            place = places.get(key)
        except TypeError:  # a list, a dict, a signalling NaN
            if is_missing(value):
                codes[row] = -1
                continue
            values.append(value)
            codes[row] = len(values) - 1
            continue
        if place is None:
            place = -1 if is_missing(value) else len(values)
            if place >= 0:
                values.append(value)
            places[key] = place
        codes[row] = place
    return codes, values


def _add_values(table: _native.Table, name: str, codes: Array, values: list[Any]) -> None:
    are_numbers = [
        isinstance(v, (numbers.Real, decimal.Decimal)) and not isinstance(v, (bool, np.bool_)) for v in values
    ]
    if all(are_numbers):  # also true of an empty column
        try:
            lookup = np.array([*(float(v) for v in values), np.nan])
        except OverflowError as error:
            raise DataError(
                f"the column {name!r} holds a number that is too large",
                expected="numbers that a float64 can hold, up to about 1.8e308 in size",
            ) from error
        _add_numbers(table, name, lookup[codes])
        return
    _add_words(table, name, codes, [_text(name, value) for value in values])


def _add_words(table: _native.Table, name: str, codes: Array, texts: list[str]) -> None:
    """Equal texts become one word; the words' numbers follow their first appearance."""
    order: dict[str, int] = {}
    first_seen = np.full(len(texts) + 1, -1, np.int32)
    seen, places = np.unique(codes, return_index=True)
    for code in seen[np.argsort(places)]:
        if code >= 0 and texts[code] != "":
            first_seen[code] = order.setdefault(texts[code], len(order))
    table.add_words(name, np.ascontiguousarray(first_seen[codes], np.int32), list(order))


def _text(name: str, value: Any) -> str:
    if isinstance(value, str):
        return _encodable(name, value).strip(" \t")  # as files are read
    if isinstance(value, (bool, np.bool_, numbers.Real, decimal.Decimal)):
        return str(value.item() if isinstance(value, np.generic) else value)
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat().replace("T", " ")
    if isinstance(value, datetime.timedelta):
        raise _durations(name)
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError as error:
            raise _not_utf_8(name, repr(value)) from error
    raise TypeError(
        f"a cell of the column {name!r} is of type {type(value).__name__}: the argument must be a string or a number"
    )


def _encodable(name: str, text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise _not_utf_8(name, ascii(text)) from error
    return text


def _not_utf_8(name: str, cell: str) -> DataError:
    return DataError(f"a cell of the column {name!r} is not UTF-8 text", got=cell[:80], advice="decode it first")
