#include "chainrule/train/prediction_interval.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

namespace chainrule {
namespace {

// Residuals 1, 2, ..., n of one target, in another order.
Residuals first_numbers(std::size_t n) {
  std::vector<double> truth(n), predicted(n, 10);
  for (std::size_t r = 0; r < n; ++r)
    truth[r] = 10 + (r % 2 == 0 ? 1 : -1) * static_cast<double>(n - r);
  return residuals_of({truth.data(), n, 1}, {predicted.data(), n, 1});
}

// (n + 1) c = 10 * 0.9 = 9: the ninth of nine. With 0.91 it would be the tenth.
TEST(PredictionInterval, TakesTheResidualOfTheFiniteSampleRule) {
  EXPECT_EQ(interval_half_widths(first_numbers(9), 0.9)->front(), 9);
  EXPECT_EQ(interval_half_widths(first_numbers(9), 0.8)->front(), 8);
  EXPECT_EQ(interval_half_widths(first_numbers(9), 0.01)->front(), 1);
  EXPECT_FALSE(interval_half_widths(first_numbers(9), 0.91));
  EXPECT_FALSE(interval_half_widths({}, 0.5));
}

TEST(PredictionInterval, SaysHowManyRowsACoverageNeeds) {
  EXPECT_EQ(rows_for_coverage(0.5), 1u);
  EXPECT_EQ(rows_for_coverage(0.9), 9u);
  EXPECT_EQ(rows_for_coverage(0.95), 19u);
  EXPECT_EQ(rows_for_coverage(0.99), 99u);
  EXPECT_EQ(rows_for_coverage(0.999), 999u);
  for (const double c : {0.3, 0.5, 0.77, 0.9, 0.95, 0.975, 0.999}) {
    const std::uint64_t n = rows_for_coverage(c);
    EXPECT_LE(rank_of_coverage(n, c), n) << c;
    if (n > 1) {
      EXPECT_GT(rank_of_coverage(n - 1, c), n - 1) << c;
    }
  }
}

// 100 * 0.55 is 55.000000000000007 in double, 1000 * 0.07 70.000000000000014.
TEST(PredictionInterval, RoundingDoesNotMakeItWider) {
  EXPECT_EQ(rank_of_coverage(99, 0.55), 55u);
  EXPECT_EQ(rank_of_coverage(999, 0.07), 70u);
  EXPECT_EQ(rank_of_coverage(99, 0.551), 56u);
}

// Whole percentages, tenths of a percent from 90 % on: what all residuals would give. Between them no less.
TEST(PredictionInterval, KeepsFewResidualsAndLosesNoCoverage) {
  for (const std::size_t n : {201u, 1000u, 12'345u, 1'000'000u}) {
    const Residuals residuals = first_numbers(n);
    EXPECT_LE(residuals.ranks.size(), kMostResiduals);
    EXPECT_EQ(residuals.rows(), n);
    for (int c = 1; c < 100; ++c) {
      const auto rank = static_cast<double>(rank_of_coverage(n, c / 100.0));
      EXPECT_EQ(interval_half_widths(residuals, c / 100.0)->front(), rank) << n << " " << c;
    }
    for (int c = 900; c < 1000 && rank_of_coverage(n, c / 1000.0) <= n; ++c) {
      const auto rank = static_cast<double>(rank_of_coverage(n, c / 1000.0));
      EXPECT_EQ(interval_half_widths(residuals, c / 1000.0)->front(), rank) << n << " " << c;
    }
    for (const double c : {0.00012, 0.12345, 0.87654, 0.94321}) {
      const double width = interval_half_widths(residuals, c)->front();
      EXPECT_GE(width, static_cast<double>(rank_of_coverage(n, c)));
      EXPECT_LE(width, static_cast<double>(rank_of_coverage(n, c + 0.01)));
    }
  }
}

TEST(PredictionInterval, EachTargetHasItsOwn) {
  const std::vector<double> truth = {1, 10, 2, 20, 3, 30}, predicted = {0, 0, 0, 0, 0, 0};
  const Residuals residuals = residuals_of({truth.data(), 3, 2}, {predicted.data(), 3, 2});
  EXPECT_EQ(*interval_half_widths(residuals, 0.5), (std::vector<double>{2, 20}));
}

TEST(PredictionInterval, NothingIsKeptOfNumbersThatAreNotFinite) {
  const std::vector<double> truth = {1, 2}, predicted = {1, std::numeric_limits<double>::infinity()};
  EXPECT_EQ(residuals_of({truth.data(), 2, 1}, {predicted.data(), 2, 1}), Residuals());
}

}  // namespace
}  // namespace chainrule
