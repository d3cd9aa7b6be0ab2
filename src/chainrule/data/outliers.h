// Numbers far from all others in their column: typing errors, another unit, a code for "unknown".
//
//   far from the range [low, high] of the others:  x < low - 25 (high - low)  or  x > high + 25 (high - low)
//
// A quarter of the width of a range is about one standard deviation (a normal sample of a hundred rows spans
// 5, a uniform one 3.5), so 25 widths are about 100 of them. Values of long-tailed columns stay within that:
// the largest of 1,000 log-normal numbers lies less than two widths beyond the second largest.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "chainrule/data/column_statistics.h"
#include "chainrule/data/packed_numbers.h"

namespace chainrule {

struct NumberRange {
  double low = 0, high = 0;
};

// The numbers that are not far from the training range: the range extended by 25 times its width on each
// side. All numbers if the range has no width or is unknown (NaN).
NumberRange near_range(double minimum, double maximum);

struct OutlyingCells {
  std::vector<std::uint32_t> rows;  // in the order given; empty: no cell is far from the others
  NumericStatistics others;         // of the other cells; only if `rows` is not empty
};

// The few cells that are far from all others, up to 4 and one in a thousand. Nothing is far in a column of
// fewer than ten numbers, or if more than nine in ten cells are equal: other values are then naturally rare.
// `all`: the statistics of these rows.
OutlyingCells find_outlying(const PackedNumbers& values, std::span<const std::uint32_t> rows,
                            const NumericStatistics& all);

}  // namespace chainrule
