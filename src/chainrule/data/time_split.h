// Splits by order instead of at random: the last or the latest rows are held out.
//
// Rows of the same time stay on one side: the cut after the first round((1 - fraction) N) rows in order of
// time is moved to the nearest place between two different times (of two equally near ones, the earlier).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "chainrule/data/split.h"
#include "chainrule/data/table.h"

namespace chainrule {

// Holds out the last rows of the table. Throws like split_rows.
Split split_last(std::size_t rows, double fraction);

// Holds out the latest rows. Throws like split_rows, and DataError if all times are equal.
Split split_by_time(std::span<const double> times, double fraction);

// The rows in order of time (rows of the same time in their order in the table), and where each part ends if
// the order is cut into parts with these shares of the rows, equal times in one part. A part may be empty.
struct TimeOrder {
  std::vector<std::uint32_t> rows;
  std::vector<std::size_t> ends;
};
TimeOrder order_by_time(std::span<const double> times, std::span<const double> shares);

// The time of each row: a number, or the seconds of a date in ISO form (iso_time.h). Throws DataError for a
// cell that is missing or neither.
std::vector<double> times_of(const Table& table, std::size_t place);

}  // namespace chainrule
