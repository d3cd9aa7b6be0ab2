// Activation functions and their derivatives over matrices, one polynomial for every vector width.
//
// f is applied to z (net input) and gives a. Derivatives are calculated from z and a. At a kink the
// derivative is that of the branch x <= 0 (relu'(0) = 0, leaky_relu'(0) = slope, elu'(0) = alpha), as the
// lecture table I(x > 0) says.
#pragma once

#include <span>

#include "chainrule/base/names.h"
#include "chainrule/tensor/compute.h"
#include "chainrule/tensor/matrix.h"

namespace chainrule {

enum class Activation {
  identity,
  logistic,
  tanh,
  bipolar_sigmoid,
  relu,
  leaky_relu,
  prelu,
  elu,
  selu,
  softplus,
  swish,
  gelu,
  mish,
  softmax,
  sign,
  step,
};

template <>
struct EnumNames<Activation> {
  static constexpr std::string_view kind = "activation";
  static constexpr EnumName<Activation> table[] = {
      {Activation::identity, "identity", "f(x) = x"},
      {Activation::logistic, "logistic", "1 / (1 + exp(-x))"},
      {Activation::tanh, "tanh", "(exp(x) - exp(-x)) / (exp(x) + exp(-x))"},
      {Activation::bipolar_sigmoid, "bipolar_sigmoid", "(1 - exp(-x)) / (1 + exp(-x)) = tanh(x / 2)"},
      {Activation::relu, "relu", "max(0, x)"},
      {Activation::leaky_relu, "leaky_relu", "max(0, x) + slope min(0, x), slope 0.01"},
      {Activation::prelu, "prelu", "max(0, x) + slope min(0, x), one learnable slope a unit, from 0.25"},
      {Activation::elu, "elu", "x for x > 0, alpha (exp(x) - 1) else, alpha 1"},
      {Activation::selu, "selu", "elu scaled so that mean 0 and variance 1 pass through"},
      {Activation::softplus, "softplus", "log(1 + exp(x))"},
      {Activation::swish, "swish", "x logistic(beta x), beta 1, learnable on request"},
      {Activation::gelu, "gelu", "x Phi(x), Phi the normal distribution function"},
      {Activation::mish, "mish", "x tanh(softplus(x))"},
      {Activation::softmax, "softmax", "exp(x_i) / sum_j exp(x_j), output layer only"},
      {Activation::sign, "sign", "-1 for x < 0, else 1; forward only"},
      {Activation::step, "step", "0 for x < 0, else 1; forward only"},
  };
};

// The parameter of leaky_relu (slope), prelu (slope), elu (alpha) and swish (beta); ignored by the others.
// One value for all columns (size 1) or one a column (size = columns).
template <typename T>
using ActivationParameters = std::span<const T>;

// a = f(z), element by element. Not for softmax. z and a may be the same matrix.
template <typename T>
void activate(const Compute& compute, Activation f, ActivationParameters<T> parameters, MatrixView<const T> z,
              MatrixView<T> a);

// d_z = d_a * f'(z). Not for softmax, sign, step. d_z and d_a may be the same matrix.
template <typename T>
void activate_backward(const Compute& compute, Activation f, ActivationParameters<T> parameters,
                       MatrixView<const T> z, MatrixView<const T> a, MatrixView<const T> d_a,
                       MatrixView<T> d_z);

// d_parameter[r][c] = d_a * df/dparameter at z, for prelu, leaky_relu, elu and swish; the caller sums over
// the batch.
template <typename T>
void activate_parameter_backward(const Compute& compute, Activation f, ActivationParameters<T> parameters,
                                 MatrixView<const T> z, MatrixView<const T> d_a, MatrixView<T> d_parameter);

// y = exp(x), y = log(x), element by element; x and y may be the same. For softmax and the likelihood losses.
template <typename T>
void exponential(const Compute& compute, std::span<const T> x, std::span<T> y);
template <typename T>
void logarithm(const Compute& compute, std::span<const T> x, std::span<T> y);

}  // namespace chainrule
