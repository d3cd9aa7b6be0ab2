"""What an estimator for tables learns from: the table as it was given, and as the library takes it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from chainrule._errors import UsageError
from chainrule._table import Table, add_column
from chainrule._table_rows import for_frames
from chainrule._tables import TABLE_ACTIVATIONS

Array = npt.NDArray[Any]


def unused_name(name: str, taken: Sequence[str]) -> str:
    while name in taken:
        name += "_"
    return name


@dataclass
class TrainingData:
    """What fit learns from: the inputs, and the labels or numbers to learn.

    Where y names a column of the table, `whole` is the table with it: its place, and its cells as they were read.
    """

    inputs: Table
    target: Any
    name: str
    whole: Table | None = None
    is_frame: bool = False  # of pandas, whose labels keep their type

    @property
    def has_read_target(self) -> bool:
        """Whether the target is in the table as it will be learned: with the form of its numbers in a file."""
        return self.whole is not None and not self.is_frame

    def with_targets(self, targets: Mapping[str, Any]) -> Table:
        """The inputs and these targets, in the order of the table."""
        table = self.inputs.select(self.inputs.names)
        for name, cells in targets.items():
            add_column(table._native, name, cells)
        return table if self.whole is None else table.select(self.whole.names)


@dataclass
class Prepared:
    """What the library trains on: a table with its targets and weights, and the settings."""

    table: Table
    settings: dict[str, Any]

    def notes(self, notes: Sequence[str]) -> list[str]:
        """Notes of the library, in words that fit where the table came from."""
        is_file = self.table.source != "table"
        return [note if is_file else for_frames(note) for note in notes]


@contextlib.contextmanager
def known_activations() -> Iterator[None]:
    """An unknown activation is refused with those that a table's network can have."""
    try:
        yield
    except UsageError as error:
        if error.what != "unknown activation":
            raise
        known = ", ".join(TABLE_ACTIVATIONS)
        raise UsageError(error.what, "activation", known, error.got, error.advice) from None


def counting_rows(weights: Any) -> Array | None:
    """[rows] of bool: False for weight 0. None where all rows count, or where these are no weights (refused later)."""
    try:
        numbers = np.asarray(weights, dtype=np.float64)
    except (TypeError, ValueError):
        return None
    if numbers.ndim != 1 or not numbers.any() or numbers.all():
        return None
    return np.asarray(numbers != 0)
