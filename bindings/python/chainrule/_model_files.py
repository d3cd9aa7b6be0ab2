"""Model files of estimators, for the command line and other machines, and pickles. Requires scikit-learn.

A model file (docs/model-format.md) holds all that prediction needs: `chainrule predict model.safetensors table.csv`
predicts as the estimator does, bit for bit. Loading it runs no code. Loading a pickle can: load only your own. The
estimators' pickles hold numbers and names, and also the state from which partial_fit continues.
"""

from __future__ import annotations

import chainrule._needs_sklearn  # isort: skip  # noqa: F401

import contextlib
import importlib
import json
import os
from typing import Any, ClassVar, cast

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, is_classifier
from sklearn.utils.validation import check_is_fitted

from chainrule import _native
from chainrule._errors import ModelFileError, StateError, UsageError
from chainrule._paths import file_path
from chainrule._table import default_names

Array = npt.NDArray[Any]

# The version of the content of pickles. It increases with each change.
STATE_VERSION = 1

# The estimators that a model file may name, with their modules. Nothing else is imported.
_ESTIMATORS = {
    "MLPClassifier": "chainrule._mlp_classifier",
    "MLPRegressor": "chainrule._mlp_regressor",
    "Perceptron": "chainrule._perceptron",
    "RBFClassifier": "chainrule._rbf",
    "RBFRegressor": "chainrule._rbf",
    "TableClassifier": "chainrule._table_classifier",
    "TableRegressor": "chainrule._table_regressor",
}


# Parameters that belong to a single run on a single machine; files do not record them.
_NOT_RECORDED = ("callbacks", "n_jobs", "threads", "verbose", "warm_start")


# Options of the command line that are numbers, and parameters of the same name.
_NUMBERS_OF_COMMAND = (
    "batch_size",
    "dropout",
    "epochs",
    "hidden",
    "l2",
    "learning_rate",
    "max_words",
    "min_improvement",
    "patience",
    "seed",
    "validation",
)


class SavesModelFile:
    """A mixin for estimators that are saved as model files.

    By default the inputs are columns of numbers, the network is `_network`, the loss `_loss`, and a classifier has
    `classes_`. Other estimators override `_to_model` and `_from_model`.
    """

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes a model file. After a failure the path holds either the whole old file or the whole new one.

        Raises
        ------
        NotFittedError
        StateError
            For more columns than fit into a file (some 3,500), and for parameters that are not finite.
        DataError
            If the file cannot be written.
        """
        save(self, path)

    def _to_model(self) -> _native.Model:
        return model_of_estimator(self)

    @classmethod
    def _from_model(cls, model: _native.Model, parameters: dict[str, Any]) -> Any:
        return estimator_of_model(cls, model, parameters)


class SavedAsModelFile(SavesModelFile):
    """The same, with pickles that hold plain values in place of the engine's objects."""

    # Attributes that may be engine objects; all others must be picklable.
    _native_state: ClassVar[tuple[str, ...]] = ("_network", "_loss", "_model")

    def __getstate__(self) -> dict[str, Any]:
        attributes = dict(self.__dict__)
        native = {name: attributes.pop(name) for name in self._native_state if attributes.get(name) is not None}
        return {
            "chainrule_state": STATE_VERSION,
            "version": _native.version(),
            "attributes": attributes,
            "native": {name: plain_of(value) for name, value in native.items()},
        }

    def __setstate__(self, state: Any) -> None:
        if not isinstance(state, dict) or "chainrule_state" not in state:
            raise StateError(f"this is not the state of a {type(self).__name__} of chainrule")
        if state["chainrule_state"] != STATE_VERSION:
            raise StateError(
                f"the pickle of this {type(self).__name__} was written by another version of chainrule",
                expected=f"state version {STATE_VERSION} (chainrule {_native.version()})",
                got=f"state version {state['chainrule_state']} (chainrule {state.get('version', '?')})",
                advice="load it with that version and save it as a model file: estimator.save(path)",
            )
        self.__dict__.update(state["attributes"])
        self.__dict__.update({name: native_of(value) for name, value in state["native"].items()})


# --- the engine's objects as plain values ----------------------------------------------------------------------------


