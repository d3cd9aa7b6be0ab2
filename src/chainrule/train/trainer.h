// The training loop: epochs of steps until a stopping rule holds; the best parameters are kept.
#pragma once

#include <functional>
#include <optional>
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
  static constexpr std::string_view kind = "response to divergence";
  static constexpr EnumName<OnDivergence> table[] = {
      {OnDivergence::stop, "stop", "training ends with the best weights so far"},
      {OnDivergence::halve, "halve",
       "it returns to the last good state with half the learning rate, up to 20 times"},
  };
};

// The parameters that a run ends with.
//   best_epoch  those with the lowest validation loss (with patience and no validation rows: training loss),
//               if there is one
//   best_score  those with the highest validation score, if there is one; else as `last`
//   last        the last ones; after a divergence, those from the start of the last finite epoch
enum class Kept { best_epoch, best_score, last };

// Does each epoch report the gradient and the deltas of each layer? Narrow networks are faster without it.
enum class LayerReports { each_epoch, none };

struct TrainerOptions {
  LossOptions loss;
  PenaltyOptions penalty;
  OptimizerOptions optimizer;
  double learning_rate = 1e-3;  // the schedule's factors apply to it
  ScheduleOptions schedule;
  StoppingOptions stopping;
  // 0: all rows at once (batch gradient descent); 1: one row at a time. Optimizers that need all rows take
  // them, whatever it says; they have no learning rate, schedule, clip norm, weight decay or checkpoints.
  std::size_t batch_size = 32;
  RowOrder row_order = RowOrder::shuffled;
  double clip_norm = 0;
  std::uint64_t seed = 1;
  Products products = Products::full;  // bf16: float only, and compute.matrix_unit must not be empty
  OnDivergence on_divergence = OnDivergence::stop;
  NoProgressOptions no_progress;  // its state is in a Continuation, which checkpoints do not store
  RateFactors rate_factors = {};  // of the parameters; empty: all learn alike
  Kept kept = Kept::best_epoch;
  LayerReports layer_reports = LayerReports::each_epoch;
  std::size_t history_epochs = 0;  // how many epochs the history keeps (add_epoch); 0: all
};

enum class Continue { yes, stop };

// Called after each epoch and each step; the result may end training. When a step ends it, the epoch closes
// with the rows seen so far and is scored and reported like any other. An exception from an observer ends
// training at once, with the parameters of the last step.
struct TrainerObserver {
  std::function<Continue(const EpochReport&)> on_epoch;
  std::function<Continue(const StepReport&)> on_step;
  std::function<void(std::uint64_t epoch)> on_epoch_begin;
};

// Calculates the validation score of an epoch from outputs and targets (accuracy or r2).
template <typename T>
using ScoreFunction = std::function<double(MatrixView<const T> outputs, MatrixView<const T> targets)>;

// The rows of a run, owned by the caller. The constants are terms of the loss that do not depend on the
// parameters: they are added to the losses that are reported and compared.
template <typename T>
struct TrainingRows {
  DatasetView<T> training;
  std::optional<DatasetView<T>> validation;
  ScoreFunction<T> score;
  double training_constant = 0;
  double validation_constant = 0;
};

// Trains `parameters`, starting from their values or from hooks.resume_from. validation may be null. With
// Kept::best_epoch and validation or patience, the parameters of the best epoch are restored at the end.
//
// Loss and gradient are checked before each update, the parameters after each epoch. Numbers that are not
// finite end training or return it to a good state (options.on_divergence). If they end it,
// History::stop_reason is `diverged`, the last divergence says where and what to try, and `parameters` holds
// those that options.kept names, or the initial ones if no epoch was finite. They are always finite.
//
// Throws UsageError / StateError for options or a TrainingProgress that do not fit, DataError for targets
// outside the loss's range.
template <typename T>
History train(const Compute& compute, const Network& network, const TrainerOptions& options,
              const Dataset<T>& training, const Dataset<T>* validation, const ScoreFunction<T>& score,
              const TrainerObserver& observer, AlignedVector<T>& parameters,
              const ProgressHooks<T>& hooks = {});
template <typename T>
History train(const Compute& compute, const Network& network, const TrainerOptions& options,
              const TrainingRows<T>& rows, const TrainerObserver& observer, AlignedVector<T>& parameters,
              const ProgressHooks<T>& hooks = {});

// The same loop in place, for repeated calls: each continues with the parameters and the optimizer's state of
// `progress`, whose buffers stay in place, and with `continuation`. Each call counts its epochs from 1.
// `progress.best` has the parameters of the highest score of all calls (Kept::best_score). Validation losses
// need not be finite, except with Kept::best_epoch, which compares them.
template <typename T>
History train_in_place(const Compute& compute, const Network& network, const TrainerOptions& options,
                       const TrainingRows<T>& rows, const TrainerObserver& observer,
                       Continuation& continuation, TrainingProgress<T>& progress);

// If training ended because it diverged, throws the last divergence as NonFiniteError.
void require_not_diverged(const History& history);

// The task's headline score as a ScoreFunction: accuracy, or r2 or d2_pinball in scaled units for regression.
// weights: of the validation rows, or empty; quantiles: of the outputs, or empty; both must outlive the
// function.
template <typename T>
ScoreFunction<T> score_for(Task task, std::span<const double> weights = {},
                           std::span<const double> quantiles = {});

// Where predictions are read (ReadAt): threshold units that stand for several classes decide by z.
ReadAt read_answers_at(const Network& network, Task task);

// The loss (without penalties) over a whole data set, in blocks of bounded memory; independent of the block
// size. `outputs`, if given, receives the network's outputs.
template <typename T>
double evaluate_dataset(const Compute& compute, const Network& network, std::span<const T> parameters,
                        const LossOptions& loss, const DatasetView<T>& data, Matrix<T>* outputs,
                        ReadAt read_at = ReadAt::activation);

}  // namespace chainrule
