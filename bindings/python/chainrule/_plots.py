"""For notebooks: plots of a training run and of its result, and a progress bar. Plotting imports matplotlib."""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Sequence
from typing import Any, Protocol, TextIO

import numpy as np
from numpy.typing import ArrayLike

from chainrule._errors import UsageError


class EpochRecord(Protocol):
    """The argument of an estimator's callback after each epoch."""

    epoch: int
    loss: float
    validation_loss: float | None
    estimator: Any


def plot_loss(estimator: Any, *, ax: Any = None) -> Any:
    """Plots the loss of an estimator by epoch.

    Parameters
    ----------
    estimator : fitted estimator
        With `loss_curve_`, one number per epoch; `validation_scores_`, if present, are plotted beside it.
    ax : matplotlib Axes, optional
        The axes to draw on; a new figure otherwise.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ImportError
        Without matplotlib.
    UsageError
        For an estimator that is not fitted, or was not trained in epochs.
    """
    losses = getattr(estimator, "loss_curve_", None)
    if losses is None:
        raise UsageError(
            "this estimator has no loss to draw",
            expected="loss_curve_, which training by epochs provides",
            got=type(estimator).__name__,
            advice="call fit first",
        )
    ax = _axes(ax)
    epochs = np.arange(1, len(losses) + 1)
    ax.plot(epochs, losses, label="loss")
    held_out = getattr(estimator, "validation_loss_curve_", None)
    if held_out:
        ax.plot(np.arange(1, len(held_out) + 1), held_out, label="validation loss")
        ax.legend()
    scores = getattr(estimator, "validation_scores_", None)
    if scores is not None and len(scores) > 0:
        beside = ax.twinx()
        beside.plot(np.arange(1, len(scores) + 1), scores, color="tab:orange", label="validation score")
        beside.set_ylabel("validation score")
        lines = [*ax.get_lines(), *beside.get_lines()]
        ax.legend(lines, [line.get_label() for line in lines])
    ax.set_xlabel("epoch")
    ax.set_ylabel("loss")
    return ax


def plot_decision_regions(
    estimator: Any,
    X: ArrayLike,  # noqa: N803
    y: ArrayLike,
    *,
    features: Sequence[int] = (0, 1),
    resolution: int = 200,
    ax: Any = None,
) -> Any:
    """Colours the plane of two features by the predicted class, and plots the rows on it.

    Parameters
    ----------
    estimator : fitted classifier
        Anything with `predict`, a Pipeline too.
    X : array of shape (rows, features)
    y : array of shape (rows,)
        Their classes.
    features : pair of int
        The columns that span the plane; the others are held at their medians.
    resolution : int
        Points per side, 2 to 2,000.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ImportError
        Without matplotlib.
    UsageError
        For columns that X does not have.
    """
    rows, labels = np.asarray(X, dtype=float), np.asarray(y)
    across, up = features
    if rows.ndim != 2 or not (0 <= across < rows.shape[1] and 0 <= up < rows.shape[1]) or across == up:
        raise UsageError(
            "these are not two features of X",
            expected="two columns of an array of shape (rows, features)",
            got=f"features {tuple(features)} of shape {rows.shape}",
        )
    if not 2 <= resolution <= 2000:
        raise UsageError("this resolution cannot be drawn", expected="2 to 2,000", got=str(resolution))
    ax = _axes(ax)
    sides = []
    for column in (across, up):
        low, high = rows[:, column].min(), rows[:, column].max()
        margin = 0.08 * (high - low) or 1.0
        sides.append(np.linspace(low - margin, high + margin, resolution))
    grid_across, grid_up = np.meshgrid(*sides)
    grid = np.tile(np.median(rows, axis=0), (grid_across.size, 1))
    grid[:, across], grid[:, up] = grid_across.ravel(), grid_up.ravel()
    classes, numbers = np.unique(labels, return_inverse=True)
    # For a frame predict gets a frame with the same names. An array may follow a fit on a frame: no warning then.
    frame: Any = X
    points = type(frame)(grid, columns=frame.columns) if hasattr(frame, "iloc") else grid
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "X does not have valid feature names")
        found = np.asarray(estimator.predict(points)).ravel()
    predicted = np.searchsorted(classes, found).reshape(grid_across.shape)
    levels = np.arange(len(classes) + 1) - 0.5
    colours = [f"C{i % 10}" for i in range(len(classes))]
    ax.contourf(grid_across, grid_up, predicted, levels=levels, colors=colours, alpha=0.25)
    for i, name in enumerate(classes):
        own = rows[numbers == i]
        ax.scatter(own[:, across], own[:, up], color=colours[i], edgecolors="white", linewidths=0.5, label=str(name))
    names = getattr(estimator, "feature_names_in_", None)
    ax.set_xlabel(str(names[across]) if names is not None else f"feature {across}")
    ax.set_ylabel(str(names[up]) if names is not None else f"feature {up}")
    ax.legend()
    return ax


class ProgressBar:
    """A callback that shows the progress of training: `MLPClassifier(callbacks=[ProgressBar()])`.

    Uses tqdm if it is installed, else rewrites one line at most ten times a second. It prints nothing if the output is
    not a terminal or a notebook.

    Parameters
    ----------
    stream : text stream, optional
        The output of the line; standard error otherwise.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream
        self._bar: Any = None
        self._last_epoch = 0
        self._last_time = 0.0
        self._width = 0

    def __call__(self, record: EpochRecord) -> None:
        if record.epoch <= self._last_epoch:
            self.close()  # A new training run begins.
        words = f"loss {record.loss:.4g}"
        if record.validation_loss is not None:
            words += f", validation {record.validation_loss:.4g}"
        epochs = int(record.estimator.max_iter)
        if self._is_watched():
            self._show(record.epoch, epochs, words)
        self._last_epoch = record.epoch
        if record.epoch >= epochs:
            self.close()

    def close(self) -> None:
        """Ends the line. After an early stop, call this; otherwise the next training run does so."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
        elif self._width:
            print(file=self._out())
        self._last_epoch, self._last_time, self._width = 0, 0.0, 0

    def __getstate__(self) -> dict[str, Any]:
        # Other processes receive copies of an estimator and its callbacks; an open bar and a terminal cannot be copied.
        return {}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__()  # type: ignore[misc]

    def _out(self) -> TextIO:
        return self._stream or sys.stderr

    def _is_watched(self) -> bool:
        return self._out().isatty() or (self._stream is None and _is_notebook())

    def _show(self, epoch: int, epochs: int, words: str) -> None:
        if self._last_epoch == 0 and self._stream is None:
            self._bar = _tqdm(epochs)
        if self._bar is not None:
            self._bar.update(epoch - self._last_epoch)
            self._bar.set_postfix_str(words, refresh=False)
            return
        now = time.monotonic()
        if now - self._last_time < 0.1 and epoch < epochs:
            return
        self._last_time = now
        line = f"epoch {epoch} of {epochs}, {words}"
        print("\r" + line.ljust(self._width), end="", file=self._out(), flush=True)
        self._width = len(line)


def _tqdm(total: int) -> Any:
    try:
        from tqdm.auto import tqdm  # type: ignore[import-untyped, import-not-found, unused-ignore]
    except ImportError:
        return None
    return tqdm(total=total, unit="epoch")


def _is_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    return ipython is not None and type(ipython.get_ipython()).__name__ == "ZMQInteractiveShell"


def _axes(ax: Any) -> Any:
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise ImportError("chainrule draws with matplotlib, which is not installed: pip install matplotlib") from error
    return plt.subplots()[1] if ax is None else ax
