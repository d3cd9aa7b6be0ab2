"""Runs chainrule and the peers on the tables, one fit at a time, and keeps every result in a file.

The file holds one JSON object a line, and only grows. A fit is known by its table, seed, tool, options and version, and
is not repeated: a run that was cut off resumes, and after a change of chainrule only chainrule is measured.
"""

import csv
import datetime
import hashlib
import json
import os
import pathlib
import re
import resource
import shlex
import subprocess
import sys
import tempfile
import time

import measures

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
KEY = ("table", "seed", "tool", "options", "version")


def say(text):
    print(f"{datetime.datetime.now():%H:%M:%S} {text}", file=sys.stderr, flush=True)


def read_lines(path):
    """Whole lines only: the last one may have been cut off."""
    for line in path.read_text().splitlines():
        try:
            yield json.loads(line)
        except json.JSONDecodeError:
            continue


class Results:
    """The file of results. Other processes may append to it meanwhile."""

    def __init__(self, path):
        self.path = path
        self.records = list(read_lines(path)) if path.exists() else []
        self.known = {tuple(record[k] for k in KEY): record for record in self.records}

    def get(self, **key):
        return self.known.get(tuple(key[k] for k in KEY))

    def add(self, record):
        self.records.append(record)
        self.known[tuple(record[k] for k in KEY)] = record
        cut_off = self.path.exists() and not self.path.read_bytes().endswith(b"\n")
        with open(self.path, "a") as file:
            file.write("\n" * cut_off + json.dumps(record) + "\n")


class Bench:
    """Where everything is, and under what limits it runs."""

    def __init__(self, folder, threads, seconds):
        self.folder, self.threads, self.seconds = folder, threads, seconds
        self.python = folder / "venv" / "bin" / "python"
        self.tables = json.loads((folder / "data" / "tables.json").read_text())
        self.results = Results(folder / "results.jsonl")
        counts = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), str(threads))
        self.environment = {**os.environ, **counts}

    def file(self, table, seed, part):
        return self.folder / "data" / f"seed-{seed}" / f"{table}.{part}.csv"

    def record(self, table, seed, tool, options, version, status, **more):
        key = {"table": table, "seed": seed, "tool": tool, "options": options, "version": version}
        found = {**key, "status": status, "threads": self.threads, "limit_seconds": self.seconds,
                 "load": round(os.getloadavg()[0], 1), "date": f"{datetime.date.today()}", **more}
        self.results.add(found)
        figures = " ".join(f"{name} {found[name]:.4f}" for name in ("error", "log_loss", "nrmse") if name in found)
        seconds = f", {found['train_cpu_seconds']:.1f} s" if "train_cpu_seconds" in found else ""
        say(f"{tool} {options} {table} seed {seed}: {figures or status}{seconds}")
        return found


# --- peers ---------------------------------------------------------------------------------------------------------


def peer_versions(bench):
    if not bench.python.exists():
        say("no peers: run bench/tables/setup.sh")
        return {}
    words = [bench.python, HERE / "peer_worker.py", "--versions"]
    return json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)


def run_peer(bench, name, version, tables, seeds):
    """Fits a peer to the tables in one worker process, which forks for each fit."""
    wanted = [(table, seed) for seed in seeds for table in tables
              if not bench.results.get(table=table, seed=seed, tool=name, options="", version=version)]
    if not wanted:
        return
    with (tempfile.TemporaryDirectory() as folder, open(bench.folder / "workers.log", "a") as log,
          subprocess.Popen([bench.python, HERE / "peer_worker.py", name, str(bench.threads)], stdin=subprocess.PIPE,
                           stdout=subprocess.PIPE, stderr=log, text=True, env=bench.environment,
                           cwd=folder) as worker):
        for table, seed in wanted:
            about, result = bench.tables[table], pathlib.Path(folder) / "result.json"
            request = {"train": str(bench.file(table, seed, "train")), "test": str(bench.file(table, seed, "test")),
                       "about": about, "seed": seed, "seconds": bench.seconds, "result": str(result)}
            worker.stdin.write(json.dumps(request) + "\n")
            worker.stdin.flush()
            line = worker.stdout.readline()
            if not line:
                say(f"{name} ended: see {bench.folder / 'workers.log'}")
                return
            status, more = json.loads(line)["status"], {}
            if status == "done":
                more = json.loads(result.read_text())
                more |= measures.score(about, bench.file(table, seed, "test"), more.pop("classes"),
                                       more.pop("predictions"))
            bench.record(table, seed, name, "", version, status, **more)
        worker.stdin.close()


