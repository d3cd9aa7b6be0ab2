// Which options of `train` exclude each other.
#pragma once

#include "chainrule/commands/train_settings.h"
#include "chainrule/toolkit/command_line.h"

namespace chainrule::cli {

// Throws UsageError for the first option that is set and would change nothing: it belongs to another model,
// another optimizer, another schedule ...
void refuse_conflicting_options(const Command& command, const TrainSettings& settings);

}  // namespace chainrule::cli
