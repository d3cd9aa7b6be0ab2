#!/usr/bin/env python3
"""How much processor time `import chainrule` takes in a fresh process, beyond starting Python: the median of 21 runs.

    build/pyenv/bin/python bench/python_import.py        (after ./dev python)

The package is to stay below 60 ms (docs/adr/0012): nothing is imported before it is asked for.
"""

import resource
import statistics
import subprocess
import sys


def seconds(code: str) -> float:
    # Not the time on the clock, which others on the machine have a share in.
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def median(code: str) -> float:
    return statistics.median(seconds(code) for _ in range(21))


nothing = median("pass")
for what in ("import chainrule", "import chainrule; chainrule.Network", "import chainrule; chainrule.__version__"):
    print(f"{what:<45}{1000 * (median(what) - nothing):7.1f} ms")
