#include "chainrule/train/accuracy.h"

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
  EXPECT_EQ(metrics.confusion, (std::vector<std::vector<double>>{{2, 1, 0}, {0, 2, 0}, {1, 0, 0}}));
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
  // Label 1: yes 2 of 2, no 0 of 1. Label 2: yes 1 of 2, no 1 of 1.
  EXPECT_DOUBLE_EQ(metrics.balanced_accuracy, ((1 + 0.0) / 2 + (0.5 + 1) / 2) / 2);
  EXPECT_DOUBLE_EQ(metrics.macro_f1, (0.8 + 2.0 / 3) / 2);
}

TEST(MultiLabelMetrics, AModelThatAlwaysSaysYesIsBalancedAtOneHalf) {
  const std::vector<double> outputs(12, 0.9), targets = {1, 0, 0, 1, 1, 1, 0, 0, 1, 1, 0, 0};
  const Metrics metrics = multi_label_metrics<double>({outputs.data(), 6, 2}, {targets.data(), 6, 2});
  EXPECT_DOUBLE_EQ(metrics.balanced_accuracy, 0.5);
  // Where every row says yes, there is no no to miss.
  const std::vector<double> all_yes(4, 1);
  EXPECT_EQ(multi_label_metrics<double>({outputs.data(), 4, 1}, {all_yes.data(), 4, 1}).balanced_accuracy, 1);
  // A label that neither occurs nor is predicted has the f1 0.
  const std::vector<double> never(4, 0.1), no(4, 0);
  const Metrics silent = multi_label_metrics<double>({never.data(), 4, 1}, {no.data(), 4, 1});
  EXPECT_EQ(silent.balanced_accuracy, 1);
  EXPECT_EQ(silent.macro_f1, 0);
}

// A row of weight k is as the row k times, in every number.
TEST(Accuracy, AWeightOfKIsAsTheRowKTimes) {
  const std::vector<std::uint32_t> truth = {0, 1, 2, 1, 0}, predicted = {0, 2, 2, 1, 1};
  const std::vector<double> weights = {3, 1, 2, 5, 4};
  std::vector<std::uint32_t> all_truth, all_predicted;
  for (std::size_t r = 0; r < truth.size(); ++r) {
    all_truth.insert(all_truth.end(), static_cast<std::size_t>(weights[r]), truth[r]);
    all_predicted.insert(all_predicted.end(), static_cast<std::size_t>(weights[r]), predicted[r]);
  }
  const Metrics weighted = classification_metrics(Task::classes, truth, predicted, 3, weights);
  const Metrics repeated = classification_metrics(Task::classes, all_truth, all_predicted, 3);
  EXPECT_EQ(weighted.rows, 5u);
  EXPECT_EQ(weighted.total(), 15);
  EXPECT_EQ(weighted.accuracy, repeated.accuracy);
  EXPECT_EQ(weighted.balanced_accuracy, repeated.balanced_accuracy);
  EXPECT_EQ(weighted.macro_f1, repeated.macro_f1);
  EXPECT_EQ(weighted.confusion, repeated.confusion);
  EXPECT_EQ(weighted.per_class[1].support, 6);
}

TEST(Accuracy, LabelsAreWeighedByRow) {
  const std::vector<double> outputs = {0.9, 0.1, 0.2, 0.8}, targets = {1, 0, 1, 1};
  const std::vector<double> weights = {3, 1};
  const Metrics metrics =
      multi_label_metrics<double>({outputs.data(), 2, 2}, {targets.data(), 2, 2}, weights);
  EXPECT_DOUBLE_EQ(metrics.accuracy, 7.0 / 8);
  EXPECT_DOUBLE_EQ(metrics.exact_match, 3.0 / 4);
  EXPECT_DOUBLE_EQ(metrics.per_class[0].recall, 3.0 / 4);
}

}  // namespace
}  // namespace chainrule
