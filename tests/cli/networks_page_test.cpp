// docs/networks.md: its commands print the lines shown below them.
#include "cli/program.h"

namespace chainrule::cli_test {
namespace {

struct Shown {
  std::string command;
  std::vector<std::string> expected;  // lines
};

// The ```console blocks: "$ command", then lines that it writes.
std::vector<std::vector<Shown>> console_blocks(const std::string& page) {
  std::vector<std::vector<Shown>> blocks;
  bool is_inside = false;
  for (const std::string& line : lines_of(page)) {
    if (line == "```console") {
      blocks.emplace_back();
      is_inside = true;
    } else if (line == "```") {
      is_inside = false;
    } else if (is_inside && line.starts_with("$ ")) {
      blocks.back().push_back({line.substr(2), {}});
    } else if (is_inside) {
      blocks.back().back().expected.push_back(line);
    }
  }
  return blocks;
}

TEST(NetworksPage, CommandsSayWhatStandsBelowThem) {
  const std::filesystem::path source = CHAINRULE_SOURCE_DIR, pictures = "/usr/share/datasets/fashion-mnist";
  const std::vector<std::vector<Shown>> blocks = console_blocks(read_text(source / "docs/networks.md"));
  EXPECT_EQ(blocks.size(), 9u);
  for (const std::vector<Shown>& block : blocks) {
    ASSERT_FALSE(block.empty());
    if (contains(block.front().command, pictures) && !std::filesystem::exists(pictures)) continue;
    const Folder folder;
    std::filesystem::create_directory_symlink(source / "examples", folder / "examples");
    for (const Shown& shown : block) {
      SCOPED_TRACE(shown.command);
      const Result result = run({}, {.folder = folder.path(), .shell_line = shown.command});
      EXPECT_EQ(result.code, 0) << result.err;
      std::vector<std::string> lines;
      for (std::string line : lines_of(result.out)) {
        while (line.ends_with(' '))
          line.pop_back();
        lines.push_back(line);
      }
      for (const std::string& expected : shown.expected)
        EXPECT_NE(std::find(lines.begin(), lines.end(), expected), lines.end()) << expected << "\n"
                                                                                << result.out;
    }
    EXPECT_FALSE(block.back().expected.empty()) << "a demonstration has a result";
  }
}

}  // namespace
}  // namespace chainrule::cli_test
