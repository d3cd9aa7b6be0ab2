#include "chainrule/optim/levenberg_marquardt.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "chainrule/base/error.h"

namespace chainrule {
namespace {

// f = r1^2 / 2 + r2^2 / 2, r1 = 10 (x2 - x1^2), r2 = 1 - x1: half of Rosenbrock's function.
double rosenbrock(std::span<const double> x, std::span<double> gradient) {
  const double r1 = 10 * (x[1] - x[0] * x[0]), r2 = 1 - x[0];
  gradient[0] = -20 * x[0] * r1 - r2;
  gradient[1] = 10 * r1;
  return (r1 * r1 + r2 * r2) / 2;
}

void rosenbrock_jacobian(std::span<const double> x, MatrixView<double> hessian) {
  hessian(0, 0) = 400 * x[0] * x[0] + 1;
  hessian(1, 0) = -200 * x[0];
  hessian(1, 1) = 100;
}

// f = (3 x - 6)^2 / 2 at x = 0: J = 3, g = -18, so s = 18 / (9 + 0.01) and m falls to 0.001.
TEST(LevenbergMarquardt, AStepByHand) {
  const LossAndGradient<double> line = [](std::span<const double> x, std::span<double> gradient) {
    const double error = 3 * x[0] - 6;
    gradient[0] = 3 * error;
    return error * error / 2;
  };
  const SquaredJacobian<double> square = [](std::span<const double>, MatrixView<double> hessian) {
    hessian(0, 0) = 9;
  };
  AlignedVector<double> x = {0};
  LevenbergMarquardtState<double> state;
  EXPECT_EQ(advance_levenberg_marquardt<double>({}, 0, line, square, x, state), IterationEnd::moved);
  EXPECT_DOUBLE_EQ(x[0], 18 / 9.01);
  EXPECT_DOUBLE_EQ(state.damping, 0.001);
}

TEST(LevenbergMarquardt, FollowsRosenbrocksValleyInFewSteps) {
  AlignedVector<double> x = {-1.2, 1};
  LevenbergMarquardtState<double> state;
  double before = std::numeric_limits<double>::infinity();
  int steps = 0;
  while (advance_levenberg_marquardt<double>({}, 1e-10, rosenbrock, rosenbrock_jacobian, x, state) ==
         IterationEnd::moved) {
    EXPECT_LT(state.loss, before);
    before = state.loss;
    ASSERT_LT(++steps, 60);
  }
  EXPECT_NEAR(x[0], 1, 1e-9);
  EXPECT_NEAR(x[1], 1, 1e-9);
}

// sqrt(x) as an error: the first steps from x = 1 go below 0, where it is not a number.
TEST(LevenbergMarquardt, StepsToWhereTheLossIsNotFiniteAreShortened) {
  const LossAndGradient<double> root = [](std::span<const double> x, std::span<double> gradient) {
    const double error = std::sqrt(x[0]);
    gradient[0] = 0.5;
    return error * error / 2;
  };
  const SquaredJacobian<double> square = [](std::span<const double> x, MatrixView<double> hessian) {
    hessian(0, 0) = 0.25 / x[0];
  };
  AlignedVector<double> x = {1};
  LevenbergMarquardtState<double> state;
  EXPECT_EQ(advance_levenberg_marquardt<double>({}, 0, root, square, x, state), IterationEnd::moved);
  EXPECT_GT(x[0], 0);
  EXPECT_LT(x[0], 1);
}

// The derivative has the wrong sign, so that every step s = 1 / m raises f = x.
TEST(LevenbergMarquardt, WhereNoStepLowersTheLossItEnds) {
  const LossAndGradient<double> wrong = [](std::span<const double> x, std::span<double> gradient) {
    gradient[0] = -1;
    return x[0];
  };
  const SquaredJacobian<double> nothing = [](std::span<const double>, MatrixView<double> hessian) {
    hessian(0, 0) = 0;
  };
  AlignedVector<double> x = {2};
  LevenbergMarquardtState<double> state;
  EXPECT_EQ(advance_levenberg_marquardt<double>({}, 0, wrong, nothing, x, state), IterationEnd::at_minimum);
  EXPECT_EQ(x[0], 2);
}

TEST(LevenbergMarquardt, TooManyParametersAreRefusedByName) {
  EXPECT_NO_THROW(require_levenberg_marquardt_fits(kMostParametersOfLevenbergMarquardt));
  EXPECT_THROW(require_levenberg_marquardt_fits(kMostParametersOfLevenbergMarquardt + 1), UsageError);
}

}  // namespace
}  // namespace chainrule
