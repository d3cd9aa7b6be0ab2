#include "chainrule/tensor/activation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "chainrule/tensor/activation_kernels.h"

namespace chainrule {
namespace {

// f' of one number with the function's default parameter.
double derivative(Activation f, double x) {
  const Compute compute{.path = KernelPath::plain};
  const double parameter = properties_of(f).default_parameter, one = 1;
  double a = 0, d_z = 0;
  activate<double>(compute, f, {&parameter, 1}, {&x, 1, 1}, {&a, 1, 1});
  activate_backward<double>(compute, f, {&parameter, 1}, {&x, 1, 1}, {&a, 1, 1}, {&one, 1, 1}, {&d_z, 1, 1});
  return d_z;
}

TEST(ActivationProperties, DerivativesStayWithinTheStatedRangeAndReachIt) {
  for (const EnumName<Activation>& entry : enum_table<Activation>()) {
    const ActivationProperties properties = properties_of(entry.value);
    if (!properties.is_differentiable || entry.value == Activation::softmax) continue;
    double smallest = 1e9, largest = -1e9;
    for (int i = -8000; i <= 8000; ++i) {
      const double d = derivative(entry.value, i * 0.005);
      smallest = std::min(smallest, d);
      largest = std::max(largest, d);
    }
    EXPECT_GE(smallest, properties.derivative_minimum) << entry.word;
    EXPECT_LE(largest, properties.derivative_maximum + 1e-15) << entry.word;
    EXPECT_NEAR(smallest, properties.derivative_minimum, 2e-3) << entry.word;
    EXPECT_NEAR(largest, properties.derivative_maximum, 2e-3) << entry.word;
  }
}

TEST(ActivationProperties, KinksAreWhereTheDerivativeOrTheCurvatureJumps) {
  for (const Activation f : {Activation::relu, Activation::leaky_relu, Activation::prelu, Activation::selu}) {
    EXPECT_TRUE(has_kink_near(f, 0, 1e-9));
    EXPECT_GT(std::abs(derivative(f, 1e-9) - derivative(f, -1e-9)), 0.5) << name_of(f);
  }
  for (const Activation f : {Activation::logistic, Activation::tanh, Activation::softplus, Activation::swish,
                             Activation::gelu, Activation::mish, Activation::bipolar_sigmoid}) {
    EXPECT_TRUE(properties_of(f).kinks.empty());
    EXPECT_NEAR(derivative(f, 1e-9), derivative(f, -1e-9), 1e-7) << name_of(f);
  }
}

TEST(ActivationProperties, ContinuousFunctionsDoNotJump) {
  const Compute compute{.path = KernelPath::plain};
  for (const EnumName<Activation>& entry : enum_table<Activation>()) {
    if (entry.value == Activation::softmax) continue;
    const double parameter = properties_of(entry.value).default_parameter;
    double largest = 0;
    for (int i = -8000; i <= 8000; ++i) {
      const double around[] = {i * 0.005 - 1e-9, i * 0.005 + 1e-9};
      double a[2] = {};
      activate<double>(compute, entry.value, {&parameter, 1}, {around, 1, 2}, {a, 1, 2});
      largest = std::max(largest, std::abs(a[1] - a[0]));
    }
    EXPECT_EQ(largest < 1e-8, properties_of(entry.value).is_continuous) << entry.word << " " << largest;
  }
}

TEST(ActivationProperties, ThresholdUnitsHaveNoGradient) {
  EXPECT_FALSE(properties_of(Activation::sign).is_differentiable);
  EXPECT_FALSE(properties_of(Activation::step).is_differentiable);
}

}  // namespace
}  // namespace chainrule
