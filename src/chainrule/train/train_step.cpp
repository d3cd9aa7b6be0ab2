// One training step in its eight stations (ARCHITECTURE.md); train_step reads in their order.
//
//   2 to 4   losses_and_gradient: a = f(x W + b), L = loss(a, t), g = dL/dw
//   5        g += d(penalty)/dw, g *= min(1, max_norm / |g|); a number that is not finite stops here
//   6        r = schedule(step)
//   7        w = update(w, g, r)
//
// plan_step decides once how stations 2 to 4 run: as a narrow network, in row blocks, or on the whole batch
// at once. The numbers are the same each way (docs/adr/0007-how-a-step-runs.md).
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

// Where the fault first shows: the lowest layer whose output, or else whose gradient, is not finite.
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
                     ? "nothing was learned yet, so the cause is the initial weights or the inputs: smaller "
                       "initial weights" +
                           where_settable(" (" + named(Setting::initializer) + ")") +
                           ", or scaled inputs without extreme numbers"
                     : "a smaller " + named(Setting::learning_rate) + " than " + format_significant(rate, 6) +
                           " (a tenth, say), " + limit_advice(options.clip_norm) +
                           ", or another scaling of the inputs"});
}

// Forward and deltas stay on one thread if they take fewer multiply-adds: 45 microseconds on one core of an
// AMD Zen 3. Two idle cores break even near 500,000; with another core that was not always free, 1,000,000
// were still slower on two.
constexpr std::size_t kParallelWork = 2'000'000;
// Rows of a block: fewer would read the weights too often for the work; more would outgrow the L2 cache.
constexpr std::size_t kSmallestBlock = 32;
constexpr std::size_t kLargestBlock = 128;

