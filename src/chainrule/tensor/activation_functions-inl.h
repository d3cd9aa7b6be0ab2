// Every activation and its derivative: one source for every kind of arithmetic (math_functions-inl.h),
// compiled once for each instruction set.
//
// With s = logistic, Phi and phi the normal distribution function and density, e = exp(x):
//   swish'  = s + beta x s (1 - s)           at beta x; 1 - s is logistic(-beta x), not a difference
//   gelu'   = Phi + x phi
//   mish    = x n / (n + 2), n = e (e + 2)   x tanh(log(1 + e)) with one exponential and no logarithm
//   mish'   = n / (n + 2) + 4 x e (1 + e) / (n + 2)^2

#if defined(CHAINRULE_TENSOR_ACTIVATION_FUNCTIONS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CHAINRULE_TENSOR_ACTIVATION_FUNCTIONS_INL_H_
#undef CHAINRULE_TENSOR_ACTIVATION_FUNCTIONS_INL_H_
#else
#define CHAINRULE_TENSOR_ACTIVATION_FUNCTIONS_INL_H_
#endif

#include <limits>

#include "chainrule/tensor/activation_kernels.h"
#include "chainrule/tensor/math_functions-inl.h"

HWY_BEFORE_NAMESPACE();
namespace chainrule {
namespace HWY_NAMESPACE {

template <class Ops>
struct ActivationFunctions {
  using E = MathFunctions<Ops>;
  using T = typename Ops::Scalar;
  using V = typename Ops::Value;
  static constexpr T kSeluScale = T(1.0507009873554804934193349852946);
  static constexpr T kSeluAlpha = T(1.6732632423543772848170429916717);
  static constexpr T kLargest = std::numeric_limits<T>::max();

  static HWY_INLINE V constant(T x) { return Ops::constant(x); }
  static HWY_INLINE V positive_or(V z, V if_positive, V otherwise) {
    return Ops::select(Ops::less(constant(0), z), if_positive, otherwise);
  }
  static HWY_INLINE V finite(V x) { return E::at_most(E::at_least(x, -kLargest), kLargest); }

  // e = exp(x), n = e (e + 2).
  static HWY_INLINE void mish_parts(V x, V& e, V& n) {
    using Format = FloatFormat<T>;
    e = E::exp_bounded(E::at_most(E::at_least(x, Format::kExpBottom), Format::kMishTop));
    n = Ops::multiply(e, Ops::add(e, constant(2)));
  }

  // Functions that tend to 0 as x tends to minus infinity use a finite x there: infinity times 0 is not a
  // number.
  template <Activation F>
  static HWY_INLINE V value(V z, V parameter) {
    if constexpr (F == Activation::identity) {
      return z;
    } else if constexpr (F == Activation::logistic) {
      return E::logistic(z);
    } else if constexpr (F == Activation::tanh) {
      return E::tanh(z);
    } else if constexpr (F == Activation::bipolar_sigmoid) {
      return E::tanh(Ops::multiply(z, constant(T(0.5))));
    } else if constexpr (F == Activation::relu) {
      // Written so that a NaN stays a NaN.
      return Ops::select(Ops::less_equal(z, constant(0)), constant(0), z);
    } else if constexpr (F == Activation::leaky_relu || F == Activation::prelu) {
      return positive_or(z, z, Ops::multiply(parameter, z));
    } else if constexpr (F == Activation::elu) {
      return positive_or(z, z, Ops::multiply(parameter, E::expm1(z)));
    } else if constexpr (F == Activation::selu) {
      return Ops::multiply(constant(kSeluScale),
                           positive_or(z, z, Ops::multiply(constant(kSeluAlpha), E::expm1(z))));
    } else if constexpr (F == Activation::softplus) {
      return E::softplus(z);
    } else if constexpr (F == Activation::swish) {
      return Ops::multiply(E::at_least(z, -kLargest), E::logistic(Ops::multiply(parameter, z)));
    } else if constexpr (F == Activation::gelu) {
      V distribution;
      V bell;
      E::normal(z, distribution, bell);
      return Ops::multiply(E::at_least(z, -kLargest), distribution);
    } else if constexpr (F == Activation::mish) {
      V e;
      V n;
      mish_parts(z, e, n);
      return Ops::multiply(E::at_least(z, -kLargest), Ops::divide(n, Ops::add(n, constant(2))));
    } else if constexpr (F == Activation::saturating_linear) {
      const V at_most_one = Ops::select(Ops::less(constant(1), z), constant(1), z);
      return Ops::select(Ops::less_equal(z, constant(0)), constant(0), at_most_one);
    } else if constexpr (F == Activation::cosine) {
      return E::cos(z);
    } else if constexpr (F == Activation::sign) {
      return Ops::select(Ops::less(z, constant(0)), constant(-1), constant(1));
    } else {
      static_assert(F == Activation::step);
      return Ops::select(Ops::less(z, constant(0)), constant(0), constant(1));
    }
  }

