// The training loop: epochs of steps, with validation, stopping rules, best parameters and recovery from
// divergence.
//
//   for each epoch:  for each batch:  fetch, train_step        run_epoch, run_steps
//                    or one iteration on all rows              run_iteration
//                    score, report, ask the stopping rules     close_epoch
//   on divergence:   stop, or return to the last good state and halve the learning rate     recover_from
//
// The state between two steps is one value, TrainingProgress, which checkpoints store (training_progress.h).
#include "chainrule/train/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <type_traits>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/tensor/copy_rows.h"
#include "chainrule/tensor/kernels.h"
#include "chainrule/train/accuracy.h"
#include "chainrule/train/full_batch_step.h"
#include "chainrule/train/gradient_health.h"
#include "chainrule/train/progress_check.h"
#include "chainrule/train/quantile_metrics.h"
#include "chainrule/train/regression_metrics.h"

namespace chainrule {
namespace {

// Rows evaluated at a time outside training: a multiple of the 32-row block of docs/numerics.md, and small
// enough for the level-2 cache.
constexpr std::size_t kEvaluationRows = 1024;

class Stopwatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// An iteration on all rows chooses its own step and takes back what is not finite.
void refuse_options_of_steps(const TrainerOptions& options) {
  const auto refuse = [&](bool is_given, Setting setting, std::string got) {
    if (!is_given) return;
    throw UsageError(
        {.what = "the optimizer works on all rows at once and has no use for this",
         .setting = setting,
         .got = got + ", with the optimizer " + std::string(name_of(options.optimizer.kind)),
         .advice = "leave " + named(setting) + " out, or use " + set_to(Setting::optimizer, "adam")});
  };
  refuse(options.loss.reduction == Reduction::single, Setting::reduction, "single");
  refuse(options.schedule.kind != ScheduleKind::constant, Setting::schedule,
         std::string(name_of(options.schedule.kind)));
  refuse(options.schedule.warm_up != 0, Setting::warm_up, format_number(options.schedule.warm_up));
  refuse(options.clip_norm != 0, Setting::clip_norm, format_number(options.clip_norm));
  refuse(options.optimizer.weight_decay != 0, Setting::weight_decay,
         format_number(options.optimizer.weight_decay));
  refuse(options.on_divergence != OnDivergence::stop, Setting::on_divergence,
         std::string(name_of(options.on_divergence)));
  refuse(options.products != Products::full, Setting::precision, "bf16");
}

void check_options(const TrainerOptions& options, std::size_t rows, const Network& network) {
  validate(options.loss, network.output_activation());
  validate(options.optimizer);
  if (properties_of(options.optimizer.kind).needs_all_rows) {
    refuse_options_of_steps(options);
  } else {
    validate_learning_rate(options.learning_rate);
  }
  validate(options.schedule);
  if (options.stopping.epochs == 0) {
    throw UsageError({.what = "training needs at least one epoch", .expected = "1 or more", .got = "0"});
  }
  if (rows_of_batch(options, rows) > rows) {
    throw UsageError({.what = "the batch is larger than the data",
                      .setting = Setting::batch_size,
                      .expected = "at most " + count_of(rows, "training row"),
                      .got = std::to_string(options.batch_size),
                      .advice = "leave the batch size out, or use all rows at once" +
                                where_settable(" (" + set_to(Setting::batch_size, "all") + ")")});
  }
  const double not_negative[] = {options.penalty.l1, options.penalty.l2, options.clip_norm};
  for (const double value : not_negative) {
    if (value >= 0 && std::isfinite(value)) continue;
    throw UsageError(
        {.what = "l1, l2 and the clip norm must be finite and not negative", .got = format_number(value)});
  }
}

template <typename T>
void check_products(const Compute& compute, Products products) {
  if (products == Products::full || (std::is_same_v<T, float> && compute.matrix_unit)) return;
  throw StateError({.what = "bfloat16 products need float numbers and a matrix unit",
                    .got = std::is_same_v<T, float> ? "no matrix unit" : "double numbers",
                    .advice = "use full products, or the portable unit, which runs on every processor"});
}

// The parameters are finite here.
void require_finite_validation(double loss, std::uint64_t epoch) {
  if (std::isfinite(loss)) return;
  throw NonFiniteError({.what = "the loss on the held-out rows is not finite",
                        .where = "epoch " + std::to_string(epoch),
                        .expected = "a finite loss",
                        .got = format_number(loss),
                        .advice = "look for an extreme number among the held-out rows and correct it, or use "
                                  "a smaller learning rate"});
}

// Together, this many halvings reduce the learning rate to a millionth.
constexpr std::size_t kMostHalvings = 20;

// Parameters, optimizer, plateau and step; the gradient is left out.
template <typename T>
TrainState<T> without_gradient(const TrainState<T>& state) {
  return {.parameters = state.parameters,
          .gradient = {},
          .optimizer = state.optimizer,
          .plateau = state.plateau,
          .step = state.step};
}

template <typename T>
void check(const Compute& compute, const Network& network, const TrainerOptions& options,
           const TrainingRows<T>& rows) {
  validate(network);
  require_fitting_data<T>(network, rows.training, "training");
  check_options(options, rows.training.rows(), network);
  check_products<T>(compute, options.products);
  validate_targets<T>(options.loss, rows.training.targets);
  if (!rows.validation) return;
  require_fitting_data<T>(network, *rows.validation, "validation");
  validate_targets<T>(options.loss, rows.validation->targets);
}

// The loop of train(). Its state between two steps is in one place: progress_.
template <typename T>
class Training {
 public:
  Training(const Compute& compute, const Network& network, const TrainerOptions& options,
           const TrainingRows<T>& rows, const TrainerObserver& observer, const ProgressHooks<T>& hooks,
           Continuation& continuation, TrainingProgress<T>& progress)
      : compute_(compute),
        network_(network),
        options_(options),
        rows_(rows),
        observer_(observer),
        hooks_(hooks),
        continuation_(continuation),
        epochs_before_(continuation.epochs),
        batches_(rows.training, rows_of_batch(options, rows.training.rows()), options.row_order,
                 options.seed),
        step_options_{.loss = options.loss,
                      .penalty = options.penalty,
                      .optimizer = options.optimizer,
                      .schedule = with_defaults(options.schedule, options.stopping.epochs),
                      .clip_norm = options.clip_norm,
                      .seed = options.seed,
                      .steps_per_epoch = batches_.batches_per_epoch(),
                      .epochs = options.stopping.epochs,
                      .products = options.products,
                      .rate_factors = options.rate_factors},
        plan_(plan_step(compute, network, step_options_)),
        segments_(parameter_segments(network)),
        keeps_best_(options.kept == Kept::best_epoch && (rows.validation || options.stopping.patience > 0)),
        stopping_(options.stopping),
        progress_(progress) {}

