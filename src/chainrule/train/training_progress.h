// What a training has come to between two steps: all that it takes to go on as if it had never stopped.
//
// Rows, dropout masks and learning rates follow from counters and the seed, so that these few numbers are
// enough: a training that goes on from here, on the same data with the same options, ends with the same bytes
// as one that was not interrupted, on any number of threads.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "chainrule/tensor/matrix.h"
#include "chainrule/train/early_stopping.h"
#include "chainrule/train/history.h"
#include "chainrule/train/no_progress.h"
#include "chainrule/train/train_step.h"

namespace chainrule {

// Where a training that diverges goes back to: its beginning, or the end of the best epoch so far whose loss
// was not above that of the first step. (The epoch before a divergence is no good place: it was on its way
// there.)
template <typename T>
struct GoodState {
  TrainState<T> state;  // without gradient
  StoppingMemory stopping;
  std::uint64_t epochs = 0;  // finished by then
};

template <typename T>
struct TrainingProgress {
  TrainState<T> state;    // its gradient is the last step's, which no later one reads
  AlignedVector<T> best;  // the parameters of the best epoch, or of the beginning
  GoodState<T> good;      // with OnDivergence::halve, else empty
  double first_loss = 0;  // of the first step
  StoppingMemory stopping;
  History history;                  // the epochs that are finished
  std::uint64_t epoch = 1;          // under way, counted from 1
  std::uint64_t batches_done = 0;   // of it; fewer than an epoch has
  double loss_sum = 0;              // over those: loss times rows
  double weight_sum = 0;            // over those: rows
  double rate_factor = 1;           // halved after each divergence
  double seconds = 0;               // spent on all of it
  std::optional<StopReason> ended;  // by a rule: there is nothing left to do
};

// Where a training can be stopped and gone on with.
enum class Boundary {
  step,   // after a step within an epoch
  epoch,  // after an epoch
  end,    // the last one of this run: it ends by a rule, was asked to, or is out of time
};

// What a training takes over from earlier ones of the same network, on other rows or with other options, and
// leaves for the next one (scikit-learn's partial_fit and warm_start). Each has epochs, rows and options of
// its own.
struct Continuation {
  std::uint64_t epochs = 0;  // begun before: they number the orders in which rows are drawn
  double learning_rate = 0;  // of the next epoch, before the schedule
  NoProgressMemory no_progress;
  bool is_part =
      false;  // another call follows: the best parameters come back only where a rule ends the training
};

template <typename T>
struct ProgressHooks {
  const TrainingProgress<T>* resume_from = nullptr;  // read once, at the start
  std::function<void(const TrainingProgress<T>&, Boundary)> on_boundary;
};

}  // namespace chainrule
