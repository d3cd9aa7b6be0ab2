"""The base of TableClassifier and TableRegressor: parameters, tables, training, model files."""

from __future__ import annotations

import chainrule._needs_sklearn  # isort: skip  # noqa: F401

import contextlib
import os
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, is_classifier
from sklearn.utils import Tags
from sklearn.utils.validation import _check_sample_weight, check_array, check_is_fitted, validate_data

from chainrule import _native
from chainrule._effort import settings_of_the_effort
from chainrule._errors import DataError, UsageError
from chainrule._former_names import TakesFormerNames, frames_of_ours
from chainrule._model_files import SavedAsModelFile, recorded_options
from chainrule._paths import file_path
from chainrule._parameters import checked_count, checked_number, checked_threads, checked_word, seed_of
from chainrule._table import Table, add_column, arrow_table, default_names, is_frame, table_of
from chainrule._table_measures import MeasuresTables
from chainrule._table_rows import column_of, note_numbers_as_text, row_count, rows_of
from chainrule._tables import names_in
from chainrule._training_data import Prepared, TrainingData, counting_rows, known_activations, unused_name

Array = npt.NDArray[Any]


def _require_cells(rows: int, columns: int) -> None:
    if rows == 0 or columns == 0:
        what = "feature" if columns == 0 else "sample"
        raise ValueError(f"Found array with 0 {what}(s) (shape={(rows, columns)}) while a minimum of 1 is required.")


def _require_names(names: list[str], expected: list[str]) -> None:
    """scikit-learn's rule for frames, with its messages."""
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


