// The options of `train`: a table from words to the fields of a TrainRequest, and what must not be combined.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chainrule/base/file_lock.h"
#include "chainrule/commands/common.h"
#include "chainrule/session/training.h"
#include "chainrule/toolkit/command_line.h"

namespace chainrule::cli {

struct TrainSettings {
  TrainRequest request;
  ComputeOptions compute;
  std::string validation = "0.2";  // a share, a file, or "none"
  std::string validation_labels;
  std::string class_weight;
  std::string output;  // "": named after the data
  std::string report;
  std::string resume;  // directory to go on from; "": start
  // The checkpoint of --resume chose the path, and not who typed the command.
  bool output_is_of_checkpoint = false;
  bool report_is_of_checkpoint = false;
  bool json = false;
  bool quiet = false;
  std::unique_ptr<FileLock> directory_lock;  // on the directory of checkpoints, while the program runs
};

// Holds the directory for this process, unless the settings do already, and removes what killed ones left
// half-written there. Throws UsageError while another training holds it. A directory that is missing is made
// by who holds it then. From then on no checkpoint is written once the directory is no longer the one that is
// held.
void hold_directory(FileSystem& file_system, TrainSettings& settings, const std::string& directory);

// The file by which it is held.
std::string lock_path(const std::string& directory);

void add_train_options(Command& command, TrainSettings& settings);

// Fills in what depends on several options and throws UsageError for options that contradict each other or
// would change nothing. Reads no data.
void finish_train_settings(const Command& command, TrainSettings& settings);

// What the checkpoint of --resume was started with. Reads it into the request; nothing without --resume, or
// where there is none yet and --checkpoint names the same directory.
std::optional<KeptOptions> options_of_checkpoint(FileSystem& file_system, const Command& command,
                                                 TrainSettings& settings);

// "tables/penguins.csv.gz" -> "penguins.safetensors"
std::string default_model_path(const std::string& data_path);

}  // namespace chainrule::cli
