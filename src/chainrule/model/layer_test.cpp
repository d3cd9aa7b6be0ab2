#include "chainrule/model/layer.h"

#include <gtest/gtest.h>

#include <utility>

#include "chainrule/model/layer_parameters.h"

namespace chainrule {
namespace {

TEST(Layer, MadeWithItsActivationsOwnParameter) {
  EXPECT_EQ(make_dense(2, 3, Activation::leaky_relu).activation_parameter, 0.01);
  EXPECT_EQ(make_dense(2, 3, Activation::prelu).parameter_use, ParameterUse::learnable);
  EXPECT_EQ(make_dense(2, 3, Activation::swish).parameter_use, ParameterUse::fixed);
  EXPECT_EQ(layer_inputs(Dropout{.units = 5, .rate = 0.1}), 5u);
  EXPECT_EQ(layer_outputs(make_dense(2, 3, Activation::relu)), 3u);
}

TEST(LayerParameters, SliceIsWeightsThenBiasesThenSlopes) {
  std::vector<double> values(2 * 3 + 3 + 3);
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<double>(i);
  const auto parts = dense_parameters<double>(make_dense(2, 3, Activation::prelu), values);
  EXPECT_EQ(parts.w(1, 0), 3);
  EXPECT_EQ(parts.b[0], 6);
  EXPECT_EQ(parts.activation[0], 9);
  EXPECT_EQ(parts.size(), values.size());
}

TEST(LayerParameters, RunsJoinNeighboursWithOneActivation) {
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

}  // namespace
}  // namespace chainrule