def plain_of(value: Any) -> dict[str, Any]:
    """Dicts, lists, numbers and arrays from which native_of rebuilds the object."""
    if isinstance(value, (_native.NetworkFloat32, _native.NetworkFloat64)):
        layers = [dict(layer) for layer in _native.layer_descriptions(value)]
        return {"kind": "network", "layers": layers, "parameters": value.parameters.copy()}
    if isinstance(value, _native.Loss):
        return {
            "kind": "loss",
            "name": value.kind,
            "huber_delta": value.huber_delta,
            "quantile": value.quantile,
            "label_smoothing": value.label_smoothing,
        }
    if isinstance(value, _native.Model):
        return {"kind": "model", "bytes": value.to_bytes()}
    raise StateError(f"a {type(value).__name__} cannot be pickled")


def native_of(plain: Any) -> Any:
    """The reverse of plain_of. StateError or ModelFileError for parts that do not fit together."""
    kind = plain.get("kind") if isinstance(plain, dict) else None
    if kind == "network":
        parameters = np.ascontiguousarray(plain["parameters"])
        is_float32 = parameters.dtype == np.float32
        make: Any = _native.network_float32_of_layers if is_float32 else _native.network_float64_of_layers
        return make(plain["layers"], parameters)
    if kind == "loss":
        return _native.Loss(
            plain["name"],
            huber_delta=plain["huber_delta"],
            quantile=plain["quantile"],
            label_smoothing=plain["label_smoothing"],
        )
    if kind == "model":
        return _native.Model.from_bytes(plain["bytes"], "the pickled model")
    raise StateError("the pickle holds an unknown kind of object", got=repr(kind))


# --- estimators as model files ---------------------------------------------------------------------------------------


def save(estimator: Any, path: str | os.PathLike[str]) -> None:
    """Writes the model file of a fitted estimator of chainrule: the same as estimator.save(path)."""
    if type(estimator).__name__ not in _ESTIMATORS or not type(estimator).__module__.startswith("chainrule."):
        raise UsageError(
            "only estimators of chainrule can be saved as model files",
            expected=", ".join(_ESTIMATORS),
            got=type(estimator).__name__,
            advice="from a Pipeline or a search, save the step that is an estimator of chainrule",
        )
    check_is_fitted(estimator)
    model = estimator._to_model() if hasattr(estimator, "_to_model") else model_of_estimator(estimator)
    model.save(file_path(path))


def load(path: str | os.PathLike[str]) -> Any:
    """The fitted estimator of a model file from Python or the command line.

    A model from the command line becomes a TableClassifier or a TableRegressor. Loading runs no code from the file.

    Raises
    ------
    ModelFileError
        For anything but an intact model file, including pickles.
    """
    path = file_path(path)
    model = _native.Model.load(path)
    options = model.options
    name = options.get("estimator", "")
    if name not in _ESTIMATORS:
        name = "TableRegressor" if model.task == "regression" else "TableClassifier"
    cls = getattr(importlib.import_module(_ESTIMATORS[name]), name)
    if is_classifier(cls()) == (model.task == "regression") or not _is_made_by(name, model):
        raise ModelFileError(
            "the model file names an estimator that does not fit its task and its network",
            where=path,
            expected=f"an estimator for the task {model.task}",
            got=name,
        )
    parameters = _known_parameters(cls, options)
    if "estimator" not in options:
        parameters |= _parameters_of_command(cls, options)
    if hasattr(cls, "_from_model"):
        return cls._from_model(model, parameters)
    return estimator_of_model(cls, model, parameters)


def _is_made_by(name: str, model: _native.Model) -> bool:
    """Whether the estimator of this name makes such a network with such inputs."""
    if name.startswith("Table"):
        return True
    network = model.network
    kinds = [layer["kind"] for layer in network.layers]
    is_sign = network.output_activation == "sign"
    if name == "Perceptron":
        fits = kinds == ["dense"] and is_sign
    elif name.startswith("RBF"):
        fits = kinds == ["rbf", "dense"] and not is_sign
    else:
        fits = kinds[-1] == "dense" and "rbf" not in kinds and not is_sign
    plain = all(column["kind"] == "numeric" and column["scaling"] == "none" for column in model.inputs)
    unscaled = all(column["offset"] == 0 and column["factor"] == 1 for column in model.inputs)
    own_units = set(model.target_offset) <= {0.0} and set(model.target_factor) <= {1.0}
    return fits and plain and unscaled and own_units and not model.quantiles


def recorded_options(estimator: Any) -> list[tuple[str, str]]:
    """The record of an estimator in a model file: its name, the parameters other than defaults, the labels' dtype."""
    defaults = type(estimator)().get_params(deep=False)
    parameters = {
        name: plain_parameter(value)
        for name, value in estimator.get_params(deep=False).items()
        if name not in _NOT_RECORDED and not _is_same(value, defaults[name]) and is_plain_parameter(value)
    }
    options = [("estimator", type(estimator).__name__)]
    if parameters:
        options.append(("parameters", json.dumps(parameters, sort_keys=True)))
    classes = getattr(estimator, "classes_", None)
    if isinstance(classes, np.ndarray):
        options.append(("labels", "str" if classes.dtype.kind in "OU" else classes.dtype.str))
    return options


