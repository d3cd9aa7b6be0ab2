// Checkpoints of `train`: the directory that one run holds, and the options that a resumed run starts
// with.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "chainrule/base/file_system.h"
#include "chainrule/commands/train_settings.h"
#include "chainrule/toolkit/command_line.h"

namespace chainrule::cli {

// Where and how long one command runs, and what it does with checkpoints. A checkpoint does not keep these
// options: a resumed run has its own.
const std::vector<std::string>& per_run_options();

// Holds the directory for this process, unless the settings hold it already. Creates a missing directory, and
// removes the half-written files of killed runs. Throws UsageError while another run holds it. From then on,
// no checkpoint is written if another directory has taken its place.
void hold_directory(FileSystem& file_system, TrainSettings& settings, const std::string& directory);

// The file that is locked.
std::string lock_path(const std::string& directory);

// The options that the checkpoint of --resume was started with; reads the checkpoint into the request.
// Nothing without --resume, or where there is no checkpoint yet and --checkpoint names the same directory.
std::optional<KeptOptions> options_of_checkpoint(FileSystem& file_system, const Command& command,
                                                 TrainSettings& settings);

}  // namespace chainrule::cli
