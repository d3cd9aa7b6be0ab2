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

}  // namespace chainrule::cli_test
