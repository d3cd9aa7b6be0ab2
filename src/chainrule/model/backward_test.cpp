#include "chainrule/model/backward.h"

#include <gtest/gtest.h>

#include "chainrule/base/error.h"
#include "chainrule/model/forward.h"

namespace chainrule {
namespace {

using Values = std::vector<double>;

// The network of the lectures' shape 2-2-1, logistic, half squared error, one sample x = (1, 2), t = 1:
//   W1 = [[0.1, 0.2], [0.3, 0.4]], b1 = (0, 0); z1 = (0.7, 1.0), a1 = s(z1) = (0.668187772, 0.731058579)
//   W2 = (0.5, -0.5), b2 = 0; z2 = -0.031435403, a2 = s(z2) = 0.492141796
//   delta2 = (a2 - t) a2 (1 - a2) = -0.126933189
//   dW2 = delta2 a1, db2 = delta2
//   delta1 = delta2 W2 a1 (1 - a1) = (-0.0140709.., 0.0124780..)
//   dW1[i][j] = x_i delta1_j, db1 = delta1
class TwoTwoOne : public testing::Test {
 protected:
  Network network_ = make_mlp({.inputs = 2,
                               .hidden = {2},
                               .outputs = 1,
                               .hidden_activations = {Activation::logistic},
                               .output_activation = Activation::logistic});
  Values parameters_ = {0.1, 0.2, 0.3, 0.4, 0, 0, 0.5, -0.5, 0};
  Values x_ = {1, 2};
};

TEST_F(TwoTwoOne, GradientMatchesTheTextbookFormulas) {
  Workspace<double> workspace;
  const Compute compute{.path = KernelPath::plain};
  const auto a =
      forward<double>(compute, network_, parameters_, {x_.data(), 1, 2}, Mode::train, {}, workspace);
  const Values d_output = {a(0, 0) - 1};
  Values gradient(9, 99);
  backward<double>(compute, network_, parameters_, {x_.data(), 1, 2}, {d_output.data(), 1, 1},
                   GradientAt::output, workspace, gradient);
  const double a1[2] = {0.66818777216816616, 0.73105857863000488}, a2 = 0.49214179629458754;
  const double delta2 = (a2 - 1) * a2 * (1 - a2);
  const double delta1[2] = {delta2 * 0.5 * a1[0] * (1 - a1[0]), delta2 * -0.5 * a1[1] * (1 - a1[1])};
  const Values expected = {delta1[0], delta1[1],      2 * delta1[0],  2 * delta1[1], delta1[0],
                           delta1[1], delta2 * a1[0], delta2 * a1[1], delta2};
  for (std::size_t i = 0; i < 9; ++i)
    EXPECT_NEAR(gradient[i], expected[i], 1e-15) << i;
  EXPECT_NEAR(workspace.layers[1].d_z(0, 0), delta2, 1e-16);
  EXPECT_NEAR(workspace.layers[0].d_z(0, 1), delta1[1], 1e-16);
}

TEST_F(TwoTwoOne, GradientOfABatchIsTheSumOfItsRows) {
  const Values x = {1, 2, -0.5, 0.25, 3, -1};
  const Values d_output = {0.3, -0.2, 0.7};
  Values whole(9), part(9), sum(9, 0);
  Workspace<double> workspace;
  forward<double>({}, network_, parameters_, {x.data(), 3, 2}, Mode::train, {}, workspace);
  backward<double>({}, network_, parameters_, {x.data(), 3, 2}, {d_output.data(), 3, 1}, GradientAt::output,
                   workspace, whole);
  for (std::size_t r = 0; r < 3; ++r) {
    forward<double>({}, network_, parameters_, {x.data() + 2 * r, 1, 2}, Mode::train, {}, workspace);
    backward<double>({}, network_, parameters_, {x.data() + 2 * r, 1, 2}, {d_output.data() + r, 1, 1},
                     GradientAt::output, workspace, part);
    for (std::size_t i = 0; i < 9; ++i)
      sum[i] += part[i];
  }
  for (std::size_t i = 0; i < 9; ++i)
    EXPECT_NEAR(whole[i], sum[i], 1e-15);
}

TEST_F(TwoTwoOne, ThresholdUnitsAreRefusedByName) {
  std::get<Dense>(network_.layers[0]).activation = Activation::step;
  Workspace<double> workspace;
  forward<double>({}, network_, parameters_, {x_.data(), 1, 2}, Mode::train, {}, workspace);
  const Values d_output = {1};
  Values gradient(9);
  try {
    backward<double>({}, network_, parameters_, {x_.data(), 1, 2}, {d_output.data(), 1, 1},
                     GradientAt::output, workspace, gradient);
    FAIL();
  } catch (const StateError& error) {
    EXPECT_EQ(text_of(error.report()).where, "layer 1, activation step");
  }
}

// The lecture's warning: with all weights equal, hidden units get equal gradients and stay equal.
TEST(Backward, EqualUnitsGetEqualGradients) {
  const Network network =
      make_mlp({.inputs = 3, .hidden = {4}, .outputs = 2, .hidden_activations = {Activation::tanh}});
  Values parameters(parameter_count(network), 0.5), gradient(parameters.size());
  const Values x = {0.3, -0.2, 0.9, 0.1, 0.5, -0.4}, d_output = {0.1, 0.7, -0.3, 0.2};
  Workspace<double> workspace;
  forward<double>({}, network, parameters, {x.data(), 2, 3}, Mode::train, {}, workspace);
  backward<double>({}, network, parameters, {x.data(), 2, 3}, {d_output.data(), 2, 2}, GradientAt::output,
                   workspace, gradient);
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 1; j < 4; ++j)
      EXPECT_EQ(gradient[4 * i + j], gradient[4 * i]);
  }
}

}  // namespace
}  // namespace chainrule
