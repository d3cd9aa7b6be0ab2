"""The words that the library knows and what each means, from its own tables (chainrule._native.table)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from chainrule import _native

Class = TypeVar("Class", bound=type)


def names(kind: str, **properties: Any) -> tuple[str, ...]:
    """The words of a table, in its order: those whose properties have these values."""
    return tuple(
        row["name"]
        for row in _native.table(kind)
        if all(row[name] == value for name, value in properties.items())
    )


# Activations of hidden layers that gradients pass through and that have no parameters of their own to learn.
HIDDEN_ACTIVATIONS = names("activation", can_be_hidden=True, has_learnable_parameter=False)
OPTIMIZERS = names("optimizer")
# scikit-learn's name for gradient descent with momentum, which it calls an option.
SGD = "sgd"
# Solvers that do not scale each weight's step by the size of its gradients: a learning rate that falls is theirs.
DESCENT_SOLVERS = (SGD, *names("optimizer", scales_steps=False))
STOCHASTIC_SOLVERS = (SGD, *OPTIMIZERS)
SOLVERS = (*STOCHASTIC_SOLVERS, "lbfgs")
# Losses of numbers. The others are of classes.
REGRESSION_LOSSES = names("loss", is_for_regression=True)


def one_of(words: Iterable[str]) -> str:
    """'a', 'b' or 'c'."""
    *most, last = [repr(word) for word in words]
    return f"{', '.join(most)} or {last}" if most else last


def described(kind: str) -> str:
    """'a' (what it is), 'b' (what it is)."""
    return "; ".join(f"{row['name']!r}: {row['description']}" for row in _native.table(kind))


def documented(cls: Class) -> Class:
    """Fills in the names of the tables where the docstring of a class has {places} for them."""
    if cls.__doc__ is None:  # python -OO
        return cls
    places = {
        "hidden_activations": one_of(HIDDEN_ACTIVATIONS),
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
    """The line broken at blanks so that each part is at most 120 characters long."""
    parts, part = [], ""
    for word in line.split():
        if part and len(indentation) + len(part) + 1 + len(word) > 120:
            parts.append(part)
            part = word
        else:
            part = f"{part} {word}".strip()
    return "\n".join(indentation + part for part in [*parts, part])
