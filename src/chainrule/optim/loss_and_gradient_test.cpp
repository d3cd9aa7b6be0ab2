#include "chainrule/optim/loss_and_gradient.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "chainrule/base/error.h"

namespace chainrule {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

TEST(LossAndGradient, TheStartFillsAGradientOfTheRightSize) {
  const LossAndGradient<float> sum = [](std::span<const float> x, std::span<float> gradient) {
    for (float& g : gradient)
      g = 2;
    return 2.0 * static_cast<double>(x[0] + x[1]);
  };
  AlignedVector<float> x = {1, 3}, gradient;
  EXPECT_EQ(evaluate_start<float>({}, sum, x, gradient), 8);
  EXPECT_EQ(gradient, (AlignedVector<float>{2, 2}));
}

TEST(LossAndGradient, AStartThatIsNotFiniteIsRefused) {
  AlignedVector<float> x = {1}, gradient;
  const LossAndGradient<float> steep = [](std::span<const float>, std::span<float> g) {
    g[0] = kInfinity;
    return 1.0;
  };
  const LossAndGradient<float> high = [](std::span<const float>, std::span<float> g) {
    g[0] = 1;
    return static_cast<double>(kInfinity);
  };
  EXPECT_THROW(evaluate_start<float>({}, steep, x, gradient), NonFiniteError);
  EXPECT_THROW(evaluate_start<float>({}, high, x, gradient), NonFiniteError);
}

TEST(LossAndGradient, TheLargestComponentHasNoSign) {
  EXPECT_EQ(largest_component<float>(std::vector<float>{1, -3, 2}), 3);
  EXPECT_TRUE(all_finite<float>(std::vector<float>{1, -3}));
  EXPECT_FALSE(all_finite<float>(std::vector<float>{1, -kInfinity}));
}

}  // namespace
}  // namespace chainrule
