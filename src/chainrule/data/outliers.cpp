// Steps: a test on the statistics alone rules out almost every column; then the m cells farthest from the
// median are set apart, and those that are far from the range of the rest are outlying.
//
// The first test: if m of n cells lie at a distance D from the others, and D is at least 100 of their
// deviations s, then
//
//   z^2 = D^2 (1 - m/n)^2 / (s^2 + m (n - m) / n^2 D^2)  >=  10^4 (1 - m/n)^2 / (1 + 10^4 m (n - m) / n^2)
//
// for the largest deviation z from the mean, in standard deviations. 1,000 rows: z >= 15.
#include "chainrule/data/outliers.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace chainrule {
namespace {

constexpr double kWidths = 25;
constexpr std::size_t kFewestNumbers = 10;
constexpr std::size_t kMostOutlying = 4;  // in short columns; in long ones one cell in kRowsForOne
constexpr std::size_t kRowsForOne = 1000;

bool may_have_outlying(const NumericStatistics& all, double most) {
  const double deviation = all.standard_deviation;
  if (!(deviation > 0) || !std::isfinite(deviation)) return false;
  const double n = static_cast<double>(all.present);
  const double reach = std::max(all.maximum - all.mean, all.mean - all.minimum) / deviation;
  constexpr double kDistance = 1e4, kSlack = 0.5;
  const double least = kDistance * std::pow(1 - most / n, 2) / (1 + kDistance * most * (n - most) / (n * n));
  return reach * reach >= kSlack * least;
}

struct Cell {
  double value = 0;
  std::uint32_t row = 0;
};

bool is_far(double value, const NumberRange& near) {
  return value < near.low || value > near.high;
}

}  // namespace

NumberRange near_range(double minimum, double maximum) {
  const double width = maximum - minimum;
  if (!(width > 0)) {  // NaN, too
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    return {.low = -kInfinity, .high = kInfinity};
  }
  return {.low = minimum - kWidths * width, .high = maximum + kWidths * width};
}

OutlyingCells find_outlying(const PackedNumbers& values, std::span<const std::uint32_t> rows,
                            const NumericStatistics& all) {
  OutlyingCells found;
  const std::size_t most = kMostOutlying + all.present / kRowsForOne;
  if (all.present < kFewestNumbers || !may_have_outlying(all, static_cast<double>(most))) return found;
  std::vector<Cell> cells;
  cells.reserve(all.present);
  NumberCursor value_of(values);
  for (const std::uint32_t row : rows) {
    const double value = value_of(row);
    if (!std::isnan(value)) cells.push_back({value, row});
  }
  const auto middle = cells.begin() + static_cast<std::ptrdiff_t>(cells.size() / 2);
  std::ranges::nth_element(cells, middle, {}, &Cell::value);
  const double median = middle->value;
  const auto equal = static_cast<std::size_t>(std::ranges::count(cells, median, &Cell::value));
  if (10 * equal > 9 * cells.size()) return found;
  const auto first_apart = cells.end() - static_cast<std::ptrdiff_t>(most);
  // Halved, so that the difference of two huge numbers is finite.
  const auto distance = [median](const Cell& cell) { return std::abs(cell.value / 2 - median / 2); };
  std::ranges::nth_element(cells, first_apart, {}, distance);
  std::ranges::sort(first_apart, cells.end(), {}, distance);
  const auto [least, largest] =
      std::ranges::minmax(std::ranges::subrange(cells.begin(), first_apart), {}, &Cell::value);
  double low = least.value, high = largest.value;
  // From the nearest to the farthest: one that is not far widens the range for the next.
  for (auto cell = first_apart; cell != cells.end(); ++cell) {
    if (is_far(cell->value, near_range(low, high))) {
      found.rows.push_back(cell->row);
    } else {
      low = std::min(low, cell->value), high = std::max(high, cell->value);
    }
  }
  if (found.rows.empty()) return found;
  std::ranges::sort(found.rows);
  std::vector<double> others;
  others.reserve(cells.size());
  for (const Cell& cell : cells) {
    if (!std::ranges::binary_search(found.rows, cell.row)) others.push_back(cell.value);
  }
  found.others = statistics_of_all(std::move(others));
  return found;
}

}  // namespace chainrule
