"""Rows and columns of tables of any library, before they become a Table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from chainrule import _native
from chainrule._table import Table, columns_of

Array = npt.NDArray[Any]


def column_of(x: Any, name: str) -> Any:
    """The cells of a column, as its library has them. DataError with the nearest name where there is none."""
    if isinstance(x, Table):
        return x[name]
    columns = list(columns_of(x, None))
    for own, cells in columns:
        if own == name:
            return cells
    names = _native.Table()
    for own, _ in columns:
        names.add_words(str(own), np.zeros(0, np.int32), [])
    names.kind(name)
    raise AssertionError(name)


def note_numbers_as_text(table: Table, x: Any, left_out: Iterable[str]) -> None:
    """Notes the columns of text that read_table would read as numbers. Columns of pandas' categories are meant so."""
    categories = {str(name) for name, dtype in _dtypes_of(x) if str(dtype).lower().startswith(("categor", "enum"))}
    for name in table.names:
        example = table._native.number_as_text(name) if name not in left_out and name not in categories else ""
        if example:
            table._native.add_note(
                f"the column {name!r} holds numbers as text, such as {example!r}: each text is a category. To use them "
                "as numbers, convert the column (pandas.to_numeric), or give the table as a file: there, units and "
                "signs are taken off."
            )


def for_frames(note: str) -> str:
    """A note of the library whose advice is a setting of read_table, for a table that is no file."""
    note = re.sub(r'read_table\(kinds=\{("[^"]*"): "category"\}\)', r"df[\1].astype(str)", note)
    return re.sub(r'read_table\(missing_words=\["?([^"\]]*)"?\]\)', r"df.replace(\1, None)", note).replace(
        " and the file spells it so", ""
    )


def _dtypes_of(x: Any) -> Iterable[tuple[Any, Any]]:
    if hasattr(x, "iloc") and hasattr(x, "columns"):
        return zip(x.columns, x.dtypes, strict=True)
    return x.schema.items() if isinstance(getattr(x, "schema", None), Mapping) else ()


def row_count(x: Any) -> int | None:
    """None where the library does not say."""
    if isinstance(x, Mapping):
        return len(next(iter(x.values()), ()))
    if hasattr(x, "shape") and not hasattr(x, "lazy"):
        return int(x.shape[0])
    return len(x) if hasattr(x, "__len__") else None


def rows_of(x: Any, is_kept: Array) -> Any:
    """The rows of a table, or of a column, for which is_kept [rows] is True. A Table reports how many it left out."""
    if isinstance(x, Table):
        kept = x._copy()
        kept._native.drop_weightless_rows(np.ascontiguousarray(is_kept, np.uint8))
        return kept
    if isinstance(x, Mapping):
        return {name: rows_of(cells, is_kept) for name, cells in x.items()}
    places = np.flatnonzero(is_kept)
    if hasattr(x, "iloc"):  # pandas
        return x.iloc[places]
    if isinstance(x, (list, tuple)):
        return [x[place] for place in places]
    if hasattr(x, "to_pylist"):  # Arrow
        return x.take(places)
    if type(x).__module__.startswith("polars"):
        return x[places]
    if hasattr(x, "tocsr"):
        return x.tocsr()[places]
    return (x if isinstance(x, np.ndarray) else np.asarray(x))[places]
