"""The Python package beside scikit-learn and PyTorch: training, predictions of one row, importing. Markdown tables.

    ./dev bench python                  (installs the package beside the libraries of ./dev bench peers)

Runs take turns (A B C A B C ...), so that other load on the machine affects all alike. A time is the median over the
rounds, a ratio the median of the ratios within a round. All use one thread.
"""

from __future__ import annotations

import argparse
import importlib.util
import resource
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

Job = Callable[[], Any]


def clock(job: Job, repeats: int) -> float:
    begin = time.perf_counter()
    for _ in range(repeats):
        job()
    return (time.perf_counter() - begin) / repeats


def child_processor_time(code: str) -> float:
    """Processor time in seconds of a new Python process that runs the code."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def in_turn(measures: dict[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    seconds: dict[str, list[float]] = {name: [] for name in measures}
    for _ in range(rounds):
        for name, measure in measures.items():
            seconds[name].append(measure())
    return seconds


def row(title: str, seconds: dict[str, list[float]], factor: float, digits: int) -> str:
    """A row of times, each with its ratio to the first."""
    first = next(iter(seconds.values()))
    cells = [f"{statistics.median(first) * factor:.{digits}f}"]
    for times in list(seconds.values())[1:]:
        ratio = statistics.median(other / own for own, other in zip(first, times, strict=True))
        cells.append(f"{statistics.median(times) * factor:.{digits}f} ({ratio:.2f} x)")
    return f"| {title} | {' | '.join(cells)} |"


def head(title: str, names: list[str]) -> str:
    return f"| {title} | {' | '.join(names)} |\n|{'---|' * (len(names) + 1)}"


def training(rounds: int, epochs: int) -> None:
    import sklearn.neural_network
    from sklearn.datasets import load_digits

    import chainrule

    x, y = load_digits(return_X_y=True)
    x /= 16
    print(head(f"digits, 64-100-10, {epochs} epochs in batches of 200, ms", ["chainrule", "scikit-learn"]))
    for dtype in (np.float64, np.float32):
        typed = x.astype(dtype)
        for solver in ("adam", "sgd", "lbfgs"):
            measures = {}
            for name, module in (("chainrule", chainrule), ("scikit-learn", sklearn.neural_network)):
                model = module.MLPClassifier((100,), solver=solver, max_iter=epochs, tol=0, n_iter_no_change=epochs)
                job = lambda model=model, typed=typed: model.set_params(random_state=1).fit(typed, y)
                job()
                measures[name] = lambda job=job: clock(job, 1)
            print(row(f"{solver}, {np.dtype(dtype).name}", in_turn(measures, rounds), 1e3, 0), flush=True)
    print()


def one_row(rounds: int) -> None:
    import sklearn.neural_network
    from sklearn.datasets import load_digits

    import chainrule

    x, y = load_digits(return_X_y=True)
    one = x[:1].copy()
    jobs: dict[str, Job] = {}
    for name, module in (("chainrule", chainrule), ("scikit-learn", sklearn.neural_network)):
        model = module.MLPClassifier((100,), max_iter=3, random_state=1).fit(x, y)
        jobs[name] = lambda model=model: model.predict_proba(one)
    if importlib.util.find_spec("torch"):
        import torch

        torch.set_num_threads(1)
        network = torch.nn.Sequential(
            torch.nn.Linear(64, 100), torch.nn.ReLU(), torch.nn.Linear(100, 10), torch.nn.Softmax(dim=1)
        ).double()

        def torch_row() -> Any:
            with torch.inference_mode():
                return network(torch.from_numpy(one)).numpy()

        jobs["PyTorch, the same network"] = torch_row
    measures = {name: lambda job=job: clock(job, 500) for name, job in jobs.items()}
    print(head("one row through 64-100-10, float64, us", list(jobs)))
    print(row("`predict_proba`", in_turn(measures, rounds), 1e6, 1), end="\n\n")


def imports(rounds: int) -> None:
    codes = {
        "`import chainrule`": "import chainrule",
        "`chainrule.MLPClassifier`": "from chainrule import MLPClassifier",
        "`numpy`": "import numpy",
        "scikit-learn's `MLPClassifier`": "from sklearn.neural_network import MLPClassifier",
        "`torch`": "import torch",
    }
    if not importlib.util.find_spec("torch"):
        del codes["`torch`"]
    measures = {name: lambda code=code: child_processor_time(code) for name, code in {"": "pass", **codes}.items()}
    seconds = in_turn(measures, rounds)
    idle = statistics.median(seconds.pop(""))
    print(head("importing in a fresh process, beyond starting Python, ms of processor time", list(codes)))
    cells = [f"{(statistics.median(times) - idle) * 1e3:.0f}" for times in seconds.values()]
    print(f"| | {' | '.join(cells)} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7, help="runs of each (default 7)")
    parser.add_argument("--epochs", type=int, default=50, help="epochs of a training (default 50)")
    parser.add_argument("--only", choices=["training", "one-row", "import"], help="one of the three tables")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    if arguments.only in (None, "training"):
        training(arguments.rounds, arguments.epochs)
    if arguments.only in (None, "one-row"):
        one_row(arguments.rounds)
    if arguments.only in (None, "import"):
        imports(arguments.rounds)


if __name__ == "__main__":
    main()
