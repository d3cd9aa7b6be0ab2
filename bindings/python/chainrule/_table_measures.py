"""What TableClassifier and TableRegressor measure besides scores: importance of columns, and rates that train."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sklearn.utils.validation import check_is_fitted

from chainrule import _native
from chainrule._errors import UsageError
from chainrule._former_names import frames_of_ours
from chainrule._parameters import checked_threads
from chainrule._paths import file_path
from chainrule._table import Table, add_column, arrow_table, table_of
from chainrule._training_data import Prepared, known_activations, unused_name


@dataclass
class LearningRateRange:
    """The range test of a learning rate: losses while the rate grows.

    Attributes
    ----------
    learning_rate : float or None
        The suggested rate: a tenth of the one with the lowest smoothed loss. None: the loss fell at no rate.
    learning_rates, losses, smoothed_losses : list of float
        One number per step: the rate, the loss of the batch before the step, and its smoothed course.
    end : str
        'loss_rose', 'not_finite' or 'highest_rate'.
    notes : list of str
    """

    learning_rate: float | None
    learning_rates: list[float]
    losses: list[float]
    smoothed_losses: list[float]
    end: str
    notes: list[str]

    def plot(self, ax: Any = None) -> Any:
        """Draws the smoothed loss over the rate with Matplotlib, and returns the axes."""
        if ax is None:
            import matplotlib.pyplot as plt

            ax = plt.gca()
        ax.plot(self.learning_rates, self.smoothed_losses)
        ax.set_xscale("log")
        ax.set_xlabel("learning rate")
        ax.set_ylabel("loss, smoothed")
        if self.learning_rate is not None:
            ax.axvline(self.learning_rate, linestyle=":", label=f"suggested: {self.learning_rate:g}")
            ax.legend()
        return ax


class MeasuresTables:
    """A mixin of the table estimators."""

    _model: _native.Model

    def _prepared(self, X: Any, y: Any, sample_weight: Any) -> Prepared:
        raise NotImplementedError

    def find_learning_rate(self, X: Any, y: Any, sample_weight: Any = None) -> LearningRateRange:
        """Searches a learning rate for these parameters and rows, as `chainrule train --find-learning-rate` does.

        Trains one network for a few hundred steps while the rate grows (Smith, 2017), and leaves the estimator as it
        is. `learning_rate`, `epochs` and `patience` do not count.

        Returns
        -------
        LearningRateRange
            With the suggested `learning_rate`, and the losses to plot.

        Raises
        ------
        DataError, UsageError
            Also for an optimizer without a learning rate, such as 'lbfgs'.
        """
        former = dict(self.__dict__)
        try:
            prepared = self._prepared(X, y, sample_weight)
            with known_activations():
                found = _native.find_learning_rate(
                    prepared.table._native, prepared.settings, threads=checked_threads(self)
                )
        finally:
            self.__dict__.clear()
            self.__dict__.update(former)
        found["notes"] = prepared.notes(found["notes"])
        return LearningRateRange(**found)

    def importance(self, X: Any, y: Any, sample_weight: Any = None) -> dict[str, Any]:
        """How much each column matters, as `chainrule evaluate --importance --json` measures it.

        The cells of a column are shuffled among the rows, five times: the rise of the loss says how much the model
        relies on the column. Columns that say the same share their importance.

        Parameters
        ----------
        X : data frame, 2-D array, dict of columns, Table, or path of a file
            Rows that the model was not trained on, if possible.
        y : array [rows], or the name of a column of X
        sample_weight : array [rows], or the name of a column of X, default=None

        Returns
        -------
        dict
            'columns' is a list of dicts, the largest 'loss_rise' first, each with 'column', 'loss_rise',
            'loss_spread', the rise of the error, and whether the rise is 'beyond_chance'. Beside it are the 'loss' and
            the error ('error': the share of wrong predictions; 'rmse' or 'pinball_loss' of numbers) of the rows as
            they are, and how many 'rows' were shuffled.
        """
        check_is_fitted(self)
        target = self._model.target_names[0]
        if len(self._model.target_names) != 1:
            raise UsageError("the importance is measured for one target", got=", ".join(self._model.target_names))
        table, target = self._table_to_score(X, y, target)
        weight_column = sample_weight if isinstance(sample_weight, str) else None
        if sample_weight is not None and not isinstance(sample_weight, str):
            weight_column = unused_name("sample_weight", table.names)
            add_column(table._native, weight_column, sample_weight)
        found, notes = self._model.importance(
            table._native, target=target, weight_column=weight_column, threads=checked_threads(self)
        )
        for note in notes:
            warnings.warn(note, UserWarning, stacklevel=frames_of_ours())
        return dict(found)

    def _table_to_score(self, x: Any, y: Any, target: str) -> tuple[Table, str]:
        """A table of its own with the column to learn, and the name of that column."""
        if isinstance(y, str) and isinstance(x, (str, os.PathLike)):
            frame = arrow_table(file_path(x))
            if frame is not None:
                return table_of(frame, source=file_path(x)), y
            native = self._model.read_to_score(file_path(x), target=y, threads=checked_threads(self))
            return Table(native), y
        names = getattr(self, "feature_names_in_", None)
        is_nameless = names is None and not isinstance(x, (Table, Mapping, str, os.PathLike))
        if is_nameless and hasattr(x, "iloc"):
            x = x.to_numpy()
        has_names = isinstance(x, (Table, Mapping, str, os.PathLike)) or hasattr(x, "columns")
        table = table_of(x, names=None if names is None or has_names else [str(name) for name in names])._copy()
        if isinstance(y, str):
            return table, y
        name = unused_name(target, table.names)
        add_column(table._native, name, y)
        return table, name
