// Checkpoint files: a training between two of its steps, in a tensor_file.h container (docs/checkpoints.md).
//
// The numbers are tensors: parameters, best, the optimizer's moments, the epochs so far. Counters, the state
// of the stopping rule and the identity of the training are JSON texts. A checkpoint of the same training at
// the same step is the same bytes, but for the seconds in its history.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "chainrule/base/file_system.h"
#include "chainrule/train/training_progress.h"

namespace chainrule {

// The identity of a training. Two trainings with equal identities and the same progress end with the same
// bytes.
struct TrainingIdentity {
  std::string version;  // of chainrule
  // Everything that the numbers depend on, as name and value ("seed", "1"), in the order of comparison.
  std::vector<std::pair<std::string, std::string>> traits;
};

struct CheckpointDescription {
  TrainingIdentity identity;
  // The command's options and arguments by name, each with its values, for the run that resumes.
  std::vector<std::pair<std::string, std::vector<std::string>>> arguments;
  std::vector<std::pair<std::string, std::string>> recorded_options;  // for the model's provenance
};

struct Checkpoint {
  CheckpointDescription description;
  std::variant<TrainingProgress<float>, TrainingProgress<double>> progress;
};

// Throws NonFiniteError when a parameter is not finite.
template <typename T>
std::string checkpoint_to_bytes(const CheckpointDescription& description,
                                const TrainingProgress<T>& progress);

// Throws a ModelFileError that reports what is wrong in the file called `file_name`.
Checkpoint checkpoint_from_bytes(std::string_view bytes, std::string_view file_name);

// The one file in a directory of checkpoints.
std::string checkpoint_path(const std::string& directory);

// Written as write_file_atomically does: the directory holds the old or the new checkpoint, whole.
template <typename T>
void save_checkpoint(FileSystem& file_system, const std::string& directory,
                     const CheckpointDescription& description, const TrainingProgress<T>& progress);

// Throws ModelFileError also if there is no checkpoint.
Checkpoint load_checkpoint(FileSystem& file_system, const std::string& directory);

}  // namespace chainrule
