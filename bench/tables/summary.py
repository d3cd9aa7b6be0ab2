"""From results to figures: means over tables and ratios between tools, computed from records alone."""

import statistics

from measures import FLOOR, MEASURES, geometric_mean, mean

TITLES = {"error": "error", "log_loss": "log-loss", "nrmse": "NRMSE"}


class Figures:
    """label -> table -> seed -> record, for finished fits; and the fits that did not finish."""

    def __init__(self, tables):
        self.tables = tables
        self.done, self.missed = {}, {}

    def add(self, label, records):
        records = [record for record in records if record["table"] in self.tables]
        by_table = self.done.setdefault(label, {})
        for record in records:
            if record["status"] == "done":
                by_table.setdefault(record["table"], {})[record["seed"]] = record
        self.missed[label] = [record for record in records if record["status"] != "done"]

    def has(self, label):
        return bool(self.done.get(label))

    def seeds(self, label):
        return sorted({seed for by_seed in self.done.get(label, {}).values() for seed in by_seed})

    def tables_with(self, measure):
        return [name for name, about in self.tables.items() if measure in MEASURES[about["task"]]]

    def common(self, label, other, measure):
        """table -> (mean of the one, mean of the other), over the seeds that both have."""
        found = {}
        for table in self.tables_with(measure):
            one, two = (self.done.get(name, {}).get(table, {}) for name in (label, other))
            seeds = sorted(set(one) & set(two))
            if seeds:
                found[table] = tuple(mean([by_seed[seed][measure] for seed in seeds]) for by_seed in (one, two))
        return found

    def mean(self, label, measure):
        """The geometric mean over the tables of the mean over the seeds; how many tables."""
        values = [one for one, _ in self.common(label, label, measure).values()]
        return geometric_mean(values), len(values)

    def ratio(self, label, other, measure):
        """How many times the measure of `other` that of `label` is, over the tables that both have; how many tables."""
        pairs = self.common(label, other, measure).values()
        if not pairs:
            return None, 0
        return geometric_mean([one for one, _ in pairs]) / geometric_mean([two for _, two in pairs]), len(pairs)

    def worse_than(self, label, other, factor):
        """[(table, measure, ours, theirs)] where `label` is worse by more than the factor."""
        found = []
        for measure in TITLES:
            for table, (ours, theirs) in self.common(label, other, measure).items():
                if max(FLOOR, ours) > max(FLOOR, theirs) * factor:
                    found.append((table, measure, ours, theirs))
        return found

    def best_peer(self, label, peers, table, measure):
        """(ours, theirs, name) for the peer with the smallest ratio to ours on this table, or None."""
        found = []
        for peer in peers:
            pair = self.common(label, peer, measure).get(table)
            if pair:
                found.append((max(FLOOR, pair[1]) / max(FLOOR, pair[0]), pair[0], pair[1], peer))
        return min(found)[1:] if found else None

    def values(self, label, name):
        """The mean over the seeds of something every record has, for each table."""
        return [mean([record[name] for record in by_seed.values()]) for by_seed in self.done.get(label, {}).values()]

    def cost(self, label):
        """Geometric means of the processor seconds, their sum in training, and the median and largest peak memory."""
        memory = self.values(label, "memory_mb")
        train = self.values(label, "train_cpu_seconds")
        return {"train": geometric_mean(train), "train_all": sum(train),
                "predict": geometric_mean(self.values(label, "predict_cpu_seconds")),
                "memory": statistics.median(memory), "most_memory": max(memory), "slowest": max(train)}


def number(value, digits=3):
    if value is None:
        return "–"
    text = f"{value:.{digits}g}"
    return f"{float(text):,.0f}" if "e" in text or abs(value) >= 10**digits else text


def shown(measure, value):
    """Errors in percent."""
    if value is None:
        return "–"
    return f"{value * 100:.2f} %" if measure == "error" else f"{value:.4f}" if value < 10 else number(value)


def ratio_text(value):
    return "–" if value is None else f"{value:.3f}"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def aligned(head, rows):
    """For a terminal."""
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    return "\n".join("  ".join([row[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in
                                                            zip(row[1:], widths[1:], strict=True)])
                     for row in [head, *rows])


def means_table(figures, ours, labels, layout=table):
    """A row for each tool. The mean of a tool that lacks a table is left out, because it would be over other tables."""
    rows = []
    for label in labels:
        if not figures.has(label):
            continue
        cells = [label, " ".join(map(str, figures.seeds(label))), str(len(figures.done[label]))]
        for measure in TITLES:
            value, count = figures.mean(label, measure)
            is_complete = count == len(figures.tables_with(measure))
            cells.append(shown(measure, value) if is_complete else "–")
            cells.append(ratio_text(figures.ratio(label, ours, measure)[0]))
        rows.append(cells)
    head = ["", "seeds", "tables"]
    for name in TITLES.values():
        head += [name, "× ours"]
    return layout(head, rows)


def ratios_text(figures, row, peer):
    parts = []
    for measure, name in TITLES.items():
        value, count = figures.ratio(row, peer, measure)
        if count:
            parts.append(f"{name} × {ratio_text(value)} ({count} table{'s' * (count != 1)})")
    return f"'{row}' to {peer}: " + ", ".join(parts)


def lost_lines(figures, row, peer, factor):
    """The tables on which `row` is worse than the peer by more than the factor, the worst first."""
    lost = [(max(FLOOR, ours) / max(FLOOR, theirs), name, measure, ours, theirs)
            for name, measure, ours, theirs in figures.worse_than(row, peer, factor)]
    return [f"{name}: {TITLES[measure]} {shown(measure, ours)} against {shown(measure, theirs)} (× {ratio:.2f})"
            for ratio, name, measure, ours, theirs in sorted(lost, reverse=True)]


def terminal_summary(figures, rows, peers, reference, factor):
    """What a developer reads: every tool against each row of chainrule, and the tables that are lost."""
    ours = rows[0]
    parts = [f"Geometric means over the tables. × ours: how many times the figure of '{ours}'; over 1: worse than it.",
             means_table(figures, ours, [*rows, *peers], aligned), ""]
    parts += [ratios_text(figures, ours, peer) for peer in peers]
    for row in rows:
        lines = lost_lines(figures, row, reference, factor)
        parts.append(f"'{row}' is more than {(factor - 1) * 100:.0f} % worse than the {reference} {len(lines)} times"
                     + ":" * bool(lines))
        parts += ["  " + line for line in lines]
    for label, records in figures.missed.items():
        if records:
            parts.append(f"{label}: {len(records)} fits without a result, for example {records[0]['table']} "
                         f"seed {records[0]['seed']}: {records[0]['status']}")
    return "\n".join(parts)
