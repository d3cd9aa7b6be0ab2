// From the kind of optimizer to its loop (adam-inl.h and the like). The loops are plain element-by-element
// code without fused operations, so every vector width gives the same bits; Highway only compiles them once
// for each instruction set.
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
#include "chainrule/optim/adam-inl.h"
#include "chainrule/optim/gradient_descent-inl.h"
#include "chainrule/optim/momentum-inl.h"
#include "chainrule/optim/rmsprop-inl.h"
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

// The parameters [first, first + n) with their gradient and state, at one rate.
template <typename T>
void update_range(const OptimizerOptions& options, double learning_rate, std::span<const T> gradient,
                  std::span<T> parameters, OptimizerState<T>& state, std::size_t first, std::size_t n) {
  const ParameterTile<T> tile{.rate = static_cast<T>(learning_rate),
                              .g = gradient.data() + first,
                              .w = parameters.data() + first,
                              .first = state.first.data() + (state.first.empty() ? 0 : first),
                              .second = state.second.data() + (state.second.empty() ? 0 : first),
                              .n = n,
                              .updates = state.updates};
  switch (options.kind) {
    case Optimizer::gradient_descent:
      return update_gradient_descent(options, tile);
    case Optimizer::momentum:
      return update_momentum(options, tile);
    case Optimizer::nesterov:
      return update_nesterov(options, tile);
    case Optimizer::rmsprop:
      return update_rmsprop(options, tile);
    case Optimizer::adam:
    case Optimizer::adamw:
      return update_adam(options, tile);
    case Optimizer::lbfgs:
    case Optimizer::scg:
    case Optimizer::irprop_plus:
    case Optimizer::levenberg_marquardt:
      return;  // update refuses them
  }
}

// The parameters [first, first + n), each at its own rate.
template <typename T>
void update_tile(const OptimizerOptions& options, double learning_rate,
                 std::span<const ParameterRange> decayed, std::span<const RateFactor> factors,
                 std::span<const T> gradient, std::span<T> parameters, OptimizerState<T>& state,
                 std::size_t first, std::size_t n) {
  if (options.weight_decay != 0) {
    for (const ParameterRange& range : decayed) {
      const std::size_t begin = std::max(range.offset, first);
      const std::size_t end = std::min(range.offset + range.size, first + n);
      if (begin >= end) continue;
      decay_weights(static_cast<T>(1 - learning_rate * options.weight_decay), parameters.data() + begin,
                    end - begin);
    }
  }
  if (factors.empty()) return update_range<T>(options, learning_rate, gradient, parameters, state, first, n);
  for (const RateFactor& one : factors) {
    const std::size_t begin = std::max(one.range.offset, first);
    const std::size_t end = std::min(one.range.offset + one.range.size, first + n);
    if (begin >= end) continue;
    update_range<T>(options, one.factor * learning_rate, gradient, parameters, state, begin, end - begin);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace chainrule
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace chainrule {
namespace {

void require(bool holds, std::string_view what, std::string_view expected, double got) {
  if (holds) return;
  throw UsageError({.what = std::string(what) + " is out of range",
                    .expected = std::string(expected),
                    .got = format_number(got)});
}

}  // namespace

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
  if (properties_of(options.kind).has_first) state.first.resize(parameters);
  if (properties_of(options.kind).has_second) state.second.resize(parameters);
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
            OptimizerState<T>& state, std::span<const RateFactor> factors) {
  if (properties_of(options.kind).needs_all_rows) {
    throw UsageError({.what = "the optimizer needs all rows at once and has no update of a batch",
                      .setting = Setting::optimizer,
                      .got = std::string(name_of(options.kind)),
                      .advice = "train with it by train() or train_on_table(), or use " +
                                set_to(Setting::optimizer, "adam")});
  }
  assert(gradient.size() == parameters.size());
  assert(!properties_of(options.kind).has_first || state.first.size() == parameters.size());
  assert(!properties_of(options.kind).has_second || state.second.size() == parameters.size());
  ++state.updates;
  for_each_parameter_tile(compute, parameters.size(), [&](std::size_t first, std::size_t count) {
    CHAINRULE_RETURN_ON_VECTORS(
        compute.path, target::update_tile<T>(options, learning_rate, decayed, factors, gradient, parameters,
                                             state, first, count));
    HWY_NAMESPACE::update_tile<T>(options, learning_rate, decayed, factors, gradient, parameters, state,
                                  first, count);
  });
}

#define CHAINRULE_INSTANTIATE(T)                                                                            \
  template OptimizerState<T> make_optimizer_state<T>(const OptimizerOptions&, std::size_t);                 \
  template void update<T>(const Compute&, const OptimizerOptions&, double, std::span<const ParameterRange>, \
                          std::span<const T>, std::span<T>, OptimizerState<T>&,                             \
                          std::span<const RateFactor>);
CHAINRULE_INSTANTIATE(float)
CHAINRULE_INSTANTIATE(double)
#undef CHAINRULE_INSTANTIATE

}  // namespace chainrule
#endif  // HWY_ONCE
