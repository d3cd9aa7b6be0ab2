#include "chainrule/data/time_split.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/iso_time.h"

namespace chainrule {
namespace {

// The place nearest to `cut` between two different times of the sorted rows; 0 and the end count as such.
std::size_t nearest_gap(std::span<const double> times, std::span<const std::uint32_t> sorted,
                        std::size_t cut) {
  const auto is_gap = [&](std::size_t at) {
    return at == 0 || at == sorted.size() || times[sorted[at - 1]] != times[sorted[at]];
  };
  for (std::size_t distance = 0;; ++distance) {
    if (distance <= cut && is_gap(cut - distance)) return cut - distance;
    if (cut + distance <= sorted.size() && is_gap(cut + distance)) return cut + distance;
  }
}

std::vector<std::uint32_t> sorted_by_time(std::span<const double> times) {
  std::vector<std::uint32_t> sorted(times.size());
  std::iota(sorted.begin(), sorted.end(), 0u);
  std::ranges::stable_sort(sorted, {}, [&](std::uint32_t row) { return times[row]; });
  return sorted;
}

}  // namespace

Split split_last(std::size_t rows, double fraction) {
  const std::size_t cut = rows - held_out_rows(rows, fraction);
  Split split;
  for (std::uint32_t row = 0; row < rows; ++row)
    (row < cut ? split.training : split.validation).push_back(row);
  return split;
}

Split split_by_time(std::span<const double> times, double fraction) {
  const std::size_t rows = times.size();
  const std::vector<std::uint32_t> sorted = sorted_by_time(times);
  const std::size_t wanted = rows - held_out_rows(rows, fraction);
  std::size_t cut = nearest_gap(times, sorted, wanted);
  // Neither side may be empty: then the only cuts left are after the first time and before the last.
  if (cut == 0)
    cut = static_cast<std::size_t>(std::ranges::upper_bound(sorted, times[sorted.front()], {},
                                                            [&](std::uint32_t r) { return times[r]; }) -
                                   sorted.begin());
  if (cut == rows)
    cut = static_cast<std::size_t>(std::ranges::lower_bound(sorted, times[sorted.back()], {},
                                                            [&](std::uint32_t r) { return times[r]; }) -
                                   sorted.begin());
  if (cut == 0 || cut == rows) {
    throw DataError({.what = "all rows have the same time, so none is later than the others",
                     .expected = "at least two different times",
                     .got = count_of(rows, "row") + " of one time",
                     .advice = "name another column with " + named(Setting::time)});
  }
  Split split{.training = {sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(cut)},
              .validation = {sorted.begin() + static_cast<std::ptrdiff_t>(cut), sorted.end()}};
  std::ranges::sort(split.training);
  std::ranges::sort(split.validation);
  return split;
}

TimeOrder order_by_time(std::span<const double> times, std::span<const double> shares) {
  TimeOrder order{.rows = sorted_by_time(times), .ends = {}};
  const auto rows = static_cast<double>(times.size());
  double sum = 0;
  for (const double share : shares) {
    sum += share;
    const auto cut = static_cast<std::size_t>(std::min(std::llround(sum * rows), std::llround(rows)));
    order.ends.push_back(nearest_gap(times, order.rows, cut));
  }
  return order;
}

std::vector<double> times_of(const Table& table, std::size_t place) {
  const Column& column = table.columns[place];
  const auto refuse = [&](std::size_t row) {
    throw DataError({.what = column.is_missing(row) ? "the time of a row is missing" : "this is not a time",
                     .where = table.cell_position(row, place) + " (column " + quoted(column.name) + ")",
                     .expected = "a number, or a date such as 2024-01-31 or 2024-01-31T12:30:00",
                     .got = column.is_missing(row) ? "a missing cell" : quoted(column.text(row)),
                     .advice = "correct the cell, or name another column with " + named(Setting::time)});
  };
  std::vector<std::optional<double>> of_word;
  for (const std::string& word : column.words) {
    std::optional<double> time = seconds_of_iso_time(word);
    of_word.push_back(time ? time : parse_double(word));
  }
  std::vector<double> times;
  for (std::size_t row = 0; row < column.rows(); ++row) {
    if (column.is_missing(row)) refuse(row);
    if (column.kind == ColumnKind::numeric) {
      times.push_back(column.numbers[row]);
      continue;
    }
    const std::optional<double>& time = of_word[static_cast<std::size_t>(column.codes[row])];
    if (!time) refuse(row);
    times.push_back(*time);
  }
  return times;
}

}  // namespace chainrule
