"""Parameters of estimators, checked when fit is called. Needs scikit-learn."""

from __future__ import annotations

import chainrule._needs_sklearn  # isort: skip  # noqa: F401

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from chainrule._errors import UsageError


def checked_number(estimator: Any, name: str, at_least: float = 0.0) -> float:
    value = getattr(estimator, name)
    if isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool) and value >= at_least:
        return float(value)
    raise UsageError(
        f"the parameter {name} is out of range", expected=f"a number of at least {at_least}", got=repr(value)
    )


def checked_count(estimator: Any, name: str, at_least: int = 1) -> int:
    value = getattr(estimator, name)
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool) and value >= at_least:
        return int(value)
    raise UsageError(
        f"the parameter {name} is out of range", expected=f"an integer of at least {at_least}", got=repr(value)
    )


def seed_of(random_state: Any) -> int:
    """A seed of the engine, drawn from what scikit-learn calls a random state."""
    return int(check_random_state(random_state).randint(np.iinfo(np.int32).max))


def threads_of(n_jobs: int | None) -> int:
    """scikit-learn's n_jobs: None is 1, -1 all, -2 all but one. They change no bit."""
    if n_jobs is None:
        return 1
    if n_jobs == 0:
        raise ValueError("n_jobs == 0 has no meaning")
    return int(n_jobs) if n_jobs > 0 else max(1, (os.cpu_count() or 1) + 1 + int(n_jobs))


@contextmanager
def former_state_on_error(estimator: Any, *, unless: Callable[[BaseException], bool] | None = None) -> Iterator[None]:
    """A fit that fails or is interrupted leaves the estimator as it was: unfitted, or with all of the fit before.

    `unless` tells of an exception whether what was learned so far is kept all the same.
    """
    former = dict(estimator.__dict__)
    try:
        yield
    except BaseException as error:
        if unless is None or not unless(error):
            estimator.__dict__.clear()
            estimator.__dict__.update(former)
        raise
