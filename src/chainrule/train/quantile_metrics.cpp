#include "chainrule/train/quantile_metrics.h"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <numeric>
#include <vector>

#include "chainrule/tensor/kernels.h"
#include "chainrule/train/regression_metrics.h"

namespace chainrule {
namespace {

double pinball(double quantile, double target, double prediction) {
  const double e = target - prediction;
  return e < 0 ? (quantile - 1) * e : quantile * e;
}

}  // namespace

void sort_within_rows(Matrix<double>& quantiles) {
  for (std::size_t r = 0; r < quantiles.rows(); ++r)
    std::sort(quantiles.row(r), quantiles.row(r) + quantiles.columns());
}

std::vector<double> quantiles_of(std::span<const double> values, std::span<const double> weights,
                                 std::span<const double> quantiles) {
  assert(!values.empty() && (weights.empty() || weights.size() == values.size()));
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return values[i]; });
  const auto weight_of = [&](std::size_t i) { return weights.empty() ? 1 : weights[i]; };
  double total = 0;
  for (const std::size_t i : order)
    total += weight_of(i);
  std::vector<double> found;
  double sum = 0;
  for (const std::size_t i : order) {
    sum += weight_of(i);
    while (found.size() < quantiles.size() && sum >= quantiles[found.size()] * total)
      found.push_back(values[i]);
  }
  found.resize(quantiles.size(), values[order.back()]);
  return found;
}

Metrics quantile_metrics(MatrixView<const double> predictions, MatrixView<const double> targets,
                         std::span<const double> quantiles, std::span<const double> weights) {
  assert(predictions.rows == targets.rows && predictions.columns == quantiles.size());
  const std::size_t rows = targets.rows, count = quantiles.size();
  const auto median = static_cast<std::size_t>(std::ranges::find(quantiles, 0.5) - quantiles.begin());
  Metrics metrics{.task = Task::regression, .rows = rows};
  if (median < count && rows != 0) {
    metrics = regression_metrics(predictions.column_block(median, 1), targets.column_block(0, 1), weights);
  } else if (!weights.empty()) {
    metrics.weight_sum = block_tree_sum(weights);
  }
  std::vector<double> truth(rows), terms(rows);
  for (std::size_t r = 0; r < rows; ++r)
    truth[r] = targets(r, 0);
  const auto mean_of = [&](auto&& term) {
    if (rows == 0) return 0.0;
    for (std::size_t r = 0; r < rows; ++r)
      terms[r] = weights.empty() ? term(r) : weights[r] * term(r);
    return block_tree_sum(terms) / metrics.total();
  };
  const std::vector<double> constants =
      rows == 0 ? std::vector<double>(count) : quantiles_of(truth, weights, quantiles);
  double of_model = 0, of_constants = 0;
  for (std::size_t c = 0; c < count; ++c) {
    const double q = quantiles[c];
    metrics.per_quantile.push_back(
        {.quantile = q,
         .pinball_loss = mean_of([&](std::size_t r) { return pinball(q, truth[r], predictions(r, c)); }),
         .coverage = mean_of([&](std::size_t r) { return truth[r] <= predictions(r, c) ? 1.0 : 0.0; })});
    of_model += metrics.per_quantile.back().pinball_loss;
    of_constants += mean_of([&](std::size_t r) { return pinball(q, truth[r], constants[c]); });
  }
  metrics.pinball_loss = of_model / static_cast<double>(count);
  // Equal targets: 1 when they are predicted exactly, else 0, as r2.
  metrics.d2_pinball = of_constants > 0 ? 1 - of_model / of_constants : of_model == 0 ? 1.0 : 0.0;
  return metrics;
}

}  // namespace chainrule
