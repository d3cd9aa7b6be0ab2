#include "chainrule/model/front_layers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "chainrule/model/forward.h"

namespace chainrule {
namespace {

std::vector<double> outputs_of(const Network& network, std::span<const double> parameters,
                               const std::vector<double>& row) {
  Matrix<double> x(1, row.size());
  std::ranges::copy(row, x.row(0));
  Workspace<double> workspace;
  const MatrixView<const double> y =
      forward<double>({}, network, parameters, x.view(), Mode::predict, {}, workspace);
  return {y.row(0), y.row(0) + y.columns};
}

std::vector<double> outputs_of(const FrontLayer& front, const std::vector<double>& row) {
  return outputs_of({.layers = {front.layer}}, front.parameters, row);
}

std::size_t learned(const FrontLayer& front) {
  std::size_t count = 0;
  for (const LayerRate& rate : front.rates)
    count += rate.size;
  return count;
}

// z of a wave: (2 pi w) x + b, so x = 0 gives cos(b), and the step from 0 to 1 gives w.
TEST(WaveLayer, GivesTheInputsAndCosinesOfTheNumbers) {
  const std::size_t numbers[] = {1};
  const FrontLayer front = wave_layer(2, numbers, WaveUse::learned, 7);
  EXPECT_EQ(front.layer.outputs, 2 + kWavesPerNumber);
  EXPECT_EQ(learned(front), 2 * kWavesPerNumber) << "a frequency and a phase for each";
  const std::vector<double> a = outputs_of(front, {5, 0.75});
  EXPECT_EQ(a[0], 5);
  EXPECT_EQ(a[1], 0.75);
  const auto to = dense_parameters<const double>(front.layer, std::span(front.parameters));
  double sum = 0, largest = 0;
  for (std::size_t k = 2; k < a.size(); ++k) {
    EXPECT_EQ(to.w(0, k), 0) << "it reads its number alone";
    EXPECT_NEAR(a[k], std::cos(to.w(1, k) * 0.75 + to.b[k]), 1e-15);
    EXPECT_LE(std::abs(to.b[k]), std::numbers::pi);
    sum += to.w(1, k) * to.w(1, k);
    largest = std::max(largest, std::abs(to.b[k]));
  }
  // 2 pi times a deviation of 0.1, of sixteen draws.
  EXPECT_NEAR(std::sqrt(sum / kWavesPerNumber), 0.2 * std::numbers::pi, 0.3);
  EXPECT_GT(largest, 1.5);
  EXPECT_EQ(learned(wave_layer(2, numbers, WaveUse::fixed, 7)), 0u);
}

// Inputs: a number, three words, another number. The words' rows of E follow the two numbers.
TEST(EmbeddingLayer, PassesNumbersOnAndLooksUpTheRowOfAWord) {
  const WordInputs words[] = {{.first = 1, .count = 3}};
  const FrontLayer front = embedding_layer(5, 0, words, 2, 3);
  EXPECT_EQ(front.layer.outputs, 4u);
  EXPECT_EQ(front.layer.bias, BiasUse::absent);
  EXPECT_EQ(learned(front), 6u);
  const auto to = dense_parameters<const double>(front.layer, std::span(front.parameters));
  for (std::size_t word = 0; word < 3; ++word) {
    std::vector<double> row = {4, 0, 0, 0, -9};
    row[1 + word] = 1;
    EXPECT_EQ(outputs_of(front, row), (std::vector<double>{4, -9, to.w(1 + word, 2), to.w(1 + word, 3)}));
  }
  EXPECT_NE(to.w(1, 2), to.w(2, 2));
  EXPECT_EQ(outputs_of(front, {4, 0, 0, 0, -9}), (std::vector<double>{4, -9, 0, 0})) << "an unknown word";
}

// Two numbers of 16 waves each: 3 values from the waves of each number alone.
TEST(EmbeddingLayer, GivesValuesOfTheWavesOfEachNumber) {
  const FrontLayer front = embedding_layer(3, 2, {}, 0, 3);
  EXPECT_EQ(front.layer.inputs, 3 + 32u);
  EXPECT_EQ(front.layer.outputs, 3 + 6u);
  EXPECT_EQ(learned(front), 2 * (16 * 3 + 3u));
  std::vector<double> row(35, 0);
  row[0] = 1, row[3 + 16] = 1;  // the first wave of the second number
  const auto to = dense_parameters<const double>(front.layer, std::span(front.parameters));
  const std::vector<double> z = outputs_of(front, row);
  EXPECT_EQ(z[0], 1);
  for (std::size_t v = 0; v < 3; ++v) {
    EXPECT_EQ(z[3 + v], to.b[3 + v]);
    EXPECT_EQ(z[6 + v], to.b[6 + v] + to.w(19, 6 + v));
    EXPECT_LE(std::abs(to.b[6 + v]), 0.25);
  }
}

TEST(ScaleLayer, StartsAsTheIdentityAndLearnsItsDiagonal) {
  const FrontLayer front = scale_layer(3);
  EXPECT_EQ(outputs_of(front, {4, -5, 6}), (std::vector<double>{4, -5, 6}));
  EXPECT_EQ(front.rates, (std::vector<LayerRate>{{0, 1, 6}, {4, 1, 6}, {8, 1, 6}}));
}

// With the parametrization ntk the weights of a layer of n inputs learn at 1 / sqrt(n) times the rate, its
// biases at the rate.
TEST(FrontLayers, RatesOfANetworkAreThoseOfItsLayers) {
  const Network network = make_mlp({.inputs = 4, .hidden = {9}, .outputs = 1});
  EXPECT_TRUE(rates_of({}, network, Parametrization::standard).empty());
  EXPECT_EQ(rates_of({}, network, Parametrization::ntk),
            (std::vector<LayerRate>{{0, 36, 0.5}, {36, 9, 1}, {45, 9, 1 / 3.0}, {54, 1, 1}}));
  FrontLayers front;
  front.layers.push_back(scale_layer(4));
  const Network behind = with_front(front, network);
  EXPECT_EQ(parameter_count(behind), 16 + parameter_count(network));
  const std::vector<LayerRate> rates = rates_of(front, behind, Parametrization::standard);
  ASSERT_EQ(rates.size(), 8u);
  EXPECT_EQ(rates[3], (LayerRate{15, 1, 6}));
  EXPECT_EQ(rates[4], (LayerRate{16, 36, 1}));
}

TEST(FoldLayers, GiveTheSameFunctionInOneLayerLess) {
  const WordInputs words[] = {{.first = 2, .count = 4}};
  FrontLayers front;
  front.layers.push_back(embedding_layer(6, 1, words, 2, 5));
  front.layers.push_back(scale_layer(front.layers[0].layer.outputs));
  const Network network = with_front(front, make_mlp({.inputs = 1, .hidden = {3}, .outputs = 2}));
  std::vector<double> parameters(parameter_count(network));
  for (std::size_t i = 0; i < parameters.size(); ++i)
    parameters[i] = std::sin(static_cast<double>(i));
  set_front_parameters<double>(front, parameters);
  parameters[parameter_count({.layers = {network.layers[0]}})] = 0.5;  // a scale
  const FoldedNetwork<double> folded = fold_layers<double>(network, parameters, 2);
  EXPECT_EQ(folded.network.layers.size(), 2u);
  std::vector<double> row(network.inputs());
  for (std::size_t i = 0; i < row.size(); ++i)
    row[i] = std::cos(static_cast<double>(3 * i));
  const std::vector<double> as_trained = outputs_of(network, parameters, row);
  const std::vector<double> as_folded = outputs_of(folded.network, folded.parameters, row);
  for (std::size_t j = 0; j < 2; ++j)
    EXPECT_NEAR(as_folded[j], as_trained[j], 1e-13);
}

}  // namespace
}  // namespace chainrule
