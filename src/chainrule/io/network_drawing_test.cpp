#include "chainrule/io/network_drawing.h"

#include <gtest/gtest.h>

#include <limits>

namespace chainrule {
namespace {

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++found;
  return found;
}

Model make_model(std::vector<Layer> layers) {
  Model model;
  model.network.layers = std::move(layers);
  model.parameters = Parameters<float>(parameter_count(model.network));
  return model;
}

TEST(NetworkDrawing, ShowsEveryUnitOfASmallNetworkWithItsName) {
  Model model = make_model({make_dense(2, 3, Activation::tanh), make_dense(3, 1, Activation::logistic)});
  model.encoder.inputs = {{.name = "a&b"}, {.name = "c"}};
  model.encoder.target = {.task = Task::binary, .columns = {"answer"}, .class_names = {"no", "yes"}};
  const std::string svg = network_drawing(model);
  EXPECT_EQ(count(svg, "<circle class=\"unit\""), 2u + 3 + 1);
  EXPECT_NE(svg.find(">a&amp;b</text>"), std::string::npos);
  EXPECT_NE(svg.find(">answer=yes</text>"), std::string::npos);
  EXPECT_NE(svg.find(">9 parameters</text>"), std::string::npos) << "2 * 3 + 3";
  EXPECT_NE(svg.find(">4 parameters</text>"), std::string::npos) << "3 * 1 + 1";
}

TEST(NetworkDrawing, SortsWeightsBySignAndSize) {
  Model model = make_model({make_dense(2, 2, Activation::identity)});
  // W = [[1, -1], [0.3, 0]]: sizes 4 |w| / max are 4 (class 3), 4 (class 3), 1.2 (class 1), 0 (class 0).
  model.parameters = Parameters<float>{1, -1, 0.3f, 0, 0, 0};
  const std::string svg = network_drawing(model);
  EXPECT_EQ(count(svg, "\"weight plus w3\""), 1u);
  EXPECT_EQ(count(svg, "\"weight minus w3\""), 1u);
  EXPECT_EQ(count(svg, "\"weight plus w1\""), 1u);
  EXPECT_EQ(count(svg, "\"weight plus w0\""), 1u);
  EXPECT_EQ(count(svg, "\"weight minus w1\""), 0u);
}

TEST(NetworkDrawing, LeavesOutTheMiddleOfTallLayersAndLongChains) {
  std::vector<Layer> layers = {make_dense(784, 30, Activation::relu)};
  for (int i = 0; i < 40; ++i)
    layers.push_back(make_dense(30, 30, Activation::relu));
  const std::string svg = network_drawing(make_model(std::move(layers)));
  // Inputs and 41 layers are 42 columns, 16 are drawn with 12 units each.
  EXPECT_EQ(count(svg, "<circle"), 16u * 12);
  EXPECT_EQ(count(svg, ">⋮</text>"), 16u);
  EXPECT_NE(svg.find(">26 layers more</text>"), std::string::npos);
}

TEST(NetworkDrawing, DrawsDropoutAsUnitsWithoutWeights) {
  const std::string svg =
      network_drawing(make_model({make_dense(1, 4, Activation::relu), Dropout{.units = 4, .rate = 0.25},
                                  make_dense(4, 1, Activation::identity)}));
  EXPECT_EQ(count(svg, "<circle class=\"unit off\""), 4u);
  EXPECT_NE(svg.find(">rate 0.25</text>"), std::string::npos);
}

TEST(NetworkDrawing, DrawsRadialBasisFunctionsWithLinesThatAreAllAlike) {
  Model model = make_model({Rbf{.inputs = 2, .units = 3}, make_dense(3, 1, Activation::identity)});
  const std::string svg = network_drawing(model);
  EXPECT_EQ(count(svg, "<circle class=\"unit\""), 2u + 3 + 1);
  EXPECT_NE(svg.find(">rbf 3</text>"), std::string::npos);
  EXPECT_NE(svg.find(">9 parameters</text>"), std::string::npos) << "2 * 3 centres + 3 widths";
  EXPECT_NE(svg.find("layer of 3 radial basis functions"), std::string::npos);
}

TEST(NetworkDrawing, DrawsPlainLinesWhereWeightsAreZeroOrNotNumbers) {
  Model model = make_model({make_dense(2, 2, Activation::identity)});
  EXPECT_EQ(count(network_drawing(model), "class=\"weight\""), 1u);
  model.parameters = Parameters<double>{std::numeric_limits<double>::quiet_NaN(), 1, 1, 1, 0, 0};
  const std::string svg = network_drawing(model);
  EXPECT_EQ(count(svg, "class=\"weight\""), 1u);
  EXPECT_EQ(count(svg, "nan"), 0u);
}

}  // namespace
}  // namespace chainrule
