// Mean and spread of one column: `data describe` shows them, and the encoder scales with them.
//
//   mean = sum x / n          standard deviation = sqrt(sum (x - mean)^2 / n)
//   with row weights w:   mean = sum w x / sum w,   standard deviation = sqrt(sum w (x - mean)^2 / sum w)
//
// The cells that are not missing are summed in double, in blocks of 32 and a tree (docs/numerics.md, rule 2).
// The deviations are scaled by a power of two, which is exact, so that the squares of tiny and huge values
// stay within the range of double.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "chainrule/data/packed_numbers.h"

namespace chainrule {

struct NumericStatistics {
  std::size_t present = 0;  // cells that are not missing; without any, the numbers below are 0
  double minimum = 0;
  double maximum = 0;
  double mean = 0;                // never outside [minimum, maximum]
  double standard_deviation = 0;  // exactly 0 when all values are equal
};

// Over all values; none is NaN.
NumericStatistics statistics_of_all(std::vector<double> values);
// Over the values that are not NaN.
NumericStatistics numeric_statistics(const PackedNumbers& values);
// Over the values of some rows. weights: one per row, above 0; empty: all 1.
NumericStatistics numeric_statistics(const PackedNumbers& values, std::span<const std::uint32_t> rows,
                                     std::span<const double> weights = {});

}  // namespace chainrule