  // d_a f'(z)
  template <Activation F>
  static HWY_INLINE V backward(V z, V a, V d_a, V parameter) {
    const V one = constant(1);
    if constexpr (F == Activation::identity) {
      return d_a;
    } else if constexpr (F == Activation::logistic) {
      return Ops::multiply(d_a, Ops::multiply(a, Ops::subtract(one, a)));
    } else if constexpr (F == Activation::tanh) {
      return Ops::multiply(d_a, Ops::fma(Ops::negate(a), a, one));
    } else if constexpr (F == Activation::bipolar_sigmoid) {
      return Ops::multiply(d_a, Ops::multiply(constant(T(0.5)), Ops::fma(Ops::negate(a), a, one)));
    } else if constexpr (F == Activation::relu) {
      return positive_or(z, d_a, constant(0));
    } else if constexpr (F == Activation::leaky_relu || F == Activation::prelu) {
      return Ops::multiply(d_a, positive_or(z, one, parameter));
    } else if constexpr (F == Activation::elu) {
      return Ops::multiply(d_a, positive_or(z, one, Ops::multiply(parameter, E::exp(z))));
    } else if constexpr (F == Activation::selu) {
      const V left = Ops::multiply(constant(kSeluAlpha), E::exp(z));
      return Ops::multiply(d_a, Ops::multiply(constant(kSeluScale), positive_or(z, one, left)));
    } else if constexpr (F == Activation::softplus) {
      return Ops::multiply(d_a, E::logistic(z));
    } else if constexpr (F == Activation::swish) {
      const V t = finite(Ops::multiply(parameter, z));
      V s;
      V s_other;
      E::logistic_pair(t, s, s_other);
      return Ops::multiply(d_a, Ops::fma(Ops::multiply(t, s_other), s, s));
    } else if constexpr (F == Activation::gelu) {
      V distribution;
      V bell;
      E::normal(z, distribution, bell);
      const V density = Ops::multiply(bell, constant(T(0.39894228040143267794)));
      return Ops::multiply(d_a, Ops::fma(finite(z), density, distribution));
    } else if constexpr (F == Activation::saturating_linear) {
      return positive_or(z, Ops::select(Ops::less(z, one), d_a, constant(0)), constant(0));
    } else if constexpr (F == Activation::cosine) {
      return Ops::multiply(d_a, Ops::negate(E::sin(z)));
    } else {
      static_assert(F == Activation::mish);
      V e;
      V n;
      mish_parts(z, e, n);
      const V r = Ops::divide(one, Ops::add(n, constant(2)));
      const V slope =
          Ops::multiply(Ops::multiply(constant(4), Ops::multiply(e, r)), Ops::multiply(Ops::add(one, e), r));
      const V derivative = Ops::fma(finite(z), slope, Ops::multiply(n, r));
      const auto is_large = Ops::less(constant(FloatFormat<T>::kMishTop), z);
      return Ops::multiply(d_a, Ops::select(is_large, one, derivative));
    }
  }

  // d_a df/dparameter
  template <Activation F>
  static HWY_INLINE V parameter_backward(V z, V d_a, V parameter) {
    if constexpr (F == Activation::leaky_relu || F == Activation::prelu) {
      return Ops::multiply(d_a, positive_or(z, constant(0), z));
    } else if constexpr (F == Activation::elu) {
      return Ops::multiply(d_a, positive_or(z, constant(0), E::expm1(z)));
    } else {
      static_assert(F == Activation::swish);
      V s;
      V s_other;
      E::logistic_pair(finite(Ops::multiply(parameter, z)), s, s_other);
      const V x = finite(z);
      return Ops::multiply(d_a, Ops::multiply(Ops::multiply(x, s), Ops::multiply(x, s_other)));
    }
  }
};

}  // namespace HWY_NAMESPACE
}  // namespace chainrule
HWY_AFTER_NAMESPACE();

#endif  // include guard
