#include "chainrule/commands/train_variant.h"

#include <gtest/gtest.h>

#include "chainrule/base/error.h"
#include "chainrule/commands/train_options.h"

namespace chainrule::cli {
namespace {

TEST(TrainVariant, ReadsOptionsAsAShellDoes) {
  const std::vector<ChangedOption> changes =
      read_changes("--hidden '64, 32'  --dropout=0.1 --ignore \"a b\" --ignore c", "--against");
  ASSERT_EQ(changes.size(), 3u);
  EXPECT_EQ(changes[0].name, "hidden");
  EXPECT_EQ(changes[0].values, (std::vector<std::string>{"64, 32"}));
  EXPECT_EQ(changes[1].values, (std::vector<std::string>{"0.1"}));
  EXPECT_EQ(changes[2].values, (std::vector<std::string>{"a b", "c"}));
  EXPECT_THROW(read_changes("--hidden '8", "--against"), UsageError);
  EXPECT_THROW(read_changes("--hidden --dropout 0.1", "--against"), UsageError);
  EXPECT_THROW(read_changes("hidden 8", "--against"), UsageError);
  EXPECT_TRUE(read_changes("", "--against").empty());
}

TEST(TrainVariant, ChangesSomeOptionsAndKeepsTheOthers) {
  CommandLine line;
  Command& command = line.root().subcommand("cv", "");
  TrainSettings settings;
  add_training_options(command, settings);
  add_machine_options(command, settings);
  command.give({.name = "DATA", .values = {"t.csv"}}, "DATA");
  command.give({.name = "--hidden", .values = {"8"}}, "--hidden");
  command.give({.name = "--dropout", .values = {"0.25"}}, "--dropout");
  command.give({.name = "--seed", .values = {"7"}}, "--seed");
  const TrainRequest same = request_with(command, {});
  EXPECT_EQ(same.hidden, (std::vector<std::size_t>{8}));
  const TrainRequest other = request_with(command, read_changes("--hidden 4,2", "--against"));
  EXPECT_EQ(other.hidden, (std::vector<std::size_t>{4, 2}));
  EXPECT_EQ(other.dropout, 0.25);
  EXPECT_EQ(other.seed, 7u);
  EXPECT_EQ(other.data.path, "t.csv");
  try {
    request_with(command, read_changes("--hidden none", "--against"));
    FAIL() << "there is nothing to drop without a hidden layer";
  } catch (const OptionWithoutEffect& error) {
    EXPECT_EQ(error.name(), "--dropout");
  }
  EXPECT_NO_THROW(require_variable(command, "hidden", "--against"));
  EXPECT_THROW(require_variable(command, "hiden", "--against"), UsageError);
  EXPECT_THROW(require_variable(command, "target", "--against"), UsageError);
}

}  // namespace
}  // namespace chainrule::cli
