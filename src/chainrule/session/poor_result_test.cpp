#include "chainrule/session/poor_result.h"

#include <gtest/gtest.h>

#include <string>
#include "support/flag.h"

namespace chainrule {
namespace {

using testing_support::flag;

// Two classes of equal size; the accuracies are given.
Metrics metrics(double accuracy, std::uint64_t rows) {
  const auto half = static_cast<double>(rows) / 2;
  return {.task = Task::binary,
          .rows = rows,
          .accuracy = accuracy,
          .per_class = {{.support = half}, {.support = half}}};
}

TrainOutcome outcome_with(double on_training, double held_out, std::uint64_t rows = 100) {
  TrainOutcome outcome;
  outcome.training = metrics(on_training, 400);
  outcome.held_out = metrics(held_out, rows);
  outcome.baseline = metrics(0.5, rows);
  outcome.history.epochs.resize(30);
  outcome.history.best_epoch = 10;
  outcome.history.stop_reason = StopReason::no_improvement;
  return outcome;
}

std::string note(const TrainOutcome& outcome, const PoorResultFacts& facts = {}) {
  const std::optional<Message> found = note_on_poor_result(outcome, facts);
  return found ? found->text(Face::command_line) : "";
}

TEST(PoorResult, AResultBetterThanTheBaselineHasNoNote) {
  EXPECT_EQ(note(outcome_with(0.9, 0.51)), "");
  TrainOutcome outcome = outcome_with(0.9, 0.4);
  outcome.held_out.reset();
  EXPECT_EQ(note(outcome), "");
}

TEST(PoorResult, RowsLearnedByHeartAreTheReason) {
  const std::string text = note(outcome_with(0.99, 0.5));
  EXPECT_NE(text.find("on the training rows it is better (accuracy 0.99)"), std::string::npos) << text;
  EXPECT_EQ(text.find(flag("seed")), std::string::npos) << text;
}

TEST(PoorResult, ALossThatFallsOnTheTrainingRowsAloneIsTheReason) {
  TrainOutcome outcome = outcome_with(0.5, 0.5);
  for (std::size_t i = 0; i < 30; ++i)
    outcome.history.epochs[i].training_loss = 1.0 / static_cast<double>(i + 1);
  const std::string text = note(outcome);
  EXPECT_NE(text.find("after epoch 10 the loss kept falling on the training rows"), std::string::npos)
      << text;
  EXPECT_EQ(text.find(flag("seed")), std::string::npos) << text;
}

TEST(PoorResult, EqualInputsWithOtherTargetsAreTheReason) {
  const std::string text = note(outcome_with(0.6, 0.5), {.contradictions = 200});
  EXPECT_NE(text.find("200 of the 400 training rows have the inputs of another row"), std::string::npos)
      << text;
}

TEST(PoorResult, AnEndBeforeTheBestEpochIsTheReason) {
  TrainOutcome outcome = outcome_with(0.5, 0.5);
  outcome.history.best_epoch = 30;
  outcome.history.stop_reason = StopReason::iteration_limit;
  EXPECT_NE(note(outcome).find("use more --epochs"), std::string::npos);
}

TEST(PoorResult, RowsThatWereNotLearnedAreTheReason) {
  const std::string text = note(outcome_with(0.5, 0.5, 20));
  EXPECT_NE(text.find("on the 20 held-out rows, too few to be sure,"), std::string::npos) << text;
  EXPECT_NE(text.find("nor is it on the training rows (accuracy 0.5): if it is with another --seed"),
            std::string::npos)
      << text;
  EXPECT_NE(note(outcome_with(0.5, 0.5), {.model = ModelType::rbf}).find(flag("centres")), std::string::npos);
}

}  // namespace
}  // namespace chainrule
