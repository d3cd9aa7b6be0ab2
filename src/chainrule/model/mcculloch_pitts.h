// The neuron of McCulloch and Pitts (1943): a weighted sum, a threshold, two states.
//
//   potential = sum_i w_i x_i;   excited (1) when potential > threshold, else inhibited (0)
//   general form: y = f(sum_i w_i x_i - threshold) with any activation f
//   learning    strengthen  w_i += rate x_i         forgetting  decay  w_i -= rate w_i
//
// Exactly at the threshold the neuron is inhibited: only more than the threshold excites it. (The activation
// `step` of a layer is 1 there.)
//
// Source: the lectures on the biological neuron and its model: synapses that are used grow stronger, others
// fade.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "chainrule/base/names.h"
#include "chainrule/tensor/activation.h"

namespace chainrule {

struct McCullochPittsNeuron {
  std::vector<double> weights;
  double threshold = 0;

  bool operator==(const McCullochPittsNeuron&) const = default;
};

enum class NeuronState : std::uint8_t { inhibited, excited };

// All throw StateError when x and the weights differ in length.
double potential(const McCullochPittsNeuron& neuron, std::span<const double> x);
NeuronState state_of(const McCullochPittsNeuron& neuron, std::span<const double> x);
// f(potential - threshold). f: any element-wise activation, with its default parameter; not softmax.
double output_of(const McCullochPittsNeuron& neuron, Activation f, std::span<const double> x);

void strengthen(McCullochPittsNeuron& neuron, std::span<const double> x, double rate);
// rate in [0, 1]: 0 keeps everything, 1 forgets everything at once.
void decay(McCullochPittsNeuron& neuron, double rate);

// Gates that one neuron computes from inputs 0 and 1. (`and`, `or` and `not` are keywords of C++.)
enum class LogicGate { conjunction, disjunction, negation, nand };

template <>
struct EnumNames<LogicGate> {
  static constexpr std::string_view kind = "logic gate";
  static constexpr EnumName<LogicGate> table[] = {
      {LogicGate::conjunction, "and", "1 when both inputs are 1"},
      {LogicGate::disjunction, "or", "1 when an input is 1"},
      {LogicGate::negation, "not", "1 when the input is 0"},
      {LogicGate::nand, "nand", "0 when both inputs are 1"},
  };
};

McCullochPittsNeuron logic_gate(LogicGate gate);

}  // namespace chainrule
