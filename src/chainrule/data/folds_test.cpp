#include "chainrule/data/folds.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "chainrule/base/error.h"

namespace chainrule {
namespace {

std::map<std::uint32_t, std::size_t> sizes_of(const std::vector<std::uint32_t>& folds) {
  std::map<std::uint32_t, std::size_t> sizes;
  for (const std::uint32_t fold : folds)
    ++sizes[fold];
  return sizes;
}

TEST(Folds, AreOfEqualSizeAndFollowTheSeed) {
  const std::vector<std::uint32_t> folds = deal_folds(103, 5, {}, {}, 1);
  for (const auto& [fold, size] : sizes_of(folds)) {
    EXPECT_LT(fold, 5u);
    EXPECT_GE(size, 20u);
    EXPECT_LE(size, 21u);
  }
  EXPECT_EQ(folds, deal_folds(103, 5, {}, {}, 1));
  EXPECT_NE(folds, deal_folds(103, 5, {}, {}, 2));
}

TEST(Folds, EachHasItsShareOfEachClass) {
  std::vector<std::uint32_t> classes;
  for (std::uint32_t r = 0; r < 200; ++r)
    classes.push_back(r < 20 ? 2 : r % 2);
  const std::vector<std::uint32_t> folds = deal_folds(200, 4, {}, classes, 3);
  std::map<std::pair<std::uint32_t, std::uint32_t>, int> counts;
  for (std::size_t r = 0; r < 200; ++r)
    ++counts[{folds[r], classes[r]}];
  for (std::uint32_t f = 0; f < 4; ++f) {
    EXPECT_EQ((counts[{f, 2}]), 5);
    EXPECT_NEAR((counts[{f, 0}]), 22.5, 1);
    EXPECT_NEAR((counts[{f, 1}]), 22.5, 1);
  }
}

TEST(Folds, RowsOfAGroupAreTogether) {
  std::vector<std::uint32_t> groups, classes;
  for (std::uint32_t r = 0; r < 300; ++r) {
    groups.push_back(r < 90 ? 0 : r - r % 7);  // one group of 90 rows, others of up to 7
    classes.push_back(r % 3);
  }
  const std::vector<std::uint32_t> folds = deal_folds(300, 3, groups, classes, 5);
  std::map<std::uint32_t, std::set<std::uint32_t>> folds_of;
  for (std::size_t r = 0; r < 300; ++r)
    folds_of[groups[r]].insert(folds[r]);
  for (const auto& [group, found] : folds_of)
    EXPECT_EQ(found.size(), 1u) << group;
  for (const auto& [fold, size] : sizes_of(folds))
    EXPECT_NEAR(static_cast<double>(size), 100, 7) << fold;
}

TEST(Folds, FewerGroupsThanFoldsAreRefused) {
  const std::vector<std::uint32_t> groups = {0, 0, 2, 2};
  EXPECT_THROW(deal_folds(4, 3, groups, {}, 1), DataError);
  EXPECT_THROW(deal_folds(4, 1, {}, {}, 1), UsageError);
  EXPECT_EQ(sizes_of(deal_folds(4, 2, groups, {}, 1)).size(), 2u);
}

}  // namespace
}  // namespace chainrule
