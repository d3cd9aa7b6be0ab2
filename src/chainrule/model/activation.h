// What is known about each activation function: its parameter, its kinks, whether gradient training can use
// it. The functions themselves are in tensor/activation_kernels.h.
#pragma once

#include "chainrule/tensor/activation_kernels.h"

namespace chainrule {

enum class ParameterUse { none, fixed, learnable };

template <>
struct EnumNames<ParameterUse> {
  static constexpr std::string_view kind = "use of the activation parameter";
  static constexpr EnumName<ParameterUse> table[] = {
      {ParameterUse::none, "none", "the function has no parameter"},
      {ParameterUse::fixed, "fixed", "the same number for all units, not trained"},
      {ParameterUse::learnable, "learnable", "one number a unit, trained"},
  };
};

struct ActivationProperties {
  double default_parameter = 0;                 // slope, alpha or beta where there is one
  ParameterUse parameter = ParameterUse::none;  // what the function has by default
  bool is_continuous = true;                    // false for sign and step, which jump at 0
  bool is_differentiable = true;                // false for sign and step: forward only
  bool has_kink_at_zero = false;                // the derivative jumps there
  double derivative_minimum = 0;                // the range of f' over all real numbers (closed hull)
  double derivative_maximum = 1;
};

ActivationProperties properties_of(Activation activation);

}  // namespace chainrule
