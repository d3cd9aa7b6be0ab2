#include "chainrule/session/rbf_training.h"

#include <algorithm>
#include <cmath>

#include "chainrule/base/text.h"

namespace chainrule {
namespace {

// One history after another: epochs are counted on.
class Histories {
 public:
  Histories(const SessionObserver& observer, StopReason reason) : observer_(observer) {
    whole_.stop_reason = reason;
  }

  // For the next part.
  TrainerObserver observer() const {
    if (!observer_.on_epoch) return {.on_epoch = {}, .on_step = observer_.on_step};
    return {.on_epoch = [this](const EpochReport& epoch) { return observer_.on_epoch(counted_on(epoch)); },
            .on_step = observer_.on_step};
  }
  void append(const History& part) {
    whole_.stop_reason = part.stop_reason;
    whole_.best_epoch = part.best_epoch == 0 ? 0 : whole_.epochs.size() + part.best_epoch;
    std::vector<EpochReport> counted;
    for (const EpochReport& epoch : part.epochs)
      counted.push_back(counted_on(epoch));
    whole_.epochs.insert(whole_.epochs.end(), counted.begin(), counted.end());
    whole_.divergences.insert(whole_.divergences.end(), part.divergences.begin(), part.divergences.end());
  }
  const History& whole() const { return whole_; }

 private:
  EpochReport counted_on(EpochReport epoch) const {
    epoch.epoch += whole_.epochs.size();
    epoch.epochs += whole_.epochs.size();
    return epoch;
  }

  const SessionObserver& observer_;
  History whole_;
};

// The values of the basis in place of the inputs.
template <typename T>
Dataset<T> with_basis_values(const Compute& compute, const Network& basis, std::span<const T> parameters,
                             const Dataset<T>& data) {
  Dataset<T> values{.inputs = Matrix<T>(data.rows(), basis.outputs()),
                    .targets = data.targets,
                    .row_weights = data.row_weights};
  predict_rows<T>(compute, basis, parameters, data.inputs.view(), values.inputs.view());
  return values;
}

}  // namespace

template <typename T>
RbfTraining<T> train_rbf(const Compute& compute, const TrainRequest& request, const TrainerOptions& options,
                         const Dataset<T>& training, const Dataset<T>* validation,
                         const ScoreFunction<T>& score, const SessionObserver& observer) {
  TrainerOptions descent = options;
  // Where the goal ends the choice of centres it has been reached before descent begins.
  if (request.rbf.fitting.centre_choice == CentreChoice::orthogonal_least_squares)
    descent.stopping.error_goal = 0;
  RbfFittingOptions fitting = request.rbf.fitting;
  fitting.error_goal = request.stopping.error_goal;
  fitting.seed = request.seed;
  bool is_stopped = false;
  const RbfBasis basis = choose_basis<T>(compute, fitting, training, [&] {
    return is_stopped = observer.is_asked_to_stop && observer.is_asked_to_stop();
  });

  const std::size_t outputs = training.targets.columns();
  const bool by_descent = request.rbf.output_training == OutputTraining::softmax;
  const Activation output =
      by_descent ? properties_of(options.loss.kind).needed_output.value() : Activation::identity;
  RbfTraining<T> result{.network = make_rbf_network({.inputs = training.inputs.columns(),
                                                     .units = basis.units(),
                                                     .outputs = outputs,
                                                     .output_activation = output}),
                        .parameters = {},
                        .history = {},
                        .notes = basis.notes};
  Histories histories(observer, is_stopped ? StopReason::asked_to_stop : StopReason::closed_form);
  if (by_descent) {
    // Weights start at 0: the loss is convex in them.
    result.parameters = rbf_network_parameters<T>(basis, Matrix<double>(basis.units() + 1, outputs));
    const Network lower{.layers = {result.network.layers.front()}};
    const Network upper{.layers = {result.network.layers.back()}};
    const std::size_t split = parameter_count(lower);
    const Dataset<T> values = with_basis_values<T>(compute, lower, result.parameters, training);
    Dataset<T> held_out;
    if (validation != nullptr)
      held_out = with_basis_values<T>(compute, lower, result.parameters, *validation);
    Parameters<T> weights(result.parameters.begin() + static_cast<std::ptrdiff_t>(split),
                          result.parameters.end());
    histories.append(train<T>(compute, upper, descent, values, validation != nullptr ? &held_out : nullptr,
                              score, histories.observer(), weights));
    std::copy(weights.begin(), weights.end(), result.parameters.begin() + static_cast<std::ptrdiff_t>(split));
  } else {
    result.parameters =
        rbf_network_parameters<T>(basis, solve_output_weights<T>(compute, basis, fitting.ridge, training));
  }

  const StopReason reason = histories.whole().stop_reason;
  const bool goes_on = reason != StopReason::asked_to_stop && reason != StopReason::time_budget &&
                       reason != StopReason::diverged;
  if (request.rbf.fine_tune > 0 && goes_on) {
    TrainerOptions tuning = descent;
    tuning.stopping.epochs = request.rbf.fine_tune;
    if (double& budget = tuning.stopping.time_budget_seconds; budget > 0) {
      for (const EpochReport& epoch : histories.whole().epochs)
        budget = std::max(budget - epoch.seconds, 1e-9);
    }
    Parameters<T> tuned = result.parameters;
    const auto held_out_loss = [&](std::span<const T> parameters) {
      return evaluate_dataset<T>(compute, result.network, parameters, options.loss, *validation, nullptr);
    };
    histories.append(
        train<T>(compute, result.network, tuning, training, validation, score, histories.observer(), tuned));
    // A width may have crossed 0 on its way: the function is the same, the file wants it above 0.
    for (const ParameterSegment& segment : parameter_segments(result.network)) {
      if (segment.role != ParameterRole::width) continue;
      for (std::size_t i = segment.offset; i < segment.offset + segment.size(); ++i)
        tuned[i] = std::abs(tuned[i]);
    }
    if (validation != nullptr && held_out_loss(tuned) > held_out_loss(result.parameters)) {
      result.notes.push_back(
          "Fine-tuning made the loss on the held-out rows worse: the network is as it was before it.");
    } else {
      result.parameters = std::move(tuned);
    }
  }
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
