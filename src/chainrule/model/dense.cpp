// The dense layer: z = x W + b and a = f(z) forward, BP-1 to BP-4 backward (dense.h has the shapes).
// Products go through tensor/kernels.h, or through bf16_products.h when the training asks for bfloat16.
#include "chainrule/model/dense.h"

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/model/initializer.h"
#include "chainrule/model/unit_activations.h"
#include "chainrule/tensor/activation_kernels.h"
#include "chainrule/tensor/copy_rows.h"
#include "chainrule/tensor/kernels.h"

namespace chainrule {

// --- description -------------------------------------------------------------------------------------------

Dense make_dense(std::size_t inputs, std::size_t outputs, Activation activation) {
  const ActivationProperties properties = properties_of(activation);
  return {.inputs = inputs,
          .outputs = outputs,
          .activation = activation,
          .activation_parameter = properties.default_parameter,
          .parameter_use = properties.parameter};
}

ParameterParts parameters_of(const Dense& layer) {
  ParameterParts parts;
  parts.add_matrix(ParameterRole::weight, layer.inputs, layer.outputs);
  if (layer.bias == BiasUse::present) parts.add_vector(ParameterRole::bias, layer.outputs);
  if (layer.parameter_use == ParameterUse::learnable)
    parts.add_vector(ParameterRole::activation, layer.outputs);
  return parts;
}

LayerTraits traits_of(const Dense& layer) {
  LayerTraits traits{.may_end_network = true,
                     .takes_bf16 = takes_bf16(layer.inputs, layer.outputs),
                     .multiply_adds = layer.inputs * layer.outputs};
  if (layer.parameter_use != ParameterUse::learnable && layer.unit_activations.empty()) {
    traits.narrow = NarrowLayer{.inputs = layer.inputs,
                                .outputs = layer.outputs,
                                .activation = layer.activation,
                                .activation_parameter = layer.activation_parameter,
                                .has_bias = layer.bias == BiasUse::present};
  }
  return traits;
}

std::string activation_text(const Dense& layer) {
  if (!layer.unit_activations.empty()) {
    std::string text;
    for (const EnumName<Activation>& entry : enum_table<Activation>()) {
      const auto count =
          std::count(layer.unit_activations.begin(), layer.unit_activations.end(), entry.value);
      if (count == 0) continue;
      if (!text.empty()) text += ", ";
      text += std::to_string(count) + " " + std::string(entry.word);
    }
    return text;
  }
  std::string text(name_of(layer.activation));
  const ActivationProperties properties = properties_of(layer.activation);
  if (properties.parameter == ParameterUse::none) return text;
  if (layer.activation_parameter != properties.default_parameter) {
    text += " " + format_significant(layer.activation_parameter, 4);
  }
  if (layer.parameter_use == ParameterUse::learnable) text += " (learnable)";
  return text;
}

LayerCaption caption_of(const Dense& layer) {
  const std::string activation = activation_text(layer);
  return {.kind = layer.bias == BiasUse::present ? "dense" : "dense without bias",
          .activation = activation,
          .chain = "dense " + std::to_string(layer.outputs) + " " + activation,
          .sentence = "dense layer of " + count_of(layer.outputs, "unit") + " (" + activation + ")",
          .title = "dense " + format_count(layer.outputs),
          .detail = activation};
}

std::optional<Activation> activation_of(const Dense& layer, std::size_t unit) {
  return layer.unit_activations.empty() ? layer.activation : layer.unit_activations[unit];
}

void validate(const Dense& layer, LayerPlace place) {
  const std::string where = "layer " + std::to_string(place.index + 1);
  if (layer.inputs == 0 || layer.outputs == 0) {
    throw StateError(
        {.what = "a dense layer needs at least one input and one output",
         .where = where,
         .got = std::to_string(layer.inputs) + " inputs, " + std::to_string(layer.outputs) + " outputs"});
  }
  if (!std::isfinite(layer.activation_parameter)) {
    throw StateError({.what = "the parameter of an activation must be a finite number", .where = where});
  }
  if (!layer.unit_activations.empty() && layer.unit_activations.size() != layer.outputs) {
    throw StateError({.what = "a mixed layer needs one activation per unit",
                      .where = where,
                      .expected = count_of(layer.outputs, "activation"),
                      .got = std::to_string(layer.unit_activations.size())});
  }
  const bool uses_softmax = layer.activation == Activation::softmax;
  const bool mixes_softmax =
      std::count(layer.unit_activations.begin(), layer.unit_activations.end(), Activation::softmax) != 0;
  if (mixes_softmax || (uses_softmax && !place.is_last)) {
    throw StateError({.what = "softmax is only for a whole output layer",
                      .where = where,
                      .advice = "use another activation in hidden layers and in mixed layers"});
  }
}

// Random weights, zero biases, and the initial values of the learnable slopes.
template <typename T>
void initialize(const Dense& layer, const InitializerOptions& options, const RandomKey& key,
                std::span<T> parameters) {
  const DenseParameters<T> slice = dense_parameters<T>(layer, parameters);
  draw_weights<T>(options, layer.activation, key, slice.w);
  std::fill(slice.b.begin(), slice.b.end(), T(0));
  for (std::size_t j = 0; j < slice.activation.size(); ++j) {
    slice.activation[j] = static_cast<T>(layer.unit_activations.empty()
                                             ? layer.activation_parameter
                                             : properties_of(layer.unit_activations[j]).default_parameter);
  }
}

// --- forward -----------------------------------------------------------------------------------------------

namespace {

// Products of doubles have no bfloat16 form; the trainer rejects such a combination.
template <typename T>
bool uses_bf16(const Dense& layer, const LayerPass& pass) {
  return std::is_same_v<T, float> && pass.products == Products::bf16 &&
         takes_bf16(layer.inputs, layer.outputs);
}

}  // namespace

template <typename T>
void prepare_forward(const Dense& layer, std::size_t rows, Mode, LayerState<T>& state) {
  state.a.resize(rows, layer.outputs);
  state.z.resize(rows, layer.outputs);
}

template <typename T>
void forward(const Dense& layer, const LayerPass& pass, std::span<const T> parameters, MatrixView<const T> x,
             LayerState<T>& state) {
  const auto [w, b, learnable] = dense_parameters<const T>(layer, parameters);
  const MatrixView<T> z = state.z.view().row_block(pass.rows);
  const bool is_bf16 = uses_bf16<T>(layer, pass);
  if constexpr (std::is_same_v<T, float>) {
    if (is_bf16) pre_activation_bf16(pass.compute, pass.below(), x, w, b, state.bf16, z);
  }
  if (!is_bf16) multiply<T>(pass.compute, x, w, b, z);
  activate_units<T>(pass.compute, layer, learnable, z, state.a.view().row_block(pass.rows));
}

// y holds z first and then a.
template <typename T>
MatrixView<const T> predict(const Dense& layer, const Compute& compute, std::span<const T> parameters,
                            MatrixView<const T> x, ReadAt read_at, LayerState<T>&, MatrixView<T> y) {
  const auto [w, b, learnable] = dense_parameters<const T>(layer, parameters);
  multiply<T>(compute, x, w, b, y);
  if (read_at == ReadAt::activation) activate_units<T>(compute, layer, learnable, y, y);
  return y;
}

// --- backward ----------------------------------------------------------------------------------------------

namespace {

void refuse_threshold_units(const Dense& layer, std::size_t index) {
  const auto refuse = [index](Activation activation) {
    if (properties_of(activation).is_differentiable) return;
    throw StateError(
        {.what = "threshold units have no gradient",
         .where = "layer " + std::to_string(index + 1) + ", activation " + std::string(name_of(activation)),
         .advice = "use logistic or tanh for training; sign and step work only in the forward pass"});
  };
  refuse(layer.activation);
  std::for_each(layer.unit_activations.begin(), layer.unit_activations.end(), refuse);
}

template <typename T>
void softmax_delta(MatrixView<const T> a, MatrixView<const T> d_a, MatrixView<T> d_z) {
  for (std::size_t r = 0; r < a.rows; ++r) {
    T dot = 0;
    for (std::size_t j = 0; j < a.columns; ++j)
      dot += d_a(r, j) * a(r, j);
    for (std::size_t j = 0; j < a.columns; ++j)
      d_z(r, j) = a(r, j) * (d_a(r, j) - dot);
  }
}

// The gradient of the learnable slopes or betas, row by row: d_a df/dp.
template <typename T>
void activation_parameter_delta(const Compute& compute, const Dense& layer, std::span<const T> learnable,
                                MatrixView<const T> z, MatrixView<const T> d_a, MatrixView<T> d_parameter) {
  for_each_activation_run<T>(
      layer, learnable, [&](Activation f, std::size_t first, std::size_t count, std::span<const T> values) {
        const MatrixView<T> block = d_parameter.column_block(first, count);
        if (properties_of(f).parameter == ParameterUse::none) {
          for (std::size_t r = 0; r < block.rows; ++r)
            std::fill_n(block.row(r), count, T(0));
          return;
        }
        activate_parameter_backward<T>(compute, f, values, z.column_block(first, count),
                                       d_a.column_block(first, count), block);
      });
}

}  // namespace

template <typename T>
void activation_delta(const Compute& compute, const Dense& layer, std::span<const T> learnable,
                      MatrixView<const T> z, MatrixView<const T> a, MatrixView<const T> d_a,
                      MatrixView<T> d_z) {
  if (layer.activation == Activation::softmax) {
    softmax_delta<T>(a, d_a, d_z);
    return;
  }
  for_each_activation_run<T>(
      layer, learnable, [&](Activation f, std::size_t first, std::size_t count, std::span<const T> values) {
        activate_backward<T>(compute, f, values, z.column_block(first, count), a.column_block(first, count),
                             d_a.column_block(first, count), d_z.column_block(first, count));
      });
}

template <typename T>
void input_gradient(const Compute& compute, MatrixView<const T> d_z, MatrixView<const T> w,
                    MatrixView<T> d_x) {
  multiply_transposed<T>(compute, d_z, w, d_x);
}

template <typename T>
void weight_gradient(const Compute& compute, MatrixView<const T> x, MatrixView<const T> d_z,
                     MatrixView<T> d_w) {
  outer_product_sum<T>(compute, x, d_z, d_w);
}

template <typename T>
void bias_gradient(const Compute& compute, MatrixView<const T> d_z, std::span<T> d_b) {
  column_sums<T>(compute, d_z, d_b);
}

template <typename T>
void prepare_backward(const Dense& layer, LayerPlace place, std::size_t rows, LayerState<T>& state) {
  refuse_threshold_units(layer, place.index);
  state.d_z.resize(rows, layer.outputs);
  if (layer.parameter_use == ParameterUse::learnable) state.d_parameter.resize(rows, layer.outputs);
}

template <typename T>
MatrixView<const T> backward(const Dense& layer, const LayerPass& pass, std::span<const T> parameters,
                             MatrixView<const T>, OutputGradient<T> d_output, LayerState<T>& state,
                             MatrixView<T> d_x, std::span<T>) {
  const auto [w, b, learnable] = dense_parameters<const T>(layer, parameters);
  const MatrixView<T> d_z = state.d_z.view().row_block(pass.rows);
  if (d_output.at == GradientAt::pre_activation) {
    if (d_output.values.data != d_z.data) copy_rows<T>(d_output.values, d_z);
  } else {
    const MatrixView<const T> z = state.z.view().row_block(pass.rows);
    if (!learnable.empty()) {
      activation_parameter_delta<T>(pass.compute, layer, learnable, z, d_output.values,
                                    state.d_parameter.view().row_block(pass.rows));
    }
    activation_delta<T>(pass.compute, layer, learnable, z, state.a.view().row_block(pass.rows),
                        d_output.values, d_z);
  }
  const bool is_bf16 = uses_bf16<T>(layer, pass);
  if constexpr (std::is_same_v<T, float>) {
    if (is_bf16) input_gradient_bf16(pass.compute, pass.below(), d_z, state.bf16, d_x);
  }
  if (!is_bf16 && pass.below() == LayerBelow::present) input_gradient<T>(pass.compute, d_z, w, d_x);
  return d_x;
}

template <typename T>
void parameter_gradient(const Dense& layer, const LayerPass& pass, MatrixView<const T> x, GradientAt place,
                        const LayerState<T>& state, std::span<T> gradient) {
  const DenseParameters<T> d = dense_parameters<T>(layer, gradient);
  const bool is_bf16 = uses_bf16<T>(layer, pass);
  if constexpr (std::is_same_v<T, float>) {
    if (is_bf16) weight_gradient_bf16(pass.compute, state.bf16, d.w);
  }
  if (!is_bf16) weight_gradient<T>(pass.compute, x, state.d_z.view(), d.w);
  if (!d.b.empty()) bias_gradient<T>(pass.compute, state.d_z.view(), d.b);
  if (d.activation.empty()) return;
  if (place == GradientAt::pre_activation) {
    std::fill(d.activation.begin(), d.activation.end(), T(0));
  } else {
    column_sums<T>(pass.compute, state.d_parameter.view(), d.activation);
  }
}

// The delta for dL/da = 1. A softmax unit has no slope of its own.
template <typename T>
Matrix<T> activation_slopes(const Dense& layer, const Compute& compute, std::span<const T> parameters,
                            const LayerState<T>& state) {
  if (layer.activation == Activation::softmax) return {};
  Matrix<T> one(state.z.rows(), state.z.columns()), slope(state.z.rows(), state.z.columns());
  std::fill(one.values().begin(), one.values().end(), T(1));
  activation_delta<T>(compute, layer, dense_parameters<const T>(layer, parameters).activation, state.z.view(),
                      state.a.view(), one.view(), slope.view());
  return slope;
}

#define CHAINRULE_INSTANTIATE(T)                                                                             \
  template void activation_delta<T>(const Compute&, const Dense&, std::span<const T>, MatrixView<const T>,   \
                                    MatrixView<const T>, MatrixView<const T>, MatrixView<T>);                \
  template void input_gradient<T>(const Compute&, MatrixView<const T>, MatrixView<const T>, MatrixView<T>);  \
  template void weight_gradient<T>(const Compute&, MatrixView<const T>, MatrixView<const T>, MatrixView<T>); \
  template void bias_gradient<T>(const Compute&, MatrixView<const T>, std::span<T>);                         \
  CHAINRULE_LAYER_OPERATIONS(Dense, T)
CHAINRULE_INSTANTIATE(float)
CHAINRULE_INSTANTIATE(double)
#undef CHAINRULE_INSTANTIATE

}  // namespace chainrule
