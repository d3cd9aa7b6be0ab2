"""TableClassifier: classification of tables as they are. The command line trains the same network."""

from __future__ import annotations

import chainrule._needs_sklearn  # isort: skip  # noqa: F401

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import ClassifierMixin
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_consistent_length, column_or_1d

from chainrule import _native
from chainrule._errors import DataError, UsageError
from chainrule._model_files import class_texts, classes_of_texts
from chainrule._parameters import check_class_weights, checked_number, checked_word, former_state_on_error
from chainrule._table import is_missing
from chainrule._table_base import TableEstimator
from chainrule._tables import documented
from chainrule._training_data import Prepared

Array = npt.NDArray[Any]


def _require_distinct(classes: Array, seen: Sequence[Any] | Array) -> None:
    """Refuses classes that a table cannot tell apart: its numbers are float64, and it strips its words."""
    places: dict[Any, int] = {}
    for place, label in enumerate(seen):
        if label == "":
            raise DataError(
                f"the label {classes.tolist()[place]!r} is a missing cell in a table",
                expected="labels with at least one character other than blanks",
                advice="give the label a name, or leave these rows out",
            )
        other = places.setdefault(label, place)
        if other != place:
            first, second = classes[[other, place]].tolist()
            raise DataError(
                f"the labels {first!r} and {second!r} are one and the same in a table",
                expected="text that differs in more than surrounding blanks, or numbers that differ as float64",
                advice="rename one of them; large numbers that are names: y.astype(str)",
            )


def _gives_probabilities(estimator: Any) -> bool:
    model = getattr(estimator, "_model", None)
    if model is not None and not model.has_probabilities:
        raise AttributeError("this model has no probabilities: its outputs are only yes or no")
    return True


