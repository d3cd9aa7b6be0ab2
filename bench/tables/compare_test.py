#!/usr/bin/env python3
"""Checks measures, means, the file of results and the page, with invented figures and an invented program."""

import json
import math
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import accuracy_page  # noqa: E402
import compare  # noqa: E402
import measures  # noqa: E402
import measuring  # noqa: E402
import recipe  # noqa: E402
import summary  # noqa: E402

TABLES = {
    "a": {"task": "classification", "targets": ["y"], "numeric": ["x"], "categorical": [], "classes": 2,
          "train_rows": 10, "test_rows": 4, "source": "made here"},
    "b": {"task": "classification", "targets": ["y"], "numeric": ["x"], "categorical": [], "classes": 3,
          "train_rows": 10, "test_rows": 4, "source": "made here"},
    "n": {"task": "regression", "targets": ["y", "z"], "numeric": ["x"], "categorical": ["c"], "classes": 0,
          "train_rows": 10, "test_rows": 4, "source": "elsewhere"},
}


def result(table, seed, tool="chainrule", status="done", **figures):
    costs = {"train_cpu_seconds": 1.0, "predict_cpu_seconds": .1, "memory_mb": 10.0} if status == "done" else {}
    return {"table": table, "seed": seed, "tool": tool, "options": "", "version": "1", "status": status, "threads": 2,
            "load": 1.0, "date": "2026-12-01", **costs, **figures}


def figures(**labels):
    found = summary.Figures(TABLES)
    for label, records in labels.items():
        found.add(label, records)
    return found


class Measures(unittest.TestCase):
    def test_error_and_log_loss_by_hand(self):
        # Three rows: right with 0.8, wrong with 0.3, and a class that no column stands for.
        found = measures.of_classes(["p", "q", "r"], ["p", "q"], [[.8, .2], [.7, .3], [.5, .5]])
        self.assertAlmostEqual(found["error"], 2 / 3)
        self.assertAlmostEqual(found["log_loss"], -(math.log(.8) + math.log(.3) + math.log(1e-7)) / 3)

    def test_a_probability_of_zero_or_nan_costs_the_clip(self):
        zero = measures.of_classes(["p"], ["p", "q"], [[0.0, 1.0]])["log_loss"]
        self.assertEqual(zero, -math.log(1e-7))
        self.assertEqual(measures.of_classes(["p"], ["p", "q"], [[math.nan, math.nan]])["log_loss"], zero)

    def test_nrmse_is_1_for_the_mean_and_the_mean_over_targets(self):
        targets = [[0.0, 10.0], [2.0, 30.0]]
        self.assertAlmostEqual(measures.of_numbers(targets, [[1.0, 20.0], [1.0, 20.0]])["nrmse"], 1)
        self.assertAlmostEqual(measures.of_numbers(targets, [[0.0, 20.0], [2.0, 20.0]])["nrmse"], .5)

    def test_a_geometric_mean_has_a_floor(self):
        self.assertAlmostEqual(measures.geometric_mean([.1, .4]), .2)
        self.assertAlmostEqual(measures.geometric_mean([0.0, .1]), .01)


class Means(unittest.TestCase):
    def test_a_ratio_is_over_the_tables_and_seeds_that_both_have(self):
        ours = [result("a", 1, error=.1, log_loss=1), result("a", 2, error=.9, log_loss=1),
                result("b", 1, error=.2, log_loss=1)]
        theirs = [result("a", 1, error=.3, log_loss=1)]
        found = figures(ours=ours, theirs=theirs)
        ratio, tables = found.ratio("theirs", "ours", "error")
        self.assertAlmostEqual(ratio, 3)
        self.assertEqual(tables, 1)

    def test_a_mean_over_other_tables_is_not_shown(self):
        ours = [result(table, 1, error=.1, log_loss=1) for table in "ab"]
        text = summary.means_table(figures(ours=ours, theirs=ours[:1]), "ours", ["ours", "theirs"])
        rows = text.split("\n")
        self.assertIn("| ours | 1 | 2 | 10.00 % | 1.000 |", rows[2])
        self.assertIn("| theirs | 1 | 1 | – | 1.000 |", rows[3])

    def test_tables_that_are_lost_are_found(self):
        found = figures(ours=[result("a", 1, error=.104, log_loss=.5), result("b", 1, error=.1029, log_loss=.5)],
                        mlp=[result("a", 1, error=.1, log_loss=.5), result("b", 1, error=.1, log_loss=.5)])
        self.assertEqual([(table, measure) for table, measure, *_ in found.worse_than("ours", "mlp", 1.03)],
                         [("a", "error")])

    def test_the_best_peer_is_the_one_with_the_smallest_ratio(self):
        found = figures(ours=[result("n", 1, nrmse=.5)], p=[result("n", 1, nrmse=.6)], q=[result("n", 1, nrmse=.4)],
                        r=[result("n", 1, status="did not finish")])
        self.assertEqual(found.best_peer("ours", ["p", "q", "r"], "n", "nrmse"), (.5, .4, "q"))