  History run(AlignedVector<T>& parameters) {
    if (properties_of(options_.optimizer.kind).needs_all_rows) prepare_iterations();
    if (hooks_.resume_from != nullptr) {
      require_fitting_progress<T>(network_, options_, batches_.order().size(), *hooks_.resume_from);
      progress_ = *hooks_.resume_from;
      require_recorded_outputs();
      progress_.state.gradient.assign(progress_.state.parameters.size(), T{});
      seconds_before_ = progress_.seconds;
      stopping_.remember(progress_.stopping);
    } else {
      progress_.state = make_train_state<T>(network_, options_.optimizer);
      progress_.state.parameters = parameters;
      if (options_.kept == Kept::best_epoch) progress_.best = parameters;
      keep_good();
    }
    if (options_.kept != Kept::best_epoch) {
      History history = run_in_place();
      parameters = std::move(progress_.state.parameters);
      return history;
    }
    run_epochs();
    if (hooks_.outputs != nullptr) hooks_.outputs->values = std::move(progress_.outputs);
    History& history = progress_.history;
    const bool is_best = keeps_best_ || history.stop_reason == StopReason::diverged;
    parameters = std::move(is_best ? progress_.best : progress_.state.parameters);
    history.best_epoch = is_best ? stopping_.best_epoch() : 0;
    return std::move(history);
  }

