#include "chainrule/train/gradient_check.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "chainrule/base/random.h"
#include "chainrule/model/initializer.h"
#include "support/layer_examples.h"

namespace chainrule {
namespace {

Dataset<double> random_data(std::size_t rows, const Network& network, Loss loss, std::uint64_t seed) {
  Dataset<double> data{.inputs = Matrix<double>(rows, network.inputs()),
                       .targets = Matrix<double>(rows, network.outputs())};
  const RandomKey key{.seed = seed, .purpose = RandomPurpose::generator};
  std::uint64_t draw = 0;
  for (double& x : data.inputs.values())
    x = 2 * random_uniform(key, draw++) - 1;
  for (std::size_t r = 0; r < rows; ++r) {
    if (loss == Loss::softmax_cross_entropy) {
      data.targets(r, random_below(key, draw++, network.outputs())) = 1;
      continue;
    }
    for (std::size_t j = 0; j < network.outputs(); ++j)
      data.targets(r, j) = 3 * random_uniform(key, draw++);
    if (loss == Loss::binary_cross_entropy) data.targets(r, 0) = static_cast<double>(r % 2);
    for (std::size_t j = 0; j < network.outputs() && loss == Loss::binary_cross_entropy; ++j) {
      data.targets(r, j) = data.targets(r, j) > 1 ? 1 : 0;
    }
  }
  return data;
}

GradientCheck check(const Network& network, const LossOptions& loss, std::uint64_t seed = 1,
                    std::size_t rows = 9) {
  std::vector<double> parameters(parameter_count(network));
  initialize_parameters<double>(network, {.seed = seed}, parameters);
  // Biases away from 0, where relu units with negative weights only would sit on their kink.
  for (const ParameterSegment& segment : parameter_segments(network)) {
    if (segment.role != ParameterRole::bias) continue;
    for (std::size_t i = 0; i < segment.size(); ++i) {
      parameters[segment.offset + i] = random_uniform({.seed = seed}, segment.offset + i) - 0.4;
    }
  }
  Dataset<double> data = random_data(rows, network, loss.kind, seed);
  return check_gradient(network, parameters, loss, data, {});
}

std::vector<Activation> differentiable_activations() {
  std::vector<Activation> list;
  for (const EnumName<Activation>& entry : enum_table<Activation>()) {
    if (properties_of(entry.value).is_differentiable) list.push_back(entry.value);
  }
  return list;
}

bool belong_together(Loss loss, Activation output) {
  return output == properties_of(loss).needed_output.value_or(output);
}

class GradientCheckOfALayer : public testing::TestWithParam<LayerKind> {};
INSTANTIATE_TEST_SUITE_P(Layer, GradientCheckOfALayer, testing::ValuesIn(testing_support::layer_kinds()),
                         [](const auto& test) { return std::string(name_of(test.param)); });

TEST_P(GradientCheckOfALayer, PassesBetweenTwoDenseLayersAndAsTheFirst) {
  const Network between = testing_support::example_network(GetParam(), 4);
  const Network first{.layers = {between.layers[1], between.layers[2]}};
  for (const Network& network : {between, first}) {
    const GradientCheck result = check(network, {.kind = Loss::half_squared_error});
    EXPECT_TRUE(result.passed) << layer_caption(between.layers[1]).chain;
    EXPECT_EQ(result.checked, parameter_count(network));
  }
}

// Every hidden activation, output activation and loss, in all combinations that fit.
TEST(GradientCheck, EveryHiddenActivationWithEveryLossAndOutputPasses) {
  std::size_t combinations = 0;
  for (const EnumName<Loss>& loss : enum_table<Loss>()) {
    for (const Activation output : differentiable_activations()) {
      if (!belong_together(loss.value, output)) continue;
      for (const Activation hidden : differentiable_activations()) {
        if (!is_trainable_by_unit(hidden)) continue;
        const Network network = make_mlp({.inputs = 3,
                                          .hidden = {5},
                                          .outputs = 3,
                                          .hidden_activations = {hidden},
                                          .output_activation = output,
                                          .swish_beta = ParameterUse::learnable});
        const GradientCheck result =
            check(network, {.kind = loss.value, .huber_delta = 0.7, .quantile = 0.8});
        EXPECT_TRUE(result.passed) << loss.word << " " << name_of(output) << " " << name_of(hidden)
                                   << " error " << result.worst_error << ", checked " << result.checked;
        EXPECT_GE(result.checked, 20u) << loss.word << " " << name_of(output) << " " << name_of(hidden);
        ++combinations;
      }
    }
  }
  // 7 losses take every output, 2 have one of their own; perceptron's has no gradient.
  const std::size_t outputs = differentiable_activations().size();
  EXPECT_EQ(combinations, (outputs - 1) * (7 * outputs + 2));
}

TEST(GradientCheck, AQuantileForEachOutputPasses) {
  const LossOptions loss{.kind = Loss::quantile, .quantiles = {0.1, 0.5, 0.9}};
  for (const Activation output : {Activation::identity, Activation::logistic, Activation::softmax}) {
    const Network network = make_mlp({.inputs = 3,
                                      .hidden = {5},
                                      .outputs = 3,
                                      .hidden_activations = {Activation::tanh},
                                      .output_activation = output});
    const GradientCheck result = check(network, loss);
    EXPECT_TRUE(result.passed) << name_of(output) << " " << result.worst_error;
    EXPECT_GE(result.checked, 20u) << name_of(output);
  }
}

TEST(GradientCheck, DepthDropoutMixedUnitsAndNoBiasPass) {
  const Network deep = make_mlp({.inputs = 4,
                                 .hidden = std::vector<std::size_t>(10, 6),
                                 .outputs = 2,
                                 .hidden_activations = {Activation::tanh}});
  EXPECT_TRUE(check(deep, {.kind = Loss::mean_squared_error}).passed);
  const Network dropout = make_mlp({.inputs = 4,
                                    .hidden = {8, 6},
                                    .outputs = 3,
                                    .hidden_activations = {Activation::gelu},
                                    .output_activation = Activation::softmax,
                                    .dropout = 0.4});
  EXPECT_TRUE(check(dropout, {.kind = Loss::softmax_cross_entropy}).passed);
  Dense mixed = make_dense(4, 6, Activation::tanh);
  mixed.unit_activations = {Activation::logistic, Activation::prelu, Activation::prelu,
                            Activation::swish,    Activation::mish,  Activation::bipolar_sigmoid};
  mixed.parameter_use = ParameterUse::learnable;
  mixed.bias = BiasUse::absent;
  const Network units{.layers = {mixed, make_dense(6, 2, Activation::identity)}};
  const GradientCheck result = check(units, {.kind = Loss::half_squared_error, .reduction = Reduction::sum});
  EXPECT_TRUE(result.passed) << result.worst_error;
}

TEST(GradientCheck, RadialBasisFunctionsBelowAndAboveADenseLayerPass) {
  EXPECT_TRUE(check(make_rbf_network({.inputs = 3, .units = 5, .outputs = 2}),
                    {.kind = Loss::mean_squared_error}, 1, 70)
                  .passed);
  const Network classes =
      make_rbf_network({.inputs = 2, .units = 7, .outputs = 3, .output_activation = Activation::softmax});
  EXPECT_TRUE(check(classes, {.kind = Loss::softmax_cross_entropy}).passed);
  // In the middle the layer also hands a gradient down.
  const Network middle{.layers = {make_dense(3, 4, Activation::tanh), Rbf{.inputs = 4, .units = 6},
                                  Dropout{.units = 6, .rate = 0.3}, make_dense(6, 2, Activation::identity)}};
  const GradientCheck result = check(middle, {.kind = Loss::mean_squared_error});
  EXPECT_TRUE(result.passed) << result.worst_error;
  std::vector<std::string> names;
  for (const SegmentCheck& segment : result.segments) {
    names.push_back(segment.name);
    EXPECT_GT(segment.checked, 0u) << segment.name;
  }
  EXPECT_EQ(names, (std::vector<std::string>{"layers.0.weight", "layers.0.bias", "layers.1.centre",
                                             "layers.1.width", "layers.3.weight", "layers.3.bias"}));
}

TEST(GradientCheck, RowWeightsAndLabelSmoothingPass) {
  const Network network = make_mlp({.inputs = 3,
                                    .hidden = {4},
                                    .outputs = 3,
                                    .hidden_activations = {Activation::tanh},
                                    .output_activation = Activation::softmax});
  std::vector<double> parameters(parameter_count(network));
  initialize_parameters<double>(network, {}, parameters);
  Dataset<double> data = random_data(5, network, Loss::softmax_cross_entropy, 3);
  data.row_weights = {0.5, 2, 0, 1, 3};
  const GradientCheck result = check_gradient(
      network, parameters, {.kind = Loss::softmax_cross_entropy, .label_smoothing = 0.1}, data, {});
  EXPECT_TRUE(result.passed) << result.worst_error;
}

RC_GTEST_PROP(GradientCheckProperty, RandomNetworksPass, ()) {
  const auto activations = differentiable_activations();
  const auto depth = *rc::gen::inRange<std::size_t>(0, 4);
  MlpOptions options{.inputs = *rc::gen::inRange<std::size_t>(1, 6),
                     .outputs = *rc::gen::inRange<std::size_t>(1, 5)};
  options.hidden_activations.clear();
  for (std::size_t i = 0; i < depth; ++i) {
    options.hidden.push_back(*rc::gen::inRange<std::size_t>(1, 8));
    const Activation hidden = *rc::gen::elementOf(activations);
    options.hidden_activations.push_back(hidden == Activation::softmax ? Activation::tanh : hidden);
  }
  if (depth == 0) options.hidden_activations = {Activation::relu};
  const Loss loss =
      *rc::gen::elementOf(std::vector<Loss>{Loss::mean_squared_error, Loss::poisson, Loss::huber});
  const auto rows = *rc::gen::inRange<std::size_t>(1, 40);
  const auto seed = *rc::gen::inRange<std::uint64_t>(1, 1000000);
  const GradientCheck result = check(make_mlp(options), {.kind = loss}, seed, rows);
  RC_ASSERT(result.worst_error <= 1e-12);
}

// The check must be able to fail: one number of the gradient that is wrong by a millionth is found.
TEST(GradientCheck, AWrongGradientFails) {
  const Network network =
      make_mlp({.inputs = 2, .hidden = {3}, .outputs = 1, .hidden_activations = {Activation::tanh}});
  std::vector<double> parameters(parameter_count(network));
  initialize_parameters<double>(network, {}, parameters);
  const LossOptions loss{};
  const Dataset<double> data = random_data(4, network, Loss::mean_squared_error, 1);
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const GradientFunction wrong = [&](std::span<const double> at, const Dataset<double>& rows,
                                       std::span<double> gradient) {
      backward_gradient(network, loss)(at, rows, gradient);
      gradient[i] *= 1 + 1e-6;
    };
    const GradientCheck result = check_gradient(network, parameters, loss, data, {}, wrong);
    EXPECT_FALSE(result.passed) << i;
    EXPECT_LT(result.worst_error, 1e-5);
  }
}

// y = x w on one row that it fits: every gradient is 0, and so is half of it. Beside it they differ.
TEST(GradientCheck, AWrongFactorIsFoundAtAnExactFit) {
  const Network network = make_mlp({.inputs = 1, .hidden = {}, .outputs = 1});
  const std::vector<double> parameters = {2, 0};
  Dataset<double> data{.inputs = Matrix<double>(1, 1), .targets = Matrix<double>(1, 1)};
  data.inputs(0, 0) = 3;
  data.targets(0, 0) = 6;
  EXPECT_TRUE(check_gradient(network, parameters, {}, data, {}).passed);
  const GradientFunction halved = [&](std::span<const double> at, const Dataset<double>& rows,
                                      std::span<double> gradient) {
    backward_gradient(network, {})(at, rows, gradient);
    for (double& g : gradient)
      g /= 2;
  };
  EXPECT_FALSE(check_gradient(network, parameters, {}, data, {}, halved).passed);
}

// Units at +-1 to the last digit: f' is 1 - a^2 = 0 where 6e-34 would be right.
TEST(GradientCheck, SaturatedUnitsAndSureClassesPass) {
  const Network network = make_mlp({.inputs = 1,
                                    .hidden = {2},
                                    .outputs = 2,
                                    .hidden_activations = {Activation::tanh},
                                    .output_activation = Activation::softmax});
  for (const double size : {8.0, 20.0, 40.0, 900.0}) {
    const std::vector<double> parameters = {size, -size, 0.1, 0.2, size, -size, -size, size, 0, 0};
    Dataset<double> data{.inputs = Matrix<double>(3, 1), .targets = Matrix<double>(3, 2)};
    for (std::size_t r = 0; r < 3; ++r) {
      data.inputs(r, 0) = static_cast<double>(r) - 0.5;
      data.targets(r, r % 2) = 1;
    }
    for (const Loss loss : {Loss::softmax_cross_entropy, Loss::mean_squared_error}) {
      const GradientCheck result = check_gradient(network, parameters, {.kind = loss}, data, {});
      EXPECT_TRUE(result.passed) << size << " " << name_of(loss) << " " << result.worst_error;
    }
  }
}

// z = 1e9 w_1 - 1e9 w_2 + ... loses nine digits before it reaches the activation.
TEST(GradientCheck, InputsThatWereNotScaledPass) {
  for (const Activation hidden : {Activation::tanh, Activation::relu, Activation::swish}) {
    const Network network =
        make_mlp({.inputs = 2, .hidden = {3}, .outputs = 1, .hidden_activations = {hidden}});
    const std::vector<double> parameters = {0.5,  -0.25, 1e-3, -0.5, 0.25, -1e-3, 0.1,
                                            -0.2, 0.3,   1,    -1,   2,    0.5};
    Dataset<double> data{.inputs = Matrix<double>(5, 2), .targets = Matrix<double>(5, 1)};
    for (std::size_t r = 0; r < 5; ++r) {
      data.inputs(r, 0) = 1e9 + static_cast<double>(r);
      data.inputs(r, 1) = 1e9 + 1.5;
      data.targets(r, 0) = 1e9;
    }
    const GradientCheck result = check_gradient(network, parameters, {}, data, {});
    EXPECT_TRUE(result.passed) << name_of(hidden) << " " << result.worst_error;
  }
}

TEST(GradientCheck, RowsAtAKinkAreLeftOutOnBothSidesAndNamed) {
  const Network network = make_mlp({.inputs = 1, .hidden = {2}, .outputs = 1});
  // Unit 1 is at its kink for x = 1: z = 0.5 - 0.5.
  const std::vector<double> parameters = {0.5, 1, -0.5, 1, 1, 1, 0};
  Dataset<double> data{.inputs = Matrix<double>(2, 1), .targets = Matrix<double>(2, 1)};
  data.inputs(0, 0) = 1;
  data.inputs(1, 0) = 2;
  const GradientCheck result = check_gradient(network, parameters, {}, data, {});
  EXPECT_EQ(result.rows, 2u);
  EXPECT_EQ(result.rows_at_kink, 1u);
  ASSERT_EQ(result.kinks.size(), 1u);
  EXPECT_EQ(result.kinks[0].row, 0u);
  EXPECT_EQ(result.checked, 7u);
  EXPECT_TRUE(result.passed) << result.worst_error;
}

// A unit whose bias is 0 and a row of zeros: no point has a derivative.
TEST(GradientCheck, NothingToCompareIsNotAPass) {
  const Network network = make_mlp({.inputs = 1, .hidden = {1}, .outputs = 1});
  const std::vector<double> parameters = {0.5, 0, 1, 0};
  const Dataset<double> data{.inputs = Matrix<double>(1, 1), .targets = Matrix<double>(1, 1)};
  const GradientCheck result = check_gradient(network, parameters, {}, data, {});
  EXPECT_EQ(result.checked, 0u);
  EXPECT_FALSE(result.passed);
}

}  // namespace
}  // namespace chainrule
