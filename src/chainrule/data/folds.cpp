#include "chainrule/data/folds.h"

#include <algorithm>
#include <numeric>

#include "chainrule/base/error.h"
#include "chainrule/base/random.h"
#include "chainrule/base/text.h"

namespace chainrule {
namespace {

// The rows of each group, one group after the other: group g has rows[begin[g]] to rows[begin[g + 1] - 1].
struct Groups {
  std::vector<std::uint32_t> rows;
  std::vector<std::size_t> begin;

  std::size_t count() const { return begin.size() - 1; }
  std::span<const std::uint32_t> of(std::size_t g) const {
    return std::span(rows).subspan(begin[g], begin[g + 1] - begin[g]);
  }
};

Groups groups_of(std::size_t rows, std::span<const std::uint32_t> numbers) {
  Groups groups{.rows = std::vector<std::uint32_t>(rows), .begin = {}};
  std::iota(groups.rows.begin(), groups.rows.end(), 0u);
  const auto number_of = [&](std::uint32_t row) { return numbers.empty() ? row : numbers[row]; };
  std::ranges::stable_sort(groups.rows, {}, number_of);
  for (std::size_t i = 0; i < rows; ++i) {
    if (i == 0 || number_of(groups.rows[i]) != number_of(groups.rows[i - 1])) groups.begin.push_back(i);
  }
  groups.begin.push_back(rows);
  return groups;
}

}  // namespace

std::vector<std::uint32_t> deal_folds(std::size_t rows, std::size_t folds,
                                      std::span<const std::uint32_t> groups,
                                      std::span<const std::uint32_t> classes, std::uint64_t seed) {
  if (folds < 2) {
    throw UsageError({.what = "too few folds", .expected = "at least 2", .got = format_count(folds)});
  }
  const Groups parts = groups_of(rows, groups);
  if (parts.count() < folds) {
    throw DataError({.what = "there are fewer groups of rows than folds",
                     .expected = "at least " + count_of(folds, "group"),
                     .got = format_count(parts.count()),
                     .advice = "use fewer folds"});
  }
  std::vector<std::uint32_t> order(parts.count());
  std::iota(order.begin(), order.end(), 0u);
  shuffle_indices({.seed = seed, .purpose = RandomPurpose::folds}, order);
  std::ranges::stable_sort(order, std::ranges::greater{},
                           [&](std::uint32_t g) { return parts.of(g).size(); });

  const std::size_t class_count = classes.empty() ? 1 : std::size_t{*std::ranges::max_element(classes)} + 1;
  const auto class_of = [&](std::uint32_t row) { return classes.empty() ? 0u : classes[row]; };
  std::vector<std::uint64_t> class_rows(folds * class_count, 0), fold_rows(folds, 0);
  std::vector<std::uint32_t> fold_of(rows);
  for (const std::uint32_t g : order) {
    std::size_t chosen = 0;
    std::uint64_t lowest = UINT64_MAX;
    for (std::size_t f = 0; f < folds; ++f) {
      std::uint64_t crowding = 0;
      for (const std::uint32_t row : parts.of(g))
        crowding += class_rows[f * class_count + class_of(row)];
      if (crowding < lowest || (crowding == lowest && fold_rows[f] < fold_rows[chosen])) {
        lowest = crowding;
        chosen = f;
      }
    }
    for (const std::uint32_t row : parts.of(g)) {
      fold_of[row] = static_cast<std::uint32_t>(chosen);
      ++class_rows[chosen * class_count + class_of(row)];
    }
    fold_rows[chosen] += parts.of(g).size();
  }
  return fold_of;
}

}  // namespace chainrule
