#!/usr/bin/env python3
"""Measures chainrule side by side with other libraries and writes docs/performance.md.

    bench/peers/compare.py [--quick] [--render RAW.json] [--minutes N] [--only PATTERN] [--again PATTERN]

Everything is measured in one run, because a machine that is shared, warm or throttled changes from hour to hour:
quote the ratios. Each library works in a process of its own, pinned to as many cores as it has threads, and all of them
stand ready before the first is measured. Then they take turns, chainrule first, round after round (A B C A B C ...),
so that whatever else the machine does meets all of them. A figure is the median over the rounds of the medians of
a round; a ratio is the median over the rounds of the ratio within a round.

The raw figures are written to build/peers/performance.json, and the page is made from them alone (--render makes it
again). In the page, what stands between "<!-- by hand: NAME -->" and "<!-- end -->" is kept from run to run.
--quick takes about three minutes and writes its page to build/peers/performance-quick.md instead.
"""

import argparse
import datetime
import json
import os
import pathlib
import re
import select
import string
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BUILD = ROOT / "build" / "peers"
PAGE = ROOT / "docs" / "performance.md"
TEMPLATE = HERE / "performance.md.in"
CHAINRULE = ROOT / "build" / "release" / "bin" / "chainrule"
PYTHON = BUILD / "venv" / "bin" / "python"


def python_worker(name, *more):
    return [PYTHON, HERE / f"{name}_worker.py"], list(more)


def built_worker(name):
    return [BUILD / "bin" / f"{name}_worker"], []


# Name in the tables -> the process, and what it is given besides the work.
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
# From one size to the next larger one, the time of a multiply-add may not rise by more than this.
CLIFF = 1.5


# --- cases ---------------------------------------------------------------------------------------------------------


def case(net, threads=1, work="train", rows=None, **more):
    return {"work": work, "net": net, "batch": rows or NETS[net], "threads": threads, **more}


def all_cases(quick):
    """What matters most comes first: the end is left out when the time is up."""
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
    """The same words for chainrule and for the workers."""
    words = ["--layers", c["net"].replace("-", ","), "--threads", str(c["threads"])]
    for name in ("optimizer", "activation", "dropout", "precision"):
        if name in c:
            words += [f"--{name}", str(c[name])]
    return words


def chainrule_words(c, seconds):
    size = "--batch-size" if c["work"] == "train" else "--rows"
    return [CHAINRULE, "bench", c["work"], *work_options(c), size, str(c["batch"]), "--time", f"{seconds}s", "--json"]


# --- processes -----------------------------------------------------------------------------------------------------


def cores():
    """The processors this may use, one of each physical core first, and the last ones first: 0 serves interrupts."""
    found = sorted(os.sched_getaffinity(0), reverse=True)

    def siblings(cpu):
        path = pathlib.Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
        return path.read_text() if path.exists() else str(cpu)

    firsts = {}
    for cpu in found:
        firsts.setdefault(siblings(cpu), cpu)
    return list(firsts.values()) + [cpu for cpu in found if cpu not in firsts.values()]


def pinned(threads):
    return ["taskset", "-c", ",".join(str(cpu) for cpu in sorted(cores()[:threads]))]


def environment(threads):
    counts = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), str(threads))
    return {**os.environ, **counts, "TORCHINDUCTOR_CACHE_DIR": str(BUILD / "inductor"), "PYTHONPATH": str(HERE)}


def peak_memory(pid):
    """MB that the process has had in memory at most; 0 when it is gone."""
    try:
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0


