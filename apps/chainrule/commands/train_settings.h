// The settings of `train`: the request to the library, and fields that only the program needs.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "chainrule/base/file_lock.h"
#include "chainrule/commands/common.h"
#include "chainrule/session/training.h"
#include "chainrule/toolkit/command_line.h"

namespace chainrule::cli {

// Names for settings that belong together.
enum class Preset { none, textbook };

struct TrainSettings {
  TrainRequest request;
  Preset preset = Preset::none;
  ComputeOptions compute;
  std::string validation = "0.2";  // a share, a file, or "none"
  std::string validation_labels;
  std::string class_weight;
  std::vector<double> costs;  // of a wrong prediction of the second of two classes, and of the first
  std::string output;         // "": named after the data
  std::string report;
  std::string resume;  // directory to resume from; "": start
  // The checkpoint of --resume chose the path, not the command line.
  bool output_is_of_checkpoint = false;
  bool report_is_of_checkpoint = false;
  bool finds_learning_rate = false;  // instead of training
  bool json = false;
  bool quiet = false;
  std::unique_ptr<FileLock> directory_lock;  // on the directory of checkpoints, while the program runs
};

// Fills in what depends on several options. Throws UsageError for options that contradict each other or would
// change nothing. Reads no data.
void finish_train_settings(const Command& command, TrainSettings& settings);

// "tables/penguins.csv.gz" -> "penguins.safetensors"
std::string default_model_path(const std::string& data_path);

}  // namespace chainrule::cli
