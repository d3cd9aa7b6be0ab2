#include "chainrule/train/metrics.h"

#include <gtest/gtest.h>

namespace chainrule {
namespace {

// truth     0 0 0 1 1 2
// predicted 0 0 1 1 1 0
// class 0: 2 of 3 found, 2 of 3 calls right; class 1: 2 of 2, 2 of 3; class 2: 0 of 1, 0 calls
TEST(ClassificationMetrics, MatchAHandCount) {
  const std::vector<std::uint32_t> truth = {0, 0, 0, 1, 1, 2}, predicted = {0, 0, 1, 1, 1, 0};
  const Metrics metrics = classification_metrics(Task::classes, truth, predicted, 3);
  EXPECT_DOUBLE_EQ(metrics.accuracy, 4.0 / 6);
  EXPECT_DOUBLE_EQ(metrics.balanced_accuracy, (2.0 / 3 + 1 + 0) / 3);
  EXPECT_DOUBLE_EQ(metrics.per_class[0].precision, 2.0 / 3);
  EXPECT_DOUBLE_EQ(metrics.per_class[1].recall, 1);
  EXPECT_DOUBLE_EQ(metrics.per_class[1].f1, 0.8);  // 2 * 2 / (3 + 2)
  EXPECT_EQ(metrics.per_class[2].f1, 0);
  EXPECT_DOUBLE_EQ(metrics.macro_f1, (4.0 / 6 + 0.8 + 0) / 3);
  EXPECT_EQ(metrics.confusion, (std::vector<std::vector<std::uint64_t>>{{2, 1, 0}, {0, 2, 0}, {1, 0, 0}}));
  EXPECT_EQ(headline(metrics).first, "accuracy");
}

TEST(ClassificationMetrics, ClassesThatNeverOccurDoNotCount) {
  const std::vector<std::uint32_t> truth = {0, 1}, predicted = {0, 1};
  const Metrics metrics = classification_metrics(Task::classes, truth, predicted, 5);
  EXPECT_EQ(metrics.balanced_accuracy, 1);
  EXPECT_EQ(metrics.macro_f1, 1);
}

TEST(ClassificationMetrics, ManyClassesAreCountedWithoutAMatrix) {
  const std::uint32_t classes = kMostConfusionClasses + 1;
  const std::vector<std::uint32_t> truth = {0, 1, classes - 1, classes - 1};
  const std::vector<std::uint32_t> predicted = {0, 0, classes - 1, 1};
  const Metrics metrics = classification_metrics(Task::classes, truth, predicted, classes);
  EXPECT_TRUE(metrics.confusion.empty());
  EXPECT_EQ(metrics.per_class.size(), classes);
  EXPECT_EQ(metrics.accuracy, 0.5);
  EXPECT_EQ(metrics.balanced_accuracy, 0.5);        // recalls 1, 0, 1/2
  EXPECT_EQ(metrics.per_class[0].precision, 0.5);   // called so twice, right once
  EXPECT_EQ(metrics.per_class.back().recall, 0.5);  // two rows, one found
  EXPECT_NEAR(metrics.macro_f1, (2.0 / 3 + 0 + 2.0 / 3) / 3, 1e-15);
}

TEST(PredictedClasses, BinaryHasItsThresholdAtOneHalfAndClassesTakeTheFirstOfEquals) {
  const std::vector<float> binary = {0.49f, 0.5f, 0.9f}, classes = {0.2f, 0.4f, 0.4f, 0.5f, 0.3f, 0.2f};
  EXPECT_EQ(predicted_classes<float>(Task::binary, {binary.data(), 3, 1}),
            (std::vector<std::uint32_t>{0, 1, 1}));
  EXPECT_EQ(predicted_classes<float>(Task::classes, {classes.data(), 2, 3}),
            (std::vector<std::uint32_t>{1, 0}));
}

// labels     (1,0) (0,1) (1,1);  outputs yes where >= 0.5: (1,0) (1,1) (1,0): 4 of 6 single labels,
// 1 of 3 rows
TEST(MultiLabelMetrics, CountSingleLabelsAndWholeRows) {
  const std::vector<double> outputs = {0.9, 0.1, 0.6, 0.7, 0.5, 0.2}, targets = {1, 0, 0, 1, 1, 1};
  const Metrics metrics = multi_label_metrics<double>({outputs.data(), 3, 2}, {targets.data(), 3, 2});
  EXPECT_DOUBLE_EQ(metrics.accuracy, 4.0 / 6);
  EXPECT_DOUBLE_EQ(metrics.exact_match, 1.0 / 3);
  EXPECT_DOUBLE_EQ(metrics.per_class[0].precision, 2.0 / 3);
  EXPECT_DOUBLE_EQ(metrics.per_class[1].recall, 0.5);
}

// errors 1, -1, 2, 0 about targets 1, 2, 3, 4 (mean 2.5, total 5): mse 6/4, mae 1, r2 = 1 - 6/5
TEST(RegressionMetrics, MatchAHandCalculation) {
  const std::vector<double> predicted = {2, 1, 5, 4}, truth = {1, 2, 3, 4};
  const Metrics metrics = regression_metrics({predicted.data(), 4, 1}, {truth.data(), 4, 1});
  EXPECT_DOUBLE_EQ(metrics.rmse, 1.2247448713915889);
  EXPECT_DOUBLE_EQ(metrics.mae, 1);
  EXPECT_NEAR(metrics.r2, -0.2, 1e-15);
  EXPECT_EQ(headline(metrics).first, "r2");
}

TEST(RegressionMetrics, SeveralTargetsAreAveragedAndListed) {
  const std::vector<double> predicted = {1, 10, 2, 30}, truth = {1, 10, 2, 20};
  const Metrics metrics = regression_metrics({predicted.data(), 2, 2}, {truth.data(), 2, 2});
  EXPECT_EQ(metrics.r2_per_target[0], 1);
  EXPECT_DOUBLE_EQ(metrics.r2_per_target[1], -1);  // 1 - 100 / 50
  EXPECT_DOUBLE_EQ(metrics.r2, 0);
}

TEST(RegressionMetrics, AConstantTargetIsOneWhenMetAndZeroElse) {
  const std::vector<double> exact = {3, 3}, off = {3, 4}, truth = {3, 3};
  EXPECT_EQ(regression_metrics({exact.data(), 2, 1}, {truth.data(), 2, 1}).r2, 1);
  EXPECT_EQ(regression_metrics({off.data(), 2, 1}, {truth.data(), 2, 1}).r2, 0);
  // The mean of such numbers may be rounded: equal numbers do not vary all the same.
  const std::vector<double> tenths(6, 0.1), elevenths(6, 0.11);
  EXPECT_EQ(regression_metrics({elevenths.data(), 6, 1}, {tenths.data(), 6, 1}).r2, 0);
}

}  // namespace
}  // namespace chainrule
