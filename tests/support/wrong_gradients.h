// A backward pass of dense layers in plain loops, right or with one seeded error as people make them: what
// the gradient check must find.
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "chainrule/base/names.h"
#include "chainrule/model/forward.h"
#include "chainrule/train/gradient_check.h"

namespace chainrule::testing_support {

enum class SeededError {
  none,
  sign_of_loss,
  factor_of_loss,
  no_mean,
  transposed_weights,
  missing_unit,
  wrong_derivative,
  no_bias,
  bias_not_summed,
  missing_row
};

}  // namespace chainrule::testing_support

namespace chainrule {

template <>
struct EnumNames<testing_support::SeededError> {
  using E = testing_support::SeededError;
  static constexpr std::string_view kind = "seeded error";
  static constexpr EnumName<E> table[] = {
      {E::none, "none", "the gradient is right"},
      {E::sign_of_loss, "sign_of_loss", "t - a for a - t"},
      {E::factor_of_loss, "factor_of_loss", "1/2 (a - t) or 2 (a - t)"},
      {E::no_mean, "no_mean", "the 1/N of the mean is forgotten"},
      {E::transposed_weights, "transposed_weights", "rows and columns of W are mixed up in d_x = d_z W^T"},
      {E::missing_unit, "missing_unit", "the last unit is left out of the sum in d_x = d_z W^T"},
      {E::wrong_derivative, "wrong_derivative", "f' of the hidden activation is not its derivative"},
      {E::no_bias, "no_bias", "the gradient of the last layer's biases stays 0"},
      {E::bias_not_summed, "bias_not_summed", "db is the delta of the first row only"},
      {E::missing_row, "missing_row", "the last row is left out of dW = x^T d_z"},
  };
};

}  // namespace chainrule

namespace chainrule::testing_support {

// f'(z) as it is, or as it is often mistaken.
inline double slope_of(Activation f, double z, double a, bool is_wrong) {
  const double s = 1 / (1 + std::exp(-z));
  switch (f) {
    case Activation::logistic:
      return is_wrong ? z * (1 - z) : a * (1 - a);
    case Activation::tanh:
      return is_wrong ? 1 - a : 1 - a * a;
    case Activation::relu:
      return is_wrong ? 1 : (z > 0 ? 1 : 0);
    case Activation::swish:  // beta 1
      return is_wrong ? s + z * s : s + z * s * (1 - s);
    default:
      return 1;  // identity, and outputs whose loss gives dL/dz
  }
}

// The gradient of a chain of dense layers with biases and the activations of slope_of.
inline GradientFunction hand_written_gradient(const Network& network, const LossOptions& loss,
                                              SeededError error) {
  return [&network, loss, error](std::span<const double> parameters, const Dataset<double>& data,
                                 std::span<double> gradient) {
    const Compute compute{.path = KernelPath::plain};
    Workspace<double> workspace;
    LossScratch<double> scratch;
    const std::size_t rows = data.rows();
    Matrix<double> d(rows, network.outputs());
    forward<double>(compute, network, parameters, data.inputs.view(), Mode::train, {}, workspace);
    const LayerState<double>& last = workspace.layers.back();
    evaluate_loss<double>(compute, loss, last.z.view(), last.a.view(), data.targets.view(), data.row_weights,
                          d.view(), scratch);
    for (double& value : d.values()) {
      if (error == SeededError::sign_of_loss) value = -value;
      if (error == SeededError::factor_of_loss) value *= 2;
      if (error == SeededError::no_mean) value *= static_cast<double>(rows);
    }
    const bool at_z = properties_of(loss.kind).gradient_at == GradientAt::pre_activation;
    std::size_t offset = parameters.size();
    for (std::size_t l = network.layers.size(); l-- > 0;) {
      const Dense& layer = std::get<Dense>(network.layers[l]);
      const LayerState<double>& state = workspace.layers[l];
      const Matrix<double>& x = l == 0 ? data.inputs : workspace.layers[l - 1].a;
      const bool is_last = l + 1 == network.layers.size();
      offset -= layer.inputs * layer.outputs + layer.outputs;
      const auto w = dense_parameters<const double>(layer, parameters.subspan(offset)).w;
      const DenseParameters<double> g = dense_parameters<double>(layer, gradient.subspan(offset));
      for (std::size_t r = 0; r < rows && !(is_last && at_z); ++r) {
        for (std::size_t j = 0; j < layer.outputs; ++j)
          d(r, j) *= slope_of(layer.activation, state.z(r, j), state.a(r, j),
                              error == SeededError::wrong_derivative && !is_last);
      }
      for (std::size_t j = 0; j < layer.outputs; ++j) {
        g.b[j] = 0;
        for (std::size_t r = 0; r < rows; ++r)
          g.b[j] += d(r, j);
        if (error == SeededError::bias_not_summed) g.b[j] = d(0, j);
        if (error == SeededError::no_bias && is_last) g.b[j] = 0;
        for (std::size_t i = 0; i < layer.inputs; ++i) {
          g.w(i, j) = 0;
          for (std::size_t r = 0; r + (error == SeededError::missing_row ? 1 : 0) < rows; ++r)
            g.w(i, j) += x(r, i) * d(r, j);
        }
      }
      Matrix<double> d_x(rows, layer.inputs);
      const std::size_t units = layer.outputs - (error == SeededError::missing_unit ? 1 : 0);
      for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t i = 0; i < layer.inputs; ++i) {
          for (std::size_t j = 0; j < units; ++j)
            d_x(r, i) +=
                d(r, j) * (error == SeededError::transposed_weights ? w.data[j * layer.inputs + i] : w(i, j));
        }
      }
      d = std::move(d_x);
    }
  };
}

}  // namespace chainrule::testing_support
