#include "chainrule/train/dual_number.h"

#include <gtest/gtest.h>

namespace chainrule {
namespace {

// f(x) = x (x + 1) / (2 - x) at 1: value 2, f' = ((2x + 1)(2 - x) + x (x + 1)) / (2 - x)^2 = 3 + 2 = 5
TEST(DualNumber, ArithmeticDifferentiates) {
  const Dual x{1, 1};
  const Dual y = x * (x + Dual{1}) / (Dual{2} - x);
  EXPECT_EQ(y.value, 2);
  EXPECT_EQ(y.slope, 5);
  EXPECT_EQ(abs(-x).slope, 1);
  EXPECT_EQ(abs(Dual{-3, 2}).slope, -2);
}

TEST(DualNumber, FunctionsHaveTheirDerivatives) {
  const double x = 0.75;
  EXPECT_DOUBLE_EQ(exp(Dual{x, 2}).slope, 2 * std::exp(x));
  EXPECT_DOUBLE_EQ(expm1(Dual{x, 2}).slope, 2 * std::exp(x));
  EXPECT_DOUBLE_EQ(log(Dual{x, 2}).slope, 2 / x);
  EXPECT_DOUBLE_EQ(log1p(Dual{x, 2}).slope, 2 / 1.75);
  // -2 / sqrt(pi) exp(-x^2), here against a central difference.
  const double h = 1e-5;
  EXPECT_NEAR(erfc(Dual{x, 1}).slope, (std::erfc(x + h) - std::erfc(x - h)) / (2 * h), 1e-10);
}

}  // namespace
}  // namespace chainrule
