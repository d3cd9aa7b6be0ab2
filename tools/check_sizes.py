#!/usr/bin/env python3
"""Checks the lengths of files, functions and lines, and that long files begin with a description.

    tools/check_sizes.py [ROOT]           prints FILE:LINE: WHAT for each breach; exits 1 if there is one
    tools/check_sizes.py --longest [ROOT] prints the longest files and functions, and the share of comments by folder

The rules, for the C++ and Python files of the repository:

  files       A file has at most 600 lines. (A file of more than 400 should have only one subject.)
  functions   A function has at most 80 lines, from its first line to its closing brace (Python: without the docstring).
  heads       A .cpp file of more than 200 lines begins with a comment: the concept, its equation or format, its source.
  comments    At least a tenth of the lines of each folder named below are comments.
  lines       A line has at most 110 characters, in Python 120. A line with one long word, such as a path, may exceed
              that.

Exceptions are listed below with their reasons. An exception that is no longer needed is a breach, too.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from check_layers import without_comments_and_literals  # noqa: E402

LONGEST_FILE = 600
LONGEST_FUNCTION = 80
NEEDS_HEAD = 200
LONGEST_LINE = {".h": 110, ".cpp": 110, ".py": 120}
COMMENT_SHARE = 0.10
COMMENTED_FOLDERS = tuple(f"src/chainrule/{folder}" for folder in ("explain", "course", "session", "io"))

# File -> why it may be longer.
LONG_FILES: dict[str, str] = {
    "src/chainrule/tensor/kernels-inl.h": "matrix products, tuned as one piece: tiles, edges and their order",
    "src/chainrule/course/texts_en.h": "data: one entry per key",
    "src/chainrule/course/texts_zh.h": "data: one entry per key",
}
# "file: function" -> why it may be longer.
LONG_FUNCTIONS: dict[str, str] = {
    "src/chainrule/tensor/kernels-inl.h: run_tile": "the inner loop of every product, tuned as one piece",
}

PLACES = ("src", "apps", "bindings", "tests", "bench", "fuzz", "examples", "tools")


@dataclass(frozen=True)
class Function:
    name: str
    line: int
    lines: int


@dataclass(frozen=True)
class Breach:
    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


def our_files(root: Path) -> list[str]:
    """C++ and Python files of the tree: those that git tracks or does not ignore; all of them without git."""
    listing = subprocess.run(
        ["git", "-C", str(root), "ls-files", "--cached", "--others", "--exclude-standard", *PLACES],
        capture_output=True, text=True, check=False)
    if listing.returncode == 0:
        names = listing.stdout.splitlines()
    else:
        names = [path.relative_to(root).as_posix() for place in PLACES for path in (root / place).rglob("*")]
    return sorted(name for name in set(names)
                  if name.endswith((".h", ".cpp", ".py")) and (root / name).is_file())


# --- C++ ------------------------------------------------------------------------------------------------------------

PREPROCESSOR = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.MULTILINE)
CONSTRUCTOR_LIST = re.compile(r"\)\s*(?:noexcept\s*)?:(?!:).*$", re.DOTALL)  # `) : a_(b), c_{d}`
# Words between the parameters of a function and its body.
AFTER_PARAMETERS = {"const", "noexcept", "override", "final", "mutable", "try", "&", "&&", "requires"}


def code_of(text: str) -> str:
    """The text without comments, literals and preprocessor lines; line numbers stay."""
    code = without_comments_and_literals(text)
    return PREPROCESSOR.sub(lambda found: "\n" * found.group(0).count("\n"), code)


def begins_body(head: str) -> bool:
    """Whether a brace after `head` (the text since the last statement or brace) begins the body of a function."""
    head = CONSTRUCTOR_LIST.sub(")", head)
    last_parenthesis = head.rfind(")")
    if last_parenthesis < 0:
        return False
    if re.search(r"\b(?:namespace|enum)\b", head):
        return False
    if re.match(r"\s*(?:template\s*<.*>\s*)?(?:struct|class|union)\s+[\w:<>, ]+$", head):
        return False
    rest = head[last_parenthesis + 1:].strip()
    if "->" in rest:
        return True
    words = re.sub(r"noexcept\s*\(.*?\)", "noexcept", rest).split()
    return all(word in AFTER_PARAMETERS for word in words)


def name_of_function(head: str) -> str:
    """`Class::f` of "template <typename T> void Class::f(int x) const"."""
    found = re.search(r"(operator\s*[^\s\w(]+|[\w:~]+)(?:<[^()]*>)?\s*\(", head)
    return found.group(1) if found else "?"


MEMBER_INITIALISER = re.compile(r"\)\s*(?:noexcept\s*)?:(?!:)[^;]*[\w>]\s*$", re.DOTALL)


def kind_of_brace(head: str, is_inside_function: bool, is_inside_value: bool) -> str:
    """What a brace opens: a "function", a "value" such as a default argument, or something "other"."""
    if is_inside_value:
        return "value"
    if is_inside_function:
        return "other"
    if head.count("(") > head.count(")") or MEMBER_INITIALISER.search(head):
        return "value"
    return "function" if begins_body(head) else "other"


ACCESS = re.compile(r"\b(?:public|private|protected)\s*$")


def functions_of_cpp(text: str) -> list[Function]:
    """The functions defined in a C++ file. A lambda belongs to its enclosing function."""
    code = code_of(text)
    functions = []
    open_braces: list[tuple[str, int, str]] = []  # kind, line of the head, head
    head_start = 0
    line = 1
    for i, c in enumerate(code):
        inside = [kind for kind, _, _ in open_braces] if c in "{;:" else []
        if c == "\n":
            line += 1
        elif c == "{":
            head = code[head_start:i]
            kind = kind_of_brace(head, "function" in inside, inside[-1:] == ["value"])
            first = head_start + (len(head) - len(head.lstrip()))
            open_braces.append((kind, code.count("\n", 0, first) + 1, head))
            if kind != "value":
                head_start = i + 1
        elif c == "}" and open_braces:
            kind, first_line, head = open_braces.pop()
            if kind == "function":
                functions.append(Function(name_of_function(head), first_line, line - first_line + 1))
            if kind != "value":
                head_start = i + 1
        elif c == ";" and "value" not in inside:
            head_start = i + 1
        elif c == ":" and ACCESS.search(code[head_start:i]):
            head_start = i + 1
    return functions


# --- Python ---------------------------------------------------------------------------------------------------------


def functions_of_python(text: str) -> list[Function]:
    functions = []
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        first = node.body[0]
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
            lines -= (first.end_lineno or first.lineno) - first.lineno + 1
        functions.append(Function(node.name, node.lineno, lines))
    return functions


# --- the rules ------------------------------------------------------------------------------------------------------


def is_test(path: str) -> bool:
    return path.endswith("_test.cpp") or "/tests/" in path or path.startswith("tests/")


RAW_LITERAL = re.compile(r'R"([^()\\ ]{0,16})\(.*?\)\1"', re.DOTALL)


def comment_lines(text: str) -> int:
    """The number of C++ lines with a comment, alone or after code."""
    code = RAW_LITERAL.sub(lambda found: "\n" * found.group(0).count("\n"), text)
    return sum(1 for line in code.split("\n") if re.search(r'^[^"]*//', re.sub(r'"(?:\\.|[^"\\])*"', "", line)))


def comment_shares(root: Path, files: list[str]) -> dict[str, float]:
    lines: dict[str, int] = defaultdict(int)
    comments: dict[str, int] = defaultdict(int)
    for path in files:
        if not path.endswith((".h", ".cpp")) or is_test(path) or path in LONG_FILES:
            continue
        folder = path.rsplit("/", 1)[0]
        text = (root / path).read_text(encoding="utf-8")
        lines[folder] += text.count("\n")
        comments[folder] += comment_lines(text)
    return {folder: comments[folder] / lines[folder] for folder in lines if lines[folder]}


def begins_with_comment(text: str) -> bool:
    return text.lstrip().startswith("//")


def breaches(root: Path) -> list[str]:
    files = our_files(root)
    found: list[Breach] = []
    used: set[str] = set()
    for path in files:
        text = (root / path).read_text(encoding="utf-8")
        lines = text.split("\n")
        count = text.count("\n")
        if count > LONGEST_FILE:
            used.add(path)
            if path not in LONG_FILES:
                what = f"{count} lines, at most {LONGEST_FILE}: split it by subject"
                found.append(Breach(path, count, what))
        functions = functions_of_python(text) if path.endswith(".py") else functions_of_cpp(text)
        for function in functions:
            if function.lines <= LONGEST_FUNCTION:
                continue
            key = f"{path}: {function.name}"
            used.add(key)
            if key not in LONG_FUNCTIONS:
                found.append(Breach(path, function.line,
                                    f"{function.name} has {function.lines} lines, at most {LONGEST_FUNCTION}"))
        if path.endswith(".cpp") and not is_test(path) and count > NEEDS_HEAD and not begins_with_comment(text):
            found.append(Breach(path, 1, f"{count} lines without a head: the concept, its equation, its source"))
        longest = LONGEST_LINE[Path(path).suffix]
        for number, line in enumerate(lines, start=1):
            if len(line) > longest and max(map(len, line.split())) < longest // 2:
                found.append(Breach(path, number, f"a line of {len(line)} characters, at most {longest}"))
    for folder, share in comment_shares(root, files).items():
        if folder in COMMENTED_FOLDERS and share < COMMENT_SHARE:
            found.append(Breach(folder, 1, f"comments are {share:.1%} of the lines, at least {COMMENT_SHARE:.0%}"))
    for name in sorted((set(LONG_FILES) | set(LONG_FUNCTIONS)) - used):
        found.append(Breach("tools/check_sizes.py", 1, f"'{name}' no longer needs an exception"))
    return [str(breach) for breach in sorted(found, key=lambda breach: (breach.path, breach.line))]


def print_longest(root: Path) -> None:
    files = our_files(root)
    sizes, functions = [], []
    for path in files:
        text = (root / path).read_text(encoding="utf-8")
        sizes.append((text.count("\n"), path))
        of_file = functions_of_python(text) if path.endswith(".py") else functions_of_cpp(text)
        functions += [(function.lines, f"{path}:{function.line}: {function.name}") for function in of_file]
    for title, rows in (("files", sizes), ("functions", functions)):
        print(f"longest {title}")
        for lines, name in sorted(rows, reverse=True)[:20]:
            print(f"  {lines:5}  {name}")
    print("comments")
    for folder, share in sorted(comment_shares(root, files).items(), key=lambda item: item[1]):
        print(f"  {share:6.1%}  {folder}")


def main() -> int:
    arguments = sys.argv[1:]
    longest = "--longest" in arguments
    places = [argument for argument in arguments if not argument.startswith("--")]
    root = Path(places[0]) if places else Path(__file__).resolve().parent.parent
    if longest:
        print_longest(root)
        return 0
    count = len(our_files(root))
    if count == 0:
        print(f"check_sizes: no files under {root}", file=sys.stderr)
        return 1
    found = breaches(root)
    for line in found:
        print(line)
    print(f"check_sizes: {count} files, {len(found)} breaches", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
