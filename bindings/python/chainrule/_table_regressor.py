"""TableRegressor: regression on tables as they are. See chainrule._table_classifier."""

from __future__ import annotations

import chainrule._needs_sklearn  # isort: skip  # noqa: F401

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import RegressorMixin
from sklearn.exceptions import DataConversionWarning
from sklearn.utils import Tags
from sklearn.utils.validation import check_array, check_consistent_length, check_is_fitted

from chainrule import _native
from chainrule._errors import DataError, UsageError
from chainrule._former_names import frames_of_ours
from chainrule._parameters import former_state_on_error, is_number
from chainrule._table_base import TableEstimator
from chainrule._tables import documented
from chainrule._training_data import Prepared, TrainingData, unused_name

Array = npt.NDArray[Any]


def _refuse_dates(y: Any) -> None:
    kinds = [dtype.kind for dtype in y.dtypes] if hasattr(y, "iloc") and hasattr(y, "columns") else []
    kinds.append(getattr(getattr(y, "dtype", None), "kind", None) or np.asarray(y).dtype.kind)
    kind = next((kind for kind in kinds if kind in "mM"), None)
    if kind is not None:
        raise DataError(
            f"the target holds {'dates or times' if kind == 'M' else 'durations'}",
            expected="numbers",
            advice="turn it into a number in a unit of your choice: days since a day, df[name].dt.total_seconds()",
        )