  // Of a resumed run.
  void require_recorded_outputs() const {
    if (hooks_.outputs == nullptr) return;
    const std::size_t of_epoch = rows_.validation->rows() * network_.outputs();
    const std::size_t epochs = RecordedEpochs(hooks_.outputs->per_doubling).count(progress_.epoch - 1);
    if (progress_.outputs.size() == epochs * of_epoch) return;
    throw StateError(
        {.what = "the progress to resume from lacks what the network said about its held-out rows",
         .expected = count_of(epochs * of_epoch, "output"),
         .got = format_count(progress_.outputs.size())});
  }

  // For parameters that are already in progress_.
  History run_in_place() {
    AlignedVector<T>& parameters = progress_.state.parameters;
    start_of_finite_epoch_ = parameters;
    if (properties_of(options_.optimizer.kind).needs_all_rows && !full_batch_) prepare_iterations();
    run_epochs();
    History& history = progress_.history;
    if (history.stop_reason == StopReason::diverged) {
      std::ranges::copy(start_of_finite_epoch_, parameters.begin());
    }
    const bool is_over = !continuation_.is_part || history.stop_reason == StopReason::no_improvement;
    if (options_.kept == Kept::best_score && is_over && !progress_.best.empty()) {
      std::ranges::copy(progress_.best, parameters.begin());
    }
    return std::move(history);
  }

 private:
  // The memory of such an optimizer is not part of the progress.
  void prepare_iterations() {
    if (hooks_.resume_from != nullptr || hooks_.on_boundary) {
      throw UsageError({.what = "a training on all rows at once has no checkpoints",
                        .setting = Setting::checkpoint,
                        .got = "the optimizer " + std::string(name_of(options_.optimizer.kind)),
                        .advice = "leave the checkpoints out, or use " + set_to(Setting::optimizer, "adam")});
    }
    full_batch_.emplace(
        compute_, network_, options_.optimizer.kind,
        FullBatchOptions{
            .loss = options_.loss, .penalty = options_.penalty, .rate_factors = options_.rate_factors},
        rows_.training);
    buffers_.workspace.layers.resize(network_.layers.size());  // the reports find no deltas there
  }

  void run_epochs() {
    while (!progress_.ended) {
      try {
        if (run_epoch() == Continue::stop) break;
      } catch (const NonFiniteError& error) {
        if (!recover_from(error)) break;
      }
    }
  }

  // What the steps of the current epoch leave for its report.
  struct Steps {
    bool asked_to_stop = false;
    bool is_out_of_time = false;
    bool is_looked_into = false;  // whether the workspace holds the last step; narrow networks may skip it
    bool is_at_minimum = false;   // no further step lowers the loss
    double learning_rate = 0;
    double gradient_norm = 0;
  };

  // The rest of an epoch, or all of it.
  Continue run_epoch() {
    const Stopwatch stopwatch;
    const double weight_before = progress_.weight_sum;
    if (observer_.on_epoch_begin) observer_.on_epoch_begin(progress_.epoch);
    if (options_.kept != Kept::best_epoch) start_of_epoch_ = progress_.state.parameters;
    step_options_.learning_rate = continuation_.learning_rate * progress_.rate_factor;
    continuation_.epochs = epochs_before_ + progress_.epoch;
    batches_.start_epoch(static_cast<std::uint32_t>(continuation_.epochs));
    const Steps steps = full_batch_ ? run_iteration() : run_steps();
    is_cut_ = progress_.batches_done < batches_.batches_per_epoch();
    // Saved before the epoch closes early, so that a resumed run can complete it.
    if (is_cut_) at_boundary(Boundary::end);
    return close_epoch(steps, stopwatch, weight_before);
  }

