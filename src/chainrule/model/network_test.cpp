#include "chainrule/model/network.h"

#include <gtest/gtest.h>

#include <limits>

#include "chainrule/base/error.h"

namespace chainrule {
namespace {

Network two_layers() {
  return make_mlp({.inputs = 3,
                   .hidden = {4},
                   .outputs = 2,
                   .hidden_activations = {Activation::prelu},
                   .output_activation = Activation::softmax});
}

TEST(Network, ParametersLieInOneArrayWithoutGaps) {
  const auto segments = parameter_segments(two_layers());
  ASSERT_EQ(segments.size(), 5u);
  EXPECT_EQ(segments[0].name, "layers.0.weight");
  EXPECT_EQ(segments[0].rows, 3u);
  EXPECT_EQ(segments[0].columns, 4u);
  EXPECT_EQ(segments[2].name, "layers.0.activation");  // prelu: a learnable slope per unit
  std::size_t offset = 0;
  for (const ParameterSegment& segment : segments) {
    EXPECT_EQ(segment.offset, offset) << segment.name;
    offset += segment.size();
  }
  // 3*4 weights + 4 biases + 4 slopes, 4*2 weights + 2 biases
  EXPECT_EQ(offset, 30u);
  EXPECT_EQ(parameter_count(two_layers()), 30u);
}

// The lecture's 3-3-2 network: 9 + 3 + 6 + 2 parameters.
TEST(Network, LectureNetworkHasTwentyParameters) {
  EXPECT_EQ(parameter_count(make_mlp({.inputs = 3,
                                      .hidden = {3},
                                      .outputs = 2,
                                      .hidden_activations = {Activation::logistic},
                                      .output_activation = Activation::logistic})),
            20u);
}

TEST(Network, BiasCanBeLeftOut) {
  Network network{.layers = {make_dense(3, 2, Activation::identity)}};
  std::get<Dense>(network.layers[0]).bias = BiasUse::absent;
  EXPECT_EQ(parameter_count(network), 6u);
}

TEST(Network, DropoutFollowsEachHiddenLayerOnly) {
  const Network network = make_mlp({.inputs = 3, .hidden = {4, 5}, .outputs = 2, .dropout = 0.5});
  ASSERT_EQ(network.layers.size(), 5u);
  EXPECT_TRUE(std::holds_alternative<Dropout>(network.layers[1]));
  EXPECT_TRUE(std::holds_alternative<Dropout>(network.layers[3]));
  EXPECT_TRUE(std::holds_alternative<Dense>(network.layers[4]));
}

std::string message_of(const Network& network) {
  try {
    validate(network);
  } catch (const StateError& error) {
    return error.what();
  }
  return "no error";
}

TEST(NetworkValidation, SizesThatDoNotFitNameTheLayerAndBothSizes) {
  Network network = two_layers();
  std::get<Dense>(network.layers[1]).inputs = 7;
  const std::string message = message_of(network);
  EXPECT_NE(message.find("layer 2"), std::string::npos) << message;
  EXPECT_NE(message.find("4 inputs"), std::string::npos) << message;
  EXPECT_NE(message.find("7"), std::string::npos) << message;
}

TEST(NetworkValidation, RefusesWhatCannotRun) {
  EXPECT_NE(message_of({}), "no error");
  EXPECT_NE(message_of({.layers = {Dropout{.units = 3, .rate = 0.5}}}), "no error");
  EXPECT_NE(message_of({.layers = {make_dense(0, 2, Activation::relu)}}), "no error");
  EXPECT_NE(
      message_of({.layers = {make_dense(2, 2, Activation::softmax), make_dense(2, 1, Activation::identity)}}),
      "no error");
  EXPECT_NE(
      message_of({.layers = {Dropout{.units = 2, .rate = 1.0}, make_dense(2, 1, Activation::identity)}}),
      "no error");
  Network mixed = two_layers();
  std::get<Dense>(mixed.layers[0]).unit_activations = {Activation::relu, Activation::tanh};
  EXPECT_NE(message_of(mixed).find("4 activations"), std::string::npos) << message_of(mixed);
  EXPECT_EQ(message_of(two_layers()), "no error");
}

TEST(Network, RadialBasisFunctionsHaveCentresAndWidths) {
  const auto segments = parameter_segments(make_rbf_network({.inputs = 3, .units = 4, .outputs = 2}));
  ASSERT_EQ(segments.size(), 4u);
  EXPECT_EQ(segments[0].name, "layers.0.centre");
  EXPECT_EQ(segments[0].shape(), (std::vector<std::size_t>{3, 4}));
  EXPECT_EQ(segments[1].name, "layers.0.width");
  EXPECT_EQ(segments[1].offset, 12u);
  EXPECT_EQ(segments[1].shape(), std::vector<std::size_t>{4});
  EXPECT_EQ(segments[2].name, "layers.1.weight");
  EXPECT_EQ(segments[2].offset, 16u);
}

TEST(NetworkValidation, MoreParametersThanCanBeCountedAreRefused) {
  constexpr std::size_t kHuge = std::size_t{1} << 62;
  for (const MlpOptions& options : {MlpOptions{.inputs = 2, .hidden = {kHuge}, .outputs = 1},
                                    MlpOptions{.inputs = 4, .hidden = {SIZE_MAX}, .outputs = 1},
                                    MlpOptions{.inputs = kHuge, .outputs = kHuge},
                                    MlpOptions{.inputs = 1 << 24, .hidden = {1 << 24}, .outputs = 1}}) {
    EXPECT_THROW(make_mlp(options), StateError);
  }
  EXPECT_THROW(make_rbf_network({.inputs = 2, .units = kHuge * 2, .outputs = 1}), StateError);
  EXPECT_EQ(parameter_count(make_mlp({.inputs = 1 << 20, .hidden = {1 << 20}, .outputs = 1})),
            (std::size_t{1} << 40) + (std::size_t{1} << 21) + 1);
}

TEST(MakeMlp, ADropoutRateIsAShareBelowOne) {
  for (const double rate : {-1.0, 1.0, std::numeric_limits<double>::quiet_NaN()})
    EXPECT_THROW(make_mlp({.inputs = 2, .hidden = {3}, .outputs = 1, .dropout = rate}), StateError);
}

TEST(MakeMlp, ActivationsAreOneForAllOrOneALayer) {
  EXPECT_THROW(make_mlp({.inputs = 2,
                         .hidden = {3, 4, 5},
                         .outputs = 1,
                         .hidden_activations = {Activation::relu, Activation::tanh}}),
               StateError);
  const Network network = make_mlp({.inputs = 2,
                                    .hidden = {3, 4},
                                    .outputs = 1,
                                    .hidden_activations = {Activation::relu, Activation::tanh}});
  EXPECT_EQ(std::get<Dense>(network.layers[1]).activation, Activation::tanh);
}

}  // namespace
}  // namespace chainrule
