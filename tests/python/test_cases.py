#!/usr/bin/env python3
"""Runs the cases in tests/cases with the real program: each is a table as people bring it, and what is right for it.

    test_cases.py --binary build/release/bin/chainrule            every case; exits 1 if one is wrong
    test_cases.py --binary build/release/bin/chainrule F09 W07    the cases whose names begin so, with all they print

A case is a folder with its files, at times a make.py or make.sh that writes them, and right.txt. A line `$ COMMAND`
runs in a copy of the folder, in a shell that finds the program as `chainrule`. The lines below it say what is right;
`or` begins another outcome that is right too. The checks (TEXT and REGEX are looked for in all that is printed):

    exit N|N             the exit status
    has TEXT             in these letters
    lacks TEXT
    match REGEX          of Python
    unmatched REGEX
    note REGEX           in a note: a line that begins with `chainrule: note:`, or an entry of "notes" in JSON
    lines N              of standard output
    rows N               of `data describe --json`
    columns A,B,...      of `data describe --json`: the names of all columns, in order
    inputs A,B,...       of `data describe --json`: the columns with the role input
    column NAME numeric [MIN MAX]     of `data describe --json`
    column NAME category [N]          with N different words
    number WORD >= X     the number after WORD (or <=); WORD `-`: the first number printed
    like N TOLERANCE     the numbers on standard output are those of the N-th command, to this relative error

A column name with a blank is written with _ in its place. Standard library only.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

# One network: the cases are about tables, not about the choice of networks.
os.environ["CHAINRULE_PRESET"] = "textbook"

CASES = Path(__file__).resolve().parents[1] / "cases"
NUMBER = r"-?(?:\d[\d,]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
LONGEST_RUN = 250  # seconds for one command


class Run:
    """What a command printed."""

    def __init__(self, command, folder, environment):
        finished = subprocess.run(
            ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, timeout=LONGEST_RUN,
            stdin=subprocess.DEVNULL, check=False,
        )
        self.command = command
        self.status = finished.returncode
        self.out = finished.stdout.decode("utf-8", "replace")
        self.err = finished.stderr.decode("utf-8", "replace")
        self.text = self.out + self.err

    def json(self):
        """The document that was printed; empty if there is none."""
        try:
            document = json.loads(self.out)
        except ValueError:
            return {}
        return document if isinstance(document, dict) else {}

    def notes(self):
        """Notes may be broken into lines that are indented."""
        text = re.sub(r"\n {2,}", " ", self.err)
        lines = [line for line in text.split("\n") if line.startswith("chainrule: note:")]
        document = self.json()
        schema = document.get("schema") or {}
        return lines + [str(note) for note in [*document.get("notes", []), *schema.get("notes", [])]]

    def column(self, name):
        for column in self.json().get("columns", []):
            if column["name"].replace(" ", "_") == name:
                return column
        return {}

    def numbers(self):
        return [float(word.replace(",", "")) for word in re.findall(NUMBER, self.out)]


def is_near(a, b, tolerance):
    return abs(a - b) <= tolerance * max(abs(a), abs(b), 1e-9)


def check_column(run, arguments):
    name, kind, *limits = arguments.split()
    column = run.column(name)
    if column.get("kind") != kind:
        return False
    if kind == "category":
        return not limits or column["distinct"] == int(limits[0])
    found = (column["minimum"], column["maximum"])
    return all(is_near(a, float(b), 1e-6) for a, b in zip(found, limits))


def check_number(run, arguments):
    word, relation, limit = arguments.rsplit(" ", 2)
    pattern = f"({NUMBER})" if word == "-" else rf"{re.escape(word)}[ :=]+({NUMBER})"
    found = re.search(pattern, run.text)
    if not found:
        return False
    value = float(found[1].replace(",", ""))
    return value >= float(limit) if relation == ">=" else value <= float(limit)


def check_like(run, arguments, runs):
    number, tolerance = arguments.split()
    ours, theirs = run.numbers(), runs[int(number) - 1].numbers()
    return len(ours) == len(theirs) > 0 and all(is_near(a, b, float(tolerance)) for a, b in zip(ours, theirs))


def holds(check, run, runs):
    word, _, rest = check.partition(" ")
    schema = run.json().get("schema") or {}
    tests = {
        "exit": lambda: str(run.status) in rest.split("|"),
        "has": lambda: rest in run.text,
        "lacks": lambda: rest not in run.text,
        "match": lambda: re.search(rest, run.text) is not None,
        "unmatched": lambda: re.search(rest, run.text) is None,
        "note": lambda: any(re.search(rest, note) for note in run.notes()),
        "lines": lambda: len(run.out.splitlines()) == int(rest),
        "rows": lambda: run.json().get("rows") == int(rest),
        "columns": lambda: [column["name"].replace(" ", "_") for column in run.json().get("columns", [])]
        == rest.split(","),
        "inputs": lambda: [
            column["name"].replace(" ", "_") for column in schema.get("columns", []) if column["role"] == "input"
        ]
        == rest.split(","),
        "column": lambda: check_column(run, rest),
        "number": lambda: check_number(run, rest),
        "like": lambda: check_like(run, rest, runs),
    }
    if word not in tests:
        raise ValueError(f"an unknown check: {check!r}")
    return tests[word]()


def read_case(path):
    """[(command, [outcome, ...])]; an outcome is a list of checks."""
    commands = []
    for line in path.read_text(encoding="utf-8").splitlines():
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("$ "):
            commands.append((line[2:], [[]]))
        elif line == "or":
            commands[-1][1].append([])
        else:
            commands[-1][1][-1].append(line)
    return commands


def run_case(folder, binary, is_loud):
    """The faults of a case: a text for each command that came out wrong."""
    faults, runs = [], []
    with tempfile.TemporaryDirectory(prefix="chainrule-case-") as scratch:
        place, tools = Path(scratch) / "case", Path(scratch) / "bin"
        shutil.copytree(folder, place)
        tools.mkdir()
        (tools / "chainrule").symlink_to(binary)
        environment = {
            **os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8", "COLUMNS": "200",
            "NO_COLOR": "1",
        }
        for maker, program in (("make.py", sys.executable), ("make.sh", "bash")):
            if (place / maker).exists():
                subprocess.run([program, maker], cwd=place, check=True, timeout=LONGEST_RUN)
        for command, outcomes in read_case(folder / "right.txt"):
            run = Run(command, place, environment)
            runs.append(run)
            if is_loud:
                print(f"$ {command}\n{run.text}[exit {run.status}]")
            failed = [[check for check in checks if not holds(check, run, runs)] for checks in outcomes]
            if all(failed):
                wanted = " or ".join("; ".join(checks) for checks in failed)
                shown = "\n".join(f"    | {line}" for line in run.text.splitlines()[:12])
                faults.append(f"  $ {command}\n    not met: {wanted}\n    exit {run.status}\n{shown}")
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--binary", required=True, type=Path)
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    binary = arguments.binary.resolve()
    chosen = [
        path.parent
        for path in sorted(CASES.glob("*/right.txt"))
        if not arguments.names or any(path.parent.name.startswith(name) for name in arguments.names)
    ]
    wrong = []
    for folder in chosen:
        faults = run_case(folder, binary, bool(arguments.names))
        print(f"{'wrong' if faults else 'right'}  {folder.name}", flush=True)
        if faults:
            wrong.append(folder.name)
            print("\n".join(faults), flush=True)
    names = f"; wrong: {' '.join(wrong)}" if wrong else ""
    print(f"{len(chosen) - len(wrong)} of {len(chosen)} cases are right{names}")
    if not chosen or wrong:
        sys.exit(1)


if __name__ == "__main__":
    main()
