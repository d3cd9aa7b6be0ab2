// A layer's slice of the flat parameter array (or of its gradient), taken apart into W, b and activation
// parameters, or into centres and widths.
#pragma once

#include <span>

#include "chainrule/model/layer.h"
#include "chainrule/tensor/matrix.h"

namespace chainrule {

template <typename T>
struct DenseParameters {
  MatrixView<T> w;          // [inputs][outputs]
  std::span<T> b;           // [outputs] or empty
  std::span<T> activation;  // [outputs] or empty

  std::size_t size() const { return w.rows * w.columns + b.size() + activation.size(); }
};

template <typename T>
DenseParameters<T> dense_parameters(const Dense& layer, std::span<T> parameters) {
  const std::size_t weights = layer.inputs * layer.outputs;
  const std::size_t biases = layer.bias == BiasUse::present ? layer.outputs : 0;
  const std::size_t learnable = layer.parameter_use == ParameterUse::learnable ? layer.outputs : 0;
  return {.w = {parameters.data(), layer.inputs, layer.outputs},
          .b = parameters.subspan(weights, biases),
          .activation = parameters.subspan(weights + biases, learnable)};
}

template <typename T>
struct RbfParameters {
  MatrixView<T> centre;  // [inputs][units]
  std::span<T> width;    // [units]

  std::size_t size() const { return centre.rows * centre.columns + width.size(); }
};

template <typename T>
RbfParameters<T> rbf_parameters(const Rbf& layer, std::span<T> parameters) {
  const std::size_t coordinates = layer.inputs * layer.units;
  return {.centre = {parameters.data(), layer.inputs, layer.units},
          .width = parameters.subspan(coordinates, layer.units)};
}

// Calls visit(activation, first column, count, parameters) for each run of neighbouring units with one
// activation. `parameters` are the learnable ones of those units, or the one fixed value.
template <typename T, typename Visit>
void for_each_activation_run(const Dense& layer, std::span<const T> learnable, Visit&& visit) {
  const auto run = [&](Activation activation, double fixed_value, std::size_t first, std::size_t count) {
    const T fixed = static_cast<T>(fixed_value);
    visit(activation, first, count,
          learnable.empty() ? std::span<const T>(&fixed, 1) : learnable.subspan(first, count));
  };
  if (layer.unit_activations.empty()) {
    run(layer.activation, layer.activation_parameter, 0, layer.outputs);
    return;
  }
  for (std::size_t first = 0; first < layer.outputs;) {
    const Activation activation = layer.unit_activations[first];
    std::size_t end = first + 1;
    while (end < layer.outputs && layer.unit_activations[end] == activation)
      ++end;
    run(activation, properties_of(activation).default_parameter, first, end - first);
    first = end;
  }
}

}  // namespace chainrule
