"""cross_validate and tune: how good a setting is, and which is best, as `chainrule cv` and `chainrule tune` find it."""

from __future__ import annotations

import chainrule._needs_sklearn  # isort: skip  # noqa: F401

import copy
import inspect
import os
import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule import _native
from chainrule._errors import UsageError
from chainrule._former_names import frames_of_ours
from chainrule._model_files import recorded_options
from chainrule._parameters import checked_threads
from chainrule._paths import file_path
from chainrule._table import Table, add_column, table_of
from chainrule._table_base import TableEstimator
from chainrule._table_classifier import TableClassifier
from chainrule._table_regressor import TableRegressor
from chainrule._tables import name_of_word, names, names_in
from chainrule._training_data import Prepared, known_activations, unused_name

# Parameters that are the same in all trials of a search: of the table, the folds and the run.
_NOT_SEARCHED = ("epochs", "patience", "precision", "seed", "threads", "verbose", "group", "time")
_USUAL_TRIALS = 27
_ALL_ROWS_OPTIMIZERS = names("optimizer", needs_all_rows=True)


def cross_validate(
    X: Any,
    y: Any,
    sample_weight: Any = None,
    *,
    task: str | None = None,
    folds: int = 5,
    repeats: int = 1,
    against: Mapping[str, Any] | None = None,
    learning_curve: bool = False,
    **parameters: Any,
) -> dict[str, Any]:
    """How good the models of some parameters are, by cross-validation: the numbers of `chainrule cv`.

    Each fold is held out once and scored by a model of the other folds, which learns everything from these: scaling,
    categories, the epoch at which training stops. Classes are in each fold in their shares, equal rows in one fold;
    with `group` whole groups are, and with `time` or validation='last:0.2' each block of rows is predicted by a model
    of all blocks before it.

    Parameters
    ----------
    X : data frame, 2-D array, dict of columns, Table, or path of a file
    y : array [rows], or the name of a column of X
    sample_weight : array [rows], or the name of a column of X, default=None
    task : 'classes' or 'regression', default=None
        None: detected, as on the command line.
    folds : int, default=5
    repeats : int, default=1
        How often the rows are dealt to folds, each time with another seed.
    against : dict, default=None
        Parameters of another setting to compare with on the same folds; those that it does not name stay as they are.
    learning_curve : bool, default=False
        Also train on smaller parts of the rows: would more rows help?
    **parameters
        Of TableClassifier or TableRegressor, such as hidden=(8,), seed=2, threads=0.

    Returns
    -------
    dict
        The keys of `chainrule cv --json`: 'score' is the name of the rating metric; 'metrics' has for each metric
        its 'mean', 'deviation' and 'standard_error' (corrected for training parts that overlap); 'scores' one dict
        per fold; 'comparison' and 'learning_curve' what they allow to say, also as a 'sentence'; 'notes'.

    Raises
    ------
    DataError, UsageError
    """
    estimator = _estimator_for(X, y, task, parameters)
    prepared = estimator._prepared(X, y, sample_weight)
    other = None
    if against is not None:
        changed = _changed(estimator, dict(against), "against")
        other = _settings_of(changed, prepared)
    with known_activations():
        result = _native.cross_validate(
            prepared.table._native,
            prepared.settings,
            other=other,
            folds=_count("folds", folds, 2),
            repeats=_count("repeats", repeats, 1),
            learning_curve=bool(learning_curve),
            threads=checked_threads(estimator),
        )
    result["notes"] = prepared.notes(result["notes"])
    _warn_of(result["notes"])
    return dict(result)


@dataclass
class TuningResult:
    """What tune has found.

    Attributes
    ----------
    best_parameters : dict
        Of the best trial, besides those that were given: TableClassifier(**given, **best_parameters).
    estimator : TableClassifier or TableRegressor
        Fitted with them to all rows.
    best, as_given : dict
        The best trial and the parameters as given (None if they were not trained for as many epochs): 'trial',
        'options' by the names of the command line, 'epochs', and the mean 'score' and 'loss' on the folds, which chose
        the best one and are therefore too good for it.
    held_out, held_out_as_given : dict or None
        Scores on rows that took no part in the search, which is why they are fair. None: too few rows, or no time.
    trials : list of dict
        All trainings of the search: 'trial', 'fold', 'epochs', 'options', 'score', 'loss', 'failure', 'seconds'.
    search_rows : int
    failures : int
    notes : list of str
    """

    best_parameters: dict[str, Any]
    estimator: Any
    best: dict[str, Any]
    as_given: dict[str, Any] | None
    held_out: dict[str, Any] | None
    held_out_as_given: dict[str, Any] | None
    trials: list[dict[str, Any]]
    search_rows: int
    failures: int
    notes: list[str]


