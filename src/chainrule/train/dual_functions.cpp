#include "chainrule/train/dual_functions.h"

#include <algorithm>

namespace chainrule {
namespace {

constexpr Dual constant(double x) {
  return {x, 0};
}

// 1 / (1 + exp(-z)), with the exponential of a number below 0, which cannot overflow.
Dual logistic(Dual z) {
  if (z.value >= 0) return constant(1) / (constant(1) + exp(-z));
  const Dual e = exp(z);
  return e / (constant(1) + e);
}

// (exp(2z) - 1) / (exp(2z) + 1), likewise.
Dual hyperbolic_tangent(Dual z) {
  const Dual e = expm1(constant(-2) * abs(z));  // exp(-2|z|) - 1
  const Dual size = -e / (e + constant(2));
  return z.value < 0 ? -size : size;
}

// log(1 + exp(z)), likewise.
Dual softplus(Dual z) {
  if (z.value > 0) return z + log1p(exp(-z));
  return log1p(exp(z));
}

template <Activation F>
Dual value_of(Dual z, Dual parameter) {
  constexpr double kRootHalf = 0.70710678118654752440;
  constexpr double kSeluScale = 1.0507009873554804934, kSeluAlpha = 1.6732632423543772848;
  if constexpr (F == Activation::identity) {
    return z;
  } else if constexpr (F == Activation::logistic) {
    return logistic(z);
  } else if constexpr (F == Activation::tanh) {
    return hyperbolic_tangent(z);
  } else if constexpr (F == Activation::bipolar_sigmoid) {
    return hyperbolic_tangent(constant(0.5) * z);
  } else if constexpr (F == Activation::relu) {
    return z.value > 0 ? z : constant(0);
  } else if constexpr (F == Activation::leaky_relu || F == Activation::prelu) {
    return z.value > 0 ? z : parameter * z;
  } else if constexpr (F == Activation::elu) {
    return z.value > 0 ? z : parameter * expm1(z);
  } else if constexpr (F == Activation::selu) {
    return constant(kSeluScale) * (z.value > 0 ? z : constant(kSeluAlpha) * expm1(z));
  } else if constexpr (F == Activation::softplus) {
    return softplus(z);
  } else if constexpr (F == Activation::swish) {
    return z * logistic(parameter * z);
  } else if constexpr (F == Activation::gelu) {
    return z * constant(0.5) * erfc(constant(-kRootHalf) * z);
  } else if constexpr (F == Activation::mish) {
    return z * hyperbolic_tangent(softplus(z));
  } else if constexpr (F == Activation::saturating_linear) {
    return z.value <= 0 ? constant(0) : z.value >= 1 ? constant(1) : z;
  } else if constexpr (F == Activation::cosine) {
    return cos(z);
  } else if constexpr (F == Activation::sign) {
    return constant(z.value < 0 ? -1 : 1);
  } else if constexpr (F == Activation::step) {
    return constant(z.value < 0 ? 0 : 1);
  } else {
    static_assert(F == Activation::softmax, "an activation without its value on dual numbers");
    return z;  // not element-wise: softmax_of_duals
  }
}

// log(sum_i exp(z_i)), with the largest z taken out.
Dual log_sum_exp(std::span<const Dual> z) {
  double largest = z[0].value;
  for (const Dual& one : z)
    largest = std::max(largest, one.value);
  Dual sum;
  for (const Dual& one : z)
    sum = sum + exp(one - constant(largest));
  return constant(largest) + log(sum);
}

// The loss of one output, of this index.
template <Loss LOSS>
Dual term_of(const LossOptions& loss, std::size_t output, Dual z, Dual a, double t) {
  const Dual e = a - constant(t);
  if constexpr (LOSS == Loss::mean_squared_error || LOSS == Loss::squared_error) {
    return e * e;
  } else if constexpr (LOSS == Loss::half_squared_error) {
    return constant(0.5) * e * e;
  } else if constexpr (LOSS == Loss::mean_absolute_error) {
    return abs(e);
  } else if constexpr (LOSS == Loss::huber) {
    const double delta = loss.huber_delta;
    if (std::abs(e.value) <= delta) return constant(0.5) * e * e;
    return constant(delta) * (abs(e) - constant(delta / 2));
  } else if constexpr (LOSS == Loss::quantile) {
    const double q = loss.quantiles.empty() ? loss.quantile : loss.quantiles[output];
    return (e.value < 0 ? constant(-q) : constant(1 - q)) * e;
  } else if constexpr (LOSS == Loss::poisson) {
    return exp(a) - constant(t) * a;
  } else if constexpr (LOSS == Loss::binary_cross_entropy) {
    const double smoothed = (1 - loss.label_smoothing) * t + loss.label_smoothing / 2;
    return softplus(z) - constant(smoothed) * z;
  } else {
    static_assert(LOSS == Loss::perceptron, "a loss without its value on dual numbers");
    const Dual wrong_by = constant(1 - 2 * t) * z;
    return wrong_by.value > 0 ? wrong_by : constant(0);
  }
}

template <Loss LOSS>
Dual row_loss(const LossOptions& loss, std::span<const Dual> z, std::span<const Dual> a,
              std::span<const double> targets, std::size_t outputs, std::size_t first) {
  const double count = static_cast<double>(outputs);
  Dual sum;
  if constexpr (LOSS == Loss::softmax_cross_entropy) {
    const Dual normaliser = log_sum_exp(z);
    for (std::size_t j = 0; j < z.size(); ++j) {
      const double smoothed = (1 - loss.label_smoothing) * targets[j] + loss.label_smoothing / count;
      sum = sum + constant(smoothed) * (normaliser - z[j]);
    }
    return sum;
  } else {
    for (std::size_t j = 0; j < z.size(); ++j)
      sum = sum + term_of<LOSS>(loss, first + j, z[j], a[j], targets[j]);
    return properties_of(LOSS).is_mean_over_outputs ? sum / constant(count) : sum;
  }
}

}  // namespace

Dual activation_of_dual(Activation activation, Dual z, Dual parameter) {
  switch (activation) {
#define CHAINRULE_CASE(NAME) \
  case Activation::NAME:     \
    return value_of<Activation::NAME>(z, parameter);
    CHAINRULE_ACTIVATIONS(CHAINRULE_CASE)
#undef CHAINRULE_CASE
  }
  return z;
}

void softmax_of_duals(std::span<const Dual> z, std::span<Dual> a) {
  const Dual normaliser = log_sum_exp(z);
  for (std::size_t i = 0; i < z.size(); ++i)
    a[i] = exp(z[i] - normaliser);
}

Dual loss_of_duals(const LossOptions& loss, std::span<const Dual> z, std::span<const Dual> a,
                   std::span<const double> targets, std::size_t outputs, std::size_t first) {
  switch (loss.kind) {
#define CHAINRULE_CASE(NAME) \
  case Loss::NAME:           \
    return row_loss<Loss::NAME>(loss, z, a, targets, outputs, first);
    CHAINRULE_LOSSES(CHAINRULE_CASE)
#undef CHAINRULE_CASE
  }
  return {};
}

}  // namespace chainrule
