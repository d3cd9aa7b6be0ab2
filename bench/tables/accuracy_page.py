"""Makes docs/accuracy.md from the figures: tables, and the parts written by hand."""

import pathlib
import re
import string
import sys

import recipe
from measures import FLOOR, MEASURES
from summary import TITLES, lost_lines, means_table, number, shown, table

TEMPLATE = pathlib.Path(__file__).resolve().parent / "accuracy.md.in"


def per_table(figures, ours, peers, task):
    """Each development table: ours, the best peer's, who that is."""
    measures = MEASURES[task]
    rows = []
    for name, about in figures.tables.items():
        if about["task"] != task:
            continue
        cells = [name, f"{about['train_rows']:,}", str(len(about["numeric"])), str(len(about["categorical"])),
                 str(about["classes"] if task == "classification" else len(about["targets"]))]
        for measure in measures:
            best = figures.best_peer(ours, peers, name, measure)
            cells += per_table_cells(best, measure)
        rows.append(cells)
    head = ["", "rows", "numeric", "categories", "classes" if task == "classification" else "targets"]
    for measure in measures:
        head += [f"{TITLES[measure]}: ours", "best peer", ""]
    return table(head, rows)


def per_table_cells(best, measure):
    if best is None:
        return ["–"] * 3
    mine, theirs, peer = best
    difference = max(FLOOR, theirs) / max(FLOOR, mine)
    verdict = "won" if difference > recipe.WORSE else "**lost**" if difference < 1 / recipe.WORSE else "even"
    return [shown(measure, mine), f"{shown(measure, theirs)}, {peer}", verdict]


def verdicts(figures, ours, peers):
    """How often the default is better than, about as good as and worse than each peer, measure by measure."""
    rows = []
    for peer in peers:
        cells = [peer]
        for measure in TITLES:
            pairs = figures.common(ours, peer, measure).values()
            ratios = [max(FLOOR, theirs) / max(FLOOR, mine) for mine, theirs in pairs]
            won = sum(r > recipe.WORSE for r in ratios)
            lost = sum(r < 1 / recipe.WORSE for r in ratios)
            cells.append(f"{won} / {len(ratios) - won - lost} / {lost}" if ratios else "–")
        rows.append(cells)
    return table(["won / even / lost against", *TITLES.values()], rows)


def costs_table(figures, labels):
    rows = []
    for label in labels:
        if not figures.has(label):
            continue
        cost = figures.cost(label)
        rows.append([label, str(len(figures.done[label])), number(cost["train"]), number(cost["slowest"]),
                     number(cost["train_all"]), number(cost["predict"]), number(cost["memory"]),
                     number(cost["most_memory"])])
    return table(["", "tables", "training, s", "slowest", "all tables", "prediction, s", "memory, MB", "most"], rows)


def ablation_table(figures, ours, rows):
    """What leaving out each part costs: ratios to the default, over 1 where the part helps."""
    lines = []
    for name, options in rows:
        label = f"without {name}"
        if not figures.has(label):
            continue
        cells = [name, f"`{options}`"]
        for measure in TITLES:
            value, _ = figures.ratio(label, ours, measure)
            cells.append("–" if value is None else f"{(value - 1) * 100:+.1f} %")
        lines.append([*cells, str(len(figures.done[label])), " ".join(map(str, figures.seeds(label)))])
    if not lines:
        return "Not measured with this version."
    return table(["part, and what it becomes", "options", *TITLES.values(), "tables", "seeds"], lines)


def missed_text(figures, labels):
    lines = []
    for label in labels:
        by_status = {}
        for record in figures.missed.get(label, []):
            by_status.setdefault(record["status"].split(":")[0], set()).add(record["table"])
        lines += [f"- {label} {status} on {', '.join(sorted(names))}." for status, names in sorted(by_status.items())]
    return "\n".join(lines) or "- Every fit finished."


def tables_text(figures):
    by_source = {}
    for name, about in figures.tables.items():
        by_source.setdefault(about["source"], []).append(name)
    return "\n".join(f"- {source}: {', '.join(sorted(names))}." for source, names in sorted(by_source.items()))


def load_text(records):
    loads = sorted(record["load"] for record in records)
    threads = sorted({record["threads"] for record in records})
    return (f"{' or '.join(map(str, threads))} thread{'s' * (threads != [1])}, under a load of {loads[0]} to "
            f"{loads[-1]} (median {loads[len(loads) // 2]})")


def kept_by_hand(page):
    return dict(re.findall(r"<!-- by hand: ([\w ]+) -->\n(.*?)<!-- end -->", page, re.S))


def render(figures, rows, peers, versions, limit_seconds, page):
    """Writes the page and keeps the parts that were written by hand in the existing one."""
    ours = rows[0]
    measured = [label for label in [*rows, *peers] if figures.has(label)]
    records = [record for label in measured for by_seed in figures.done[label].values() for record in by_seed.values()]
    counts = {task: sum(about["task"] == task for about in figures.tables.values()) for task in MEASURES}
    missing = [peer for peer in peers if not figures.has(peer)]
    text = string.Template(TEMPLATE.read_text()).substitute(
        dates=" to ".join(sorted({min(r["date"] for r in records), max(r["date"] for r in records)})),
        version=versions.get(ours, "chainrule"),
        classes=counts["classification"], numbers=counts["regression"], limit=limit_seconds,
        means=means_table(figures, ours, measured),
        verdicts=verdicts(figures, ours, [peer for peer in peers if figures.has(peer)]),
        classification=per_table(figures, ours, peers, "classification"),
        regression=per_table(figures, ours, peers, "regression"),
        costs=costs_table(figures, measured),
        ablation=ablation_table(figures, ours, recipe.ABLATION),
        missed=missed_text(figures, measured),
        unmeasured=f"\nNot measured: {', '.join(missing)}.\n" if missing else "",
        load=load_text(records),
        sources=tables_text(figures),
        versions=table(["tool", "version"], [[label, versions[label]] for label in measured if label in versions]),
        reference=recipe.REFERENCE, worse=f"{(recipe.WORSE - 1) * 100:.0f} %",
        lost="; ".join(lost_lines(figures, ours, recipe.REFERENCE, recipe.WORSE)) or "nowhere",
    )
    written = kept_by_hand(page.read_text()) if page.exists() else {}
    for name, words in written.items():
        if f"<!-- by hand: {name} -->" not in text:
            sys.exit(f"compare: {TEMPLATE.name} has no place for the part by hand '{name}' of {page.name}; "
                     "the page was not written")
        text = re.sub(rf"(<!-- by hand: {name} -->\n).*?(<!-- end -->)", lambda m: m[1] + words + m[2], text,
                      flags=re.S)
    page.write_text(text)
