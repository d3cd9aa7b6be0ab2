"""Feeds check_layers small trees, each with one breach, and expects it with its file and line."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parent))
import check_layers  # noqa: E402

GOOD = {
    "src/chainrule/base/error.h": "#pragma once\n#include <string>\n",
    "src/chainrule/base/error.cpp": '#include "chainrule/base/error.h"\n',
    "src/chainrule/base/error_test.cpp": '#include "chainrule/base/error.h"\n',
    "src/chainrule/tensor/matrix.h": '#pragma once\n#include "chainrule/base/error.h"\n',
    "src/chainrule/data/table.h": '#pragma once\n#include "chainrule/tensor/matrix.h"\n',
    "src/chainrule/model/layer.h": '#pragma once\n#include "chainrule/tensor/matrix.h"\n',
    "src/chainrule/optim/rules.h": '#pragma once\n#include "chainrule/base/error.h"\n',
    "src/chainrule/train/trainer.h": "#pragma once\n"
    '#include "chainrule/data/table.h"\n#include "chainrule/model/layer.h"\n#include "chainrule/optim/rules.h"\n',
    "src/chainrule/io/model_file.h": '#pragma once\n#include "chainrule/train/trainer.h"\n',
    "src/chainrule/session/session.h": '#pragma once\n#include "chainrule/io/model_file.h"\n',
    "src/chainrule/chainrule.h": '#pragma once\n#include "chainrule/session/session.h"\n',
    "apps/chainrule/main.cpp": '#include <CLI/CLI.hpp>\n#include <fmt/format.h>\n'
    '#include "chainrule/chainrule.h"\n#include "chainrule/session/session.h"\n',
}


class CheckLayersTest(unittest.TestCase):
    def setUp(self):
        # The tables of exceptions list files of the real tree.
        for table in (check_layers.WITHOUT_TEST, check_layers.LIBM_ALLOWED, check_layers.OPTIONS_ALLOWED):
            patch = mock.patch.dict(table, clear=True)
            patch.start()
            self.addCleanup(patch.stop)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.write(GOOD)

    def write(self, files):
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def assert_breach(self, files, place, what):
        self.write(files)
        found = check_layers.breaches(self.root)
        self.assertEqual(len(found), 1, found)
        self.assertTrue(found[0].startswith(place + ": "), found[0])
        self.assertIn(what, found[0])

    def test_a_tree_that_keeps_the_rules_has_no_breach(self):
        self.assertEqual(check_layers.breaches(self.root), [])

    def test_a_source_includes_its_own_header_first(self):
        self.assert_breach(
            {"src/chainrule/base/error.cpp": '#include <string>\n#include "chainrule/base/error.h"\n'},
            "src/chainrule/base/error.cpp:1", 'include "chainrule/base/error.h" first')

    def test_a_lower_floor_does_not_include_a_higher_one(self):
        self.assert_breach(
            {"src/chainrule/tensor/view.h": '#pragma once\n\n#include "chainrule/model/layer.h"\n'},
            "src/chainrule/tensor/view.h:3", "tensor (floor 1) includes model (floor 2)")

    def test_every_pair_of_siblings_is_kept_apart(self):
        there = {"data": "table.h", "model": "layer.h", "optim": "rules.h"}
        for one in there:
            for other in there:
                if one == other:
                    continue
                with self.subTest(one=one, other=other):
                    path = f"src/chainrule/{one}/peeks.h"
                    self.assert_breach(
                        {path: f'#pragma once\n#include "chainrule/{other}/{there[other]}"\n'},
                        f"{path}:2", "same floor")
                    (self.root / path).unlink()

    def test_a_unit_test_keeps_the_floors_too(self):
        self.assert_breach(
            {"src/chainrule/base/floors_test.cpp": '#include "chainrule/io/model_file.h"\n'},
            "src/chainrule/base/floors_test.cpp:1", "base (floor 0) includes io (floor 4)")

    def test_a_new_folder_needs_a_floor(self):
        self.assert_breach({"src/chainrule/cellar/wine.h": "#pragma once\n"},
                           "src/chainrule/cellar/wine.h:1", "'cellar' has no floor")

    def test_the_library_does_not_include_the_header_that_gathers_everything(self):
        self.assert_breach(
            {"src/chainrule/io/report.h": '#pragma once\n#include "chainrule/chainrule.h"\n'},
            "src/chainrule/io/report.h:2", "includes all floors")

    def test_highway_stays_in_tensor(self):
        self.write({"src/chainrule/tensor/kernels-inl.h": "#include <hwy/highway.h>\n",
                    "src/chainrule/tensor/kernels.cpp": '#include "hwy/highway.h"\n',
                    "src/chainrule/tensor/kernels_test.cpp": ""})
        self.assert_breach(
            {"src/chainrule/model/forward.cpp": '#include "hwy/highway.h"\n',
             "src/chainrule/model/forward_test.cpp": ""},
            "src/chainrule/model/forward.cpp:1", "Highway is used only in tensor")

    def test_optim_may_use_highway_only_where_it_is_compiled_per_instruction_set(self):
        self.write({"src/chainrule/optim/update.cpp": '#include "hwy/foreach_target.h"\n#include "hwy/highway.h"\n',
                    "src/chainrule/optim/update_test.cpp": ""})
        self.assert_breach(
            {"src/chainrule/optim/norm.cpp": '#include "hwy/highway.h"\n', "src/chainrule/optim/norm_test.cpp": ""},
            "src/chainrule/optim/norm.cpp:1", "Highway")

    def test_highway_stays_out_of_installed_headers(self):
        self.assert_breach(
            {"src/chainrule/tensor/lanes.h": "#pragma once\n#include <hwy/highway.h>\n"},
            "src/chainrule/tensor/lanes.h:2", "an installed header")

    def test_json_stays_in_the_upper_floors_the_programs_and_tests(self):
        self.write({"src/chainrule/io/report.cpp": "#include <nlohmann/json.hpp>\n",
                    "src/chainrule/io/report_test.cpp": "#include <nlohmann/json.hpp>\n",
                    "src/chainrule/model/hopfield_test.cpp": "#include <nlohmann/json.hpp>\n",
                    "apps/chainrule/output.h": "#pragma once\n#include <nlohmann/json.hpp>\n"})
        self.assert_breach(
            {"src/chainrule/train/state.cpp": "#include <nlohmann/json.hpp>\n",
             "src/chainrule/train/state_test.cpp": ""},
            "src/chainrule/train/state.cpp:1", "nlohmann-json is used only in apps, course, explain, io, session")

    def test_command_line_libraries_stay_in_the_programs(self):
        for header, name in (("CLI/CLI.hpp", "CLI11"), ("fmt/format.h", "fmt")):
            with self.subTest(name=name):
                self.assert_breach(
                    {"src/chainrule/io/word.cpp": f"#include <{header}>\n", "src/chainrule/io/word_test.cpp": ""},
                    "src/chainrule/io/word.cpp:1", f"{name} is used only in apps")

    def test_a_cycle_of_includes_is_found(self):
        self.assert_breach(
            {"src/chainrule/base/a.h": '#pragma once\n#include "chainrule/base/b.h"\n',
             "src/chainrule/base/b.h": '#pragma once\n#include "chainrule/base/c.h"\n',
             "src/chainrule/base/c.h": '#pragma once\n#include "chainrule/base/a.h"\n'},
            "src/chainrule/base/c.h:2", "base/a.h -> src/chainrule/base/b.h -> src/chainrule/base/c.h -> ")

    def test_a_diamond_of_includes_is_no_cycle(self):
        self.write({"src/chainrule/base/top.h": '#pragma once\n#include "chainrule/base/left.h"\n'
                    '#include "chainrule/base/right.h"\n',
                    "src/chainrule/base/left.h": '#pragma once\n#include "chainrule/base/error.h"\n',
                    "src/chainrule/base/right.h": '#pragma once\n#include "chainrule/base/error.h"\n'})
        self.assertEqual(check_layers.breaches(self.root), [])

    def test_every_source_has_a_test_or_an_exception(self):
        bare = {"src/chainrule/base/bare.cpp": "int x;\n"}
        self.assert_breach(bare, "src/chainrule/base/bare.cpp:1", "no _test.cpp beside it")
        check_layers.WITHOUT_TEST["src/chainrule/base/bare.cpp"] = "a reason"
        self.assertEqual(check_layers.breaches(self.root), [])
        self.assert_breach({"src/chainrule/base/bare_test.cpp": ""}, "src/chainrule/base/bare.cpp:1", "has a test now")

    def test_an_exception_for_a_missing_file_is_a_breach(self):
        check_layers.LIBM_ALLOWED["src/chainrule/base/gone.cpp"] = "a reason"
        self.assert_breach({}, "src/chainrule/base/gone.cpp:1", "does not exist")

    def test_a_header_guards_itself(self):
        self.assert_breach({"src/chainrule/base/twice.h": "// #pragma once\nint x;\n"},
                           "src/chainrule/base/twice.h:1", "#pragma once")

    def test_spelling_of_includes(self):
        for line, what in (('#include <chainrule/base/error.h>', "in quotes"),
                           ('#include "error.h"', "by their path from src"),
                           ('#include "chainrule/base/error.cpp"', "not included"),
                           ('#include "chainrule/base/erorr.h"', "does not exist")):
            with self.subTest(line=line):
                self.assert_breach({"src/chainrule/base/text.h": f"#pragma once\n{line}\n"},
                                   "src/chainrule/base/text.h:2", what)

    def test_only_tests_include_the_helpers_of_tests(self):
        self.write({"tests/support/helper.h": "#pragma once\n",
                    "src/chainrule/base/error_test.cpp": '#include "support/helper.h"\n'})
        self.assertEqual(check_layers.breaches(self.root), [])
        includes = '#include "chainrule/base/error.h"\n#include "support/helper.h"\n'
        self.assert_breach({"src/chainrule/base/error.cpp": includes},
                           "src/chainrule/base/error.cpp:2", "by their path from src")

    def test_functions_that_differ_between_machines_are_named(self):
        for line, what in (("std::shuffle(a, b, g);", "std::shuffle"),
                           ("int r = rand();", "rand differs"),
                           ("std::normal_distribution<float> n;", "distributions differ"),
                           ("#include <random>", "<random>"),
                           ("auto y = std::exp(x);", "std::exp is libm's"),
                           ("auto y = std::log1p(x);", "std::log1p is libm's"),
                           ("auto y = std::stod(s);", "locale"),
                           ("auto y = strtod(s, &e);", "locale")):
            with self.subTest(line=line):
                self.assert_breach({"src/chainrule/tensor/matrix.h": f"#pragma once\n{line}\n"},
                                   "src/chainrule/tensor/matrix.h:2", what)

    def test_words_in_comments_and_literals_are_no_breach(self):
        self.write({"src/chainrule/tensor/matrix.h":
                    '#pragma once\n// unlike std::exp(x) or rand()\n/* #include <random>\n std::stod(x) */\n'
                    'const char* kText = "std::exp(x) // rand()";\nconst char* kRaw = R"x(std::exp(")x";\n'
                    "int million = 1'000'000; // std::log(x)\nint last = 0;\n"})
        self.assertEqual(check_layers.breaches(self.root), [])

    def test_an_option_in_the_library_is_a_breach(self):
        for literal in ('"--batch-size"', '"use --batch-size all"', 'R"(\n(--clip-norm 1))"', '"(--seed)"'):
            with self.subTest(literal=literal):
                self.assert_breach(
                    {"src/chainrule/tensor/matrix.h": f"#pragma once\nconst char* kText = {literal};\n"},
                    "src/chainrule/tensor/matrix.h:2", "use a Setting")

    def test_options_are_allowed_in_comments_tests_programs_and_exceptions(self):
        option = 'const char* kText = "--seed";\n'
        styles = 'const char* kRule = "---:|{--ink:red}var(--ink)";\n'
        self.write({"src/chainrule/tensor/matrix.h": '#pragma once\n// "--seed"\n' + styles,
                    "src/chainrule/base/error_test.cpp": option,
                    "apps/chainrule/main.cpp": option})
        self.assertEqual(check_layers.breaches(self.root), [])
        self.write({"src/chainrule/io/page.h": "#pragma once\n" + option})
        for place in ("src/chainrule/io/page.h", "src/chainrule/io/"):
            with self.subTest(place=place), mock.patch.dict(check_layers.OPTIONS_ALLOWED, {place: "a reason"}):
                self.assertEqual(check_layers.breaches(self.root), [])
        with mock.patch.dict(check_layers.OPTIONS_ALLOWED, {"src/chainrule/io/": "", "src/chainrule/gone.cpp": ""}):
            self.assertEqual(len(check_layers.breaches(self.root)), 1)

    def test_code_after_a_literal_is_still_read(self):
        self.assert_breach(
            {"src/chainrule/tensor/matrix.h": "#pragma once\nchar c = '\"'; int r = rand();  // \"\n"},
            "src/chainrule/tensor/matrix.h:2", "rand differs")

    def test_square_roots_and_reporting_may_use_the_standard_library(self):
        self.write({"src/chainrule/tensor/matrix.h": "#pragma once\nauto y = std::sqrt(x) + std::fma(x, x, x);\n",
                    "src/chainrule/io/svg.h": "#pragma once\nauto y = std::log10(x);\n"})
        self.assertEqual(check_layers.breaches(self.root), [])

    def run_program(self, *arguments):
        return subprocess.run([sys.executable, check_layers.__file__, *arguments], capture_output=True, text=True)

    def test_the_program_fails_on_a_breach_and_on_an_empty_tree(self):
        self.write({"src/chainrule/base/up.h": '#pragma once\n#include "chainrule/io/model_file.h"\n'})
        result = self.run_program(str(self.root))
        self.assertEqual(result.returncode, 1)
        self.assertIn("src/chainrule/base/up.h:2: base (floor 0) includes io (floor 4)\n", result.stdout)
        with tempfile.TemporaryDirectory() as empty:
            self.assertEqual(self.run_program(empty).returncode, 1)


if __name__ == "__main__":
    unittest.main()
