#include "chainrule/train/probability_metrics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace chainrule {
namespace {

using Classes = std::vector<std::uint32_t>;

// Of a binary task; p: the probabilities of class 1.
Metrics binary_metrics(const Classes& truth, const std::vector<double>& p,
                       const std::vector<double>& weights = {}) {
  Metrics metrics{.task = Task::binary, .rows = truth.size()};
  if (!weights.empty()) {
    metrics.weight_sum = 0;
    for (const double weight : weights)
      *metrics.weight_sum += weight;
  }
  Matrix<double> of_both(p.size(), 2);
  for (std::size_t r = 0; r < p.size(); ++r) {
    of_both(r, 0) = 1 - p[r];
    of_both(r, 1) = p[r];
  }
  add_probability_metrics(metrics, truth, of_both.view(), weights);
  return metrics;
}

// 1 > 0: 0.9 > 0.8, 0.9 > 0.3, 0.6 > 0.3 of the four pairs.
TEST(ProbabilityMetrics, TheAreaIsTheShareOfPairsInTheRightOrder) {
  EXPECT_DOUBLE_EQ(*binary_metrics({1, 0, 1, 0}, {0.9, 0.8, 0.6, 0.3}).auc, 3.0 / 4);
}

// One pair is equal, which counts half: (1 + 1/2 + 1 + 1) / 4. Equal for all rows: 1/2.
TEST(ProbabilityMetrics, EqualProbabilitiesCountHalf) {
  EXPECT_DOUBLE_EQ(*binary_metrics({1, 0, 1, 0}, {0.9, 0.6, 0.6, 0.3}).auc, 3.5 / 4);
  EXPECT_DOUBLE_EQ(*binary_metrics({1, 0, 1, 0}, {0.5, 0.5, 0.5, 0.5}).auc, 0.5);
}

// Steps at 0.9 (recall 1/2, precision 1) and at 0.6, where two rows enter at once (recall 1, precision 2/3).
TEST(ProbabilityMetrics, AveragePrecisionTakesEqualProbabilitiesInOneStep) {
  const Metrics metrics = binary_metrics({1, 0, 1, 0}, {0.9, 0.6, 0.6, 0.3});
  EXPECT_DOUBLE_EQ(*metrics.average_precision, 0.5 * 1 + 0.5 * 2 / 3);
}

TEST(ProbabilityMetrics, AnAreaOfOneClassIsNotDefined) {
  const Metrics ones = binary_metrics({1, 1}, {0.9, 0.2}), zeros = binary_metrics({0, 0}, {0.9, 0.2});
  EXPECT_FALSE(ones.auc);
  EXPECT_FALSE(zeros.auc);
  EXPECT_EQ(*ones.average_precision, 1);
  EXPECT_FALSE(zeros.average_precision);
  EXPECT_TRUE(zeros.log_loss && zeros.brier && zeros.calibration_error);
  EXPECT_FALSE(binary_metrics({}, {}).log_loss);
  // Rows of weight 0 are no rows.
  EXPECT_FALSE(binary_metrics({1, 0}, {0.9, 0.2}, {1, 0}).auc);
}

// A wrong certainty costs -ln 2^-52, not infinity, and a right one almost nothing.
TEST(ProbabilityMetrics, CertaintyIsClippedInTheLogLoss) {
  EXPECT_DOUBLE_EQ(*binary_metrics({1, 0}, {0, 0}).log_loss, 52 * std::log(2.0) / 2);
  EXPECT_LT(*binary_metrics({1, 0}, {1, 0}).log_loss, 1e-15);
  EXPECT_EQ(*binary_metrics({1, 0}, {0, 0}).brier, 0.5);
}

// Bin (9/15, 10/15] with confidences 0.62 and 0.62 (of class 0): one of two right, |1/2 - 0.62|; bin
// (13/15, 14/15] with 0.9: right, |1 - 0.9|; a certainty of 1 is in the last bin.
TEST(ProbabilityMetrics, TheCalibrationErrorComparesConfidenceWithAccuracyBinByBin) {
  EXPECT_NEAR(*binary_metrics({1, 1, 1}, {0.62, 0.38, 0.9}).calibration_error,
              2.0 / 3 * std::abs(0.5 - 0.62) + 1.0 / 3 * (1 - 0.9), 1e-15);
  EXPECT_EQ(*binary_metrics({1, 0}, {1, 0}).calibration_error, 0);
  // A probability of 1/2 means class 1.
  EXPECT_EQ(*binary_metrics({1}, {0.5}).calibration_error, 0.5);
  EXPECT_EQ(*binary_metrics({0}, {0.5}).calibration_error, 0.5);
}

// The bins behind the error: 0.62 and 1 - 0.38 are in bin 10 of 15, (0.6, 0.667], and 0.9 in bin 14.
TEST(ProbabilityMetrics, TheCalibrationErrorKeepsItsBins) {
  const Metrics metrics = binary_metrics({1, 1, 1}, {0.62, 0.38, 0.9}, {1, 2, 4});
  ASSERT_EQ(metrics.calibration.size(), 15u);
  EXPECT_EQ(metrics.calibration[9].support, 3);
  EXPECT_EQ(metrics.calibration[9].right, 1);
  EXPECT_DOUBLE_EQ(metrics.calibration[9].confidence, 3 * 0.62);
  EXPECT_EQ(metrics.calibration[13].support, 4);
  EXPECT_EQ(metrics.calibration[13].right, 4);
  EXPECT_EQ(metrics.calibration[0].support, 0);
}

TEST(ProbabilityMetrics, ARowOfWeightKCountsAsKRows) {
  const Metrics weighted = binary_metrics({1, 0, 1, 0}, {0.9, 0.8, 0.6, 0.6}, {1, 2, 3, 1});
  const Metrics repeated = binary_metrics({1, 0, 0, 1, 1, 1, 0}, {0.9, 0.8, 0.8, 0.6, 0.6, 0.6, 0.6});
  EXPECT_DOUBLE_EQ(*weighted.log_loss, *repeated.log_loss);
  EXPECT_DOUBLE_EQ(*weighted.brier, *repeated.brier);
  EXPECT_DOUBLE_EQ(*weighted.auc, *repeated.auc);
  EXPECT_DOUBLE_EQ(*weighted.average_precision, *repeated.average_precision);
  EXPECT_DOUBLE_EQ(*weighted.calibration_error, *repeated.calibration_error);
}

// Class 0 is perfectly separated (1), class 1 half: 0.5 > 0.2 but not 0.1 > 0.2. Class 2 has no rows and no
// area.
TEST(ProbabilityMetrics, TheAreaOfClassesIsTheMeanOverThoseThatOccur) {
  const Classes truth = {0, 1, 1};
  std::vector<double> p = {0.8, 0.2, 0.0,  //
                           0.1, 0.5, 0.4,  //
                           0.1, 0.1, 0.8};
  Metrics metrics{.task = Task::classes, .rows = 3};
  add_probability_metrics(metrics, truth, {p.data(), 3, 3});
  EXPECT_DOUBLE_EQ(*metrics.auc, (1 + 0.5) / 2);
  EXPECT_FALSE(metrics.average_precision);
  EXPECT_DOUBLE_EQ(*metrics.brier, (0.04 + 0.04 + 0.01 + 0.25 + 0.16 + 0.01 + 0.81 + 0.64) / 3);
}

TEST(ProbabilityMetrics, NothingIsSaidOfNumbersThatAreNotFinite) {
  const Metrics metrics = binary_metrics({1, 0}, {0.5, std::numeric_limits<double>::quiet_NaN()});
  EXPECT_FALSE(metrics.log_loss || metrics.brier || metrics.auc || metrics.average_precision ||
               metrics.calibration_error);
}

}  // namespace
}  // namespace chainrule
