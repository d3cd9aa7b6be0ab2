"""Makes docs/performance.md from the raw figures of compare.py: tables, aims, and the parts written by hand."""

import pathlib
import re
import string
import sys

from peer_cases import NETS, PEERS, PYTORCH, case, median, ratio, title

TEMPLATE = pathlib.Path(__file__).resolve().parent / "performance.md.in"
# The time per multiply-add may rise by at most this factor from one size to the next.
CLIFF = 1.5


def number(value, digits=3):
    if value is None:
        return "-"
    text = f"{value:.{digits}g}"
    return f"{float(text):,.0f}" if "e" in text or abs(value) >= 10**digits else text


def table(head, rows):
    if not rows:
        return "Not measured in this run."
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def pick(raw, c):
    for result in raw["cases"]:
        if title(result) == title(c):
            return result
    return {}


def ratio_table(raw, results):
    """chainrule's time and share of the peak, then how many times as long each peer takes."""
    names = [name for name in PEERS if any(name in result.get("figures", {}) for result in results)]
    rows = []
    for result in results:
        label = title(result).split(" ", 1)[1]
        if "figures" not in result:
            rows.append([label, f"not measured: {result['skipped']}"] + ["-"] * (2 + len(names)))
            continue
        ours = median(result["figures"]["chainrule"])
        share = result["peak_share"]
        rows.append([label, number(result["batch"] / ours * 1e6), number(ours),
                     "-" if share is None else f"{number(share * 100, 2)} %"] +
                    ["-" if ratio(result, name) is None else f"{number(ratio(result, name))} x" for name in names])
    unit = "step" if results and results[0]["work"] == "train" else "call"
    return table(["", "chainrule, rows/s", f"µs per {unit}", "of the peak", *names], rows)


def least_bytes(net, rows):
    """The fewest bytes that a step of gradient descent moves when only parameters and inputs exceed the fastest cache:
    the weights once for the forward pass, once for the gradient of the inputs (not in the first layer), once read
    and once written by the update; the rows once for the forward pass and once for the gradient of the weights."""
    sizes = [int(n) for n in net.split("-")]
    weights = [a * b for a, b in zip(sizes, sizes[1:])]
    return 4 * (3 * sum(weights) + sum(weights[1:]) + 2 * rows * sizes[0])


def roofline_table(raw):
    rows = []
    for net, batch in NETS.items():
        result = pick(raw, case(net))
        if "figures" not in result or not result["peak_gflops"]:
            continue
        reads = raw["speeds"]["1"]["reads"]
        kibibytes = 4 * sum(a * b for a, b in zip(*[[int(n) for n in net.split("-")][i:] for i in (0, 1)])) / 1024
        fits = next((r for r in reads if r["kibibytes_per_thread"] >= kibibytes), reads[-1])
        compute = result["flops"] / result["peak_gflops"] * 1e-3
        move = least_bytes(net, batch) / fits["gigabytes_per_second"] * 1e-3
        ours = median(result["figures"]["chainrule"])
        rows.append([f"{net}, batch {batch}", number(result["flops"] * 1e-6), number(compute),
                     number(least_bytes(net, batch) / 1024), f"{number(fits['gigabytes_per_second'])}", number(move),
                     number(ours), f"{number(ours / max(compute, move))} x"])
    return table(["one thread", "Mflop per step", "at the peak, µs", "KiB to move", "at GB/s", "that is µs",
                  "measured µs", "over the roof"], rows)


def best_ratio(raw, c, peers):
    """The ratio to the fastest of the peers, and its name."""
    result = pick(raw, c)
    found = [(ratio(result, peer), peer) for peer in peers if ratio(result, peer) is not None]
    return min(found) if found else (None, "")


