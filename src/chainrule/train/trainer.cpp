#include "chainrule/train/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <type_traits>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/tensor/kernels.h"
#include "chainrule/train/gradient_health.h"

namespace chainrule {
namespace {

// Rows at once outside training: a multiple of the contract's block of 32, small enough for the second-level
// cache.
constexpr std::size_t kEvaluationRows = 1024;

class Stopwatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

template <typename T>
void check_shapes(const Network& network, const Dataset<T>& data, std::string_view name) {
  const bool fits = data.inputs.columns() == network.inputs() &&
                    data.targets.columns() == network.outputs() && data.targets.rows() == data.rows() &&
                    (data.row_weights.empty() || data.row_weights.size() == data.rows());
  if (fits && data.rows() > 0) return;
  throw StateError({.what = "the " + std::string(name) + " data do not fit the network",
                    .expected = "rows of " + std::to_string(network.inputs()) + " inputs and " +
                                std::to_string(network.outputs()) + " targets",
                    .got = std::to_string(data.rows()) + " rows of " + std::to_string(data.inputs.columns()) +
                           " inputs and " + std::to_string(data.targets.columns()) + " targets"});
}

std::size_t rows_of_batch(const TrainerOptions& options, std::size_t rows) {
  if (options.loss.reduction == Reduction::single) return 1;
  return options.batch_size == 0 ? rows : options.batch_size;
}

void check_options(const TrainerOptions& options, std::size_t rows, const Network& network) {
  validate(options.loss, network.output_activation());
  validate(options.optimizer);
  validate(options.schedule);
  if (options.stopping.epochs == 0) {
    throw UsageError({.what = "training needs at least one epoch", .expected = "1 or more", .got = "0"});
  }
  if (rows_of_batch(options, rows) > rows) {
    throw UsageError({.what = "the batch is larger than the data",
                      .expected = "at most " + count_of(rows, "training row"),
                      .got = std::to_string(options.batch_size),
                      .advice = "leave the batch size out, or use all rows at once (batch size all)"});
  }
  const double not_negative[] = {options.penalty.l1, options.penalty.l2, options.clip_norm};
  for (const double value : not_negative) {
    if (value >= 0 && std::isfinite(value)) continue;
    throw UsageError({.what = "l1, l2 and the clip norm cannot be negative", .got = format_number(value)});
  }
}

template <typename T>
void check_products(const Compute& compute, Products products) {
  if (products == Products::full || (std::is_same_v<T, float> && compute.tile_unit)) return;
  throw StateError({.what = "bfloat16 products need float numbers and a matrix unit",
                    .got = std::is_same_v<T, float> ? "no matrix unit" : "double numbers",
                    .advice = "take full products, or the portable unit, which any processor has"});
}

template <typename T>
void copy_rows(MatrixView<const T> from, MatrixView<T> to) {
  for (std::size_t r = 0; r < from.rows; ++r)
    std::copy_n(from.row(r), from.columns, to.row(r));
}

// The parameters are finite here, so it is the rows.
void require_finite_validation(double loss, std::uint64_t epoch) {
  if (std::isfinite(loss)) return;
  throw NonFiniteError(
      {.what = "the loss on the held-out rows is not finite",
       .where = "epoch " + std::to_string(epoch),
       .expected = "a finite loss",
       .got = format_number(loss),
       .advice = "look among the held-out rows for a number very far from all others, and mend it"});
}

}  // namespace

template <typename T>
History train(const Compute& compute, const Network& network, const TrainerOptions& options,
              const Dataset<T>& training, const Dataset<T>* validation, const ScoreFunction<T>& score,
              const TrainerObserver& observer, AlignedVector<T>& parameters) {
  validate(network);
  check_shapes(network, training, "training");
  check_options(options, training.rows(), network);
  check_products<T>(compute, options.products);
  validate_targets<T>(options.loss, training.targets.view());
  if (validation != nullptr) {
    check_shapes(network, *validation, "validation");
    validate_targets<T>(options.loss, validation->targets.view());
  }

  BatchIterator<T> batches(training, rows_of_batch(options, training.rows()), options.row_order,
                           options.seed);
  const StepOptions step_options{.loss = options.loss,
                                 .penalty = options.penalty,
                                 .optimizer = options.optimizer,
                                 .schedule = with_defaults(options.schedule, options.stopping.epochs),
                                 .clip_norm = options.clip_norm,
                                 .seed = options.seed,
                                 .steps_per_epoch = batches.batches_per_epoch(),
                                 .epochs = options.stopping.epochs,
                                 .products = options.products};
  const StepPlan plan = plan_step(compute, network, step_options);
  const std::vector<ParameterSegment> segments = parameter_segments(network);
  const double time_budget = options.stopping.time_budget_seconds;
  const bool keeps_best = validation != nullptr || options.stopping.patience > 0;

  TrainState<T> state = make_train_state<T>(network, options.optimizer);
  state.parameters = parameters;
  StepBuffers<T> buffers;
  Matrix<T> validation_outputs;
  StoppingRule stopping(options.stopping);
  History history;
  const Stopwatch whole;

  for (std::uint64_t epoch = 1;; ++epoch) {
    const Stopwatch stopwatch;
    EpochReport report{.epoch = epoch, .epochs = options.stopping.epochs};
    batches.start_epoch(static_cast<std::uint32_t>(epoch));
    double loss_sum = 0, weight_sum = 0;
    bool asked_to_stop = false;
    bool is_out_of_time = false;
    bool is_looked_into = false;  // does the workspace hold the last step? Always, but for narrow networks
    for (std::size_t i = 0; i < batches.batches_per_epoch() && !asked_to_stop && !is_out_of_time; ++i) {
      is_looked_into = plan.narrow.empty() || state.step == 0 || i + 1 == batches.batches_per_epoch();
      batches.fetch(i, buffers.batch, compute);                                                    // 1 fetch
      const StepReport step = train_step<T>(compute, network, step_options, plan, state, buffers,  // 2 to 7
                                            is_looked_into ? WorkspaceUse::filled : WorkspaceUse::left_out);
      if (observer.on_step) asked_to_stop = observer.on_step(step) == Continue::stop;  // 8 report
      loss_sum += step.loss * static_cast<double>(step.rows);
      weight_sum += static_cast<double>(step.rows);
      report.learning_rate = step.learning_rate;
      report.gradient_norm = step.gradient_norm;
      if (state.step == 1) {
        history.first_step = layer_gradients<T>(network, segments, state.gradient, buffers.workspace);
        undo_clipping(step.gradient_norm, history.first_step);
      }
      is_out_of_time = time_budget > 0 && whole.seconds() >= time_budget;
    }
    require_finite_parameters<T>(network, state.parameters, epoch);
    if (!is_looked_into) {
      for (LayerState<T>& layer : buffers.workspace.layers)
        layer.d_z.resize(0, 0);
    }
    report.layers = layer_gradients<T>(network, segments, state.gradient, buffers.workspace);
    undo_clipping(report.gradient_norm, report.layers);
    report.training_loss = loss_sum / weight_sum;
    if (validation != nullptr) {
      report.validation_loss = evaluate_dataset<T>(compute, network, state.parameters, options.loss,
                                                   *validation, &validation_outputs);
      require_finite_validation(*report.validation_loss, epoch);
      if (score) report.validation_score = score(validation_outputs.view(), validation->targets.view());
    }
    const double elapsed = whole.seconds();
    report.seconds = stopwatch.seconds();
    report.rows_per_second = weight_sum / std::max(report.seconds, 1e-9);
    report.seconds_left =
        elapsed / static_cast<double>(epoch) * static_cast<double>(options.stopping.epochs - epoch);
    observe_epoch(step_options.schedule, report.validation_loss.value_or(report.training_loss),
                  state.plateau);

    std::optional<StopReason> reason = stopping.observe(report, elapsed);
    report.is_best = stopping.last_was_best();
    if (report.is_best || !keeps_best) parameters = state.parameters;
    if (observer.on_epoch && observer.on_epoch(report) == Continue::stop) asked_to_stop = true;
    history.epochs.push_back(std::move(report));
    if (!reason && asked_to_stop) reason = StopReason::asked_to_stop;
    if (reason) {
      history.stop_reason = *reason;
      break;
    }
  }
  history.best_epoch = keeps_best ? stopping.best_epoch() : 0;
  return history;
}

template <typename T>
ScoreFunction<T> score_for(Task task) {
  return [task](MatrixView<const T> outputs, MatrixView<const T> targets) {
    if (task == Task::multi_label) return multi_label_metrics<T>(outputs, targets).accuracy;
    if (task != Task::regression) {
      const std::vector<std::uint32_t> truth = predicted_classes<T>(task, targets);
      return classification_metrics(task, truth, predicted_classes<T>(task, outputs),
                                    task == Task::binary ? 2 : outputs.columns)
          .accuracy;
    }
    Matrix<double> predicted(outputs.rows, outputs.columns), truth(outputs.rows, outputs.columns);
    for (std::size_t r = 0; r < outputs.rows; ++r) {
      for (std::size_t c = 0; c < outputs.columns; ++c) {
        predicted(r, c) = static_cast<double>(outputs(r, c));
        truth(r, c) = static_cast<double>(targets(r, c));
      }
    }
    return regression_metrics(predicted.view(), truth.view()).r2;
  };
}

ReadAt read_answers_at(const Network& network, Task task) {
  return task == Task::classes && network.output_activation() == Activation::sign ? ReadAt::net_input
                                                                                  : ReadAt::activation;
}

template <typename T>
void predict_rows(const Compute& compute, const Network& network, std::span<const T> parameters,
                  MatrixView<const T> inputs, MatrixView<T> outputs, ReadAt read_at) {
  Predictor<T>(compute, network, parameters, read_at).predict(inputs, outputs);
}

template <typename T>
double evaluate_dataset(const Compute& compute, const Network& network, std::span<const T> parameters,
                        const LossOptions& loss, const Dataset<T>& data, Matrix<T>* outputs, ReadAt read_at) {
  Workspace<T> workspace;
  LossScratch<T> scratch;
  LossOptions summed = loss;
  summed.reduction = Reduction::sum;
  if (outputs != nullptr) outputs->resize(data.rows(), network.outputs());
  // The losses of all rows first, then one tree over them: the block size cannot show.
  std::vector<double> row_losses;
  row_losses.reserve(data.rows());
  double weight_sum = static_cast<double>(data.rows());
  for (std::size_t first = 0; first < data.rows(); first += kEvaluationRows) {
    const std::size_t rows = std::min(kEvaluationRows, data.rows() - first);
    const MatrixView<const T> a =
        forward<T>(compute, network, parameters, data.inputs.view().row_block(first, rows), Mode::predict, {},
                   workspace);
    const std::span<const T> row_weights(data.row_weights);
    const MatrixView<const T> z = workspace.layers.back().z.view();
    evaluate_loss<T>(compute, summed, z, a, data.targets.view().row_block(first, rows),
                     row_weights.empty() ? row_weights : row_weights.subspan(first, rows), {}, scratch);
    row_losses.insert(row_losses.end(), scratch.row_losses.begin(), scratch.row_losses.end());
    if (outputs == nullptr) continue;
    copy_rows<T>(read_at == ReadAt::activation ? a : z, outputs->view().row_block(first, rows));
  }
  if (!data.row_weights.empty()) {
    weight_sum = 0;
    for (const T weight : data.row_weights)
      weight_sum += static_cast<double>(weight);
  }
  const double sum = block_tree_sum(row_losses);
  if (loss.reduction == Reduction::sum) return sum;
  return weight_sum > 0 ? sum / weight_sum : 0;
}

#define CHAINRULE_INSTANTIATE(T)                                                                         \
  template History train<T>(const Compute&, const Network&, const TrainerOptions&, const Dataset<T>&,    \
                            const Dataset<T>*, const ScoreFunction<T>&, const TrainerObserver&,          \
                            AlignedVector<T>&);                                                          \
  template ScoreFunction<T> score_for<T>(Task);                                                          \
  template void predict_rows<T>(const Compute&, const Network&, std::span<const T>, MatrixView<const T>, \
                                MatrixView<T>, ReadAt);                                                  \
  template double evaluate_dataset<T>(const Compute&, const Network&, std::span<const T>,                \
                                      const LossOptions&, const Dataset<T>&, Matrix<T>*, ReadAt);
CHAINRULE_INSTANTIATE(float)
CHAINRULE_INSTANTIATE(double)
#undef CHAINRULE_INSTANTIATE

}  // namespace chainrule
