// Station 7: the update. A rule with its hyper-parameters, the state it keeps, and the number of updates
// made.
//
// g gradient, w parameters, r learning rate of the step, t the number of the update counted from 1:
//   gradient_descent  w -= r g
//   momentum          v = m v - r g,                 w += v                 Polyak 1964
//   nesterov          v = m v - r g,                 w += m v - r g         Sutskever et al. 2013
//   rmsprop           s = q s + (1-q) g^2,           w -= r g / (sqrt(s) + eps)   Tieleman, Hinton 2012
//   adam              a = p a + (1-p) g, s = q s + (1-q) g^2,
//                     w -= r (a / (1 - p^t)) / (sqrt(s / (1 - q^t)) + eps)   Kingma, Ba 2015
//   adamw             adam with decoupled weight decay                       Loshchilov, Hutter 2019
// with m momentum, p beta1, q beta2 (rmsprop: rho). Decoupled weight decay, for any rule: before the update
// the decayed parameters (weights, never biases) are multiplied by 1 - r weight_decay.
//
// The optimizer works on spans of numbers and knows no layers; the gradient is const for it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "chainrule/base/names.h"
#include "chainrule/tensor/compute.h"
#include "chainrule/tensor/matrix.h"

namespace chainrule {

enum class Rule { gradient_descent, momentum, nesterov, rmsprop, adam, adamw };

template <>
struct EnumNames<Rule> {
  static constexpr std::string_view kind = "optimizer";
  static constexpr EnumName<Rule> table[] = {
      {Rule::gradient_descent, "gradient_descent", "a step against the gradient"},
      {Rule::momentum, "momentum", "steps gather speed"},
      {Rule::nesterov, "nesterov", "momentum that looks ahead"},
      {Rule::rmsprop, "rmsprop", "each parameter's step divided by its recent gradient size"},
      {Rule::adam, "adam", "momentum and rmsprop with bias correction"},
      {Rule::adamw, "adamw", "adam with decoupled weight decay"},
  };
};

struct OptimizerOptions {
  Rule rule = Rule::adam;
  double momentum = 0.9;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double rho = 0.9;
  double epsilon = 1e-8;
  double weight_decay = 0;  // adamw's usual value is 0.01

  bool operator==(const OptimizerOptions&) const = default;
};

// The learning rate people start with for the rule.
double default_learning_rate(Rule rule);

// Throws UsageError naming the value and its range.
void validate(const OptimizerOptions& options);

// A run of parameters within the flat array.
struct ParameterRange {
  std::size_t offset = 0;
  std::size_t size = 0;
};

template <typename T>
struct OptimizerState {
  AlignedVector<T> first;   // velocity, or mean of gradients; empty when the rule has none
  AlignedVector<T> second;  // mean of squared gradients; empty when the rule has none
  std::uint64_t updates = 0;
};

template <typename T>
OptimizerState<T> make_optimizer_state(const OptimizerOptions& options, std::size_t parameters);

// One update of all parameters; state.updates + 1. `decayed` lists the runs that weight_decay applies to.
template <typename T>
void update(const Compute& compute, const OptimizerOptions& options, double learning_rate,
            std::span<const ParameterRange> decayed, std::span<const T> gradient, std::span<T> parameters,
            OptimizerState<T>& state);

// base^exponent by repeated squaring: a fixed sequence of products, so equal everywhere.
double integer_power(double base, std::uint64_t exponent);

}  // namespace chainrule
