#include "chainrule/optim/irprop_plus.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "chainrule/base/error.h"

namespace chainrule {
namespace {

// f(x) = 1/2 sum a_i x_i^2
LossAndGradient<double> bowl(std::vector<double> a) {
  return [a](std::span<const double> x, std::span<double> gradient) {
    double f = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      f += a[i] * x[i] * x[i] / 2;
      gradient[i] = a[i] * x[i];
    }
    return f;
  };
}

// From x = 0.02 with D = 0.0125: x = 0.0075; D = 0.015, x = -0.0075, where f is what it was before: not
// higher, so x stays and D = 0.0075; the derivative counts as 0: x = 0.
TEST(IrpropPlus, FourStepsByHand) {
  AlignedVector<double> x = {0.02};
  IrpropState<double> state;
  const auto step = [&] { return advance_irprop_plus<double>({}, 1e-9, bowl({1}), x, state); };
  EXPECT_EQ(step(), IterationEnd::moved);
  EXPECT_DOUBLE_EQ(x[0], 0.0075);
  step();
  EXPECT_DOUBLE_EQ(x[0], -0.0075);
  EXPECT_DOUBLE_EQ(state.sizes[0], 0.015);
  step();
  EXPECT_DOUBLE_EQ(x[0], -0.0075);
  EXPECT_DOUBLE_EQ(state.sizes[0], 0.0075);
  step();
  EXPECT_NEAR(x[0], 0, 1e-17);
  EXPECT_EQ(step(), IterationEnd::at_minimum);
}

// From x = 0.004 the first step goes to -0.0085, where f is higher: it is taken back, and D = 0.00625.
TEST(IrpropPlus, AStepThatRaisedTheLossIsTakenBack) {
  AlignedVector<double> x = {0.004};
  IrpropState<double> state;
  advance_irprop_plus<double>({}, 1e-9, bowl({1}), x, state);
  EXPECT_DOUBLE_EQ(x[0], -0.0085);
  advance_irprop_plus<double>({}, 1e-9, bowl({1}), x, state);
  EXPECT_DOUBLE_EQ(x[0], 0.004);
  EXPECT_DOUBLE_EQ(state.sizes[0], 0.00625);
}

TEST(IrpropPlus, OnlySignsCount) {
  AlignedVector<double> x = {3, 3}, y = {3, 3};
  IrpropState<double> state, other;
  for (int i = 0; i < 30; ++i) {
    advance_irprop_plus<double>({}, 0, bowl({1, 1}), x, state);
    advance_irprop_plus<double>({}, 0, bowl({1e-6, 1e-6}), y, other);
  }
  EXPECT_EQ(x, y);
}

TEST(IrpropPlus, FindsTheBottomOfAStretchedBowl) {
  AlignedVector<double> x = {3, -2, 1};
  IrpropState<double> state;
  int steps = 0;
  while (advance_irprop_plus<double>({}, 1e-8, bowl({1, 1e3, 1e6}), x, state) == IterationEnd::moved)
    ASSERT_LT(++steps, 1000);
  EXPECT_NEAR(x[0], 0, 1e-8);
  EXPECT_NEAR(x[2], 0, 1e-8);
}

// Beyond 3.01 the function is not finite.
TEST(IrpropPlus, AStepToWhereTheLossIsNotFiniteIsTakenBack) {
  const LossAndGradient<double> wall = [](std::span<const double> x, std::span<double> gradient) {
    gradient[0] = -1;
    return x[0] > 3.01 ? std::numeric_limits<double>::quiet_NaN() : -x[0];
  };
  AlignedVector<double> x = {3};
  IrpropState<double> state;
  EXPECT_EQ(advance_irprop_plus<double>({}, 0, wall, x, state), IterationEnd::moved);
  EXPECT_EQ(x[0], 3);
  EXPECT_EQ(state.sizes[0], 0.00625);
  advance_irprop_plus<double>({}, 0, wall, x, state);
  EXPECT_EQ(x[0], 3.00625);
  for (int i = 0; i < 50; ++i)
    advance_irprop_plus<double>({}, 0, wall, x, state);
  EXPECT_NEAR(x[0], 3.01, 1e-6);
  EXPECT_EQ(state.loss, -x[0]);
}

TEST(IrpropPlus, AStartThatIsNotFiniteIsRefused) {
  AlignedVector<double> x = {std::numeric_limits<double>::infinity()};
  IrpropState<double> state;
  EXPECT_THROW(advance_irprop_plus<double>({}, 0, bowl({1}), x, state), NonFiniteError);
}

}  // namespace
}  // namespace chainrule
