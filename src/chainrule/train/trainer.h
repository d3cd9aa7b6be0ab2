// The training loop: epochs of steps until a stopping rule holds; the best parameters are kept.
#pragma once

#include <functional>
#include <span>

#include "chainrule/data/batch_iterator.h"
#include "chainrule/train/history.h"
#include "chainrule/train/metrics.h"
#include "chainrule/train/predictor.h"
#include "chainrule/train/stopping.h"
#include "chainrule/train/train_step.h"

namespace chainrule {

struct TrainerOptions {
  LossOptions loss;
  PenaltyOptions penalty;
  OptimizerOptions optimizer;
  ScheduleOptions schedule;
  StoppingOptions stopping;
  std::size_t batch_size = 32;  // 0: all rows at once (batch descent); 1: one by one
  RowOrder row_order = RowOrder::shuffled;
  double clip_norm = 0;
  std::uint64_t seed = 1;
  Products products = Products::full;  // bf16: float only, and compute.tile_unit must not be empty
};

enum class Continue { yes, stop };

// Called after each epoch and each step; what it returns may end training. When a step ends it, the epoch closes
// with the rows seen so far: it is scored and reported as any other.
struct TrainerObserver {
  std::function<Continue(const EpochReport&)> on_epoch;
  std::function<Continue(const StepReport&)> on_step;
};

// How the validation score of an epoch is formed from outputs and targets (accuracy or r2).
template <typename T>
using ScoreFunction = std::function<double(MatrixView<const T> outputs, MatrixView<const T> targets)>;

// Trains `parameters` (its values are the start). validation may be null. With validation, or with patience,
// the parameters of the best epoch are restored at the end. Throws UsageError / StateError for options that
// do not fit, DataError for targets outside the loss's range, NonFiniteError on divergence: `parameters` then
// holds the best finite ones seen so far.
template <typename T>
History train(const Compute& compute, const Network& network, const TrainerOptions& options,
              const Dataset<T>& training, const Dataset<T>* validation, const ScoreFunction<T>& score,
              const TrainerObserver& observer, AlignedVector<T>& parameters);

// The task's headline score as a ScoreFunction: accuracy, or r2 in scaled units for regression.
template <typename T>
ScoreFunction<T> score_for(Task task);

// See ReadAt.
ReadAt read_answers_at(const Network& network, Task task);

// Outputs of the network for all rows, in blocks of bounded memory: outputs [rows][network.outputs()].
template <typename T>
void predict_rows(const Compute& compute, const Network& network, std::span<const T> parameters,
                  MatrixView<const T> inputs, MatrixView<T> outputs, ReadAt read_at = ReadAt::activation);

// Loss (without penalties) over a whole data set, in blocks of bounded memory; independent of the block size.
// outputs, when given, receives the network's outputs.
template <typename T>
double evaluate_dataset(const Compute& compute, const Network& network, std::span<const T> parameters,
                        const LossOptions& loss, const Dataset<T>& data, Matrix<T>* outputs,
                        ReadAt read_at = ReadAt::activation);

}  // namespace chainrule
