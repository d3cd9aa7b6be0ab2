#include "chainrule/data/outliers.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

namespace chainrule {
namespace {

std::vector<std::uint32_t> all_rows_of(const std::vector<double>& values) {
  std::vector<std::uint32_t> rows(values.size());
  std::iota(rows.begin(), rows.end(), 0u);
  return rows;
}

OutlyingCells outlying(const std::vector<double>& values) {
  const PackedNumbers numbers(values);
  return find_outlying(numbers, all_rows_of(values), numeric_statistics(numbers));
}

std::vector<double> normal_numbers(std::size_t count) {
  std::mt19937_64 bits(1);
  std::normal_distribution<double> normal;
  std::vector<double> values(count);
  for (double& value : values)
    value = normal(bits);
  return values;
}

// The range 0 to 4 has the width 4: 25 widths are 100.
TEST(NearRange, ReachesTwentyFiveWidthsBeyondTheRange) {
  EXPECT_EQ(near_range(0, 4).low, -100);
  EXPECT_EQ(near_range(0, 4).high, 104);
  EXPECT_EQ(near_range(-1e308, 1e308).high, std::numeric_limits<double>::infinity());
  EXPECT_EQ(near_range(3, 3).low, -std::numeric_limits<double>::infinity());
  EXPECT_EQ(near_range(std::nan(""), std::nan("")).high, std::numeric_limits<double>::infinity());
}

TEST(FindOutlying, FindsOneOddNumberWhereverItIs) {
  for (const std::size_t rows : {10u, 50u, 1'000u, 60'001u}) {
    for (const double odd : {1e4, -1e6, 1e300, -1.7e308}) {
      for (const std::size_t row : {std::size_t{0}, rows / 2, rows - 1}) {
        std::vector<double> values = normal_numbers(rows);
        values[row] = odd;
        const OutlyingCells found = outlying(values);
        ASSERT_EQ(found.rows, std::vector<std::uint32_t>{static_cast<std::uint32_t>(row)})
            << rows << " rows, " << odd;
        EXPECT_EQ(found.others.present, rows - 1);
        EXPECT_LT(found.others.maximum, 10);
        EXPECT_NEAR(found.others.standard_deviation, 1, 0.5);
      }
    }
  }
}

TEST(FindOutlying, FindsSeveral) {
  std::vector<double> values = normal_numbers(300);
  values[3] = 1e9;
  values[100] = 1e5;  // hidden behind the others for mean and deviation
  values[200] = -1e9;
  EXPECT_EQ(outlying(values).rows, (std::vector<std::uint32_t>{3, 100, 200}));
  values = normal_numbers(60'000);
  for (std::uint32_t row = 0; row < 60; ++row)
    values[row * 1'000] = 99'999;
  EXPECT_EQ(outlying(values).rows.size(), 60u);
}

TEST(FindOutlying, LeavesOrdinaryColumnsAlone) {
  EXPECT_TRUE(outlying({}).rows.empty());
  EXPECT_TRUE(outlying({1, 2, 3, 4, 1e9}).rows.empty()) << "too few to say";
  std::mt19937_64 bits(1);
  for (const std::size_t rows : {10u, 100u, 1'000u, 60'000u}) {
    std::vector<double> values = normal_numbers(rows);
    EXPECT_TRUE(outlying(values).rows.empty()) << "normal";
    for (double& value : values)
      value = std::exp(value);
    EXPECT_TRUE(outlying(values).rows.empty()) << "log-normal, such as incomes";
    std::geometric_distribution<int> counts(0.6);
    for (double& value : values)
      value = counts(bits);
    EXPECT_TRUE(outlying(values).rows.empty()) << "counts";
    for (std::size_t i = 0; i < rows; ++i)
      values[i] = static_cast<double>(i);
    EXPECT_TRUE(outlying(values).rows.empty()) << "a counter";
  }
}

// One row in fifty bought something: rare, not wrong.
TEST(FindOutlying, DoesNotJudgeColumnsOfMostlyOneValue) {
  std::vector<double> values(1'000, 0);
  values[500] = 1e6;
  EXPECT_TRUE(outlying(values).rows.empty());
  for (std::size_t i = 0; i < 20; ++i)
    values[i * 50] = 1 + static_cast<double>(i % 3);
  EXPECT_TRUE(outlying(values).rows.empty());
}

TEST(FindOutlying, JudgesColumnsOfFewValues) {
  std::vector<double> values(442, 1);
  for (std::size_t i = 0; i < values.size(); i += 3)
    values[i] = 2;
  EXPECT_TRUE(outlying(values).rows.empty());
  values[5] = 1e6;
  EXPECT_EQ(outlying(values).rows, std::vector<std::uint32_t>{5});
}

TEST(FindOutlying, SkipsMissingCells) {
  std::vector<double> values = normal_numbers(100);
  for (std::size_t i = 0; i < 50; ++i)
    values[2 * i] = std::nan("");
  values[51] = 1e6;
  const OutlyingCells found = outlying(values);
  EXPECT_EQ(found.rows, std::vector<std::uint32_t>{51});
  EXPECT_EQ(found.others.present, 49u);
}

}  // namespace
}  // namespace chainrule
