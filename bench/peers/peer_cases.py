"""The libraries, networks and cases that are compared, and the command line of each case."""

import pathlib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BUILD = ROOT / "build" / "peers"
CHAINRULE = ROOT / "build" / "release" / "bin" / "chainrule"
PYTHON = BUILD / "venv" / "bin" / "python"


def python_worker(name, *more):
    return [PYTHON, HERE / f"{name}_worker.py"], list(more)


def built_worker(name):
    return [BUILD / "bin" / f"{name}_worker"], []


# Name in the tables -> the program of the worker and its own options.
PEERS = {
    "PyTorch": python_worker("torch", "--setting", "eager"),
    "PyTorch, compiled": python_worker("torch", "--setting", "compiled"),
    "JAX": python_worker("jax"),
    "scikit-learn": python_worker("sklearn"),
    "dlib": built_worker("dlib"),
    "FANN": built_worker("fann"),
    "onnxruntime": python_worker("onnxruntime"),
}
PYTORCH = ("PyTorch", "PyTorch, compiled")

NETS = {"2-3-2": 4, "64-64-10": 32, "784-128-10": 128, "784-1024-1024-10": 256, "1024-4096-4096-1000": 512}
MIDDLE = ("64-64-10", "784-128-10")
MATRIX_UNITS = ("784-1024-1024-10", "1024-4096-4096-1000")
WIDTHS = (16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512)
BATCHES = (1, 2, 4, 8, 16, 31, 32, 33, 64, 128, 256, 512, 1024, 2048, 4096)


def case(net, threads=1, work="train", rows=None, **more):
    return {"work": work, "net": net, "batch": rows or NETS[net], "threads": threads, **more}


def all_cases(quick):
    """The most important cases come first: the last ones are skipped when time runs out."""
    if quick:
        return [case(net) for net in list(NETS)[:4]] + [case("64-64-10", work="predict", rows=1)]
    cases = [case(net, threads) for threads in (1, 2) for net in NETS]
    cases += [case(net, work="predict", rows=rows) for net in MIDDLE for rows in (1, 1024)]
    cases += [case(net, threads, precision="bf16") for net in MATRIX_UNITS for threads in (1, 2)]
    cases += [case(net, **change) for net in MIDDLE
              for change in ({"optimizer": "adam"}, {"dropout": 0.2}, {"activation": "tanh"})]
    return cases + [case(net, 2, work="predict", rows=1024) for net in MIDDLE]


def title(c):
    words = [c["net"], f"batch {c['batch']}", f"{c['threads']} thread" + "s" * (c["threads"] > 1)]
    words += [f"{name} {c[name]}" for name in ("optimizer", "activation", "dropout", "precision") if name in c]
    return f"{c['work']} " + ", ".join(words)


def work_options(c):
    """The options that chainrule and the workers share."""
    words = ["--layers", c["net"].replace("-", ","), "--threads", str(c["threads"])]
    for name in ("optimizer", "activation", "dropout", "precision"):
        if name in c:
            words += [f"--{name}", str(c[name])]
    return words


def chainrule_words(c, seconds):
    size = "--batch-size" if c["work"] == "train" else "--rows"
    return [CHAINRULE, "bench", c["work"], *work_options(c), size, str(c["batch"]), "--time", f"{seconds}s", "--json"]


def median(values):
    values = sorted(values)
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


def ratio(result, peer):
    """How many times as long as chainrule the peer takes; None when the peer was not measured."""
    if peer not in result.get("figures", {}):
        return None
    pairs = zip(result["figures"][peer], result["figures"]["chainrule"])
    return median([theirs / ours for theirs, ours in pairs])
