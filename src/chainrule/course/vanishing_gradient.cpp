// Runs a chain of one-unit layers through the engine's forward and backward pass, so no derivative is
// repeated here.
#include "chainrule/course/vanishing_gradient.h"

#include "chainrule/base/error.h"
#include "chainrule/model/backward.h"
#include "chainrule/model/dense.h"
#include "chainrule/model/forward.h"

namespace chainrule {

std::vector<double> chain_deltas(const UnitChain& chain) {
  if (chain.depth == 0) {
    throw UsageError({.what = "a chain needs at least one unit", .expected = "1 or more", .got = "0"});
  }
  const Dense unit = make_dense(1, 1, chain.activation);
  const Network network{.layers = std::vector<Layer>(chain.depth, unit)};
  std::vector<double> parameters(parameter_count(network));
  // Biases stay 0; activations with a learnable parameter get its default.
  for (const ParameterSegment& segment : parameter_segments(network)) {
    if (segment.role == ParameterRole::weight) parameters[segment.offset] = chain.weight;
    if (segment.role == ParameterRole::activation) parameters[segment.offset] = unit.activation_parameter;
  }
  const Compute plain{.path = KernelPath::plain};
  const MatrixView<const double> x(&chain.x, 1, 1), target(&chain.target, 1, 1);
  Workspace<double> workspace;
  LossScratch<double> scratch;
  double d_output = 0;
  std::vector<double> gradient(parameters.size());
  const MatrixView<const double> a =
      forward<double>(plain, network, parameters, x, Mode::train, {}, workspace);
  evaluate_loss<double>(plain, {.kind = Loss::half_squared_error}, workspace.layers.back().z.view(), a,
                        target, {}, {&d_output, 1, 1}, scratch);
  backward<double>(plain, network, parameters, x, {&d_output, 1, 1}, GradientAt::output, workspace, gradient);
  std::vector<double> deltas;
  for (const LayerState<double>& state : workspace.layers)
    deltas.push_back(state.d_z(0, 0));
  return deltas;
}

}  // namespace chainrule
