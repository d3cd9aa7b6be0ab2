// The state of a training run between two steps: all it needs to resume as if it had never stopped.
//
// Rows, dropout masks and learning rates follow from counters and the seed, so these few numbers are enough:
// a run resumed from here, on the same data with the same options, ends with the same bytes as one that was
// not interrupted, on any number of threads.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "chainrule/tensor/matrix.h"
#include "chainrule/train/early_stopping.h"
#include "chainrule/train/epoch_outputs.h"
#include "chainrule/train/history.h"
#include "chainrule/train/no_progress.h"
#include "chainrule/train/train_step.h"

namespace chainrule {

// The state to which a diverging run returns: its beginning, or the end of the best epoch so far whose loss
// was not above that of the first step. (The epoch just before a divergence is unsuitable: it was already
// diverging.)
template <typename T>
struct GoodState {
  TrainState<T> state;  // without gradient
  StoppingMemory stopping;
  std::uint64_t epochs = 0;  // finished before it
};

template <typename T>
struct TrainingProgress {
  TrainState<T> state;    // its gradient is the last step's, which no later one reads
  AlignedVector<T> best;  // the parameters of the best epoch, or of the beginning
  GoodState<T> good;      // with OnDivergence::halve, else empty
  double first_loss = 0;  // of the first step
  StoppingMemory stopping;
  History history;                  // the epochs that are finished
  std::uint64_t epoch = 1;          // the current one, counted from 1
  std::uint64_t batches_done = 0;   // of it; fewer than an epoch has
  double loss_sum = 0;              // over those: loss times rows
  double weight_sum = 0;            // over those: rows
  double rate_factor = 1;           // halved after each divergence
  double seconds = 0;               // spent on all of it
  std::optional<StopReason> ended;  // by a rule: training is complete
  AlignedVector<T> outputs;         // EpochOutputs::values of the finished epochs, if a caller wants them
};

// Where a training run can be stopped and resumed.
enum class Boundary {
  step,   // after a step within an epoch
  epoch,  // after an epoch
  end,    // the last one of this run: ended by a rule, on request, or out of time
};

// What a training run inherits from earlier ones of the same network and passes on to the next
// (scikit-learn's partial_fit and warm_start). Each has its own epochs, rows and options.
struct Continuation {
  std::uint64_t epochs = 0;  // begun before: they number the random orders of the rows
  double learning_rate = 0;  // of the next epoch, before the schedule
  NoProgressMemory no_progress;
  bool is_part =
      false;  // another call follows: the best parameters are restored only if a rule ends training
};

template <typename T>
struct ProgressHooks {
  const TrainingProgress<T>* resume_from = nullptr;  // read once, at the start
  std::function<void(const TrainingProgress<T>&, Boundary)> on_boundary;
  // Not null: receives the outputs for the validation rows, which there must be, at the end of training.
  EpochOutputs<T>* outputs = nullptr;
};

}  // namespace chainrule
