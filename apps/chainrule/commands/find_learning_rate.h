// `chainrule train --find-learning-rate`: a measurement instead of a model.
#pragma once

#include "chainrule/commands/train_settings.h"
#include "chainrule/toolkit/command_line.h"
#include "chainrule/toolkit/console.h"

namespace chainrule::cli {

// Refuses options that would have no effect. Reads no data.
void refuse_options_of_models(const Command& command);
// settings: finished. Writes the report, if there is to be one, and prints the result.
ExitCode run_find_learning_rate(Console& console, const Command& command, const TrainSettings& settings);

}  // namespace chainrule::cli
