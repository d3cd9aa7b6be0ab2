#include "chainrule/optim/schedule.h"

#include <gtest/gtest.h>

#include "chainrule/base/error.h"

namespace chainrule {
namespace {

// Ten steps per epoch, twenty epochs.
double rate_at(const ScheduleOptions& options, std::size_t step, const PlateauState& plateau = {}) {
  return learning_rate_at(0.1, with_defaults(options, 20), step, 10, 20, plateau);
}

TEST(Schedule, ConstantStaysTheSame) {
  EXPECT_EQ(rate_at({}, 0), 0.1);
  EXPECT_EQ(rate_at({}, 199), 0.1);
}

// decay 0.5 every 4 epochs: epochs 0-3 full, 4-7 half, 8-11 a quarter.
TEST(Schedule, StepFallsEveryPeriod) {
  const ScheduleOptions options{.kind = ScheduleKind::step, .decay = 0.5, .period = 4};
  EXPECT_DOUBLE_EQ(rate_at(options, 39), 0.1);
  EXPECT_DOUBLE_EQ(rate_at(options, 40), 0.05);
  EXPECT_DOUBLE_EQ(rate_at(options, 80), 0.025);
}

TEST(Schedule, ExponentialFallsEachEpoch) {
  const ScheduleOptions options{.kind = ScheduleKind::exponential, .decay = 0.9};
  EXPECT_DOUBLE_EQ(rate_at(options, 9), 0.1);
  EXPECT_NEAR(rate_at(options, 10), 0.09, 1e-16);
  EXPECT_NEAR(rate_at(options, 35), 0.0729, 1e-16);
}

// Half way the cosine is 0: half of what lies above the floor. At the end the floor is left.
TEST(Schedule, CosineEndsAtItsFloor) {
  const ScheduleOptions options{.kind = ScheduleKind::cosine, .floor = 0.2};
  EXPECT_NEAR(rate_at(options, 0), 0.1, 1e-15);
  EXPECT_NEAR(rate_at(options, 100), 0.1 * (0.2 + 0.8 / 2), 1e-15);
  EXPECT_NEAR(rate_at(options, 200), 0.02, 1e-15);
}

// Two epochs of ten steps: step s has (s + 1) / 20 of the rate.
TEST(Schedule, WarmUpRisesLinearlyThenHolds) {
  const ScheduleOptions options{.kind = ScheduleKind::warm_up, .warm_up = 2};
  EXPECT_NEAR(rate_at(options, 0), 0.005, 1e-16);
  EXPECT_NEAR(rate_at(options, 9), 0.05, 1e-16);
  EXPECT_NEAR(rate_at(options, 19), 0.1, 1e-16);
  EXPECT_EQ(rate_at(options, 20), 0.1);
}

TEST(Schedule, WarmUpCombinesWithAnyKind) {
  const ScheduleOptions options{.kind = ScheduleKind::cosine, .warm_up = 4};
  EXPECT_NEAR(rate_at(options, 0), 0.1 / 40, 1e-16);
  EXPECT_NEAR(rate_at(options, 40), 0.1, 1e-15);
  EXPECT_NEAR(rate_at(options, 120), 0.05, 1e-15);  // half way between epoch 4 and 20
}

TEST(Schedule, PlateauFallsAfterPatienceEpochsWithoutABetterLoss) {
  const ScheduleOptions options{.kind = ScheduleKind::plateau, .decay = 0.1, .patience = 2};
  PlateauState state;
  for (const double loss : {1.0, 0.5, 0.6})
    observe_epoch(options, loss, state);
  EXPECT_DOUBLE_EQ(rate_at(options, 30, state), 0.1);
  observe_epoch(options, 0.7, state);  // the second without improvement on 0.5
  EXPECT_NEAR(rate_at(options, 40, state), 0.01, 1e-17);
  observe_epoch(options, 0.4, state);
  observe_epoch(options, 0.45, state);
  EXPECT_EQ(state.reductions, 1u);
}

TEST(Schedule, ValuesOutOfRangeAreRefused) {
  EXPECT_THROW(validate_learning_rate(0), UsageError);
  EXPECT_THROW(validate_learning_rate(-1), UsageError);
  EXPECT_THROW(validate(ScheduleOptions{.decay = 1.5}), UsageError);
  EXPECT_THROW(validate(ScheduleOptions{.period = 0}), UsageError);
  EXPECT_THROW(validate(ScheduleOptions{.warm_up = -1}), UsageError);
  EXPECT_THROW(validate(ScheduleOptions{.floor = 2}), UsageError);
}

}  // namespace
}  // namespace chainrule
