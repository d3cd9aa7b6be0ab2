#include "chainrule/course/universal_approximation.h"

#include <gtest/gtest.h>

#include "chainrule/base/error.h"

namespace chainrule {
namespace {

double square(double x) {
  return x * x + 0.5;
}

TEST(StepApproximation, OneStepByHand) {
  // f(0) + (f(1) - f(0)) logistic(8 (x - 1/2)); at 1/2 the step is half way up: 0.5 + 1/2.
  const StepApproximation f = approximate_by_steps(square, 1, 8);
  EXPECT_EQ(f.parameters, (std::vector<double>{0, 8, 60, -4, 0.5, 1}));
  EXPECT_EQ(f.at(0.5), 1);
  validate(f.network);
}

// For every epsilon there is a number of steps: even for a function that is not monotone.
TEST(StepApproximation, MoreAndSteeperStepsComeNearer) {
  const auto hill = [](double x) { return 4 * x * (1 - x) - 0.25; };
  double before = 1;
  for (const std::size_t steps : {5u, 20u, 80u, 320u}) {
    const StepApproximation f = approximate_by_steps(hill, steps, 4.0 * static_cast<double>(steps));
    const double error = largest_error([&](double x) { return f.at(x); }, hill, 500);
    EXPECT_LT(error, before / 2) << steps;
    before = error;
  }
  EXPECT_LT(before, 0.01);
}

// I(x >= 1/2) is not continuous: every F misses it by 1/2 somewhere, regardless of the number of units.
TEST(StepApproximation, AJumpIsMissedByHalf) {
  const auto jump = [](double x) { return x >= 0.5 ? 1.0 : 0.0; };
  for (const std::size_t steps : {11u, 41u, 161u}) {
    const StepApproximation f = approximate_by_steps(jump, steps, 4.0 * static_cast<double>(steps));
    EXPECT_GT(largest_error([&](double x) { return f.at(x); }, jump, 100000), 0.49) << steps;
  }
}

TEST(StepApproximation, NeedsStepsAndASlope) {
  EXPECT_THROW(approximate_by_steps(square, 0, 1), UsageError);
  EXPECT_THROW(approximate_by_steps(square, 1, 0), UsageError);
  EXPECT_THROW(approximate_by_steps(square, 1, -1), UsageError);
}

}  // namespace
}  // namespace chainrule
