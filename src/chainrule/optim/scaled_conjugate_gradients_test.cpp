#include "chainrule/optim/scaled_conjugate_gradients.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "chainrule/base/error.h"

namespace chainrule {
namespace {

// f(x) = 1/2 sum a_i (x_i - 1)^2
LossAndGradient<double> bowl(std::vector<double> a) {
  return [a](std::span<const double> x, std::span<double> gradient) {
    double f = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double e = x[i] - 1;
      f += a[i] * e * e / 2;
      gradient[i] = a[i] * e;
    }
    return f;
  };
}

double rosenbrock(std::span<const double> x, std::span<double> gradient) {
  const double bend = x[1] - x[0] * x[0], rest = 1 - x[0];
  gradient[0] = -400 * x[0] * bend - 2 * rest;
  gradient[1] = 200 * bend;
  return 100 * bend * bend + rest * rest;
}

// p = r = 4 at x = 3 with a = 2: the curvature p.(2 p) = 32 and 16 l = 1.6e-5 more, m = 16, so
// x = 3 - 4 * 16 / 32.000016 = 1 + 1e-6.
TEST(ScaledConjugateGradients, TheFirstStepOnAQuadraticIsNewtons) {
  AlignedVector<double> x = {3};
  ScgState<double> state;
  EXPECT_EQ(advance_scg<double>({}, 1e-9, bowl({2}), x, state), IterationEnd::moved);
  EXPECT_NEAR(x[0], 1 + 1e-6, 1e-10);
  EXPECT_EQ(state.scale, 1e-6 / 4) << "the model was right, so the scale falls";
}

// Conjugate directions reach the minimum of a quadratic of n parameters in n steps, but for rounding and the
// scale.
TEST(ScaledConjugateGradients, AQuadraticOfFiveParametersTakesAboutFiveSteps) {
  AlignedVector<double> x = {3, -2, 5, 0, 2};
  ScgState<double> state;
  for (int i = 0; i < 7; ++i)
    advance_scg<double>({}, 1e-12, bowl({1, 2, 3, 4, 5}), x, state);
  for (const double value : x)
    EXPECT_NEAR(value, 1, 1e-6);
}

TEST(ScaledConjugateGradients, FollowsRosenbrocksValleyAndNeverRises) {
  AlignedVector<double> x = {-1.2, 1};
  ScgState<double> state;
  double before = std::numeric_limits<double>::infinity();
  int steps = 0;
  while (advance_scg<double>({}, 1e-8, rosenbrock, x, state) == IterationEnd::moved) {
    EXPECT_LE(state.loss, before);
    before = state.loss;
    ASSERT_LT(++steps, 500);
  }
  EXPECT_NEAR(x[0], 1, 1e-6);
  EXPECT_NEAR(x[1], 1, 1e-6);
}

// At x = 0.2, f = cos(x) bends downwards: a Newton step would climb to the maximum at 0.
TEST(ScaledConjugateGradients, NegativeCurvatureIsMadePositive) {
  const LossAndGradient<double> hill = [](std::span<const double> x, std::span<double> gradient) {
    gradient[0] = -std::sin(x[0]);
    return std::cos(x[0]);
  };
  AlignedVector<double> x = {0.2};
  ScgState<double> state;
  while (advance_scg<double>({}, 1e-8, hill, x, state) == IterationEnd::moved) {
  }
  EXPECT_NEAR(state.loss, -1, 1e-12);
}

// -log(1 - x) + 3 x^2 - 2 x is not finite from x = 1 on.
TEST(ScaledConjugateGradients, StepsToWhereTheLossIsNotFiniteAreShortened) {
  const LossAndGradient<double> barrier = [](std::span<const double> x, std::span<double> gradient) {
    gradient[0] = 1 / (1 - x[0]) + 6 * x[0] - 20;
    return -std::log(1 - x[0]) + 3 * x[0] * x[0] - 20 * x[0];
  };
  AlignedVector<double> x = {-2};
  ScgState<double> state;
  int steps = 0;
  while (advance_scg<double>({}, 1e-7, barrier, x, state) == IterationEnd::moved) {
    EXPECT_LT(x[0], 1);
    ASSERT_LT(++steps, 500);
  }
  AlignedVector<double> gradient(1);
  barrier(x, gradient);
  EXPECT_NEAR(gradient[0], 0, 1e-4);
}

TEST(ScaledConjugateGradients, AStartThatIsNotFiniteIsRefused) {
  AlignedVector<double> x = {std::numeric_limits<double>::infinity()};
  ScgState<double> state;
  EXPECT_THROW(advance_scg<double>({}, 0, bowl({1}), x, state), NonFiniteError);
}

}  // namespace
}  // namespace chainrule
