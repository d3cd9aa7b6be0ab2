// The update rules. The loops are plain element-by-element code without fused operations, so any vector width
// gives the same bits; Highway only compiles them once for each instruction set.
#include "chainrule/optim/optimizer.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <string>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/optim/parameter_tiles.h"

#define HWY_DISABLED_TARGETS (HWY_SSE4 | HWY_SSSE3 | HWY_AVX3_DL)
#define HWY_COMPILE_ALL_ATTAINABLE
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "chainrule/optim/optimizer.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// After foreach_target.h, which sets the target.
#include "chainrule/tensor/target-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace chainrule {
namespace HWY_NAMESPACE {

template <typename T>
void decay_weights(T factor, T* HWY_RESTRICT w, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i)
    w[i] *= factor;
}

template <typename T>
void descend(T rate, const T* HWY_RESTRICT g, T* HWY_RESTRICT w, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i)
    w[i] -= rate * g[i];
}

template <typename T>
void descend_with_momentum(T rate, T momentum, const T* HWY_RESTRICT g, T* HWY_RESTRICT v, T* HWY_RESTRICT w,
                           std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    v[i] = momentum * v[i] - rate * g[i];
    w[i] += v[i];
  }
}

template <typename T>
void descend_with_nesterov(T rate, T momentum, const T* HWY_RESTRICT g, T* HWY_RESTRICT v, T* HWY_RESTRICT w,
                           std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    v[i] = momentum * v[i] - rate * g[i];
    w[i] += momentum * v[i] - rate * g[i];
  }
}

template <typename T>
void descend_with_rmsprop(T rate, T rho, T epsilon, const T* HWY_RESTRICT g, T* HWY_RESTRICT s,
                          T* HWY_RESTRICT w, std::size_t n) {
  const T rest = T(1) - rho;
  for (std::size_t i = 0; i < n; ++i) {
    s[i] = rho * s[i] + rest * (g[i] * g[i]);
    w[i] -= rate * g[i] / (std::sqrt(s[i]) + epsilon);
  }
}

// correction1 = 1 / (1 - beta1^t), correction2 = 1 / (1 - beta2^t)
template <typename T>
void descend_with_adam(T rate, T beta1, T beta2, T epsilon, T correction1, T correction2,
                       const T* HWY_RESTRICT g, T* HWY_RESTRICT a, T* HWY_RESTRICT s, T* HWY_RESTRICT w,
                       std::size_t n) {
  const T rest1 = T(1) - beta1, rest2 = T(1) - beta2;
  for (std::size_t i = 0; i < n; ++i) {
    a[i] = beta1 * a[i] + rest1 * g[i];
    s[i] = beta2 * s[i] + rest2 * (g[i] * g[i]);
    w[i] -= rate * (a[i] * correction1) / (std::sqrt(s[i] * correction2) + epsilon);
  }
}

