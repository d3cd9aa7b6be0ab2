"""Networks of radial basis functions as scikit-learn's estimators."""

from __future__ import annotations

import chainrule._needs_sklearn  # isort: skip  # noqa: F401

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils import Tags
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, column_or_1d, validate_data

from chainrule import _native
from chainrule._former_names import TakesFormerNames
from chainrule._model_files import SavedAsModelFile
from chainrule._parameters import (
    checked_count,
    checked_number,
    checked_threads,
    checked_word,
    former_state_on_error,
    seed_of,
)
from chainrule._tables import documented

Array = npt.NDArray[Any]


class _RBFNetwork(TakesFormerNames, SavedAsModelFile, BaseEstimator):  # type: ignore[misc]
    """The base of RBFClassifier and RBFRegressor."""

    _former_names: ClassVar[Mapping[str, str]] = {
        "n_centers": "centres",
        "centers": "centre_choice",
        "alpha": "ridge",
        "learning_rate_init": "learning_rate",
        "random_state": "seed",
        "n_jobs": "threads",
    }

    def __init__(
        self,
        centres: int | None = None,
        *,
        centre_choice: str = "k_means",
        widths: str | None = None,
        width_factor: float = 3.0,
        width: float = 1.0,
        ridge: float = 0.01,
        error_goal: float = 0.0,
        fine_tune: int = 0,
        batch_size: int | str = "auto",
        learning_rate: float = 0.001,
        seed: Any = 1,
        threads: int | None = None,
        **former: Any,
    ) -> None:
        self.centres = centres
        self.centre_choice = centre_choice
        self.widths = widths
        self.width_factor = width_factor
        self.width = width
        self.ridge = ridge
        self.error_goal = error_goal
        self.fine_tune = fine_tune
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.seed = seed
        self.threads = threads
        self._take_former(former)

    def _fit(self, x: Array, targets: Array, weights: Array | None, loss: str, output: str, epochs: int) -> None:
        rows = len(x)
        batch = (
            min(32 if rows < 5000 else 128, rows) if self.batch_size == "auto" else checked_count(self, "batch_size")
        )
        self._network, happened = _native.fit_rbf(
            np.ascontiguousarray(x),
            np.ascontiguousarray(targets, x.dtype),
            None if weights is None else np.ascontiguousarray(weights, x.dtype),
            loss=loss,
            centres=None if self.centres is None else checked_count(self, "centres"),
            centre_choice=checked_word(self, "centre_choice"),
            widths=None if self.widths is None else checked_word(self, "widths"),
            width_factor=checked_number(self, "width_factor"),
            width=checked_number(self, "width"),
            ridge=checked_number(self, "ridge"),
            error_goal=checked_number(self, "error_goal"),
            output_training=output,
            fine_tune=checked_count(self, "fine_tune", at_least=0),
            epochs=epochs,
            learning_rate=checked_number(self, "learning_rate"),
            batch_size=min(batch, rows),
            seed=seed_of(self.seed),
            threads=checked_threads(self),
        )
        self._loss = _native.Loss(loss)
        # Solving for the output weights counts as one iteration.
        self.n_iter_ = max(1, len(happened["loss"]))
        self.loss_curve_ = happened["loss"]
        self.stop_reason_ = happened["stop_reason"]
        self.notes_ = happened["notes"]

    def _checked_weights(self, sample_weight: Any, x: Array) -> Array | None:
        if sample_weight is None:
            return None
        return np.asarray(_check_sample_weight(sample_weight, x, dtype=x.dtype, ensure_non_negative=True))

    def _outputs(self, X: Any) -> Array:
        check_is_fitted(self)
        x = validate_data(self, X, dtype=(np.float64, np.float32), reset=False)
        x = np.ascontiguousarray(x, dtype=self._network.dtype)
        return np.asarray(self._network.predict(x, threads=checked_threads(self)))

    def _part(self, role: str) -> Array:
        check_is_fitted(self)
        parameters = self._network.parameters
        for _, found, offset, rows, columns in self._network.segments:
            if found == role:
                return np.asarray(parameters[offset : offset + rows * columns].reshape(rows, columns).copy())
        raise AttributeError(role)

    @property
    def centers_(self) -> Array:
        """Centres of the functions [units][features]."""
        return self._part("centre").T

    @property
    def widths_(self) -> Array:
        """Widths of the functions [units]."""
        return self._part("width").ravel()

    @property
    def coef_(self) -> Array:
        """Output weights [outputs][units]."""
        return self._part("weight").T

    @property
    def intercept_(self) -> Array:
        """Output biases [outputs]."""
        return self._part("bias").ravel()


