#include "chainrule/model/dense.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/model/backward.h"
#include "chainrule/model/forward.h"

namespace chainrule {
namespace {

using Values = std::vector<double>;

TEST(Dense, MadeWithItsActivationsOwnParameter) {
  EXPECT_EQ(make_dense(2, 3, Activation::leaky_relu).activation_parameter, 0.01);
  EXPECT_EQ(make_dense(2, 3, Activation::prelu).parameter_use, ParameterUse::learnable);
  EXPECT_EQ(make_dense(2, 3, Activation::swish).parameter_use, ParameterUse::fixed);
}

TEST(DenseParameters, SliceIsWeightsThenBiasesThenSlopes) {
  std::vector<double> values(2 * 3 + 3 + 3);
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<double>(i);
  const Dense layer = make_dense(2, 3, Activation::prelu);
  const auto parts = dense_parameters<double>(layer, values);
  EXPECT_EQ(parts.w(1, 0), 3);
  EXPECT_EQ(parts.b[0], 6);
  EXPECT_EQ(parts.activation[0], 9);
  EXPECT_EQ(parts.size(), values.size());
  EXPECT_EQ(parameters_of(layer).size(), values.size());
}

TEST(DenseParameters, RunsJoinNeighboursWithOneActivation) {
  Dense layer = make_dense(1, 5, Activation::relu);
  layer.unit_activations = {Activation::relu, Activation::relu, Activation::tanh, Activation::relu,
                            Activation::relu};
  std::vector<std::pair<std::size_t, std::size_t>> runs;
  for_each_activation_run<double>(
      layer, {}, [&](Activation, std::size_t first, std::size_t count, std::span<const double>) {
        runs.emplace_back(first, count);
      });
  EXPECT_EQ(runs, (std::vector<std::pair<std::size_t, std::size_t>>{{0, 2}, {2, 1}, {3, 2}}));
}

// x = (1, 2), W = [[0.1, 0.2], [0.3, -0.4]], b = (0.5, 0.1), relu:
//   z = (0.1 + 0.6 + 0.5, 0.2 - 0.8 + 0.1) = (1.2, -0.5), a = (1.2, 0)
// d_a = (3, 7): d_z = (3, 0), d_x = d_z W^T = (0.3, 0.9), dW = x^T d_z = [[3, 0], [6, 0]], db = (3, 0)
TEST(Dense, MatchesAHandCalculationForwardAndBackward) {
  const Dense layer = make_dense(2, 2, Activation::relu);
  const Values parameters = {0.1, 0.2, 0.3, -0.4, 0.5, 0.1}, x = {1, 2}, d_a = {3, 7};
  const Compute compute{.path = KernelPath::plain};
  const LayerPass pass{.compute = compute, .rows = {0, 1}, .layer = 1};
  LayerState<double> state;
  Values gradient(6, 99), d_x(2, 99);
  prepare_forward<double>(layer, 1, Mode::train, state);
  prepare_backward<double>(layer, {.index = 1}, 1, state);
  forward<double>(layer, pass, parameters, {x.data(), 1, 2}, state);
  EXPECT_DOUBLE_EQ(state.z(0, 0), 1.2);
  EXPECT_DOUBLE_EQ(state.z(0, 1), -0.5);
  EXPECT_DOUBLE_EQ(state.a(0, 0), 1.2);
  EXPECT_EQ(state.a(0, 1), 0);
  backward<double>(layer, pass, parameters, {x.data(), 1, 2}, {.values = {d_a.data(), 1, 2}}, state,
                   {d_x.data(), 1, 2}, gradient);
  parameter_gradient<double>(layer, pass, {x.data(), 1, 2}, GradientAt::output, state, gradient);
  EXPECT_DOUBLE_EQ(d_x[0], 0.3);
  EXPECT_DOUBLE_EQ(d_x[1], 0.9);
  EXPECT_EQ(gradient, (Values{3, 0, 6, 0, 3, 0}));
}

TEST(Dense, UnitsOfOneLayerMayHaveDifferentActivations) {
  Dense dense = make_dense(1, 4, Activation::relu);
  dense.unit_activations = {Activation::relu, Activation::identity, Activation::step,
                            Activation::bipolar_sigmoid};
  const Network network{.layers = {dense}};
  const std::vector<double> parameters = {1, 1, 1, 1, 0, 0, 0, 0};
  const std::vector<double> x = {-2};
  Workspace<double> workspace;
  const auto y = forward<double>({}, network, parameters, {x.data(), 1, 1}, Mode::predict, {}, workspace);
  EXPECT_EQ(y(0, 0), 0);
  EXPECT_EQ(y(0, 1), -2);
  EXPECT_EQ(y(0, 2), 0);
  EXPECT_NEAR(y(0, 3), -0.76159415595576489, 1e-15);  // tanh(-1)
}

// Softmax with any loss: d_z = J^T d_a with the Jacobian J_ij = a_i (delta_ij - a_j), here by its definition.
TEST(ActivationDelta, SoftmaxUsesTheFullJacobian) {
  const Values a = {0.2, 0.5, 0.3}, d_a = {1, -2, 0.5};
  Values d_z(3);
  activation_delta<double>({}, make_dense(1, 3, Activation::softmax), {}, {a.data(), 1, 3}, {a.data(), 1, 3},
                           {d_a.data(), 1, 3}, {d_z.data(), 1, 3});
  for (std::size_t j = 0; j < 3; ++j) {
    double expected = 0;
    for (std::size_t i = 0; i < 3; ++i)
      expected += d_a[i] * a[i] * ((i == j) - a[j]);
    EXPECT_NEAR(d_z[j], expected, 2e-16);
  }
}

TEST(ActivationText, NamesParametersThatAreNotTheUsualOnes) {
  EXPECT_EQ(activation_text({.activation = Activation::relu}), "relu");
  EXPECT_EQ(activation_text(make_dense(3, 2, Activation::leaky_relu)), "leaky_relu");
  EXPECT_EQ(activation_text({.activation = Activation::leaky_relu,
                             .activation_parameter = 0.2,
                             .parameter_use = ParameterUse::fixed}),
            "leaky_relu 0.2");
  EXPECT_EQ(activation_text(make_dense(3, 2, Activation::prelu)), "prelu (learnable)");
  EXPECT_EQ(activation_text({.unit_activations = {Activation::tanh, Activation::relu, Activation::tanh}}),
            "2 tanh, 1 relu");
}

}  // namespace
}  // namespace chainrule
