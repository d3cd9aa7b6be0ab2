#include "chainrule/session/settle_threshold.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "chainrule/base/error.h"
#include "chainrule/base/random.h"
#include "chainrule/base/text.h"
#include "chainrule/io/model_file.h"
#include "chainrule/session/prediction.h"
#include "support/session_files.h"
#include "support/test_tables.h"

namespace chainrule {
namespace {

using testing_support::example;
using testing_support::file_of;
using testing_support::report_of;
using testing_support::train_quietly;

// One row in eight is "yes", with a probability that grows with x.
std::string rare_rows() {
  std::string text = "x,z,y\n";
  for (std::uint64_t r = 0; r < 600; ++r) {
    const double x = random_uniform({.seed = 11}, 3 * r), z = random_uniform({.seed = 11}, 3 * r + 1);
    const bool is_yes = random_uniform({.seed = 11}, 3 * r + 2) < 0.45 * x * x;
    text += format_number(x) + "," + format_number(z) + (is_yes ? ",yes\n" : ",no\n");
  }
  return text;
}

TrainRequest rare(ThresholdRequest threshold) {
  TrainRequest request;
  request.data.path = file_of("t.csv", rare_rows());
  request.hidden = {4};
  request.stopping = {.epochs = 30, .patience = 10};
  request.threshold = threshold;
  return request;
}

double f1_of_yes(const Metrics& metrics) {
  return metrics.per_class[1].f1;
}

bool is_noted(const TrainOutcome& outcome, const std::string& part) {
  return std::ranges::any_of(
      outcome.notes, [&](const Message& note) { return note.text().find(part) != std::string::npos; });
}

TEST(SettleThreshold, TheRareClassIsFoundMoreOften) {
  const TrainOutcome usual = train_quietly(rare({})), best = train_quietly(rare({.goal = ThresholdGoal::f1}));
  EXPECT_EQ(usual.model.encoder.target.threshold, 0.5);
  ASSERT_TRUE(best.threshold);
  EXPECT_EQ(best.model.encoder.target.threshold, best.threshold->threshold);
  EXPECT_LT(best.threshold->threshold, 0.5);
  // The score of the held-out rows is that of the threshold, and the parameters are the same.
  EXPECT_DOUBLE_EQ(f1_of_yes(*best.held_out), best.threshold->score);
  EXPECT_DOUBLE_EQ(f1_of_yes(*usual.held_out), best.threshold->score_at_usual);
  EXPECT_GT(best.threshold->score, best.threshold->score_at_usual);
  EXPECT_EQ(*best.held_out->auc, *usual.held_out->auc);
  EXPECT_EQ(best.held_out->loss, usual.held_out->loss);
  EXPECT_EQ(best.model.parameters, usual.model.parameters);
  EXPECT_TRUE(is_noted(best, "These rows chose it"));
}

TEST(SettleThreshold, AMixtureChoosesItOnRowsOutOfFold) {
  TrainRequest request = rare({.goal = ThresholdGoal::balanced_accuracy});
  request.members = 3;
  const TrainOutcome outcome = train_quietly(request);
  ASSERT_TRUE(outcome.threshold);
  EXPECT_EQ(outcome.held_out->rows, 600u);
  EXPECT_DOUBLE_EQ(outcome.held_out->balanced_accuracy, outcome.threshold->score);
  EXPECT_TRUE(is_noted(outcome, "the rows out of fold"));
}

TEST(SettleThreshold, PredictionsAndScoresFollowTheModelsThreshold) {
  const TrainRequest request = rare({.given = 0.2});
  const TrainOutcome outcome = train_quietly(request);
  const Model model = model_from_bytes(model_to_bytes(outcome.model), "m");
  EXPECT_EQ(model.encoder.target.threshold, 0.2);
  const Table table = first_rows(real_file_system(), model, request.data, 600);
  const Predictions predictions = predict_table({}, model, table);
  std::size_t yes = 0, between = 0;
  for (std::size_t r = 0; r < 600; ++r) {
    const double p = predictions.values(r, 1);
    EXPECT_EQ(predictions.classes[r], p >= 0.2 ? 1u : 0u);
    if (p >= 0.2) ++yes;
    if (p >= 0.2 && p < 0.5) ++between;
  }
  EXPECT_GT(between, 20u);
  const Evaluation evaluation = evaluate_file(real_file_system(), {}, model, request.data);
  EXPECT_EQ(evaluation.metrics.confusion[0][1] + evaluation.metrics.confusion[1][1],
            static_cast<double>(yes));

  Model overridden = model;
  override_threshold(0.5, overridden);
  EXPECT_LT(f1_of_yes(evaluate_file(real_file_system(), {}, overridden, request.data).metrics),
            f1_of_yes(evaluation.metrics));
}

TEST(SettleThreshold, TheUsualOneIsNotWrittenAndAnOldFileHasIt) {
  const Model model = train_quietly(rare({})).model;
  const std::string bytes = model_to_bytes(model);
  EXPECT_EQ(bytes.find("threshold"), std::string::npos);
  EXPECT_EQ(model_from_bytes(bytes, "m").encoder.target.threshold, 0.5);
}

TEST(SettleThreshold, RequestsThatMakeNoSenseAreRefusedBeforeTraining) {
  const auto refusal = [](TrainRequest request) {
    return report_of<UsageError>([&] { train_quietly(request); });
  };
  TrainRequest classes = testing_support::penguins();
  classes.threshold.given = 0.3;
  EXPECT_EQ(refusal(classes).what, "a threshold is for the probability of one of two classes");
  EXPECT_EQ(refusal(classes).got, "task classes");
  TrainRequest numbers;
  numbers.data.path = example("diabetes.csv");
  numbers.threshold.goal = ThresholdGoal::f1;
  EXPECT_EQ(refusal(numbers).got, "task regression");
  TrainRequest perceptron = rare({.given = 0.3});
  perceptron.model = ModelType::perceptron;
  EXPECT_NE(refusal(perceptron).what.find("a perceptron says yes or no"), std::string::npos);
  TrainRequest alone = rare({.goal = ThresholdGoal::mcc});
  alone.validation_share = 0;
  EXPECT_NE(refusal(alone).what.find("no rows are held out"), std::string::npos);
  EXPECT_NE(refusal(alone).advice.find(".validation_share"), std::string::npos);
  EXPECT_NE(refusal(rare({.given = 0.3, .goal = ThresholdGoal::f1})).what, "");
  EXPECT_NE(refusal(rare({.given = 1.0})).what.find("out of range"), std::string::npos);
  EXPECT_NE(refusal(rare({.goal = ThresholdGoal::cost, .cost_of_false_yes = 0, .cost_of_false_no = 0})).what,
            "");
}

// A model that misses no one: a missed "yes" costs a hundred times a false alarm.
TEST(SettleThreshold, CostsMoveIt) {
  const TrainOutcome careful =
      train_quietly(rare({.goal = ThresholdGoal::cost, .cost_of_false_yes = 1, .cost_of_false_no = 100}));
  const TrainOutcome strict =
      train_quietly(rare({.goal = ThresholdGoal::cost, .cost_of_false_yes = 100, .cost_of_false_no = 1}));
  EXPECT_LT(careful.threshold->threshold, 0.2);
  EXPECT_GE(strict.threshold->threshold, 0.5);
  EXPECT_GT(careful.held_out->per_class[1].recall, 0.9);
}

}  // namespace
}  // namespace chainrule