class Results(unittest.TestCase):
    def test_a_run_that_was_cut_off_resumes(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "results.jsonl"
            measuring.Results(path).add(result("a", 1, error=.1))
            with open(path, "a") as file:
                file.write('{"table": "b", "se')  # the machine stopped here
            again = measuring.Results(path)
            self.assertEqual(again.get(table="a", seed=1, tool="chainrule", options="", version="1")["error"], .1)
            self.assertIsNone(again.get(table="a", seed=1, tool="chainrule", options="", version="2"))
            again.add(result("b", 1, error=.3))
            self.assertEqual(len(measuring.Results(path).records), 2)

    def test_only_the_newest_version_counts(self):
        records = [{"version": "1", "table": "a"}, {"version": "2", "table": "a"}, {"version": "2", "table": "b"}]
        self.assertEqual(compare.newest(records), records[1:])


PROGRAM = """#!/bin/sh
case "$1" in
  --version) echo "invented 1" ;;
  train) [ "$3" = "--target" ] || exit 2; case "$*" in *--bad*) echo "unknown option --bad"; exit 2 ;; esac
         while [ "$1" != -o ]; do shift; done; echo model > "$2" ;;
  predict) grep -q y "$3" && exit 3  # the targets must not be there
         while [ "$1" != -o ]; do shift; done
         printf 'y,probability no,probability yes\\nyes,0.25,0.75\\nyes,0.25,0.75\\n' > "$2" ;;
esac
"""


class Program(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        folder = Path(temporary.name)
        (folder / "data" / "seed-1").mkdir(parents=True)
        (folder / "data" / "tables.json").write_text(json.dumps({"a": TABLES["a"]}))
        for part in ("train", "test"):
            (folder / "data" / "seed-1" / f"a.{part}.csv").write_text("x,y\n1,yes\n2,no\n")
        self.binary = folder / "invented"
        self.binary.write_text(PROGRAM)
        self.binary.chmod(0o755)
        self.bench = measuring.Bench(folder, 1, 60)

    def test_is_trained_and_scored_once_for_each_version(self):
        version = measuring.chainrule_version(self.binary)
        record = measuring.run_chainrule(self.bench, self.binary, version, "", "a", 1)
        self.assertEqual((record["status"], record["error"]), ("done", .5))
        self.assertAlmostEqual(record["log_loss"], -(math.log(.75) + math.log(.25)) / 2)
        self.assertIs(measuring.run_chainrule(self.bench, self.binary, version, "", "a", 1), record)
        self.binary.write_text(PROGRAM + "# another build\n")
        self.assertNotEqual(measuring.chainrule_version(self.binary), version)

    def test_a_row_with_options_that_it_does_not_have_is_left_out(self):
        compare.measure_rows(self.bench, self.binary, [("bad", "--bad", [1]), ("default", "", [1])], ["a"])
        statuses = [record["status"].split(":")[0] for record in self.bench.results.records]
        self.assertEqual(statuses, ["failed", "done"])


class Page(unittest.TestCase):
    def render(self, found, before=None):
        with tempfile.TemporaryDirectory() as folder:
            page = Path(folder) / "accuracy.md"
            if before is not None:
                page.write_text(before)
            accuracy_page.render(found, ["default"], ["scaled MLP", "TabM"], {"default": "chainrule 1"}, 300, page)
            return page.read_text()

    def setUp(self):
        self.figures = figures(**{
            "default": [result("a", 1, error=.2, log_loss=.5), result("n", 1, nrmse=.5)],
            "scaled MLP": [result("a", 1, error=.1, log_loss=.6), result("n", 1, status="did not finish")],
            "without many networks: one, with a fifth held out": [result("a", 1, error=.3, log_loss=.5)],
        })

    def test_shows_what_is_lost_and_what_is_not_there(self):
        page = self.render(self.figures)
        self.assertIn("| a | 10 | 1 | 0 | 2 | 20.00 % | 10.00 %, scaled MLP | **lost** | 0.5000 | 0.6000, scaled MLP | "
                      "won |", page)
        self.assertIn("| n | 10 | 1 | 1 | 2 | – | – | – |", page)
        self.assertIn("scaled MLP did not finish on n.", page)
        self.assertIn("Not measured: TabM.", page)
        self.assertIn("among the others: a: error 20.00 % against 10.00 % (× 2.00).", page)
        self.assertIn("| many networks: one, with a fifth held out | `--members 1` | +50.0 % | +0.0 % | – | 1 | 1 |",
                      page)
        self.assertNotIn("$", page)

    def test_keeps_what_was_written_by_hand(self):
        mark = "<!-- by hand: remarks -->\n"
        words = r"Because of \1." + "\n"
        again = self.render(self.figures, self.render(self.figures).replace(mark, mark + words))
        self.assertIn(mark + words + "<!-- end -->", again)
        with self.assertRaisesRegex(SystemExit, "no place for the part by hand 'poetry'"):
            self.render(self.figures, "<!-- by hand: poetry -->\nwords\n<!-- end -->\n")

    def test_every_peer_that_is_measured_has_a_place(self):
        source = (Path(__file__).resolve().parent / "peer_models.py").read_text()
        for peer in (*recipe.FAST, *recipe.SLOW):
            self.assertIn(f'    "{peer}": Peer(', source)


if __name__ == "__main__":
    unittest.main()
