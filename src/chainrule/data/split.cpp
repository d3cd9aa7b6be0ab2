// Stratified splitting. Of N rows, m = round(fraction N) are held out; class c with n_c rows gives floor(m
// n_c / N) of them, and the classes with the largest remainders m n_c mod N give one of the remaining rows
// each, ties in class order (the method of largest remainders; exact, in integers). A class keeps at least
// one row for training; if it cannot give enough, the others give more, as far as they can.
#include "chainrule/data/split.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "chainrule/base/error.h"
#include "chainrule/base/random.h"
#include "chainrule/base/text.h"

namespace chainrule {

std::vector<std::uint64_t> stratified_quotas(std::span<const std::uint64_t> class_rows, std::uint64_t rows,
                                             std::uint64_t held_out) {
  const std::size_t classes = class_rows.size();
  std::vector<std::uint64_t> quotas(classes), capacity(classes);
  std::uint64_t left = held_out;
  for (std::size_t c = 0; c < classes; ++c) {
    capacity[c] = class_rows[c] > 1 ? class_rows[c] - 1 : 0;
    quotas[c] = std::min(held_out * class_rows[c] / rows, capacity[c]);
    left -= quotas[c];
  }
  std::vector<std::size_t> order(classes);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    return held_out * class_rows[a] % rows > held_out * class_rows[b] % rows;
  });
  for (bool given = true; left > 0 && given;) {
    given = false;
    for (const std::size_t c : order) {
      if (left == 0) break;
      if (quotas[c] == capacity[c]) continue;
      ++quotas[c];
      --left;
      given = true;
    }
  }
  return quotas;
}

std::uint64_t held_out_rows(std::size_t rows, double fraction) {
  if (!(fraction > 0 && fraction < 1)) {
    throw UsageError({.what = "the share of rows to hold out is not between 0 and 1",
                      .expected = "a number above 0 and below 1, such as 0.2",
                      .got = format_number(fraction)});
  }
  if (rows < 2) {
    throw DataError({.what = "too few rows to hold some out",
                     .expected = "at least 2 rows",
                     .got = count_of(rows, "row"),
                     .advice = "add rows"});
  }
  const auto rounded = static_cast<std::uint64_t>(std::llround(fraction * static_cast<double>(rows)));
  return std::clamp<std::uint64_t>(rounded, 1, rows - 1);
}

Split split_rows(std::size_t rows, double fraction, std::span<const std::uint32_t> classes,
                 std::uint64_t seed) {
  const std::uint64_t held_out = held_out_rows(rows, fraction);
  if (!classes.empty() && classes.size() != rows) {
    throw StateError({.what = "the classes do not fit the rows",
                      .expected = count_of(rows, "class index", "class indices"),
                      .got = format_count(classes.size())});
  }
  const auto class_of = [&classes](std::size_t row) { return classes.empty() ? 0u : classes[row]; };
  std::vector<std::uint64_t> class_rows(1);
  for (std::size_t row = 0; row < rows; ++row) {
    if (class_of(row) >= class_rows.size()) class_rows.resize(std::size_t{class_of(row)} + 1);
    ++class_rows[class_of(row)];
  }
  std::vector<std::uint64_t> wanted = stratified_quotas(class_rows, rows, held_out);
  if (std::ranges::all_of(wanted, [](std::uint64_t quota) { return quota == 0; })) {
    throw DataError({.what = "no row can be held out: every class has one row only",
                     .expected = "a class with at least 2 rows",
                     .got = count_of(rows, "row") + ", each of a different class",
                     .advice = "add rows, name another target, or hold no row out (" +
                               set_to(Setting::validation, "none") + ")"});
  }

  // The first rows of each class in one random order of all rows.
  std::vector<std::uint32_t> order(rows);
  std::iota(order.begin(), order.end(), 0u);
  shuffle_indices({.seed = seed, .purpose = RandomPurpose::split}, order);
  Split split;
  for (const std::uint32_t row : order) {
    std::uint64_t& quota = wanted[class_of(row)];
    if (quota != 0) {
      --quota;
      split.validation.push_back(row);
    } else {
      split.training.push_back(row);
    }
  }
  std::ranges::sort(split.training);
  std::ranges::sort(split.validation);
  return split;
}

}  // namespace chainrule
