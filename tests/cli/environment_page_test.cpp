// docs/environment.md lists the environment variables that the program reads, and no others.
#include <regex>
#include <set>

#include "chainrule/base/text.h"
#include "cli/program.h"

namespace chainrule::cli_test {
namespace {

const std::filesystem::path kSource = CHAINRULE_SOURCE_DIR;

// The first group of each match.
std::set<std::string> found(const std::string& text, const char* pattern) {
  const std::regex expression(pattern);
  std::set<std::string> words;
  for (std::sregex_iterator match(text.begin(), text.end(), expression), end; match != end; ++match)
    words.insert((*match)[1]);
  return words;
}

std::set<std::string> variables_in_the_sources() {
  std::set<std::string> variables;
  for (const char* const folder : {"src", "apps"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(kSource / folder)) {
      const std::string name = entry.path().filename().string();
      if (!name.ends_with(".cpp") || name.ends_with("_test.cpp")) continue;
      variables.merge(
          found(read_text(entry.path()), R"re((?:\.environment = |environment\(|getenv\()"(\w+)")re"));
    }
  }
  return variables;
}

TEST(EnvironmentPage, ListsTheVariablesThatAreRead) {
  const std::set<std::string> read = variables_in_the_sources();
  EXPECT_TRUE(read.contains("CHAINRULE_SEED"));
  EXPECT_TRUE(read.contains("NO_COLOR"));
  EXPECT_EQ(found(read_text(kSource / "docs/environment.md"), R"(\n\| `(\w+)` )"), read);
}

// Each row agrees with the help of the program.
TEST(EnvironmentPage, NamesTheOptionsThatTheyStandFor) {
  const std::string page = read_text(kSource / "docs/environment.md");
  const std::regex row(R"(\n\| `(CHAINRULE_\w+)` \| `(--\w+)` \| ([^\n]*) \|)");
  int rows = 0;
  for (std::sregex_iterator match(page.begin(), page.end(), row), end; match != end; ++match, ++rows) {
    const std::string cell = (*match)[3];
    std::set<std::string> commands = found(cell, "`([a-z ]+)`");
    if (commands.empty()) commands = {"train", "predict", "evaluate", "bench train"};
    for (const std::string& command : commands) {
      std::vector<std::string> arguments = split_text(command, ' ');
      arguments.emplace_back("--help");
      const std::string help = run(arguments).out;
      const std::size_t at = help.find((*match)[2]);
      ASSERT_NE(at, std::string::npos) << command;
      EXPECT_NE(help.find((*match)[1], at), std::string::npos) << command << " and " << (*match)[1];
    }
  }
  EXPECT_EQ(rows, 6);
}

}  // namespace
}  // namespace chainrule::cli_test
