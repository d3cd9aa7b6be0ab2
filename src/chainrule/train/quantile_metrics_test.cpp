#include "chainrule/train/quantile_metrics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "chainrule/base/random.h"
#include "chainrule/train/metric_table.h"

namespace chainrule {
namespace {

using Values = std::vector<double>;

Metrics metrics_of(const Values& predicted, const Values& truth, const Values& quantiles,
                   const Values& weights = {}) {
  return quantile_metrics({predicted.data(), truth.size(), quantiles.size()}, {truth.data(), truth.size(), 1},
                          quantiles, weights);
}

// q 0.25, always 1 for targets 0, 1, 3, 5: 0.75 + 0 + 0.25 * 2 + 0.25 * 4 = 2.25 over 4, two rows at or
// below. The constant: 0 is the smallest number with a quarter of the rows, 0.25 * (0 + 1 + 3 + 5) = 2.25
// over 4, too.
TEST(QuantileMetrics, MatchAHandCalculation) {
  const Metrics metrics = metrics_of({1, 1, 1, 1}, {0, 1, 3, 5}, {0.25});
  ASSERT_EQ(metrics.per_quantile.size(), 1u);
  EXPECT_DOUBLE_EQ(metrics.per_quantile[0].pinball_loss, 2.25 / 4);
  EXPECT_DOUBLE_EQ(metrics.per_quantile[0].coverage, 0.5);
  EXPECT_DOUBLE_EQ(metrics.pinball_loss, 2.25 / 4);
  EXPECT_DOUBLE_EQ(metrics.d2_pinball, 0);
  EXPECT_EQ(headline(metrics).first, "d2_pinball");
  EXPECT_FALSE(metrics.has_mean_errors());
}

TEST(QuantileMetrics, OfTheMedianThereAreMeanErrors) {
  const Metrics metrics = metrics_of({0, 1, 1, 2}, {1, 3}, {0.1, 0.5});
  EXPECT_TRUE(metrics.has_mean_errors());
  EXPECT_DOUBLE_EQ(metrics.mae, 0.5);  // |1 - 1|, |2 - 3|
  EXPECT_DOUBLE_EQ(metrics.rmse, std::sqrt(0.5));
  EXPECT_DOUBLE_EQ(metrics.per_quantile[1].pinball_loss, 0.25);  // half of it
}

TEST(QuantileMetrics, ExactPredictionsHaveAScoreOfOne) {
  EXPECT_EQ(metrics_of({2, 5, 7}, {2, 5, 7}, {0.3}).d2_pinball, 1);
  EXPECT_EQ(metrics_of({3, 3}, {3, 3}, {0.3}).d2_pinball, 1);
  EXPECT_EQ(metrics_of({3, 4}, {3, 3}, {0.3}).d2_pinball, 0);
}

TEST(QuantileMetrics, AWeightOfKIsAsTheRowKTimes) {
  const Metrics weighted = metrics_of({1, 2, 0, 3, 2, 4}, {1.5, 2, 3}, {0.4, 0.5}, {2, 1, 3});
  const Metrics repeated =
      metrics_of({1, 2, 1, 2, 0, 3, 2, 4, 2, 4, 2, 4}, {1.5, 1.5, 2, 3, 3, 3}, {0.4, 0.5});
  for (std::size_t q = 0; q < 2; ++q) {
    EXPECT_DOUBLE_EQ(weighted.per_quantile[q].pinball_loss, repeated.per_quantile[q].pinball_loss);
    EXPECT_DOUBLE_EQ(weighted.per_quantile[q].coverage, repeated.per_quantile[q].coverage);
  }
  EXPECT_DOUBLE_EQ(weighted.d2_pinball, repeated.d2_pinball);
  EXPECT_DOUBLE_EQ(weighted.r2, repeated.r2);
}

TEST(QuantileMetrics, WithoutRowsThereIsNothingToDivideBy) {
  const Metrics metrics = metrics_of({}, {}, {0.1, 0.5});
  EXPECT_TRUE(metrics.is_of_quantiles());
  EXPECT_EQ(metrics.pinball_loss, 0);
}

TEST(QuantileMetrics, TheTableHasThemOnlyForQuantiles) {
  const Metrics metrics = metrics_of({1, 1}, {0, 1}, {0.25});
  for (const MetricEntry& entry : metric_table()) {
    if (entry.needs_quantiles) {
      EXPECT_TRUE(entry.value(metrics)) << entry.word;
      EXPECT_FALSE(entry.value(Metrics{.task = Task::regression})) << entry.word;
    }
    if (entry.needs_mean) {
      EXPECT_FALSE(entry.value(metrics)) << entry.word;
      EXPECT_TRUE(entry.value(Metrics{.task = Task::regression})) << entry.word;
    }
  }
}

TEST(QuantilesOf, AreTheSmallestValuesWithSuchAShareOfTheRows) {
  EXPECT_EQ(quantiles_of(Values{5, 1, 3, 2}, {}, Values{0.1, 0.25, 0.5, 0.51, 0.99}),
            (Values{1, 1, 2, 3, 5}));
  EXPECT_EQ(quantiles_of(Values{5, 1}, Values{3, 1}, Values{0.25, 0.3}), (Values{1, 5}));
}

// No other constant has a lower pinball loss.
TEST(QuantilesOf, MinimiseThePinballLoss) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    Values truth;
    for (std::uint64_t r = 0; r < 20; ++r)
      truth.push_back(std::floor(10 * random_uniform({.seed = seed}, r)));
    const double q = 0.05 + 0.9 * random_uniform({.seed = seed}, 100);
    const auto loss_of = [&](double constant) {
      return metrics_of(Values(truth.size(), constant), truth, {q}).pinball_loss;
    };
    const double lowest = loss_of(quantiles_of(truth, {}, Values{q}).front());
    for (double constant = -1; constant <= 11; constant += 0.5)
      EXPECT_LE(lowest, loss_of(constant) + 1e-12) << seed << " " << constant;
  }
}

TEST(SortWithinRows, NeverIncreasesThePinballLoss) {
  const Values quantiles = {0.05, 0.25, 0.5, 0.75, 0.95};
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Matrix<double> predicted(7, quantiles.size());
    Values truth;
    for (std::size_t i = 0; i < predicted.values().size(); ++i)
      predicted.values()[i] = random_uniform({.seed = seed}, i);
    for (std::uint64_t r = 0; r < 7; ++r)
      truth.push_back(random_uniform({.seed = seed}, 1000 + r));
    const MatrixView<const double> targets(truth.data(), truth.size(), 1);
    const double crossing =
        quantile_metrics(std::as_const(predicted).view(), targets, quantiles).pinball_loss;
    sort_within_rows(predicted);
    for (std::size_t r = 0; r < predicted.rows(); ++r) {
      for (std::size_t c = 1; c < predicted.columns(); ++c)
        ASSERT_LE(predicted(r, c - 1), predicted(r, c));
    }
    EXPECT_LE(quantile_metrics(std::as_const(predicted).view(), targets, quantiles).pinball_loss,
              crossing + 1e-15)
        << seed;
  }
}

}  // namespace
}  // namespace chainrule
