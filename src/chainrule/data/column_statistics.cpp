#include "chainrule/data/column_statistics.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "chainrule/tensor/kernels.h"

namespace chainrule {
namespace {

// Destroys `values` (all present).
NumericStatistics statistics_of_present(std::vector<double>& values) {
  NumericStatistics statistics{.present = values.size()};
  if (values.empty()) return statistics;
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  statistics.minimum = *low;
  statistics.maximum = *high;
  const auto count = static_cast<double>(values.size());
  // Rounding can carry the mean of equal values past them; a constant column must have deviation 0 exactly.
  statistics.mean = std::clamp(block_tree_sum(values) / count, statistics.minimum, statistics.maximum);
  const double reach = std::max(statistics.maximum - statistics.mean, statistics.mean - statistics.minimum);
  if (!(reach > 0) || !std::isfinite(reach)) return statistics;
  const int exponent = std::max(std::ilogb(reach), -1000);  // 2^1000 is finite, 2^1074 is not
  const double scale = std::ldexp(1.0, -exponent);
  for (double& value : values) {
    const double deviation = (value - statistics.mean) * scale;
    value = deviation * deviation;
  }
  statistics.standard_deviation = std::ldexp(std::sqrt(block_tree_sum(values) / count), exponent);
  return statistics;
}

}  // namespace

NumericStatistics numeric_statistics(const PackedNumbers& values) {
  std::vector<double> present = values.to_vector();
  std::erase_if(present, [](double value) { return std::isnan(value); });
  return statistics_of_present(present);
}

NumericStatistics numeric_statistics(const PackedNumbers& values, std::span<const std::uint32_t> rows) {
  std::vector<double> present;
  present.reserve(rows.size());
  NumberCursor value_of(values);
  for (const std::uint32_t row : rows) {
    const double value = value_of(row);
    if (!std::isnan(value)) present.push_back(value);
  }
  return statistics_of_present(present);
}

}  // namespace chainrule