# --- chainrule -----------------------------------------------------------------------------------------------------


def chainrule_version(binary):
    """What it prints, and a hash of the program, since a developer's build changes without a new number."""
    printed = subprocess.run([binary, "--version"], check=True, capture_output=True, text=True).stdout.split("\n")[0]
    return f"{printed} ({hashlib.sha256(binary.read_bytes()).hexdigest()[:8]})"


def watched(words, seconds, environment):
    """Runs a command. Its exit status, output, elapsed and processor seconds, and peak memory in MB."""
    def limit():
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))

    begin, memory = time.perf_counter(), 0.0
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen([str(word) for word in words], stdout=out, stderr=subprocess.STDOUT,
                                   stdin=subprocess.DEVNULL, preexec_fn=limit, env=environment)
        while True:
            try:
                found = re.search(r"VmHWM:\s+(\d+) kB", pathlib.Path(f"/proc/{process.pid}/status").read_text())
                memory = max(memory, int(found[1]) / 1024 if found else 0.0)
            except OSError:
                pass
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            time.sleep(0.01)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        return (process.returncode, out.read(), time.perf_counter() - begin, usage.ru_utime + usage.ru_stime, memory)


def write_inputs(test_file, targets, inputs_file):
    """The rows to predict, without their targets."""
    with open(test_file, encoding="utf-8", newline="") as source, \
            open(inputs_file, "w", encoding="utf-8", newline="") as result:
        reader = csv.DictReader(source)
        names = [name for name in reader.fieldnames if name not in targets]
        writer = csv.DictWriter(result, names, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(reader)


def read_predictions(file, about):
    """The classes, None for numbers, and the predictions row by row."""
    with open(file, encoding="utf-8", newline="") as source:
        rows = list(csv.reader(source))
    head = rows.pop(0)
    if about["task"] == "classification":
        prefix = "probability "
        places = [i for i, name in enumerate(head) if name.startswith(prefix)]
        return [head[i][len(prefix):] for i in places], [[float(row[i]) for i in places] for row in rows]
    places = [head.index(name) for name in about["targets"]]
    return None, [[float(row[i]) for i in places] for row in rows]


def run_chainrule(bench, binary, version, options, table, seed):
    """One training run and one prediction with the program; the record of it."""
    known = bench.results.get(table=table, seed=seed, tool="chainrule", options=options, version=version)
    if known:
        return known
    about, test = bench.tables[table], bench.file(table, seed, "test")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        model, inputs, predictions = folder / "m.safetensors", folder / "inputs.csv", folder / "predictions.csv"
        write_inputs(test, about["targets"], inputs)
        words = [binary, "train", bench.file(table, seed, "train"), "--target", ",".join(about["targets"]), "--seed",
                 seed, "--threads", bench.threads, "--quiet", "-o", model, *shlex.split(options)]
        code, output, elapsed, used, memory = watched(words, bench.seconds, bench.environment)
        if code != 0:
            status = "did not finish" if code < 0 else f"failed: {output.strip()[:300]}"
            return bench.record(table, seed, "chainrule", options, version, status)
        words = [binary, "predict", model, inputs, "--threads", bench.threads, "--quiet", "-o", predictions]
        words += ["--probabilities"] if about["task"] == "classification" else []
        code, output, predict_elapsed, predict_used, _ = watched(words, bench.seconds, bench.environment)
        if code != 0:
            return bench.record(table, seed, "chainrule", options, version, f"failed: {output.strip()[:300]}")
        found = measures.score(about, test, *read_predictions(predictions, about))
        return bench.record(table, seed, "chainrule", options, version, "done", **found, train_seconds=elapsed,
                            train_cpu_seconds=used, predict_seconds=predict_elapsed, predict_cpu_seconds=predict_used,
                            memory_mb=memory, model_bytes=model.stat().st_size)
