// The same training with some options changed: what `cv --against` compares, and the trials of `tune`.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "chainrule/commands/train_settings.h"
#include "chainrule/toolkit/command_line.h"

namespace chainrule::cli {

struct ChangedOption {
  std::string name;  // without dashes: "learning-rate"
  std::vector<std::string> values;
  std::string source;  // for messages: "--against", "hidden in space.toml:3"
};

// The options of the command, some of them changed, and the rest as they were given. Throws UsageError for
// options that are unknown or cannot differ on one table, and for what `train` refuses.
TrainRequest request_with(const Command& command, const std::vector<ChangedOption>& changes);

// Throws UsageError for an option that is unknown, or that all trainings on a table share: how it is read,
// its target, its folds, the seed.
void require_variable(const Command& command, const std::string& name, const std::string& source);

// The options of the training as they were given, without DATA and those of a single run.
std::vector<KeptOption> training_options(const Command& command);

// "--hidden 8 --dropout=0.1" -> changes. Throws UsageError for words that are not options with a value.
std::vector<ChangedOption> read_changes(const std::string& words, const std::string& source);

}  // namespace chainrule::cli