@documented
class RBFClassifier(ClassifierMixin, _RBFNetwork):  # type: ignore[misc]
    """A classifier with radial basis functions, exp(-|x - c|^2 / (2 s^2)).

    Centres and widths are chosen from the rows. Then the output weights are solved for in closed form (ridge regression
    on targets of 0 and 1), or trained as a softmax; `fine_tune` continues with gradient descent on the whole network.
    The network depends on distances: scale the columns first (StandardScaler).

    Parameters
    ----------
    The names are those of the command line (`chainrule train --help`). Former names (n_centers, centers, alpha, output,
    max_iter, learning_rate_init, random_state, n_jobs) work for one more version, with a FutureWarning.

    centres : int, default=None
        None: a third of the rows, but at least 5 and at most 40.
    centre_choice : str, default='k_means'
        {about_centre_choices}.
    widths : str, default=None
        {about_width_choices}. None: 'nearest_neighbour'; with orthogonal_least_squares 'common'.
    width_factor : float, default=3
    width : float, default=1
    ridge : float, default=0.01
        Ridge on the output weights.
    output_training : str, default='closed_form'
        {about_output_trainings}.
    error_goal : float, default=0
        Mean squared error that ends orthogonal_least_squares, and loss that ends gradient descent; 0: none.
    epochs : int, default=200
        Number of epochs with output_training='softmax'.
    fine_tune : int, default=0
        Number of epochs of gradient descent on centres, widths and weights afterwards.
    batch_size : int or 'auto', default='auto'
    learning_rate : float, default=0.001
        Learning rate of Adam, in gradient descent.
    seed : int, RandomState or None, default=1
    threads : int, default=None
        None means 1, 0 means all. The result is the same, bit for bit.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    centers_ : ndarray of shape (centres, n_features)
    widths_ : ndarray of shape (centres,)
    coef_, intercept_ : ndarray of shape (n_outputs, centres), (n_outputs,)
        Two classes have one output.
    n_iter_ : int
    loss_curve_ : list of float
        Loss of each epoch of gradient descent.
    notes_ : list of str
        The choices made.
    n_features_in_, feature_names_in_
    """

    _former_names: ClassVar[Mapping[str, str]] = {
        **_RBFNetwork._former_names,
        "output": "output_training",
        "max_iter": "epochs",
    }

    def __init__(
        self,
        centres: int | None = None,
        *,
        centre_choice: str = "k_means",
        widths: str | None = None,
        width_factor: float = 3.0,
        width: float = 1.0,
        ridge: float = 0.01,
        output_training: str = "closed_form",
        error_goal: float = 0.0,
        epochs: int = 200,
        fine_tune: int = 0,
        batch_size: int | str = "auto",
        learning_rate: float = 0.001,
        seed: Any = 1,
        threads: int | None = None,
        **former: Any,
    ) -> None:
        self.output_training = output_training
        self.epochs = epochs
        super().__init__(
            centres,
            centre_choice=centre_choice,
            widths=widths,
            width_factor=width_factor,
            width=width,
            ridge=ridge,
            error_goal=error_goal,
            fine_tune=fine_tune,
            batch_size=batch_size,
            learning_rate=learning_rate,
            seed=seed,
            threads=threads,
            **former,
        )

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> RBFClassifier:
        """Learns from rows X [rows][features] with labels y [rows] and weights [rows].

        A fit that fails or is interrupted leaves the estimator unchanged.
        """
        with former_state_on_error(self):
            self._fit_classes(X, y, sample_weight)
        return self

    def _fit_classes(self, X: Any, y: Any, sample_weight: Any) -> None:
        x, labels = validate_data(self, X, y, dtype=(np.float64, np.float32), multi_output=True)
        labels = column_or_1d(labels, warn=True)
        check_classification_targets(labels)
        weights = self._checked_weights(sample_weight, x)
        self.classes_, codes = np.unique(labels, return_inverse=True)
        count = len(self.classes_)
        if count < 2:
            raise ValueError(
                f"RBFClassifier needs samples of at least 2 classes in the data, but the data contains only one class: "
                f"{self.classes_.tolist()[0]!r}"
            )
        targets = codes.reshape(-1, 1) if count == 2 else np.eye(count)[codes]
        loss = "mean_squared_error"
        if self.output_training == "softmax":
            loss = "binary_cross_entropy" if count == 2 else "softmax_cross_entropy"
        self._fit(x, targets, weights, loss, checked_word(self, "output_training"), checked_count(self, "epochs"))

    def predict(self, X: Any) -> Array:
        """Labels [rows]."""
        outputs = self._outputs(X)
        places = outputs[:, 0] >= 0.5 if outputs.shape[1] == 1 else outputs.argmax(axis=1)
        return np.asarray(self.classes_[places.astype(np.intp)])

    def predict_proba(self, X: Any) -> Array:
        """Probabilities [rows][classes], in the order of classes_.

        Outputs from the closed form may lie outside [0, 1]: they are clipped.
        """
        outputs = self._outputs(X).astype(np.float64)
        if outputs.shape[1] == 1:
            second = np.clip(outputs[:, 0], 0.0, 1.0)
            return np.column_stack([1.0 - second, second])
        if self._network.output_activation == "softmax":
            return outputs
        outputs = np.maximum(outputs, 0.0)
        # In order, as on the command line.
        total = np.zeros(len(outputs))
        for column in outputs.T:
            total = total + column
        return np.asarray(outputs / np.where(total > 0, total, 1.0)[:, None])

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = False
        return tags


