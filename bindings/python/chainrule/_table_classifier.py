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
from sklearn.utils.validation import check_array, check_consistent_length, check_is_fitted, column_or_1d

from chainrule import _native
from chainrule._errors import DataError, UsageError
from chainrule._model_files import class_texts, classes_of_texts
from chainrule._parameters import check_class_weights, checked_number, checked_word, former_state_on_error
from chainrule._table import is_missing
from chainrule._table_base import TableEstimator
from chainrule._tables import documented
from chainrule._training_data import Prepared, unused_name

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
    number_embedding : str, default=None
        Columns in front of the network for each number. {about_number_embeddings}. None: chosen by `effort`, whose
        networks may differ in it.
    word_embedding : int, default=0
        Learned values that stand for a word of a column of more than nine words. 0: one input for each word.
    input_scaling : str, default='none'
        Whether a factor of each input is learned with the weights. {about_input_scalings}.
    parametrization : str, default='standard'
        How the weights start, and how fast those of each layer learn. {about_parametrizations}.
    loss : str, default=None
        None: follows from the task.
    scaling : str, default=None
        Scaling of numbers. {about_scalings}. None: 'standard'.
    outliers : str, default='clip'
        A number far outside the range of the training rows: {about_outliers}.
    class_order : sequence of labels, default=None
        The labels from the lowest to the highest, three or more: the network learns how probable a higher label is than
        each of them. `classes_` and the columns of `predict_proba` are sorted all the same. None: no order.
    soft_labels : bool, default=False
        y holds probabilities [rows][classes] that add up to 1 in each row, or the probability of yes [rows]. The labels
        are the names of the columns of a frame, else 'class_0', 'class_1', ...; of one column, 'not NAME' and 'NAME'.
        `score` counts where the most probable label is right.
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
    max_words : int, default=None
        Of a column with more categories, the rare ones become one. None: of more than 100, those that at least two
        rows hold keep a feature each, up to 1,000. Free text is left out.
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
        number_embedding: str | None = None,
        word_embedding: int = 0,
        input_scaling: str = "none",
        parametrization: str = "standard",
        loss: str | None = None,
        scaling: str | None = None,
        outliers: str = "clip",
        class_order: Sequence[Any] | None = None,
        soft_labels: bool = False,
        class_weight: str | Mapping[Any, float] | None = None,
        threshold: float | None = None,
        optimise: str | None = None,
        costs: Sequence[float] | None = None,
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
        self.class_order = class_order
        self.soft_labels = soft_labels
        self.class_weight = class_weight
        self.threshold = threshold
        self.optimise = optimise
        self.costs = costs

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> TableClassifier:
        """Learns from a table.

        Parameters
        ----------
        X : data frame, 2-D array, dict of columns, Table, or path of a CSV file
        y : array of labels [rows], or the name of a column of X; with `soft_labels` probabilities
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
        if self.soft_labels:
            return self._prepared_probabilities(X, y, sample_weight)
        return self._prepared_classes(X, y, sample_weight)

    def _prepared_probabilities(self, X: Any, y: Any, sample_weight: Any) -> Prepared:
        frame_names = [str(name) for name in y.columns] if hasattr(y, "iloc") and hasattr(y, "columns") else None
        x, y, sample_weight, dropped = self._counted(X, y, sample_weight)
        data = self._training_data(x, y, is_own=x is not X)
        numbers = check_array(data.target, ensure_2d=False, dtype=np.float64, input_name="y")
        if numbers.ndim == 2 and numbers.shape[1] == 1:
            numbers = numbers.ravel()
        check_consistent_length(np.empty((len(data.inputs), 0)), numbers)
        if numbers.ndim == 1:
            targets = {unused_name(frame_names[0] if frame_names else data.name, data.inputs.names): numbers}
        else:
            names = frame_names or [f"class_{k}" for k in range(numbers.shape[1])]
            targets = {unused_name(n, data.inputs.names): p for n, p in zip(names, numbers.T, strict=True)}
        settings = self._settings() | {"soft_labels": True}
        if self.class_order is not None:
            order = [self.class_order] if isinstance(self.class_order, str) else self.class_order
            settings["class_order"] = [str(label) for label in order]
        if isinstance(sample_weight, str):
            settings["weight_column"] = sample_weight
        self.classes_ = np.array(list(targets) if len(targets) > 1 else [f"not {n}" for n in targets] + list(targets))
        settings |= self._class_weights() | self._threshold_settings()
        training = data.with_targets(targets)
        training._native.weightless_rows += dropped
        return self._completed(training, list(targets), settings, self._weights(sample_weight, len(data.inputs)))

    def _prepared_classes(self, X: Any, y: Any, sample_weight: Any) -> Prepared:
        x, y, sample_weight, dropped = self._counted(X, y, sample_weight)
        data = self._training_data(x, y, is_own=x is not X)
        labels = self._checked_labels(data.target)
        check_consistent_length(np.empty((len(data.inputs), 0)), labels)
        weights = self._weights(sample_weight, len(data.inputs))
        settings = self._settings()
        if isinstance(sample_weight, str):
            settings["weight_column"] = sample_weight
        order = self._labels_in_order(labels)
        self.classes_ = np.unique(labels if order is None else np.concatenate([labels, order]))
        codes = np.searchsorted(self.classes_, labels)
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
        if order is not None:
            settings |= {"task": "ordinal", "class_order": [text.strip(" \t") for text in class_texts(order)]}
        settings |= self._class_weights() | self._threshold_settings()
        return self._completed(training, [data.name], settings, weights)

    def _take_outcome(self, prepared: Prepared, model: _native.Model, happened: dict[str, Any]) -> None:
        super()._take_outcome(prepared, model, happened)
        if self.soft_labels:
            self._places = np.arange(len(self.classes_))
            return
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

    def _labels_in_order(self, labels: Array) -> Array | None:
        """`class_order` as labels of the kind of these; the library looks for labels that it lacks."""
        if self.class_order is None:
            return None
        given = [] if isinstance(self.class_order, str) or not np.iterable(self.class_order) else self.class_order
        order = np.array(list(given))
        is_number = labels.dtype.kind in "iuf"
        if order.ndim != 1 or len(order) == 0 or (order.dtype.kind in "iuf") != is_number:
            raise UsageError(
                "the parameter class_order is out of range",
                expected="the labels of y from the lowest to the highest, such as "
                + ("[1, 2, 3]" if is_number else "['low', 'medium', 'high']"),
                got=repr(self.class_order),
            )
        return order if is_number else order.astype(labels.dtype.kind)

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
        return self._score(X, self._most_probable(y), sample_weight, super().score)

    def _most_probable(self, y: Any) -> Any:
        """With soft_labels, the labels of probabilities; anything else as it is."""
        if not self.soft_labels or isinstance(y, str):
            return y
        check_is_fitted(self)
        values = np.asarray(y)
        if values.dtype.kind not in "iuf":
            return y
        is_one = values.ndim == 1 or values.shape[1] == 1
        places = (values.ravel() >= 0.5).astype(np.intp) if is_one else values.argmax(axis=1)
        return self.classes_[places]

    def _take_classes(self, model: _native.Model) -> None:
        if model.task == "multi_label":
            self.classes_ = np.arange(len(model.class_names))
            return
        is_named = list(model.class_names) != list(model.class_values)
        self.soft_labels = not model.class_values
        texts = model.class_names if is_named else model.class_values
        kind = next(iter(model.target_kinds), "numeric")
        self.classes_ = classes_of_texts(list(texts), "str" if is_named else model.options.get("labels"), kind)
        self._places = np.arange(len(self.classes_))
        if model.task == "ordinal":
            self.classes_, self._places = np.unique(self.classes_, return_inverse=True)
