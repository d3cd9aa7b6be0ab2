#include "chainrule/base/exact_sum.h"

#include <gtest/gtest.h>

#include <limits>

namespace chainrule {
namespace {

TEST(ExactSum, KeepsWhatRoundingLoses) {
  ExactSum sum;
  sum.add(1e100);
  sum.add(1);
  sum.add(-1e100);
  EXPECT_EQ(sum.sign(), 1);
  EXPECT_EQ(sum.value(), 1);
  sum.add(-1);
  EXPECT_EQ(sum.sign(), 0);
  EXPECT_EQ(sum.value(), 0);
  EXPECT_TRUE(sum.is_exact());
}

// The doubles nearest to 0.1 and 0.3 are a little above and a little below: 3 * 0.1 - 0.3 is 2^-54 * 1.5...,
// not 0, and 0.1 * 10 - 1 is above 0 although the rounded product is 1.
TEST(ExactSum, ProductsAreExact) {
  ExactSum sum;
  sum.add_product(0.1, 10);
  sum.add(-1);
  EXPECT_EQ(0.1 * 10 - 1, 0);
  EXPECT_EQ(sum.sign(), 1);
  EXPECT_EQ(sum.value(), 0x1.0p-54);
  ExactSum cancelled;
  cancelled.add_product(3, 0.7);
  cancelled.add_product(-1, 0.7);
  cancelled.add_product(-2, 0.7);
  EXPECT_EQ(cancelled.sign(), 0);
}

TEST(ExactSum, SmallPartsDecideTheSignAfterCancellation) {
  ExactSum sum;
  sum.add_product(1 + 0x1.0p-40, 1 + 0x1.0p-40);
  sum.add(-1);
  sum.add(-0x1.0p-39);
  EXPECT_EQ(sum.value(), 0x1.0p-80);
  sum.add(-0x1.0p-79);
  EXPECT_EQ(sum.sign(), -1);
}

TEST(ExactSum, SaysWhenItIsNotExact) {
  ExactSum underflow;
  underflow.add_product(1e-200, 1e-200);
  EXPECT_FALSE(underflow.is_exact());
  ExactSum overflow;
  overflow.add_product(1e200, 1e200);
  EXPECT_FALSE(overflow.is_exact());
  ExactSum infinite;
  infinite.add(std::numeric_limits<double>::infinity());
  EXPECT_FALSE(infinite.is_exact());
  ExactSum zero;
  zero.add_product(0, 1e-300);
  EXPECT_TRUE(zero.is_exact());
}

}  // namespace
}  // namespace chainrule
