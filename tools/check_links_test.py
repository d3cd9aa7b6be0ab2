"""Feeds check_links small repositories, each with one wrong link or path, and expects it with its file and line."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import check_links  # noqa: E402

GOOD = {
    "README.md": "# Title\n\nSee [the docs](docs/page.md), [a heading](docs/page.md#what-it-does-in-c) "
                 "and `src/chainrule/`.\n",
    "docs/page.md": "# A page\n\n## What it does, in `C++`\n\n[up](../README.md)\n",
    "docs/adr/0001-past.md": "It was `model/gone.h`.\n",
    "CHANGELOG.md": "`tools/gone.sh` is now `tools/build.sh`.\n",
    "src/chainrule/model/dense.h": "",
    "src/chainrule/model/dense.cpp": "",
    "tools/build.sh": "",
}


class CheckLinksTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.write(GOOD)

    def write(self, files):
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def assert_sound(self, text):
        self.write({"docs/page.md": GOOD["docs/page.md"] + text})
        self.assertEqual(check_links.breaches(self.root), [])

    def assert_breach(self, text, what, document="docs/other.md"):
        self.write({document: "# Other\n" + text + "\n"})
        found = check_links.breaches(self.root)
        self.assertEqual(len(found), 1, found)
        self.assertTrue(found[0].startswith(f"{document}:2: "), found[0])
        self.assertIn(what, found[0])

    def test_sound_documents_have_no_breach(self):
        self.assertEqual(check_links.breaches(self.root), [])

    def test_a_link_to_a_missing_file_is_named(self):
        self.assert_breach("[gone](gone.md)", "the link leads to gone.md, which does not exist")

    def test_a_link_starts_at_the_folder_of_its_document(self):
        self.assert_breach("[not from here](docs/page.md)", "the link leads to docs/page.md")

    def test_a_link_to_a_missing_heading_is_named(self):
        self.assert_breach("[gone](page.md#gone)", "page.md has no such heading")
        self.assert_breach("[gone](#gone)", "other.md has no such heading")

    def test_links_in_the_past_are_checked_too(self):
        self.assert_breach("[gone](gone.md)", "gone.md", "docs/adr/0002-later.md")

    def test_a_link_to_another_site_is_left_alone(self):
        self.assert_sound("[there](https://example.org/gone.md) [post](mailto:a@example.org)\n")

    def test_a_link_in_code_is_no_link(self):
        self.assert_sound("`[gone](gone.md)`\n\n```sh\n[gone](gone.md)\n```\n")

    def test_a_path_in_code_exists(self):
        self.assert_sound("`tools/build.sh`, `./tools/build.sh`, `tools/`\n")
        self.assert_breach("`tools/gone.sh`", "names tools/gone.sh, which does not exist")

    def test_a_path_of_the_library_may_begin_with_its_folder(self):
        self.assert_sound("`model/dense.h`, `model/dense`\n")
        self.assert_breach("`model/gone.h`", "names model/gone.h")

    def test_a_suffix_may_be_missing_but_not_a_part_of_the_name(self):
        self.assert_breach("`model/den`", "names model/den")

    def test_a_placeholder_matches_at_least_one_file(self):
        self.assert_sound("`model/<name>.h`, `model/NAME.cpp`, `model/*.h`\n")
        self.assert_breach("`model/<name>-inl.h`", "names model/<name>-inl.h")

    def test_a_source_file_without_a_folder_exists_somewhere(self):
        self.assert_sound("`dense.cpp`\n")
        self.assert_breach("`gone.cpp`", "names gone.cpp")

    def test_words_and_files_of_the_user_are_no_paths(self):
        self.assert_sound("`one/other` is no path, `build/release`, `p.safetensors`, `cat < mine.py`\n")

    def test_commands_name_files_that_exist(self):
        self.assert_sound("```sh\ntools/build.sh --output=mine.md\n```\n")
        self.assert_breach("`run --with tools/gone.sh`", "names tools/gone.sh")
        self.write({"docs/other.md": "```sh\nrun tools/gone.sh\n```\n"})
        self.assertEqual(check_links.breaches(self.root),
                         ["docs/other.md:2: names tools/gone.sh, which does not exist"])

    def test_the_program_fails_on_a_breach_and_on_a_tree_without_documents(self):
        def run(place):
            return subprocess.run([sys.executable, check_links.__file__, place], capture_output=True, text=True,
                                  check=False)

        self.assertEqual(run(self.root).returncode, 0)
        self.write({"docs/other.md": "[gone](gone.md)\n"})
        ended = run(self.root)
        self.assertEqual(ended.returncode, 1)
        self.assertIn("docs/other.md:1: the link leads to gone.md", ended.stdout)
        with tempfile.TemporaryDirectory() as empty:
            self.assertEqual(run(empty).returncode, 1)


if __name__ == "__main__":
    unittest.main()
