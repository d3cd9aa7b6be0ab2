#include "chainrule/session/rbf_training.h"

#include <algorithm>
#include <cmath>

#include "chainrule/base/text.h"
#include "chainrule/session/choose_network.h"

namespace chainrule {
namespace {

// Joins the histories of several trainings into one: the epoch numbers continue from one to the next.
class Histories {
 public:
  Histories(const SessionObserver& observer, StopReason reason) : observer_(observer) {
    whole_.stop_reason = reason;
  }

  // Reports the epochs of the next part with their numbers in the whole.
  TrainerObserver observer() const {
    if (!observer_.on_epoch) return {.on_epoch = {}, .on_step = observer_.on_step};
    return {.on_epoch = [this](const EpochReport& epoch) { return observer_.on_epoch(counted_on(epoch)); },
            .on_step = observer_.on_step};
  }
  void append(const History& part) {
    whole_.stop_reason = part.stop_reason;
    whole_.best_epoch = part.best_epoch == 0 ? 0 : whole_.epochs_run() + part.best_epoch;
    std::vector<EpochReport> counted;
    for (const EpochReport& epoch : part.epochs)
      counted.push_back(counted_on(epoch));
    whole_.epochs.insert(whole_.epochs.end(), counted.begin(), counted.end());
    whole_.divergences.insert(whole_.divergences.end(), part.divergences.begin(), part.divergences.end());
  }
  // The parameters of an epoch of an earlier part are kept; 0: those from before the first epoch.
  void keep(std::uint64_t best_epoch) { whole_.best_epoch = best_epoch; }
  const History& whole() const { return whole_; }

 private:
  EpochReport counted_on(EpochReport epoch) const {
    epoch.epoch += whole_.epochs_run();
    epoch.epochs += whole_.epochs_run();
    return epoch;
  }

