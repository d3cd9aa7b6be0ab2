// Activation functions and their derivatives over matrices, with the same polynomials for every vector width.
//
// a = f(z), z the pre-activation. Derivatives are calculated from z and a. At a kink the derivative is that
// of the branch x <= 0 (relu'(0) = 0, leaky_relu'(0) = slope, elu'(0) = alpha), as in the lectures' table,
// I(x > 0).
#pragma once

#include <span>

#include "chainrule/tensor/activation.h"
#include "chainrule/tensor/compute.h"
#include "chainrule/tensor/matrix.h"

namespace chainrule {

// The parameter of leaky_relu (slope), prelu (slope), elu (alpha) and swish (beta); ignored by the others.
// One value for all columns (size 1) or one per column (size = columns).
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