@documented
class TableClassifier(ClassifierMixin, TableEstimator):  # type: ignore[misc]
    """A network that predicts classes from the rows of a table.

    The table needs no preparation: numbers are scaled, each category becomes an input, missing cells are filled and
    flagged to the network, and columns that identify rows are left out (`notes_` names them); dates are refused with
    advice. All of this is fitted on the training rows alone and is part of the model.

    Parameters
    ----------
    The names are those of the command line (`chainrule train --help`). Former names (hidden_layer_sizes, solver, alpha,
    learning_rate_init, max_iter, early_stopping, validation_fraction, n_iter_no_change, tol, random_state, n_jobs)
    work for one more version, with a FutureWarning.

    hidden : int or sequence of int, default=None
        Units of the hidden layers. None: chosen by `effort`, as are the other settings that say so.
    activation : str or one per hidden layer, default=None
        {table_activations}. None: chosen by `effort`.
    effort : 'quick', 'standard', 'thorough' or None, default='standard'
        How much work may go into choosing and training networks (`chainrule train --effort`). None: one network with
        the hidden layers 64 and 32 and relu, trained by adam for at most 200 epochs (`--preset textbook`).
    members : int, default=None
        Networks of each kind that vote, each trained on the rows of all folds but one (`chainrule train --members`);
        1: one network. With several, no share of the rows is held out by default: `held_out_` has the scores out of
        fold, of all rows. None: chosen by `effort`.
    optimizer : str, default=None
        {optimizers}. None: chosen by `effort`.
    l2 : float, default=0
        Penalty on half the sum of the squared weights.
    weight_decay : float, default=None
        Each step shrinks the weights by this share of the learning rate. None: chosen by `effort`, 0 without one.
    batch_size : int or 'auto', default='auto'
        'auto': 32 rows, 128 for tables of 5,000 rows and more.
    learning_rate : float, default=None
        None: the optimizer's usual one.
    epochs : int, default=None
        Maximum number of epochs. None: chosen by `effort`.
    validation : float, str or None, default=0.2
        Share of the rows that is held out, at random; 'last:0.2': the last rows. Training ends when their loss stops
        falling and keeps the weights of the best epoch; `held_out_` has their scores. 0 or None: no rows are held out.
        The default also holds none out of fewer than 20 rows that are all different.
    group : str, default=None
        A column of X, such as 'patient': rows with the same value are all trained on or all held out. Not an input.
    time : str, default=None
        A column of X with numbers or dates (2024-01-31): the latest rows are held out. Not an input unless kept.
    patience : int, default=None
        Epochs without a better validation loss after which training ends. None: chosen by `effort`.
    min_improvement : float, default=0
        Smallest decrease of the validation loss that counts as an improvement.
    dropout : float, default=0
        Share of the hidden units that each step drops.
    loss : str, default=None
        None: follows from the task.
    scaling : str, default=None
        Scaling of numbers. {about_scalings}. None: 'standard'.
    outliers : str, default='clip'
        A number far outside the range of the training rows: {about_outliers}.
    class_weight : None, 'balanced' or dict, default=None
        Label -> weight.
    threshold : float, default=None
        Of two classes: the second one is predicted where its probability is at least this. None: 0.5.
    optimise : str, default=None
        'f1', 'balanced_accuracy', 'mcc' or 'cost': choose the threshold for this on the held-out rows. Their scores are
        then slightly too good.
    costs : pair of floats, default=None
        Of optimise='cost': the costs of a false positive and of a false negative. None: both 1.
    ignore : sequence of str
        Columns to leave out.
    keep : sequence of str
        Columns to use although they look like identifiers or are constant.
    max_words : int, default=100
        Of a column with more categories, the rare ones become one. Free text is left out.
    precision : str, default='float'
        {about_precisions}.
    seed : int, RandomState or None, default=1
        An int is the command line's --seed: equal seeds, options and tables give equal models there and here.
    threads : int, default=None
        None means 1, 0 means all. The result is the same, bit for bit.
    verbose : bool, default=False
        Print notes_.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    n_features_in_ : int
    feature_names_in_ : ndarray of str
        If the columns have names.
    n_iter_ : int
    loss_curve_, validation_loss_curve_, validation_scores_ : list of float
        One number per epoch.
    held_out_, baseline_ : dict
        Scores on the held-out rows: of the model, and of always predicting the majority class.
    notes_ : list of str
        The decisions made, with reasons.
    stop_reason_ : str
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
        loss: str | None = None,
        scaling: str | None = None,
        outliers: str = "clip",
        class_weight: str | Mapping[Any, float] | None = None,
        threshold: float | None = None,
        optimise: str | None = None,
        costs: Sequence[float] | None = None,
        ignore: Sequence[str] = (),
        keep: Sequence[str] = (),
        max_words: int = 100,
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
        self.class_weight = class_weight
        self.threshold = threshold
        self.optimise = optimise
        self.costs = costs

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> TableClassifier:
        """Learns from a table.

        Parameters
        ----------
        X : data frame, 2-D array, dict of columns, Table, or path of a CSV file
        y : array of labels [rows], or the name of a column of X
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
        labels = self._checked_labels(data.target)
        check_consistent_length(np.empty((len(data.inputs), 0)), labels)
        weights = self._weights(sample_weight, len(data.inputs))
        settings = self._settings()
        if isinstance(sample_weight, str):
            settings["weight_column"] = sample_weight
        self.classes_, codes = np.unique(labels, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(
                f"{type(self).__name__} needs samples of at least 2 classes in the data, but the data contains only "
                f"one class: {self.classes_.tolist()[0]!r}"
            )
        texts = [text.strip(" \t") for text in class_texts(self.classes_)]  # as tables strip words
        _require_distinct(self.classes_, self.classes_.astype(np.float64) if labels.dtype.kind in "iuf" else texts)
        if data.has_read_target and data.whole is not None:
            training = data.whole
        else:
            cells = labels if labels.dtype.kind in "iuf" else np.array(texts, dtype=object)[codes]
            training = data.with_targets({data.name: cells})
        training._native.weightless_rows += dropped
        settings["task"] = "binary" if len(self.classes_) == 2 else "classes"
        settings |= self._class_weights() | self._threshold_settings()
        return self._completed(training, [data.name], settings, weights)

    def _take_outcome(self, prepared: Prepared, model: _native.Model, happened: dict[str, Any]) -> None:
        super()._take_outcome(prepared, model, happened)
        # The library sorts classes as here, by number or by text; a rare label may be in no training row.
        if self.classes_.dtype.kind in "iuf":
            found = np.array([float(text) for text in self._model.class_values])
            self._places = np.searchsorted(self.classes_.astype(np.float64), found)
        else:
            places = {text.strip(" \t"): place for place, text in enumerate(class_texts(self.classes_))}
            self._places = np.array([places[text] for text in self._model.class_values])

    def _checked_labels(self, target: Any) -> Array:
        labels = column_or_1d(target, warn=True)
        is_whole = getattr(getattr(target, "dtype", None), "kind", "") in ("i", "u")  # also pandas' nullable ones
        if is_whole and labels.dtype.kind == "f" and np.isfinite(labels).all():
            labels = labels.astype(np.int64)
        if labels.dtype.kind == "f" and not np.isfinite(labels).all():
            raise ValueError("Input y contains NaN." if np.isnan(labels).any() else "Input y contains infinity.")
        if labels.dtype.kind == "M" and np.isnat(labels).any():
            raise ValueError("Input y contains NaN.")
        if labels.dtype.kind == "O":
            if all(isinstance(label, (bool, np.bool_)) for label in labels):
                labels = labels.astype(bool)
            if any(is_missing(label) and not isinstance(label, str) for label in labels):
                raise ValueError("Input y contains NaN.")
            if all(isinstance(label, (int, np.integer)) and not isinstance(label, bool) for label in labels):
                try:
                    labels = labels.astype(np.int64)
                except OverflowError as error:
                    raise DataError("a label is too large", expected="integers of 64 bits, or words") from error
        check_classification_targets(labels)
        return np.asarray(labels)

    def _all_settings(self) -> dict[str, Any]:
        return super()._all_settings() | self._class_weights() | self._threshold_settings()

    def _class_weights(self) -> dict[str, Any]:
        if self.class_weight is None:
            return {}
        if isinstance(self.class_weight, str) and self.class_weight == "balanced":
            return {"balanced": True}
        if not isinstance(self.class_weight, Mapping):
            raise ValueError(f"class_weight must be 'balanced', a dict or None, got {self.class_weight!r}")
        check_class_weights(self.class_weight)
        given = np.array(list(self.class_weight))
        texts = class_texts(given.astype(self.classes_.dtype) if self.classes_.dtype.kind == "M" else given)
        unknown = [
            label
            for label, text in zip(self.class_weight, texts, strict=True)
            if text not in class_texts(self.classes_)
        ]
        if unknown:
            raise ValueError(
                f"The classes, {unknown}, are not in class_weight's data: those are {self.classes_.tolist()}"
            )
        return {"class_weights": dict(zip(texts, map(float, self.class_weight.values()), strict=True))}

    def _threshold_settings(self) -> dict[str, Any]:
        settings: dict[str, Any] = {}
        if self.threshold is not None:
            settings["threshold"] = checked_number(self, "threshold")
        if self.optimise is not None:
            settings["optimise"] = checked_word(self, "optimise")
        if self.costs is None:
            return settings
        costs = list(self.costs) if np.iterable(self.costs) and not isinstance(self.costs, str) else []
        are_numbers = all(isinstance(cost, (int, float, np.integer, np.floating)) for cost in costs)
        if len(costs) != 2 or not are_numbers:
            raise UsageError(
                "the parameter costs is out of range",
                expected="two numbers: the costs of a false positive and of a false negative",
                got=repr(self.costs),
            )
        if self.optimise != "cost":
            raise UsageError("costs would change nothing", where="costs", advice="add optimise='cost', or leave it out")
        return settings | {"costs": (float(costs[0]), float(costs[1]))}

    def predict(self, X: Any) -> Array:
        """Labels [rows], of two classes by the model's threshold; for a multi-label model 0 and 1 [rows][labels].

        A frame must have the training columns in their order (and may have the target), as in scikit-learn. In a dict,
        a Table or a file, and by a loaded model, columns are found by name, in any order and among others.
        """
        values, classes = self._predictions(X)
        if self._model.task == "multi_label":
            return np.asarray(values >= 0.5).astype(np.int64)
        return np.asarray(self.classes_[self._places[classes]])

    @available_if(_gives_probabilities)  # type: ignore[untyped-decorator]
    def predict_proba(self, X: Any) -> Array:
        """Probabilities [rows][classes], in the order of classes_."""
        values, _ = self._predictions(X)
        if self._model.task == "multi_label":
            return values
        probabilities = np.zeros((len(values), len(self.classes_)))
        probabilities[:, self._places] = values
        return probabilities

    @available_if(_gives_probabilities)  # type: ignore[untyped-decorator]
    def predict_log_proba(self, X: Any) -> Array:
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(self.predict_proba(X)))

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Accuracy. y and sample_weight may be names of columns of X.

        A file or a Table that has the target is scored as by `chainrule evaluate`: the target is read and compared by
        the model's rules.
        """
        return self._score(X, y, sample_weight, super().score)

    def _take_classes(self, model: _native.Model) -> None:
        if model.task == "multi_label":
            self.classes_ = np.arange(len(model.class_names))
            return
        is_named = list(model.class_names) != list(model.class_values)
        texts = model.class_names if is_named else model.class_values
        kind = next(iter(model.target_kinds), "numeric")
        self.classes_ = classes_of_texts(list(texts), "str" if is_named else model.options.get("labels"), kind)
        self._places = np.arange(len(self.classes_))