@documented
class RBFRegressor(RegressorMixin, _RBFNetwork):  # type: ignore[misc]
    """A regressor with radial basis functions, whose output weights are solved for in closed form.

    See RBFClassifier for parameters (without `output_training` and `epochs`) and attributes. y may have several
    columns.
    """

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> RBFRegressor:
        """Learns from rows X [rows][features] with numbers y [rows] or [rows][outputs] and weights [rows].

        A fit that fails or is interrupted leaves the estimator unchanged.
        """
        with former_state_on_error(self):
            self._fit_numbers(X, y, sample_weight)
        return self

    def _fit_numbers(self, X: Any, y: Any, sample_weight: Any) -> None:
        x, numbers = validate_data(self, X, y, dtype=(np.float64, np.float32), multi_output=True, y_numeric=True)
        if numbers.ndim == 2 and numbers.shape[1] == 1:
            numbers = column_or_1d(numbers, warn=True)
        weights = self._checked_weights(sample_weight, x)
        self._is_flat = numbers.ndim == 1
        targets = numbers.reshape(len(x), -1)
        self._fit(x, targets, weights, "mean_squared_error", "closed_form", 1)

    def predict(self, X: Any) -> Array:
        """Predictions [rows], or [rows][outputs] for several outputs."""
        outputs = self._outputs(X)
        return outputs[:, 0] if self._is_flat else outputs

    def _after_load(self, model: _native.Model) -> None:
        self._is_flat = len(model.target_names) == 1

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
