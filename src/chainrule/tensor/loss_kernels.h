// What works on whole rows of outputs: softmax, and the losses with their derivatives.
//
// Rows stand side by side in the lanes of a vector, so that a sum over the outputs of a row is one ascending chain
// on every path. The formulas of the losses are in model/loss.h.
#pragma once

#include <span>
#include <string_view>

#include "chainrule/base/names.h"
#include "chainrule/tensor/compute.h"
#include "chainrule/tensor/matrix.h"

namespace chainrule {

enum class Loss {
  mean_squared_error,
  half_squared_error,
  squared_error,
  mean_absolute_error,
  huber,
  quantile,
  poisson,
  binary_cross_entropy,
  softmax_cross_entropy,
  perceptron,
};

template <>
struct EnumNames<Loss> {
  static constexpr std::string_view kind = "loss";
  static constexpr EnumName<Loss> table[] = {
      {Loss::mean_squared_error, "mean_squared_error", "mean of (output - target)^2"},
      {Loss::half_squared_error, "half_squared_error", "half the sum of (output - target)^2, the textbook's"},
      {Loss::squared_error, "squared_error", "the sum of (output - target)^2"},
      {Loss::mean_absolute_error, "mean_absolute_error", "mean of |output - target|"},
      {Loss::huber, "huber", "squared near the target, linear beyond delta"},
      {Loss::quantile, "quantile", "the output becomes the asked-for quantile"},
      {Loss::poisson, "poisson", "counts; the output is the logarithm of the expected count"},
      {Loss::binary_cross_entropy, "binary_cross_entropy", "yes or no, with a logistic output"},
      {Loss::softmax_cross_entropy, "softmax_cross_entropy", "one of several classes, with a softmax output"},
      {Loss::perceptron, "perceptron", "how far answers are on the wrong side, with sign outputs"},
  };
};

// a[r][j] = exp(z[r][j] - m_r) / s_r with m_r the largest of row r and s_r one ascending chain of sums. z and a may be
// the same matrix.
template <typename T>
void softmax_rows(const Compute& compute, MatrixView<const T> z, MatrixView<T> a);

template <typename T>
struct LossRows {
  Loss kind = Loss::mean_squared_error;
  double huber_delta = 1;
  double quantile = 0.5;
  double label_smoothing = 0;
  MatrixView<const T> z;         // net inputs of the last layer [rows][outputs]
  MatrixView<const T> a;         // its activations
  MatrixView<const T> targets;   // alike
  std::span<const T> factors;    // of the derivative: one a row, or one for all
  MatrixView<T> d_output;        // alike, or a view of nothing: not wanted
  std::span<double> row_losses;  // one a row, without the factor
};

// The loss of each row, and its derivative times the factor of the row: by z for the cross-entropies and perceptron,
// by a for the others. Calculated in T.
template <typename T>
void loss_rows(const Compute& compute, const LossRows<T>& task);

}  // namespace chainrule
