#include "chainrule/train/epoch_outputs.h"

#include <gtest/gtest.h>

#include "chainrule/base/error.h"

namespace chainrule {
namespace {

TEST(RecordedEpochs, AreAllAtFirstAndThenSoManyInEachDoubling) {
  const RecordedEpochs epochs(8);
  EXPECT_EQ(epochs.count(16), 16u);
  EXPECT_EQ(epochs.count(32) - epochs.count(16), 8u);
  EXPECT_EQ(epochs.count(1024) - epochs.count(512), 8u);
  EXPECT_FALSE(epochs.contains(0));
  EXPECT_FALSE(epochs.contains(17));
  EXPECT_TRUE(epochs.contains(18));
  EXPECT_TRUE(epochs.contains(36));
  EXPECT_FALSE(epochs.contains(34));
}

TEST(RecordedEpochs, TheNearestIsCloseToTheEpoch) {
  const RecordedEpochs epochs(8);
  for (std::uint64_t epoch = 1; epoch <= 2000; ++epoch) {
    const std::uint64_t nearest = epochs.nearest(epoch, 5000);
    EXPECT_TRUE(epochs.contains(nearest));
    const std::uint64_t distance = nearest > epoch ? nearest - epoch : epoch - nearest;
    EXPECT_LE(16 * distance, epoch);
  }
  EXPECT_EQ(epochs.nearest(17, 100), 16u) << "of 16 and 18 the earlier one";
  EXPECT_EQ(epochs.nearest(35, 100), 36u);
}

TEST(RecordedEpochs, TheNearestIsNotAfterTheLast) {
  const RecordedEpochs epochs(4);
  EXPECT_EQ(epochs.nearest(300, 9), 8u);
  EXPECT_EQ(epochs.nearest(300, 1), 1u);
  EXPECT_EQ(epochs.nearest(11, 11), 10u) << "12 is nearer, but was not reached";
}

TEST(RecordedEpochs, ADoublingIsDividedByAPowerOfTwo) {
  EXPECT_THROW(RecordedEpochs(0), UsageError);
  EXPECT_THROW(RecordedEpochs(6), UsageError);
}

}  // namespace
}  // namespace chainrule
