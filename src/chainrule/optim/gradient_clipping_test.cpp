#include "chainrule/optim/gradient_clipping.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace chainrule {
namespace {

using Values = std::vector<double>;

TEST(ClipGradient, LongGradientsAreScaledToTheLimit) {
  Values gradient = {3, 4};
  EXPECT_EQ(clip_gradient<double>({}, 1, gradient), 5);
  EXPECT_DOUBLE_EQ(gradient[0], 0.6);
  EXPECT_DOUBLE_EQ(gradient[1], 0.8);
}

TEST(ClipGradient, ShortOnesAndNoLimitLeaveItAlone) {
  Values gradient = {3, 4};
  EXPECT_EQ(clip_gradient<double>({}, 0, gradient), 5);
  EXPECT_EQ(clip_gradient<double>({}, 6, gradient), 5);
  EXPECT_EQ(gradient, (Values{3, 4}));
}

TEST(ClipGradient, ANumberThatIsNotFiniteShowsInTheNorm) {
  for (const double bad :
       {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
    Values gradient = {3, bad};
    EXPECT_FALSE(std::isfinite(clip_gradient<double>({}, 1, gradient)));
  }
}

// float squares overflow at 1e20, the norm must not: it is formed in double.
TEST(ClipGradient, HugeFloatGradientsHaveAFiniteNorm) {
  std::vector<float> gradient = {3e30f, 4e30f};
  EXPECT_NEAR(clip_gradient<float>({}, 1, gradient) / 5e30, 1, 1e-6);
  EXPECT_NEAR(gradient[1], 0.8, 1e-6);
}

// w = (1, -2, 0), l1 = 0.1, l2 = 0.5: gradient l2 w + l1 sign(w) = (0.6, -1.1, 0); value 0.25 * 5 + 0.1 * 3
// = 1.55.
TEST(Penalty, JoinsTheGradientOfTheListedRunsOnly) {
  const Values w = {7, 1, -2, 0, 7};
  Values gradient(5, 1);
  const ParameterRange run{.offset = 1, .size = 3};
  const PenaltyOptions options{.l1 = 0.1, .l2 = 0.5};
  add_penalty_gradient<double>({}, options, {&run, 1}, w, gradient);
  const Values expected = {1, 1.6, -0.1, 1, 1};
  for (std::size_t i = 0; i < 5; ++i)
    EXPECT_NEAR(gradient[i], expected[i], 1e-15) << i;
  EXPECT_NEAR(penalty<double>({}, options, {&run, 1}, w), 1.55, 1e-15);
}

TEST(Penalty, GradientIsTheDerivativeOfTheValue) {
  Values w = {0.3, -1.7, 2.2};
  const ParameterRange all{.offset = 0, .size = 3};
  const PenaltyOptions options{.l1 = 0.2, .l2 = 0.7};
  Values gradient(3, 0);
  add_penalty_gradient<double>({}, options, {&all, 1}, w, gradient);
  for (std::size_t i = 0; i < 3; ++i) {
    const double h = 1e-5, centre = w[i];
    w[i] = centre + h;
    const double above = penalty<double>({}, options, {&all, 1}, w);
    w[i] = centre - h;
    const double below = penalty<double>({}, options, {&all, 1}, w);
    w[i] = centre;
    EXPECT_NEAR(gradient[i], (above - below) / (2 * h), 1e-10);
  }
}

TEST(Penalty, IsDividedByTheWeightOfTheBatchOnRequest) {
  const Values weights = {0.5, 1.5, 2};
  const PenaltyOptions whole{.l1 = 1, .l2 = 2};
  EXPECT_EQ(penalty_of_batch<double>(whole, 3, weights), whole);
  const PenaltyOptions options{.l1 = 1, .l2 = 2, .scale = PenaltyScale::by_weight};
  EXPECT_EQ(penalty_of_batch<double>(options, 3, weights), (PenaltyOptions{.l1 = 0.25, .l2 = 0.5}));
  EXPECT_EQ(penalty_of_batch<double>(options, 4, {}), (PenaltyOptions{.l1 = 0.25, .l2 = 0.5}));
  const Values none = {0, 0};
  EXPECT_EQ(penalty_of_batch<double>(options, 2, none).l2, 2);
}

}  // namespace
}  // namespace chainrule
