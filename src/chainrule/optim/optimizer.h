// Station 7: the update. An optimizer with its hyperparameters, its state, and the number of updates made.
//
// Each optimizer has its equation and its source at the head of its file:
//   gradient_descent   gradient_descent-inl.h
//   momentum           momentum-inl.h
//   nesterov           momentum-inl.h
//   rmsprop            rmsprop-inl.h
//   adam, adamw        adam-inl.h
// Those that need the loss of all rows are not updates of a batch: they take whole iterations of
// train/full_batch_step.h.
//   lbfgs                lbfgs.h
//   scg                  scaled_conjugate_gradients.h
//   irprop_plus          irprop_plus.h
//   levenberg_marquardt  levenberg_marquardt.h
//
// Decoupled weight decay works with any of them: before the update the decayed parameters (weights, never
// biases) are multiplied by 1 - r weight_decay, where r is the learning rate of the step.
//
// An optimizer works on spans of numbers and knows nothing of layers; it only reads the gradient.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "chainrule/base/names.h"
#include "chainrule/tensor/compute.h"
#include "chainrule/tensor/matrix.h"

namespace chainrule {

enum class Optimizer {
  gradient_descent,
  momentum,
  nesterov,
  rmsprop,
  adam,
  adamw,
  lbfgs,
  scg,
  irprop_plus,
  levenberg_marquardt
};

struct OptimizerOptions {
  Optimizer kind = Optimizer::adam;
  double momentum = 0.9;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double rho = 0.9;
  double epsilon = 1e-8;
  double weight_decay = 0;  // adamw's usual value is 0.01

  bool operator==(const OptimizerOptions&) const = default;
};

using Hyperparameter = double OptimizerOptions::*;

struct OptimizerProperties {
  double learning_rate = 0;               // the usual initial value; 0: it has none
  bool has_first = false;                 // OptimizerState::first
  bool has_second = false;                // OptimizerState::second
  std::array<Hyperparameter, 3> options;  // those it reads, besides weight_decay
  bool needs_all_rows = false;            // an epoch is one iteration; no learning rate, no weight_decay
};

struct OptimizerRow : EnumName<Optimizer> {
  OptimizerProperties properties;
};

template <>
struct EnumNames<Optimizer> {
  using O = OptimizerOptions;
  static constexpr std::string_view kind = "optimizer";
  static constexpr OptimizerRow table[] = {
      {{Optimizer::gradient_descent, "gradient_descent", "a step against the gradient"},
       {.learning_rate = 0.1, .options = {}}},
      {{Optimizer::momentum, "momentum", "steps build up a velocity"},
       {.learning_rate = 0.01, .has_first = true, .options = {&O::momentum}}},
      {{Optimizer::nesterov, "nesterov", "momentum that looks ahead"},
       {.learning_rate = 0.01, .has_first = true, .options = {&O::momentum}}},
      {{Optimizer::rmsprop, "rmsprop", "each parameter's step divided by the size of its recent gradients"},
       {.learning_rate = 0.001, .has_second = true, .options = {&O::rho, &O::epsilon}}},
      {{Optimizer::adam, "adam", "momentum and rmsprop with bias correction"},
       {.learning_rate = 0.001,
        .has_first = true,
        .has_second = true,
        .options = {&O::beta1, &O::beta2, &O::epsilon}}},
      {{Optimizer::adamw, "adamw", "adam with decoupled weight decay"},
       {.learning_rate = 0.001,
        .has_first = true,
        .has_second = true,
        .options = {&O::beta1, &O::beta2, &O::epsilon}}},
      {{Optimizer::lbfgs, "lbfgs", "all rows: curvature from the last ten steps, and a line search"},
       {.options = {}, .needs_all_rows = true}},
      {{Optimizer::scg, "scg", "all rows: scaled conjugate gradients, without a line search"},
       {.options = {}, .needs_all_rows = true}},
      {{Optimizer::irprop_plus, "irprop_plus",
        "all rows: a step size for each weight, from the sign of its gradient"},
       {.options = {}, .needs_all_rows = true}},
      {{Optimizer::levenberg_marquardt, "levenberg_marquardt",
        "all rows: damped Gauss-Newton steps, for squared errors and small networks"},
       {.options = {}, .needs_all_rows = true}},
  };
  static constexpr EnumSynonym synonyms[] = {
      {"sgd gd stochastic_gradient_descent batch_gradient_descent steepest_descent", "gradient_descent"},
      {"sgd_momentum heavy_ball", "momentum"},
      {"nag nesterov_momentum nesterov_accelerated_gradient", "nesterov"},
      {"limited_memory_bfgs trainlbfgs", "lbfgs"},
      {"scaled_conjugate_gradient scaled_conjugate_gradients trainscg", "scg"},
      {"rprop irprop resilient_propagation resilient_backpropagation trainrp", "irprop_plus"},
      {"lm trainlm marquardt", "levenberg_marquardt"},
  };
  static constexpr EnumHint hints[] = {
      {"nadam adamax radam lion", "the nearest is \"adam\""},
      {"bfgs lbfgsb newton_cg", "the nearest is \"lbfgs\""},
      {"cg conjugate_gradient conjugate_gradients trainbr gauss_newton",
       "the nearest are \"scg\" and \"levenberg_marquardt\""},
      {"adagrad adadelta", "the nearest is \"rmsprop\""},
  };
};
static_assert(is_complete_table<Optimizer>(std::size_t(Optimizer::levenberg_marquardt) + 1));
static_assert(has_sound_synonyms<Optimizer>());

constexpr const OptimizerProperties& properties_of(Optimizer optimizer) {
  return EnumNames<Optimizer>::table[static_cast<std::size_t>(optimizer)].properties;
}

constexpr bool uses(Optimizer optimizer, Hyperparameter option) {
  for (const Hyperparameter used : properties_of(optimizer).options) {
    if (used == option) return true;
  }
  return false;
}

// Throws UsageError naming the value and its range.
void validate(const OptimizerOptions& options);

// A range of parameters within the flat array.
struct ParameterRange {
  std::size_t offset = 0;
  std::size_t size = 0;

  bool operator==(const ParameterRange&) const = default;
};

// Parameters whose learning rate is `factor` times that of the step (rate_factors.h).
struct RateFactor {
  ParameterRange range;
  double factor = 1;

  bool operator==(const RateFactor&) const = default;
};

template <typename T>
struct OptimizerState {
  AlignedVector<T> first;   // velocity, or mean of gradients; empty when the optimizer has none
  AlignedVector<T> second;  // mean of squared gradients; empty when the optimizer has none
  std::uint64_t updates = 0;
};

template <typename T>
OptimizerState<T> make_optimizer_state(const OptimizerOptions& options, std::size_t parameters);

// One update of all parameters; counts it in state. `decayed` lists the ranges that weight_decay applies to.
// factors: as in rate_factors.h; parameters outside them stay as they are. Empty: all are updated alike.
// Throws UsageError for an optimizer that needs all rows.
template <typename T>
void update(const Compute& compute, const OptimizerOptions& options, double learning_rate,
            std::span<const ParameterRange> decayed, std::span<const T> gradient, std::span<T> parameters,
            OptimizerState<T>& state, std::span<const RateFactor> factors = {});

// base^exponent by repeated squaring: a fixed sequence of products, so equal everywhere.
double integer_power(double base, std::uint64_t exponent);

}  // namespace chainrule
