#include "chainrule/data/group_split.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/random.h"
#include "chainrule/base/text.h"

namespace chainrule {
namespace {

// The rows of all groups, one group after the other.
struct Groups {
  std::vector<std::uint32_t> rows;
  std::vector<std::size_t> begins;  // of each group, and the number of rows

  std::size_t size() const { return begins.size() - 1; }
  std::span<const std::uint32_t> members(std::size_t group) const {
    return std::span(rows).subspan(begins[group], begins[group + 1] - begins[group]);
  }
};

Groups gather(std::span<const std::uint32_t> groups) {
  Groups gathered;
  gathered.rows.resize(groups.size());
  std::iota(gathered.rows.begin(), gathered.rows.end(), 0u);
  std::ranges::stable_sort(gathered.rows, {}, [&](std::uint32_t row) { return groups[row]; });
  for (std::size_t i = 0; i < gathered.rows.size(); ++i) {
    if (i == 0 || groups[gathered.rows[i]] != groups[gathered.rows[i - 1]]) gathered.begins.push_back(i);
  }
  gathered.begins.push_back(gathered.rows.size());
  return gathered;
}

// How many rows of each class are wanted, are held out so far, and are left.
class Balance {
 public:
  Balance(std::span<const std::uint32_t> classes, std::size_t rows, std::uint64_t held_out)
      : classes_(classes), counts_(1) {
    for (std::size_t row = 0; row < rows; ++row) {
      if (class_of(row) >= counts_.size()) counts_.resize(std::size_t{class_of(row)} + 1);
      ++counts_[class_of(row)];
    }
    wanted_ = stratified_quotas(counts_, rows, held_out);
    held_.resize(counts_.size());
    of_group_.resize(counts_.size());
  }

  // The change of the sum of squares if these rows are held out; infinite if a class would be lost.
  double change(std::span<const std::uint32_t> members) {
    touched_.clear();
    for (const std::uint32_t row : members) {
      if (of_group_[class_of(row)]++ == 0) touched_.push_back(class_of(row));
    }
    double change = 0;
    for (const std::uint32_t c : touched_) {
      const double g = static_cast<double>(std::exchange(of_group_[c], 0));
      const double lack = static_cast<double>(wanted_[c]) - static_cast<double>(held_[c]);
      change += g * (g - 2 * lack);  // (h + g - w)^2 - (h - w)^2
      if (static_cast<double>(held_[c]) + g >= static_cast<double>(counts_[c]))
        change = std::numeric_limits<double>::infinity();
    }
    return change;
  }

  void hold_out(std::span<const std::uint32_t> members) {
    for (const std::uint32_t row : members)
      ++held_[class_of(row)];
  }

 private:
  std::uint32_t class_of(std::size_t row) const { return classes_.empty() ? 0 : classes_[row]; }

  std::span<const std::uint32_t> classes_;
  std::vector<std::uint64_t> counts_, wanted_, held_, of_group_;
  std::vector<std::uint32_t> touched_;
};

}  // namespace

Split split_groups(std::span<const std::uint32_t> groups, double fraction,
                   std::span<const std::uint32_t> classes, std::uint64_t seed) {
  const std::size_t rows = groups.size();
  const std::uint64_t held_out = held_out_rows(rows, fraction);
  const Groups gathered = gather(groups);
  std::vector<std::uint32_t> order(gathered.size());
  std::iota(order.begin(), order.end(), 0u);
  shuffle_indices({.seed = seed, .purpose = RandomPurpose::split}, order);

  Balance balance(classes, rows, held_out);
  std::vector<char> is_held(gathered.size(), 0);
  double least = std::numeric_limits<double>::infinity();
  std::size_t closest = gathered.size();
  bool any = false;
  for (const std::uint32_t group : order) {
    const double change = balance.change(gathered.members(group));
    if (change < least) {
      least = change;
      closest = group;
    }
    if (!(change < 0)) continue;
    balance.hold_out(gathered.members(group));
    is_held[group] = 1;
    any = true;
  }
  if (!any) {
    if (closest == gathered.size()) {
      throw DataError({.what = "no group can be held out",
                       .expected = "at least two groups, and rows of each class in two of them",
                       .got = count_of(gathered.size(), "group"),
                       .advice = "add rows of other groups, or hold no row out (" +
                                 set_to(Setting::validation, "none") + ")"});
    }
    is_held[closest] = 1;
  }
  Split split;
  for (std::size_t group = 0; group < gathered.size(); ++group) {
    const std::span<const std::uint32_t> members = gathered.members(group);
    std::vector<std::uint32_t>& side = is_held[group] != 0 ? split.validation : split.training;
    side.insert(side.end(), members.begin(), members.end());
  }
  std::ranges::sort(split.training);
  std::ranges::sort(split.validation);
  return split;
}

}  // namespace chainrule
