#include "chainrule/train/train_step.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"

namespace chainrule {
namespace {

template <typename T>
bool all_finite(std::span<const T> values) {
  return std::all_of(values.begin(), values.end(), [](T value) { return std::isfinite(value); });
}

// Where the trouble shows first: the lowest layer with a net input, or else a gradient, that is not finite.
template <typename T>
std::string first_bad_layer(const Network& network, const Workspace<T>& workspace,
                            std::span<const T> gradient) {
  for (std::size_t i = 0; i < workspace.layers.size(); ++i) {
    if (!all_finite(workspace.layers[i].a.values())) return "layer " + std::to_string(i + 1) + ", its output";
  }
  for (const ParameterSegment& segment : parameter_segments(network)) {
    if (!all_finite(gradient.subspan(segment.offset, segment.size()))) {
      return "layer " + std::to_string(segment.layer + 1) + ", the gradient of " + segment.name;
    }
  }
  return "the loss";
}

template <typename T>
[[noreturn]] void report_divergence(const Network& network, const StepOptions& options,
                                    const TrainState<T>& state, const StepBuffers<T>& buffers, double loss,
                                    double rate) {
  const std::uint64_t epoch = state.step / options.steps_per_epoch + 1;
  throw NonFiniteError(
      {.what = "training diverged: the numbers are no longer finite",
       .where = "epoch " + std::to_string(epoch) + ", step " + std::to_string(state.step + 1) + ", " +
                first_bad_layer<T>(network, buffers.workspace, state.gradient),
       .expected = "a finite loss and gradient",
       .got = "loss " + format_number(loss),
       .advice = state.step == 0
                     ? "nothing was learned yet, so it is the first weights or the inputs: smaller "
                       "first weights (initializer), or scaled inputs without extreme numbers"
                     : "a smaller learning rate than " + format_significant(rate, 6) +
                           " (a tenth, say), a limit on the gradient's length (clip norm 1), or "
                           "another scaling of the inputs"});
}

}  // namespace

template <typename T>
TrainState<T> make_train_state(const Network& network, const OptimizerOptions& optimizer) {
  const std::size_t parameters = parameter_count(network);
  TrainState<T> state;
  state.parameters.resize(parameters);
  state.gradient.resize(parameters);
  state.optimizer = make_optimizer_state<T>(optimizer, parameters);
  return state;
}

std::vector<ParameterRange> weight_ranges(const Network& network) {
  std::vector<ParameterRange> ranges;
  for (const ParameterSegment& segment : parameter_segments(network)) {
    if (segment.role == ParameterRole::weight) ranges.push_back({segment.offset, segment.size()});
  }
  return ranges;
}

template <typename T>
StepReport train_step(const Compute& compute, const Network& network, const StepOptions& options,
                      std::span<const ParameterRange> weights, TrainState<T>& state,
                      StepBuffers<T>& buffers) {
  const Batch<T>& batch = buffers.batch;
  const std::span<const T> parameters = state.parameters;
  const std::span<T> gradient = state.gradient;
  const GradientAt place = gradient_place(options.loss.kind);

  // 2 forward
  const DropoutKey dropout{.seed = options.seed, .step = static_cast<std::uint32_t>(state.step)};
  const MatrixView<const T> output =
      forward<T>(compute, network, parameters, batch.inputs.view(), Mode::train, dropout, buffers.workspace);

  // 3 loss
  buffers.d_output.resize(batch.rows(), network.outputs());
  const double data_loss =
      evaluate_loss<T>(compute, options.loss, buffers.workspace.layers.back().z.view(), output,
                       batch.targets.view(), batch.row_weights, buffers.d_output.view(), buffers.loss);

  // 4 backward
  backward<T>(compute, network, parameters, batch.inputs.view(), buffers.d_output.view(), place,
              buffers.workspace, gradient);

  // 5 condition: anything that is not finite stops here, before any parameter changes
  add_penalty_gradient<T>(options.penalty, weights, parameters, gradient);
  const double loss = data_loss + penalty<T>(options.penalty, weights, parameters);
  const double norm = clip_gradient<T>(options.clip_norm, gradient);

  // 6 schedule
  const double rate =
      learning_rate_at(options.schedule, state.step, options.steps_per_epoch, options.epochs, state.plateau);
  if (!std::isfinite(loss) || !std::isfinite(norm)) {
    report_divergence(network, options, state, buffers, loss, rate);
  }

  // 7 update
  update<T>(compute, options.optimizer, rate, weights, gradient, state.parameters, state.optimizer);
  ++state.step;

  return {.loss = loss, .gradient_norm = norm, .learning_rate = rate, .rows = batch.rows()};
}

template <typename T>
void require_finite_parameters(const Network& network, std::span<const T> parameters, std::uint64_t epoch) {
  for (const ParameterSegment& segment : parameter_segments(network)) {
    if (all_finite(parameters.subspan(segment.offset, segment.size()))) continue;
    throw NonFiniteError(
        {.what = "training diverged: parameters are no longer finite",
         .where = "epoch " + std::to_string(epoch) + ", layer " + std::to_string(segment.layer + 1) + ", " +
                  segment.name,
         .advice = "a much smaller learning rate, or a limit on the gradient's length (clip norm 1)"});
  }
}

#define CHAINRULE_INSTANTIATE(T)                                                                       \
  template TrainState<T> make_train_state<T>(const Network&, const OptimizerOptions&);                 \
  template StepReport train_step<T>(const Compute&, const Network&, const StepOptions&,                \
                                    std::span<const ParameterRange>, TrainState<T>&, StepBuffers<T>&); \
  template void require_finite_parameters<T>(const Network&, std::span<const T>, std::uint64_t);
CHAINRULE_INSTANTIATE(float)
CHAINRULE_INSTANTIATE(double)
#undef CHAINRULE_INSTANTIATE

}  // namespace chainrule
