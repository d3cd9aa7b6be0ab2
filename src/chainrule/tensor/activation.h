// The activation functions: their names and properties, one row per function.
//
// A new function is one name in CHAINRULE_ACTIVATIONS, one row in the table, and its value and derivative in
// activation_functions-inl.h, which does not compile without them. Kernels, command line, model files,
// Python, the gradient check and the tests read the table.
#pragma once

#include <cstddef>
#include <iterator>
#include <limits>
#include <span>
#include <string_view>

#include "chainrule/base/names.h"

#define CHAINRULE_ACTIVATIONS(X) \
  X(identity)                    \
  X(logistic)                    \
  X(tanh)                        \
  X(bipolar_sigmoid)             \
  X(relu)                        \
  X(leaky_relu)                  \
  X(prelu)                       \
  X(elu)                         \
  X(selu)                        \
  X(softplus)                    \
  X(swish)                       \
  X(gelu)                        \
  X(mish)                        \
  X(saturating_linear)           \
  X(softmax)                     \
  X(sign)                        \
  X(step)                        \
  X(cosine)

namespace chainrule {

#define CHAINRULE_ENUMERATOR(NAME) NAME,
enum class Activation { CHAINRULE_ACTIVATIONS(CHAINRULE_ENUMERATOR) };
#undef CHAINRULE_ENUMERATOR

enum class ParameterUse { none, fixed, learnable };

template <>
struct EnumNames<ParameterUse> {
  static constexpr std::string_view kind = "use of the activation parameter";
  static constexpr EnumName<ParameterUse> table[] = {
      {ParameterUse::none, "none", "the function has no parameter"},
      {ParameterUse::fixed, "fixed", "the same number for all units, not trained"},
      {ParameterUse::learnable, "learnable", "one number per unit, trained"},
  };
};

// The initializer that preserves the size of signals in layers with the function (model/initializer.h).
enum class WeightScale { glorot, he, lecun };

struct ActivationProperties {
  // f and f' in terms of z and f, as `explain` prints them; f' is "" when it has no short form.
  std::string_view formula = {};
  std::string_view derivative_formula = {};
  double default_parameter = 0;                 // slope, alpha or beta where there is one
  ParameterUse parameter = ParameterUse::none;  // what the function has by default
  WeightScale weight_scale = WeightScale::glorot;
  bool is_elementwise = true;           // false for softmax, which works on a row
  bool is_continuous = true;            // false for sign and step, which jump at 0
  bool is_differentiable = true;        // false for sign and step: forward only
  std::span<const double> kinks = {};   // where the derivative or the curvature jumps
  bool derivative_from_output = false;  // f' is calculated from f(z) instead of z
  double derivative_minimum = 0;        // the range of f' over all real numbers (closed hull)
  double derivative_maximum = 1;
  // Regression reports targets beyond these as out of reach. Infinite when f has no bound or none is checked.
  double value_minimum = -std::numeric_limits<double>::infinity();
  double value_maximum = std::numeric_limits<double>::infinity();
};

inline constexpr double kAtZero[] = {0};
inline constexpr double kAtZeroAndOne[] = {0, 1};

struct ActivationRow : EnumName<Activation> {
  ActivationProperties properties;
};

// Ranges of f': swish (beta 1), gelu and mish found as the extrema of their derivatives (f'' = 0), rounded
// outwards at the fourth decimal.
template <>
struct EnumNames<Activation> {
  static constexpr std::string_view kind = "activation";
  static constexpr ActivationRow table[] = {
      {{Activation::identity, "identity", "f(x) = x"},
       {.formula = "f(z) = z",
        .derivative_formula = "f' = 1",
        .derivative_minimum = 1,
        .derivative_maximum = 1}},
      {{Activation::logistic, "logistic", "1 / (1 + exp(-x))"},
       {.formula = "f(z) = 1/(1 + exp(-z))",
        .derivative_formula = "f' = f (1 - f)",
        .derivative_from_output = true,
        .derivative_maximum = 0.25,
        .value_minimum = 0,
        .value_maximum = 1}},
      {{Activation::tanh, "tanh", "(exp(x) - exp(-x)) / (exp(x) + exp(-x))"},
       {.formula = "f(z) = tanh(z)",
        .derivative_formula = "f' = 1 - f²",
        .derivative_from_output = true,
        .value_minimum = -1,
        .value_maximum = 1}},
      {{Activation::bipolar_sigmoid, "bipolar_sigmoid", "(1 - exp(-x)) / (1 + exp(-x)) = tanh(x / 2)"},
       {.formula = "f(z) = (1 - exp(-z))/(1 + exp(-z))",
        .derivative_formula = "f' = ½ (1 - f²)",
        .derivative_from_output = true,
        .derivative_maximum = 0.5,
        .value_minimum = -1,
        .value_maximum = 1}},
      {{Activation::relu, "relu", "max(0, x)"},
       {.formula = "f(z) = max(0, z)",
        .derivative_formula = "f' = 1 for z > 0, else 0",
        .weight_scale = WeightScale::he,
        .kinks = kAtZero,
        .value_minimum = 0}},
      {{Activation::leaky_relu, "leaky_relu", "max(0, x) + slope min(0, x), slope 0.01"},
       {.formula = "f(z) = max(0, z) + slope min(0, z)",
        .derivative_formula = "f' = 1 for z > 0, else slope",
        .default_parameter = 0.01,
        .parameter = ParameterUse::fixed,
        .weight_scale = WeightScale::he,
        .kinks = kAtZero,
        .derivative_minimum = 0.01}},
      {{Activation::prelu, "prelu",
        "max(0, x) + slope min(0, x), one learnable slope per unit, initially 0.25"},
       {.formula = "f(z) = max(0, z) + slope min(0, z)",
        .derivative_formula = "f' = 1 for z > 0, else slope",
        .default_parameter = 0.25,
        .parameter = ParameterUse::learnable,
        .weight_scale = WeightScale::he,
        .kinks = kAtZero,
        .derivative_minimum = 0.25}},
      // With alpha 1 the slope is continuous at 0, the curvature is not.
      {{Activation::elu, "elu", "x for x > 0, alpha (exp(x) - 1) else, alpha 1"},
       {.formula = "f(z) = z for z > 0, else alpha (exp(z) - 1)",
        .derivative_formula = "f' = 1 for z > 0, else alpha exp(z)",
        .default_parameter = 1,
        .parameter = ParameterUse::fixed,
        .weight_scale = WeightScale::he,
        .kinks = kAtZero}},
      {{Activation::selu, "selu", "elu scaled so that mean 0 and variance 1 pass through"},
       {.formula = "f(z) = scale elu(z)",
        .weight_scale = WeightScale::lecun,
        .kinks = kAtZero,
        .derivative_maximum = 1.7581}},
      {{Activation::softplus, "softplus", "log(1 + exp(x))"},
       {.formula = "f(z) = log(1 + exp(z))",
        .derivative_formula = "f' = 1/(1 + exp(-z))",
        .weight_scale = WeightScale::he,
        .value_minimum = 0}},
      {{Activation::swish, "swish", "x logistic(beta x), beta 1, learnable on request"},
       {.formula = "f(z) = z/(1 + exp(-beta z))",
        .default_parameter = 1,
        .parameter = ParameterUse::fixed,
        .weight_scale = WeightScale::he,
        .derivative_minimum = -0.0998393201288669,
        .derivative_maximum = 1.0998393201288669}},
      {{Activation::gelu, "gelu", "x Phi(x), Phi the normal distribution function"},
       {.formula = "f(z) = z Phi(z)",
        .weight_scale = WeightScale::he,
        .derivative_minimum = -0.1290,
        .derivative_maximum = 1.1290}},
      {{Activation::mish, "mish", "x tanh(softplus(x))"},
       {.formula = "f(z) = z tanh(log(1 + exp(z)))",
        .weight_scale = WeightScale::he,
        .derivative_minimum = -0.1127,
        .derivative_maximum = 1.0886}},
      {{Activation::saturating_linear, "saturating_linear", "x between 0 and 1, else the nearer of the two"},
       {.formula = "f(z) = min(max(z, 0), 1)",
        .derivative_formula = "f' = 1 for 0 < z < 1, else 0",
        .kinks = kAtZeroAndOne,
        .value_minimum = 0,
        .value_maximum = 1}},
      {{Activation::softmax, "softmax", "exp(x_i) / sum_j exp(x_j), output layer only"},
       {.formula = "f(z)_i = exp(z_i)/Σ_j exp(z_j)",
        .derivative_formula = "∂f_i/∂z_j = f_i (1 for i = j, else 0) - f_i f_j",
        .is_elementwise = false}},
      {{Activation::sign, "sign", "-1 for x < 0, else 1; forward only"},
       {.is_continuous = false, .is_differentiable = false, .kinks = kAtZero, .derivative_maximum = 0}},
      {{Activation::step, "step", "0 for x < 0, else 1; forward only"},
       {.is_continuous = false, .is_differentiable = false, .kinks = kAtZero, .derivative_maximum = 0}},
      {{Activation::cosine, "cosine", "cos(x), of periodic columns"},
       {.formula = "f(z) = cos(z)",
        .derivative_formula = "f' = -sin(z)",
        .derivative_minimum = -1,
        .value_minimum = -1,
        .value_maximum = 1}},
  };
  static constexpr EnumSynonym synonyms[] = {
      {"sigmoid logistic_sigmoid logsig expit", "logistic"},
      {"linear none purelin", "identity"},
      {"tansig hyperbolic_tangent", "tanh"},
      {"bipolar_logistic", "bipolar_sigmoid"},
      {"rectifier rectified_linear rectified_linear_unit", "relu"},
      {"lrelu leaky", "leaky_relu"},
      {"parametric_relu", "prelu"},
      {"exponential_linear_unit", "elu"},
      {"soft_relu smooth_relu", "softplus"},
      {"silu sigmoid_linear_unit", "swish"},
      {"cos", "cosine"},
      {"satlin saturated_linear clipped_linear", "saturating_linear"},
      {"signum sgn hardlims", "sign"},
      {"heaviside threshold hardlim binary_step unit_step", "step"},
  };
  static constexpr EnumHint hints[] = {
      {"rbf gaussian", "did you mean the model \"rbf\"?"},
      {"relu6 hard_swish", "the nearest are \"relu\" and \"swish\""},
      {"sin sine siren", "the nearest is \"cosine\""},
      {"hard_sigmoid", "the nearest are \"logistic\" and \"saturating_linear\""},
      {"softsign hard_tanh", "the nearest is \"tanh\""},
  };
};

#define CHAINRULE_ONE(NAME) +1  // NOLINT(bugprone-macro-parentheses): a sum of them
static_assert(is_complete_table<Activation>(0 CHAINRULE_ACTIVATIONS(CHAINRULE_ONE)));
static_assert(has_sound_synonyms<Activation>());
#undef CHAINRULE_ONE

constexpr const ActivationProperties& properties_of(Activation activation) {
  return EnumNames<Activation>::table[static_cast<std::size_t>(activation)].properties;
}

// The functions for hidden layers trained by gradients: element-wise and with a derivative.
constexpr bool is_trainable_by_unit(Activation activation) {
  return properties_of(activation).is_differentiable && properties_of(activation).is_elementwise;
}

// Is x less than `distance` from a kink?
constexpr bool has_kink_near(Activation activation, double x, double distance) {
  for (const double kink : properties_of(activation).kinks) {
    if (x - kink < distance && kink - x < distance) return true;
  }
  return false;
}

constexpr bool has_parameter(Activation activation) {
  return properties_of(activation).parameter != ParameterUse::none;
}

}  // namespace chainrule
