#include "chainrule/train/lbfgs_training.h"

#include <span>
#include <string>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"

namespace chainrule {

template <typename T>
LbfgsHistory train_lbfgs(const Compute& compute, const Network& network, const LbfgsTrainingOptions& options,
                         DatasetView<T> data, const LbfgsTrainingObserver& observer,
                         AlignedVector<T>& parameters) {
  const FullBatchOptions full_batch{.loss = options.loss, .penalty = options.penalty};
  FullBatchLoss<T> loss(compute, network, full_batch, data);
  if (options.penalty.l1 != 0) {
    throw UsageError({.what = "L-BFGS needs a loss without kinks, and l1 has one at 0",
                      .expected = "l1 of 0",
                      .got = format_number(options.penalty.l1),
                      .advice = "use l2, or train in batches with l1"});
  }
  if (parameters.size() != parameter_count(network)) {
    throw StateError({.what = "the parameters do not fit the network",
                      .expected = std::to_string(parameter_count(network)),
                      .got = std::to_string(parameters.size())});
  }
  validate_parameters<T>(network, parameters);

  LbfgsHistory history;
  LbfgsState<T> state;
  const LossAndGradient<T> evaluate = [&](std::span<const T> x, std::span<T> gradient) {
    const double value = loss.evaluate(x, gradient);
    if (state.evaluations == 0) history.first_loss = value;
    return value;
  };
  const LbfgsObserver on_iteration = [&](const LbfgsIteration& iteration) {
    history.iterations.push_back(iteration);
    return !observer || observer(iteration) == Continue::yes;
  };
  history.end = minimise_lbfgs<T>(compute, options.lbfgs, evaluate, on_iteration, parameters, state);
  history.evaluations = state.evaluations;
  return history;
}

#define CHAINRULE_INSTANTIATE(T)                                                                    \
  template LbfgsHistory train_lbfgs<T>(const Compute&, const Network&, const LbfgsTrainingOptions&, \
                                       DatasetView<T>, const LbfgsTrainingObserver&, AlignedVector<T>&);
CHAINRULE_INSTANTIATE(float)
CHAINRULE_INSTANTIATE(double)
#undef CHAINRULE_INSTANTIATE

}  // namespace chainrule
