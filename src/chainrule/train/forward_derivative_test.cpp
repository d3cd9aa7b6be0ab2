#include "chainrule/train/forward_derivative.h"

#include <gtest/gtest.h>

namespace chainrule {
namespace {

Dataset<double> one_row(std::vector<double> x, double t) {
  Dataset<double> data{.inputs = Matrix<double>(1, x.size()), .targets = Matrix<double>(1, 1)};
  std::copy(x.begin(), x.end(), data.inputs.row(0));
  data.targets(0, 0) = t;
  return data;
}

DirectionalDerivative along(const ForwardDerivative& forward, const std::vector<ParameterSegment>& segments,
                            std::size_t segment, std::size_t index,
                            std::span<const double> row_weights = {}) {
  const ForwardDerivative::Parameter parameter{.segment = &segments[segment], .index = index};
  return forward.along({&parameter, 1}, row_weights)[0];
}

// x = 2, w = 0.5, b = -1: z = 0, a = 1/2, E = (a - t)^2 / 2 with t = 1: dE/dz = (a - t) a (1 - a) = -1/8.
TEST(ForwardDerivative, OfOneLogisticUnitMatchesAHandCalculation) {
  const Network network{.layers = {make_dense(1, 1, Activation::logistic)}};
  const std::vector<double> parameters = {0.5, -1};
  const Dataset<double> data = one_row({2}, 1);
  const ForwardDerivative forward(network, parameters, {.kind = Loss::half_squared_error}, data);
  const auto segments = parameter_segments(network);
  EXPECT_DOUBLE_EQ(along(forward, segments, 0, 0).value, -0.25);
  EXPECT_DOUBLE_EQ(along(forward, segments, 1, 0).value, -0.125);
  EXPECT_NEAR(along(forward, segments, 1, 0).size, 0.125, 0.01);
  EXPECT_TRUE(forward.kinks().empty());
  EXPECT_TRUE(forward.is_finite());
}

// Two rows with opposite errors: the sum cancels, its terms do not.
TEST(ForwardDerivative, SizeIsThatOfTheTermsWhenTheirSumCancels) {
  const Network network{.layers = {make_dense(1, 1, Activation::identity)}};
  const std::vector<double> parameters = {0, 0};
  Dataset<double> data{.inputs = Matrix<double>(2, 1), .targets = Matrix<double>(2, 1)};
  data.targets(0, 0) = 3;
  data.targets(1, 0) = -3;
  const ForwardDerivative forward(network, parameters, {.kind = Loss::half_squared_error}, data);
  const auto segments = parameter_segments(network);
  EXPECT_EQ(along(forward, segments, 1, 0).value, 0);
  EXPECT_NEAR(along(forward, segments, 1, 0).size, 3, 0.1);
  // With a row left out it does not cancel: -3 over the weight of one row.
  const std::vector<double> first_only = {1, 0};
  EXPECT_EQ(along(forward, segments, 1, 0, first_only).value, -3);
}

// relu(x w + b) with x w + b = 0.5 - 0.5: dE/dw jumps there.
TEST(ForwardDerivative, KinksAreNamedByRowLayerAndUnit) {
  const Network network{
      .layers = {make_dense(1, 2, Activation::relu), make_dense(2, 1, Activation::identity)}};
  const std::vector<double> parameters = {0.5, 1, -0.5, 1, 1, 1, 0};
  const Dataset<double> data = one_row({1}, 0);
  const ForwardDerivative at_kink(network, parameters, {.kind = Loss::half_squared_error}, data);
  ASSERT_EQ(at_kink.kinks().size(), 1u);
  EXPECT_EQ(at_kink.kinks()[0].row, 0u);
  EXPECT_EQ(at_kink.kinks()[0].layer, 0u);
  EXPECT_EQ(at_kink.kinks()[0].unit, 0u);
  // The loss |a - t| at a = t = 2.
  const Dataset<double> met = one_row({1}, 2);
  const ForwardDerivative loss_kink(network, parameters, {.kind = Loss::mean_absolute_error}, met);
  ASSERT_EQ(loss_kink.kinks().size(), 2u);
  EXPECT_FALSE(loss_kink.kinks()[1].layer.has_value());
}

// 0.1 + 0.2 - 0.3 is 5.6e-17 in double: a kink, to within rounding.
TEST(ForwardDerivative, ASumThatIsZeroToWithinRoundingIsAKink) {
  const Network network{
      .layers = {make_dense(2, 1, Activation::relu), make_dense(1, 1, Activation::identity)}};
  const std::vector<double> parameters = {0.1, 0.2, -0.3, 1, 0};
  const Dataset<double> data = one_row({1, 1}, 0);
  EXPECT_EQ(ForwardDerivative(network, parameters, {.kind = Loss::half_squared_error}, data).kinks().size(),
            1u);
}

// Without a bias and with inputs of 0, z = 0 whatever the weights are: nothing moves it off the kink.
TEST(ForwardDerivative, AUnitThatNoParameterMovesIsNotAtAKink) {
  Dense first = make_dense(1, 2, Activation::relu), second = make_dense(2, 2, Activation::relu);
  first.bias = second.bias = BiasUse::absent;
  const Network network{.layers = {first, second, make_dense(2, 1, Activation::identity)}};
  const std::vector<double> parameters = {-1, -2, 1, 1, 1, 1, 1, 1, 0};
  // Both units of the first layer are off for x = 1, so those of the second have inputs of 0.
  const Dataset<double> dead = one_row({1}, 3);
  EXPECT_TRUE(
      ForwardDerivative(network, parameters, {.kind = Loss::half_squared_error}, dead).kinks().empty());
}

}  // namespace
}  // namespace chainrule
