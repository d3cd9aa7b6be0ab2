"""Checks of the estimators' parameters, at the call of fit. Requires scikit-learn."""

from __future__ import annotations

import chainrule._needs_sklearn  # isort: skip  # noqa: F401

import inspect
import math
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from chainrule._errors import StateError, UsageError

# The largest count of the engine.
MOST = 2**63 - 1


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)


def checked_number(estimator: Any, name: str, at_least: float = 0.0) -> float:
    value = getattr(estimator, name)
    if isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool) and value >= at_least:
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if math.isfinite(number):
            return number
    raise UsageError(
        f"the parameter {name} is out of range", expected=f"a finite number of at least {at_least}", got=repr(value)
    )


def checked_count(estimator: Any, name: str, at_least: int = 1) -> int:
    value = getattr(estimator, name)
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool) and at_least <= value <= MOST:
        return int(value)
    raise UsageError(
        f"the parameter {name} is out of range", expected=f"an integer of at least {at_least}", got=repr(value)
    )


def checked_word(estimator: Any, name: str) -> str:
    """A str; the engine checks that it knows the word."""
    value = getattr(estimator, name)
    if isinstance(value, str):
        return value
    raise UsageError(f"the parameter {name} is not a str", expected="a str", got=repr(value))


def checked_flag(estimator: Any, name: str) -> bool:
    value = getattr(estimator, name)
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    raise UsageError(f"the parameter {name} is neither True nor False", expected="a bool", got=repr(value))


def check_class_weights(class_weight: Any) -> None:
    """Refuses class weights (a dict, or a list of dicts) that are not numbers of 0 or more."""
    for weights in class_weight if isinstance(class_weight, list) else [class_weight]:
        if not isinstance(weights, Mapping):
            continue
        for label, weight in weights.items():
            is_number = isinstance(weight, (int, float, np.integer, np.floating)) and not isinstance(weight, bool)
            if not is_number or not math.isfinite(weight) or weight < 0:
                raise UsageError(
                    f"class_weight of the class {label!r} is out of range",
                    expected="a finite number of at least 0",
                    got=repr(weight),
                )


def seed_of(random_state: Any) -> int:
    """A seed for the engine, drawn from a random state of scikit-learn."""
    return int(check_random_state(random_state).randint(np.iinfo(np.int32).max))


def checked_threads(estimator: Any) -> int:
    """The parameter `threads`: None means 1, 0 all that the process may use. The result is the same, bit for bit."""
    if estimator.threads is None:
        return 1
    return checked_count(estimator, "threads", at_least=0)


def threads_of(n_jobs: int | None) -> int:
    """scikit-learn's n_jobs: None means 1, -1 all, -2 all but one. The result is the same, bit for bit."""
    if n_jobs is None:
        return 1
    if not isinstance(n_jobs, (int, np.integer)) or isinstance(n_jobs, bool):
        raise UsageError("the parameter n_jobs is out of range", expected="an integer, or None", got=repr(n_jobs))
    if n_jobs == 0:
        raise ValueError("n_jobs == 0 has no meaning")
    return int(n_jobs) if n_jobs > 0 else max(1, (os.cpu_count() or 1) + 1 + int(n_jobs))


# For each estimator in a fit, by its id, the thread that fits it.
_fitting: dict[int, int] = {}
_fitting_lock = threading.Lock()


@contextmanager
def _fitted_by_this_thread(estimator: Any) -> Iterator[None]:
    """Refuses a second thread; a callback of the first thread may fit the estimator again."""
    here, place = threading.get_ident(), id(estimator)
    with _fitting_lock:
        thread = _fitting.get(place)
        if thread not in (None, here):
            raise StateError("another thread is fitting this estimator", advice="fit one after the other, or a clone")
        _fitting[place] = here
    try:
        yield
    finally:
        if thread is None:
            with _fitting_lock:
                del _fitting[place]


@contextmanager
def former_state_on_error(estimator: Any, *, unless: Callable[[BaseException], bool] | None = None) -> Iterator[None]:
    """A fit that fails or is interrupted leaves the estimator unchanged: unfitted, or with all of the last fit.

    `unless` decides whether the estimator keeps what it has learned in spite of an exception. StateError if another
    thread is fitting the estimator.
    """
    with _fitted_by_this_thread(estimator):
        former = dict(estimator.__dict__)
        try:
            yield
        except BaseException as error:
            if unless is None or not unless(error):
                estimator.__dict__.clear()
                estimator.__dict__.update(former)
            raise
