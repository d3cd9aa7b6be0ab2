#include "chainrule/session/time_left.h"

#include <gtest/gtest.h>

namespace chainrule {
namespace {

// Costs 1, 1 and 4; at most 10 epochs.
TEST(TimeLeft, CountsEpochsByTheirCost) {
  TimeLeft time({1, 1, 4}, 10);
  EXPECT_EQ(time.at_most(3), 0) << "nothing is known before the first epoch";
  time.at_epoch(0, 1);
  time.at_epoch(1, 1);
  // 2 s for a cost of 2; left are 9 + 9 + 40.
  EXPECT_DOUBLE_EQ(time.at_most(2), 58);
  EXPECT_EQ(time.expected(2), 0) << "no network has ended";
  for (std::uint64_t epoch = 2; epoch <= 6; ++epoch)
    time.at_epoch(0, epoch);
  time.end(0, 6);
  // 7 s for a cost of 7. Until epoch 6: 5 for the second, 24 for the third. Until epoch 10: 9 and 40.
  EXPECT_DOUBLE_EQ(time.expected(7), 29);
  EXPECT_DOUBLE_EQ(time.at_most(7), 49);
}

// Epochs of an earlier run took no time of this one.
TEST(TimeLeft, OfANetworkThatResumesCountsOnlyItsEpochsNow) {
  TimeLeft time({1}, 10);
  time.at_epoch(0, 6);
  EXPECT_DOUBLE_EQ(time.at_most(1), 4);
}

}  // namespace
}  // namespace chainrule