  Steps run_steps() {
    Steps steps;
    TrainState<T>& state = progress_.state;
    const std::size_t batches = batches_.batches_per_epoch();
    const double time_budget = options_.stopping.time_budget_seconds;
    const bool has_reports = options_.layer_reports == LayerReports::each_epoch;
    while (progress_.batches_done < batches) {
      const bool is_last = progress_.batches_done + 1 == batches;
      steps.is_looked_into = has_reports && (plan_.narrow.empty() || state.step == 0 || is_last);
      batches_.fetch(progress_.batches_done, buffers_.batch, compute_);  // 1 fetch
      const StepReport step =
          train_step<T>(compute_, network_, step_options_, plan_, state, buffers_,  // 2 to 7
                        steps.is_looked_into ? WorkspaceUse::filled : WorkspaceUse::left_out);
      if (observer_.on_step) steps.asked_to_stop = observer_.on_step(step) == Continue::stop;  // 8 report
      ++progress_.batches_done;
      progress_.loss_sum += step.loss * static_cast<double>(step.rows);
      progress_.weight_sum += static_cast<double>(step.rows);
      steps.learning_rate = step.learning_rate;
      steps.gradient_norm = step.gradient_norm;
      if (state.step == 1) progress_.first_loss = step.loss;
      if (state.step == 1 && has_reports) {
        progress_.history.first_step =
            layer_gradients<T>(network_, segments_, state.gradient, buffers_.workspace);
        undo_clipping(step.gradient_norm, progress_.history.first_step);
      }
      steps.is_out_of_time = time_budget > 0 && whole_.seconds() >= time_budget;
      if (steps.asked_to_stop || steps.is_out_of_time) break;
      if (!is_last) at_boundary(Boundary::step);
    }
    return steps;
  }

  // An epoch of an optimizer that needs all rows. The loss is that of the new parameters.
  Steps run_iteration() {
    Steps steps;
    TrainState<T>& state = progress_.state;
    steps.is_at_minimum = full_batch_->advance(state.parameters) == IterationEnd::at_minimum;
    std::ranges::copy(full_batch_->gradient(), state.gradient.begin());
    ++state.step;
    const StepReport step{.loss = full_batch_->loss(),
                          .gradient_norm = std::sqrt(sum_of_squares<T>(compute_, state.gradient)),
                          .rows = rows_.training.rows()};
    if (observer_.on_step) steps.asked_to_stop = observer_.on_step(step) == Continue::stop;
    progress_.batches_done = 1;
    progress_.weight_sum = static_cast<double>(step.rows);
    progress_.loss_sum = step.loss * progress_.weight_sum;
    steps.gradient_norm = step.gradient_norm;
    const double time_budget = options_.stopping.time_budget_seconds;
    steps.is_out_of_time = time_budget > 0 && whole_.seconds() >= time_budget;
    return steps;
  }

