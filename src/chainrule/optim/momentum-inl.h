// Momentum, and Nesterov's form of it: the steps build up a velocity.
//
//   v = m v - r g
//   w += v             momentum    Polyak 1964
//   w += m v - r g     nesterov    Sutskever, Martens, Dahl, Hinton 2013
//     g gradient, w parameters, v velocity (OptimizerState::first, starts at 0), all [n]
//     r learning rate, m momentum

#if defined(CHAINRULE_OPTIM_MOMENTUM_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CHAINRULE_OPTIM_MOMENTUM_INL_H_
#undef CHAINRULE_OPTIM_MOMENTUM_INL_H_
#else
#define CHAINRULE_OPTIM_MOMENTUM_INL_H_
#endif

#include <cstddef>

#include "chainrule/optim/optimizer.h"
#include "chainrule/optim/parameter_tiles.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace chainrule {
namespace HWY_NAMESPACE {

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
void update_momentum(const OptimizerOptions& options, const ParameterTile<T>& tile) {
  descend_with_momentum(tile.rate, static_cast<T>(options.momentum), tile.g, tile.first, tile.w, tile.n);
}

template <typename T>
void update_nesterov(const OptimizerOptions& options, const ParameterTile<T>& tile) {
  descend_with_nesterov(tile.rate, static_cast<T>(options.momentum), tile.g, tile.first, tile.w, tile.n);
}

}  // namespace HWY_NAMESPACE
}  // namespace chainrule
HWY_AFTER_NAMESPACE();

#endif  // include guard
