// The checkpoints of a training under way: what is refused before it starts, where it goes on from, and when
// one is written (docs/checkpoints.md).
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

// Throws UsageError where there is something else at the path than a directory. That there is nothing is
// well.
void require_no_file_at(FileSystem& file_system, const std::string& directory);

// All that can be refused before the data are read. Makes the directory.
void prepare_checkpoints(FileSystem& file_system, const TrainRequest& request);

// The options that made the model: a training that goes on was started with those that its checkpoint names.
std::vector<std::pair<std::string, std::string>> recorded_options(const TrainRequest& request);

// What checkpoints hold beside the progress. data, held_out: as for identity_of. Throws UsageError where the
// checkpoint to go on from is of another training.
CheckpointDescription describe_training(const TrainRequest& request, const TrainingPlan& plan,
                                        std::string_view data, std::string_view held_out);

// Writes checkpoints when they are due. One that cannot be written is told and does not end training: what
// was learned so far is worth more. None is written to a directory that is no longer ours.
template <typename T>
class Checkpoints {
 public:
  // Keeps references to all but the description. Throws ModelFileError where the checkpoint to go on from has
  // numbers of another type.
  Checkpoints(FileSystem& file_system, const CheckpointRequest& request, CheckpointDescription description,
              const SessionObserver& observer);

  // Throws ModelFileError where the progress to go on from does not fit what is to be trained, before train()
  // would.
  void require_fitting(const Network& network, const TrainerOptions& options,
                       std::size_t training_rows) const;
  // For train(), as long as this lives.
  ProgressHooks<T> hooks();

  // The file that holds the progress that was seen last; "" when none does.
  std::string current_file() const;

 private:
  bool is_due(const TrainingProgress<T>& progress, Boundary boundary);
  void save(const TrainingProgress<T>& progress);
  bool may_write();

  using Clock = std::chrono::steady_clock;
  FileSystem& file_system_;
  const CheckpointRequest& request_;
  const CheckpointDescription description_;
  const SessionObserver& observer_;
  Clock::time_point saved_at_ = Clock::now();
  bool is_current_ = false;
  bool is_loss_told_ = false;  // that the directory is no longer ours
};

}  // namespace chainrule