class Worker:
    """A library at work. `refused` says why it does not; then it must not be asked."""

    def __init__(self, name, c, data_rows):
        program, more = PEERS[name]
        self.refused = ""
        if not all(pathlib.Path(part).exists() for part in program):
            self.refused = "not installed: bench/peers/setup.sh"
            return
        words = [c["work"], *work_options(c), "--batch-size", str(c["batch"]), "--rows", str(data_rows), *more]
        with open(BUILD / "workers.log", "a") as log:
            self.process = subprocess.Popen(
                [str(word) for word in [*pinned(c["threads"]), *program, *words]], stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=log, text=True, env=environment(c["threads"]))
        hello = self.read(300)
        self.refused = hello.get("refused", "")
        self.about = hello
        if self.refused:
            self.close()

    def read(self, seconds):
        ready, _, _ = select.select([self.process.stdout], [], [], seconds)
        line = self.process.stdout.readline() if ready else ""
        if not line:
            self.process.kill()
            return {"refused": "did not answer" if not ready else "ended: see build/peers/workers.log"}
        return json.loads(line)

    def measure(self, seconds):
        """Microseconds a step or call; None, and `refused` says why, when the process is no more."""
        try:
            self.process.stdin.write(f"{seconds}\n")
            self.process.stdin.flush()
            answer = self.read(300)
        except OSError as error:
            answer = {"refused": f"ended: {error}"}
        self.refused = answer.get("refused", "")
        return None if self.refused else median(answer["microseconds"])

    def close(self):
        try:
            self.process.stdin.close()
            self.process.wait(20)
        except (OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()


def chainrule_json(words, threads, watch_memory=False):
    """What chainrule prints, or None when it does not know the words. With "memory_mb" when it is watched."""
    process = subprocess.Popen([str(word) for word in [*pinned(threads), *words]], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    memory = 0
    while watch_memory and process.poll() is None:
        memory = max(memory, peak_memory(process.pid))
        time.sleep(0.01)
    out, err = process.communicate()
    if process.returncode == 2:
        return None
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, words[1:]))}: {err.strip()}")
    return {**json.loads(out), **({"memory_mb": memory} if watch_memory else {})}


def median(values):
    values = sorted(values)
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


# --- measuring -----------------------------------------------------------------------------------------------------


def say(text):
    print(f"{datetime.datetime.now():%H:%M:%S} {text}", file=sys.stderr, flush=True)


def measure_case(c, rounds, seconds):
    """{"figures": {name: [microseconds a round]}, ...}, or {"skipped": why}."""
    say(title(c))
    first = chainrule_json(chainrule_words(c, 0.05), c["threads"])
    if first is None:
        return {**c, "skipped": "this chainrule does not know it"}
    if first.get("precision") != c.get("precision", first.get("precision")):
        return {**c, "skipped": "this processor has no matrix unit for it"}
    workers, refused = {}, {}
    for name in PEERS:
        worker = Worker(name, c, first.get("data_rows", c["batch"]))
        if worker.refused:
            refused[name] = worker.refused
        else:
            workers[name] = worker
    unit = "microseconds_per_step" if c["work"] == "train" else "microseconds_per_call"
    figures = {name: [] for name in ["chainrule", *workers]}
    shares, peaks = [], []
    for turn in range(rounds):
        # The peers start at another place each round; chainrule is measured beside each of them within seconds.
        order = list(workers)
        order = order[turn % max(1, len(order)):] + order[:turn % max(1, len(order))]
        ours = chainrule_json(chainrule_words(c, seconds), c["threads"])
        figures["chainrule"].append(ours[unit])
        if ours["peak_share"] is not None:
            shares.append(ours["peak_share"])
            peaks.append(ours["peak_gflops_per_second"])
        for name in order:
            time_taken = workers[name].measure(seconds)
            if time_taken is None:
                refused[name] = workers[name].refused
                workers.pop(name).close()
                figures.pop(name)
            else:
                figures[name].append(time_taken)
    about = {name: worker.about for name, worker in workers.items()}
    memory = {name: peak_memory(worker.process.pid) for name, worker in workers.items()}
    for worker in workers.values():
        worker.close()
    return {**c, "figures": figures, "refused": refused, "about": about, "memory_mb": memory, "flops": first["flops"],
            "peak_share": median(shares) if shares else None, "peak_gflops": max(peaks) if peaks else None}


def ratio(result, peer):
    """How many times as fast as the peer chainrule is; None when the peer was not measured."""
    if peer not in result.get("figures", {}):
        return None
    pairs = zip(result["figures"][peer], result["figures"]["chainrule"])
    return median([theirs / ours for theirs, ours in pairs])


def measure_sweep(kind, sizes, seconds, passes):
    """Time of a multiply-add by width or by batch, the best of some passes: [(size, ns)]."""
    say(f"sweep over {kind}")
    best = {}
    for _ in range(passes):
        for size in sizes:
            net, batch = (f"{size}-{size}-10", 32) if kind == "width" else ("64-64-10", size)
            ours = chainrule_json(chainrule_words(case(net, rows=batch), seconds), 1)
            nanoseconds = ours["microseconds_per_step"] * 1e3 / (ours["flops"] / 2)
            best[size] = min(best.get(size, nanoseconds), nanoseconds)
    return [[size, best[size]] for size in sizes]