  // Scores and reports the epoch, complete or not.
  Continue close_epoch(const Steps& steps, const Stopwatch& stopwatch, double weight_before) {
    TrainState<T>& state = progress_.state;
    EpochReport report{.epoch = progress_.epoch,
                       .epochs = options_.stopping.epochs,
                       .learning_rate = steps.learning_rate,
                       .gradient_norm = steps.gradient_norm};
    require_finite_parameters<T>(network_, state.parameters, continuation_.epochs, options_.clip_norm);
    std::swap(start_of_finite_epoch_, start_of_epoch_);
    if (options_.layer_reports == LayerReports::each_epoch) report_layers(steps, report);
    report.training_loss = progress_.loss_sum / progress_.weight_sum + rows_.training_constant;
    validate_epoch(report);
    const double elapsed = seconds_before_ + whole_.seconds();
    report.seconds = stopwatch.seconds();
    report.rows_per_second = (progress_.weight_sum - weight_before) / std::max(report.seconds, 1e-9);
    report.seconds_left = elapsed / static_cast<double>(progress_.epoch) *
                          static_cast<double>(options_.stopping.epochs - progress_.epoch);
    observe_epoch(step_options_.schedule, report.validation_loss.value_or(report.training_loss),
                  state.plateau);

    const std::uint64_t best_before = stopping_.best_epoch();
    std::optional<StopReason> reason = stopping_.observe(report, whole_.seconds());
    report.is_best = stopping_.last_was_best();
    if (report.is_best && options_.kept == Kept::best_epoch) progress_.best = state.parameters;
    const bool is_good = report.is_best && report.training_loss <= progress_.first_loss;
    bool asked_to_stop = steps.asked_to_stop;
    if (observer_.on_epoch && observer_.on_epoch(report) == Continue::stop) asked_to_stop = true;
    const NoProgressVerdict verdict =
        watch_progress(options_.no_progress, report, continuation_.no_progress, continuation_.learning_rate);
    if (verdict.has_highest_score && options_.kept == Kept::best_score) progress_.best = state.parameters;
    if (verdict.ends_training) reason = StopReason::no_improvement;
    add_epoch(std::move(report), best_before, options_.history_epochs, progress_.history);
    if (!reason && steps.is_at_minimum) reason = StopReason::converged;
    if (!reason && steps.is_out_of_time) reason = StopReason::time_budget;
    if (!reason && asked_to_stop) reason = StopReason::asked_to_stop;
    ++progress_.epoch;
    progress_.batches_done = 0;
    progress_.loss_sum = progress_.weight_sum = 0;
    if (is_good) keep_good();
    if (reason) {
      progress_.history.stop_reason = *reason;
      // A run stopped by its user or its time budget may resume; one that a rule ended stays ended.
      const bool is_over = *reason != StopReason::asked_to_stop && *reason != StopReason::time_budget;
      if (is_over) progress_.ended = reason;
    }
    if (!is_cut_) at_boundary(reason ? Boundary::end : Boundary::epoch);
    return reason ? Continue::stop : Continue::yes;
  }

  void report_layers(const Steps& steps, EpochReport& report) {
    if (!steps.is_looked_into) {
      for (LayerState<T>& layer : buffers_.workspace.layers)
        layer.d_z.resize(0, 0);
    }
    report.layers = layer_gradients<T>(network_, segments_, progress_.state.gradient, buffers_.workspace);
    undo_clipping(report.gradient_norm, report.layers);
  }

  // Loss and score of the validation rows.
  void validate_epoch(EpochReport& report) {
    if (!rows_.validation) return;
    const double loss = evaluate_dataset<T>(compute_, network_, progress_.state.parameters, options_.loss,
                                            *rows_.validation, &validation_outputs_);
    if (options_.kept == Kept::best_epoch) require_finite_validation(loss, progress_.epoch);
    report.validation_loss = loss + rows_.validation_constant;
    if (rows_.score)
      report.validation_score = rows_.score(validation_outputs_.view(), rows_.validation->targets);
    if (hooks_.outputs == nullptr || !RecordedEpochs(hooks_.outputs->per_doubling).contains(progress_.epoch))
      return;
    evaluate_dataset<T>(compute_, network_, progress_.state.parameters, options_.loss, *rows_.validation,
                        &validation_outputs_, ReadAt::pre_activation);
    const std::span<const T> outputs = validation_outputs_.values();
    progress_.outputs.insert(progress_.outputs.end(), outputs.begin(), outputs.end());
  }

  void keep_good() {
    if (options_.on_divergence != OnDivergence::halve) return;
    progress_.good = {.state = without_gradient(progress_.state),
                      .stopping = stopping_.memory(),
                      .epochs = progress_.epoch - 1};
  }

