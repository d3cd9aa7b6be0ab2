"""Networks that take a table as it is: numbers, words, missing cells. The command line trains alike."""

from __future__ import annotations

import chainrule._needs_sklearn  # isort: skip  # noqa: F401

import os
import warnings
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin, is_classifier
from sklearn.exceptions import DataConversionWarning
from sklearn.utils import Tags
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import (
    _check_sample_weight,
    check_array,
    check_consistent_length,
    check_is_fitted,
    column_or_1d,
    validate_data,
)

from chainrule import _native
from chainrule._errors import DataError, UsageError
from chainrule._model_files import SavedAsModelFile, class_texts, classes_of_texts, recorded_options
from chainrule._parameters import (
    MOST,
    check_class_weights,
    checked_count,
    checked_flag,
    checked_number,
    checked_word,
    former_state_on_error,
    given_name,
    seed_of,
    threads_of,
)
from chainrule._table import Table, add_column, default_names, is_frame, is_missing, read_table, table_of

Array = npt.NDArray[Any]

# scikit-learn's names, and the command line's for the same: both are taken.
_ALIASES = {
    "hidden_layer_sizes": "hidden",
    "solver": "optimizer",
    "alpha": "l2",
    "learning_rate_init": "learning_rate",
    "max_iter": "epochs",
    "n_iter_no_change": "patience",
    "tol": "min_improvement",
    "random_state": "seed",
}
_SOLVERS = ("adam", "adamw", "gradient_descent", "momentum", "nesterov", "rmsprop", "sgd")


def _unused(name: str, taken: Sequence[str]) -> str:
    while name in taken:
        name += "_"
    return name


def _names(parameter: str, value: Any) -> list[str]:
    """One name, or several."""
    names = [value] if isinstance(value, str) else list(value) if np.iterable(value) else [value]
    if all(isinstance(name, str) for name in names):
        return [str(name) for name in names]
    raise UsageError(f"the parameter {parameter} is not a name or a list of names", got=repr(value))


def _require_cells(rows: int, columns: int) -> None:
    if rows == 0 or columns == 0:
        what = "feature" if columns == 0 else "sample"
        raise ValueError(f"Found array with 0 {what}(s) (shape={(rows, columns)}) while a minimum of 1 is required.")


def _require_names(names: list[str], expected: list[str]) -> None:
    """scikit-learn's rule for frames, and its words."""
    if names == expected:
        return
    lines = ["The feature names should match those that were passed during fit."]
    unseen = sorted(set(names) - set(expected))
    missing = sorted(set(expected) - set(names))
    for what, found in (("unseen at fit time", unseen), ("seen at fit time, yet now missing", missing)):
        if found:
            lines += [f"Feature names {what}:", *(f"- {name}" for name in found)]
    if not unseen and not missing:
        lines.append("Feature names must be in the same order as they were in fit.")
    raise ValueError("\n".join(lines) + "\n")


def _require_distinct(classes: Array, seen: Sequence[Any] | Array) -> None:
    """Refuses classes that a table sees as one: its numbers are float64, and blanks around its words do not count."""
    places: dict[Any, int] = {}
    for place, label in enumerate(seen):
        if label == "":
            raise DataError(
                f"the label {classes.tolist()[place]!r} is a missing cell in a table",
                expected="labels of at least one character that is no blank",
                advice="give the label a name, or leave these rows out",
            )
        other = places.setdefault(label, place)
        if other != place:
            first, second = classes[[other, place]].tolist()
            raise DataError(
                f"the labels {first!r} and {second!r} are one and the same in a table",
                expected="words that differ in more than blanks around them, or numbers that differ as float64",
                advice="rename one of them; large numbers that are names: y.astype(str)",
            )


