#include "chainrule/data/split.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <vector>

#include "chainrule/base/error.h"
#include "support/test_tables.h"

namespace chainrule {
namespace {

using testing_support::report_of;

std::map<std::uint32_t, int> held_out_per_class(const Split& split,
                                                const std::vector<std::uint32_t>& classes) {
  std::map<std::uint32_t, int> counts;
  for (const std::uint32_t row : split.validation)
    ++counts[classes[row]];
  return counts;
}

std::vector<std::uint32_t> classes_with(std::vector<std::size_t> rows_of_class) {
  std::vector<std::uint32_t> classes;
  for (std::size_t c = 0; c < rows_of_class.size(); ++c) {
    classes.insert(classes.end(), rows_of_class[c], static_cast<std::uint32_t>(c));
  }
  return classes;
}

TEST(SplitRows, EveryRowIsOnOneSideAndBothSidesAscend) {
  const Split split = split_rows(103, 0.2, {}, 7);
  EXPECT_EQ(split.validation.size(), 21u);  // 20.6 rounded
  EXPECT_TRUE(std::ranges::is_sorted(split.training));
  EXPECT_TRUE(std::ranges::is_sorted(split.validation));
  std::vector<std::uint32_t> all = split.training;
  all.insert(all.end(), split.validation.begin(), split.validation.end());
  std::ranges::sort(all);
  ASSERT_EQ(all.size(), 103u);
  for (std::uint32_t row = 0; row < 103; ++row)
    ASSERT_EQ(all[row], row);
}

TEST(SplitRows, DependsOnTheSeedOnly) {
  const Split a = split_rows(1000, 0.25, {}, 1), b = split_rows(1000, 0.25, {}, 1),
              c = split_rows(1000, 0.25, {}, 2);
  EXPECT_EQ(a.validation, b.validation);
  EXPECT_NE(a.validation, c.validation);
}

TEST(SplitRows, HoldsOutAtLeastOneRowAndLeavesOne) {
  EXPECT_EQ(split_rows(3, 0.01, {}, 1).validation.size(), 1u);
  EXPECT_EQ(split_rows(3, 0.99, {}, 1).training.size(), 1u);
  EXPECT_EQ(split_rows(2, 0.5, {}, 1).training.size(), 1u);
}

TEST(SplitRows, GivesEachClassItsShare) {
  // round(0.2 x 344) = 69 of 152, 68, 124 rows. 69 x 152 / 344 = 30.49, 69 x 68 / 344 = 13.64, 69 x 124 / 344
  // = 24.87: 30 + 13 + 24 = 67, and the two largest remainders (.87, .64) get one each.
  const std::vector<std::uint32_t> classes = classes_with({152, 68, 124});
  const std::map<std::uint32_t, int> expected = {{0, 30}, {1, 14}, {2, 25}};
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    EXPECT_EQ(held_out_per_class(split_rows(344, 0.2, classes, seed), classes), expected);
  }
}

TEST(SplitRows, EqualRemaindersGoInClassOrder) {
  // 5 of 4 classes with 5 rows: 1.25 each, the fifth goes to class 0.
  const std::vector<std::uint32_t> classes = classes_with({5, 5, 5, 5});
  const std::map<std::uint32_t, int> expected = {{0, 2}, {1, 1}, {2, 1}, {3, 1}};
  EXPECT_EQ(held_out_per_class(split_rows(20, 0.25, classes, 3), classes), expected);
}

TEST(SplitRows, AClassOfOneRowStaysInTrainingAndTheOthersGiveItsShare) {
  // round(0.5 x 6) = 3 of 4, 1, 1 rows: classes 1 and 2 give none, class 0 gives 3 and keeps one.
  const std::vector<std::uint32_t> classes = classes_with({4, 1, 1});
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    const Split split = split_rows(6, 0.5, classes, seed);
    const std::map<std::uint32_t, int> expected = {{0, 3}};
    EXPECT_EQ(held_out_per_class(split, classes), expected);
  }
}

TEST(SplitRows, EveryClassKeepsARowForTraining) {
  // round(0.9 x 10) = 9, but each of the two classes keeps one: 8.
  const std::vector<std::uint32_t> classes = classes_with({5, 5});
  const std::map<std::uint32_t, int> expected = {{0, 4}, {1, 4}};
  EXPECT_EQ(held_out_per_class(split_rows(10, 0.9, classes, 1), classes), expected);
}

TEST(SplitRows, EveryRowOfAClassIsEquallyLikely) {
  // Class 1 has rows 10 to 13, one of them held out: 1000 each in 4000 seeds; standard deviation sqrt(4000 x
  // 3/16) = 27.
  const std::vector<std::uint32_t> classes = classes_with({10, 4});
  std::map<std::uint32_t, int> counts;
  for (std::uint64_t seed = 0; seed < 4000; ++seed) {
    for (const std::uint32_t row : split_rows(14, 0.25, classes, seed).validation)
      ++counts[row];
  }
  for (std::uint32_t row = 10; row < 14; ++row)
    EXPECT_NEAR(counts[row], 1000, 135) << row;
}

TEST(SplitRows, RefusesASharePastTheRange) {
  for (const double fraction : {0.0, 1.0, -0.1, 1.5, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_THROW(split_rows(10, fraction, {}, 1), UsageError) << fraction;
  }
  EXPECT_EQ(report_of<UsageError>([] { split_rows(10, 1.5, {}, 1); }).got, "1.5");
}

TEST(SplitRows, RefusesTooFewRows) {
  EXPECT_EQ(report_of<DataError>([] { split_rows(1, 0.5, {}, 1); }).got, "1 row");
  EXPECT_THROW(split_rows(0, 0.5, {}, 1), DataError);
  EXPECT_EQ(report_of<DataError>([] {
              split_rows(3, 0.5, classes_with({1, 1, 1}), 1);
            }).what,
            "no row can be held out: every class has one row only");
  EXPECT_THROW(split_rows(3, 0.5, classes_with({1, 1}), 1), StateError);
}

}  // namespace
}  // namespace chainrule
