// The training loop: epochs of steps until a stopping rule holds; the best parameters are kept.
#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "chainrule/base/names.h"
#include "chainrule/data/batch_iterator.h"
#include "chainrule/data/task.h"
#include "chainrule/train/early_stopping.h"
#include "chainrule/train/history.h"
#include "chainrule/train/predictor.h"
#include "chainrule/train/train_step.h"
#include "chainrule/train/training_progress.h"

namespace chainrule {

enum class OnDivergence { stop, halve };

template <>
struct EnumNames<OnDivergence> {
  static constexpr std::string_view kind = "answer to divergence";
  static constexpr EnumName<OnDivergence> table[] = {
      {OnDivergence::stop, "stop", "training ends with the best weights so far"},
      {OnDivergence::halve, "halve",
       "it goes back to the last good state with half the learning rate, up to 20 times"},
  };
};

struct TrainerOptions {
  LossOptions loss;
  PenaltyOptions penalty;
  OptimizerOptions optimizer;
  double learning_rate = 1e-3;  // the schedule's factors apply to it
  ScheduleOptions schedule;
  StoppingOptions stopping;
  std::size_t batch_size = 32;  // 0: all rows at once (batch descent); 1: one by one
  RowOrder row_order = RowOrder::shuffled;
  double clip_norm = 0;
  std::uint64_t seed = 1;
  Products products = Products::full;  // bf16: float only, and compute.matrix_unit must not be empty
  OnDivergence on_divergence = OnDivergence::stop;
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

// Trains `parameters` (its values are the start, unless hooks.resume_from is given). validation may be null. With
// validation, or with patience, the parameters of the best epoch are restored at the end.
//
// Loss and gradient are looked at before each update, the parameters after each epoch. Numbers that are not finite end
// training (or have it go back, options.on_divergence): History::stop_reason is then `diverged`, its last
// divergence says where and what to try, and `parameters` holds the best epoch's, or those of the start when there was
// none. They are always finite.
//
// Throws UsageError / StateError for options or a progress that do not fit, DataError for targets outside the loss's
// range.
template <typename T>
History train(const Compute& compute, const Network& network, const TrainerOptions& options,
              const Dataset<T>& training, const Dataset<T>* validation, const ScoreFunction<T>& score,
              const TrainerObserver& observer, AlignedVector<T>& parameters,
              const ProgressHooks<T>& hooks = {});

// Throws what the last divergence of a training that ended by one says, as NonFiniteError.
void require_not_diverged(const History& history);

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
                        const LossOptions& loss, const DatasetView<T>& data, Matrix<T>* outputs,
                        ReadAt read_at = ReadAt::activation);

}  // namespace chainrule
