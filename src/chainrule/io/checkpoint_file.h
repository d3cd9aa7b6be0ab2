// Checkpoint files: a training run between two steps, in a tensor_file.h container (docs/checkpoints.md).
// The members of a mixture have a file each, in one directory; the file of member 0 is that of the run.
//
// The numbers are tensors: parameters, best, the optimizer's moments, the epochs so far. Counters, the state
// of the stopping rule and the identity of the run are JSON texts. Two checkpoints of the same run at the
// same step have the same bytes, except for the seconds in their histories.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "chainrule/base/file_system.h"
#include "chainrule/train/training_progress.h"

namespace chainrule {

// The identity of a training run. Two runs with equal identities and equal progress end with the same
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
  std::uint64_t format_version = 0;  // of the file
  // Of a mixture: the others that were begun, by their number.
  std::map<std::size_t, std::shared_ptr<const Checkpoint>> members = {};
};

// Throws NonFiniteError when a parameter is not finite.
template <typename T>
std::string checkpoint_to_bytes(const CheckpointDescription& description,
                                const TrainingProgress<T>& progress);

// Throws a ModelFileError that reports what is wrong in the file called `file_name`.
Checkpoint checkpoint_from_bytes(std::string_view bytes, std::string_view file_name);

// The file of a run in a directory of checkpoints, or of a member of a mixture.
std::string checkpoint_path(const std::string& directory, std::size_t member = 0);

// Removes the files of the members, then that of the run. Links stay; their targets are removed.
void remove_checkpoint(FileSystem& file_system, const std::string& directory);
// Only those of the members, which an earlier run left behind.
void remove_member_checkpoints(FileSystem& file_system, const std::string& directory);
// Half-written ones, which a killed run left behind.
void remove_temporary_checkpoints(FileSystem& file_system, const std::string& directory);

// Writes with write_file_atomically: the directory always holds a complete checkpoint, the old or the new.
template <typename T>
void save_checkpoint(FileSystem& file_system, const std::string& directory,
                     const CheckpointDescription& description, const TrainingProgress<T>& progress);
// Only if the directory is still the caller's (write_file_atomically_if).
template <typename T>
bool save_checkpoint_if(FileSystem& file_system, const std::string& directory,
                        const CheckpointDescription& description, const TrainingProgress<T>& progress,
                        const std::function<bool()>& may_write, std::size_t member = 0);

// With the checkpoints of members that lie beside it. Also throws ModelFileError if there is no checkpoint.
Checkpoint load_checkpoint(FileSystem& file_system, const std::string& directory);

}  // namespace chainrule
