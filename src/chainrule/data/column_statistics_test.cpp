#include "chainrule/data/column_statistics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace chainrule {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

TEST(NumericStatistics, OfATextbookExample) {
  // Sum 40 over 8 values; squared deviations 9+1+1+1+0+0+4+16 = 32, over 8 = 4.
  const std::vector<double> values = {2, 4, 4, 4, 5, 5, 7, 9};
  const NumericStatistics s = numeric_statistics(values);
  EXPECT_EQ(s.present, 8u);
  EXPECT_EQ(s.minimum, 2);
  EXPECT_EQ(s.maximum, 9);
  EXPECT_EQ(s.mean, 5);
  EXPECT_EQ(s.standard_deviation, 2);
}

TEST(NumericStatistics, LeaveOutMissingCellsAndOtherRows) {
  // Rows 0, 1, 3: 1, missing, 5. Mean 3, deviations -2 and 2.
  const std::vector<double> values = {1, kMissing, 1000, 5};
  const std::vector<std::uint32_t> rows = {0, 1, 3};
  const NumericStatistics s = numeric_statistics(values, rows);
  EXPECT_EQ(s.present, 2u);
  EXPECT_EQ(s.mean, 3);
  EXPECT_EQ(s.standard_deviation, 2);
  EXPECT_EQ(s.maximum, 5);
}

TEST(NumericStatistics, WithoutValuesAreZero) {
  const NumericStatistics s = numeric_statistics(std::vector<double>{kMissing, kMissing});
  EXPECT_EQ(s.present, 0u);
  EXPECT_EQ(s.mean, 0);
  EXPECT_EQ(s.standard_deviation, 0);
}

TEST(NumericStatistics, EqualValuesHaveDeviationZeroExactly) {
  // The rounded sum of 0.1 over n is not n times 0.1: for these counts sum / n differs from 0.1 in the last
  // bit or not.
  for (std::size_t n = 1; n < 200; ++n) {
    const NumericStatistics s = numeric_statistics(std::vector<double>(n, 0.1));
    ASSERT_EQ(s.mean, 0.1) << n;
    ASSERT_EQ(s.standard_deviation, 0) << n;
  }
}

TEST(NumericStatistics, NeitherHugeNorTinyValuesLeaveTheRange) {
  // Squares of 1e200 and of 1e-200 are outside double's range; mean and deviation are not. Two values at
  // distance 2d: deviation d.
  EXPECT_DOUBLE_EQ(numeric_statistics(std::vector<double>{1e200, 3e200}).standard_deviation, 1e200);
  EXPECT_DOUBLE_EQ(numeric_statistics(std::vector<double>{1e-200, 3e-200}).standard_deviation, 1e-200);
  const double tiny = std::numeric_limits<double>::denorm_min();
  EXPECT_EQ(numeric_statistics(std::vector<double>{0, 2 * tiny}).standard_deviation, tiny);
}

TEST(NumericStatistics, AreSummedInBlocksOf32AndATree) {
  // 2^53 + 1 rounds to 2^53, so a single chain over [2^53, 1 x 63] would lose every 1 and end at 2^53. In
  // blocks the first block loses its 31, the second gives 32 exactly: 2^53 + 32 over 64 = 2^47 + 0.5.
  std::vector<double> values(64, 1.0);
  values[0] = 0x1p53;
  EXPECT_EQ(numeric_statistics(values).mean, 0x1p47 + 0.5);
}

TEST(ColumnStatistics, AWeightOfKIsAsTheRowKTimes) {
  const PackedNumbers values = {1, kMissing, 4, 9}, repeated = {1, 1, 4, 9, 9, 9};
  const std::vector<std::uint32_t> rows = {0, 1, 2, 3};
  const NumericStatistics weighted = numeric_statistics(values, rows, std::vector<double>{2, 5, 1, 3});
  const NumericStatistics expected = numeric_statistics(repeated);
  EXPECT_DOUBLE_EQ(weighted.mean, expected.mean);
  EXPECT_DOUBLE_EQ(weighted.standard_deviation, expected.standard_deviation);
  EXPECT_EQ(weighted.minimum, 1);
  EXPECT_EQ(weighted.maximum, 9);
  // Weights of 1 change no bit.
  EXPECT_EQ(numeric_statistics(values, rows, std::vector<double>(4, 1)).mean,
            numeric_statistics(values, rows).mean);
}

}  // namespace
}  // namespace chainrule
