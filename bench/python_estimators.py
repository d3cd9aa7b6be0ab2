"""chainrule's MLPClassifier beside scikit-learn's: training, one-row predictions, import.

Prints tables. Runs of the two alternate (A B A B ...), so that what else the machine does falls on both; medians.

    OMP_NUM_THREADS=1 python bench/python_estimators.py --rounds 5
"""

from __future__ import annotations

import argparse
import importlib.util
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np


def medians(jobs: dict[str, Callable[[], Any]], rounds: int, repeats: int = 1) -> dict[str, float]:
    """Median seconds of one call of each job, over rounds in turn."""
    seconds: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, job in jobs.items():
            begin = time.perf_counter()
            for _ in range(repeats):
                job()
            seconds[name].append((time.perf_counter() - begin) / repeats)
    return {name: statistics.median(values) for name, values in seconds.items()}


def print_table(title: str, times: dict[str, float], unit: str, factor: float) -> None:
    ours = next(iter(times.values()))
    print(f"{title}\n")
    for name, seconds in times.items():
        ratio = "" if seconds == ours else f"  {seconds / ours:6.2f} x"
        print(f"  {name:<34}{seconds * factor:10.2f} {unit}{ratio}")
    print()


def training(rounds: int, epochs: int) -> None:
    import sklearn.neural_network
    from sklearn.datasets import load_digits

    import chainrule

    x, y = load_digits(return_X_y=True)
    x /= 16
    for dtype in (np.float64, np.float32):
        typed = x.astype(dtype)
        for solver in ("adam", "sgd", "lbfgs"):
            jobs = {}
            for name, module in (("chainrule", chainrule), ("scikit-learn", sklearn.neural_network)):
                model = module.MLPClassifier((100,), solver=solver, max_iter=epochs, tol=0, n_iter_no_change=epochs)
                jobs[name] = lambda model=model, typed=typed: model.set_params(random_state=1).fit(typed, y)
                jobs[name]()
            title = f"digits 64-100-10, {solver}, {epochs} epochs, {np.dtype(dtype).name}"
            print_table(title, medians(jobs, rounds), "ms", 1e3)


def one_row(rounds: int) -> None:
    import sklearn.neural_network
    from sklearn.datasets import load_digits

    import chainrule

    x, y = load_digits(return_X_y=True)
    row = x[:1].copy()
    jobs: dict[str, Callable[[], Any]] = {}
    for name, module in (("chainrule", chainrule), ("scikit-learn", sklearn.neural_network)):
        model = module.MLPClassifier((100,), max_iter=3, random_state=1).fit(x, y)
        jobs[name] = lambda model=model: model.predict_proba(row)
    if importlib.util.find_spec("torch"):
        import torch

        torch.set_num_threads(1)
        network = torch.nn.Sequential(
            torch.nn.Linear(64, 100), torch.nn.ReLU(), torch.nn.Linear(100, 10), torch.nn.Softmax(dim=1)
        ).double()

        def torch_row() -> Any:
            with torch.inference_mode():
                return network(torch.from_numpy(row)).numpy()

        jobs["PyTorch, same network"] = torch_row
    print_table("predict_proba of one row, 64-100-10, float64", medians(jobs, rounds, repeats=500), "us", 1e6)


def imports(rounds: int) -> None:
    codes = {
        "import chainrule": "import chainrule",
        "from chainrule import MLPClassifier": "from chainrule import MLPClassifier",
        "sklearn's MLPClassifier": "from sklearn.neural_network import MLPClassifier",
        "import numpy": "import numpy",
    }
    if importlib.util.find_spec("torch"):
        codes["import torch"] = "import torch"

    def seconds(code: str) -> float:
        """What python -X importtime adds up, without starting Python."""
        run = subprocess.run(
            [sys.executable, "-X", "importtime", "-c", code], capture_output=True, text=True, check=True
        )
        lines = [line.removeprefix("import time:") for line in run.stderr.splitlines() if "|" in line][1:]
        own = [int(line.split("|")[0]) for line in lines if line.split("|")[0].strip().isdigit()]
        return sum(own) / 1e6

    idle = statistics.median(seconds("pass") for _ in range(rounds))
    times: dict[str, list[float]] = {name: [] for name in codes}
    for _ in range(rounds):
        for name, code in codes.items():
            times[name].append(seconds(code) - idle)
    print_table("import, fresh processes", {n: statistics.median(t) for n, t in times.items()}, "ms", 1e3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="runs of each (default 5)")
    parser.add_argument("--epochs", type=int, default=50, help="epochs of a training (default 50)")
    parser.add_argument("--only", choices=["training", "one-row", "import"], help="one of the three tables")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    if arguments.only in (None, "training"):
        training(arguments.rounds, arguments.epochs)
    if arguments.only in (None, "one-row"):
        one_row(max(arguments.rounds, 5))
    if arguments.only in (None, "import"):
        imports(arguments.rounds)


if __name__ == "__main__":
    main()
