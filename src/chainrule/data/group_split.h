// A split that keeps groups of rows together, such as all rows of one patient, or equal rows.
//
// Let w_c be the number of rows of class c that split_rows would hold out, and h_c the number held out so
// far. The groups are tried in random order. A group with g_c rows of class c is held out if this brings the
// classes closer to w_c,
//
//   sum over c of (h_c + g_c - w_c)^2  <  sum over c of (h_c - w_c)^2,
//
// and leaves at least one row of each of its classes for training. If no group qualifies, the one that comes
// closest is held out.
#pragma once

#include <cstdint>
#include <span>

#include "chainrule/data/split.h"

namespace chainrule {

// groups: one number per row, below the number of rows, equal for rows that stay together. fraction, classes
// and seed as in split_rows. Throws UsageError if fraction is not in (0, 1), DataError if no group can be
// held out: there is only one, or each holds all rows of some class.
Split split_groups(std::span<const std::uint32_t> groups, double fraction,
                   std::span<const std::uint32_t> classes, std::uint64_t seed);

}  // namespace chainrule
