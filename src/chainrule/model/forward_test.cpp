#include "chainrule/model/forward.h"

#include <gtest/gtest.h>

#include "chainrule/base/error.h"

namespace chainrule {
namespace {

// x = (1, 2); W1 = [[0.1, 0.2], [0.3, -0.4]] (inputs by outputs), b1 = (0.5, 0.1), relu; W2 = (2, -1), b2 =
// 0.25.
//   z1 = (0.1 + 0.6 + 0.5, 0.2 - 0.8 + 0.1) = (1.2, -0.5), a1 = (1.2, 0), z2 = 2.4 + 0.25 = 2.65
TEST(Forward, MatchesAHandCalculation) {
  const Network network = make_mlp({.inputs = 2, .hidden = {2}, .outputs = 1});
  const std::vector<double> parameters = {0.1, 0.2, 0.3, -0.4, 0.5, 0.1, 2, -1, 0.25};
  const std::vector<double> x = {1, 2};
  for (const KernelPath path : {KernelPath::plain, KernelPath::scalar, best_kernel_path()}) {
    Workspace<double> workspace;
    const auto y =
        forward<double>({.path = path}, network, parameters, {x.data(), 1, 2}, Mode::predict, {}, workspace);
    EXPECT_DOUBLE_EQ(workspace.layers[0].z(0, 0), 1.2);
    EXPECT_DOUBLE_EQ(workspace.layers[0].z(0, 1), -0.5);
    EXPECT_EQ(workspace.layers[0].a(0, 1), 0);
    EXPECT_DOUBLE_EQ(y(0, 0), 2.65);
  }
}

TEST(Forward, WrongNumberOfInputsNamesBoth) {
  const Network network = make_mlp({.inputs = 2, .outputs = 1});
  const std::vector<float> parameters(3), x(3);
  Workspace<float> workspace;
  try {
    forward<float>({}, network, parameters, {x.data(), 1, 3}, Mode::predict, {}, workspace);
    FAIL();
  } catch (const StateError& error) {
    EXPECT_EQ(text_of(error.report()).expected, "2 columns");
    EXPECT_EQ(text_of(error.report()).got, "3");
  }
}

TEST(Forward, ABatchOfManyEqualsItsRowsOneByOne) {
  const Network network = make_mlp({.inputs = 5,
                                    .hidden = {7},
                                    .outputs = 3,
                                    .hidden_activations = {Activation::tanh},
                                    .output_activation = Activation::softmax});
  std::vector<float> parameters(parameter_count(network)), x(33 * 5);
  for (std::size_t i = 0; i < parameters.size(); ++i)
    parameters[i] = 0.01f * static_cast<float>(i % 37) - 0.15f;
  for (std::size_t i = 0; i < x.size(); ++i)
    x[i] = 0.1f * static_cast<float>(i % 23) - 1;
  Workspace<float> all, one;
  const auto y = forward<float>({}, network, parameters, {x.data(), 33, 5}, Mode::predict, {}, all);
  for (std::size_t r = 0; r < 33; ++r) {
    const auto row =
        forward<float>({}, network, parameters, {x.data() + 5 * r, 1, 5}, Mode::predict, {}, one);
    for (std::size_t j = 0; j < 3; ++j)
      ASSERT_EQ(row(0, j), y(r, j)) << r;
  }
}

}  // namespace
}  // namespace chainrule
