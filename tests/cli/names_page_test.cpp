// docs/names.md is the table of settings (base/setting.h) as a page, and its names on the command line are
// options of the program.
#include <cstdlib>
#include <fstream>
#include <regex>
#include <set>

#include "chainrule/base/setting.h"
#include "cli/program.h"

namespace chainrule::cli_test {
namespace {

constexpr std::string_view kStart = R"(# Names

Each setting has a name on the command line, in C++, in JSON and in Python. Errors, advice and notes use the
names of the interface that shows them. The table is generated from
[src/chainrule/base/setting.cpp](../src/chainrule/base/setting.cpp) by
`CHAINRULE_WRITE_GOLDEN=1 build/release/bin/test_cross_module --gtest_filter='NamesPage.*'`.

- **C++**: a member of `TrainRequest`, or of the type that is named.
- **JSON**: the key in the options of a model file and of `train --json`, and in files for `--config`.
- **Python**: a parameter of an estimator or of its `fit`, of `read_table` if it says so, or of `explain`.
  `MLPClassifier`, `MLPRegressor` and `Perceptron` keep scikit-learn's names instead: `hidden_layer_sizes`,
  `solver`, `alpha` (`l2`), `learning_rate_init` (`eta0` for a `Perceptron`), `max_iter`, `n_iter_no_change`,
  `tol`, `random_state`, `n_jobs`.

| setting | command line | C++ | JSON | Python |
|---|---|---|---|---|
)";

std::string cell(const std::string& name) {
  return name.empty() ? " |" : " `" + name + "` |";
}

std::string page() {
  std::string text(kStart);
  for (const SettingNames& row : setting_table()) {
    text += "| " + std::string(row.meaning) + " |";
    for (const Face face : {Face::command_line, Face::cpp, Face::json, Face::python})
      text += cell(name_of(row.setting, face));
    text += "\n";
  }
  return text;
}

TEST(NamesPage, IsTheTableOfSettings) {
  const std::filesystem::path path = std::filesystem::path(CHAINRULE_SOURCE_DIR) / "docs/names.md";
  if (std::getenv("CHAINRULE_WRITE_GOLDEN") != nullptr) std::ofstream(path) << page();
  EXPECT_EQ(read_text(path), page());
}

TEST(NamesPage, HasOptionsOfTheProgram) {
  std::set<std::string> options = {"DATA"};
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
           {"train"}, {"predict"}, {"explain"}, {"graph"}, {"bench", "train"}, {"bench", "predict"}}) {
    std::vector<std::string> arguments = command;
    arguments.emplace_back("--help");
    const std::string help = run(arguments).out;
    const std::regex option("(?:^|\\n) .{5}(--[a-z0-9-]+)");
    for (std::sregex_iterator match(help.begin(), help.end(), option), end; match != end; ++match)
      options.insert((*match)[1]);
  }
  EXPECT_TRUE(options.contains("--batch-size"));
  for (const SettingNames& row : setting_table()) {
    const std::string name = name_of(row.setting, Face::command_line);
    EXPECT_TRUE(options.contains(name)) << name;
  }
}

}  // namespace
}  // namespace chainrule::cli_test
