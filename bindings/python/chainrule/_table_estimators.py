"""The former module of TableClassifier and TableRegressor: old pickles name it."""

from __future__ import annotations

from chainrule._table_classifier import TableClassifier
from chainrule._table_regressor import TableRegressor

__all__ = ["TableClassifier", "TableRegressor"]
