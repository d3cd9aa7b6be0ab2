#include "chainrule/optim/irprop_plus.h"

#include <algorithm>
#include <cmath>

namespace chainrule {
namespace {

constexpr double kFirstSize = 0.0125;
constexpr double kLargestSize = 50;
constexpr double kGrowth = 1.2;
constexpr double kShrinkage = 0.5;

template <typename T>
T sign(T value) {
  return static_cast<T>((value > 0) - (value < 0));
}

template <typename T>
void begin(const Compute& compute, const LossAndGradient<T>& evaluate, std::span<const T> x,
           IrpropState<T>& state) {
  IrpropState<T> fresh;
  fresh.loss = fresh.loss_before = evaluate_start<T>(compute, evaluate, x, fresh.gradient);
  fresh.before.resize(x.size());
  fresh.steps.resize(x.size());
  fresh.sizes.assign(x.size(), static_cast<T>(kFirstSize));
  state = std::move(fresh);
}

// The equations of the header; `before` becomes the gradient that the next iteration compares with.
template <typename T>
void move(std::span<T> x, IrpropState<T>& state) {
  const bool has_risen = state.loss > state.loss_before;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const T g = state.gradient[i], before = state.before[i];
    T& size = state.sizes[i];
    // By signs: a product of tiny derivatives would be 0.
    const T agreement = sign(g) * sign(before);
    if (agreement < 0) {
      size *= static_cast<T>(kShrinkage);
      if (has_risen) x[i] -= state.steps[i];
      state.before[i] = 0;
      continue;
    }
    if (agreement > 0) size = std::min(size * static_cast<T>(kGrowth), static_cast<T>(kLargestSize));
    state.steps[i] = -sign(g) * size;
    x[i] += state.steps[i];
    state.before[i] = g;
  }
}

}  // namespace

template <typename T>
IterationEnd advance_irprop_plus(const Compute& compute, double gradient_tolerance,
                                 const LossAndGradient<T>& evaluate, std::span<T> x, IrpropState<T>& state) {
  if (state.gradient.empty()) begin<T>(compute, evaluate, x, state);
  if (largest_component<T>(state.gradient) <= gradient_tolerance) return IterationEnd::at_minimum;
  const AlignedVector<T> start(x.begin(), x.end());
  const AlignedVector<T> gradient = state.gradient;
  move<T>(x, state);
  const double loss = evaluate(x, state.gradient);
  if (std::isfinite(loss) && all_finite<T>(state.gradient) && all_finite<T>(x)) {
    state.loss_before = state.loss;
    state.loss = loss;
    return IterationEnd::moved;
  }
  std::copy(start.begin(), start.end(), x.begin());
  state.gradient = gradient;
  std::fill(state.before.begin(), state.before.end(), T{});
  std::fill(state.steps.begin(), state.steps.end(), T{});
  for (T& size : state.sizes)
    size *= static_cast<T>(kShrinkage);
  return IterationEnd::moved;
}

#define CHAINRULE_INSTANTIATE(T)                                                                  \
  template IterationEnd advance_irprop_plus<T>(const Compute&, double, const LossAndGradient<T>&, \
                                               std::span<T>, IrpropState<T>&);
CHAINRULE_INSTANTIATE(float)
CHAINRULE_INSTANTIATE(double)
#undef CHAINRULE_INSTANTIATE

}  // namespace chainrule
