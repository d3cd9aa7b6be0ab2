#!/usr/bin/env python3
"""Checks the rules of this project that a compiler does not see.

    tools/check_layers.py [ROOT]

Prints FILE:LINE: WHAT for each breach and exits 1 if there is one. The rules:

  floors      A folder of src/chainrule includes only itself and lower floors. data, model and optim are on the same
              floor and never include each other. Programs and the Python module (apps, bindings) may include
              everything; nothing includes them.
  spelling    Our headers are included by their path from src, in quotes (the helpers of tests by their path
              from tests, and by tests only); a .cpp file is never included.
  libraries   Only tensor uses Highway (and optim, in files compiled per instruction set); only io, explain, course,
              session, the programs and the tests use JSON; only the programs use command-line and text libraries.
              No installed header includes Highway or JSON.
  cycles      No header reaches itself through its includes.
  headers     Every header contains #pragma once. A .cpp file includes its own header first, which shows that the
              header compiles without others.
  numbers     Nothing is used that makes results differ between machines: <random>, std::shuffle, rand, and in the
              folders that train also libm's exp, log, tanh and similar functions (docs/numerics.md).
  settings    No literal below the programs contains a long option: errors, advice and notes carry a Setting, and each
              face prints its own name for it (base/setting.h). Exceptions: tests and the files listed below.
  locale      No function that follows the locale reads or writes numbers (strtod, stod, atof, setlocale).
  tests       Every .cpp file of the library has a _test.cpp beside it, or is listed below with a reason.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

# Folder -> floor. A folder may include itself and every folder on a lower floor.
FLOORS = {
    "base": 0,
    "tensor": 1,
    "data": 2,
    "model": 2,
    "optim": 2,
    "train": 3,
    "io": 4,
    "explain": 4.5,
    "course": 4.7,
    "session": 5,
}

PROGRAMS = "apps"
# The top floor, outside src.
FACES = {PROGRAMS, "bindings"}
# Library -> (pattern of its includes, folders that may use it).
LIBRARIES = {
    "Highway": (re.compile(r"hwy/"), {"tensor"}),
    "nlohmann-json": (re.compile(r"nlohmann/"), {"io", "explain", "course", "session", PROGRAMS}),
    "CLI11": (re.compile(r"CLI/"), {PROGRAMS}),
    "fmt": (re.compile(r"fmt/"), {PROGRAMS}),
}
PRIVATE_LIBRARIES = {"Highway", "nlohmann-json"}

# A source of the library without a test beside it -> the reason.
WITHOUT_TEST: dict[str, str] = {}

# A file or folder whose literals may contain long options of the command line -> the reason.
OPTIONS_ALLOWED: dict[str, str] = {
    "src/chainrule/base/setting.cpp": "the table of names: the only place of the library that knows them",
    "src/chainrule/course/commands.h": "the commands at the end of a lesson",
}
# CSS variables are no options: "--ink:black", "var(--ink)".
LONG_OPTION = re.compile(r"(?<![\w-])(?<!var\()--[a-z][\w-]*(?![\w:-])")

NOT_REPRODUCIBLE = [
    (re.compile(r"\bstd::(random_)?shuffle\b"), "std::shuffle differs between standard libraries; use base/random.h"),
    (re.compile(r"(?<![\w.>:])(?:std::)?s?rand\s*\("), "rand differs between C libraries; use base/random.h"),
    (re.compile(r"\bstd::(?:uniform_(?:int|real)|normal|bernoulli|discrete)_distribution\b"),
     "distributions differ between standard libraries; use base/random.h"),
]
FOLLOWS_LOCALE = [
    (re.compile(r"\b(?:std::)?(?:strto[dfl]d?|atof)\s*\(|\bstd::sto(?:d|f|ld)\b"),
     "reads numbers in the format of the locale; use from_chars or fast_float"),
    (re.compile(r"\bsetlocale\s*\("), "only the program that uses the library may set the locale"),
]
TRAINING_FOLDERS = {"tensor", "model", "optim", "train"}
LIBM = re.compile(
    r"\bstd::(exp|exp2|expm1|log|log2|log10|log1p|pow|tanh|sinh|cosh|sin|cos|tan|atan2?|asin|acos|erfc?|cbrt|"
    r"hypot|lgamma|tgamma)[fl]?\s*\(")
# A file that may use libm -> why its results do not affect training.
LIBM_ALLOWED: dict[str, str] = {
    "src/chainrule/train/dual_number.h": "the gradient check compares the functions of tensor with others",
    "src/chainrule/train/forward_derivative.cpp": "the same check",
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]')


@dataclass
class Source:
    """One file: its path from the root, its lines, and the same lines without comments and literals."""

    path: str
    lines: list[str]
    code: list[str]
    includes: list[tuple[int, str, str]] = field(default_factory=list)  # line, < or ", what

    @property
    def folder(self) -> str:
        parts = self.path.split("/")
        if parts[:2] == ["src", "chainrule"] and len(parts) > 3:
            return parts[2]
        return parts[0] if parts[0] != "src" else ""

    @property
    def is_test(self) -> bool:
        return self.path.endswith("_test.cpp")

    @property
    def is_library(self) -> bool:
        return self.path.startswith("src/")


LITERAL_OR_COMMENT = re.compile(
    r'R"(?P<delimiter>[^()\\ ]{0,16})\(.*?\)(?P=delimiter)"'
    r"|//[^\n]*|/\*.*?\*/"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])*'",
    re.DOTALL)


def without_comments_and_literals(text: str) -> str:
    """The text without comments and literals, with the same line numbers: a word in a comment is no breach."""
    return LITERAL_OR_COMMENT.sub(lambda found: '""' + "\n" * found.group(0).count("\n"), text)


def read_sources(root: Path) -> list[Source]:
    sources = []
    for top in ("src", *sorted(FACES)):
        for path in sorted((root / top).rglob("*")):
            if path.suffix not in (".h", ".cpp") or not path.is_file():
                continue
            text = path.read_text(encoding="utf-8", errors="replace")
            source = Source(path.relative_to(root).as_posix(), text.split("\n"),
                            without_comments_and_literals(text).split("\n"))
            for number, line in enumerate(source.lines, start=1):
                found = INCLUDE.match(line)
                if found and source.code[number - 1].lstrip().startswith("#"):
                    source.includes.append((number, found.group(1), found.group(2)))
            sources.append(source)
    return sources


def check_floors(source: Source):
    if source.is_library and source.folder and source.folder not in FLOORS:
        yield 1, f"folder '{source.folder}' has no floor; give it one in tools/check_layers.py"
        return
    for number, _, target in source.includes:
        parts = target.split("/")
        if parts[0] in FACES and source.is_library:
            yield number, "the library includes a program"
        if parts[0] != "chainrule" or not source.is_library or not source.folder:
            continue
        if len(parts) < 3:
            yield number, f'"{target}" includes all floors; include only the header that is needed'
            continue
        other = parts[1]
        if other == source.folder:
            continue
        if other not in FLOORS:
            yield number, f"'{other}' is not a folder of the library"
        elif FLOORS[other] == FLOORS[source.folder]:
            yield number, f"{source.folder} and {other} are on the same floor and must not include each other"
        elif FLOORS[other] > FLOORS[source.folder]:
            yield number, f"{source.folder} (floor {FLOORS[source.folder]}) includes {other} (floor {FLOORS[other]})"


def check_spelling(source: Source, known: set[str], test_helpers: set[str]):
    for number, bracket, target in source.includes:
        if target.endswith(".cpp"):
            yield number, "a .cpp file must be compiled, not included"
        elif bracket == "<" and target.startswith("chainrule/"):
            yield number, f'include our own headers in quotes: "{target}"'
        elif bracket == '"' and target.startswith("chainrule/"):
            if f"src/{target}" not in known and f"apps/{target}" not in known:
                yield number, f"{target} does not exist"
        elif target in test_helpers and source.is_test:
            continue
        elif bracket == '"' and source.is_library and not target.startswith("hwy/"):
            yield number, f'include our headers by their path from src: "chainrule/.../{target.split("/")[-1]}"'


def check_libraries(source: Source):
    per_instruction_set = source.path.endswith("-inl.h") or any(
        target == "hwy/foreach_target.h" for _, _, target in source.includes)
    installed = source.is_library and source.path.endswith(".h") and not source.path.endswith("-inl.h")
    for number, _, target in source.includes:
        for name, (pattern, folders) in LIBRARIES.items():
            if not pattern.match(target):
                continue
            allowed = source.folder in folders
            if name == "Highway" and source.folder == "optim" and per_instruction_set:
                allowed = True
            if name == "nlohmann-json" and source.is_test:
                allowed = True  # golden numbers are JSON
            if not allowed:
                yield number, f"{name} is used only in {', '.join(sorted(folders))}"
            elif installed and name in PRIVATE_LIBRARIES:
                yield number, f"{name} in an installed header: users of the library would need it too"


def check_headers(source: Source):
    # A Highway -inl.h file is included once per instruction set; HWY_TARGET_TOGGLE guards it.
    if source.path.endswith(".h") and not source.path.endswith("-inl.h"):
        if not any(line.strip() == "#pragma once" for line in source.code):
            yield 1, "the header lacks #pragma once"


def check_own_header(source: Source, known: set[str]):
    header = source.path.removesuffix(".cpp") + ".h"
    if not source.path.endswith(".cpp") or header not in known or not source.is_library:
        return
    own = header.removeprefix("src/")
    if not source.includes or source.includes[0][2] != own:
        yield 1, f'include "{own}" first, which shows that it compiles without others'


def check_numbers(source: Source):
    if not source.is_library or source.is_test:
        return
    for number, bracket, target in source.includes:
        if bracket == "<" and target == "random":
            yield number, "<random> differs between standard libraries; use base/random.h"
    for number, line in enumerate(source.code, start=1):
        for pattern, reason in NOT_REPRODUCIBLE + FOLLOWS_LOCALE:
            if pattern.search(line):
                yield number, reason
        found = LIBM.search(line)
        if found and source.folder in TRAINING_FOLDERS and source.path not in LIBM_ALLOWED:
            yield number, f"std::{found.group(1)} is libm's and differs between systems; use the functions of tensor"


def literals(text: str):
    """Line and contents of each literal of the text, comments excluded."""
    for found in LITERAL_OR_COMMENT.finditer(text):
        if not found.group(0).startswith(("//", "/*")):
            yield text.count("\n", 0, found.start()) + 1, found.group(0)


def check_settings(source: Source):
    if not source.is_library or source.is_test:
        return
    if source.path in OPTIONS_ALLOWED or source.path.rsplit("/", 1)[0] + "/" in OPTIONS_ALLOWED:
        return
    for number, literal in literals("\n".join(source.lines)):
        if LONG_OPTION.search(literal):
            yield number, "an option of the command line in the library; use a Setting (base/setting.h)"


def check_tests(sources: list[Source]):
    paths = {source.path for source in sources}
    for source in sources:
        if not source.is_library or not source.path.endswith(".cpp") or source.is_test:
            continue
        has_test = source.path[: -len(".cpp")] + "_test.cpp" in paths
        if not has_test and source.path not in WITHOUT_TEST:
            yield source.path, 1, "no _test.cpp beside it, and no exception in tools/check_layers.py"
        if has_test and source.path in WITHOUT_TEST:
            yield source.path, 1, "has a test now; remove its exception from tools/check_layers.py"
    folders = {path.rsplit("/", 1)[0] + "/" for path in paths}
    tables = ((WITHOUT_TEST, "WITHOUT_TEST"), (LIBM_ALLOWED, "LIBM_ALLOWED"), (OPTIONS_ALLOWED, "OPTIONS_ALLOWED"))
    for table, name in tables:
        for path in sorted(set(table) - paths - folders):
            yield path, 1, f"listed in {name} of tools/check_layers.py but does not exist"


def check_cycles(sources: list[Source]):
    known = {source.path: source for source in sources}

    def targets(source: Source):
        for number, _, target in source.includes:
            beside = source.path.rsplit("/", 1)[0]
            for top in ("src", "apps", beside):
                if f"{top}/{target}" in known:
                    yield number, f"{top}/{target}"

    done: set[str] = set()
    for start in sources:
        if start.path in done:
            continue
        # Depth-first search without recursion: the trail is the chain of includes that leads here.
        trail = [(start.path, iter(list(targets(start))))]
        while trail:
            path, rest = trail[-1]
            step = next(rest, None)
            if step is None:
                done.add(path)
                trail.pop()
                continue
            number, target = step
            chain = [entry[0] for entry in trail]
            if target in chain:
                cycle = chain[chain.index(target):] + [target]
                yield path, number, "cycle of includes: " + " -> ".join(cycle)
            elif target not in done:
                trail.append((target, iter(list(targets(known[target])))))


def breaches(root: Path) -> list[str]:
    """Every breach in the tree under root, as FILE:LINE: WHAT."""
    sources = read_sources(root)
    known = {source.path for source in sources}
    test_helpers = {path.relative_to(root / "tests").as_posix() for path in (root / "tests").rglob("*.h")}
    found = []
    for source in sources:
        for rule in (check_floors, check_libraries, check_headers, check_numbers, check_settings):
            found += [(source.path, number, what) for number, what in rule(source)]
        found += [(source.path, number, what) for number, what in check_spelling(source, known, test_helpers)]
        found += [(source.path, number, what) for number, what in check_own_header(source, known)]
    found += check_tests(sources)
    found += check_cycles(sources)
    return [f"{path}:{number}: {what}" for path, number, what in sorted(found)]


def main() -> int:
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    count = len(read_sources(root))
    if count == 0:
        print(f"check_layers: no sources under {root}", file=sys.stderr)
        return 1
    found = breaches(root)
    for line in found:
        print(line)
    print(f"check_layers: {count} files, {len(found)} breaches", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