  // Returns to the good state with half the learning rate, or ends training.
  bool recover_from(const NonFiniteError& error) {
    History& history = progress_.history;
    history.divergences.push_back(
        {.epoch = progress_.epoch, .learning_rate = step_options_.learning_rate, .report = error.report()});
    if (options_.on_divergence == OnDivergence::stop || is_cut_ ||
        history.divergences.size() > kMostHalvings) {
      history.stop_reason = StopReason::diverged;
      progress_.ended = StopReason::diverged;
      return false;
    }
    progress_.rate_factor /= 2;
    AlignedVector<T> gradient = std::move(progress_.state.gradient);
    progress_.state = progress_.good.state;
    progress_.state.gradient = std::move(gradient);
    stopping_.remember(progress_.good.stopping);
    forget_epochs_after(progress_.good.epochs, history);
    if (hooks_.outputs != nullptr) {
      progress_.outputs.resize(RecordedEpochs(hooks_.outputs->per_doubling).count(progress_.good.epochs) *
                               rows_.validation->rows() * network_.outputs());
    }
    progress_.epoch = progress_.good.epochs + 1;
    progress_.batches_done = 0;
    progress_.loss_sum = progress_.weight_sum = 0;
    return true;
  }

  void at_boundary(Boundary boundary) {
    if (!hooks_.on_boundary) return;
    progress_.stopping = stopping_.memory();
    progress_.seconds = seconds_before_ + whole_.seconds();
    hooks_.on_boundary(progress_, boundary);
  }

