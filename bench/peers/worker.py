"""Shared by the Python workers: options, data, and the protocol of compare.py.

A worker is one process that does one kind of work with one library. It prepares, warms up, and prints a line of JSON
about itself. Then, for each line "SECONDS" on its standard input, it works at least that long and prints the times:
{"microseconds": [per group, the time per step or call]}. Between the lines it waits, while the driver measures other
workers.
"""

import argparse
import json
import os
import sys
import time


def arguments(settings=("default",)):
    parser = argparse.ArgumentParser()
    parser.add_argument("work", choices=("train", "predict"))
    parser.add_argument("--layers", required=True, type=lambda text: [int(n) for n in text.split(",")])
    parser.add_argument("--batch-size", type=int, default=1, help="rows per step (train) or per call (predict)")
    parser.add_argument("--rows", type=int, default=1, help="rows of data (train)")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--optimizer", choices=("gradient_descent", "adam"), default="gradient_descent")
    parser.add_argument("--activation", choices=("relu", "tanh"), default="relu")
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--precision", choices=("float", "bf16"), default="float")
    parser.add_argument("--setting", choices=settings, default=settings[0])
    options = parser.parse_args()
    # OpenMP, OpenBLAS and MKL read these when they are loaded: set them before the first import of numpy.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(options.threads)
    return options


def send(message):
    print(json.dumps(message), flush=True)


def refuse(reason):
    """Reports that the library cannot do this work; the driver leaves the cell empty."""
    send({"refused": reason})
    sys.exit(0)


def random_classes(options):
    """Inputs [rows][inputs] uniform in (-1, 1), float32; the class of a row is the largest of its first inputs."""
    import numpy as np

    rng = np.random.default_rng(1)
    rows = options.rows if options.work == "train" else options.batch_size
    x = rng.uniform(-1, 1, (rows, options.layers[0])).astype(np.float32)
    y = np.argmax(x[:, : options.layers[-1]], axis=1).astype(np.int64)
    return x, y


def calls_a_group(run):
    """The number of calls for which a group lasts at least 2 ms, so that reading the clock costs nothing."""
    start = time.perf_counter()
    run()
    return max(1, int(0.002 / (time.perf_counter() - start)))


def group_times(run, units, calls, seconds):
    """Calls run(), which does `units` steps or calls, for `seconds`; returns microseconds per unit for each group."""
    times = []
    begin = time.perf_counter()
    while not times or time.perf_counter() - begin < seconds:
        start = time.perf_counter()
        for _ in range(calls):
            run()
        times.append((time.perf_counter() - start) / (calls * units) * 1e6)
    return times


def median(values):
    values = sorted(values)
    return values[len(values) // 2]


def serve(name, version, variants):
    """variants: {setting: (run, units)}. The variant that is fastest after a warm-up does the work."""
    settings, calls = {}, {}
    for setting, (run, units) in variants.items():
        run()
        calls[setting] = calls_a_group(run)
        settings[setting] = median(group_times(run, units, calls[setting], 0.3))
    best = min(settings, key=settings.get)
    run, units = variants[best]
    send({"peer": name, "version": version, "setting": best, "settings_microseconds": settings})
    for line in sys.stdin:
        send({"microseconds": group_times(run, units, calls[best], float(line))})
