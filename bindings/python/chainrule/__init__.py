"""chainrule: feed-forward neural networks, fast, small, and open to the eye.

Estimators for scikit-learn (which they need): MLPClassifier, MLPRegressor, Perceptron, RBFClassifier, RBFRegressor,
TableClassifier, TableRegressor. The engine, which needs NumPy alone: Network, read_table, explain, graph, gradcheck, lesson.
"""

from __future__ import annotations

import importlib
from typing import Any

from chainrule._errors import DataError, Error, ModelFileError, NonFiniteError, StateError, UsageError

# Where each public name is. It is imported when it is asked for: importing chainrule itself takes milliseconds.
_MODULES: dict[str, str] = {
    "EpochRecord": "chainrule._mlp",
    "MLPClassifier": "chainrule._mlp",
    "MLPRegressor": "chainrule._mlp",
    "Perceptron": "chainrule._perceptron",
    "RBFClassifier": "chainrule._rbf",
    "RBFRegressor": "chainrule._rbf",
    "Table": "chainrule._table",
    "TableClassifier": "chainrule._table_estimators",
    "TableRegressor": "chainrule._table_estimators",
    "load": "chainrule._model_files",
    "read_table": "chainrule._table",
    "save": "chainrule._model_files",
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

__all__ = [
    "DataError",
    "Error",
    "ModelFileError",
    "NonFiniteError",
    "StateError",
    "UsageError",
    "__version__",
    *_MODULES,
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return importlib.import_module("chainrule._native").version()
    if name not in _MODULES:
        raise AttributeError(f"module 'chainrule' has no attribute {name!r}")
    value = getattr(importlib.import_module(_MODULES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
