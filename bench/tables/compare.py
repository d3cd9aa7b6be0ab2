#!/usr/bin/env python3
"""Compares the accuracy of 'chainrule train' with other tools on 36 development tables, and writes docs/accuracy.md.

    bench/tables/compare.py                      measures what is missing, then writes the page
    bench/tables/compare.py --render             writes the page from what was measured before
    bench/tables/compare.py --ablation           the default recipe with one part left out at a time, and the page
    bench/tables/compare.py --baselines [--ours "NAME=ARGUMENTS"] [--binary PATH] [--tables A,B] [--seeds 1,2]
                                                 measures chainrule only, and prints it beside the peers measured before

Each fit is a process of its own. Its result is kept in build/tables/results.jsonl, so that a run that was cut off
resumes, and only what is new is measured: another version of chainrule, another seed, another peer. Every tool gets the
same rows and the same number of threads. measures.py defines the figures, recipe.py lists what is measured.
"""

import argparse
import os
import pathlib
import sys

import recipe
from accuracy_page import render
from measuring import ROOT, Bench, chainrule_version, peer_versions, run_chainrule, run_peer, say
from summary import Figures, terminal_summary

PAGE = ROOT / "docs" / "accuracy.md"


def numbers(text):
    return tuple(int(part) for part in text.split(","))


def named_row(text):
    name, _, arguments = text.partition("=")
    return name.strip(), arguments.strip(), recipe.FAST_SEEDS


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--render", action="store_true", help="measure nothing")
    mode.add_argument("--ablation", action="store_true", help="measure the recipe with one part left out at a time")
    mode.add_argument("--baselines", action="store_true", help="measure chainrule only; print a summary, no page")
    mode.add_argument("--peers", metavar="A,B", help="measure these peers only; write no page")
    parser.add_argument("--ours", type=named_row, action="append", metavar="NAME=ARGUMENTS",
                        help="rows of chainrule instead of those in recipe.py; may be repeated, the first is the "
                             "one compared with")
    parser.add_argument("--tables", metavar="A,B", help="only these tables")
    parser.add_argument("--seeds", type=numbers, help="only these seeds")
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / "build" / "release" / "bin" / "chainrule")
    parser.add_argument("--folder", type=pathlib.Path, default=ROOT / "build" / "tables",
                        help="where tables, results and the Python environment are (build/tables)")
    parser.add_argument("--threads", type=int, default=2, help="for each tool (2)")
    parser.add_argument("--seconds", type=int, default=300, help="of processor time for a fit (300)")
    return parser.parse_args()


# --- measuring -----------------------------------------------------------------------------------------------------


def is_wrong_usage(record):
    return "unknown option" in record["status"] or "not expected" in record["status"]


def measure_rows(bench, binary, rows, tables, seeds=None):
    """Seed by seed, row by row. A row whose options this program does not have is left out."""
    version = chainrule_version(binary)
    refused = set()
    for seed in seeds or sorted({seed for _, _, of_row in rows for seed in of_row}):
        for name, options, of_row in rows:
            for table in tables if name not in refused and (seeds or seed in of_row) else ():
                record = run_chainrule(bench, binary, version, options, table, seed)
                if is_wrong_usage(record):
                    say(f"row '{name}' is left out: {record['status']}")
                    refused.add(name)
                    break


def measure_peers(bench, tables, names, seeds):
    versions = peer_versions(bench)
    for name in names:
        if name in versions:
            run_peer(bench, name, versions[name], tables, seeds)
        else:
            say(f"{name} is not installed")


def measure(bench, options, rows, tables):
    seeds = options.seeds or recipe.FAST_SEEDS
    slow_seeds = options.seeds or recipe.SLOW_SEEDS
    if options.peers:
        measure_peers(bench, tables, options.peers.split(","), seeds)
        return
    measure_rows(bench, options.binary, rows, tables, options.seeds)
    if options.baselines or options.ablation:
        return
    # The fast peers once, then the slow ones, then the other seeds: a run that is cut off has a row for every tool.
    measure_peers(bench, tables, recipe.FAST, seeds[:1])
    measure_peers(bench, tables, recipe.SLOW, slow_seeds)
    for seed in seeds[1:]:
        measure_peers(bench, tables, recipe.FAST, [seed])


# --- figures -------------------------------------------------------------------------------------------------------


def newest(records):
    """The records of the version that was measured last."""
    return [record for record in records if record["version"] == records[-1]["version"]] if records else []


def collect(bench, binary, rows, tables, seeds):
    """The figures of the newest version of each peer, and of this program."""
    figures = Figures({name: bench.tables[name] for name in tables})
    versions = {}
    records = [r for r in bench.results.known.values() if seeds is None or r["seed"] in seeds]
    ours = [r for r in records if r["tool"] == "chainrule"]
    version = chainrule_version(binary) if binary.exists() else (ours[-1]["version"] if ours else "")
    for name, options, _ in rows:
        figures.add(name, [r for r in ours if r["options"] == options and r["version"] == version])
        versions[name] = version
    for peer in (*recipe.FAST, *recipe.SLOW):
        found = newest([r for r in records if r["tool"] == peer])
        if found:
            figures.add(peer, found)
            versions[peer] = found[-1]["version"]
    return figures, versions


def main():
    options = parse()
    if not (options.folder / "data" / "tables.json").exists():
        sys.exit("compare: no tables: run bench/tables/setup.sh")
    if not options.binary.exists() and not options.peers and not options.render:
        sys.exit(f"compare: {options.binary} is missing: run make")
    bench = Bench(options.folder.resolve(), options.threads, options.seconds)
    unknown = set(options.tables.split(",")) - set(bench.tables) if options.tables else None
    if unknown:
        sys.exit(f"compare: no table named {', '.join(sorted(unknown))}; there are {', '.join(bench.tables)}")
    tables = options.tables.split(",") if options.tables else list(bench.tables)
    rows = options.ours or recipe.OURS
    parts = [(f"without {name}", arguments, recipe.ABLATION_SEEDS) for name, arguments in recipe.ABLATION]
    load = os.getloadavg()[0]
    if load > options.threads and not options.render:
        say(f"the machine is busy (load {load:.1f}): accuracy does not depend on it, times do")
    if not options.render:
        measure(bench, options, [rows[0], *parts] if options.ablation else rows, tables)
    if options.peers:
        return
    figures, versions = collect(bench, options.binary, [*rows, *parts], tables, options.seeds)
    names = [name for name, *_ in rows if figures.has(name)]
    if not names:
        sys.exit("compare: no row of chainrule was measured")
    peers = [*recipe.FAST, *recipe.SLOW]
    shown_rows = names + [name for name, *_ in parts if figures.has(name)] if options.ablation else names
    print(terminal_summary(figures, shown_rows, [peer for peer in peers if figures.has(peer)], recipe.REFERENCE,
                           recipe.WORSE))
    if options.baselines or options.tables or options.ours:
        return
    render(figures, names, peers, versions, options.seconds, PAGE)
    say(f"wrote {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
