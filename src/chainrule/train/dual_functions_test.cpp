#include "chainrule/train/dual_functions.h"

#include <gtest/gtest.h>

#include <vector>

namespace chainrule {
namespace {

// Extrapolated central differences of the values: every derivative of the table, those of a parameter too.
double difference(const auto& f) {
  const double h = 1e-3;
  return (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h);
}

TEST(DualFunctions, EveryActivationHasTheDerivativeOfItsValue) {
  for (const EnumName<Activation>& entry : enum_table<Activation>()) {
    const ActivationProperties& properties = properties_of(entry.value);
    if (!properties.is_elementwise || !properties.is_differentiable) continue;
    const double p = properties.default_parameter;
    for (const double z : {-30.0, -2.5, -0.4, 0.3, 1.7, 25.0}) {
      const auto value = [&](double dz, double dp) {
        return activation_of_dual(entry.value, {z + dz, 0}, {p + dp, 0}).value;
      };
      EXPECT_NEAR(activation_of_dual(entry.value, {z, 1}, {p, 0}).slope,
                  difference([&](double h) { return value(h, 0); }), 1e-9)
          << entry.word << " " << z;
      EXPECT_NEAR(activation_of_dual(entry.value, {z, 0}, {p, 1}).slope,
                  difference([&](double h) { return value(0, h); }), 1e-8)
          << entry.word << " by its parameter, " << z;
    }
  }
}

// f(2): 1/(1 + e^-2) = 0.8807970779778824, tanh 2 = 0.9640275800758169, tanh 1 = 0.7615941559557649,
// log(1 + e^2) = 2.1269280110429727, 2 f(2) = 1.7615941559557649, 2 Phi(2) = 1.9544997361036416,
// 2 tanh(log(1 + e^2)) = 1.9439589595339946, cos 2 = -0.4161468365471424
TEST(DualFunctions, ValuesAreThoseOfTheDefinitions) {
  const auto at_2 = [](Activation f) { return activation_of_dual(f, {2, 0}, {1, 0}).value; };
  EXPECT_DOUBLE_EQ(at_2(Activation::logistic), 0.8807970779778824);
  EXPECT_DOUBLE_EQ(at_2(Activation::tanh), 0.9640275800758169);
  EXPECT_DOUBLE_EQ(at_2(Activation::bipolar_sigmoid), 0.7615941559557649);
  EXPECT_DOUBLE_EQ(at_2(Activation::softplus), 2.1269280110429727);
  EXPECT_DOUBLE_EQ(at_2(Activation::swish), 1.7615941559557649);
  EXPECT_DOUBLE_EQ(at_2(Activation::gelu), 1.9544997361036416);
  EXPECT_DOUBLE_EQ(at_2(Activation::mish), 1.9439589595339946);
  EXPECT_DOUBLE_EQ(at_2(Activation::cosine), -0.4161468365471424);
  EXPECT_EQ(activation_of_dual(Activation::prelu, {-2, 0}, {0.25, 0}).value, -0.5);
  EXPECT_EQ(activation_of_dual(Activation::step, {-2, 1}, {}).slope, 0);
}

TEST(DualFunctions, NothingOverflowsFarFromZero) {
  for (const double z : {-1000.0, 1000.0}) {
    for (const EnumName<Activation>& entry : enum_table<Activation>()) {
      if (!properties_of(entry.value).is_elementwise) continue;
      const Dual a =
          activation_of_dual(entry.value, {z, 1}, {properties_of(entry.value).default_parameter, 0});
      EXPECT_TRUE(std::isfinite(a.value) && std::isfinite(a.slope)) << entry.word << " " << z;
    }
  }
  const std::vector<Dual> z = {{1000, 1}, {-1000, 0}};
  std::vector<Dual> a(2);
  softmax_of_duals(z, a);
  EXPECT_EQ(a[0].value, 1);
  EXPECT_EQ(a[1].value, 0);
}

TEST(DualFunctions, EveryLossHasTheDerivativeOfItsValue) {
  for (const EnumName<Loss>& entry : enum_table<Loss>()) {
    const LossOptions loss{.kind = entry.value,
                           .huber_delta = 0.7,
                           .quantile = 0.8,
                           .quantiles = {0.2, 0.6},
                           .label_smoothing = 0.1};
    const std::vector<double> targets = {1, 0};
    for (const double x : {-1.3, 0.35, 2.6}) {
      const auto value = [&](double h) {
        const std::vector<Dual> z = {{x + h, 0}, {0.2, 0}};
        return loss_of_duals(loss, z, z, targets, 2).value;
      };
      const std::vector<Dual> z = {{x, 1}, {0.2, 0}};
      EXPECT_NEAR(loss_of_duals(loss, z, z, targets, 2).slope, difference(value), 1e-9)
          << entry.word << " " << x;
    }
  }
}

}  // namespace
}  // namespace chainrule
