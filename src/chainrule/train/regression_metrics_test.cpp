#include "chainrule/train/regression_metrics.h"

#include <gtest/gtest.h>

#include <cmath>

namespace chainrule {
namespace {

// errors 1, -1, 2, 0 about targets 1, 2, 3, 4 (mean 2.5, total 5): mse 6/4, mae 1, r2 = 1 - 6/5
TEST(RegressionMetrics, MatchAHandCalculation) {
  const std::vector<double> predicted = {2, 1, 5, 4}, truth = {1, 2, 3, 4};
  const Metrics metrics = regression_metrics({predicted.data(), 4, 1}, {truth.data(), 4, 1});
  EXPECT_DOUBLE_EQ(metrics.rmse, 1.2247448713915889);
  EXPECT_DOUBLE_EQ(metrics.mae, 1);
  EXPECT_NEAR(metrics.r2, -0.2, 1e-15);
}

TEST(RegressionMetrics, SeveralTargetsAreAveragedAndListed) {
  const std::vector<double> predicted = {1, 10, 2, 30}, truth = {1, 10, 2, 20};
  const Metrics metrics = regression_metrics({predicted.data(), 2, 2}, {truth.data(), 2, 2});
  EXPECT_EQ(metrics.r2_per_target[0], 1);
  EXPECT_DOUBLE_EQ(metrics.r2_per_target[1], -1);  // 1 - 100 / 50
  EXPECT_DOUBLE_EQ(metrics.r2, 0);
  EXPECT_DOUBLE_EQ(metrics.rmse, std::sqrt(50.0) / 2);  // the mean of 0 and sqrt(100 / 2)
}

TEST(RegressionMetrics, AConstantTargetIsOneWhenMetAndZeroElse) {
  const std::vector<double> exact = {3, 3}, off = {3, 4}, truth = {3, 3};
  EXPECT_EQ(regression_metrics({exact.data(), 2, 1}, {truth.data(), 2, 1}).r2, 1);
  EXPECT_EQ(regression_metrics({off.data(), 2, 1}, {truth.data(), 2, 1}).r2, 0);
  // The mean of such numbers may be rounded: equal numbers do not vary all the same.
  const std::vector<double> tenths(6, 0.1), elevenths(6, 0.11);
  EXPECT_EQ(regression_metrics({elevenths.data(), 6, 1}, {tenths.data(), 6, 1}).r2, 0);
}

TEST(RegressionMetrics, AWeightOfKIsAsTheRowKTimes) {
  const std::vector<double> predicted = {1, 2, 4}, truth = {1.5, 2, 3}, weights = {2, 1, 3};
  const std::vector<double> all_predicted = {1, 1, 2, 4, 4, 4}, all_truth = {1.5, 1.5, 2, 3, 3, 3};
  const Metrics weighted = regression_metrics({predicted.data(), 3, 1}, {truth.data(), 3, 1}, weights);
  const Metrics repeated = regression_metrics({all_predicted.data(), 6, 1}, {all_truth.data(), 6, 1});
  EXPECT_DOUBLE_EQ(weighted.r2, repeated.r2);
  EXPECT_DOUBLE_EQ(weighted.rmse, repeated.rmse);
  EXPECT_DOUBLE_EQ(weighted.mae, repeated.mae);
}

}  // namespace
}  // namespace chainrule
