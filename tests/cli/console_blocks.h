// The ```console blocks of a page of documentation: commands, each with lines that it prints.
#pragma once

#include "cli/program.h"

namespace chainrule::cli_test {

struct ShownCommand {
  std::string command;
  std::vector<std::string> expected;  // lines
};

// "$ command", then lines that it writes.
inline std::vector<std::vector<ShownCommand>> console_blocks(const std::string& page) {
  std::vector<std::vector<ShownCommand>> blocks;
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

// Runs a command in the folder and looks for its lines in what it prints.
inline void expect_shown(const ShownCommand& shown, const Folder& folder) {
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
    EXPECT_NE(std::find(lines.begin(), lines.end(), expected), lines.end()) << expected << "\n" << result.out;
}

// Runs the commands of a block in a folder that has the examples.
inline void expect_block(const std::vector<ShownCommand>& block) {
  const Folder folder;
  const std::filesystem::path source = CHAINRULE_SOURCE_DIR;
  std::filesystem::create_directory_symlink(source / "examples", folder / "examples");
  for (const ShownCommand& shown : block)
    expect_shown(shown, folder);
  EXPECT_FALSE(block.back().expected.empty()) << "a demonstration has a result";
}

}  // namespace chainrule::cli_test
