#include "chainrule/train/early_stopping.h"

#include <gtest/gtest.h>

#include <vector>

namespace chainrule {
namespace {

struct Outcome {
  std::optional<StopReason> reason;
  std::uint64_t epochs = 0;
  std::uint64_t best_epoch = 0;
};

// Feeds losses epoch by epoch until the rule stops; a tenth of a second each.
Outcome run(const StoppingOptions& options, const std::vector<double>& training,
            const std::vector<double>& validation = {}) {
  StoppingRule rule(options);
  Outcome result;
  for (std::size_t i = 0; i < training.size() && !result.reason; ++i) {
    EpochReport report{.epoch = i + 1, .training_loss = training[i]};
    if (!validation.empty()) report.validation_loss = validation[i];
    result.reason = rule.observe(report, 0.1 * static_cast<double>(i + 1));
    result.epochs = i + 1;
  }
  result.best_epoch = rule.best_epoch();
  return result;
}

TEST(Stopping, IterationLimit) {
  const Outcome result = run({.epochs = 3}, {5, 4, 3, 2});
  EXPECT_EQ(result.reason, StopReason::iteration_limit);
  EXPECT_EQ(result.epochs, 3u);
}

TEST(Stopping, SmallChangeBetweenTwoEpochs) {
  const Outcome result = run({.small_change = 0.1}, {5, 4, 3.95, 1});
  EXPECT_EQ(result.reason, StopReason::small_change);
  EXPECT_EQ(result.epochs, 3u);
}

TEST(Stopping, ErrorBelowTheGoal) {
  const Outcome result = run({.error_goal = 0.01}, {5, 0.5, 0.01, 0.001});
  EXPECT_EQ(result.reason, StopReason::error_goal);
  EXPECT_EQ(result.epochs, 3u);
}

TEST(Stopping, NoImprovementOnValidationRemembersTheBestEpoch) {
  const Outcome result = run({.patience = 2}, {5, 4, 3, 2, 1}, {1.0, 0.8, 0.9, 0.85, 0.7});
  EXPECT_EQ(result.reason, StopReason::no_improvement);
  EXPECT_EQ(result.epochs, 4u);
  EXPECT_EQ(result.best_epoch, 2u);
}

TEST(Stopping, AnImprovementMustBeLargeEnough) {
  EXPECT_EQ(run({.patience = 2, .min_improvement = 0.1}, {1, 0.95, 0.92, 0.5}).epochs, 3u);
}

TEST(Stopping, TimeBudget) {
  const Outcome result = run({.time_budget_seconds = 0.15}, {5, 4, 3});
  EXPECT_EQ(result.reason, StopReason::time_budget);
  EXPECT_EQ(result.epochs, 2u);
}

TEST(Stopping, NothingStopsWithoutARule) {
  EXPECT_FALSE(run({.epochs = 100}, {1, 1, 1}).reason.has_value());
}

}  // namespace
}  // namespace chainrule
