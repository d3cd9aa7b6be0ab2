#include "chainrule/data/group_split.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "chainrule/base/error.h"

namespace chainrule {
namespace {

// Group g of `size` rows, one group after the other.
std::vector<std::uint32_t> groups_of(std::size_t groups, std::size_t size) {
  std::vector<std::uint32_t> numbers;
  for (std::size_t g = 0; g < groups; ++g)
    numbers.insert(numbers.end(), size, static_cast<std::uint32_t>(g * size));
  return numbers;
}

void expect_whole(const std::vector<std::uint32_t>& groups, const Split& split) {
  std::set<std::uint32_t> trained;
  for (const std::uint32_t row : split.training)
    trained.insert(groups[row]);
  for (const std::uint32_t row : split.validation)
    EXPECT_FALSE(trained.contains(groups[row])) << "row " << row;
  EXPECT_EQ(split.training.size() + split.validation.size(), groups.size());
  EXPECT_FALSE(split.training.empty());
  EXPECT_FALSE(split.validation.empty());
}

TEST(GroupSplit, KeepsEachGroupOnOneSide) {
  const std::vector<std::uint32_t> groups = groups_of(60, 10);
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Split split = split_groups(groups, 0.2, {}, seed);
    expect_whole(groups, split);
    EXPECT_EQ(split.validation.size(), 120u) << seed;
  }
}

TEST(GroupSplit, GroupsOfOneRowAreHeldOutInTheWantedNumber) {
  const std::vector<std::uint32_t> groups = groups_of(1000, 1);
  EXPECT_EQ(split_groups(groups, 0.25, {}, 3).validation.size(), 250u);
}

// 40 groups of 5 rows, every fourth group of class 1: 40 rows are wanted, 10 of them of class 1.
TEST(GroupSplit, KeepsTheClassesInProportion) {
  const std::vector<std::uint32_t> groups = groups_of(40, 5);
  std::vector<std::uint32_t> classes;
  for (std::size_t row = 0; row < groups.size(); ++row)
    classes.push_back(row / 5 % 4 == 0 ? 1 : 0);
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Split split = split_groups(groups, 0.2, classes, seed);
    expect_whole(groups, split);
    const auto ones = std::ranges::count_if(split.validation, [&](auto row) { return classes[row] == 1; });
    EXPECT_EQ(ones, 10) << seed;
    EXPECT_EQ(split.validation.size(), 40u) << seed;
  }
}

TEST(GroupSplit, LeavesRowsOfEachClassForTraining) {
  // Group 0 holds all rows of class 1.
  const std::vector<std::uint32_t> groups = groups_of(10, 4);
  std::vector<std::uint32_t> classes(40, 0);
  std::fill_n(classes.begin(), 4, 1);
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Split split = split_groups(groups, 0.3, classes, seed);
    EXPECT_EQ(split.training.front(), 0u) << seed;
  }
}

TEST(GroupSplit, OfLargeGroupsTheClosestIsHeldOut) {
  // 4 rows are wanted; of the groups of 15 and 5 rows the smaller one comes closest.
  std::vector<std::uint32_t> groups(15, 0);
  groups.resize(20, 15);
  EXPECT_EQ(split_groups(groups, 0.2, {}, 1).validation.size(), 5u);
}

TEST(GroupSplit, RefusesWhatCannotBeSplit) {
  EXPECT_THROW(split_groups(groups_of(1, 20), 0.2, {}, 1), DataError);
  EXPECT_THROW(split_groups(groups_of(20, 1), 1.5, {}, 1), UsageError);
  EXPECT_THROW(split_groups(groups_of(1, 1), 0.5, {}, 1), DataError);
}

}  // namespace
}  // namespace chainrule
