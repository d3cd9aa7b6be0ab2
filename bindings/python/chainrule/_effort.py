"""The settings of the table estimators that their effort chooses, unless they are given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from chainrule._errors import UsageError
from chainrule._parameters import MOST, checked_count, checked_number, checked_word
from chainrule._tables import ACTIVATIONS_OF_OUTPUTS, OPTIMIZERS, TABLE_ACTIVATIONS, name_of_word, names_in


def settings_of_the_effort(estimator: Any) -> dict[str, Any]:
    """Those that are given; the effort chooses the others."""
    settings: dict[str, Any] = {}
    if estimator.effort is not None:
        settings["effort"] = checked_word(estimator, "effort")
    if estimator.hidden is not None:
        settings["hidden"] = _hidden_sizes(estimator.hidden)
    if estimator.activation is not None:
        settings["activations"] = _activations(estimator.activation)
    if estimator.optimizer is not None:
        if name_of_word("optimizer", estimator.optimizer) not in OPTIMIZERS:
            raise UsageError("unknown optimizer", expected=", ".join(OPTIMIZERS), got=repr(estimator.optimizer))
        settings["optimizer"] = estimator.optimizer
    if estimator.weight_decay is not None:
        settings["weight_decay"] = checked_number(estimator, "weight_decay")
    for name, least in (("members", 1), ("epochs", 1), ("patience", 0), ("max_words", 1)):
        if getattr(estimator, name) is not None:
            settings[name] = checked_count(estimator, name, at_least=least)
    return settings


def _activations(given: Any) -> list[str]:
    activations = names_in("activation", given)
    for activation in activations:
        if name_of_word("activation", activation) in ACTIVATIONS_OF_OUTPUTS:
            raise UsageError(
                "no hidden layer can be trained with this activation",
                where="activation",
                expected=", ".join(TABLE_ACTIVATIONS),
                got=repr(activation),
            )
    return activations


def _hidden_sizes(sizes: Any) -> list[int]:
    listed = [sizes] if isinstance(sizes, (int, np.integer)) else list(sizes) if np.iterable(sizes) else [sizes]
    are_integers = all(isinstance(size, (int, np.integer)) and not isinstance(size, bool) for size in listed)
    is_sequence = not isinstance(sizes, (Mapping, set, frozenset))
    if is_sequence and are_integers and all(0 < size <= MOST for size in listed):
        return [int(size) for size in listed]
    raise UsageError(
        "the parameter hidden is out of range",
        expected="the units of each hidden layer, integers above 0",
        got=repr(sizes),
    )
