#!/usr/bin/env python3
"""Checks that the documents name files that exist.

    tools/check_links.py [ROOT]

Prints FILE:LINE: WHAT for each breach and exits 1 if there is one. The rules:

  links      The target of a relative link exists, and so does the heading after its #.
  paths      A path in `code` or in a block of commands exists when it begins with a folder of the repository
             (`tools/setup.sh`) or of src/chainrule (`model/dense.h`). The suffix of a pair may be left out
             (`model/dense`). In `optim/<name>-inl.h`, `fuzz/NAME_fuzz.cpp` and `course/*_lessons.cpp` the placeholder
             stands for any name, and at least one file must match.
  names      A source file in `code` without a folder (`dense.cpp`) exists somewhere in the repository.

The changelog and the decision records describe the past: only their links are checked.
"""

from __future__ import annotations

import re
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

DOCUMENTS = ("*.md", "docs/*.md", "docs/adr/*.md", "examples/*/*.md")
ABOUT_THE_PAST = ("CHANGELOG.md", "docs/adr/*")
SOURCE_SUFFIXES = (".h", ".cpp", ".py", ".sh", ".md", ".cmake")

FENCE = re.compile(r"^\s*(```|~~~)")
CODE = re.compile(r"(`+)(.+?)\1")
LINK = re.compile(r"\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*\s*$")
SEPARATOR = re.compile(r"[\s\"'()=,;:]+")
PATH = re.compile(r"(?:\./)?[\w.*<>-]+(?:/[\w.*<>-]+)*/?")
PLACEHOLDER = re.compile(r"<\w+>|\b[A-Z]{2,}(?=[_./-]|$)")


def files_of(root: Path) -> set[str]:
    """Files of the tree: those that git tracks or does not ignore; all but build/ without git."""
    listing = subprocess.run(["git", "-C", str(root), "ls-files", "--cached", "--others", "--exclude-standard"],
                             capture_output=True, text=True, check=False)
    if listing.returncode == 0:
        return {name for name in listing.stdout.splitlines() if (root / name).is_file()}
    names = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    return {name for name in names if not name.startswith("build/")}


def folders_of(files: set[str]) -> set[str]:
    return {parent.as_posix() for name in files for parent in PurePosixPath(name).parents} - {"."}


def anchors_of(text: str) -> set[str]:
    """The anchors of a Markdown file: its headings in lower case, without punctuation, with hyphens for blanks."""
    anchors = set()
    is_code = False
    for line in text.split("\n"):
        if FENCE.match(line):
            is_code = not is_code
        heading = None if is_code else HEADING.match(line)
        if heading:
            title = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading.group(1)).lower()
            anchors.add(re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", title)))
    return anchors


class Tree:
    """The files and folders of a repository, and the names by which a document may call them."""

    def __init__(self, root: Path):
        self.root = root
        self.files = files_of(root)
        self.folders = folders_of(self.files)
        self.names = {PurePosixPath(name).name for name in self.files}
        self.tops = {name for name in self.folders if "/" not in name}
        library = "src/chainrule/"
        self.library = {name.removeprefix(library) for name in self.folders if name.startswith(library)}

    def matches(self, path: str) -> bool:
        """Whether a file or a folder has this path; a suffix may be missing, and * stands for part of a name."""
        if path in self.files or path in self.folders:
            return True
        patterns = (path, f"{path}.*")
        return any(name.count("/") == path.count("/") and fnmatchcase(name, pattern)
                   for name in self.files | self.folders for pattern in patterns)

    def lacks(self, word: str) -> bool:
        """Whether `word` means a file or folder of the repository that does not exist."""
        if not PATH.fullmatch(word):
            return False
        path = PLACEHOLDER.sub("*", word.removeprefix("./").rstrip("/"))
        first = path.split("/")[0]
        if "/" not in path:
            return path.endswith(SOURCE_SUFFIXES) and not path.startswith(("*", ".")) and \
                not any(fnmatchcase(name, path) for name in self.names)
        if first in self.library and self.matches(f"src/chainrule/{path}"):
            return False
        return first in self.tops | self.library and not self.matches(path)


def check_link(tree: Tree, document: str, target: str) -> str:
    """What is wrong with a link, "" when nothing."""
    if ELSEWHERE.match(target):
        return ""
    path, _, anchor = target.partition("#")
    place = tree.root / document
    if path:
        place = place.parent / path
        if not place.exists():
            return f"the link leads to {path}, which does not exist"
    if anchor and place.suffix == ".md" and anchor not in anchors_of(place.read_text(encoding="utf-8")):
        return f"the link leads to #{anchor}, but {place.name} has no such heading"
    return ""


def check_document(tree: Tree, document: str):
    """Line and fault of each wrong link, path or name."""
    has_paths = not any(fnmatchcase(document, pattern) for pattern in ABOUT_THE_PAST)
    is_code = False
    for number, line in enumerate((tree.root / document).read_text(encoding="utf-8").split("\n"), start=1):
        if FENCE.match(line):
            is_code = not is_code
            continue
        spans = [line] if is_code else [found.group(2) for found in CODE.finditer(line)]
        if not is_code:
            for found in LINK.finditer(CODE.sub("``", line)):
                fault = check_link(tree, document, found.group(1))
                if fault:
                    yield number, fault
        for span in spans if has_paths else []:
            for word in SEPARATOR.split(span):
                # Within a command a name without a folder may be a file of the user's.
                if ("/" in word or word == span) and tree.lacks(word):
                    yield number, f"names {word}, which does not exist"


def documents_of(tree: Tree) -> list[str]:
    return sorted(name for name in tree.files
                  if any(fnmatchcase(name, pattern) and name.count("/") == pattern.count("/") for pattern in DOCUMENTS))


def breaches(root: Path) -> list[str]:
    tree = Tree(root)
    return [f"{document}:{number}: {what}"
            for document in documents_of(tree) for number, what in check_document(tree, document)]


def main() -> int:
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    count = len(documents_of(Tree(root)))
    if count == 0:
        print(f"check_links: no documents under {root}", file=sys.stderr)
        return 1
    found = breaches(root)
    for line in found:
        print(line)
    print(f"check_links: {count} documents, {len(found)} breaches", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