@documented
class TableRegressor(RegressorMixin, TableEstimator):  # type: ignore[misc]
    """A network that predicts numbers from the rows of a table. See TableClassifier for tables and parameters.

    `loss` may be {regression_losses}; None is 'mean_squared_error'.
    y may have several columns. Targets are scaled in training; predictions are in the units of y.

    With `quantiles`, one network predicts several quantiles of the one number y, by the loss 'quantile' (the pinball
    loss): of TableRegressor(quantiles=[0.1, 0.5, 0.9]) the first number of a prediction is the one below which y lies
    with probability 0.1. Those of a row are sorted, so that they never cross. `predict` then returns an array
    [rows][quantiles] in ascending order of the quantiles, `score` is D squared of the pinball loss, and `held_out_` has
    'd2_pinball', 'pinball_loss' and 'coverage': for each quantile the share of the rows at or below it.

    Parameters
    ----------
    quantiles : sequence of float, default=None
        Above 0 and below 1, each once, in any order. None: predict the number itself.
    """

    def __init__(
        self,
        hidden: int | Sequence[int] | None = None,
        activation: str | Sequence[str] | None = None,
        *,
        effort: str | None = "standard",
        members: int | None = None,
        optimizer: str | None = None,
        l2: float = 0.0,
        weight_decay: float | None = None,
        batch_size: int | str = "auto",
        learning_rate: float | None = None,
        epochs: int | None = None,
        validation: float | str | None = 0.2,
        group: str | None = None,
        time: str | None = None,
        patience: int | None = None,
        min_improvement: float = 0.0,
        dropout: float = 0.0,
        number_embedding: str | None = None,
        word_embedding: int = 0,
        input_scaling: str = "none",
        parametrization: str = "standard",
        loss: str | None = None,
        quantiles: Sequence[float] | None = None,
        scaling: str | None = None,
        outliers: str = "clip",
        ignore: Sequence[str] = (),
        keep: Sequence[str] = (),
        max_words: int | None = None,
        precision: str = "float",
        seed: Any = 1,
        threads: int | None = None,
        verbose: bool = False,
        **former: Any,
    ) -> None:
        super().__init__(
            hidden,
            activation,
            effort=effort,
            members=members,
            optimizer=optimizer,
            l2=l2,
            weight_decay=weight_decay,
            batch_size=batch_size,
            learning_rate=learning_rate,
            epochs=epochs,
            validation=validation,
            group=group,
            time=time,
            patience=patience,
            min_improvement=min_improvement,
            dropout=dropout,
            number_embedding=number_embedding,
            word_embedding=word_embedding,
            input_scaling=input_scaling,
            parametrization=parametrization,
            loss=loss,
            scaling=scaling,
            outliers=outliers,
            ignore=ignore,
            keep=keep,
            max_words=max_words,
            precision=precision,
            seed=seed,
            threads=threads,
            verbose=verbose,
            **former,
        )
        self.quantiles = quantiles

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> TableRegressor:
        """Learns from a table.

        Parameters
        ----------
        X : data frame, 2-D array, dict of columns, Table, or path of a CSV file
        y : array [rows] or [rows][targets], or the name of a column of X
        sample_weight : array [rows], or the name of a column of X, default=None
            A row of weight k counts as k rows, a row of weight 0 as none.

        Raises
        ------
        DataError, UsageError
            Both are ValueErrors. A fit that fails or is interrupted leaves the estimator unchanged.
        """
        with former_state_on_error(self):
            self._fit(X, y, sample_weight)
        return self

    def _prepared(self, X: Any, y: Any, sample_weight: Any) -> Prepared:
        x, y, sample_weight, dropped = self._counted(X, y, sample_weight)
        data = self._training_data(x, y, is_own=x is not X)
        settings = self._settings() | {"task": "regression"} | self._quantile_settings()
        if isinstance(sample_weight, str):
            settings["weight_column"] = sample_weight
        weights = self._weights(sample_weight, len(data.inputs))
        if data.has_read_target and data.whole is not None:
            training, names = data.whole, [data.name]
            self._is_flat = True
        else:
            targets = self._targets(data)
            training, names = data.with_targets(targets), list(targets)
        training._native.weightless_rows += dropped
        return self._completed(training, names, settings, weights)

    def _take_outcome(self, prepared: Prepared, model: _native.Model, happened: dict[str, Any]) -> None:
        super()._take_outcome(prepared, model, happened)
        self._is_flat = self._is_flat and not model.quantiles

    def _all_settings(self) -> dict[str, Any]:
        return super()._all_settings() | self._quantile_settings()

    def _quantile_settings(self) -> dict[str, Any]:
        """The library checks the range, and that none is given twice."""
        if self.quantiles is None:
            return {}
        given = list(self.quantiles) if np.iterable(self.quantiles) and not isinstance(self.quantiles, str) else []
        if given and all(is_number(quantile) for quantile in given):
            return {"quantiles": [float(quantile) for quantile in given]}
        raise UsageError(
            "the parameter quantiles is out of range",
            expected="a sequence of numbers above 0 and below 1, or None",
            got=repr(self.quantiles),
        )

    def _targets(self, data: TrainingData) -> dict[str, Array]:
        """The numbers to learn, as columns with names."""
        _refuse_dates(data.target)
        numbers = check_array(data.target, ensure_2d=False, dtype=np.float64, input_name="y")
        if numbers.ndim == 2 and numbers.shape[1] == 1:
            warnings.warn(
                "A column-vector y was passed when a 1d array was expected. Please change the shape of y to "
                "(n_samples,), for example using ravel().",
                DataConversionWarning,
                stacklevel=frames_of_ours(),
            )
            numbers = numbers.ravel()
        check_consistent_length(np.empty((len(data.inputs), 0)), numbers)
        self._is_flat = numbers.ndim == 1
        if self._is_flat:
            return {data.name: numbers}
        taken = data.inputs.names
        return {unused_name(f"{data.name}_{i + 1}", taken): column for i, column in enumerate(numbers.T)}

    def predict(self, X: Any) -> Array:
        """Predictions [rows], or [rows][targets] for several targets, or [rows][quantiles] with `quantiles`."""
        values, _ = self._predictions(X)
        return values[:, 0] if self._is_flat else values

    def predict_interval(self, X: Any, coverage: float = 0.9) -> tuple[Array, Array]:
        """Between which two numbers the target lies with this probability: (low, high), each as from predict.

        The interval is the prediction plus and minus a quantile of the errors on the rows that were held out in
        training, or on all rows out of fold with members > 1 (split conformal prediction). Its coverage is an average
        over all rows; since the same rows also chose the epoch, it can be slightly lower than asked.

        Raises
        ------
        UsageError
            For a model that was trained without held-out rows, or with too few for the coverage; and for one of
            quantiles, two of which are an interval already.
        """
        values, _ = self._predictions(X)
        low, high = self._model.intervals_around(values, coverage=coverage)
        return (low[:, 0], high[:, 0]) if self._is_flat else (low, high)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """R squared. y and sample_weight may be names of columns of X.

        With `quantiles`, D squared: 1 minus the pinball loss divided by that of always predicting the quantiles of y
        (both summed over the quantiles). 1 is exact, 0 no better than these constants.

        A file or a Table that has the target is scored as by `chainrule evaluate`: the target is read and compared by
        the model's rules.
        """
        check_is_fitted(self)
        return self._score(X, y, sample_weight, self._score_of_quantiles if self._model.quantiles else super().score)

    def _score_of_quantiles(self, x: Any, y: Any, sample_weight: Any) -> float:
        values = np.ascontiguousarray(self.predict(x), dtype=np.float64)
        targets = check_array(y, ensure_2d=False, dtype=np.float64, input_name="y").ravel()
        check_consistent_length(values, targets)
        weights = self._weights(sample_weight, len(targets))
        return float(self._model.quantile_score(values, np.ascontiguousarray(targets), weights=weights))

    def _take_classes(self, model: _native.Model) -> None:
        self._is_flat = len(model.target_names) == 1 and not model.quantiles
        if model.quantiles:
            self.n_outputs_ = len(model.quantiles)
            if self.quantiles is None:  # of the command line
                self.quantiles = list(model.quantiles)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
