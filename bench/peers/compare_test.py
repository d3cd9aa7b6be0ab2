#!/usr/bin/env python3
"""Makes pages from invented figures: checks what they hold, how missing figures appear, and what is kept."""

import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parent))
import compare  # noqa: E402
import peer_cases  # noqa: E402
import performance_page  # noqa: E402


def measured(net, figures, share=0.5, **more):
    return {**peer_cases.case(net, **more), "figures": figures, "refused": {}, "memory_mb": {"dlib": 9.0}, "flops": 1e6,
            "about": {name: {"version": "1.0", "setting": "best"} for name in figures if name != "chainrule"},
            "peak_share": share, "peak_gflops": 100.0}


def raw(*cases, **more):
    reads = [{"kibibytes_per_thread": 16, "gigabytes_per_second": 100.0},
             {"kibibytes_per_thread": 1000, "gigabytes_per_second": 10.0}]
    machine = {"model": "M", "processors": 2, "flags": ["avx2"], "caches": [], "memory_gib": 1, "kernel": "k",
               "load": 0.1}
    return {"date": "2026-01-01", "quick": False, "machine": machine, "commit": "c", "chainrule": "chainrule 1",
            "compiler": "cc", "speeds": {"1": {"vector": "avx2", "peak_gflops_per_second": 100.0, "reads": reads}},
            "cases": list(cases), "minutes": 1.0, **more}


def verdict(raw_figures, words):
    found = [row for row in performance_page.aims(raw_figures) if words in row[0]]
    assert len(found) == 1, found
    return found[0]


class Figures(unittest.TestCase):
    def test_a_ratio_is_the_median_of_the_ratios_within_a_round(self):
        # Ratios of 2, 4 and 3; in the second round the machine was ten times as slow.
        result = measured("2-3-2", {"chainrule": [1, 10, 1], "FANN": [2, 40, 3]})
        self.assertEqual(peer_cases.ratio(result, "FANN"), 3)
        self.assertIsNone(peer_cases.ratio(result, "dlib"))

    def test_the_better_setting_of_a_peer_decides_an_aim(self):
        slow = measured("64-64-10", {"chainrule": [1], "PyTorch": [40], "PyTorch, compiled": [24]})
        self.assertEqual(verdict(raw(slow), "25 x PyTorch")[1:], ["24 x", "**missed**"])
        fast = measured("64-64-10", {"chainrule": [1], "PyTorch": [40], "PyTorch, compiled": [26]})
        self.assertEqual(verdict(raw(fast), "25 x PyTorch")[1:], ["26 x", "met"])

    def test_what_was_not_measured_is_neither_met_nor_missed(self):
        nothing = raw({**peer_cases.case("2-3-2"), "skipped": "the time was up"})
        self.assertEqual({row[2] for row in performance_page.aims(nothing)}, {"not measured"})

    def test_sixteen_bits_are_held_against_pytorch_in_float(self):
        net = "784-1024-1024-10"
        figures = raw(measured(net, {"chainrule": [10], "PyTorch": [12], "PyTorch, compiled": [15]}),
                      measured(net, {"chainrule": [2], "PyTorch": [3]}, precision="bf16"))
        self.assertEqual(verdict(figures, f"{net}: bfloat16")[1:], ["6 x", "met"])

    def test_a_cliff_is_a_rise_to_the_next_larger_size(self):
        sweeps = {"width": [[16, 9.0], [32, 1.0], [64, 1.4]], "batch": [[1, 1.0], [2, 1.6], [4, 0.1]]}
        figures = raw(sweeps=sweeps)
        self.assertEqual(performance_page.worst_rises(figures), {"width": (1.4, 64), "batch": (1.6, 2)})
        self.assertEqual([verdict(figures, f"No cliff over {kind}")[2] for kind in sweeps], ["met", "**missed**"])

    def test_the_least_bytes_of_a_step(self):
        # 6 + 6 weights of 4 bytes: three times all, once those of the second layer; 4 rows of 2 inputs twice.
        self.assertEqual(performance_page.least_bytes("2-3-2", 4), 4 * (3 * 12 + 6 + 16))

    def test_numbers_have_few_digits_and_no_exponents(self):
        self.assertEqual([performance_page.number(x) for x in (1234567.0, 0.01234, 25, 0, None)],
                         ["1,230,000", "0.0123", "25", "0", "-"])


class Page(unittest.TestCase):
    def render(self, figures, before=None):
        with tempfile.TemporaryDirectory() as folder:
            page = Path(folder) / "performance.md"
            if before is not None:
                page.write_text(before)
            performance_page.render(figures, page)
            return page.read_text()

    def test_holds_the_figures_and_says_where_there_are_none(self):
        page = self.render(raw(measured("2-3-2", {"chainrule": [2.0], "FANN": [12.0]})))
        self.assertIn("| 2-3-2, batch 4, 1 thread | 2,000,000 | 2 | 50 % | 6 x |", page)
        self.assertIn("Not measured in this run.", page)
        self.assertNotIn("$", page)

    def test_keeps_what_was_written_by_hand(self):
        first = self.render(raw(measured("2-3-2", {"chainrule": [2.0], "FANN": [12.0]})))
        mark = "<!-- by hand: why an aim is missed -->\n"
        words = r"Because of \1 and {braces}." + "\n"
        again = self.render(raw(measured("2-3-2", {"chainrule": [1.0], "FANN": [12.0]})),
                            first.replace(mark, mark + words))
        self.assertIn(mark + words + "<!-- end -->", again)
        self.assertIn("12 x", again)

    def test_refuses_to_lose_what_was_written_by_hand(self):
        with self.assertRaisesRegex(SystemExit, "no place for the part by hand 'poetry'"):
            self.render(raw(), "<!-- by hand: poetry -->\nwords\n<!-- end -->\n")


class Processes(unittest.TestCase):
    def test_the_same_work_is_asked_of_chainrule_and_of_a_peer(self):
        c = peer_cases.case("784-128-10", 2, dropout=0.2)
        self.assertEqual(peer_cases.work_options(c), ["--layers", "784,128,10", "--threads", "2", "--dropout", "0.2"])
        self.assertIn("--batch-size", peer_cases.chainrule_words(c, 1))
        self.assertIn("--rows", peer_cases.chainrule_words(peer_cases.case("2-3-2", work="predict", rows=1), 1))

    def test_a_library_that_is_not_installed_is_skipped(self):
        compare.PEERS["none"] = ([Path("/nonexistent/worker")], [])
        self.addCleanup(compare.PEERS.pop, "none")
        self.assertIn("setup.sh", compare.Worker("none", peer_cases.case("2-3-2"), 256).refused)

    def test_a_library_that_ends_is_left_out_and_the_others_continue(self):
        with tempfile.TemporaryDirectory() as folder, mock.patch.object(compare, "BUILD", Path(folder)):
            script = Path(folder) / "worker.py"
            script.write_text("import sys\nprint('{}', flush=True)\nsys.stdin.readline()\n"
                              "print('{\"microseconds\": [3, 1, 2]}')\n")
            compare.PEERS["short"] = ([Path(sys.executable), script], [])
            self.addCleanup(compare.PEERS.pop, "short")
            worker = compare.Worker("short", peer_cases.case("2-3-2"), 256)
            self.addCleanup(worker.process.stdout.close)
            self.assertEqual(worker.measure(0.1), 2)
            self.assertIsNone(worker.measure(0.1))
            self.assertIn("ended", worker.refused)
            worker.close()


if __name__ == "__main__":
    unittest.main()