def aims(raw):
    """[(aim, figure, verdict)]"""
    rows = []

    def add(text, figure, met, unit=""):
        verdict = "not measured" if figure is None else "met" if met(figure) else "**missed**"
        rows.append([text, "-" if figure is None else f"{number(figure)}{unit}", verdict])

    def at_least(net, peers, least, threads=1, **more):
        peers = (peers,) if isinstance(peers, str) else peers
        value, name = best_ratio(raw, case(net, threads, **more), peers)
        label = f"{net}: {least} x {peers[0]}" + (", 2 threads" if threads == 2 else "")
        add(label + (f" ({name})" if name and len(peers) > 1 else ""), value, lambda v: v >= least, " x")

    def share(net, least):
        value = pick(raw, case(net)).get("peak_share")
        add(f"{net}: {least * 100:.0f} % of the peak", None if value is None else value * 100,
            lambda v: v >= least * 100, " %")

    def low_precision(net, least):
        # Against PyTorch in float: what a user gains by --precision bf16.
        ours, theirs = pick(raw, case(net, precision="bf16")), pick(raw, case(net))
        value = None
        if "figures" in ours and "figures" in theirs:
            value = min(median(theirs["figures"][name]) / median(ours["figures"]["chainrule"])
                        for name in PYTORCH if name in theirs["figures"])
        add(f"{net}: bfloat16 on matrix units, {least} x PyTorch in float", value, lambda v: v >= least, " x")

    at_least("2-3-2", "FANN", 5)
    at_least("64-64-10", "dlib", 8)
    at_least("64-64-10", PYTORCH, 25)
    at_least("64-64-10", "scikit-learn", 25)
    share("64-64-10", 0.60)
    at_least("784-128-10", PYTORCH, 2.4)
    at_least("784-128-10", PYTORCH, 3.4, threads=2)
    share("784-128-10", 0.65)
    at_least("784-1024-1024-10", PYTORCH, 1.35)
    low_precision("784-1024-1024-10", 5)
    at_least("1024-4096-4096-1000", PYTORCH, 1.2)
    low_precision("1024-4096-4096-1000", 4.2)
    for net, most in (("64-64-10", 0.18), ("784-128-10", 3.2)):
        one_row = case(net, work="predict", rows=1)
        result = pick(raw, one_row)
        if "avx512f" in raw["machine"]["flags"]:
            ours = median(result["figures"]["chainrule"]) if "figures" in result else None
            add(f"{net}, one row: at most {most} µs with AVX-512", ours, lambda v, m=most: v <= m, " µs")
        value, name = best_ratio(raw, one_row, PEERS)
        add(f"{net}, one row: ahead of every peer" + (f" (nearest: {name})" if name else ""), value, lambda v: v >= 1,
            " x")
    for kind, rises in worst_rises(raw).items():
        add(f"No cliff over {kind}: at most {CLIFF} x from one size to the next", rises[0], lambda v: v <= CLIFF, " x")
    return rows


def worst_rises(raw):
    """{kind: (largest rise of the time per multiply-add from one size to the next, the larger size)}"""
    found = {}
    for kind, points in raw.get("sweeps", {}).items():
        found[kind] = max((after[1] / before[1], after[0]) for before, after in zip(points, points[1:]))
    return found


def sweep_table(raw, kind):
    points = raw.get("sweeps", {}).get(kind, [])
    rises = [None] + [after[1] / before[1] for before, after in zip(points, points[1:])]
    return table([kind, "ps per multiply-add", "relative to the previous size"],
                 [[str(size), number(ns * 1e3), "-" if rise is None else f"{number(rise)} x"]
                  for (size, ns), rise in zip(points, rises)])


def sweep_verdict(raw):
    return " ".join(f"The steepest rise over {kind} is {number(rise)} x, at {size}: "
                    + ("no cliff." if rise <= CLIFF else "**a cliff**.")
                    for kind, (rise, size) in worst_rises(raw).items())


def versions(raw):
    """{peer: (version, settings)} of all that took part."""
    found = {}
    for result in raw["cases"]:
        for name, about in result.get("about", {}).items():
            found.setdefault(name, (about["version"], set()))[1].add(f"{result['work']}: {about['setting']}")
    return found


