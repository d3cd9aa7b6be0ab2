"""Feeds check_sizes small trees, each with one breach, and expects it with its file and line."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parent))
import check_sizes  # noqa: E402

HEAD = "// A head.\n"


def body_of(lines: int) -> str:
    return "{\n" + "  f();\n" * (lines - 2) + "}\n"


class CheckSizesTest(unittest.TestCase):
    def setUp(self):
        for table in (check_sizes.LONG_FILES, check_sizes.LONG_FUNCTIONS):
            patch = mock.patch.dict(table, clear=True)
            patch.start()
            self.addCleanup(patch.stop)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)

    def found_in(self, text, name="src/chainrule/base/a.cpp"):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return check_sizes.breaches(self.root)

    def assert_breach(self, text, place, what, name="src/chainrule/base/a.cpp"):
        found = self.found_in(text, name)
        self.assertEqual(len(found), 1, found)
        self.assertTrue(found[0].startswith(place + ": "), found[0])
        self.assertIn(what, found[0])

    def test_a_small_file_has_no_breach(self):
        self.assertEqual(self.found_in("#include <x>\nvoid f() " + body_of(80)), [])

    def test_a_file_of_more_than_600_lines_is_named(self):
        self.assertEqual(self.found_in(HEAD + "int x;\n" * 599), [])
        self.assert_breach(HEAD + "int x;\n" * 600, "src/chainrule/base/a.cpp:601", "601 lines, at most 600")

    def test_a_listed_file_may_be_long_and_an_idle_exception_is_named(self):
        with mock.patch.dict(check_sizes.LONG_FILES, {"src/chainrule/base/a.cpp": "one table"}):
            self.assertEqual(self.found_in(HEAD + "int x;\n" * 600), [])
            found = self.found_in(HEAD)
        self.assertEqual(len(found), 1)
        self.assertIn("'src/chainrule/base/a.cpp' no longer needs an exception", found[0])

    def test_every_kind_of_long_function_is_named(self):
        for head, name in (
            ("void f(int x) ", "f"),
            ("template <typename T, typename U = std::vector<T>>\nstd::vector<T> g(T x = {}, U y = {1, 2}) ", "g"),
            ("Place::Place(int x) noexcept : x_(x), y_{x} ", "Place::Place"),
            ("auto Place::at(std::size_t i) const -> const Room& ", "Place::at"),
            ("TEST(Place, HasRooms) ", "TEST"),
            ("bool operator==(const Place& a, const Place& b) ", "operator=="),
        ):
            lines = head.count("\n") + 81
            with self.subTest(head):
                self.assert_breach("namespace a {\n" + head + body_of(81) + "}\n", "src/chainrule/base/a.cpp:2",
                                   f"{name} has {lines} lines, at most 80")

    def test_a_method_in_a_class_is_a_function_and_the_class_is_none(self):
        methods = "  int f() const { return 1; }\n" * 90
        self.assertEqual(self.found_in("class Place : public Base<int> {\n public:\n" + methods + "};\n"), [])
        self.assert_breach("struct Place final {\n  void f() override " + body_of(81) + "};\n",
                           "src/chainrule/base/a.cpp:2", "f has 81 lines")

    def test_tables_namespaces_and_braces_in_text_are_no_functions(self):
        self.assertEqual(self.found_in("const Row kRows[] = {\n" + "    {f(1), 2},\n" * 90 + "};\n"), [])
        self.assertEqual(self.found_in("namespace a {\n" + "int f();\n" * 90 + "}\n"), [])
        self.assertEqual(self.found_in("void f() {\n  g(\"{\");  // {\n}\n" + "int x;\n" * 90), [])

    def test_a_listed_function_may_be_long(self):
        with mock.patch.dict(check_sizes.LONG_FUNCTIONS, {"src/chainrule/base/a.cpp: f": "one loop"}):
            self.assertEqual(self.found_in("void f() " + body_of(81)), [])

    def test_a_python_function_counts_without_its_docstring(self):
        name = "tools/a.py"
        head = 'def f():\n    """One.\n' + "\n    Two.\n" * 20 + '    """\n'
        self.assertEqual(self.found_in(head + "    x = 1\n" * 79, name), [])
        self.assert_breach(head + "    x = 1\n" * 80, "tools/a.py:1", "f has 81 lines", name)

    def test_a_long_source_begins_with_a_comment(self):
        self.assertEqual(self.found_in("int x;\n" * 200), [])
        self.assert_breach("int x;\n" * 201, "src/chainrule/base/a.cpp:1", "201 lines without a head")

    def test_a_test_needs_no_head(self):
        self.assertEqual(self.found_in("int x;\n" * 201, "src/chainrule/base/a_test.cpp"), [])

    def test_a_long_line_is_named(self):
        self.assertEqual(self.found_in("// " + "word " * 21 + "\n"), [])
        self.assert_breach("int x;\n// " + "word " * 22 + "\n", "src/chainrule/base/a.cpp:2", "113 characters")

    def test_an_address_or_a_literal_that_cannot_be_broken_may_be_long(self):
        self.assertEqual(self.found_in('const char* x = "' + "a" * 120 + '";\n'), [])

    def test_a_folder_without_comments_is_named(self):
        bare = "int x;\n" * 40
        self.assert_breach(bare, "src/chainrule/io:1", "comments are 0.0% of the lines, at least 10%",
                           "src/chainrule/io/a.cpp")
        self.assertEqual(self.found_in(bare + "// why\n" * 5, "src/chainrule/io/a.cpp"), [])

    def test_the_program_says_how_many_and_fails(self):
        self.found_in("void f() " + body_of(81))
        tool = Path(check_sizes.__file__)
        # The real exceptions are unused in this tree, so the function's breach is not the only one.
        ended = subprocess.run([sys.executable, tool, self.root], capture_output=True, text=True, check=False)
        self.assertEqual(ended.returncode, 1)
        self.assertIn("src/chainrule/base/a.cpp:1: f has 81 lines", ended.stdout)
        self.assertIn("check_sizes: 1 files", ended.stderr)


if __name__ == "__main__":
    unittest.main()
