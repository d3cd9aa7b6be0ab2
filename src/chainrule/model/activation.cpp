#include "chainrule/model/activation.h"

namespace chainrule {

// Ranges of f': swish (beta 1), gelu and mish found as the extrema of their derivatives (f'' = 0), rounded
// outwards at the fourth decimal.
ActivationProperties properties_of(Activation activation) {
  switch (activation) {
    case Activation::identity:
      return {.derivative_minimum = 1, .derivative_maximum = 1};
    case Activation::logistic:
      return {.derivative_maximum = 0.25};
    case Activation::tanh:
      return {};
    case Activation::bipolar_sigmoid:
      return {.derivative_maximum = 0.5};
    case Activation::relu:
      return {.has_kink_at_zero = true};
    case Activation::leaky_relu:
      return {.default_parameter = 0.01,
              .parameter = ParameterUse::fixed,
              .has_kink_at_zero = true,
              .derivative_minimum = 0.01};
    case Activation::prelu:
      return {.default_parameter = 0.25,
              .parameter = ParameterUse::learnable,
              .has_kink_at_zero = true,
              .derivative_minimum = 0.25};
    // With alpha 1 the slope is continuous at 0, the curvature is not.
    case Activation::elu:
      return {.default_parameter = 1, .parameter = ParameterUse::fixed, .has_kink_at_zero = true};
    case Activation::selu:
      return {.has_kink_at_zero = true, .derivative_maximum = 1.7581};
    case Activation::softplus:
      return {};
    case Activation::swish:
      return {.default_parameter = 1,
              .parameter = ParameterUse::fixed,
              .derivative_minimum = -0.0998393201288669,
              .derivative_maximum = 1.0998393201288669};
    case Activation::gelu:
      return {.derivative_minimum = -0.1290, .derivative_maximum = 1.1290};
    case Activation::mish:
      return {.derivative_minimum = -0.1127, .derivative_maximum = 1.0886};
    case Activation::softmax:
      return {};
    case Activation::sign:
    case Activation::step:
      return {.is_continuous = false,
              .is_differentiable = false,
              .has_kink_at_zero = true,
              .derivative_maximum = 0};
  }
  return {};
}

}  // namespace chainrule
