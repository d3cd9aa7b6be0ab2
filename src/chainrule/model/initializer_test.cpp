#include "chainrule/model/initializer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace chainrule {
namespace {

std::vector<double> weights_of(Initializer kind, Activation activation, double scale = 0.1,
                               std::uint64_t seed = 1) {
  const Network network{.layers = {make_dense(200, 100, activation)}};
  std::vector<double> values(parameter_count(network));
  initialize_parameters<double>(network, {.kind = kind, .scale = scale, .seed = seed}, values);
  values.resize(200 * 100);
  return values;
}

struct Moments {
  double mean, variance, largest;
};

Moments moments_of(const std::vector<double>& values) {
  double sum = 0, squares = 0, largest = 0;
  for (const double v : values) {
    sum += v;
    squares += v * v;
    largest = std::max(largest, std::abs(v));
  }
  const double n = static_cast<double>(values.size());
  return {sum / n, squares / n - sum / n * sum / n, largest};
}

// Variances by the formulas for 200 inputs and 100 outputs; the sample variance of 20,000 draws has a
// relative standard deviation of at most sqrt(2 / 20000) = 1 %: the bound is five of these.
TEST(Initializer, VarianceIsTheFormulas) {
  const struct {
    Initializer kind;
    double variance;
    double bound;  // largest possible value, 0: none
  } cases[] = {
      {Initializer::glorot_uniform, 2.0 / 300, std::sqrt(6.0 / 300)},
      {Initializer::glorot_normal, 2.0 / 300, 0},
      {Initializer::he_uniform, 2.0 / 200, std::sqrt(6.0 / 200)},
      {Initializer::he_normal, 2.0 / 200, 0},
      {Initializer::lecun_uniform, 1.0 / 200, std::sqrt(3.0 / 200)},
      {Initializer::lecun_normal, 1.0 / 200, 0},
      {Initializer::small_random, 0.1 * 0.1 / 3, 0.1},
  };
  for (const auto& one : cases) {
    const Moments moments = moments_of(weights_of(one.kind, Activation::tanh));
    EXPECT_NEAR(moments.variance / one.variance, 1, 0.05) << name_of(one.kind);
    EXPECT_NEAR(moments.mean, 0, 5 * std::sqrt(one.variance / 20000)) << name_of(one.kind);
    if (one.bound > 0) {
      EXPECT_LE(moments.largest, one.bound) << name_of(one.kind);
    }
  }
}

TEST(Initializer, AutomaticFollowsTheActivation) {
  EXPECT_EQ(weights_of(Initializer::automatic, Activation::relu),
            weights_of(Initializer::he_normal, Activation::relu));
  EXPECT_EQ(weights_of(Initializer::automatic, Activation::selu),
            weights_of(Initializer::lecun_normal, Activation::selu));
  EXPECT_EQ(weights_of(Initializer::automatic, Activation::tanh),
            weights_of(Initializer::glorot_uniform, Activation::tanh));
}

TEST(Initializer, SeedDecidesEverything) {
  EXPECT_EQ(weights_of(Initializer::he_normal, Activation::relu, 0.1, 5),
            weights_of(Initializer::he_normal, Activation::relu, 0.1, 5));
  EXPECT_NE(weights_of(Initializer::he_normal, Activation::relu, 0.1, 5),
            weights_of(Initializer::he_normal, Activation::relu, 0.1, 6));
}

TEST(Initializer, LayersOfEqualShapeDiffer) {
  const Network network{.layers = {make_dense(4, 4, Activation::tanh), make_dense(4, 4, Activation::tanh)}};
  std::vector<float> values(parameter_count(network));
  initialize_parameters<float>(network, {}, values);
  EXPECT_NE(std::vector<float>(values.begin(), values.begin() + 16),
            std::vector<float>(values.begin() + 20, values.begin() + 36));
}

TEST(Initializer, BiasesAreZeroAndSlopesTheirDefault) {
  const Network network{.layers = {make_dense(2, 3, Activation::prelu)}};
  std::vector<double> values(parameter_count(network), 99);
  initialize_parameters<double>(network, {.kind = Initializer::constant, .scale = 0.5}, values);
  EXPECT_EQ(values, (std::vector<double>{0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0, 0, 0, 0.25, 0.25, 0.25}));
}

}  // namespace
}  // namespace chainrule
