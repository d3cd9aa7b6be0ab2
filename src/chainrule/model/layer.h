// Layers are plain descriptions in a closed variant. They own no numbers: those are in the network's
// parameter array.
//
//   Dense    z = x W + b, a = f(z):  x [rows][inputs], W [inputs][outputs], b [outputs], a [rows][outputs]
//   Dropout  training: each value is kept with probability 1 - rate and then divided by it, else 0;
//            prediction: identity
//   Rbf      phi = exp(-|x - c|^2 / (2 s^2)): x [rows][inputs], centres c [inputs][units], widths s [units]
#pragma once

#include <cstddef>
#include <iterator>
#include <variant>
#include <vector>

#include "chainrule/base/names.h"
#include "chainrule/tensor/activation.h"

namespace chainrule {

enum class BiasUse { present, absent };

template <>
struct EnumNames<BiasUse> {
  static constexpr std::string_view kind = "use of a bias";
  static constexpr EnumName<BiasUse> table[] = {
      {BiasUse::present, "present", "z = x W + b"},
      {BiasUse::absent, "absent", "z = x W"},
  };
};

struct Dense {
  std::size_t inputs = 0;
  std::size_t outputs = 0;
  Activation activation = Activation::relu;
  // Slope, alpha or beta of the activation; its start value where it is learnable.
  double activation_parameter = 0;
  ParameterUse parameter_use = ParameterUse::none;
  BiasUse bias = BiasUse::present;
  // One activation a unit, or empty: all units use `activation`. A mixed layer's functions use their default
  // parameters; softmax cannot be mixed.
  std::vector<Activation> unit_activations = {};

  bool operator==(const Dense&) const = default;
};

// A dense layer whose activation has its default parameter and learnability.
Dense make_dense(std::size_t inputs, std::size_t outputs, Activation activation);

struct Dropout {
  std::size_t units = 0;
  double rate = 0.5;

  bool operator==(const Dropout&) const = default;
};

struct Rbf {
  std::size_t inputs = 0;
  std::size_t units = 0;

  bool operator==(const Rbf&) const = default;
};

using Layer = std::variant<Dense, Dropout, Rbf>;

// The alternatives of Layer, in their order.
enum class LayerKind { dense, dropout, rbf };

template <>
struct EnumNames<LayerKind> {
  static constexpr std::string_view kind = "layer kind";
  static constexpr EnumName<LayerKind> table[] = {
      {LayerKind::dense, "dense", "every input is joined with every unit"},
      {LayerKind::dropout, "dropout", "silences random units while training"},
      {LayerKind::rbf, "rbf", "radial basis functions: a unit answers to the distance from its centre"},
  };
};

inline LayerKind kind_of(const Layer& layer) {
  return static_cast<LayerKind>(layer.index());
}
static_assert(std::variant_size_v<Layer> == std::size(EnumNames<LayerKind>::table));

std::size_t layer_inputs(const Layer& layer);
std::size_t layer_outputs(const Layer& layer);

}  // namespace chainrule
