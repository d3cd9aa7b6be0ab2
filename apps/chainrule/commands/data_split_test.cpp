#include "chainrule/commands/data_split.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace chainrule::cli {
namespace {

std::vector<std::size_t> counts(const std::vector<std::size_t>& parts, std::size_t how_many) {
  std::vector<std::size_t> result(how_many, 0);
  for (const std::size_t part : parts)
    ++result[part];
  return result;
}

TEST(DealRows, GivesEachPartItsShare) {
  EXPECT_EQ(counts(deal_rows(10, std::vector{0.8, 0.2}, {}, 1), 3), (std::vector<std::size_t>{8, 2, 0}));
  // 7 rows: ends at floor(3.5 + .5) = 4, floor(4.9 + .5) = 5 and 7.
  EXPECT_EQ(counts(deal_rows(7, std::vector{0.5, 0.2, 0.3}, {}, 1), 4),
            (std::vector<std::size_t>{4, 1, 2, 0}));
}

TEST(DealRows, LeavesNoRowOutForARoundingOfTheSum) {
  // 0.1 + 0.2 + 0.7 is below 1 in binary.
  EXPECT_EQ(counts(deal_rows(1000, std::vector{0.1, 0.2, 0.7}, {}, 1), 4),
            (std::vector<std::size_t>{100, 200, 700, 0}));
}

TEST(DealRows, LeavesOutWhatNoFractionAsksFor) {
  EXPECT_EQ(counts(deal_rows(10, std::vector{0.3}, {}, 1), 2), (std::vector<std::size_t>{3, 7}));
}

TEST(DealRows, KeepsStrataInProportion) {
  // 20 rows of stratum 0, 10 of stratum 1.
  std::vector<std::uint32_t> strata(30);
  for (std::size_t i = 0; i < 30; ++i)
    strata[i] = i % 3 == 2 ? 1 : 0;
  const std::vector<std::size_t> parts = deal_rows(30, std::vector{0.7, 0.3}, strata, 5);
  std::size_t held_out_of_1 = 0;
  for (std::size_t i = 0; i < 30; ++i)
    held_out_of_1 += strata[i] == 1 && parts[i] == 1 ? 1 : 0;
  EXPECT_EQ(held_out_of_1, 3u);
  EXPECT_EQ(counts(parts, 3), (std::vector<std::size_t>{21, 9, 0}));
}

TEST(DealRows, DependsOnTheSeedAlone) {
  const std::vector<double> halves = {0.5, 0.5};
  EXPECT_EQ(deal_rows(100, halves, {}, 3), deal_rows(100, halves, {}, 3));
  EXPECT_NE(deal_rows(100, halves, {}, 3), deal_rows(100, halves, {}, 4));
}

// 30 groups of 4 rows.
TEST(DealGroups, KeepsGroupsWhole) {
  std::vector<std::uint32_t> groups;
  for (std::uint32_t row = 0; row < 120; ++row)
    groups.push_back(row / 4 * 4);
  const std::vector<std::size_t> parts = deal_groups(groups, std::vector{0.6, 0.2}, {}, 1);
  for (std::size_t row = 0; row < parts.size(); ++row)
    EXPECT_EQ(parts[row], parts[groups[row]]);
  EXPECT_EQ(counts(parts, 3), (std::vector<std::size_t>{72, 24, 24}));
  EXPECT_NE(deal_groups(groups, std::vector{0.6, 0.2}, {}, 2), parts);
}

TEST(DealGroups, KeepsStrataInProportion) {
  std::vector<std::uint32_t> groups, strata;
  for (std::uint32_t row = 0; row < 200; ++row) {
    groups.push_back(row / 5 * 5);
    strata.push_back(row / 5 % 4 == 0 ? 1 : 0);
  }
  const std::vector<std::size_t> parts = deal_groups(groups, std::vector{0.8, 0.2}, strata, 3);
  std::size_t of_1 = 0;
  for (std::size_t row = 0; row < 200; ++row)
    of_1 += parts[row] == 1 && strata[row] == 1 ? 1 : 0;
  EXPECT_EQ(of_1, 10u);
  EXPECT_EQ(counts(parts, 2), (std::vector<std::size_t>{160, 40}));
}

}  // namespace
}  // namespace chainrule::cli
