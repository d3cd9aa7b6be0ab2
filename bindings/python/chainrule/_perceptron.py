"""The perceptron rule as a scikit-learn estimator."""

from __future__ import annotations

import chainrule._needs_sklearn  # isort: skip  # noqa: F401

from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, column_or_1d, validate_data

from chainrule import _native
from chainrule._errors import UsageError
from chainrule._model_files import SavedAsModelFile, class_texts
from chainrule._parameters import (
    checked_count,
    checked_flag,
    checked_number,
    checked_word,
    former_state_on_error,
    seed_of,
    threads_of,
)

Array = npt.NDArray[Any]


class Correction(NamedTuple):
    """One correction: w += eta0 * error * x, b += eta0 * error."""

    epoch: int  # counted from 1
    row: int  # of X
    unit: int  # 0 for two classes, else the index of the class
    net: float  # x . w + b before it
    error: float  # d - o: 2 or -2


def _is_plain(estimator: Any) -> bool:
    if estimator.variant != "plain":
        raise AttributeError(f"partial_fit is for variant='plain', not for {estimator.variant!r}")
    return True


class Perceptron(ClassifierMixin, SavedAsModelFile, BaseEstimator):  # type: ignore[misc]
    """Threshold units, trained row by row by the perceptron rule until an epoch needs no correction.

    net = x . w + b, o = sgn(net), d = +1 or -1:   w += eta0 (d - o) x,  b += eta0 (d - o)

    Two classes have one unit; more have one each, and the largest net input decides. If no hyperplane separates the
    rows, the rule would never end. The estimator detects this: `notes_` reports it in words, `separability_` in
    numbers, with a proof where one was found.

    Parameters
    ----------
    variant : {'plain', 'pocket', 'averaged'}, default='plain'
        The final weights; those with the most rows right; the mean of all weights during training.
    eta0 : float, default=0.1
        Learning rate, above 0 and at most 1.
    max_iter : int, default=1000
        Maximum number of epochs.
    shuffle : bool, default=True
        Whether to shuffle the rows in each epoch.
    init : {'small_random', 'zeros'}, default='small_random'
    sign_of_zero : {'plus', 'minus', 'zero'}, default='plus'
        sgn(0). 'zero' is never the right output; its correction is half as large.
    search : bool, default=True
        After the last epoch: search for a separating hyperplane, or for a proof that none exists.
    trace : bool, default=False
        Record each correction in `trace_`.
    random_state : int, RandomState or None, default=0
    n_jobs : int, default=None
        Number of threads for predictions.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    coef_ : ndarray of shape (1 or n_classes, n_features)
    intercept_ : ndarray of shape (1 or n_classes,)
    n_iter_ : int
        Epochs.
    t_ : int
        Number of rows presented.
    corrections_ : ndarray of int [epochs]
        Rows that changed a weight, in each epoch.
    stop_reason_ : str
        'all_right', 'not_separable' or 'iteration_limit'.
    separability_ : list of dict
        One per unit: verdict ('separable', 'not_separable', 'undecided'), proof ('exact', 'numerical', 'none'), counts
        [rows] (the multiplicity of each row in a proof that no hyperplane separates them), rows_in_proof.
    notes_ : list of str
        The same in words. Empty when every row is right.
    trace_ : list of Correction
        With trace=True.
    n_features_in_, feature_names_in_
    """

    def __init__(
        self,
        *,
        variant: Literal["plain", "pocket", "averaged"] = "plain",
        eta0: float = 0.1,
        max_iter: int = 1000,
        shuffle: bool = True,
        init: Literal["small_random", "zeros"] = "small_random",
        sign_of_zero: Literal["plus", "minus", "zero"] = "plus",
        search: bool = True,
        trace: bool = False,
        random_state: Any = 0,
        n_jobs: int | None = None,
    ) -> None:
        self.variant = variant
        self.eta0 = eta0
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.init = init
        self.sign_of_zero = sign_of_zero
        self.search = search
        self.trace = trace
        self.random_state = random_state
        self.n_jobs = n_jobs

    def fit(self, X: Any, y: Any) -> Perceptron:
        """Learns from rows X [rows][features] with labels y [rows].

        The rule corrects every row alike and takes no sample weights. A fit that fails or is interrupted leaves the
        estimator unchanged.
        """
        with former_state_on_error(self):
            self._fit(X, y)
        return self

    def _fit(self, X: Any, y: Any) -> None:
        x, labels = validate_data(self, X, y, dtype=(np.float64, np.float32), multi_output=True)
        labels = column_or_1d(labels, warn=True)
        check_classification_targets(labels)
        self.classes_ = np.unique(labels)
        if len(self.classes_) < 2:
            raise ValueError(
                f"Perceptron needs samples of at least 2 classes in the data, but the data contains only one class: "
                f"{self.classes_.tolist()[0]!r}"
            )
        self._network = self._first_network(x)
        self._loss = _native.Loss("perceptron")
        self.t_ = 0
        self._learn(x, labels, checked_count(self, "max_iter"), checked_flag(self, "search"))

    @available_if(_is_plain)  # type: ignore[untyped-decorator]
    def partial_fit(self, X: Any, y: Any, classes: Any = None) -> Perceptron:
        """One epoch on these rows, from the present weights. The first call needs `classes` [n_classes].

        For variant='plain' only: the others need all presentations of a whole fit.
        """
        with former_state_on_error(self):
            self._partial_fit(X, y, classes)
        return self

    def _partial_fit(self, X: Any, y: Any, classes: Any) -> None:
        is_first = not hasattr(self, "_network")
        x, labels = validate_data(self, X, y, dtype=(np.float64, np.float32), multi_output=True, reset=is_first)
        labels = column_or_1d(labels, warn=True)
        check_classification_targets(labels)
        if is_first:
            if classes is None:
                raise ValueError("classes must be passed on the first call to partial_fit.")
            self.classes_ = np.unique(np.asarray(classes))
            if len(self.classes_) < 2:
                raise ValueError("classes must hold at least 2 classes")
            self._network = self._first_network(x)
            self._loss = _native.Loss("perceptron")
            self.t_ = 0
        elif classes is not None and not np.array_equal(np.unique(np.asarray(classes)), self.classes_):
            raise ValueError(f"`classes={classes!r}` is not the same as on last call to partial_fit: {self.classes_!r}")
        unknown = np.setdiff1d(labels, self.classes_)
        if len(unknown):
            raise ValueError(f"y holds classes that are not in `classes`: {unknown.tolist()}")
        self._learn(np.ascontiguousarray(x, self._network.dtype), labels, 1, False)

    def _first_network(self, x: Array) -> Any:
        if self.init not in ("small_random", "zeros"):
            raise UsageError("unknown init", expected="small_random, zeros", got=repr(self.init))
        make = _native.perceptron_float32 if x.dtype == np.float32 else _native.perceptron_float64
        network = make(
            x.shape[1], 1 if len(self.classes_) == 2 else len(self.classes_), seed=seed_of(self.random_state)
        )
        if self.init == "zeros":
            network.parameters[:] = 0
        return network

    def _learn(self, x: Array, labels: Array, epochs: int, search: bool) -> None:
        codes = np.searchsorted(self.classes_, labels)
        count = len(self.classes_)
        targets = codes.reshape(-1, 1) if count == 2 else np.eye(count)[codes]
        happened = _native.train_perceptron(
            self._network,
            np.ascontiguousarray(x),
            np.ascontiguousarray(targets, x.dtype),
            variant=checked_word(self, "variant"),
            sign_of_zero=checked_word(self, "sign_of_zero"),
            learning_rate=checked_number(self, "eta0"),
            epochs=epochs,
            shuffle=bool(self.shuffle),
            seed=seed_of(self.random_state),
            search=search,
            trace=bool(self.trace),
            task="binary" if count == 2 else "classes",
            class_names=class_texts(self.classes_),
        )
        self.n_iter_ = len(happened["loss"])
        self.t_ += happened["presentations"]
        self.loss_curve_ = happened["loss"]
        self.corrections_ = np.array(happened["corrections"], dtype=np.int64)
        self.stop_reason_ = happened["stop_reason"]
        self.notes_ = happened["notes"]
        self.separability_ = [{**unit, "counts": np.array(unit["counts"])} for unit in happened["units"]]
        if self.trace:
            self.trace_ = [Correction(*step) for step in happened["trace"]]

    @property
    def coef_(self) -> Array:
        check_is_fitted(self)
        outputs, inputs = self._network.outputs, self._network.inputs
        return np.asarray(self._network.parameters[: inputs * outputs].reshape(inputs, outputs).T.copy())

    @property
    def intercept_(self) -> Array:
        check_is_fitted(self)
        return np.asarray(self._network.parameters[-self._network.outputs :].copy())

    def _nets(self, X: Any) -> Array:
        check_is_fitted(self)
        x = validate_data(self, X, dtype=(np.float64, np.float32), reset=False)
        x = np.ascontiguousarray(x, dtype=self._network.dtype)
        return np.asarray(self._network.predict(x, at_pre_activation=True, threads=threads_of(self.n_jobs)))

    def decision_function(self, X: Any) -> Array:
        """Net inputs [rows] for two classes, above 0 for the second; [rows][classes] for more."""
        nets = self._nets(X)
        return nets[:, 0] if nets.shape[1] == 1 else nets

    def predict(self, X: Any) -> Array:
        """Labels [rows]."""
        nets = self._nets(X)
        if nets.shape[1] > 1:
            return np.asarray(self.classes_[nets.argmax(axis=1)])
        # As in a sign unit, exactly 0 counts as positive.
        return np.asarray(self.classes_[(nets[:, 0] >= 0).astype(np.intp)])
