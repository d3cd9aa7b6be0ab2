// The options of `train`: a table from words to the fields of a TrainRequest. `cv` and `tune` train, too, and
// share those that make a model.
#pragma once

#include "chainrule/commands/train_settings.h"
#include "chainrule/toolkit/command_line.h"

namespace chainrule::cli {

void add_train_options(Command& command, TrainSettings& settings);

// DATA and what shapes the model: table, network, loss, optimizer, when to stop (but no time budget).
void add_training_options(Command& command, TrainSettings& settings);
// Seed, precision, threads, --config.
void add_machine_options(Command& command, TrainSettings& settings);

}  // namespace chainrule::cli
