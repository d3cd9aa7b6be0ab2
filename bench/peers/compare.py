#!/usr/bin/env python3
"""Measures chainrule beside other libraries and writes docs/performance.md.

    bench/peers/compare.py [--quick] [--render RAW.json] [--minutes N] [--only PATTERN] [--again PATTERN]

Everything is measured in one run, because a machine that is shared, warm or throttled changes from hour to hour:
quote the ratios. Each library works in its own process, pinned to as many cores as it has threads, and every process is
ready before the first measurement. Then they take turns, chainrule first, round after round (A B C A B C ...), so that
other load on the machine affects all of them. A figure is the median over the rounds of the medians per round; a ratio
is the median over the rounds of the ratio within a round.

The raw figures are written to build/peers/performance.json, and performance_page.py makes the page from them alone
(--render does so again). In the page, the text between "<!-- by hand: NAME -->" and "<!-- end -->" is kept from run to
run. --quick takes about three minutes and writes its page to build/peers/performance-quick.md instead.
"""

import argparse
import datetime
import json
import os
import pathlib
import re
import select
import subprocess
import sys
import time

from peer_cases import (
    BATCHES, BUILD, CHAINRULE, HERE, PEERS, PYTHON, ROOT, WIDTHS, all_cases, case, chainrule_words, median, title,
    work_options,
)
from performance_page import aims, put_into, ratio_table, render, table

PAGE = ROOT / "docs" / "performance.md"


# --- processes -----------------------------------------------------------------------------------------------------


def cores():
    """The processors this process may use: one per physical core first, highest number first (0 serves interrupts)."""
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
    """Peak memory of the process in MB; 0 when it has ended."""
    try:
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0


class Worker:
    """A library at work. A non-empty `refused` says why it cannot work; then measure() must not be called."""

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
        """Microseconds per step or call; None when the process has ended, with the reason in `refused`."""
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
    """What chainrule prints, or None when it rejects the command. With "memory_mb" when memory is watched."""
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


# --- measuring -----------------------------------------------------------------------------------------------------


def say(text):
    print(f"{datetime.datetime.now():%H:%M:%S} {text}", file=sys.stderr, flush=True)


def measure_case(c, rounds, seconds):
    """{"figures": {name: [microseconds per round]}, ...}, or {"skipped": why}."""
    say(title(c))
    first = chainrule_json(chainrule_words(c, 0.05), c["threads"])
    if first is None:
        return {**c, "skipped": "not supported by this chainrule"}
    if first.get("precision") != c.get("precision", first.get("precision")):
        return {**c, "skipped": "this processor has no matrix unit"}
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
        # The order of the peers rotates from round to round; chainrule is measured beside each of them within seconds.
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


def measure_sweep(kind, sizes, seconds, passes):
    """Time per multiply-add by width or by batch, the best of several passes: [(size, ns)]."""
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
            # The first turn loads the files into memory.
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
            raw["cases"].append({**c, "skipped": f"the machine has {most} processor" + "s" * (most > 1)})
        elif time.monotonic() - begin > options.minutes * 60:
            raw["cases"].append({**c, "skipped": "time ran out (--minutes)"})
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


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="about three minutes; does not touch docs/performance.md")
    parser.add_argument("--minutes", type=float, help="start no case after this many minutes (20; with --quick 3)")
    parser.add_argument("--only", default="", metavar="PATTERN", help="only cases whose title matches this regular "
                        "expression; prints them and writes no page")
    parser.add_argument("--again", default="", metavar="PATTERN", help="measure the matching cases again and put them "
                        "into the figures and the page of the last run")
    parser.add_argument("--render", type=pathlib.Path, metavar="FILE", help="make the page again from raw figures")
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
