#!/usr/bin/env python3
"""Trains one peer on tables and predicts: a process of its own for each fit, started by compare.py.

    peer_worker.py --versions         prints the peers that are installed, as JSON
    peer_worker.py PEER THREADS       reads one request a line, a JSON object, from standard input:
        {"train": FILE, "test": FILE, "about": {...of tables.json}, "seed": N, "seconds": LIMIT, "result": FILE}
      and answers each with a line {"status": "done" | "did not finish" | "failed: ..."}.

The libraries are imported once. Each request is then served by a fork, which ends with it, so that a fit can neither
slow down nor spoil the next one, and its peak memory is its own. Times are those of fit and predict alone, without
imports and without reading files.
"""

import json
import os
import re
import resource
import signal
import sys
import time
import traceback
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from peer_models import PEERS, Job, versions


def read_table(path, about):
    """Inputs and targets as text or numbers; an empty cell is missing, and nothing else is."""
    types = {c: str for c in about["categorical"]}
    if about["task"] == "classification":
        types[about["targets"][0]] = str
    frame = pd.read_csv(path, dtype=types, keep_default_na=False, na_values=[""])
    return frame[about["numeric"] + about["categorical"]].copy(), frame[about["targets"]]


def prepare(train, test, about, inputs):
    """The inputs in the form that a peer takes: see peer_models.py. Everything is learned from the training rows."""
    for c in about["numeric"]:
        train[c], test[c] = train[c].astype(float), test[c].astype(float)
        if inputs == "filled":
            median = 0.0 if train[c].isna().all() else train[c].median()
            train[c], test[c] = train[c].fillna(median), test[c].fillna(median)
    for c in about["categorical"]:
        if inputs == "native":
            known = sorted(train[c].dropna().unique())
            train[c], test[c] = (pd.Categorical(part[c].where(part[c].isin(known)), categories=known)
                                 for part in (train, test))
        else:
            train[c], test[c] = (part[c].fillna("missing").astype(object) for part in (train, test))
        if inputs == "filled":
            train[c], test[c] = train[c].astype("category"), test[c].astype("category")
    return train, test


def clock():
    """Elapsed seconds, and processor seconds of this process and of those it started."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter(), time.process_time() + children.ru_utime + children.ru_stime


def peak_memory():
    return int(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024


def fit(name, threads, request):
    """Trains, predicts, writes the result."""
    about = request["about"]
    train, train_targets = read_table(request["train"], about)
    test, _ = read_table(request["test"], about)
    train, test = prepare(train, test, about, PEERS[name].inputs)
    is_classification = about["task"] == "classification"
    model = PEERS[name].make(Job(is_classification, len(about["targets"]), about["numeric"], about["categorical"],
                                 request["seed"], threads))
    classes = None
    if is_classification:
        classes, answers = np.unique(train_targets.iloc[:, 0].to_numpy(str), return_inverse=True)
    else:
        answers = train_targets.to_numpy(float)
        answers = answers[:, 0] if answers.shape[1] == 1 else answers
    begin = clock()
    model.fit(train, answers)
    trained = clock()
    predictions = model.predict_proba(test) if is_classification else model.predict(test)
    predicted = clock()
    predictions = np.asarray(predictions, float)
    result = {"classes": None if classes is None else classes.tolist(),
              "predictions": predictions.reshape(len(test), -1).tolist(),
              "train_seconds": trained[0] - begin[0], "train_cpu_seconds": trained[1] - begin[1],
              "predict_seconds": predicted[0] - trained[0], "predict_cpu_seconds": predicted[1] - trained[1],
              "memory_mb": peak_memory()}
    Path(request["result"]).write_text(json.dumps(result))


def serve(name, threads, request):
    """The status of one fit, made in a process of its own."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            seconds = int(request["seconds"])
            resource.setrlimit(resource.RLIMIT_CPU, (used_seconds() + seconds, used_seconds() + seconds + 5))
            fit(name, threads, request)
            status = 0
        except BaseException as error:  # noqa: BLE001  whatever happens belongs into the result
            traceback.print_exc()
            Path(request["result"]).write_text(json.dumps({"failed": f"{type(error).__name__}: {error}"[:300]}))
        finally:
            sys.stderr.flush()
            os._exit(status)
    _, code = os.waitpid(child, 0)
    if code == 0:
        return "done"
    if os.WIFSIGNALED(code):
        limits = (signal.SIGXCPU, signal.SIGKILL)
        number = os.WTERMSIG(code)
        return "did not finish" if number in limits else f"failed: {signal.Signals(number).name}"
    return "failed: " + json.loads(Path(request["result"]).read_text())["failed"]


def used_seconds():
    return int(time.process_time()) + 1


def main():
    if sys.argv[1:] == ["--versions"]:
        print(json.dumps(versions()))
        return
    name, threads = sys.argv[1], int(sys.argv[2])
    warnings.filterwarnings("ignore")
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints must not be taken for an answer
    job = Job(True, 1, ["a"], [], 0, threads)
    PEERS[name].make(job)  # imports the library
    for line in sys.stdin:
        status = serve(name, threads, json.loads(line))
        print(json.dumps({"status": status}), file=answers, flush=True)


if __name__ == "__main__":
    main()
