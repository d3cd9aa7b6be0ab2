#include "chainrule/train/no_progress.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace chainrule {
namespace {

EpochReport loss(double value) {
  return {.training_loss = value};
}

EpochReport score(double value) {
  return {.training_loss = 1, .validation_score = value};
}

// The lowest loss counts, not that of the last epoch with progress: 0.95 and 0.9 each miss the tolerance, and
// 0.85 is compared with 0.9.
TEST(NoProgress, AnEpochIsMeasuredAgainstTheLowestLossSoFar) {
  const NoProgressOptions options{.epochs = 2, .tolerance = 0.1};
  NoProgressMemory memory;
  double rate = 1;
  const double losses[] = {1, 0.95, 0.9, 0.85};
  const std::uint64_t counts[] = {0, 1, 2, 3};
  for (int i = 0; i < 4; ++i) {
    const NoProgressVerdict verdict = watch_progress(options, loss(losses[i]), memory, rate);
    EXPECT_EQ(memory.epochs, counts[i]);
    EXPECT_EQ(verdict.ends_training, i == 3);
  }
  EXPECT_EQ(memory.lowest_loss, 0.85);
  EXPECT_EQ(rate, 1);
}

TEST(NoProgress, AScoreThatIsNotANumberIsNoProgress) {
  const NoProgressOptions options{.watched = Watched::validation_score, .epochs = 1};
  NoProgressMemory memory;
  double rate = 1;
  EXPECT_TRUE(watch_progress(options, score(0.5), memory, rate).has_highest_score);
  const NoProgressVerdict equal = watch_progress(options, score(0.5), memory, rate);
  EXPECT_FALSE(equal.has_highest_score);
  EXPECT_EQ(memory.epochs, 0u);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(watch_progress(options, score(nan), memory, rate).ends_training);
  EXPECT_TRUE(watch_progress(options, score(nan), memory, rate).ends_training);
  EXPECT_EQ(memory.highest_score, 0.5);
}

TEST(NoProgress, TheLearningRateFallsUntilItIsTooSmall) {
  const NoProgressOptions options{.epochs = 0, .rate_divisor = 5, .lowest_rate = 0.01};
  NoProgressMemory memory;
  double rate = 0.2;
  watch_progress(options, loss(1), memory, rate);
  for (const double expected : {0.2 / 5, 0.2 / 5 / 5}) {
    EXPECT_FALSE(watch_progress(options, loss(2), memory, rate).ends_training);
    EXPECT_EQ(rate, expected);
    EXPECT_EQ(memory.epochs, 0u);
  }
  EXPECT_TRUE(watch_progress(options, loss(2), memory, rate).ends_training);
}

TEST(NoProgress, AnInfiniteNumberOfEpochsNeverEnds) {
  NoProgressMemory memory;
  double rate = 1;
  for (int i = 0; i < 100; ++i)
    EXPECT_FALSE(watch_progress({}, loss(1 + i), memory, rate).ends_training);
}

}  // namespace
}  // namespace chainrule