class _TableEstimator(SavedAsModelFile, BaseEstimator):  # type: ignore[misc]
    """What TableClassifier and TableRegressor share."""

    _model: _native.Model

    def __init__(
        self,
        hidden_layer_sizes: int | Sequence[int] = (64, 32),
        activation: str | Sequence[str] = "relu",
        *,
        solver: str = "adam",
        alpha: float = 0.0,
        batch_size: int | Literal["auto"] = "auto",
        learning_rate_init: float | None = None,
        max_iter: int = 200,
        early_stopping: bool = True,
        validation_fraction: float = 0.2,
        n_iter_no_change: int = 20,
        tol: float = 0.0,
        dropout: float = 0.0,
        loss: str | None = None,
        scaling: str | None = None,
        ignore: Sequence[str] = (),
        keep: Sequence[str] = (),
        max_words: int = 100,
        precision: Literal["float", "double", "bf16"] = "float",
        random_state: Any = 1,
        n_jobs: int | None = None,
        verbose: bool = False,
        hidden: int | Sequence[int] | None = None,
        optimizer: str | None = None,
        l2: float | None = None,
        learning_rate: float | None = None,
        epochs: int | None = None,
        patience: int | None = None,
        min_improvement: float | None = None,
        seed: int | None = None,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.solver = solver
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate_init = learning_rate_init
        self.max_iter = max_iter
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.tol = tol
        self.dropout = dropout
        self.loss = loss
        self.scaling = scaling
        self.ignore = ignore
        self.keep = keep
        self.max_words = max_words
        self.precision = precision
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.verbose = verbose
        self.hidden = hidden
        self.optimizer = optimizer
        self.l2 = l2
        self.learning_rate = learning_rate
        self.epochs = epochs
        self.patience = patience
        self.min_improvement = min_improvement
        self.seed = seed

    # --- parameters -----------------------------------------------------------------------------------------

    def _given(self, name: str) -> str:
        return given_name(self, name, _ALIASES[name])

    def _settings(self) -> dict[str, Any]:
        solver = getattr(self, self._given("solver"))
        if solver not in _SOLVERS:
            raise UsageError(f"unknown {self._given('solver')}", expected=", ".join(_SOLVERS), got=repr(solver))
        holds_out = checked_flag(self, "early_stopping")
        threads_of(self.n_jobs)
        settings: dict[str, Any] = {
            "hidden": self._hidden_sizes(),
            "activations": _names("activation", self.activation),
            "optimizer": "nesterov" if solver == "sgd" else solver,
            "l2": checked_number(self, self._given("alpha")),
            "epochs": checked_count(self, self._given("max_iter"), at_least=1),
            "validation_share": checked_number(self, "validation_fraction") if holds_out else 0.0,
            "patience": checked_count(self, self._given("n_iter_no_change"), at_least=0) if holds_out else 0,
            "min_improvement": checked_number(self, self._given("tol")),
            "dropout": checked_number(self, "dropout"),
            "max_words": checked_count(self, "max_words", at_least=1),
            "precision": checked_word(self, "precision"),
            "ignored": _names("ignore", self.ignore),
            "seed": self._seed(),
        }
        if self.batch_size != "auto":
            settings["batch_size"] = checked_count(self, "batch_size", at_least=1)
        if getattr(self, self._given("learning_rate_init")) is not None:
            settings["learning_rate"] = checked_number(self, self._given("learning_rate_init"))
        if self.loss is not None:
            settings["loss"] = checked_word(self, "loss")
        if self.scaling is not None:
            settings["scaling"] = checked_word(self, "scaling")
        return settings

    def _hidden_sizes(self) -> list[int]:
        name = self._given("hidden_layer_sizes")
        sizes = getattr(self, name)
        listed = [sizes] if isinstance(sizes, (int, np.integer)) else list(sizes) if np.iterable(sizes) else [sizes]
        are_integers = all(isinstance(size, (int, np.integer)) and not isinstance(size, bool) for size in listed)
        is_sequence = not isinstance(sizes, (Mapping, set, frozenset))
        if is_sequence and are_integers and all(0 < size <= MOST for size in listed):
            return [int(size) for size in listed]
        raise UsageError(
            f"the parameter {name} is out of range",
            expected="the units of each hidden layer, integers above 0",
            got=repr(sizes),
        )

    def _seed(self) -> int:
        """An integer is the command line's --seed; anything else draws one."""
        state = getattr(self, self._given("random_state"))
        if isinstance(state, (int, np.integer)) and 0 <= state < 2**64:
            return int(state)
        return seed_of(state)

    # --- tables ---------------------------------------------------------------------------------------------

    def _input_table(self, x: Any, reset: bool) -> Table:
        """The inputs as a table. pandas' frames and arrays are checked as scikit-learn does."""
        is_strict = reset or not getattr(self, "_is_loaded", False)
        if is_strict and hasattr(x, "iloc") and hasattr(x, "columns"):
            return self._table_of_pandas(x, reset)
        is_array = hasattr(x, "tocsr") or hasattr(x, "__array__") and not is_frame(x)
        if isinstance(x, (str, os.PathLike)) and not reset:
            return self._named_table(self._read_like_training_table(x), reset)
        if not is_array and (is_frame(x) or isinstance(x, (Table, str, os.PathLike, Mapping))):
            return self._named_table(table_of(x), reset, is_strict and is_frame(x))
        array = check_array(
            x, dtype=None, ensure_all_finite="allow-nan", estimator=self, input_name="X", ensure_min_features=1
        )
        validate_data(self, array, reset=reset, skip_check_array=True)
        names = getattr(self, "feature_names_in_", None)
        return table_of(array, names=None if names is None else [str(name) for name in names])

    def _read_like_training_table(self, path: str | os.PathLike[str]) -> Table:
        """A file of few rows may look different: its columns are what they were in training."""
        kinds = {column["name"]: column["kind"] for column in self._model.inputs}
        return read_table(path, kinds=kinds, missing_words=self._model.missing_words)

    def _table_of_pandas(self, x: Any, reset: bool) -> Table:
        if not x.columns.is_unique:
            return table_of(x)  # which refuses it
        target = getattr(self, "_target_in_table", None)
        if not reset and target is not None and target in x.columns:
            x = x.drop(columns=[target])  # fit saw the frame together with its target
        validate_data(self, x, reset=reset, skip_check_array=True)
        if getattr(self, "feature_names_in_", None) is None:
            x = x.set_axis(default_names(x.shape[1]), axis=1)
        table = table_of(x)
        _require_cells(*table.shape)
        return table

    def _named_table(self, table: Table, reset: bool, is_strict: bool = False) -> Table:
        """Columns of files, dicts and Tables are found by name: in any order, with others among them.

        Those of frames must be the ones of the training in their order, as scikit-learn asks it of pandas' frames. A
        model file knows only the columns that the network sees, so its estimator takes frames by name, too.
        """
        _require_cells(*table.shape)
        if reset:
            self.n_features_in_ = table.shape[1]
            self.feature_names_in_ = np.array(table.names, dtype=object)
            return table
        names = getattr(self, "feature_names_in_", None)
        if names is None:
            return table
        if is_strict:
            _require_names([name for name in table.names if name != self._target_in_table], list(names))
        return table.select([str(name) for name in names if name in table])

    def _training_table(self, x: Any, y: Any) -> tuple[Table, Any, str]:
        """Inputs, answers and the name of the target. With a text as y the target is that column of x."""
        self._target_in_table, self._is_loaded = None, False
        if isinstance(y, str):
            whole = table_of(x)
            answers = self._answers_of(x, y, whole)
            self._target_in_table = y
            table = whole.without([y])
            _require_cells(len(whole), table.shape[1])
            self.n_features_in_ = table.shape[1]
            self.feature_names_in_ = np.array(table.names, dtype=object)
            return table, answers, y
        if hasattr(y, "fetchnumpy"):  # duckdb
            answers = list(y.fetchnumpy().values())
            y = answers[0] if len(answers) == 1 else np.column_stack(answers)
        if y is None:
            raise ValueError(f"This {type(self).__name__} estimator requires y to be passed, but the target y is None.")
        table = self._input_table(x, reset=True)
        name = getattr(y, "name", None)
        return table, y, _unused(name if isinstance(name, str) and name else "target", table.names)

    def _train(self, table: Table, targets: list[str], settings: dict[str, Any], weights: Array | None) -> None:
        native = table._native
        if len(table) < 2:
            raise ValueError(
                f"Found array with {len(table)} sample(s) while a minimum of 2 is required: one row to learn from, "
                "one to test on."
            )
        if weights is not None:
            name = _unused("sample_weight", list(native.names))
            add_column(native, name, weights)
            settings["weight_column"] = name
        if getattr(self, "feature_names_in_", None) is None:
            # Columns of an array have been chosen by whoever made it: none is left out for its looks.
            settings["kept"] = default_names(self.n_features_in_)
        else:
            settings["kept"] = _names("keep", self.keep)
        words = {word for column in native.names for word in native.words(column)}
        settings["missing_words"] = [word for word in _native.missing_words if word not in words]
        settings["targets"] = targets
        settings["name"] = "" if table.source == "table" else table.source
        settings["recorded_options"] = recorded_options(self)
        self._model, happened = _native.train_on_table(native, settings, threads=threads_of(self.n_jobs))
        self.n_iter_ = len(happened["loss"])
        self.loss_curve_ = happened["loss"]
        self.validation_loss_curve_ = happened["validation_loss"]
        self.validation_scores_ = happened["validation_score"]
        self.best_epoch_ = happened["best_epoch"]
        self.stop_reason_ = happened["stop_reason"]
        self.held_out_ = happened["held_out"]
        self.baseline_ = happened["baseline"]
        self.notes_ = happened["notes"]
        self.n_outputs_ = self._model.network.outputs
        if self.verbose:
            for note in self.notes_:
                print(note)

    def _predictions(self, x: Any) -> tuple[Array, Array]:
        check_is_fitted(self)
        table = self._input_table(x, reset=False)
        values, classes, _ = self._model.predict(table._native, threads=threads_of(self.n_jobs))
        return values, classes

    def _weights(self, sample_weight: Any, table: Table) -> Array | None:
        if sample_weight is None:
            return None
        rows = np.empty((len(table), 1))
        return np.asarray(
            _check_sample_weight(sample_weight, rows, dtype=np.float64, ensure_non_negative=True), dtype=np.float64
        )

    def _answers_of(self, x: Any, y: Any, table: Table | None = None) -> Any:
        """y, or the column of x that it names: of a pandas frame as it is there, else numbers or words."""
        if not isinstance(y, str):
            return y
        if hasattr(x, "iloc") and y in x.columns:
            return x[y]
        cells = (table if table is not None else table_of(x))[y]  # names the nearest column when it is not there
        is_whole = cells.dtype.kind == "f" and np.isfinite(cells).all() and (cells == np.round(cells)).all()
        return cells.astype(np.int64) if is_whole and is_classifier(self) else cells

    # --- model files ----------------------------------------------------------------------------------------

    def _to_model(self) -> _native.Model:
        return self._model

    @classmethod
    def _from_model(cls, model: _native.Model, parameters: dict[str, Any]) -> Any:
        estimator = cls(**parameters)
        estimator._model = model
        estimator._is_loaded = True
        names = list(model.feature_names)
        estimator._target_in_table = model.target_names[0]
        estimator.n_features_in_ = len(names)
        if names != default_names(len(names)):
            estimator.feature_names_in_ = np.array(names, dtype=object)
        estimator.n_iter_ = model.provenance["epochs"]
        estimator.stop_reason_ = model.provenance["stop_reason"]
        estimator.best_epoch_ = model.provenance["best_epoch"]
        estimator.held_out_ = model.provenance["held_out"]
        estimator.n_outputs_ = len(model.target_names)
        estimator._take_classes(model)
        return estimator

    def _take_classes(self, model: _native.Model) -> None:
        pass

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        return tags


def _gives_probabilities(estimator: Any) -> bool:
    model = getattr(estimator, "_model", None)
    if model is not None and not model.has_probabilities:
        raise AttributeError("this model says yes or no, and not how sure it is: it has no probabilities")
    return True


class TableClassifier(ClassifierMixin, _TableEstimator):  # type: ignore[misc]
    """A network that tells classes from the rows of a table.

    The table is taken as it is: numbers are scaled, words become one input each, missing cells are filled and told to
    the network, columns that identify rows are left out (`notes_` says so), dates are refused with advice. All of it is
    fitted on the training rows alone and is part of the model.

    Parameters
    ----------
    hidden_layer_sizes : int or sequence of int, default=(64, 32)
    activation : str or one for each hidden layer, default='relu'
    solver : {'adam', 'adamw', 'sgd', 'momentum', 'nesterov', 'gradient_descent', 'rmsprop'}, default='adam'
        'sgd' is 'nesterov'.
    alpha : float, default=0
        Penalty on half the sum of the squared weights.
    batch_size : int or 'auto', default='auto'
        'auto': 32 rows, 128 for tables of 5,000 rows and more.
    learning_rate_init : float, default=None
        None: the solver's usual one.
    max_iter : int, default=200
        Epochs at most.
    early_stopping : bool, default=True
        Hold rows out, end when their loss stops falling, and keep the weights of the best epoch.
    validation_fraction : float, default=0.2
        Share of the rows that is held out. `held_out_` tells how well they are predicted.
    n_iter_no_change : int, default=20
    tol : float, default=0
        How much better counts as better.
    dropout : float, default=0
        Share of hidden units that each step silences.
    loss : str, default=None
        None: follows from the task.
    scaling : {'standard', 'min_max', 'bytes', 'none'}, default=None
        Of numbers. None: standard.
    class_weight : None, 'balanced' or dict, default=None
        Label -> weight.
    ignore : sequence of str
        Columns to leave out.
    keep : sequence of str
        Columns to use although they look like identifiers or are constant.
    max_words : int, default=100
        A column of more different words is left out.
    precision : {'float', 'double', 'bf16'}, default='float'
    random_state : int, RandomState or None, default=1
        An int is the command line's --seed: equal seeds, options and tables give equal models there and here.
    n_jobs : int, default=None
        Threads: None is 1, -1 all. They change no bit.
    verbose : bool, default=False
        Print notes_.
    hidden, optimizer, l2, learning_rate, epochs, patience, min_improvement, seed : default=None
        The command line's names of hidden_layer_sizes, solver, alpha, learning_rate_init, max_iter, n_iter_no_change, tol
        and random_state, which are scikit-learn's. Give one of the two.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    n_features_in_ : int
    feature_names_in_ : ndarray of str
        Where the columns have names.
    n_iter_ : int
    loss_curve_, validation_loss_curve_, validation_scores_ : list of float
        One an epoch.
    held_out_, baseline_ : dict
        Scores on the held-out rows: of the model, and of always answering the commonest class.
    notes_ : list of str
        What was decided and why.
    stop_reason_ : str
    """

    def __init__(
        self,
        hidden_layer_sizes: int | Sequence[int] = (64, 32),
        activation: str | Sequence[str] = "relu",
        *,
        solver: str = "adam",
        alpha: float = 0.0,
        batch_size: int | Literal["auto"] = "auto",
        learning_rate_init: float | None = None,
        max_iter: int = 200,
        early_stopping: bool = True,
        validation_fraction: float = 0.2,
        n_iter_no_change: int = 20,
        tol: float = 0.0,
        dropout: float = 0.0,
        loss: str | None = None,
        scaling: str | None = None,
        class_weight: Literal["balanced"] | Mapping[Any, float] | None = None,
        ignore: Sequence[str] = (),
        keep: Sequence[str] = (),
        max_words: int = 100,
        precision: Literal["float", "double", "bf16"] = "float",
        random_state: Any = 1,
        n_jobs: int | None = None,
        verbose: bool = False,
        hidden: int | Sequence[int] | None = None,
        optimizer: str | None = None,
        l2: float | None = None,
        learning_rate: float | None = None,
        epochs: int | None = None,
        patience: int | None = None,
        min_improvement: float | None = None,
        seed: int | None = None,
    ) -> None:
        super().__init__(
            hidden_layer_sizes,
            activation,
            solver=solver,
            alpha=alpha,
            batch_size=batch_size,
            learning_rate_init=learning_rate_init,
            max_iter=max_iter,
            early_stopping=early_stopping,
            validation_fraction=validation_fraction,
            n_iter_no_change=n_iter_no_change,
            tol=tol,
            dropout=dropout,
            loss=loss,
            scaling=scaling,
            ignore=ignore,
            keep=keep,
            max_words=max_words,
            precision=precision,
            random_state=random_state,
            n_jobs=n_jobs,
            verbose=verbose,
            hidden=hidden,
            optimizer=optimizer,
            l2=l2,
            learning_rate=learning_rate,
            epochs=epochs,
            patience=patience,
            min_improvement=min_improvement,
            seed=seed,
        )
        self.class_weight = class_weight

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> TableClassifier:
        """Learns from a table.

        Parameters
        ----------
        X : data frame, 2-D array, dict of columns, Table, or path of a CSV file
        y : array of labels [rows], or the name of a column of X
        sample_weight : array [rows], default=None

        Raises
        ------
        DataError, UsageError
            Both are ValueErrors. A fit that fails or is interrupted leaves the estimator as it was.
        """
        with former_state_on_error(self):
            self._fit_classes(X, y, sample_weight)
        return self

    def _fit_classes(self, X: Any, y: Any, sample_weight: Any) -> None:
        table, answers, name = self._training_table(X, y)
        labels = self._checked_labels(answers)
        check_consistent_length(np.empty((len(table), 0)), labels)
        weights = self._weights(sample_weight, table)
        settings = self._settings()
        self.classes_, codes = np.unique(labels, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(
                f"{type(self).__name__} needs samples of at least 2 classes in the data, but the data contains only "
                f"one class: {self.classes_.tolist()[0]!r}"
            )
        texts = [text.strip(" \t") for text in class_texts(self.classes_)]  # as words of tables are
        _require_distinct(self.classes_, self.classes_.astype(np.float64) if labels.dtype.kind in "iuf" else texts)
        training = table.select(table.names)
        if labels.dtype.kind in "iuf":
            add_column(training._native, name, labels)
        else:
            add_column(training._native, name, np.array(texts, dtype=object)[codes])
        settings["task"] = "binary" if len(self.classes_) == 2 else "classes"
        settings |= self._class_weights()
        self._train(training, [name], settings, weights)
        # Classes are sorted there as here, by number or by text; a label may be rare and in no training row.
        if labels.dtype.kind in "iuf":
            found = np.array([float(text) for text in self._model.class_values])
            self._places = np.searchsorted(self.classes_.astype(np.float64), found)
        else:
            places = {text: place for place, text in enumerate(texts)}
            self._places = np.array([places[text] for text in self._model.class_values])

    def _checked_labels(self, answers: Any) -> Array:
        labels = column_or_1d(answers, warn=True)
        is_whole = getattr(getattr(answers, "dtype", None), "kind", "") in ("i", "u")  # also pandas' nullable ones
        if is_whole and labels.dtype.kind == "f" and np.isfinite(labels).all():
            labels = labels.astype(np.int64)
        if labels.dtype.kind == "f" and not np.isfinite(labels).all():
            raise ValueError("Input y contains NaN." if np.isnan(labels).any() else "Input y contains infinity.")
        if labels.dtype.kind == "O":
            if any(is_missing(label) and not isinstance(label, str) for label in labels):
                raise ValueError("Input y contains NaN.")
            if all(isinstance(label, (int, np.integer)) and not isinstance(label, bool) for label in labels):
                try:
                    labels = labels.astype(np.int64)
                except OverflowError as error:
                    raise DataError("a label is too large", expected="integers of 64 bits, or words") from error
        check_classification_targets(labels)
        return np.asarray(labels)

    def _class_weights(self) -> dict[str, Any]:
        if self.class_weight is None:
            return {}
        if isinstance(self.class_weight, str) and self.class_weight == "balanced":
            return {"balanced": True}
        if not isinstance(self.class_weight, Mapping):
            raise ValueError(f"class_weight must be 'balanced', a dict or None, got {self.class_weight!r}")
        check_class_weights(self.class_weight)
        texts = class_texts(np.array(list(self.class_weight)))
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

    def predict(self, X: Any) -> Array:
        """Labels [rows]; of a model of several labels 0 and 1 [rows][labels].

        A frame has the columns of the training in their order (the target may be among them), as scikit-learn asks it;
        in a dict, a Table or a file, and by a model that was loaded, columns are found by name: in any order, with
        others among them.
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
        """Share of rows that are right. y may be the name of a column of X."""
        return float(super().score(X, self._answers_of(X, y), sample_weight))

    def _take_classes(self, model: _native.Model) -> None:
        if model.task == "multi_label":
            self.classes_ = np.arange(len(model.class_names))
            return
        is_named = list(model.class_names) != list(model.class_values)
        texts = model.class_names if is_named else model.class_values
        self.classes_ = classes_of_texts(list(texts), "str" if is_named else model.options.get("labels"))
        self._places = np.arange(len(self.classes_))


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


class TableRegressor(RegressorMixin, _TableEstimator):  # type: ignore[misc]
    """A network that tells numbers from the rows of a table. See TableClassifier for the table and the parameters.

    `loss` may be 'mean_squared_error' (default), 'mean_absolute_error', 'huber', 'quantile' or 'poisson'. y may have
    several columns. Targets are scaled while training; predictions are in their own units.
    """

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> TableRegressor:
        """Learns from a table.

        Parameters
        ----------
        X : data frame, 2-D array, dict of columns, Table, or path of a CSV file
        y : array [rows] or [rows][targets], or the name of a column of X
        sample_weight : array [rows], default=None

        Raises
        ------
        DataError, UsageError
            Both are ValueErrors. A fit that fails or is interrupted leaves the estimator as it was.
        """
        with former_state_on_error(self):
            self._fit_numbers(X, y, sample_weight)
        return self

    def _fit_numbers(self, X: Any, y: Any, sample_weight: Any) -> None:
        table, answers, name = self._training_table(X, y)
        _refuse_dates(answers)
        numbers = check_array(answers, ensure_2d=False, dtype=np.float64, input_name="y")
        if numbers.ndim == 2 and numbers.shape[1] == 1:
            warnings.warn(
                "A column-vector y was passed when a 1d array was expected. Please change the shape of y to "
                "(n_samples,), for example using ravel().",
                DataConversionWarning,
                stacklevel=2,
            )
            numbers = numbers.ravel()
        check_consistent_length(np.empty((len(table), 0)), numbers)
        weights = self._weights(sample_weight, table)
        settings = self._settings() | {"task": "regression"}
        training = table.select(table.names)
        columns = [numbers] if numbers.ndim == 1 else list(numbers.T)
        names = [name] if numbers.ndim == 1 else [_unused(f"{name}_{i + 1}", table.names) for i in range(len(columns))]
        for column_name, column in zip(names, columns, strict=True):
            add_column(training._native, column_name, column)
        self._is_flat = numbers.ndim == 1
        self._train(training, names, settings, weights)

    def predict(self, X: Any) -> Array:
        """Numbers [rows], or [rows][targets] when there are several."""
        values, _ = self._predictions(X)
        return values[:, 0] if self._is_flat else values

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """R squared. y may be the name of a column of X."""
        return float(super().score(X, self._answers_of(X, y), sample_weight))

    def _take_classes(self, model: _native.Model) -> None:
        self._is_flat = len(model.target_names) == 1

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
