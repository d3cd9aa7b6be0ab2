"""The former module of MLPClassifier and MLPRegressor: old pickles name it."""

from __future__ import annotations

from chainrule._mlp_classifier import MLPClassifier
from chainrule._mlp_regressor import MLPRegressor
from chainrule._mlp_training import EpochRecord

__all__ = ["EpochRecord", "MLPClassifier", "MLPRegressor"]
