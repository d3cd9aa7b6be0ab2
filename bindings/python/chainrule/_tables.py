"""The names that the library knows, with their descriptions, from its own tables (chainrule._native.table)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

import numpy as np

from chainrule import _native
from chainrule._errors import UsageError

Class = TypeVar("Class", bound=type)


def name_of_word(kind: str, word: Any) -> Any:
    """The library's name that a word or a synonym stands for ('sigmoid': 'logistic'); anything else as it is."""
    return _native.name_of_word(kind, word) if isinstance(word, str) else word


def names(kind: str, **properties: Any) -> tuple[str, ...]:
    """The names in a table, in its order, of the rows whose properties have these values."""
    return tuple(
        row["name"]
        for row in _native.table(kind)
        if all(row[key] == value for key, value in properties.items())
    )


# Activations for hidden layers: differentiable, and without a learnable parameter.
HIDDEN_ACTIVATIONS = names("activation", can_be_hidden=True, has_learnable_parameter=False)
# Those of TableClassifier and TableRegressor: a network learns the parameter of prelu, too.
TABLE_ACTIVATIONS = names("activation", can_be_hidden=True)
ACTIVATIONS_OF_OUTPUTS = names("activation", can_be_hidden=False)
OPTIMIZERS = names("optimizer")
# scikit-learn's name for gradient descent, with momentum as an option.
SGD = "sgd"
# Solvers that do not scale each weight's step by its gradients: the schedules apply to them.
DESCENT_SOLVERS = (SGD, *names("optimizer", scales_steps=False, needs_all_rows=False))
STOCHASTIC_SOLVERS = (SGD, *names("optimizer", needs_all_rows=False))
SOLVERS = (*STOCHASTIC_SOLVERS, "lbfgs")


def solver_of_word(word: Any) -> Any:
    """The solver that a word or a synonym stands for ('L-BFGS': 'lbfgs'); anything else as it is."""
    if not isinstance(word, str):
        return word
    plain = word.lower().replace("-", "").replace("_", "")
    return plain if plain in (SGD, "lbfgs") else name_of_word("optimizer", word)


# Losses for numbers. The others are for classes.
REGRESSION_LOSSES = names("loss", is_for_regression=True)


def one_of(words: Iterable[str]) -> str:
    """'a', 'b' or 'c'."""
    *most, last = [repr(word) for word in words]
    return f"{', '.join(most)} or {last}" if most else last


def described(kind: str) -> str:
    """'a': description; 'b': description."""
    return "; ".join(f"{row['name']!r}: {row['description']}" for row in _native.table(kind))


def documented(cls: Class) -> Class:
    """A class decorator that fills the {places} in a docstring with names from the tables."""
    if cls.__doc__ is None:  # python -OO
        return cls
    places = {
        "hidden_activations": one_of(HIDDEN_ACTIVATIONS),
        "table_activations": one_of(TABLE_ACTIVATIONS),
        "solvers": one_of(SOLVERS),
        "descent_solvers": one_of(DESCENT_SOLVERS),
        "regression_losses": one_of(REGRESSION_LOSSES),
        **{f"{kind}s": one_of(names(kind)) for kind in _native.tables()},
        **{f"about_{kind}s": described(kind) for kind in _native.tables()},
    }
    for place, text in places.items():
        cls.__doc__ = _filled(cls.__doc__, place, text)
    return cls


def _filled(docstring: str, place: str, text: str) -> str:
    lines = []
    for line in docstring.split("\n"):
        indentation = line[: len(line) - len(line.lstrip())]
        lines.append(_wrapped(line.replace(f"{{{place}}}", text), indentation) if f"{{{place}}}" in line else line)
    return "\n".join(lines)


def _wrapped(line: str, indentation: str) -> str:
    """The line, broken at blanks into lines of at most 120 characters."""
    parts, part = [], ""
    for word in line.split():
        if part and len(indentation) + len(part) + 1 + len(word) > 120:
            parts.append(part)
            part = word
        else:
            part = f"{part} {word}".strip()
    return "\n".join(indentation + part for part in [*parts, part])


def names_in(parameter: str, value: Any) -> list[str]:
    """One name, or several."""
    names = [value] if isinstance(value, (str, bytes)) else list(value) if np.iterable(value) else [value]
    if all(isinstance(name, str) for name in names):
        return [str(name) for name in names]
    raise UsageError(f"the parameter {parameter} is not a name or a list of names", got=repr(value))