// The parameters [first, first + n) and what belongs to them.
template <typename T>
void update_tile(const OptimizerOptions& options, double learning_rate,
                 std::span<const ParameterRange> decayed, std::span<const T> gradient,
                 std::span<T> parameters, OptimizerState<T>& state, std::size_t first, std::size_t n) {
  const T rate = static_cast<T>(learning_rate);
  const T* g = gradient.data() + first;
  T* w = parameters.data() + first;
  T* mean = state.first.data() + (state.first.empty() ? 0 : first);
  T* square = state.second.data() + (state.second.empty() ? 0 : first);
  if (options.weight_decay != 0) {
    for (const ParameterRange& range : decayed) {
      const std::size_t begin = std::max(range.offset, first);
      const std::size_t end = std::min(range.offset + range.size, first + n);
      if (begin >= end) continue;
      decay_weights(static_cast<T>(1 - learning_rate * options.weight_decay), parameters.data() + begin,
                    end - begin);
    }
  }
  const T momentum = static_cast<T>(options.momentum), epsilon = static_cast<T>(options.epsilon);
  switch (options.rule) {
    case Rule::gradient_descent:
      descend(rate, g, w, n);
      break;
    case Rule::momentum:
      descend_with_momentum(rate, momentum, g, mean, w, n);
      break;
    case Rule::nesterov:
      descend_with_nesterov(rate, momentum, g, mean, w, n);
      break;
    case Rule::rmsprop:
      descend_with_rmsprop(rate, static_cast<T>(options.rho), epsilon, g, square, w, n);
      break;
    case Rule::adam:
    case Rule::adamw: {
      const double correction1 = 1 / (1 - integer_power(options.beta1, state.updates));
      const double correction2 = 1 / (1 - integer_power(options.beta2, state.updates));
      descend_with_adam(rate, static_cast<T>(options.beta1), static_cast<T>(options.beta2), epsilon,
                        static_cast<T>(correction1), static_cast<T>(correction2), g, mean, square, w, n);
      break;
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace chainrule
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace chainrule {
namespace {

bool has_first_moment(Rule rule) {
  return rule != Rule::gradient_descent && rule != Rule::rmsprop;
}
bool has_second_moment(Rule rule) {
  return rule == Rule::rmsprop || rule == Rule::adam || rule == Rule::adamw;
}

void require(bool holds, std::string_view what, std::string_view expected, double got) {
  if (holds) return;
  throw UsageError({.what = std::string(what) + " is out of range",
                    .expected = std::string(expected),
                    .got = format_number(got)});
}

}  // namespace

double default_learning_rate(Rule rule) {
  switch (rule) {
    case Rule::gradient_descent:
      return 0.1;
    case Rule::momentum:
    case Rule::nesterov:
      return 0.01;
    case Rule::rmsprop:
    case Rule::adam:
    case Rule::adamw:
      return 0.001;
  }
  return 0.001;
}

void validate(const OptimizerOptions& options) {
  const auto share = [](double value) { return value >= 0 && value < 1; };
  require(share(options.momentum), "momentum", "at least 0 and below 1", options.momentum);
  require(share(options.beta1), "beta1", "at least 0 and below 1", options.beta1);
  require(share(options.beta2), "beta2", "at least 0 and below 1", options.beta2);
  require(share(options.rho), "rho", "at least 0 and below 1", options.rho);
  require(options.epsilon > 0 && std::isfinite(options.epsilon), "epsilon", "a number above 0",
          options.epsilon);
  require(options.weight_decay >= 0 && std::isfinite(options.weight_decay), "the weight decay", "0 or more",
          options.weight_decay);
}

template <typename T>
OptimizerState<T> make_optimizer_state(const OptimizerOptions& options, std::size_t parameters) {
  OptimizerState<T> state;
  if (has_first_moment(options.rule)) state.first.resize(parameters);
  if (has_second_moment(options.rule)) state.second.resize(parameters);
  return state;
}

double integer_power(double base, std::uint64_t exponent) {
  double power = 1;
  for (; exponent != 0; exponent >>= 1) {
    if (exponent & 1) power *= base;
    base *= base;
  }
  return power;
}

template <typename T>
void update(const Compute& compute, const OptimizerOptions& options, double learning_rate,
            std::span<const ParameterRange> decayed, std::span<const T> gradient, std::span<T> parameters,
            OptimizerState<T>& state) {
  assert(gradient.size() == parameters.size());
  assert(!has_first_moment(options.rule) || state.first.size() == parameters.size());
  assert(!has_second_moment(options.rule) || state.second.size() == parameters.size());
  ++state.updates;
  for_each_parameter_tile(compute, parameters.size(), [&](std::size_t first, std::size_t count) {
    CHAINRULE_RETURN_ON_VECTORS(
        compute.path,
        target::update_tile<T>(options, learning_rate, decayed, gradient, parameters, state, first, count));
    HWY_NAMESPACE::update_tile<T>(options, learning_rate, decayed, gradient, parameters, state, first, count);
  });
}

#define CHAINRULE_INSTANTIATE(T)                                                                            \
  template OptimizerState<T> make_optimizer_state<T>(const OptimizerOptions&, std::size_t);                 \
  template void update<T>(const Compute&, const OptimizerOptions&, double, std::span<const ParameterRange>, \
                          std::span<const T>, std::span<T>, OptimizerState<T>&);
CHAINRULE_INSTANTIATE(float)
CHAINRULE_INSTANTIATE(double)
#undef CHAINRULE_INSTANTIATE

}  // namespace chainrule
#endif  // HWY_ONCE
