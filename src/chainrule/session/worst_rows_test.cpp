#include "chainrule/session/worst_rows.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "chainrule/session/training.h"
#include "support/session_files.h"

namespace chainrule {
namespace {

using testing_support::file_of;
using testing_support::train_quietly;

Matrix<double> matrix_of(const std::vector<std::vector<double>>& rows) {
  Matrix<double> matrix(rows.size(), rows.front().size());
  for (std::size_t r = 0; r < rows.size(); ++r)
    std::ranges::copy(rows[r], matrix.row(r));
  return matrix;
}

TEST(WorstRows, AreThoseWhoseClassHadTheSmallestProbability) {
  Model model;
  model.encoder.target.task = Task::classes;
  Scored scored;
  scored.classes = {0, 1, 2, 0};
  scored.probabilities = matrix_of({{0.5, 0.25, 0.25}, {0.9, 0.1, 0}, {0.25, 0.25, 0.5}, {0.1, 0.2, 0.7}});
  const std::vector<WorstRow> worst = worst_rows(model, scored, 3);
  ASSERT_EQ(worst.size(), 3u);
  EXPECT_EQ(worst[0].row, 1u) << "0.1; of two equal ones the first";
  EXPECT_EQ(worst[1].row, 3u);
  EXPECT_EQ(worst[2].row, 0u);
  EXPECT_NEAR(worst[0].loss, -std::log(0.1), 1e-12);
  EXPECT_EQ(worst[1].true_class, 0u);
  EXPECT_EQ(worst[1].predicted_class, 2u);
  EXPECT_EQ(worst[1].true_probability, 0.1);
  EXPECT_EQ(worst[1].predicted_probability, 0.7);
  EXPECT_EQ(worst_rows(model, scored).size(), 4u);
}

TEST(WorstRows, OfTwoClassesThePredictionFollowsTheThreshold) {
  Model model;
  model.encoder.target.task = Task::binary;
  model.encoder.target.threshold = 0.2;
  Scored scored;
  scored.classes = {0};
  scored.probabilities = matrix_of({{0.7, 0.3}});
  const std::vector<WorstRow> worst = worst_rows(model, scored);
  ASSERT_EQ(worst.size(), 1u);
  EXPECT_EQ(worst[0].predicted_class, 1u);
  EXPECT_EQ(worst[0].predicted_probability, 0.3);
}

// Pinball losses 0.1 * 5 + 0.1 * 3 = 0.8, and 0.9 * 2 + 0.1 * 1 = 1.9.
TEST(WorstRows, OfQuantilesHaveTheLargestPinballLoss) {
  Model model;
  model.encoder.target.task = Task::regression;
  model.encoder.target.quantiles = {0.1, 0.9};
  Scored scored;
  scored.truth = matrix_of({{5}, {5}});
  scored.predicted = matrix_of({{0, 8}, {4, 3}});
  const std::vector<WorstRow> worst = worst_rows(model, scored);
  ASSERT_EQ(worst.size(), 2u);
  EXPECT_EQ(worst[0].row, 1u);
  EXPECT_NEAR(worst[0].loss, 1.9 / 2, 1e-12);
  EXPECT_NEAR(worst[1].loss, 0.8 / 2, 1e-12);
  EXPECT_EQ(worst[1].predicted, (std::vector<double>{0, 8}));
}

// The errors are 3, 2 and nan; 10 in a target of deviation 100 counts as 0.1.
TEST(WorstRows, OfNumbersHaveTheLargestErrors) {
  Model model;
  model.encoder.target.task = Task::regression;
  model.encoder.target.factor = {1, 0.01};
  Scored scored;
  scored.truth = matrix_of({{1, 0}, {1, 0}, {1, 0}});
  scored.predicted = matrix_of({{3, 10}, {4, 0}, {std::nan(""), 0}});
  const std::vector<WorstRow> worst = worst_rows(model, scored);
  ASSERT_EQ(worst.size(), 2u);
  EXPECT_EQ(worst[0].row, 1u);
  EXPECT_EQ(worst[0].loss, 4.5);
  EXPECT_NEAR(worst[1].loss, (4 + 0.01) / 2, 1e-12);
  EXPECT_EQ(worst[1].predicted, (std::vector<double>{3, 10}));
}

TEST(WorstRows, OfLabelsAreSurprisedByEachLabel) {
  Model model;
  model.encoder.target.task = Task::multi_label;
  Scored scored;
  scored.labels = matrix_of({{1, 0}, {1, 1}});
  scored.probabilities = matrix_of({{0.5, 0.5}, {0.5, 0.25}});
  const std::vector<WorstRow> worst = worst_rows(model, scored);
  ASSERT_EQ(worst.size(), 2u);
  EXPECT_EQ(worst[0].row, 1u);
  EXPECT_NEAR(worst[0].loss, -(std::log(0.5) + std::log(0.25)) / 2, 1e-12);
}

// One row of a clear table has the other class: its line is found, out of fold and held out.
TEST(WorstRows, AreFoundInTheFile) {
  std::string text = "x,y\n\n";
  for (int r = 0; r < 120; ++r)
    text += std::to_string(r * 7 % 120) + (((r * 7 % 120) < 60) != (r == 50) ? ",low\n" : ",high\n");
  TrainRequest request;
  request.data.path = file_of("t.csv", text);
  request.schema.targets = {"y"};
  request.members = 4;
  request.hidden = {8};
  request.stopping = {.epochs = 60, .patience = 20};
  request.optimizer.kind = Optimizer::adam;
  request.learning_rate = 0.02;
  request.reasons = MeasureReasons::yes;
  const TrainOutcome outcome = train_quietly(request);
  ASSERT_FALSE(outcome.reasons->worst_rows.empty());
  const WorstRow& worst = outcome.reasons->worst_rows.front();
  EXPECT_EQ(worst.row, 50u);
  EXPECT_EQ(worst.line, 53u) << "after the header and a blank line";
  EXPECT_NE(worst.true_class, worst.predicted_class);
  EXPECT_NE(outcome.reasons->worst_rows_file.find("t.csv"), std::string::npos);
}

}  // namespace
}  // namespace chainrule
