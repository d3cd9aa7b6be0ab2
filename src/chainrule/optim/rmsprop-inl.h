// RMSprop: each parameter's step is divided by the root mean square of its recent gradients.
//
//   s = q s + (1 - q) g^2
//   w -= r g / (sqrt(s) + epsilon)
//     g gradient, w parameters, s mean of squared gradients (OptimizerState::second, starts at 0), all [n]
//     r learning rate, q rho
//
// Source: Tieleman, Hinton, "Neural Networks for Machine Learning", lecture 6.5, 2012.

#if defined(CHAINRULE_OPTIM_RMSPROP_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CHAINRULE_OPTIM_RMSPROP_INL_H_
#undef CHAINRULE_OPTIM_RMSPROP_INL_H_
#else
#define CHAINRULE_OPTIM_RMSPROP_INL_H_
#endif

#include <cmath>
#include <cstddef>

#include "chainrule/optim/optimizer.h"
#include "chainrule/optim/parameter_tiles.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace chainrule {
namespace HWY_NAMESPACE {

template <typename T>
void descend_with_rmsprop(T rate, T rho, T epsilon, const T* HWY_RESTRICT g, T* HWY_RESTRICT s,
                          T* HWY_RESTRICT w, std::size_t n) {
  const T rest = T(1) - rho;
  for (std::size_t i = 0; i < n; ++i) {
    s[i] = rho * s[i] + rest * (g[i] * g[i]);
    w[i] -= rate * g[i] / (std::sqrt(s[i]) + epsilon);
  }
}

template <typename T>
void update_rmsprop(const OptimizerOptions& options, const ParameterTile<T>& tile) {
  descend_with_rmsprop(tile.rate, static_cast<T>(options.rho), static_cast<T>(options.epsilon), tile.g,
                       tile.second, tile.w, tile.n);
}

}  // namespace HWY_NAMESPACE
}  // namespace chainrule
HWY_AFTER_NAMESPACE();

#endif  // include guard
