#!/usr/bin/env python3
"""Writes tests/golden/metrics.json: 34 small problems and what scikit-learn's metrics say of them.

    pip install scikit-learn && tools/make_metrics_golden.py

The tests read the file and do not need scikit-learn. Numbers have 17 digits, enough for any double. Weights are whole
numbers: a row of weight k counts as k rows.

Names that differ: chainrule's accuracy of several labels is the share of right labels, 1 - hamming_loss; scikit-learn's
accuracy_score is chainrule's exact_match. The balanced accuracy of several labels is the mean over the labels. r2 of a
single row is not defined by scikit-learn and left out. The area under the ROC curve of several classes is the mean over
those that occur. scikit-learn has no calibration error: it is written here from its definition.
"""

import json
import math
import warnings
from pathlib import Path

import numpy as np
from sklearn import metrics as sk

# The numbers of classes and of rows, and what is special.
BINARY = [(1, ""), (2, ""), (7, "weights"), (40, ""), (40, "weights"), (25, "one class"), (25, "all yes"),
          (9, "halves")]
CLASSES = [(3, 1, ""), (3, 8, ""), (4, 50, "weights"), (5, 30, "absent"), (6, 12, "absent"), (3, 60, ""),
           (4, 20, "one class"), (10, 15, "weights")]
LABELS = [(2, 1, ""), (3, 20, ""), (3, 40, "weights"), (4, 30, "all yes"), (2, 25, "absent"), (5, 12, "never")]
MORE_BINARY = [(60, "ties weights"), (30, "certain"), (30, "certain weights")]
MORE_CLASSES = [(4, 60, "ties weights")]
NUMBERS = [(1, 1, ""), (1, 2, ""), (1, 50, ""), (2, 30, "weights"), (3, 40, ""), (1, 20, "constant"),
           (2, 15, "constant met"), (1, 30, "far from 0")]


def weights_for(rows, special, random):
    return random.integers(1, 5, size=rows) if "weights" in special else None


def plain(value):
    """Numbers of NumPy as those of JSON; what is not defined as null."""
    if isinstance(value, (np.ndarray, list)):
        return [plain(one) for one in value]
    number = float(value)
    return number if math.isfinite(number) else None


def of_classes(truth, predicted, weights, classes):
    labels = list(range(classes))
    precision, recall, f1, support = sk.precision_recall_fscore_support(
        truth, predicted, labels=labels, sample_weight=weights, zero_division=0)
    return {
        "accuracy": plain(sk.accuracy_score(truth, predicted, sample_weight=weights)),
        "balanced_accuracy": plain(sk.balanced_accuracy_score(truth, predicted, sample_weight=weights)),
        "macro_f1": plain(sk.f1_score(truth, predicted, average="macro", sample_weight=weights, zero_division=0)),
        "precision": plain(precision), "recall": plain(recall), "f1": plain(f1), "support": plain(support),
        "confusion": plain(sk.confusion_matrix(truth, predicted, labels=labels, sample_weight=weights)),
    }


def calibration_error(truth, p, weights, bins=15):
    """Guo et al., 2017: sum of n_b / n |accuracy - confidence| over the bins ((b - 1)/15, b/15]."""
    weights = np.ones(len(truth)) if weights is None else weights
    predicted = p.argmax(axis=1) if p.shape[1] > 2 else (p[:, 1] >= 0.5).astype(int)
    confidence, right = p.max(axis=1), predicted == truth
    edges = np.arange(1, bins + 1) / bins
    places = np.minimum(np.searchsorted(edges, confidence, side="left"), bins - 1)
    error = 0
    for b in np.unique(places):
        inside = places == b
        share = weights[inside].sum() / weights.sum()
        accuracy = np.average(right[inside], weights=weights[inside])
        error += share * abs(accuracy - np.average(confidence[inside], weights=weights[inside]))
    return error


def of_probabilities(truth, p, weights):
    """p [rows][classes]."""
    count = p.shape[1]
    areas = [sk.roc_auc_score(truth == k, p[:, k], sample_weight=weights)
             for k in (range(count) if count > 2 else [1]) if 0 < (truth == k).sum() < len(truth)]
    expected = {
        "log_loss": plain(sk.log_loss(truth, p, sample_weight=weights, labels=list(range(count)))),
        "brier": plain(sk.brier_score_loss(truth, p if count > 2 else p[:, 1], sample_weight=weights,
                                           labels=list(range(count)))),
        "auc": plain(np.mean(areas)) if areas else None,
        "calibration_error": plain(calibration_error(truth, p, weights)),
    }
    if count == 2:
        has_any = truth.any()
        expected["average_precision"] = (
            plain(sk.average_precision_score(truth, p[:, 1], sample_weight=weights)) if has_any else None)
    return expected


def binary(rows, special, random):
    z = np.round(random.normal(scale=3, size=rows), 3)
    truth = random.integers(2, size=rows)
    if special == "one class":
        truth[:] = 1
    if special == "all yes":
        z = np.abs(z) + 0.1
    if special == "halves":
        z[::2] = 0  # a probability of exactly 1/2 says yes
    if "ties" in special:
        z = np.round(z / 3)
    if "certain" in special:
        z[::3] = -800  # a probability of exactly 0
        z[1::3] = 800  # and one of 1
    weights = weights_for(rows, special, random)
    p = 1 / (1 + np.exp(-z))
    expected = of_classes(truth, (p >= 0.5).astype(int), weights, 2)
    expected |= of_probabilities(truth, np.column_stack([1 - p, p]), weights)
    if "certain" not in special:  # scikit-learn clips
        expected["loss"] = plain(sk.log_loss(truth, p, sample_weight=weights, labels=[0, 1]))
    return {"z": plain(z), "truth": plain(truth), "weights": weights, "expected": expected}


