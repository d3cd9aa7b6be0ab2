#include "chainrule/toolkit/option_synonyms.h"

#include <gtest/gtest.h>

#include <set>

#include "chainrule/base/error.h"
#include "chainrule/commands/commands.h"
#include "chainrule/toolkit/command_line.h"
#include "chainrule/toolkit/first_look.h"

namespace chainrule::cli {
namespace {

std::string advice_for(const std::vector<std::string>& arguments) {
  CommandLine line;
  add_train_command(line.root());
  add_data_command(line.root());
  try {
    look_at(arguments, line.root());
  } catch (const UsageError& error) {
    return error.report().advice.text();
  }
  return "";
}

TEST(OptionSynonyms, NameTheRightOption) {
  for (const auto& [theirs, ours] : {std::pair{"--lr", "--learning-rate"},
                                     {"--eta", "--learning-rate"},
                                     {"--l-rate", "--learning-rate"},
                                     {"--learning_rate_init", "--learning-rate"},
                                     {"--layers", "--hidden"},
                                     {"--hidden-layer-sizes", "--hidden"},
                                     {"--wd", "--weight-decay"},
                                     {"--bs", "--batch-size"},
                                     {"--batch", "--batch-size"},
                                     {"--n-epochs", "--epochs"},
                                     {"--dropout-rate", "--dropout"},
                                     {"--val-split", "--validation"},
                                     {"--random_state", "--seed"},
                                     {"--n_jobs", "--threads"}}) {
    const std::string advice = advice_for({"train", theirs, "1"});
    EXPECT_TRUE(advice.starts_with("did you mean " + std::string(ours) + "?")) << theirs << ": " << advice;
  }
  // Of several meanings, the one that the command has.
  EXPECT_TRUE(advice_for({"data", "split", "--test-size", "0.2"}).starts_with("did you mean --fractions?"));
  // A misspelling is still one.
  EXPECT_TRUE(advice_for({"train", "--epoxhs", "2"}).starts_with("did you mean --epochs?"));
}

TEST(OptionSynonyms, OurOwnNamesMeanThemselves) {
  CommandLine line;
  add_train_command(line.root());
  add_data_command(line.root());
  for (const auto& command : line.root().subcommands()) {
    for (const auto& entry : command->options()) {
      if (entry->is_positional) continue;
      for (const std::string& option : options_called(entry->long_name().substr(2)))
        EXPECT_EQ(option, entry->long_name());
    }
  }
}

}  // namespace
}  // namespace chainrule::cli