  const Compute& compute_;
  const Network& network_;
  const TrainerOptions& options_;
  const TrainingRows<T>& rows_;
  const TrainerObserver& observer_;
  const ProgressHooks<T>& hooks_;
  Continuation& continuation_;
  const std::uint64_t epochs_before_;
  BatchIterator<T> batches_;
  StepOptions step_options_;
  const StepPlan plan_;
  const std::vector<ParameterSegment> segments_;
  const bool keeps_best_;
  StoppingRule stopping_;
  TrainingProgress<T>& progress_;
  AlignedVector<T> start_of_epoch_, start_of_finite_epoch_;  // unless Kept::best_epoch
  StepBuffers<T> buffers_;
  std::optional<FullBatchStep<T>> full_batch_;  // for an optimizer that needs all rows
  Matrix<T> validation_outputs_;
  const Stopwatch whole_;
  bool is_cut_ = false;        // the current epoch closes early
  double seconds_before_ = 0;  // spent by the runs that this one resumes
};

}  // namespace

void require_not_diverged(const History& history) {
  if (history.stop_reason == StopReason::diverged) throw NonFiniteError(history.divergences.back().report);
}

template <typename T>
History train(const Compute& compute, const Network& network, const TrainerOptions& options,
              const Dataset<T>& training, const Dataset<T>* validation, const ScoreFunction<T>& score,
              const TrainerObserver& observer, AlignedVector<T>& parameters, const ProgressHooks<T>& hooks) {
  TrainingRows<T> rows{.training = training, .score = score};
  if (validation != nullptr) rows.validation = *validation;
  return train<T>(compute, network, options, rows, observer, parameters, hooks);
}

template <typename T>
History train(const Compute& compute, const Network& network, const TrainerOptions& options,
              const TrainingRows<T>& rows, const TrainerObserver& observer, AlignedVector<T>& parameters,
              const ProgressHooks<T>& hooks) {
  check(compute, network, options, rows);
  Continuation continuation{.learning_rate = options.learning_rate};
  TrainingProgress<T> progress;
  return Training<T>(compute, network, options, rows, observer, hooks, continuation, progress)
      .run(parameters);
}

template <typename T>
History train_in_place(const Compute& compute, const Network& network, const TrainerOptions& options,
                       const TrainingRows<T>& rows, const TrainerObserver& observer,
                       Continuation& continuation, TrainingProgress<T>& progress) {
  check(compute, network, options, rows);
  TrainingProgress<T> fresh;
  std::swap(fresh.state, progress.state);
  std::swap(fresh.best, progress.best);
  progress = std::move(fresh);
  return Training<T>(compute, network, options, rows, observer, {}, continuation, progress).run_in_place();
}

template <typename T>
ScoreFunction<T> score_for(Task task, std::span<const double> weights, std::span<const double> quantiles) {
  return [task, weights, quantiles](MatrixView<const T> outputs, MatrixView<const T> targets) {
    if (task == Task::multi_label) return multi_label_metrics<T>(outputs, targets, weights).accuracy;
    if (task != Task::regression) {
      const std::vector<std::uint32_t> truth = predicted_classes<T>(task, targets);
      return classification_metrics(task, truth, predicted_classes<T>(task, outputs),
                                    class_count(task, outputs.columns), weights)
          .accuracy;
    }
    Matrix<double> predicted(outputs.rows, outputs.columns), truth(outputs.rows, outputs.columns);
    for (std::size_t r = 0; r < outputs.rows; ++r) {
      for (std::size_t c = 0; c < outputs.columns; ++c) {
        predicted(r, c) = static_cast<double>(outputs(r, c));
        truth(r, c) = static_cast<double>(targets(r, c));
      }
    }
    if (quantiles.empty()) return regression_metrics(predicted.view(), truth.view(), weights).r2;
    sort_within_rows(predicted);
    return quantile_metrics(predicted.view(), truth.view(), quantiles, weights).d2_pinball;
  };
}

ReadAt read_answers_at(const Network& network, Task task) {
  return task == Task::classes && network.output_activation() == Activation::sign ? ReadAt::pre_activation
                                                                                  : ReadAt::activation;
}

template <typename T>
double evaluate_dataset(const Compute& compute, const Network& network, std::span<const T> parameters,
                        const LossOptions& loss, const DatasetView<T>& data, Matrix<T>* outputs,
                        ReadAt read_at) {
  Workspace<T> workspace;
  LossScratch<T> scratch;
  Matrix<T> mapped;
  LossOptions summed = loss;
  summed.reduction = Reduction::sum;
  if (outputs != nullptr) outputs->resize(data.rows(), network.outputs());
  // All row losses first, then one summation tree over them, so that the block size cannot change the result.
  std::vector<double> row_losses;
  row_losses.reserve(data.rows());
  double weight_sum = static_cast<double>(data.rows());
  for (std::size_t first = 0; first < data.rows(); first += kEvaluationRows) {
    const std::size_t rows = std::min(kEvaluationRows, data.rows() - first);
    MatrixView<const T> x = data.inputs.row_block(first, rows);
    if (data.map != nullptr) {
      mapped.resize(rows, data.columns());
      data.map->apply(x, mapped.view());
      x = mapped.view();
    }
    const MatrixView<const T> a = forward<T>(compute, network, parameters, x, Mode::predict, {}, workspace);
    const std::span<const T> row_weights = data.row_weights;
    const MatrixView<const T> z = workspace.layers.back().z.view();
    evaluate_loss<T>(compute, summed, z, a, data.targets.row_block(first, rows),
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

#define CHAINRULE_INSTANTIATE(T)                                                                           \
  template History train<T>(const Compute&, const Network&, const TrainerOptions&, const Dataset<T>&,      \
                            const Dataset<T>*, const ScoreFunction<T>&, const TrainerObserver&,            \
                            AlignedVector<T>&, const ProgressHooks<T>&);                                   \
  template History train<T>(const Compute&, const Network&, const TrainerOptions&, const TrainingRows<T>&, \
                            const TrainerObserver&, AlignedVector<T>&, const ProgressHooks<T>&);           \
  template History train_in_place<T>(const Compute&, const Network&, const TrainerOptions&,                \
                                     const TrainingRows<T>&, const TrainerObserver&, Continuation&,        \
                                     TrainingProgress<T>&);                                                \
  template ScoreFunction<T> score_for<T>(Task, std::span<const double>, std::span<const double>);          \
  template double evaluate_dataset<T>(const Compute&, const Network&, std::span<const T>,                  \
                                      const LossOptions&, const DatasetView<T>&, Matrix<T>*, ReadAt);
CHAINRULE_INSTANTIATE(float)
CHAINRULE_INSTANTIATE(double)
#undef CHAINRULE_INSTANTIATE

}  // namespace chainrule
