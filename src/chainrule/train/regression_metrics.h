// Root mean squared error, mean absolute error and R^2 of predicted numbers, per target and over all targets.
//
//   RMSE = sqrt(mean (y - t)^2),   MAE = mean |y - t|,   R^2 = 1 - sum (y - t)^2 / sum (t - mean t)^2
//     y predictions, t targets, both [rows][targets]; with row weights, sums and means are weighted
//
// Over several targets each is the mean of those of the targets.
//
// All sums are in double, in blocks of 32 and a tree.
#pragma once

#include <span>

#include "chainrule/tensor/matrix.h"
#include "chainrule/train/metrics.h"

namespace chainrule {

// predictions, targets [rows][targets] in the target's own units. weights: one per row, or empty.
Metrics regression_metrics(MatrixView<const double> predictions, MatrixView<const double> targets,
                           std::span<const double> weights = {});

}  // namespace chainrule
