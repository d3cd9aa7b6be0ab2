#include "chainrule/data/column_statistics.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "chainrule/tensor/kernels.h"

namespace chainrule {
namespace {

// values[i] *= weights[i]; does nothing without weights.
void weigh(std::vector<double>& values, std::span<const double> weights) {
  for (std::size_t i = 0; i < weights.size(); ++i)
    values[i] *= weights[i];
}

// Destroys `values` (all present). weights: one per value, or empty.
NumericStatistics statistics_of_present(std::vector<double>& values, std::span<const double> weights = {}) {
  NumericStatistics statistics{.present = values.size()};
  if (values.empty()) return statistics;
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  statistics.minimum = *low;
  statistics.maximum = *high;
  const double count = weights.empty() ? static_cast<double>(values.size()) : block_tree_sum(weights);
  // Rounding can carry the mean of equal values past them; a constant column must have deviation 0 exactly.
  if (weights.empty()) {
    statistics.mean = std::clamp(block_tree_sum(values) / count, statistics.minimum, statistics.maximum);
  } else {
    std::vector<double> weighed = values;
    weigh(weighed, weights);
    statistics.mean = std::clamp(block_tree_sum(weighed) / count, statistics.minimum, statistics.maximum);
  }
  const double reach = std::max(statistics.maximum - statistics.mean, statistics.mean - statistics.minimum);
  if (!(reach > 0) || !std::isfinite(reach)) return statistics;
  const int exponent = std::max(std::ilogb(reach), -1000);  // 2^1000 is finite, 2^1074 is not
  const double scale = std::ldexp(1.0, -exponent);
  for (double& value : values) {
    const double deviation = (value - statistics.mean) * scale;
    value = deviation * deviation;
  }
  weigh(values, weights);
  statistics.standard_deviation = std::ldexp(std::sqrt(block_tree_sum(values) / count), exponent);
  return statistics;
}

}  // namespace

NumericStatistics statistics_of_all(std::vector<double> values) {
  return statistics_of_present(values);
}

NumericStatistics numeric_statistics(const PackedNumbers& values) {
  std::vector<double> present = values.to_vector();
  std::erase_if(present, [](double value) { return std::isnan(value); });
  return statistics_of_present(present);
}

NumericStatistics numeric_statistics(const PackedNumbers& values, std::span<const std::uint32_t> rows,
                                     std::span<const double> weights) {
  std::vector<double> present, present_weights;
  present.reserve(rows.size());
  NumberCursor value_of(values);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double value = value_of(rows[i]);
    if (std::isnan(value)) continue;
    present.push_back(value);
    if (!weights.empty()) present_weights.push_back(weights[i]);
  }
  return statistics_of_present(present, present_weights);
}

}  // namespace chainrule
