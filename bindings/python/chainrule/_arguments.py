"""Checks of function arguments: errors name the parameter, what it takes, and what it was given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from chainrule._errors import UsageError


def wrong_type(parameter: str, expected: str, value: Any) -> TypeError:
    return TypeError(f"{parameter} must be {expected}, got {value!r} of type {type(value).__name__}")


def texts(parameter: str, value: Any) -> list[str]:
    """One text, or several."""
    if isinstance(value, str):
        return [str(value)]
    items = list(value) if isinstance(value, Iterable) and not isinstance(value, bytes) else [value]
    for item in items:
        if not isinstance(item, str):
            raise wrong_type(parameter, "a str or a list of str", item if len(items) > 1 else value)
    return [str(item) for item in items]


def text(parameter: str, value: Any) -> str:
    if isinstance(value, str):
        return str(value)
    raise wrong_type(parameter, "a str", value)


def text_or_none(parameter: str, value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return None if value is None else str(value)
    raise wrong_type(parameter, "a str or None", value)


def flag(parameter: str, value: Any) -> bool:
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    raise wrong_type(parameter, "True or False", value)


def whole(parameter: str, value: Any) -> int:
    """An integer of at least 0."""
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool):
        raise wrong_type(parameter, "an integer", value)
    if not 0 <= value < 2**63:
        raise UsageError(f"{parameter} is out of range", expected="an integer of at least 0", got=str(value))
    return int(value)


def texts_by_name(parameter: str, value: Any) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not all(isinstance(part, str) for pair in value.items() for part in pair):
        raise wrong_type(parameter, "a dict from names to words, such as {'id': 'category'}", value)
    return {str(name): str(word) for name, word in value.items()}
