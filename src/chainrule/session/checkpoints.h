// The checkpoints of a training run: what is refused before the run starts, where it resumes, and when a
// checkpoint is written (docs/checkpoints.md).
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chainrule/session/training.h"
#include "chainrule/train/trainer.h"
#include "chainrule/train/training_progress.h"

namespace chainrule {

// Throws UsageError when the path is something other than a directory. It may be missing.
void require_no_file_at(FileSystem& file_system, const std::string& directory);

// Refuses everything that can be refused before the data are read, and creates the directory.
void prepare_checkpoints(FileSystem& file_system, const TrainRequest& request);

// The options for the model's provenance. For a resumed run they are those in its checkpoint.
std::vector<std::pair<std::string, std::string>> recorded_options(const TrainRequest& request);

// What checkpoints hold besides the progress. data, held_out: as for identity_of. Throws UsageError if the
// checkpoint to resume from belongs to another run.
CheckpointDescription describe_training(const TrainRequest& request, const TrainingPlan& plan,
                                        std::string_view data, std::string_view held_out);

// Writes checkpoints when they are due. A checkpoint that cannot be written is reported and does not end
// training, because the progress so far is worth more. Nothing is written to a directory that this run no
// longer owns.
template <typename T>
class Checkpoints {
 public:
  // Keeps references to the file system and the observer. Throws ModelFileError when the checkpoint to resume
  // from has numbers of another type. member: its number, in a mixture.
  Checkpoints(FileSystem& file_system, CheckpointRequest request, CheckpointDescription description,
              const SessionObserver& observer, std::size_t member = 0);

  // Also saves the first boundary, so that the files of other members never lie without that of the run.
  void save_first_boundary() { is_first_due_ = true; }
  // Those of another member of the mixture whose first member these are. Throws UsageError if its checkpoint
  // belongs to another run.
  Checkpoints of_member(std::size_t member) const;

  // Throws ModelFileError if the progress to resume from does not fit the network and the data, earlier than
  // train() would.
  void require_fitting(const Network& network, const TrainerOptions& options,
                       std::size_t training_rows) const;
  // For train(). Valid as long as this object lives.
  ProgressHooks<T> hooks();

  // The file that holds the latest progress; "" when no file does.
  std::string current_file() const;

 private:
  bool is_due(const TrainingProgress<T>& progress, Boundary boundary);
  void save(const TrainingProgress<T>& progress);
  bool may_write();
  void report(const Error& error) const;

  using Clock = std::chrono::steady_clock;
  FileSystem& file_system_;
  CheckpointRequest request_;
  CheckpointDescription description_;
  const SessionObserver& observer_;
  std::size_t member_ = 0;
  Clock::time_point saved_at_ = Clock::now();
  bool is_current_ = false;
  bool is_first_due_ = false;
  bool is_takeover_reported_ = false;  // the loss of the directory was reported
};

}  // namespace chainrule