START_UPS = {
    "chainrule --version": [CHAINRULE, "--version"],
    "python -c pass": [PYTHON, "-c", "pass"],
    "python -c 'import onnxruntime'": [PYTHON, "-c", "import onnxruntime"],
    "python -c 'import jax'": [PYTHON, "-c", "import jax"],
    "python -c 'import sklearn.neural_network'": [PYTHON, "-c", "import sklearn.neural_network"],
    "python -c 'import torch'": [PYTHON, "-c", "import torch"],
}


def measure_start_ups(turns):
    say("start-up")
    times = {}
    for turn in range(turns + 1):
        for name, words in START_UPS.items():
            if not pathlib.Path(words[0]).exists():
                continue
            start = time.perf_counter()
            process = os.posix_spawn(str(words[0]), [str(word) for word in words], os.environ,
                                     file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0),
                                                   (os.POSIX_SPAWN_OPEN, 2, "/dev/null", os.O_WRONLY, 0)])
            failed = os.waitpid(process, 0)[1] != 0
            # The first turn brings the files into memory.
            if turn > 0 and not failed:
                times.setdefault(name, []).append((time.perf_counter() - start) * 1e3)
    return times


def output_of(*words):
    try:
        return subprocess.run(words, capture_output=True, text=True, cwd=ROOT, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def describe_machine():
    cpuinfo = pathlib.Path("/proc/cpuinfo").read_text()
    model = re.search(r"model name\s*:\s*(.*)", cpuinfo)
    flags = set((re.search(r"^flags\s*:\s*(.*)", cpuinfo, re.M) or ["", ""])[1].split())
    memory = re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text())
    caches = []
    for index in sorted(pathlib.Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        parts = {name: (index / name).read_text().strip() for name in ("level", "type", "size")}
        if parts["type"] != "Instruction":
            caches.append(f"L{parts['level']} {parts['size']}")
    interesting = ("avx2", "fma", "avx512f", "avx512_bf16", "amx_bf16")
    return {"model": model[1] if model else "unknown", "processors": len(os.sched_getaffinity(0)),
            "flags": [flag for flag in interesting if flag in flags], "caches": caches,
            "memory_gib": round(int(memory[1]) / 2**20) if memory else 0,
            "kernel": ".".join(os.uname().release.split(".")[:2]), "load": os.getloadavg()[0]}


def measure(options):
    begin = time.monotonic()
    machine = describe_machine()
    if machine["load"] > 0.5 * machine["processors"]:
        say(f"the machine is busy (load {machine['load']:.1f}): figures will be noisy")
    most = machine["processors"]
    cases = all_cases(options.quick)
    pattern = options.only or options.again
    if pattern:
        cases = [c for c in cases if re.search(pattern, title(c))]
        say(f"{len(cases)} cases: " + "; ".join(title(c) for c in cases))
    raw = {
        "date": f"{datetime.date.today()}",
        "quick": options.quick,
        "machine": machine,
        "commit": output_of("git", "describe", "--always", "--dirty"),
        "chainrule": output_of(str(CHAINRULE), "--version"),
        "compiler": output_of("c++", "--version").split("\n")[0],
        "speeds": {str(n): chainrule_json([CHAINRULE, "bench", "machine", "--threads", str(n), "--json"], n)
                   for n in (1, 2) if n <= most},
        "cases": [],
    }
    rounds, seconds = (3, 0.15) if options.quick else (5, 0.3)
    heavy_rounds = 3
    for c in cases:
        if c["threads"] > most:
            raw["cases"].append({**c, "skipped": f"the machine has {most} processor"})
        elif time.monotonic() - begin > options.minutes * 60:
            raw["cases"].append({**c, "skipped": "the time was up (--minutes)"})
        else:
            is_heavy = c["net"] == "1024-4096-4096-1000"
            try:
                raw["cases"].append(measure_case(c, heavy_rounds if is_heavy else rounds, seconds))
            except RuntimeError as error:
                say(f"chainrule failed: {error}")
                raw["cases"].append({**c, "skipped": "chainrule failed"})
    if not pattern:
        seconds, passes = (0.05, 2) if options.quick else (0.15, 3)
        raw["sweeps"] = {"width": measure_sweep("width", WIDTHS, seconds, passes),
                         "batch": measure_sweep("batch", BATCHES, seconds, passes)}
        raw["start_ups"] = measure_start_ups(3 if options.quick else 11)
        ours = chainrule_json(chainrule_words(case("64-64-10"), 0.5), 1, watch_memory=True)
        raw["memory_mb"] = {"chainrule": ours["memory_mb"]}
        for result in raw["cases"]:
            if "figures" in result and title(result) == title(case("64-64-10")):
                raw["memory_mb"].update(result["memory_mb"])
    raw["minutes"] = (time.monotonic() - begin) / 60
    return raw


# --- the page ------------------------------------------------------------------------------------------------------


def number(value, digits=3):
    if value is None:
        return "-"
    text = f"{value:.{digits}g}"
    return f"{float(text):,.0f}" if "e" in text or abs(value) >= 10**digits else text


def table(head, rows):
    if not rows:
        return "Not measured in this run."
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def pick(raw, c):
    for result in raw["cases"]:
        if title(result) == title(c):
            return result
    return {}


def ratio_table(raw, results):
    """chainrule's time and share of the peak, then how many times as long each peer takes."""
    names = [name for name in PEERS if any(name in result.get("figures", {}) for result in results)]
    rows = []
    for result in results:
        label = title(result).split(" ", 1)[1]
        if "figures" not in result:
            rows.append([label, f"not measured: {result['skipped']}"] + ["-"] * (2 + len(names)))
            continue
        ours = median(result["figures"]["chainrule"])
        share = result["peak_share"]
        rows.append([label, number(result["batch"] / ours * 1e6), number(ours),
                     "-" if share is None else f"{number(share * 100, 2)} %"] +
                    ["-" if ratio(result, name) is None else f"{number(ratio(result, name))} x" for name in names])
    unit = "step" if results and results[0]["work"] == "train" else "call"
    return table(["", "chainrule, rows/s", f"µs a {unit}", "of the peak", *names], rows)


def least_bytes(net, rows):
    """What a step of gradient descent must move when only parameters and inputs are too big for the fastest cache:
    the weights once for the forward pass, once for the gradient of the inputs (not in the first layer), once read
    and once written by the update; the rows once for forward and once for the gradient of the weights."""
    sizes = [int(n) for n in net.split("-")]
    weights = [a * b for a, b in zip(sizes, sizes[1:])]
    return 4 * (3 * sum(weights) + sum(weights[1:]) + 2 * rows * sizes[0])


def roofline_table(raw):
    rows = []
    for net, batch in NETS.items():
        result = pick(raw, case(net))
        if "figures" not in result or not result["peak_gflops"]:
            continue
        reads = raw["speeds"]["1"]["reads"]
        kibibytes = 4 * sum(a * b for a, b in zip(*[[int(n) for n in net.split("-")][i:] for i in (0, 1)])) / 1024
        fits = next((r for r in reads if r["kibibytes_per_thread"] >= kibibytes), reads[-1])
        compute = result["flops"] / result["peak_gflops"] * 1e-3
        move = least_bytes(net, batch) / fits["gigabytes_per_second"] * 1e-3
        ours = median(result["figures"]["chainrule"])
        rows.append([f"{net}, batch {batch}", number(result["flops"] * 1e-6), number(compute),
                     number(least_bytes(net, batch) / 1024), f"{number(fits['gigabytes_per_second'])}", number(move),
                     number(ours), f"{number(ours / max(compute, move))} x"])
    return table(["one thread", "Mflop a step", "at the peak, µs", "KiB to move", "at GB/s", "that is µs",
                  "measured µs", "over the roof"], rows)


def best_ratio(raw, c, peers):
    """chainrule against the fastest of the peers, and who that is."""
    result = pick(raw, c)
    found = [(ratio(result, peer), peer) for peer in peers if ratio(result, peer) is not None]
    return min(found) if found else (None, "")


def aims(raw):
    """[(aim, figure, verdict)]"""
    rows = []

    def add(text, figure, met, unit=""):
        verdict = "not measured" if figure is None else "met" if met(figure) else "**missed**"
        rows.append([text, "-" if figure is None else f"{number(figure)}{unit}", verdict])

    def at_least(net, peers, least, threads=1, **more):
        peers = (peers,) if isinstance(peers, str) else peers
        value, name = best_ratio(raw, case(net, threads, **more), peers)
        label = f"{net}: {least} x {peers[0]}" + (", 2 threads" if threads == 2 else "")
        add(label + (f" ({name})" if name and len(peers) > 1 else ""), value, lambda v: v >= least, " x")

    def share(net, least):
        value = pick(raw, case(net)).get("peak_share")
        add(f"{net}: {least * 100:.0f} % of the peak", None if value is None else value * 100,
            lambda v: v >= least * 100, " %")

    def low_precision(net, least):
        # Against PyTorch in float: what changing the word in the command gains.
        ours, theirs = pick(raw, case(net, precision="bf16")), pick(raw, case(net))
        value = None
        if "figures" in ours and "figures" in theirs:
            value = min(median(theirs["figures"][name]) / median(ours["figures"]["chainrule"])
                        for name in PYTORCH if name in theirs["figures"])
        add(f"{net}: bfloat16 on matrix units, {least} x PyTorch in float", value, lambda v: v >= least, " x")

    at_least("2-3-2", "FANN", 5)
    at_least("64-64-10", "dlib", 8)
    at_least("64-64-10", PYTORCH, 25)
    at_least("64-64-10", "scikit-learn", 25)
    share("64-64-10", 0.60)
    at_least("784-128-10", PYTORCH, 2.4)
    at_least("784-128-10", PYTORCH, 3.4, threads=2)
    share("784-128-10", 0.65)
    at_least("784-1024-1024-10", PYTORCH, 1.35)
    low_precision("784-1024-1024-10", 5)
    at_least("1024-4096-4096-1000", PYTORCH, 1.2)
    low_precision("1024-4096-4096-1000", 4.2)
    for net, most in (("64-64-10", 0.18), ("784-128-10", 3.2)):
        one_row = case(net, work="predict", rows=1)
        result = pick(raw, one_row)
        if "avx512f" in raw["machine"]["flags"]:
            ours = median(result["figures"]["chainrule"]) if "figures" in result else None
            add(f"{net}, one row: at most {most} µs with AVX-512", ours, lambda v, m=most: v <= m, " µs")
        value, name = best_ratio(raw, one_row, PEERS)
        add(f"{net}, one row: ahead of every peer" + (f" (nearest: {name})" if name else ""), value, lambda v: v >= 1,
            " x")
    for kind, rises in worst_rises(raw).items():
        add(f"No cliff over {kind}: at most {CLIFF} x from one size to the next", rises[0], lambda v: v <= CLIFF, " x")
    return rows


def worst_rises(raw):
    """{kind: (largest rise of the time of a multiply-add to the next size, that size)}"""
    found = {}
    for kind, points in raw.get("sweeps", {}).items():
        found[kind] = max((after[1] / before[1], after[0]) for before, after in zip(points, points[1:]))
    return found


def sweep_table(raw, kind):
    points = raw.get("sweeps", {}).get(kind, [])
    rises = [None] + [after[1] / before[1] for before, after in zip(points, points[1:])]
    return table([kind, "ps a multiply-add", "against the size before"],
                 [[str(size), number(ns * 1e3), "-" if rise is None else f"{number(rise)} x"]
                  for (size, ns), rise in zip(points, rises)])


def sweep_verdict(raw):
    return " ".join(f"The steepest rise over {kind} is {number(rise)} x, at {size}: "
                    + ("no cliff." if rise <= CLIFF else "**a cliff**.")
                    for kind, (rise, size) in worst_rises(raw).items())


def versions(raw):
    """{peer: version and setting} of all that took part."""
    found = {}
    for result in raw["cases"]:
        for name, about in result.get("about", {}).items():
            found.setdefault(name, (about["version"], set()))[1].add(f"{result['work']}: {about['setting']}")
    return found


def put_into(raw, again, pattern):
    """The figures of the run before, with those cases that were measured again in their places."""
    anew = {title(result): result for result in again["cases"]}
    raw["cases"] = [anew.get(title(result), result) for result in raw["cases"]]
    # A second time with the same pattern replaces all that the first gave.
    raw["again"] = [run for run in raw.get("again", []) if run["pattern"] != pattern]
    raw["again"].append({"date": again["date"], "commit": again["commit"], "pattern": pattern,
                                        "cases": len(anew), "load": again["machine"]["load"]})
    return raw


def again_text(raw):
    return "".join(f"\n- Measured again on {run['date']} (commit {run['commit']}, load {number(run['load'], 2)}): the "
                   f"{run['cases']} cases that match `{run['pattern']}`." for run in raw.get("again", []))


def kept_by_hand(page):
    return dict(re.findall(r"<!-- by hand: ([\w ]+) -->\n(.*?)<!-- end -->", page, re.S))


def render(raw, page):
    """Writes the page; what was written by hand in the one that is there stays."""
    machine, threads = raw["machine"], raw["speeds"]
    training = [r for r in raw["cases"] if r["work"] == "train"]
    plain = [r for r in training if not {"optimizer", "activation", "dropout", "precision"} & set(r)]
    text = string.Template(TEMPLATE.read_text()).substitute(
        date=raw["date"],
        commit=raw["commit"],
        machine=f"{machine['model']}, {machine['processors']} processors, {' '.join(machine['flags'])}, "
                f"{', '.join(machine['caches'])}, {machine['memory_gib']} GiB, Linux {machine['kernel']}",
        load=number(machine["load"], 2),
        minutes=number(raw["minutes"], 2),
        again=again_text(raw),
        chainrule=f"{raw['chainrule']} ({threads['1']['vector']}), built by {raw['compiler']}",
        speeds=table(["threads", "peak, GFLOP/s in float"] + [f"GB/s from {r['kibibytes_per_thread']} KiB a thread"
                                                              for r in threads["1"]["reads"]],
                     [[n, number(s["peak_gflops_per_second"])] + [number(r["gigabytes_per_second"]) for r in s["reads"]]
                      for n, s in threads.items()]),
        versions=table(["library", "version", "how"],
                       [[name, version, "; ".join(sorted(settings))]
                        for name, (version, settings) in sorted(versions(raw).items())]),
        aims=table(["aim", "measured", ""], aims(raw)),
        one_thread=ratio_table(raw, [r for r in plain if r["threads"] == 1]),
        two_threads=ratio_table(raw, [r for r in plain if r["threads"] == 2]),
        others=ratio_table(raw, [r for r in training if r not in plain and "precision" not in r]),
        bfloat16=ratio_table(raw, [r for r in training if "precision" in r]),
        prediction=ratio_table(raw, [r for r in raw["cases"] if r["work"] == "predict"]),
        roofline=roofline_table(raw),
        widths=sweep_table(raw, "width"),
        batches=sweep_table(raw, "batch"),
        sweep_verdict=sweep_verdict(raw),
        start_up=table(["process", "ms"], [[f"`{name}`", number(median(times))]
                                           for name, times in raw.get("start_ups", {}).items()]),
        memory=table(["training 64-64-10", "MB"],
                     [[name, number(mb)] for name, mb in raw.get("memory_mb", {}).items()]),
    )
    written = kept_by_hand(page.read_text()) if page.exists() else {}
    for name, words in written.items():
        if f"<!-- by hand: {name} -->" not in text:
            sys.exit(f"compare: {TEMPLATE.name} has no place for the part by hand '{name}' of {page.name}; "
                     "nothing is written")
        text = re.sub(rf"(<!-- by hand: {name} -->\n).*?(<!-- end -->)", lambda m: m[1] + words + m[2], text,
                      flags=re.S)
    page.write_text(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="about three minutes; does not touch docs/performance.md")
    parser.add_argument("--minutes", type=float, help="no case is begun after so many (20; with --quick 3)")
    parser.add_argument("--only", default="", metavar="PATTERN", help="cases whose title matches the regular expression; "
                        "prints them, writes no page")
    parser.add_argument("--again", default="", metavar="PATTERN", help="measures such cases again and puts them into the "
                        "figures and the page of the last run")
    parser.add_argument("--render", type=pathlib.Path, metavar="FILE", help="make the page from raw figures again")
    options = parser.parse_args()
    options.minutes = options.minutes or (3 if options.quick else 20)
    if options.render:
        render(json.loads(options.render.read_text()), PAGE)
        return
    if not CHAINRULE.exists():
        sys.exit("compare: build/release/bin/chainrule is missing: run make")
    BUILD.mkdir(parents=True, exist_ok=True)
    raw = measure(options)
    if options.only:
        print(ratio_table(raw, raw["cases"]))
        return
    name = "performance-quick" if options.quick else "performance"
    if options.again:
        raw = put_into(json.loads((BUILD / f"{name}.json").read_text()), raw, options.again)
    (BUILD / f"{name}.json").write_text(json.dumps(raw, indent=1) + "\n")
    page = BUILD / f"{name}.md" if options.quick else PAGE
    render(raw, page)
    say(f"wrote {page.relative_to(ROOT)}")
    print(table(["aim", "measured", ""], aims(raw)))


if __name__ == "__main__":
    main()
