// A dense (fully connected) layer: every unit reads every input and applies an activation function.
//
//   forward    z = x W + b, a = f(z)
//                x [rows][inputs], W [inputs][outputs], b [outputs], z and a [rows][outputs]
//   BP-1       d_z = d_a * f'(z)                     activation_delta    d_a from above or from the loss
//   BP-2       d_x = d_z W^T                         input_gradient      the d_a of the layer below
//   BP-3       dW  = x^T d_z, summed over the rows   weight_gradient
//   BP-4       db  = d_z summed over the rows        bias_gradient
//
// For softmax, BP-1 uses the full Jacobian:
//   d_z_i = a_i (d_a_i - sum_j d_a_j a_j)
// The deltas already contain the mean or sum over the batch: evaluate_loss scales dL/d(output) by its
// reduction.
//
// Source: Rumelhart, Hinton, Williams, "Learning representations by back-propagating errors", Nature 323,
// 1986; BP-1 to BP-4 as the lectures number them.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "chainrule/base/names.h"
#include "chainrule/model/layer_operations.h"
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
  // Slope, alpha or beta of the activation; its initial value if it is learnable.
  double activation_parameter = 0;
  ParameterUse parameter_use = ParameterUse::none;
  BiasUse bias = BiasUse::present;
  // One activation per unit, or empty: all units use `activation`. The functions of a mixed layer use their
  // default parameters; softmax cannot be mixed.
  std::vector<Activation> unit_activations = {};

  bool operator==(const Dense&) const = default;
};

// A dense layer whose activation has its default parameter, learnable if that is the activation's default.
Dense make_dense(std::size_t inputs, std::size_t outputs, Activation activation);

// "relu", "leaky_relu 0.2", "prelu (learnable)", "3 relu, 2 tanh" where units differ.
std::string activation_text(const Dense& layer);

template <MaybeConst<Dense> Layer, typename Visit>
void for_each_field(Layer& layer, Visit&& visit) {
  auto& [inputs, outputs, activation, activation_parameter, parameter_use, bias, unit_activations] = layer;
  visit("inputs", inputs);
  visit("outputs", outputs);
  visit("activation", activation);
  visit("activation_parameter", activation_parameter);
  visit("parameter_use", parameter_use);
  visit("bias", bias);
  visit("unit_activations", unit_activations);
}

// --- parameters --------------------------------------------------------------------------------------------

// The layer's slice of the parameter array, or of its gradient.
template <typename T>
struct DenseParameters {
  MatrixView<T> w;          // [inputs][outputs]
  std::span<T> b;           // [outputs] or empty
  std::span<T> activation;  // [outputs] or empty

  std::size_t size() const { return w.rows * w.columns + b.size() + activation.size(); }
};

// The parts of an array that begins with the layer's slice.
template <typename T>
DenseParameters<T> dense_parameters(const Dense& layer, std::span<T> parameters) {
  const std::size_t weights = layer.inputs * layer.outputs;
  const std::size_t biases = layer.bias == BiasUse::present ? layer.outputs : 0;
  const std::size_t learnable = layer.parameter_use == ParameterUse::learnable ? layer.outputs : 0;
  return {.w = {parameters.data(), layer.inputs, layer.outputs},
          .b = parameters.subspan(weights, biases),
          .activation = parameters.subspan(weights + biases, learnable)};
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

// --- the formulas of the backward pass ---------------------------------------------------------------------

// BP-1, unit by unit; for softmax with the Jacobian. The matrices are [rows][outputs]; `learnable` holds the
// layer's activation parameters [outputs], or is empty.
template <typename T>
void activation_delta(const Compute& compute, const Dense& layer, std::span<const T> learnable,
                      MatrixView<const T> z, MatrixView<const T> a, MatrixView<const T> d_a,
                      MatrixView<T> d_z);

// BP-2: d_z [rows][outputs], w [inputs][outputs] -> d_x [rows][inputs].
template <typename T>
void input_gradient(const Compute& compute, MatrixView<const T> d_z, MatrixView<const T> w,
                    MatrixView<T> d_x);

// BP-3: x [rows][inputs], d_z [rows][outputs] -> d_w [inputs][outputs].
template <typename T>
void weight_gradient(const Compute& compute, MatrixView<const T> x, MatrixView<const T> d_z,
                     MatrixView<T> d_w);

// BP-4: d_b[j] = sum over the rows of d_z[.][j].
template <typename T>
void bias_gradient(const Compute& compute, MatrixView<const T> d_z, std::span<T> d_b);

// --- the operations of a layer (layer_operations.h) --------------------------------------------------------

inline std::size_t inputs_of(const Dense& layer) {
  return layer.inputs;
}
inline std::size_t outputs_of(const Dense& layer) {
  return layer.outputs;
}
ParameterParts parameters_of(const Dense& layer);
LayerTraits traits_of(const Dense& layer);
LayerCaption caption_of(const Dense& layer);
std::optional<Activation> activation_of(const Dense& layer, std::size_t unit);

void validate(const Dense& layer, LayerPlace place);
template <typename T>
void initialize(const Dense& layer, const InitializerOptions& options, const RandomKey& key,
                std::span<T> parameters);

template <typename T>
void prepare_forward(const Dense& layer, std::size_t rows, Mode mode, LayerState<T>& state);
template <typename T>
void forward(const Dense& layer, const LayerPass& pass, std::span<const T> parameters, MatrixView<const T> x,
             LayerState<T>& state);

// Throws StateError for threshold units (sign, step), which have no gradient.
template <typename T>
void prepare_backward(const Dense& layer, LayerPlace place, std::size_t rows, LayerState<T>& state);
// BP-1 and BP-2. Returns d_x; the view is empty where there is no layer below.
template <typename T>
MatrixView<const T> backward(const Dense& layer, const LayerPass& pass, std::span<const T> parameters,
                             MatrixView<const T> x, OutputGradient<T> d_output, LayerState<T>& state,
                             MatrixView<T> d_x, std::span<T> gradient);
// BP-3 and BP-4.
template <typename T>
void parameter_gradient(const Dense& layer, const LayerPass& pass, MatrixView<const T> x, GradientAt place,
                        const LayerState<T>& state, std::span<T> gradient);

template <typename T>
MatrixView<const T> predict(const Dense& layer, const Compute& compute, std::span<const T> parameters,
                            MatrixView<const T> x, ReadAt read_at, LayerState<T>& scratch, MatrixView<T> y);
template <typename T>
Matrix<T> activation_slopes(const Dense& layer, const Compute& compute, std::span<const T> parameters,
                            const LayerState<T>& state);

}  // namespace chainrule
