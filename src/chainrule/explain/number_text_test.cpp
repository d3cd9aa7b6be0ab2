#include "chainrule/explain/number_text.h"

#include <gtest/gtest.h>

#include <limits>

namespace chainrule {
namespace {

TEST(DecimalText, RoundsToTheDecimalsOfALecture) {
  // The slides' -1 / 1.37^2 = -0.53 is -0.53444664538852303.
  EXPECT_EQ(decimal_text(-0.53444664538852303, 2), "-0.53");
  EXPECT_EQ(decimal_text(1.3678794411714423, 2), "1.37");
  EXPECT_EQ(decimal_text(1.3678794411714423, 4), "1.3679");
  EXPECT_EQ(decimal_text(0.999, 2), "1.00");
  EXPECT_EQ(decimal_text(12345.678, 1), "12345.7");
}

TEST(DecimalText, WholeNumbersHaveNone) {
  EXPECT_EQ(decimal_text(4, 2), "4");
  EXPECT_EQ(decimal_text(-2, 6), "-2");
  EXPECT_EQ(decimal_text(0, 2), "0");
  EXPECT_EQ(decimal_text(-0.0, 2), "0");
}

TEST(DecimalText, SmallAndLargeNumbersKeepTheirDigits) {
  EXPECT_EQ(decimal_text(0.0012345, 2), "0.0012");
  EXPECT_EQ(decimal_text(-3.4321e-7, 2), "-3.4e-07");
  EXPECT_EQ(decimal_text(1234567.8, 2), "1.23457e+06");
  EXPECT_EQ(decimal_text(std::numeric_limits<double>::infinity(), 2), "inf");
}

}  // namespace
}  // namespace chainrule
