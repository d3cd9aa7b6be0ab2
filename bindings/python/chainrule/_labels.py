"""Class labels as targets of a network, and back. Requires scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.utils.multiclass import type_of_target, unique_labels

Array = npt.NDArray[Any]


class Labels:
    """Two classes share one output, high for the second class; more have one each; multi-label one per label.

    Attributes
    ----------
    kind : {'binary', 'multiclass', 'multilabel-indicator'}
    classes : ndarray, sorted
    is_sparse : bool
        Whether the multi-label targets were a sparse matrix. If so, predictions are sparse, too.
    """

    def __init__(self, y: Any) -> None:
        kind = type_of_target(y, input_name="y")
        if kind == "multiclass-multioutput":
            raise ValueError(
                "Multioutput target data is not supported: several outputs of several classes each (several "
                "labels that are 0 or 1 are)"
            )
        self.classes: Array = unique_labels(y)
        self.kind = str(kind)
        self.is_sparse = hasattr(y, "tocsr")

    @property
    def outputs(self) -> int:
        is_single = self.kind != "multilabel-indicator" and len(self.classes) <= 2
        return 1 if is_single else len(self.classes)

    def targets(self, y: Any, dtype: Any) -> Array:
        """Zeros and ones [rows][outputs]. All labels must be among the classes."""
        if self.kind == "multilabel-indicator":
            dense = np.asarray(y.toarray() if hasattr(y, "tocsr") else y)
            if dense.ndim != 2 or dense.shape[1] != len(self.classes):
                raise ValueError(
                    f"y has shape {dense.shape}, expected one column for each of {len(self.classes)} labels"
                )
            return np.ascontiguousarray(dense, dtype=dtype)
        values = np.asarray(y)
        if values.ndim != 1:
            raise ValueError(
                f"y has shape {values.shape}, expected one label per row: the model has no multi-label targets"
            )
        if values.dtype.kind == "O":
            values = values.astype(self.classes.dtype)
        places = np.searchsorted(self.classes, values)
        if self.outputs == 1:
            return (places.reshape(-1, 1) if len(self.classes) == 2 else np.zeros((len(places), 1))).astype(dtype)
        targets = np.zeros((len(places), len(self.classes)), dtype)
        targets[np.arange(len(places)), places] = 1
        return targets

    def predictions(self, outputs: Array) -> Any:
        """The labels for probabilities [rows][outputs]."""
        if self.kind == "multilabel-indicator":
            labels: Any = (outputs > 0.5).astype(int)
            if self.is_sparse:
                from scipy.sparse import csr_matrix

                labels = csr_matrix(labels)
            return labels
        if len(self.classes) > 2:
            return self.classes.take(outputs.argmax(axis=1))
        if len(self.classes) == 1:
            return np.repeat(self.classes, len(outputs))
        return self.classes.take(outputs[:, 0] > 0.5)

    def accuracy(self, outputs: Array, targets: Array, weights: Array | None) -> float:
        """The share of rows with the right label (multi-label: with all labels right)."""
        if outputs.shape[1] > 1 and self.kind == "multiclass":
            is_right = outputs.argmax(axis=1) == targets.argmax(axis=1)
        else:
            is_right = ((outputs > 0.5) == (targets > 0.5)).all(axis=1)
        return float(np.average(is_right, weights=weights))
