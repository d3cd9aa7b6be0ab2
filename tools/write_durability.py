#!/usr/bin/env python3
"""Runs the tests of durability as often as docs/durability.md promises, and writes that page from what they counted.

    tools/write_durability.py PROGRAM PAGE

PROGRAM is test_durability. The page is written also when a count falls short: it says so, and the exit status is 1.
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

HEAD = """# Nothing is lost: what was tried, and how often

`./dev durability` breaks what can break while files are written and models are trained, counts how often all went well, and
writes this page. Each number below is one run of it; the tests are in [tests/durability](../tests/durability), and
`make test` runs all of them with smaller numbers.

"""

THEMES = {
    "Crash": (
        "A machine that stops",
        "A disk in memory records every call of a save, 512 bytes at a time. After each call the machine stops: bytes and names"
        " that were not synced are there, partly there, zero or old. New files and replaced ones, also with a first fsync that"
        " fails. Writers that leave out a step (temporary file, fsync of the file, fsync of the directory) are caught by the same"
        " test.",
    ),
    "Kill": (
        "kill -9",
        "At random times, with real processes and files. A temporary file of a process that was killed stays behind"
        " (`.NAME.tmp-PID-N`); it is never read, is in nobody's way, and may be removed.",
    ),
    "Fault": (
        "Calls that fail",
        "Each system call on the files of a training, of going on from a checkpoint and of a prediction fails in turn, once and"
        " for good (EINTR: three times in a row). Interrupted calls, short reads and writes and one failed fsync or close are made up for. All else ends with"
        " an error that says where and what to try, or, for a checkpoint, is told while training goes on.",
    ),
    "Allocation": (
        "Memory that runs out: the library",
        "Each operator new fails in turn, alone and with all that follow, and what is held before and after is counted. Where a"
        " file is saved, the old one or the new one stays, whole.",
    ),
    "Memory": (
        "Memory that runs out: the program",
        "For whole commands about 600 allocations of each, evenly spaced, not every one: exit code 3 and a message. (What"
        " --json and --format json print goes through nlohmann::json, whose destructor asks for memory: without any, it ends the"
        " program. The program tells that, too.)",
    ),
    "Resume": (
        "Trainings that are stopped",
        "At each step, and by signals at random times. Gone on with on another number of threads.",
    ),
    "Divergence": (
        "Trainings that diverge",
        "All rules, learning rates of 1e3 to 3e38, several networks and activations, cells near the largest float, with and"
        " without validation.",
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
        text += f"\n## {title}\n\n{textwrap.fill(words, 120, break_on_hyphens=False)}\n\n| what | went well |\n|---|---|\n"
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
