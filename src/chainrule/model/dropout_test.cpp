#include "chainrule/model/dropout.h"

#include <gtest/gtest.h>

#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/model/backward.h"
#include "chainrule/model/forward.h"

namespace chainrule {
namespace {

using Values = std::vector<double>;

class DropoutForward : public testing::Test {
 protected:
  // 100 units after an identity layer of weight 1: outputs are the masks themselves.
  Network network_{
      .layers = {Dropout{.units = 1000, .rate = 0.25}, make_dense(1000, 1, Activation::identity)}};
  std::vector<double> parameters_ = std::vector<double>(1001, 1.0);
  std::vector<double> x_ = std::vector<double>(20 * 1000, 1.0);
  Workspace<double> workspace_;
  const Matrix<double>& masked(Mode mode, DropoutKey key) {
    forward<double>({}, network_, parameters_, {x_.data(), 20, 1000}, mode, key, workspace_);
    return workspace_.layers[0].a;
  }
};

TEST_F(DropoutForward, KeepsTheStatedShareAndScalesIt) {
  const Matrix<double>& a = masked(Mode::train, {.seed = 3, .step = 7});
  std::size_t kept = 0;
  for (const double value : a.values()) {
    if (value == 0) continue;
    EXPECT_DOUBLE_EQ(value, 1 / 0.75);
    ++kept;
  }
  // 20,000 draws with probability 3/4: standard deviation 61; the bound is five of these.
  EXPECT_NEAR(static_cast<double>(kept), 15000, 306);
}

TEST_F(DropoutForward, PredictionIsTheIdentity) {
  for (const double value : masked(Mode::predict, {.seed = 3}).values())
    ASSERT_EQ(value, 1);
}

TEST_F(DropoutForward, MaskIsAFunctionOfSeedAndStep) {
  const Matrix<double> first = masked(Mode::train, {.seed = 3, .step = 7});
  EXPECT_EQ(masked(Mode::train, {.seed = 3, .step = 7}), first);
  EXPECT_NE(masked(Mode::train, {.seed = 3, .step = 8}), first);
  EXPECT_NE(masked(Mode::train, {.seed = 4, .step = 7}), first);
}

TEST(Dropout, PassesGradientsOnlyWhereItPassedValues) {
  const Network network{.layers = {make_dense(1, 50, Activation::identity), Dropout{.units = 50, .rate = 0.5},
                                   make_dense(50, 1, Activation::identity)}};
  Values parameters(parameter_count(network), 1), gradient(parameters.size());
  const Values x = {3}, d_output = {1};
  Workspace<double> workspace;
  forward<double>({}, network, parameters, {x.data(), 1, 1}, Mode::train, {.seed = 1}, workspace);
  backward<double>({}, network, parameters, {x.data(), 1, 1}, {d_output.data(), 1, 1}, GradientAt::output,
                   workspace, gradient);
  std::size_t dropped = 0;
  for (std::size_t j = 0; j < 50; ++j) {
    const double mask = workspace.layers[1].mask(0, j);
    dropped += mask == 0;
    EXPECT_EQ(gradient[j], 3 * mask);        // dW1[0][j] = x * mask_j * w2_j
    EXPECT_EQ(gradient[50 + j], mask);       // db1
    EXPECT_EQ(gradient[100 + j], 4 * mask);  // dW2[j] = (x w + b) mask_j
  }
  EXPECT_GT(dropped, 0u);
  EXPECT_LT(dropped, 50u);
}

TEST(Dropout, ARateIsAtLeast0AndBelow1) {
  for (const double rate : {0.0, 0.999})
    EXPECT_NO_THROW(validate(Dropout{.units = 2, .rate = rate}, {.index = 1}));
  for (const double rate : {-0.1, 1.0})
    EXPECT_THROW(validate(Dropout{.units = 2, .rate = rate}, {.index = 1}), StateError);
}

}  // namespace
}  // namespace chainrule
