#include "chainrule/train/regression_metrics.h"

#include <cassert>
#include <cmath>
#include <vector>

#include "chainrule/tensor/kernels.h"

namespace chainrule {

Metrics regression_metrics(MatrixView<const double> predictions, MatrixView<const double> targets,
                           std::span<const double> weights) {
  assert(predictions.rows == targets.rows && predictions.columns == targets.columns);
  Metrics metrics{.task = Task::regression, .rows = targets.rows};
  if (targets.rows == 0) return metrics;
  if (!weights.empty()) metrics.weight_sum = block_tree_sum(weights);
  const double rows = metrics.total(), columns = static_cast<double>(targets.columns);
  std::vector<double> terms(targets.rows);
  const auto sum_of = [&](auto&& term) {
    for (std::size_t r = 0; r < targets.rows; ++r)
      terms[r] = weights.empty() ? term(r) : weights[r] * term(r);
    return block_tree_sum(terms);
  };
  for (std::size_t c = 0; c < targets.columns; ++c) {
    const double mean = sum_of([&](std::size_t r) { return targets(r, c); }) / rows;
    // The mean of equal numbers may be rounded: then their distance from it means nothing.
    bool varies = false;
    for (std::size_t r = 1; r < targets.rows && !varies; ++r)
      varies = targets(r, c) != targets(0, c);
    const double total =
        varies ? sum_of([&](std::size_t r) { return (targets(r, c) - mean) * (targets(r, c) - mean); }) : 0;
    const double error = sum_of([&](std::size_t r) {
      const double e = predictions(r, c) - targets(r, c);
      return e * e;
    });
    const double absolute =
        sum_of([&](std::size_t r) { return std::abs(predictions(r, c) - targets(r, c)); });
    metrics.rmse_per_target.push_back(std::sqrt(error / rows));
    metrics.mae_per_target.push_back(absolute / rows);
    // A constant target: 1 when it is predicted exactly, else 0, as in scikit-learn.
    metrics.r2_per_target.push_back(total > 0 ? 1 - error / total : error == 0 ? 1.0 : 0.0);
    metrics.rmse += metrics.rmse_per_target.back() / columns;
    metrics.mae += metrics.mae_per_target.back() / columns;
    metrics.r2 += metrics.r2_per_target.back() / columns;
  }
  return metrics;
}

}  // namespace chainrule