def classes(count, rows, special, random):
    z = np.round(random.normal(scale=2, size=(rows, count)), 3)
    truth = random.integers(count, size=rows)
    if special == "absent":
        truth[truth == 1] = 0  # a class that no row has
        z[:, 2] -= 20  # one that is never predicted
    if special == "one class":
        truth[:] = 2
    if "ties" in special:
        z[rows // 2:] = z[:rows - rows // 2]  # every row twice
    weights = weights_for(rows, special, random)
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    expected = of_classes(truth, p.argmax(axis=1), weights, count)
    expected |= of_probabilities(truth, p, weights)
    expected["loss"] = plain(sk.log_loss(truth, p, sample_weight=weights, labels=list(range(count))))
    return {"classes": count, "z": plain(z), "truth": plain(truth), "weights": weights, "expected": expected}


def labels(count, rows, special, random):
    z = np.round(random.normal(scale=2, size=(rows, count)), 3)
    truth = random.integers(2, size=(rows, count))
    if special == "all yes":
        z = np.abs(z) + 0.1
    if special == "absent":
        truth[:, 1] = 0  # a label that no row has
    if special == "never":
        truth[:, 0] = 0
        z[:, 0] = -3  # and that is never predicted either
    weights = weights_for(rows, special, random)
    p = 1 / (1 + np.exp(-z))
    predicted = (p >= 0.5).astype(int)
    columns = range(count)
    precision, recall, f1, support = sk.precision_recall_fscore_support(
        truth, predicted, labels=list(columns), sample_weight=weights, zero_division=0)
    expected = {
        "accuracy": plain(1 - sk.hamming_loss(truth, predicted, sample_weight=weights)),
        "exact_match": plain(sk.accuracy_score(truth, predicted, sample_weight=weights)),
        "balanced_accuracy": plain(np.mean([
            sk.balanced_accuracy_score(truth[:, j], predicted[:, j], sample_weight=weights) for j in columns])),
        "macro_f1": plain(np.mean([
            sk.f1_score(truth[:, j], predicted[:, j], sample_weight=weights, zero_division=0) for j in columns])),
        "precision": plain(precision), "recall": plain(recall), "f1": plain(f1), "support": plain(support),
        "loss": plain(sum(
            sk.log_loss(truth[:, j], p[:, j], sample_weight=weights, labels=[0, 1]) for j in columns)),
    }
    return {"labels": count, "z": plain(z), "truth": plain(truth), "weights": weights, "expected": expected}


def numbers(count, rows, special, random):
    truth = np.round(random.normal(scale=4, size=(rows, count)), 3)
    predicted = truth + np.round(random.normal(scale=2, size=(rows, count)), 3)
    if special == "constant":
        truth[:] = 2.5
    if special == "constant met":
        truth[:, 0] = predicted[:, 0] = -1.25
    if special == "far from 0":
        truth, predicted = truth + 1e6, predicted + 1e10
    weights = weights_for(rows, special, random)
    each = {"sample_weight": weights, "multioutput": "raw_values"}
    mean = {"sample_weight": weights}
    expected = {
        "rmse": plain(sk.root_mean_squared_error(truth, predicted, **mean)),
        "mae": plain(sk.mean_absolute_error(truth, predicted, **mean)),
        "r2": plain(sk.r2_score(truth, predicted, **mean)),
        "rmse_per_target": plain(sk.root_mean_squared_error(truth, predicted, **each)),
        "mae_per_target": plain(sk.mean_absolute_error(truth, predicted, **each)),
        "r2_per_target": plain(sk.r2_score(truth, predicted, **each)) if rows > 1 else [None] * count,
        "losses": {
            "mean_squared_error": plain(sk.mean_squared_error(truth, predicted, **mean)),
            "mean_absolute_error": plain(sk.mean_absolute_error(truth, predicted, **mean)),
            "quantile": plain(sk.mean_pinball_loss(truth, predicted, alpha=0.8, **mean)),
        },
    }
    return {"targets": count, "predicted": plain(predicted), "truth": plain(truth), "weights": weights,
            "expected": expected}


def main():
    random = np.random.default_rng(20261130)
    problems = []
    for task, make, cases in (("binary", binary, BINARY), ("classes", classes, CLASSES),
                              ("multi_label", labels, LABELS), ("regression", numbers, NUMBERS),
                              ("binary", binary, MORE_BINARY), ("classes", classes, MORE_CLASSES)):
        for case in cases:
            problem = make(*case, random)
            weights = problem["weights"]
            problem["weights"] = None if weights is None else [int(weight) for weight in weights]
            problems.append({"task": task, "special": case[-1], **problem})
    assert len(problems) == 34
    path = Path(__file__).resolve().parent.parent / "tests/golden/metrics.json"
    lines = ",\n".join(json.dumps(problem) for problem in problems)
    path.write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # of classes that do not occur and of r2 of one row
    main()
