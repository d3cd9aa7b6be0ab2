#!/usr/bin/env python3
"""Writes the development tables, split into rows to train on and rows to test on.

    build/tables/venv/bin/python bench/tables/make_tables.py FOLDER [--seeds 5] [--max-train 2000] [--max-test 3000]

For each table and seed: FOLDER/seed-SEED/NAME.train.csv and NAME.test.csv, with a header, "\\n" line ends, an empty
cell where a value is missing, and the targets last. FOLDER/tables.json describes the tables. Of a table with fewer
than 3000 rows 70 % are to train on, otherwise half, but never more than the two limits; classes keep their shares. The
same packages give the same files.
"""

import argparse
import json
import random
from pathlib import Path

import numpy as np
import pandas as pd
from sources import all_tables


def shuffle(items, source):
    """Fisher and Yates, written out so that it does not depend on the version of Python."""
    for last in range(len(items) - 1, 0, -1):
        other = int(source.random() * (last + 1))
        items[last], items[other] = items[other], items[last]


def split(labels, source, share):
    """Indices to train on and to test on: `share` of the rows of each label, in random order."""
    groups = {}
    for index, label in enumerate(labels):
        groups.setdefault(label, []).append(index)
    train, test = [], []
    for label in sorted(groups, key=str):
        group = groups[label]
        shuffle(group, source)
        count = int(len(group) * share + .5)
        train += group[:count]
        test += group[count:]
    shuffle(train, source)
    shuffle(test, source)
    return train, test


def is_numeric(column):
    is_there = column.notna() & (column.astype(str) != "")
    return int(pd.to_numeric(column.replace("", np.nan), errors="coerce").notna().sum()) == int(is_there.sum())


def indices(table, seed, options):
    """The rows of one split. Seed 1 gives the rows on which the default recipe was developed."""
    labels = list(table.frame[table.targets[0]]) if table.task == "classification" else [0] * len(table.frame)
    train, test = split(labels, random.Random(6 + seed), .7 if len(labels) < 3000 else .5)
    return train[:options.max_train], test[:options.max_test]


def describe(table, train, test):
    inputs = [c for c in table.frame.columns if c not in table.targets]
    numeric = [c for c in inputs if is_numeric(table.frame[c])]
    return {"task": table.task, "targets": table.targets, "source": table.source, "train_rows": len(train),
            "test_rows": len(test), "numeric": numeric, "categorical": [c for c in inputs if c not in numeric],
            "classes": int(table.frame[table.targets[0]].nunique()) if table.task == "classification" else 0,
            "missing_cells": int((table.frame[inputs].isna() | (table.frame[inputs].astype(str) == "")).sum().sum())}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--max-train", type=int, default=2000)
    parser.add_argument("--max-test", type=int, default=3000)
    options = parser.parse_args()
    described = {}
    for table in all_tables():
        frame = table.frame.reset_index(drop=True)
        for seed in range(1, options.seeds + 1):
            folder = options.folder / f"seed-{seed}"
            folder.mkdir(parents=True, exist_ok=True)
            train, test = indices(table, seed, options)
            for part, rows in (("train", train), ("test", test)):
                frame.iloc[rows].to_csv(folder / f"{table.name}.{part}.csv", index=False, lineterminator="\n")
        described[table.name] = describe(table, train, test)
    (options.folder / "tables.json").write_text(json.dumps(described, indent=1) + "\n")
    print(f"{len(described)} tables, {options.seeds} splits of each, in {options.folder}")


if __name__ == "__main__":
    main()
