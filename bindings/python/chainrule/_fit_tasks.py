"""scikit-learn's callbacks (sklearn.callback, from 1.9 on): a fit is a task with a subtask per epoch."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

try:
    from sklearn.callback import CallbackSupportMixin
except ImportError:

    class CallbackSupportMixin:  # type: ignore[no-redef]
        """scikit-learn before 1.9 has no callbacks, hence no set_callbacks."""


__all__ = ["CallbackSupportMixin", "FitTask", "fit_task"]


class FitTask:
    """The fit of an estimator. Does nothing without callbacks."""

    def __init__(self, estimator: Any, X: Any, y: Any, sample_weight: Any, epochs: int) -> None:
        self._estimator = estimator
        self._is_watched = bool(getattr(estimator, "_skl_callbacks", None))
        if not self._is_watched:
            return
        self._data = {
            "estimator": estimator,
            "X": X,
            "y": y,
            "metadata": None if sample_weight is None else {"sample_weight": sample_weight},
        }
        self._task = estimator._init_callback_context(max_subtasks=epochs)
        self._task.call_on_fit_task_begin(**self._data)

    def begin_epoch(self) -> None:
        if self._is_watched:
            self._epoch = self._task.subcontext(task_name="epoch")
            self._epoch.call_on_fit_task_begin(**self._data, reconstruction_attributes=self._as_it_is)

    def end_epoch(self) -> bool:
        """True if a callback asks to stop."""
        if not self._is_watched:
            return False
        return bool(self._epoch.call_on_fit_task_end(**self._data, reconstruction_attributes=self._as_it_is))

    def end(self) -> None:
        if self._is_watched:
            self._task.call_on_fit_task_end(**self._data, reconstruction_attributes=self._as_it_is)

    def _as_it_is(self) -> dict[str, Any]:
        """Attributes that a copy of the estimator must not share. The network is copied with the estimator."""
        lists = ("loss_curve_", "validation_loss_curve_", "validation_scores_")
        attributes = {name: copy.copy(getattr(self._estimator, name)) for name in lists}
        if "_optimizer" in self._estimator.__dict__:
            attributes["_optimizer"] = copy.deepcopy(self._estimator._optimizer)
        return attributes


@contextmanager
def fit_task(estimator: Any, X: Any, y: Any, sample_weight: Any, epochs: int) -> Iterator[FitTask]:
    """A task that ends with the `with` block, unless an exception leaves the block."""
    task = FitTask(estimator, X, y, sample_weight, epochs)
    yield task
    task.end()
