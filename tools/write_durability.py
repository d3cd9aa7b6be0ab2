#!/usr/bin/env python3
"""Runs the durability tests in full and writes docs/durability.md from their counts.

    tools/write_durability.py PROGRAM PAGE

PROGRAM is test_durability. The page is written even when a count falls short: it says so, and the exit status is 1.
"""

import datetime
import json
import os
import pathlib
import platform
import re
import subprocess
import sys
import tempfile
import textwrap

HEAD = """# Durability: what was tried, and how often

`./dev durability` injects failures while files are written and models are trained, counts how often the outcome was
right, and writes this page. Each number below comes from one run; the tests are in
[tests/durability](../tests/durability), and `make test` runs all of them with smaller numbers.

"""

THEMES = {
    "Crash": (
        "A machine that stops",
        "An in-memory disk records every call of a save, 512 bytes at a time. The machine may stop after any call:"
        " bytes and names that were not synced are then present, partly present, zero or old. This covers new files"
        " and replaced ones, also with a first fsync that fails. The same test catches writers that leave out a step"
        " (temporary file, fsync of the file, fsync of the directory).",
    ),
    "Kill": (
        "kill -9",
        "At random times, with real processes and files. A killed process leaves its temporary file behind"
        " (`.NAME.tmp-PID-N`); it is never read, does no harm, and may be removed.",
    ),
    "Fault": (
        "System calls that fail",
        "Each system call on the files of a training, a resumed training and a prediction fails in turn, once and"
        " permanently (EINTR: three times in a row). The program recovers from interrupted calls, short reads and"
        " writes, and one failed fsync or close. Any other failure ends with an error that says where it happened"
        " and what to try; a failed checkpoint is reported, and training continues.",
    ),
    "Allocation": (
        "Memory that runs out: the library",
        "Each call of operator new fails in turn, alone and together with all later ones, and the memory held"
        " before and after is compared. Where a file is saved, the old or the new one remains, complete.",
    ),
    "Memory": (
        "Memory that runs out: the program",
        "Whole commands, about 600 allocations each, evenly spaced rather than every one: exit code 3 and a"
        " message. (--json and --format json print through nlohmann::json, whose destructor allocates memory:"
        " without any, it ends the program. The program reports that too.)",
    ),
    "Resume": (
        "Trainings that are stopped",
        "At each step, and by signals at random times; resumed on another number of threads.",
    ),
    "Divergence": (
        "Trainings that diverge",
        "All optimizers, learning rates of 1e3 to 3e38, several networks and activations, cells near the largest"
        " float, with and without validation.",
    ),
}


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def system():
    release = pathlib.Path("/etc/os-release").read_text()
    found = re.search(r'^PRETTY_NAME="(.*)"', release, re.M)
    return found.group(1) if found else platform.system()


def main():
    program, page = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        results = pathlib.Path(folder) / "results.json"
        environment = dict(os.environ, CHAINRULE_DURABILITY_FULL="1")
        ran = subprocess.run([program, f"--gtest_output=json:{results}"], env=environment, check=False)
        suites = json.loads(results.read_text())["testsuites"]
    text = HEAD
    text += f"{datetime.date.today().isoformat()}, {processor()}, {os.cpu_count()} processors, {system()}.\n"
    fell_short = ran.returncode != 0
    ran_suites = {suite["name"]: suite for suite in suites}
    for name, (title, words) in THEMES.items():
        if name not in ran_suites:
            text += f"\n## {title}\n\nNot run.\n"
            fell_short = True
            continue
        suite = ran_suites[name]
        text += f"\n## {title}\n\n{textwrap.fill(words, 120, break_on_hyphens=False)}\n"
        text += "\n| what | as promised |\n|---|---|\n"
        rows = 0
        for test in suite["testsuite"]:
            if test.get("result") == "SKIPPED":
                text += f"| {test['name']} | not run here |\n"
                fell_short = True
            for what, count in test.items():
                found = re.fullmatch(r"(\d+) of (\d+)", str(count))
                if found:
                    good, tried = (f"{int(number):,}" for number in found.groups())
                    mark = "" if good == tried else " **falls short**"
                    fell_short = fell_short or good != tried
                    text += f"| {what} | {good} of {tried}{mark} |\n"
                    rows += 1
                elif what.startswith("also: "):
                    text += f"| {what.removeprefix('also: ')} | {count} |\n"
        fell_short = fell_short or rows == 0
    pathlib.Path(page).write_text(text)
    print(f"wrote {page}")
    return 1 if fell_short else 0


if __name__ == "__main__":
    sys.exit(main())