  const SessionObserver& observer_;
  History whole_;
};

// The same rows with the values of the basis as inputs.
template <typename T>
Dataset<T> with_basis_values(const Compute& compute, const Network& basis, std::span<const T> parameters,
                             const Dataset<T>& data) {
  Dataset<T> values{.inputs = Matrix<T>(data.rows(), basis.outputs()),
                    .targets = data.targets,
                    .row_weights = data.row_weights};
  predict_rows<T>(compute, basis, parameters, data.inputs.view(), values.inputs.view());
  return values;
}

// What every stage of training reads.
template <typename T>
struct Run {
  const Compute& compute;
  const TrainRequest& request;
  const TrainerOptions& options;  // as for any training run
  const Dataset<T>& training;
  const Dataset<T>* validation;  // may be null
  const ScoreFunction<T>& score;
};

// Output weights by descent on the values of the basis. They start at 0: the loss is convex in them.
template <typename T>
Parameters<T> train_output_by_descent(const Run<T>& run, const TrainerOptions& descent, const RbfBasis& basis,
                                      const Network& network, Histories& histories) {
  Parameters<T> parameters =
      rbf_network_parameters<T>(basis, Matrix<double>(basis.units() + 1, run.training.targets.columns()));
  const Network lower{.layers = {network.layers.front()}};
  const Network upper{.layers = {network.layers.back()}};
  const auto split = static_cast<std::ptrdiff_t>(parameter_count(lower));
  const Dataset<T> values = with_basis_values<T>(run.compute, lower, parameters, run.training);
  Dataset<T> held_out;
  if (run.validation != nullptr)
    held_out = with_basis_values<T>(run.compute, lower, parameters, *run.validation);
  Parameters<T> weights(parameters.begin() + split, parameters.end());
  histories.append(train<T>(run.compute, upper, descent, values,
                            run.validation != nullptr ? &held_out : nullptr, run.score, histories.observer(),
                            weights));
  std::copy(weights.begin(), weights.end(), parameters.begin() + split);
  return parameters;
}

// The part of the time budget that the epochs so far have left; 0, no budget, stays 0.
double remaining_time(double budget, const History& history) {
  if (budget <= 0) return budget;
  for (const EpochReport& epoch : history.epochs)
    budget = std::max(budget - epoch.seconds, 1e-9);
  return budget;
}

// Descent on centres, widths and output weights together. Undone if it made the held-out loss worse.
template <typename T>
void fine_tune(const Run<T>& run, const TrainerOptions& descent, Histories& histories,
               RbfTraining<T>& result) {
  TrainerOptions tuning = descent;
  tuning.stopping.epochs = fine_tuning_epochs(run.request, run.options.loss, run.validation != nullptr);
  tuning.stopping.time_budget_seconds =
      remaining_time(tuning.stopping.time_budget_seconds, histories.whole());
  const std::uint64_t best_before = histories.whole().best_epoch;
  Parameters<T> tuned = result.parameters;
  histories.append(train<T>(run.compute, result.network, tuning, run.training, run.validation, run.score,
                            histories.observer(), tuned));
  // A width may have become negative: the function is the same, but a model file needs it above 0.
  for (const ParameterSegment& segment : parameter_segments(result.network)) {
    if (segment.role != ParameterRole::width) continue;
    for (std::size_t i = segment.offset; i < segment.offset + segment.size(); ++i)
      tuned[i] = std::abs(tuned[i]);
  }
  const auto held_out_loss = [&](std::span<const T> parameters) {
    return evaluate_dataset<T>(run.compute, result.network, parameters, run.options.loss, *run.validation,
                               nullptr);
  };
  if (run.validation != nullptr && held_out_loss(tuned) > held_out_loss(result.parameters)) {
    result.notes.push_back("Fine-tuning made the loss on the held-out rows worse and was undone.");
    histories.keep(best_before);
  } else {
    result.parameters = std::move(tuned);
  }
}

}  // namespace

std::size_t fine_tuning_epochs(const TrainRequest& request, const LossOptions& loss, bool has_held_out_rows) {
  const bool follows_softmax = output_training_of(loss) == OutputTraining::softmax;
  return request.rbf.fine_tune.value_or(follows_softmax && has_held_out_rows ? request.stopping.epochs : 0);
}

template <typename T>
RbfTraining<T> train_rbf(const Compute& compute, const TrainRequest& request, const TrainerOptions& options,
                         const Dataset<T>& training, const Dataset<T>* validation,
                         const ScoreFunction<T>& score, const SessionObserver& observer) {
  const Run<T> run{.compute = compute,
                   .request = request,
                   .options = options,
                   .training = training,
                   .validation = validation,
                   .score = score};
  TrainerOptions descent = options;
  // If the goal ends the choice of centres, it has been reached before descent begins.
  if (request.rbf.fitting.centre_choice == CentreChoice::orthogonal_least_squares)
    descent.stopping.error_goal = 0;
  RbfFittingOptions fitting = request.rbf.fitting;
  fitting.error_goal = request.stopping.error_goal;
  fitting.seed = request.seed;
  bool is_stopped = false;
  const RbfBasis basis = choose_basis<T>(compute, fitting, training, [&] {
    return is_stopped = observer.is_asked_to_stop && observer.is_asked_to_stop();
  });

  const bool by_descent = output_training_of(options.loss) == OutputTraining::softmax;
  const Activation output =
      by_descent ? properties_of(options.loss.kind).needed_output.value() : Activation::identity;
  RbfTraining<T> result{.network = make_rbf_network({.inputs = training.inputs.columns(),
                                                     .units = basis.units(),
                                                     .outputs = training.targets.columns(),
                                                     .output_activation = output}),
                        .parameters = {},
                        .history = {},
                        .notes = basis.notes};
  Histories histories(observer, is_stopped ? StopReason::asked_to_stop : StopReason::closed_form);
  result.parameters = by_descent
                          ? train_output_by_descent<T>(run, descent, basis, result.network, histories)
                          : rbf_network_parameters<T>(
                                basis, solve_output_weights<T>(compute, basis, fitting.ridge, training));

  const StopReason reason = histories.whole().stop_reason;
  const bool may_continue = reason != StopReason::asked_to_stop && reason != StopReason::time_budget &&
                            reason != StopReason::diverged;
  if (fine_tuning_epochs(request, options.loss, validation != nullptr) > 0 && may_continue)
    fine_tune<T>(run, descent, histories, result);
  result.history = histories.whole();
  return result;
}

#define CHAINRULE_INSTANTIATE(T)                                                                      \
  template RbfTraining<T> train_rbf<T>(const Compute&, const TrainRequest&, const TrainerOptions&,    \
                                       const Dataset<T>&, const Dataset<T>*, const ScoreFunction<T>&, \
                                       const SessionObserver&);
CHAINRULE_INSTANTIATE(float)
CHAINRULE_INSTANTIATE(double)
#undef CHAINRULE_INSTANTIATE

}  // namespace chainrule
