#!/usr/bin/env python3
"""Checks that a program was built with the protections that SECURITY.md lists.

    tools/check_hardening.py build/release/bin/chainrule [--compile-commands build/release/compile_commands.json]

Inspects the program itself (readelf). Protections that leave no trace there are looked up in the commands that compiled
the library. Lists what is missing and exits with 1; exits with 77 without readelf.
"""
import argparse
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

# Required for every source of the library and the program; assertions for all but the kernels.
FLAGS = ["-fstack-protector-strong", "-fstack-clash-protection", "-fcf-protection=full", "-D_FORTIFY_SOURCE=3"]


def readelf(option, program):
    return subprocess.run(["readelf", option, "-W", program], check=True, capture_output=True, text=True).stdout


def missing_in_program(program):
    header, dynamic = readelf("-h", program), readelf("-d", program)
    segments, symbols = readelf("-l", program), readelf("--dyn-syms", program)
    stack = re.search(r"GNU_STACK.*0x\w+\s+(R?W?E?)\s+0x", segments)
    found = {
        "a random load address (PIE)": "DYN" in header and bool(re.search(r"FLAGS_1.*\bPIE\b", dynamic)),
        "read-only relocations (RELRO)": "GNU_RELRO" in segments,
        "relocations resolved at start-up (-z now)": bool(re.search(r"\(FLAGS_1\).*\bNOW\b", dynamic)),
        "a non-executable stack (noexecstack)": stack is not None and "E" not in stack.group(1),
        "stack protectors": "__stack_chk_fail" in symbols,
        "fortified C functions": bool(re.search(r"__(?!stack)\w+_chk\b", symbols)),
        "checked standard containers": "__glibcxx_assert_fail" in symbols,
    }
    return [name for name, is_there in found.items() if not is_there]


def missing_in_commands(path):
    missing = []
    ours = [entry for entry in json.loads(path.read_text())
            if re.search(r"/(src|apps)/chainrule/", entry["file"]) and not entry["file"].endswith("_test.cpp")]
    if not ours:
        return ["a command that compiles the library"]
    for entry in ours:
        words = entry["command"].split()
        lacking = [flag for flag in FLAGS if flag not in words]
        is_kernel = "/chainrule/tensor/" in entry["file"]
        if ("-U_GLIBCXX_ASSERTIONS" in words) != is_kernel:
            lacking.append("-D_GLIBCXX_ASSERTIONS, in the kernels alone -U")
        if lacking:
            missing.append(f"{Path(entry['file']).name}: {' '.join(lacking)}")
    return missing


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--compile-commands", type=Path)
    arguments = parser.parse_args()
    if shutil.which("readelf") is None:
        print("check_hardening: readelf is not installed (package binutils)")
        sys.exit(77)
    missing = missing_in_program(arguments.program)
    if arguments.compile_commands:
        missing += missing_in_commands(arguments.compile_commands)
    for what in missing:
        print(f"check_hardening: missing: {what}")
    print(f"check_hardening: {len(missing)} missing")
    sys.exit(1 if missing else 0)


if __name__ == "__main__":
    main()
