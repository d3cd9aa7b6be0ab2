// One example of each kind of layer, made from the name table and the fields that a layer lists: tests that
// loop over them include new layers automatically.
#pragma once

#include <string>
#include <vector>

#include "chainrule/base/random.h"
#include "chainrule/model/initializer.h"
#include "chainrule/model/network.h"

namespace chainrule::testing_support {

inline std::vector<LayerKind> layer_kinds() {
  std::vector<LayerKind> kinds;
  for (const EnumName<LayerKind>& entry : enum_table<LayerKind>())
    kinds.push_back(entry.value);
  return kinds;
}

// With this size for inputs, outputs and units, and defaults for all other fields.
inline Layer example_layer(LayerKind kind, std::size_t size) {
  Layer layer = make_layer(kind);
  const auto set_sizes = [size]<typename Field>(std::string_view, Field& field) {
    if constexpr (std::is_same_v<Field, std::size_t>) field = size;
  };
  std::visit([&](auto& one) { for_each_field(one, set_sizes); }, layer);
  return layer;
}

// dense 3 -> size (tanh), the layer, dense size -> 2 (identity)
inline Network example_network(LayerKind kind, std::size_t size) {
  Network network{.layers = {make_dense(3, size, Activation::tanh), example_layer(kind, size),
                             make_dense(size, 2, Activation::identity)}};
  validate(network);
  return network;
}

// Initial values plus a small offset for each number, so that none is 0.
template <typename T>
AlignedVector<T> example_parameters(const Network& network) {
  AlignedVector<T> parameters(parameter_count(network));
  initialize_parameters<T>(network, {.seed = 3}, parameters);
  for (std::size_t i = 0; i < parameters.size(); ++i)
    parameters[i] += static_cast<T>(0.1 + 0.2 * random_uniform({.seed = 4}, i));
  return parameters;
}

// Numbers in [-1, 1).
template <typename T>
Matrix<T> example_inputs(std::size_t rows, std::size_t columns) {
  Matrix<T> inputs(rows, columns);
  for (std::size_t i = 0; i < rows * columns; ++i)
    inputs.values()[i] = static_cast<T>(2 * random_uniform({.seed = 5}, i) - 1);
  return inputs;
}

}  // namespace chainrule::testing_support
