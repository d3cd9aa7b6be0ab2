// Root mean squared error, mean absolute error and R^2 of predicted numbers. All sums in double, blocks of 32
// and a tree.
#pragma once

#include "chainrule/tensor/matrix.h"
#include "chainrule/train/metrics.h"

namespace chainrule {

// predictions, targets [rows][targets] in the target's own units.
Metrics regression_metrics(MatrixView<const double> predictions, MatrixView<const double> targets);

}  // namespace chainrule
