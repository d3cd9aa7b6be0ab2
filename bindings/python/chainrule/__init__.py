"""chainrule: feed-forward neural networks, fast and small, with every calculation on view.

Estimators in scikit-learn's style, which require it: MLPClassifier, MLPRegressor, Perceptron, RBFClassifier,
RBFRegressor, TableClassifier, TableRegressor, and cross_validate and tune for tables. The engine requires NumPy alone:
Network, Trainer, read_table, explain, graph, gradcheck, lesson.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from typing import Any

from chainrule._errors import DataError, Error, ModelFileError, NonFiniteError, StateError, UsageError

# The module of each public name, imported on first use: importing chainrule itself takes milliseconds.
_MODULES: dict[str, str] = {
    "EpochRecord": "chainrule._mlp_training",
    "MLPClassifier": "chainrule._mlp_classifier",
    "MLPRegressor": "chainrule._mlp_regressor",
    "Perceptron": "chainrule._perceptron",
    "RBFClassifier": "chainrule._rbf",
    "RBFRegressor": "chainrule._rbf",
    "Table": "chainrule._table",
    "TableClassifier": "chainrule._table_classifier",
    "TableRegressor": "chainrule._table_regressor",
    "cross_validate": "chainrule._resampling",
    "load": "chainrule._model_files",
    "read_table": "chainrule._table",
    "save": "chainrule._model_files",
    "tune": "chainrule._resampling",
    "Loss": "chainrule._native",
    "Network": "chainrule._network",
    "Optimizer": "chainrule._native",
    "ProgressBar": "chainrule._plots",
    "StepResult": "chainrule._network",
    "Trainer": "chainrule._network",
    "explain": "chainrule._teach",
    "gradcheck": "chainrule._teach",
    "graph": "chainrule._teach",
    "lesson": "chainrule._teach",
    "lessons": "chainrule._teach",
    "plot_decision_regions": "chainrule._plots",
    "plot_loss": "chainrule._plots",
}

# The modules that require scikit-learn. find_spec does not import it.
_NEED_SKLEARN = {
    f"chainrule.{name}"
    for name in (
        "_mlp_classifier",
        "_mlp_regressor",
        "_mlp_training",
        "_model_files",
        "_perceptron",
        "_rbf",
        "_resampling",
        "_table_classifier",
        "_table_regressor",
    )
}
_HAS_SKLEARN = importlib.util.find_spec("sklearn") is not None

__all__ = [
    "DataError",
    "Error",
    "ModelFileError",
    "NonFiniteError",
    "StateError",
    "UsageError",
    "__version__",
    *(name for name, module in _MODULES.items() if _HAS_SKLEARN or module not in _NEED_SKLEARN),
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return importlib.import_module("chainrule._native").version()
    if name not in _MODULES:
        raise AttributeError(f"module 'chainrule' has no attribute {name!r}")
    try:
        module = importlib.import_module(_MODULES[name])
    except ImportError as error:
        # hasattr needs an AttributeError. `from chainrule import name` would hide its text, so it gets the ImportError,
        # which says what to install.
        if _MODULES[name] not in _NEED_SKLEARN or sys._getframe(1).f_globals.get("__name__") == "importlib._bootstrap":
            raise
        raise AttributeError(f"chainrule.{name} is not available: {error}") from error
    value = getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