// Calls run(compute, rows) for blocks of the batch, each on one thread alone; or for the whole batch, whose
// products may use all threads. No number depends on how rows are cut: they are independent.
template <typename Run>
void for_each_row_block(const Compute& compute, const StepPlan& plan, std::size_t rows, const Run& run) {
  const std::size_t threads = compute.pool == nullptr ? 1 : compute.pool->threads();
  const bool is_cut = threads > 1 && plan.has_independent_rows && rows >= threads * kSmallestBlock &&
                      plan.work * rows >= kParallelWork;
  if (!is_cut) return run(compute, RowBlock{0, rows});
  const std::size_t block = std::clamp((rows + threads - 1) / threads, kSmallestBlock, kLargestBlock);
  const Compute alone{.path = compute.path};
  compute.pool->run((rows + block - 1) / block, [&](std::size_t i) {
    run(alone, RowBlock{i * block, std::min(block, rows - i * block)});
  });
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

StepPlan plan_step(const Compute& compute, const Network& network, const StepOptions& options) {
  validate(options.rate_factors, parameter_count(network));
  StepPlan plan{.weights = learned_parts(weight_ranges(network), options.rate_factors),
                .fixed = fixed_ranges(options.rate_factors, parameter_count(network)),
                .has_independent_rows = options.products == Products::full};
  bool is_narrow_chain = true;
  std::size_t offset = 0;
  for (const Layer& layer : network.layers) {
    const LayerTraits traits = layer_traits(layer);
    plan.has_independent_rows = plan.has_independent_rows && traits.takes_row_blocks;
    plan.work += (offset == 0 ? 1 : 2) * traits.multiply_adds;
    is_narrow_chain = is_narrow_chain && traits.narrow;
    if (traits.narrow) {
      plan.narrow.push_back(*traits.narrow);
      plan.narrow.back().offset = offset;
    }
    offset += layer_parameters(layer).size();
  }
  if (!is_narrow_chain || options.products != Products::full ||
      !is_narrow(compute, plan.narrow, options.loss.kind))
    plan.narrow.clear();
  return plan;
}

template <typename T>
void losses_and_gradient(const Compute& compute, const Network& network, const StepOptions& options,
                         const StepPlan& plan, std::span<const T> parameters, MatrixView<const T> inputs,
                         MatrixView<const T> targets, DropoutKey dropout, StepBuffers<T>& buffers,
                         std::span<T> gradient, WorkspaceUse workspace_use) {
  if (workspace_use == WorkspaceUse::left_out && !plan.narrow.empty()) {
    // 2 to 4 in one pass
    return narrow_step<T>(compute, {.layers = plan.narrow,
                                    .parameters = parameters,
                                    .inputs = inputs,
                                    .targets = targets,
                                    .loss = options.loss.kind,
                                    .huber_delta = options.loss.huber_delta,
                                    .quantile = options.loss.quantile,
                                    .quantiles = options.loss.quantiles,
                                    .label_smoothing = options.loss.label_smoothing,
                                    .factors = buffers.loss.factors,
                                    .row_losses = buffers.loss.row_losses,
                                    .gradient = gradient});
  }
  const GradientAt place = properties_of(options.loss.kind).gradient_at;
  Workspace<T>& workspace = buffers.workspace;
  workspace.products = options.products;
  prepare_forward<T>(network, inputs.rows, Mode::train, workspace);
  prepare_backward<T>(network, inputs.rows, workspace);
  LayerState<T>& last = workspace.layers.back();
  if (place == GradientAt::output) buffers.d_output.resize(inputs.rows, network.outputs());
  const MatrixView<T> d_output =
      place == GradientAt::pre_activation ? last.d_z.view() : buffers.d_output.view();

  for_each_row_block(compute, plan, inputs.rows, [&](const Compute& here, RowBlock rows) {
    // 2 forward
    forward_rows<T>(here, network, parameters, inputs, rows, Mode::train, dropout, workspace);
    // 3 loss
    evaluate_loss_rows<T>(here, options.loss, last.z.view(), last.a.view(), targets, rows, d_output,
                          buffers.loss);
    // 4 backward: the deltas
    backward_rows<T>(here, network, parameters, inputs, d_output, place, rows, workspace, gradient);
  });
  // 4 backward: the sums over the batch
  parameter_gradients<T>(compute, network, place, inputs, workspace, gradient);
}

template <typename T>
void require_fitting_data(const Network& network, DatasetView<T> data, std::string_view name) {
  const bool fits = data.columns() == network.inputs() && data.targets.columns == network.outputs() &&
                    data.targets.rows == data.rows() &&
                    (data.row_weights.empty() || data.row_weights.size() == data.rows());
  if (fits && data.rows() > 0) return;
  const auto columns = [](std::size_t inputs, std::size_t targets) {
    return count_of(inputs, "input") + " and " + count_of(targets, "target");
  };
  std::string got = count_of(data.rows(), "row") + " of " + columns(data.columns(), data.targets.columns);
  if (data.targets.rows != data.rows()) got += ", " + count_of(data.targets.rows, "row") + " of targets";
  if (!data.row_weights.empty()) got += ", " + count_of(data.row_weights.size(), "weight");
  throw StateError({.what = "the " + std::string(name) + " data do not fit the network",
                    .expected = "rows of " + columns(network.inputs(), network.outputs()),
                    .got = got});
}

template <typename T>
StepReport train_step(const Compute& compute, const Network& network, const StepOptions& options,
                      const StepPlan& plan, TrainState<T>& state, StepBuffers<T>& buffers,
                      WorkspaceUse workspace_use) {
  const Batch<T>& batch = buffers.batch;
  const std::span<const T> parameters = state.parameters;
  const std::span<T> gradient = state.gradient;
  const DropoutKey dropout{.seed = options.seed, .step = static_cast<std::uint32_t>(state.step)};
  prepare_loss<T>(options.loss, batch.rows(), batch.row_weights, buffers.loss);
  // 2 to 4
  losses_and_gradient<T>(compute, network, options, plan, parameters, batch.inputs.view(),
                         batch.targets.view(), dropout, buffers, gradient, workspace_use);
  const double data_loss = joined_loss<T>(batch.row_weights, buffers.loss);

  clear_ranges<T>(plan.fixed, gradient);
  // 5 condition: anything that is not finite stops here, before any parameter changes
  const PenaltyOptions penalties = penalty_of_batch<T>(options.penalty, batch.rows(), batch.row_weights);
  add_penalty_gradient<T>(compute, penalties, plan.weights, parameters, gradient);
  const double loss = data_loss + penalty<T>(compute, penalties, plan.weights, parameters);
  const double norm = clip_gradient<T>(compute, options.clip_norm, gradient);

  // 6 schedule
  const double rate = learning_rate_at(options.learning_rate, options.schedule, state.step,
                                       options.steps_per_epoch, options.epochs, state.plateau);
  if (!std::isfinite(loss) || !std::isfinite(norm)) {
    // Recalculates what a pass without workspace did not keep.
    forward<T>(compute, network, parameters, batch.inputs.view(), Mode::train, dropout, buffers.workspace);
    report_divergence(network, options, state, buffers, loss, rate);
  }

  // 7 update
  update<T>(compute, options.optimizer, rate, plan.weights, gradient, state.parameters, state.optimizer,
            options.rate_factors);
  ++state.step;

  return {.loss = loss, .gradient_norm = norm, .learning_rate = rate, .rows = batch.rows()};
}

template <typename T>
void require_finite_parameters(const Network& network, std::span<const T> parameters, std::uint64_t epoch,
                               std::optional<double> clip_norm) {
  for (const ParameterSegment& segment : parameter_segments(network)) {
    if (all_finite(parameters.subspan(segment.offset, segment.size()))) continue;
    throw NonFiniteError({.what = "training diverged: parameters are no longer finite",
                          .where = "epoch " + std::to_string(epoch) + ", layer " +
                                   std::to_string(segment.layer + 1) + ", " + segment.name,
                          .advice = "a much smaller " + named(Setting::learning_rate) +
                                    (clip_norm ? ", or " + limit_advice(*clip_norm) : Message())});
  }
}

#define CHAINRULE_INSTANTIATE(T)                                                                            \
  template TrainState<T> make_train_state<T>(const Network&, const OptimizerOptions&);                      \
  template StepReport train_step<T>(const Compute&, const Network&, const StepOptions&, const StepPlan&,    \
                                    TrainState<T>&, StepBuffers<T>&, WorkspaceUse);                         \
  template void losses_and_gradient<T>(const Compute&, const Network&, const StepOptions&, const StepPlan&, \
                                       std::span<const T>, MatrixView<const T>, MatrixView<const T>,        \
                                       DropoutKey, StepBuffers<T>&, std::span<T>, WorkspaceUse);            \
  template void require_fitting_data<T>(const Network&, DatasetView<T>, std::string_view);                  \
  template void require_finite_parameters<T>(const Network&, std::span<const T>, std::uint64_t,             \
                                             std::optional<double>);
CHAINRULE_INSTANTIATE(float)
CHAINRULE_INSTANTIATE(double)
#undef CHAINRULE_INSTANTIATE

}  // namespace chainrule
