// The options of `train`: a table from words to the fields of a TrainRequest.
#pragma once

#include "chainrule/commands/train_settings.h"
#include "chainrule/toolkit/command_line.h"

namespace chainrule::cli {

void add_train_options(Command& command, TrainSettings& settings);

}  // namespace chainrule::cli