def _is_same(a: Any, b: Any) -> bool:
    return type(a) is type(b) and bool(np.all(a == b))


def is_plain_parameter(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return all(is_plain_parameter(item) for item in value)
    if isinstance(value, dict):
        return all(isinstance(key, str) and is_plain_parameter(item) for key, item in value.items())
    return value is None or isinstance(value, (bool, int, float, str, np.integer, np.floating))


def plain_parameter(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    return [plain_parameter(item) for item in value] if isinstance(value, (list, tuple)) else value


def _known_parameters(cls: Any, options: dict[str, str]) -> dict[str, Any]:
    """The recorded parameters that this version has."""
    try:
        recorded = json.loads(options.get("parameters", "{}"))
    except (ValueError, RecursionError):
        return {}
    known = cls().get_params(deep=False)
    if not isinstance(recorded, dict):
        return {}
    if hasattr(cls, "_of_former_names"):
        recorded = cls._of_former_names(recorded)
    return {
        name: tuple(value) if isinstance(value, list) and isinstance(known[name], tuple) else value
        for name, value in recorded.items()
        if name in known and name not in _NOT_RECORDED
    }


def _parameters_of_command(cls: Any, options: dict[str, str]) -> dict[str, Any]:
    """The options of the command line that are numbers of an estimator: --batch-size 16 is batch_size=16."""
    parameters: dict[str, Any] = {}
    for option, value in options.items():
        name = option.replace("-", "_")
        if name not in _NUMBERS_OF_COMMAND or name not in cls().get_params(deep=False):
            continue
        for number in (int, float):
            with contextlib.suppress(ValueError):
                parameters.setdefault(name, number(value))
    return parameters


def class_texts(classes: Array) -> list[str]:
    """Labels as tables show them: 3, 2.5, True, setosa, 2024-01-31."""
    if classes.dtype.kind == "M":
        return [str(text).replace("T", " ") for text in np.datetime_as_string(classes, unit="auto")]
    texts = []
    for label in classes.tolist():
        is_whole = isinstance(label, float) and label == int(label) and abs(label) < 1e15
        texts.append(str(int(label)) if is_whole else str(label))
    return texts


def classes_of_texts(texts: list[str], labels: str | None, kind: str = "numeric") -> Array:
    """The reverse; `labels` is the recorded dtype, None for a model of the command line; `kind` that of the column.

    Whole numbers in a column of categories are words: a file or the user says so. Other numbers may be there only
    because the command line keeps the spelling of classes such as 1.10.
    """
    if labels is None and kind == "category" and all(text.lstrip("+-").isdecimal() for text in texts):
        return np.array(texts)
    if labels is None:
        for dtype in (np.int64, np.float64):
            try:
                classes = np.array([dtype(text) for text in texts])
            except ValueError:
                continue
            # 007 and 1.10 are names and no numbers. Version 0.1.0 wrote 1e+05.
            if all(text == own or "e" in text for text, own in zip(texts, class_texts(classes), strict=True)):
                return classes
        return np.array(texts)
    if labels == "str":
        return np.array(texts)
    try:
        dtype_of_labels = np.dtype(labels)
    except TypeError as error:
        raise ModelFileError("the model file names an unknown type of labels", got=repr(labels)) from error
    if dtype_of_labels.kind == "b":
        return np.array([text == "True" for text in texts])
    if dtype_of_labels.kind == "M":
        try:
            return np.array(texts, dtype_of_labels)
        except ValueError as error:
            raise ModelFileError(f"the labels of the model file are not of the type {labels}") from error
    if dtype_of_labels.kind not in "iuf":
        raise ModelFileError("the model file names an unknown type of labels", got=repr(labels))
    number = float if dtype_of_labels.kind == "f" else int
    try:
        return np.array([number(text) for text in texts], dtype_of_labels)
    except (ValueError, OverflowError) as error:
        raise ModelFileError(f"the labels of the model file are not of the type {labels}") from error


def feature_names_of(estimator: Any) -> list[str]:
    names = getattr(estimator, "feature_names_in_", None)
    return default_names(estimator.n_features_in_) if names is None else [str(name) for name in names]


def _unused_name(name: str, taken: list[str]) -> str:
    while name in taken:
        name += "_"
    return name


def model_of_estimator(estimator: Any) -> _native.Model:
    """The model of an estimator whose inputs are columns of numbers."""
    # The user may have replaced an MLP's coefs_: _engine() checks.
    network = estimator._engine() if hasattr(estimator, "_engine") else estimator._network
    names = feature_names_of(estimator)
    target = _unused_name("target", names)
    targets = [target]
    class_names: list[str] = []
    class_values: list[str] = []
    if not is_classifier(estimator):
        task = "regression"
        if network.outputs > 1:
            targets = [_unused_name(f"target_{i + 1}", names) for i in range(network.outputs)]
    else:
        classes = np.asarray(estimator.classes_)
        class_names = class_values = class_texts(classes)
        if str(getattr(getattr(estimator, "_labels", None), "kind", "")) == "multilabel-indicator":
            task = "multi_label"
            targets = class_names = [_unused_name(f"label_{text}", names) for text in class_texts(classes)]
            class_values = ["0", "1"] * len(targets)
        else:
            task = "binary" if network.outputs == 1 else "classes"
            if len(classes) < 2:
                raise StateError("a model file needs two classes", got=f"the class {classes.tolist()}")
    seed = getattr(estimator, "seed", getattr(estimator, "random_state", None))
    return _native.Model.of_network(
        network,
        _loss_of(estimator),
        task=task,
        feature_names=names,
        target_names=targets,
        class_names=class_names,
        class_values=class_values,
        options=recorded_options(estimator),
        seed=int(seed) if isinstance(seed, (int, np.integer)) and seed >= 0 else 0,
        epochs=int(getattr(estimator, "n_iter_", 0) or 0),
        stop_reason=str(getattr(estimator, "stop_reason_", "")),
    )


def _loss_of(estimator: Any) -> _native.Loss:
    if hasattr(estimator, "_loss"):
        return cast(_native.Loss, estimator._loss)
    return _native.Loss(
        estimator._native_loss_name(),
        huber_delta=getattr(estimator, "huber_delta", 1.0),
        quantile=getattr(estimator, "quantile", 0.5),
    )


def estimator_of_model(cls: Any, model: _native.Model, parameters: dict[str, Any]) -> Any:
    """The reverse of model_of_estimator."""
    estimator: BaseEstimator = cls(**parameters)
    fitted = cast(Any, estimator)
    fitted._network = model.network
    fitted._loss = model.loss
    names = list(model.feature_names)
    fitted.n_features_in_ = len(names)
    if names != default_names(len(names)):
        fitted.feature_names_in_ = np.array(names, dtype=object)
    fitted.n_iter_ = model.provenance["epochs"]
    if model.provenance["stop_reason"]:
        fitted.stop_reason_ = model.provenance["stop_reason"]
    if model.task == "multi_label":
        fitted.classes_ = np.arange(len(model.class_names))
    elif model.task != "regression":
        fitted.classes_ = classes_of_texts(model.class_values, model.options.get("labels"))
    if hasattr(fitted, "_engine"):
        _restore_mlp(fitted, model)
    if hasattr(fitted, "_after_load"):
        fitted._after_load(model)
    return fitted


def _restore_mlp(mlp: Any, model: _native.Model) -> None:
    """The attributes of an MLPClassifier or MLPRegressor besides its network. Files hold no optimizer state."""
    network = mlp._network
    dense = [layer for layer in network.layers if layer["kind"] == "dense"]
    rates = [layer["rate"] for layer in network.layers if layer["kind"] == "dropout"]
    mlp._activations = [layer["activation"] for layer in dense[:-1]]
    mlp._dropout = float(rates[0]) if rates else 0.0
    mlp.n_layers_ = len(dense) + 1
    mlp.n_outputs_ = network.outputs
    mlp.out_activation_ = "exp" if model.loss.kind == "poisson" else network.output_activation
    mlp.t_ = 0
    mlp.loss_curve_ = []
    mlp.validation_loss_curve_ = mlp.validation_scores_ = mlp.best_validation_score_ = None
    mlp.best_loss_ = None if mlp.early_stopping else np.inf
    mlp._no_improvement_count = 0
    mlp._best_parameters = None
    if model.task != "regression":
        labels = importlib.import_module("chainrule._labels").Labels
        is_multi_label = model.task == "multi_label"
        mlp._labels = labels(np.eye(len(mlp.classes_), dtype=np.int64) if is_multi_label else mlp.classes_)
    mlp._show(network)