def tune(
    X: Any,
    y: Any,
    sample_weight: Any = None,
    *,
    task: str | None = None,
    space: Mapping[str, Any] | None = None,
    trials: int | None = None,
    time_limit: float | str | None = None,
    folds: int = 3,
    state: str | os.PathLike[str] | None = None,
    **parameters: Any,
) -> TuningResult:
    """Searches parameters by random search with successive halving, and trains with the best: `chainrule tune`.

    Part of the rows takes no part in the search and scores its result. One network is trained at a time, unless
    `effort` or `members` is given.

    Parameters
    ----------
    X : data frame, 2-D array, dict of columns, Table, or path of a file
    y : array [rows], or the name of a column of X
    sample_weight : array [rows], or the name of a column of X, default=None
    task : 'classes' or 'regression', default=None
        None: detected, as on the command line.
    space : dict, default=None
        What to search: for each parameter a list of values, or a range as text, such as
        {'hidden': [32, (64, 32)], 'learning_rate': '0.0003..0.03 log', 'dropout': '0..0.5'}. A range is of whole
        numbers if both ends are. None: hidden, activation, learning_rate, weight_decay, dropout and batch_size, without
        those that are given.
    trials : int, default=None
        Settings to try besides the one given. None: 27, or as many as there is time for.
    time_limit : float or str, default=None
        For all of it, in seconds or as '60s', '5m', '1h'. With a limit the clock decides how many trials there are.
    folds : int, default=3
    state : path, default=None
        A file of the trials, written during the search. The same call continues from it, also with more trials or a
        longer time, and ends like a search that was not interrupted.
    **parameters
        Of TableClassifier or TableRegressor; they are the same in all trials.

    Returns
    -------
    TuningResult

    Raises
    ------
    DataError, UsageError
        UsageError also if the time is too short for one trial, or the file of trials is of another search.
    """
    given = dict(parameters)
    if "effort" not in given and "members" not in given:
        given["effort"] = None
    base = _estimator_for(X, y, task, given)
    prepared = base._prepared(X, y, sample_weight)
    searched = _Space(base, space, set(parameters), len(prepared.table))

    def request_of_trial(options: dict[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
        kept = searched.with_effect(options)
        return kept, _settings_of(_changed(base, searched.parameters_of(kept), "space"), prepared)

    seconds = _seconds(time_limit)
    usual_trials = 0 if seconds else _USUAL_TRIALS
    with known_activations():
        model, happened, found = _native.tune(
            prepared.table._native,
            prepared.settings,
            searched.dimensions,
            request_of_trial,
            trials=usual_trials if trials is None else _count("trials", trials, 1),
            folds=_count("folds", folds, 2),
            seconds=seconds,
            state="" if state is None else file_path(state),
            fixed=[(name, repr(value)) for name, value in sorted(parameters.items()) if name != "threads"],
            threads=checked_threads(base),
        )
    best = searched.parameters_of(searched.with_effect(found["best"]["options"]))
    if "effort" not in parameters and "members" not in parameters:
        best = {"effort": None, **best}
    estimator = _changed(base, best, "space")
    estimator._take_outcome(prepared, model, happened)
    notes = prepared.notes(found["notes"])
    _warn_of(notes)
    return TuningResult(
        best_parameters=best,
        estimator=estimator,
        best=found["best"],
        as_given=found["as_given"],
        held_out=found["held_out"],
        held_out_as_given=found["held_out_as_given"],
        trials=found["results"],
        search_rows=found["search_rows"],
        failures=found["failures"],
        notes=notes,
    )


# --- estimators ------------------------------------------------------------------------------------------------------


def _estimator_for(X: Any, y: Any, task: str | None, parameters: Mapping[str, Any]) -> TableEstimator:
    if task is None:
        task = _detected_task(X, y)
    if task not in ("classes", "binary", "regression"):
        raise UsageError(
            "the task is none of the table estimators",
            where="task",
            expected="'classes' or 'regression'",
            got=repr(task),
            advice="several labels are learned by the command line: chainrule cv, chainrule tune",
        )
    cls: Any = TableRegressor if task == "regression" else TableClassifier
    known = inspect.signature(cls.__init__).parameters
    for name in parameters:
        if name not in known and name not in cls._former_names:
            raise TypeError(f"{cls.__name__} has no parameter {name!r}")
    estimator: TableEstimator = cls(**parameters)
    return estimator


def _detected_task(X: Any, y: Any) -> str:
    """By the rules of the command line, for the target as the library has it."""
    table = table_of(X)
    if isinstance(y, str):
        table, targets = table._copy(), [y]
    else:
        array = np.asarray(y)
        if array.ndim == 2 and array.shape[1] > 1:
            return "regression"
        table, targets = table.select(table.names), [unused_name("target", table.names)]
        add_column(table._native, targets[0], array.ravel() if array.ndim == 2 else y)
    table._native.fold_truth_words()
    return str(_native.task_of(table._native, {"targets": targets}))


def _changed(estimator: TableEstimator, parameters: dict[str, Any], where: str) -> Any:
    """A copy with other parameters; it keeps what is known of the table."""
    changed = copy.copy(estimator)
    unknown = [name for name in parameters if name not in estimator.get_params(deep=False)]
    if unknown:
        raise UsageError(
            f"{type(estimator).__name__} has no parameter {unknown[0]!r}", where=where, expected="parameters by name"
        )
    return changed.set_params(**parameters)


def _settings_of(changed: Any, prepared: Prepared) -> dict[str, Any]:
    """Those of the table, and those of the parameters of this estimator."""
    of_table = ("targets", "task", "name", "weight_column", "column_missing_words", "group_column", "time_column")
    settings = {name: value for name, value in prepared.settings.items() if name in of_table}
    settings |= changed._all_settings()
    kept = prepared.settings["kept"]
    settings["kept"] = [*kept, *(name for name in names_in("keep", changed.keep) if name not in kept)]
    settings["recorded_options"] = recorded_options(changed)
    return settings


# --- the space -------------------------------------------------------------------------------------------------------


class _Space:
    """What is searched: names and values as the library draws them, and as parameters."""

    def __init__(
        self, base: TableEstimator, space: Mapping[str, Any] | None, given: set[str], rows: int
    ) -> None:
        self._base = base
        self._values: dict[str, dict[str, Any]] = {}
        self.dimensions: list[tuple[str, list[str]]] = []
        if space is None:
            optimizer = "adam" if base.optimizer is None else base.optimizer
            is_linear = base.hidden is not None and not np.size(base.hidden)
            for option, values in _native.usual_space(rows // 2, optimizer):
                name = option.replace("-", "_")
                if name not in given and not (is_linear and name in ("activation", "dropout")):
                    self.dimensions.append((option, list(values)))
            return
        if not isinstance(space, Mapping) or not space:
            raise UsageError(
                "the space has no parameters to search", where="space", expected="a dict of lists and ranges",
                got=repr(space),
            )
        for name, values in space.items():
            self._add(name, values, given)

    def _add(self, name: str, values: Any, given: set[str]) -> None:
        where = f"space[{name!r}]"
        if name not in self._base.get_params(deep=False):
            raise UsageError(f"{type(self._base).__name__} has no parameter {name!r}", where=where)
        if name in _NOT_SEARCHED:
            raise UsageError(
                f"{name} is the same in all trials", where=where, advice="give it beside X and y, outside of the space"
            )
        if name in given:
            raise UsageError(
                f"the parameter {name} is given, and the space searches it", where=where, advice="leave one of them out"
            )
        option = name.replace("_", "-")
        if isinstance(values, str):
            self.dimensions.append((option, values.split()))
            return
        if not isinstance(values, Sequence) or not len(values):
            raise UsageError(
                "neither a list of values nor a range", where=where,
                expected="a list such as [16, 32], or a text such as '0.0003..0.03 log'", got=repr(values),
            )
        by_text = {_text_of(value): value for value in values}
        self._values[option] = by_text
        self.dimensions.append((option, list(by_text)))

    def parameters_of(self, options: Mapping[str, str]) -> dict[str, Any]:
        return {option.replace("-", "_"): self._value_of(option, text) for option, text in options.items()}

    def _value_of(self, option: str, text: str) -> Any:
        if option in self._values:
            return self._values[option][text]
        if option == "hidden":
            return tuple(int(units) for units in text.split(",")) if text != "none" else ()
        for kind in (int, float):
            try:
                return kind(text)
            except ValueError:
                pass
        return text

    def with_effect(self, options: Mapping[str, str]) -> dict[str, str]:
        """Without those that have no effect beside the others."""
        chosen = {**self._base.get_params(deep=False), **self.parameters_of(options)}
        idle: list[str] = []
        if chosen["hidden"] is not None and not np.size(chosen["hidden"]):
            idle += ["activation", "dropout"]
        if name_of_word("optimizer", chosen["optimizer"]) in _ALL_ROWS_OPTIMIZERS:
            idle += ["learning-rate", "weight-decay", "batch-size"]
        return {option: text for option, text in options.items() if option not in idle}


def _text_of(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (list, tuple, np.ndarray)):
        return ",".join(_text_of(one) for one in value) if len(value) else "none"
    return str(value.item() if isinstance(value, np.generic) else value)


# --- arguments -------------------------------------------------------------------------------------------------------


def _count(name: str, value: Any, at_least: int) -> int:
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool) and at_least <= value < 2**31:
        return int(value)
    raise UsageError(f"{name} is out of range", expected=f"an integer of at least {at_least}", got=repr(value))


def _seconds(limit: Any) -> float:
    """0 for no limit."""
    if limit is None:
        return 0.0
    units = {"": 1, "s": 1, "m": 60, "h": 3600}
    if isinstance(limit, str):
        found = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", limit.strip())
        seconds = float(found[1]) * units[found[2]] if found else 0.0
    else:
        is_number = isinstance(limit, (int, float, np.integer, np.floating)) and not isinstance(limit, bool)
        seconds = float(limit) if is_number else 0.0
    if 0 < seconds < float("inf"):
        return seconds
    raise UsageError(
        "time_limit is out of range", expected="seconds above 0, or a text such as '60s', '5m', '1h'", got=repr(limit)
    )


def _warn_of(notes: Sequence[str]) -> None:
    for note in notes:
        warnings.warn(note, UserWarning, stacklevel=frames_of_ours())