def put_into(raw, again, pattern):
    """The figures of the last run, with the cases of `again` in their places."""
    repeated = {title(result): result for result in again["cases"]}
    raw["cases"] = [repeated.get(title(result), result) for result in raw["cases"]]
    # A second run with the same pattern replaces the first.
    raw["again"] = [run for run in raw.get("again", []) if run["pattern"] != pattern]
    raw["again"].append({"date": again["date"], "commit": again["commit"], "pattern": pattern,
                         "cases": len(repeated), "load": again["machine"]["load"]})
    return raw


def again_text(raw):
    return "".join(f"\n- Measured again on {run['date']} (commit {run['commit']}, load {number(run['load'], 2)}): the "
                   f"{run['cases']} cases that match `{run['pattern']}`." for run in raw.get("again", []))


def kept_by_hand(page):
    return dict(re.findall(r"<!-- by hand: ([\w ]+) -->\n(.*?)<!-- end -->", page, re.S))


def render(raw, page):
    """Writes the page and keeps the parts that were written by hand in the existing one."""
    machine, threads = raw["machine"], raw["speeds"]
    training = [r for r in raw["cases"] if r["work"] == "train"]
    plain = [r for r in training if not {"optimizer", "activation", "dropout", "precision"} & set(r)]
    text = string.Template(TEMPLATE.read_text()).substitute(
        date=raw["date"],
        commit=raw["commit"],
        machine=f"{machine['model']}, {machine['processors']} processors, {' '.join(machine['flags'])}, "
                f"{', '.join(machine['caches'])}, {machine['memory_gib']} GiB, Linux {machine['kernel']}",
        load=number(machine["load"], 2),
        minutes=number(raw["minutes"], 2),
        again=again_text(raw),
        chainrule=f"{raw['chainrule']} ({threads['1']['vector']}), built by {raw['compiler']}",
        speeds=table(["threads", "peak, GFLOP/s in float"] + [f"GB/s from {r['kibibytes_per_thread']} KiB per thread"
                                                              for r in threads["1"]["reads"]],
                     [[n, number(s["peak_gflops_per_second"])] + [number(r["gigabytes_per_second"]) for r in s["reads"]]
                      for n, s in threads.items()]),
        versions=table(["library", "version", "how"],
                       [[name, version, "; ".join(sorted(settings))]
                        for name, (version, settings) in sorted(versions(raw).items())]),
        aims=table(["aim", "measured", ""], aims(raw)),
        one_thread=ratio_table(raw, [r for r in plain if r["threads"] == 1]),
        two_threads=ratio_table(raw, [r for r in plain if r["threads"] == 2]),
        others=ratio_table(raw, [r for r in training if r not in plain and "precision" not in r]),
        bfloat16=ratio_table(raw, [r for r in training if "precision" in r]),
        prediction=ratio_table(raw, [r for r in raw["cases"] if r["work"] == "predict"]),
        roofline=roofline_table(raw),
        widths=sweep_table(raw, "width"),
        batches=sweep_table(raw, "batch"),
        sweep_verdict=sweep_verdict(raw),
        start_up=table(["process", "ms"], [[f"`{name}`", number(median(times))]
                                           for name, times in raw.get("start_ups", {}).items()]),
        memory=table(["training 64-64-10", "MB"],
                     [[name, number(mb)] for name, mb in raw.get("memory_mb", {}).items()]),
    )
    written = kept_by_hand(page.read_text()) if page.exists() else {}
    for name, words in written.items():
        if f"<!-- by hand: {name} -->" not in text:
            sys.exit(f"compare: {TEMPLATE.name} has no place for the part by hand '{name}' of {page.name}; "
                     "the page was not written")
        text = re.sub(rf"(<!-- by hand: {name} -->\n).*?(<!-- end -->)", lambda m: m[1] + words + m[2], text,
                      flags=re.S)
    page.write_text(text)
