"""The measures: error and log-loss of classes, NRMSE of numbers, and means over tables.

    error     share of the test rows whose most probable class is not theirs
    log-loss  mean of -ln p over the test rows, p the probability given to the row's class, clipped to [1e-7, 1]
    NRMSE     root of the mean squared error, divided by the standard deviation of the test targets: 1 is what the
              constant prediction of their mean gives; of several targets the mean

Means over tables are geometric, so that each table counts the same whatever its scale: 10 % less on one table makes up
for 10 % more on another. A measure below FLOOR counts as FLOOR, or a table without errors would decide the mean alone.
"""

import csv
import math

CLIP = 1e-7
FLOOR = 1e-3
MEASURES = {"classification": ("error", "log_loss"), "regression": ("nrmse",)}


def read_columns(path, names):
    """The cells of the columns, row by row."""
    with open(path, encoding="utf-8", newline="") as file:
        return [[row[name] for name in names] for row in csv.DictReader(file)]


def of_classes(labels, classes, probabilities):
    """`classes` names the columns of `probabilities`. A label that is no class has probability 0."""
    place = {name: i for i, name in enumerate(classes)}
    wrong, loss = 0, 0.0
    for label, row in zip(labels, probabilities, strict=True):
        if not all(math.isfinite(p) for p in row):
            row = [0.0] * len(row)
        best = max(range(len(row)), key=row.__getitem__)
        wrong += classes[best] != label
        loss -= math.log(min(1.0, max(CLIP, row[place[label]] if label in place else 0.0)))
    return {"error": wrong / len(labels), "log_loss": loss / len(labels)}


def of_numbers(targets, predictions):
    """Both row by row, each row with one number a target."""
    parts = []
    for truth, guess in zip(zip(*targets, strict=True), zip(*predictions, strict=True), strict=True):
        mean = math.fsum(truth) / len(truth)
        spread = math.fsum((t - mean) ** 2 for t in truth)
        wrong = math.fsum((t - g) ** 2 for t, g in zip(truth, guess, strict=True))
        parts.append(math.sqrt(wrong / spread) if math.isfinite(wrong) else math.inf)
    return {"nrmse": sum(parts) / len(parts)}


def score(about, test_file, classes, predictions):
    answers = read_columns(test_file, about["targets"])
    if about["task"] == "classification":
        return of_classes([row[0] for row in answers], classes, predictions)
    return of_numbers([[float(cell) for cell in row] for row in answers], predictions)


def mean(values):
    return math.fsum(values) / len(values)


def geometric_mean(values):
    return math.exp(mean([math.log(max(FLOOR, value)) for value in values])) if values else None
