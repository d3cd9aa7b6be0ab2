// Gradient descent: a step against the gradient.
//
//   w -= r g
//     g gradient, w parameters [n]; r learning rate; no state

#if defined(CHAINRULE_OPTIM_GRADIENT_DESCENT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CHAINRULE_OPTIM_GRADIENT_DESCENT_INL_H_
#undef CHAINRULE_OPTIM_GRADIENT_DESCENT_INL_H_
#else
#define CHAINRULE_OPTIM_GRADIENT_DESCENT_INL_H_
#endif

#include <cstddef>

#include "chainrule/optim/optimizer.h"
#include "chainrule/optim/parameter_tiles.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace chainrule {
namespace HWY_NAMESPACE {

template <typename T>
void descend(T rate, const T* HWY_RESTRICT g, T* HWY_RESTRICT w, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i)
    w[i] -= rate * g[i];
}

template <typename T>
void update_gradient_descent(const OptimizerOptions&, const ParameterTile<T>& tile) {
  descend(tile.rate, tile.g, tile.w, tile.n);
}

}  // namespace HWY_NAMESPACE
}  // namespace chainrule
HWY_AFTER_NAMESPACE();

#endif  // include guard
