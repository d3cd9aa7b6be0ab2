// The losses of whole rows of outputs, with their derivatives.
//
// Rows lie side by side in the lanes of a vector, so that a sum over the outputs of a row is one ascending
// chain on every path. The formulas of the losses are in model/batch_loss.h.
#pragma once

#include <span>

#include "chainrule/tensor/compute.h"
#include "chainrule/tensor/loss.h"
#include "chainrule/tensor/matrix.h"

namespace chainrule {

template <typename T>
struct LossRows {
  Loss kind = Loss::mean_squared_error;
  double huber_delta = 1;
  double quantile = 0.5;
  std::span<const double> quantiles = {};  // one per output; empty: `quantile` for all
  double label_smoothing = 0;
  MatrixView<const T> z;         // pre-activations of the last layer [rows][outputs]
  MatrixView<const T> a;         // its activations
  MatrixView<const T> targets;   // the same shape
  std::span<const T> factors;    // of the derivative: one per row, or one for all
  MatrixView<T> d_output;        // the same shape, or an empty view: not wanted
  std::span<double> row_losses;  // one per row, without the factor
};

// The loss of each row, and its derivative times the factor of the row: by z for the cross-entropies and
// perceptron, by a for the others. Calculated in T.
template <typename T>
void loss_rows(const Compute& compute, const LossRows<T>& task);

}  // namespace chainrule
