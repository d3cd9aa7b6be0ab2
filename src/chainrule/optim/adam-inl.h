// Adam: momentum and a step size per parameter, both corrected for their start at 0.
//
//   a = p a + (1 - p) g                                             mean of gradients
//   s = q s + (1 - q) g^2                                           mean of squared gradients
//   w -= r (a / (1 - p^t)) / (sqrt(s / (1 - q^t)) + epsilon)
//     g gradient, w parameters, a (OptimizerState::first) and s (second), all [n]
//     r learning rate, p beta1, q beta2, t number of the update, counted from 1
//
// AdamW (Loshchilov, Hutter, "Decoupled weight decay regularization", ICLR 2019) is the same update after
// decoupled weight decay (optimizer.h).
//
// Source: Kingma, Ba, "Adam: a method for stochastic optimization", ICLR 2015.

#if defined(CHAINRULE_OPTIM_ADAM_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CHAINRULE_OPTIM_ADAM_INL_H_
#undef CHAINRULE_OPTIM_ADAM_INL_H_
#else
#define CHAINRULE_OPTIM_ADAM_INL_H_
#endif

#include <cmath>
#include <cstddef>

#include "chainrule/optim/optimizer.h"
#include "chainrule/optim/parameter_tiles.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace chainrule {
namespace HWY_NAMESPACE {

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

template <typename T>
void update_adam(const OptimizerOptions& options, const ParameterTile<T>& tile) {
  const double correction1 = 1 / (1 - integer_power(options.beta1, tile.updates));
  const double correction2 = 1 / (1 - integer_power(options.beta2, tile.updates));
  descend_with_adam(tile.rate, static_cast<T>(options.beta1), static_cast<T>(options.beta2),
                    static_cast<T>(options.epsilon), static_cast<T>(correction1), static_cast<T>(correction2),
                    tile.g, tile.first, tile.second, tile.w, tile.n);
}

}  // namespace HWY_NAMESPACE
}  // namespace chainrule
HWY_AFTER_NAMESPACE();

#endif  // include guard
