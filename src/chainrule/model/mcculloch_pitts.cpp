#include "chainrule/model/mcculloch_pitts.h"

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/tensor/activation_kernels.h"

namespace chainrule {
namespace {

void require_inputs(const McCullochPittsNeuron& neuron, std::span<const double> x) {
  if (x.size() == neuron.weights.size()) return;
  throw StateError({.what = "the inputs do not fit the neuron",
                    .expected = count_of(neuron.weights.size(), "input"),
                    .got = std::to_string(x.size())});
}

}  // namespace

double potential(const McCullochPittsNeuron& neuron, std::span<const double> x) {
  require_inputs(neuron, x);
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    sum += neuron.weights[i] * x[i];
  return sum;
}

NeuronState state_of(const McCullochPittsNeuron& neuron, std::span<const double> x) {
  return potential(neuron, x) > neuron.threshold ? NeuronState::excited : NeuronState::inhibited;
}

double output_of(const McCullochPittsNeuron& neuron, Activation f, std::span<const double> x) {
  if (f == Activation::softmax) {
    throw StateError({.what = "softmax is a function of a whole layer, not of one neuron",
                      .advice = "use logistic, its form for one unit"});
  }
  const double net = potential(neuron, x) - neuron.threshold;
  const double parameter = properties_of(f).default_parameter;
  double y = 0;
  activate<double>({.path = KernelPath::plain}, f, {&parameter, 1}, {&net, 1, 1}, {&y, 1, 1});
  return y;
}

void strengthen(McCullochPittsNeuron& neuron, std::span<const double> x, double rate) {
  require_inputs(neuron, x);
  for (std::size_t i = 0; i < x.size(); ++i)
    neuron.weights[i] += rate * x[i];
}

void decay(McCullochPittsNeuron& neuron, double rate) {
  if (!(rate >= 0 && rate <= 1)) {
    throw StateError({.what = "a forgetting rate must be between 0 and 1",
                      .expected = "a number from 0 to 1",
                      .got = format_number(rate)});
  }
  for (double& weight : neuron.weights)
    weight -= rate * weight;
}

McCullochPittsNeuron logic_gate(LogicGate gate) {
  switch (gate) {
    case LogicGate::conjunction:
      return {.weights = {1, 1}, .threshold = 1.5};
    case LogicGate::disjunction:
      return {.weights = {1, 1}, .threshold = 0.5};
    case LogicGate::negation:
      return {.weights = {-1}, .threshold = -0.5};
    case LogicGate::nand:
      break;
  }
  return {.weights = {-1, -1}, .threshold = -1.5};
}

}  // namespace chainrule