class TableEstimator(TakesFormerNames, SavedAsModelFile, MeasuresTables, BaseEstimator):  # type: ignore[misc]
    """The base of TableClassifier and TableRegressor."""

    _model: _native.Model
    _former_names: ClassVar[Mapping[str, str]] = {
        "hidden_layer_sizes": "hidden",
        "solver": "optimizer",
        "alpha": "l2",
        "learning_rate_init": "learning_rate",
        "max_iter": "epochs",
        "early_stopping": "validation",
        "validation_fraction": "validation",
        "n_iter_no_change": "patience",
        "tol": "min_improvement",
        "random_state": "seed",
        "n_jobs": "threads",
    }

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
        ignore: Sequence[str] = (),
        keep: Sequence[str] = (),
        max_words: int | None = None,
        precision: str = "float",
        seed: Any = 1,
        threads: int | None = None,
        verbose: bool = False,
        **former: Any,
    ) -> None:
        self.hidden = hidden
        self.activation = activation
        self.effort = effort
        self.members = members
        self.optimizer = optimizer
        self.l2 = l2
        self.weight_decay = weight_decay
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.epochs = epochs
        self.validation = validation
        self.group = group
        self.time = time
        self.patience = patience
        self.min_improvement = min_improvement
        self.dropout = dropout
        self.number_embedding = number_embedding
        self.word_embedding = word_embedding
        self.input_scaling = input_scaling
        self.parametrization = parametrization
        self.loss = loss
        self.scaling = scaling
        self.outliers = outliers
        self.ignore = ignore
        self.keep = keep
        self.max_words = max_words
        self.precision = precision
        self.seed = seed
        self.threads = threads
        self.verbose = verbose
        self._take_former(former)

    # --- parameters -----------------------------------------------------------------------------------------

    @classmethod
    def _of_former_names(cls, parameters: Mapping[str, Any]) -> dict[str, Any]:
        holds_out = parameters.get("early_stopping", True)
        renamed = super()._of_former_names({k: v for k, v in parameters.items() if k != "early_stopping"})
        return renamed if holds_out else renamed | {"validation": 0.0}

    @classmethod
    def _of_former_value(cls, name: str, value: Any) -> Any:
        if name == "solver" and value == "sgd":
            return "nesterov"
        return super()._of_former_value(name, value)

    def _settings(self) -> dict[str, Any]:
        share, is_last = self._validation_share()
        checked_threads(self)
        if share > 0 and self.patience == 0 and self.min_improvement not in (0, None):
            raise UsageError(
                "min_improvement would change nothing: patience is 0",
                where="min_improvement",
                got=repr(self.min_improvement),
                advice="leave it out, or give patience the number of epochs without an improvement",
            )
        settings: dict[str, Any] = {
            "l2": checked_number(self, "l2"),
            "validation_share": share,
            "min_improvement": checked_number(self, "min_improvement"),
            "dropout": checked_number(self, "dropout"),
            "word_embedding": checked_count(self, "word_embedding", at_least=0),
            "input_scaling": checked_word(self, "input_scaling"),
            "parametrization": checked_word(self, "parametrization"),
            "outliers": checked_word(self, "outliers"),
            
            "precision": checked_word(self, "precision"),
            "ignored": names_in("ignore", self.ignore),
            "seed": self._seed(),
        }
        settings |= settings_of_the_effort(self)
        if share == 0:
            settings["patience"] = 0
        if is_last:
            settings["held_out_rows"] = "last"
        for parameter in ("group", "time"):
            if (column := getattr(self, parameter)) is not None:
                if not isinstance(column, str):
                    raise UsageError(f"the parameter {parameter} is not the name of a column", got=repr(column))
                settings[f"{parameter}_column"] = column
        if isinstance(self.batch_size, str) and self.batch_size == "all":
            settings["batch_size"] = 0
        elif isinstance(self.batch_size, str) and self.batch_size != "auto":
            raise UsageError(
                "the parameter batch_size is out of range",
                expected="an integer of at least 1, 'auto' or 'all'",
                got=repr(self.batch_size),
            )
        elif not isinstance(self.batch_size, str):
            settings["batch_size"] = checked_count(self, "batch_size", at_least=1)
        if self.learning_rate is not None:
            settings["learning_rate"] = checked_number(self, "learning_rate")
        if self.loss is not None:
            settings["loss"] = checked_word(self, "loss")
        if self.number_embedding is not None:
            settings["number_embedding"] = checked_word(self, "number_embedding")
        if self.scaling is not None:
            settings["scaling"] = checked_word(self, "scaling")
        return settings

    def _all_settings(self) -> dict[str, Any]:
        """Those of the parameters, whatever the table."""
        return self._settings()

    def _validation_share(self) -> tuple[float, bool]:
        """The share of the rows to hold out, and whether they are the last ones: 'last:0.2'."""
        if self.validation is None or self.validation == "none":
            return 0.0, False
        if not isinstance(self.validation, str):
            return checked_number(self, "validation"), False
        share = None
        if self.validation.startswith("last:"):
            with contextlib.suppress(ValueError):
                share = float(self.validation.removeprefix("last:"))
        if share is None or not 0 < share < 1:
            raise UsageError(
                "the parameter validation is out of range",
                expected="a number from 0 to below 1, or 'last:' and such a number, as in 'last:0.2'",
                got=repr(self.validation),
            )
        return share, True

    def _seed(self) -> int:
        """An integer is the command line's --seed; anything else draws one."""
        if not isinstance(self.seed, (int, np.integer)) or isinstance(self.seed, bool):
            return seed_of(self.seed)
        if 0 <= self.seed < 2**64:
            return int(self.seed)
        raise UsageError(
            "the parameter seed is out of range",
            expected="an integer from 0 to 18,446,744,073,709,551,615, a RandomState or None",
            got=repr(self.seed),
        )

    # --- tables ---------------------------------------------------------------------------------------------

    def _input_table(self, x: Any, reset: bool) -> Table:
        """The inputs as a table. scikit-learn's checks apply to pandas' frames and arrays."""
        is_strict = reset or not getattr(self, "_is_loaded", False)
        if is_strict and hasattr(x, "iloc") and hasattr(x, "columns"):
            return self._table_of_pandas(x, reset)
        is_array = hasattr(x, "tocsr") or hasattr(x, "__array__") and not is_frame(x)
        if isinstance(x, (str, os.PathLike)) and not reset:
            return self._read_like_training_table(x)
        if not is_array and (is_frame(x) or isinstance(x, (Table, str, os.PathLike, Mapping))):
            return self._named_table(table_of(x), reset, is_strict and is_frame(x))
        array = check_array(
            x, dtype=None, ensure_all_finite="allow-nan", estimator=self, input_name="X", ensure_min_features=1
        )
        validate_data(self, array, reset=reset, skip_check_array=True)
        names = getattr(self, "feature_names_in_", None)
        return table_of(array, names=None if names is None else [str(name) for name in names])

    def _read_like_training_table(self, path: str | os.PathLike[str]) -> Table:
        """By the reader of `chainrule predict`: columns have their kinds from training, whatever their few rows hold.

        A table without header has the columns of the training table in their order.
        """
        frame = arrow_table(file_path(path))
        if frame is not None:
            return self._named_table(table_of(frame, source=file_path(path)), reset=False)
        table = Table(self._model.read_table(file_path(path), threads=checked_threads(self)))
        _require_cells(len(table), len(table.names))
        return table

    def _table_of_pandas(self, x: Any, reset: bool) -> Table:
        if not x.columns.is_unique:
            return table_of(x)  # which refuses it
        target = getattr(self, "_target_in_table", None)
        if not reset and target is not None and target in x.columns:
            x = x.drop(columns=[target])  # fit received the frame with its target
        validate_data(self, x, reset=reset, skip_check_array=True)
        if getattr(self, "feature_names_in_", None) is None:
            x = x.set_axis(default_names(x.shape[1]), axis=1)
        table = table_of(x)
        _require_cells(*table.shape)
        return table

    def _named_table(self, table: Table, reset: bool, is_strict: bool = False) -> Table:
        """Columns of files, dicts and Tables are found by name, in any order and among others.

        Frames must have the training columns in their order, as scikit-learn requires of pandas' frames. A model file
        knows only the columns that the network uses, so a loaded estimator finds those of frames by name, too.
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
        found = [str(name) for name in names if name in table]
        return table.select(found) if found else table  # the library finds columns without names by position

    def _counted(self, x: Any, y: Any, sample_weight: Any) -> tuple[Any, Any, Any, int]:
        """x, y and weights without the rows of weight 0, whose cells nobody looks at; and how many those are.

        A file becomes a Table, and reports its rows itself.
        """
        name = sample_weight if isinstance(sample_weight, str) else None
        if isinstance(x, (str, os.PathLike)):
            x = table_of(x, weight_column=name or "")
        if hasattr(x, "fetchnumpy"):  # duckdb
            x = x.fetchnumpy()
        if sample_weight is None:
            return x, y, None, 0
        counts = counting_rows(sample_weight if name is None else column_of(x, name))
        if counts is None or row_count(x) != len(counts):
            return x, y, sample_weight, 0
        dropped = 0 if isinstance(x, Table) else int(len(counts) - counts.sum())
        if y is not None and not isinstance(y, str):
            y = y.fetchnumpy() if hasattr(y, "fetchnumpy") else y
            if row_count(y) != len(counts):
                return x, y, sample_weight, 0
            y = rows_of(y, counts)
        return rows_of(x, counts), y, sample_weight if name else np.asarray(sample_weight)[counts], dropped

    def _training_data(self, x: Any, y: Any, is_own: bool) -> TrainingData:
        """If y is a str, it names a column of x. is_own: nobody else has x, which may change."""
        self._target_in_table, self._is_loaded = None, False
        if isinstance(y, str):
            whole = x._copy() if isinstance(x, Table) and not is_own else table_of(x)
            whole._native.fold_truth_words()
            is_pandas = hasattr(x, "iloc") and y in x.columns
            target = x[y] if is_pandas else self._cells_to_learn(whole[y])
            table = whole.without(y)
            _require_cells(len(whole), table.shape[1])
            whole._native.require_present(y)
            if not isinstance(x, Table):
                note_numbers_as_text(table, x, self._left_out())
            self._target_in_table = y
            self.n_features_in_ = table.shape[1]
            self.feature_names_in_ = np.array(table.names, dtype=object)
            return TrainingData(table, target, y, whole, is_pandas)
        if isinstance(y, Mapping):  # from duckdb
            target = list(y.values())
            y = target[0] if len(target) == 1 else np.column_stack(target)
        if hasattr(y, "fetchnumpy"):  # duckdb
            target = list(y.fetchnumpy().values())
            y = target[0] if len(target) == 1 else np.column_stack(target)
        if y is None:
            raise ValueError(f"This {type(self).__name__} estimator requires y to be passed, but the target y is None.")
        table = self._input_table(x, reset=True)
        if not isinstance(x, Table):
            note_numbers_as_text(table, x, self._left_out())
        table = table._copy() if table is x and not is_own else table
        table._native.fold_truth_words()
        name = getattr(y, "name", None)
        return TrainingData(table, y, unused_name(name if isinstance(name, str) and name else "target", table.names))

    def _left_out(self) -> list[str]:
        """The columns that are no inputs."""
        return [*names_in("ignore", self.ignore), *(name for name in (self.group, self.time) if isinstance(name, str))]

    def _cells_to_learn(self, cells: Array) -> Array:
        """Whole numbers of a table as integers, where they are classes."""
        is_whole = cells.dtype.kind == "f" and np.isfinite(cells).all() and (cells == np.round(cells)).all()
        return cells.astype(np.int64) if is_whole and is_classifier(self) else cells

    def _prepared(self, X: Any, y: Any, sample_weight: Any) -> Prepared:
        """Checks everything that fit is given."""
        raise NotImplementedError

    def _fit(self, X: Any, y: Any, sample_weight: Any) -> None:
        prepared = self._prepared(X, y, sample_weight)
        with known_activations():
            model, happened = _native.train_on_table(
                prepared.table._native, prepared.settings, threads=checked_threads(self)
            )
        self._take_outcome(prepared, model, happened)

    def _completed(
        self, table: Table, targets: list[str], settings: dict[str, Any], weights: Array | None
    ) -> Prepared:
        native = table._native
        is_file = table.source != "table"
        if len(table) < 2 and not is_file:  # the library has the message on files
            raise ValueError(
                f"Found array with {len(table)} sample(s) while a minimum of 2 is required: one row to train on, "
                "one to validate with."
            )
        if weights is not None and "weight_column" not in settings:
            name = unused_name("sample_weight", list(native.names))
            add_column(native, name, weights)
            settings["weight_column"] = name
        if getattr(self, "feature_names_in_", None) is None:
            # The user chose the columns of an array: none is left out.
            roles = [settings.get(f"{role}_column") for role in ("group", "time", "weight")]
            settings["kept"] = [
                name for name in default_names(self.n_features_in_) if name not in [*roles, *settings["ignored"]]
            ]
        else:
            settings["kept"] = names_in("keep", self.keep)
        # Words of a frame's column that look missing are none, in files to predict either. Of a file, the table knows.
        usual = _native.missing_words
        words = {name: set(native.words(name)) for name in native.names}
        settings["column_missing_words"] = [
            (name, [word for word in usual if word not in own])
            for name, own in words.items()
            if own.intersection(usual)
        ]
        settings["targets"] = targets
        settings["name"] = table.source if is_file else ""
        settings["recorded_options"] = recorded_options(self)
        return Prepared(table, settings)

    def _take_outcome(self, prepared: Prepared, model: _native.Model, happened: dict[str, Any]) -> None:
        """The fitted attributes."""
        self._model = model
        self.n_iter_ = happened["epochs"]
        self.loss_curve_ = happened["loss"]
        self.validation_loss_curve_ = happened["validation_loss"]
        self.validation_scores_ = happened["validation_score"]
        self.best_epoch_ = happened["best_epoch"]
        self.stop_reason_ = happened["stop_reason"]
        self.held_out_ = happened["held_out"]
        self.baseline_ = happened["baseline"]
        self.notes_ = prepared.notes(happened["notes"])
        self.n_outputs_ = self._model.network.outputs
        if self.verbose:
            for note in self.notes_:
                print(note)

    def _predictions(self, x: Any) -> tuple[Array, Array]:
        check_is_fitted(self)
        table = self._input_table(x, reset=False)
        values, classes, notes, missing_cells = self._model.predict(table._native, threads=checked_threads(self))
        if isinstance(x, (str, os.PathLike)):
            notes = [*table.notes, *notes]
            if missing_cells:
                cells = "1 missing cell" if missing_cells == 1 else f"{missing_cells} missing cells"
                notes.append(f"{cells} in {table.source}, treated as in training")
        for note in notes:
            warnings.warn(note, UserWarning, stacklevel=frames_of_ours())
        return values, classes

    def _weights(self, sample_weight: Any, rows: int) -> Array | None:
        """The weights of the rows, if they are not a column of the table: the library checks its cells."""
        if sample_weight is None or isinstance(sample_weight, str):
            return None
        given = np.asarray(sample_weight)
        for row, weight in enumerate(sample_weight if given.ndim == 1 and given.dtype.kind in "OU" else ()):
            if isinstance(weight, str):
                raise DataError(
                    "a sample weight must be a number of at least 0",
                    where=f"sample_weight, row {row + 1}",
                    got=repr(weight),
                    advice="give numbers, or the name of a column of numbers",
                )
        return np.asarray(
            _check_sample_weight(sample_weight, np.empty((rows, 1)), dtype=np.float64, ensure_non_negative=True),
            dtype=np.float64,
        )

    def _score_of_table(self, x: Any, y: str, sample_weight: Any) -> float:
        """Of a file or a Table with its target, as `chainrule evaluate` has it: both are read by the model's rules."""
        check_is_fitted(self)
        if len(self._model.target_names) != 1:
            raise UsageError(
                "the model predicts several columns, and y names one",
                expected=f"y with the columns {', '.join(self._model.target_names)}",
                got=repr(y),
                advice="give them as an array",
            )
        threads = checked_threads(self)
        weight_column = sample_weight if isinstance(sample_weight, str) else ""
        notes: list[str] = []
        frame = None if isinstance(x, Table) else arrow_table(file_path(x))
        if isinstance(x, Table):
            table = x._copy()
        elif frame is not None:
            table = table_of(frame, source=file_path(x))
        else:
            table = Table(
                self._model.read_to_score(file_path(x), target=y, weight_column=weight_column, threads=threads)
            )
            notes = table.notes
        weights = self._weights(sample_weight, len(table))
        if weights is not None:
            weight_column = unused_name("sample_weight", table.names)
            add_column(table._native, weight_column, weights)
        score, more = self._model.score(table._native, target=y, weight_column=weight_column, threads=threads)
        for note in [*notes, *more]:
            warnings.warn(note, UserWarning, stacklevel=frames_of_ours())
        return float(score)

    def _score(self, x: Any, y: Any, sample_weight: Any, of_arrays: Callable[[Any, Any, Any], Any]) -> float:
        """y and sample_weight may be names of columns of x. of_arrays: scikit-learn's score."""
        is_file = isinstance(x, (str, os.PathLike))
        if isinstance(y, str) and (is_file or isinstance(x, Table)):
            return self._score_of_table(x, y, sample_weight)
        check_is_fitted(self)
        if is_file:
            if isinstance(sample_weight, str):
                sample_weight = column_of(table_of(x), sample_weight)
            return float(of_arrays(x, y, sample_weight))
        x, y, sample_weight, _ = self._counted(x, y, sample_weight)
        if isinstance(y, str):
            y = x[y] if hasattr(x, "iloc") and y in x.columns else self._cells_to_learn(table_of(x)[y])
        if isinstance(sample_weight, str):
            sample_weight = column_of(x, sample_weight)
        return float(of_arrays(x, y, sample_weight))

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
