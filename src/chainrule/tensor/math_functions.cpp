// The math functions of single numbers: FusedOps of math_functions-inl.h, compiled for the processor's own
// fused multiply-add (AVX2 code) and without it (std::fma of the C library, exact by definition and slow).
//
// Trigonometric functions, power and the normal quantile exist for single numbers only and may branch.
//
// sin, cos: x = n pi/2 + r with |r| <= pi/4, r as a sum of two doubles. For |x| up to 1e5, n pi/2 is
// subtracted in four parts; beyond, the bits of 2/pi that matter are multiplied as integers (M. Payne and R.
// Hanek, 1983), so the bound of 1.5 ulp holds for every finite number. power: log x as a sum of two doubles
// with about 2^-65 relative error.

#include "chainrule/tensor/math_functions.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "chainrule/tensor/compute.h"

#undef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS (HWY_SSE4 | HWY_SSSE3 | HWY_AVX3 | HWY_AVX3_DL)
#define HWY_COMPILE_ALL_ATTAINABLE
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "chainrule/tensor/math_functions.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h, which sets the target.
#include "chainrule/tensor/math_functions-inl.h"
#include "chainrule/tensor/target-inl.h"

#ifndef CHAINRULE_TENSOR_SCALAR_FUNCTIONS
#define CHAINRULE_TENSOR_SCALAR_FUNCTIONS
namespace chainrule {
namespace {

template <typename T>
struct ScalarFunctions {
  T (*exp)(T);
  T (*expm1)(T);
  T (*log)(T);
  T (*log1p)(T);
  T (*tanh)(T);
  T (*logistic)(T);
  T (*softplus)(T);
  T (*erf)(T);
};

struct DoubleFunctions {
  double (*sin)(double);
  double (*cos)(double);
  double (*power)(double, double);
};

}  // namespace
}  // namespace chainrule
#endif

#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_STATIC_TARGET

HWY_BEFORE_NAMESPACE();
namespace chainrule {
namespace HWY_NAMESPACE {
namespace {

template <typename T>
struct Scalar {
  using E = MathFunctions<FusedOps<T>>;
  static T exp(T x) { return E::exp(x); }
  static T expm1(T x) { return E::expm1(x); }
  static T log(T x) { return E::log(x); }
  static T log1p(T x) { return E::log1p(x); }
  static T tanh(T x) { return E::tanh(x); }
  static T logistic(T x) { return E::logistic(x); }
  static T softplus(T x) { return E::softplus(x); }
  static T erf(T x) { return E::erf(x); }
  static constexpr ScalarFunctions<T> functions() {
    return {exp, expm1, log, log1p, tanh, logistic, softplus, erf};
  }
};

using Double = MathFunctions<FusedOps<double>>;
using Trigonometric = TrigonometricConstants;

HWY_INLINE double fma(double a, double b, double c) {
  return FusedOps<double>::fma(a, b, c);
}

using Pair = Double::Pair;

// x = quadrant pi/2 + rest, modulo 2 pi.
struct Reduced {
  unsigned quadrant;
  Pair rest;
};

HWY_INLINE Reduced reduce_moderate(double x) {
  const Double::Turned turned = Double::turned(x);
  return {static_cast<unsigned>(static_cast<int>(turned.quarters)) & 3U, turned.rest};
}

// x >= 2^16. x = m 2^e with an integer m < 2^53. Bits of 2/pi whose product with x is a multiple of 4 are
// left out; of the next 192 the product m w 2^-190 modulo 4 has the quadrant in its top two bits and the
// fraction below.
HWY_INLINE Reduced reduce_large(double x) {
  __extension__ using Wide = unsigned __int128;
  const std::uint64_t bits = std::bit_cast<std::uint64_t>(x);
  const int exponent = static_cast<int>(bits >> 52) - 1075;
  const std::uint64_t m = (bits & 0x000fffffffffffffU) | 0x0010000000000000U;
  const unsigned first_bit = static_cast<unsigned>(exponent - 2 + 64);
  const unsigned word = first_bit / 64;
  const unsigned shift = first_bit % 64;
  std::array<std::uint64_t, 3> window;
  for (unsigned i = 0; i < 3; ++i) {
    window[i] = Trigonometric::kTwoOverPiBits[word + i] << shift;
    if (shift != 0) window[i] |= Trigonometric::kTwoOverPiBits[word + i + 1] >> (64 - shift);
  }
  const Wide low_product = static_cast<Wide>(m) * window[2];
  const Wide middle_product =
      static_cast<Wide>(m) * window[1] + static_cast<std::uint64_t>(low_product >> 64);
  const std::uint64_t top = m * window[0] + static_cast<std::uint64_t>(middle_product >> 64);
  const std::uint64_t middle = static_cast<std::uint64_t>(middle_product);
  const std::uint64_t bottom = static_cast<std::uint64_t>(low_product);
  unsigned quadrant = static_cast<unsigned>(top >> 62);
  std::array<std::uint64_t, 3> fraction = {top << 2 | middle >> 62, middle << 2 | bottom >> 62, bottom << 2};
  const bool is_upper_half = fraction[0] >> 63 != 0;
  if (is_upper_half) {
    ++quadrant;
    // 1 - fraction; the last bit does not matter.
    for (std::uint64_t& part : fraction)
      part = ~part;
  }
  Pair sum = {0, 0};
  double unit = 0x1p-32;
  for (const std::uint64_t part : fraction) {
    for (const std::uint64_t half : {part >> 32, part & 0xffffffffU}) {
      const Pair step = Double::exact_sum(sum.high, static_cast<double>(half) * unit);
      sum = {step.high, sum.low + step.low};
      unit *= 0x1p-32;
    }
  }
  sum = Double::normalised(sum.high, sum.low);
  const double high = sum.high * Trigonometric::kPiOverTwoHigh;
  const double low = fma(sum.high, Trigonometric::kPiOverTwoHigh, -high) +
                     fma(sum.high, Trigonometric::kPiOverTwoLow, sum.low * Trigonometric::kPiOverTwoHigh);
  const Pair rest = Double::normalised(high, low);
  return {quadrant & 3U, is_upper_half ? Pair{-rest.high, -rest.low} : rest};
}

HWY_INLINE Reduced reduce(double x) {
  if (std::fabs(x) <= FloatFormat<double>::kTurnTop) return reduce_moderate(x);
  Reduced reduced = reduce_large(std::fabs(x));
  if (x < 0) {
    reduced.quadrant = (4U - reduced.quadrant) & 3U;
    reduced.rest = {-reduced.rest.high, -reduced.rest.low};
  }
  return reduced;
}

double of_quadrant(unsigned quadrant, Pair rest) {
  const double value = (quadrant & 1U) != 0 ? Double::cos_reduced(rest.high, rest.low)
                                            : Double::sin_reduced(rest.high, rest.low);
  return (quadrant & 2U) != 0 ? -value : value;
}

double sin(double x) {
  if (!std::isfinite(x)) return std::numeric_limits<double>::quiet_NaN();
  if (std::fabs(x) < 0x1p-27) return x;
  const Reduced reduced = reduce(x);
  return of_quadrant(reduced.quadrant, reduced.rest);
}

double cos(double x) {
  if (!std::isfinite(x)) return std::numeric_limits<double>::quiet_NaN();
  const Reduced reduced = reduce(x);
  return of_quadrant(reduced.quadrant + 1U, reduced.rest);
}

// log x, x > 0 and finite. With s = f / (2 + f): log(1 + f) = s (2 + s^2 (2/3 + s^2 q(s^2))), where s and all
// sums down to 2/3 are carried in two doubles.
HWY_INLINE Pair precise_log(double x) {
  using C = MathCoefficients<double>;
  double k = 0;
  if (x < std::numeric_limits<double>::min()) {
    x *= 0x1p52;
    k = -52;
  }
  double m = FusedOps<double>::mantissa(x);
  k += FusedOps<double>::biased_exponent(x) - 1023.0;
  if (m > 1.41421356237309504880) {
    m *= 0.5;
    k += 1;
  }
  const double f = m - 1;
  const double d = 2 + f;
  const double d_low = f - (d - 2);
  const double s = f / d;
  const double s_low = (fma(-s, d, f) - s * d_low) / d;
  const double z = s * s;
  const double z_low = fma(s, s, -z) + 2 * s * s_low;

  const Pair inner =
      Double::normalised(PowerConstants::kTwoThirdsHigh, z * Double::polynomial(z, C::kLogTail));
  const double inner_low = inner.low + PowerConstants::kTwoThirdsLow;
  const double product = z * inner.high;
  const double product_low = fma(z, inner.high, -product) + (z * inner_low + z_low * inner.high);
  const Pair factor = Double::normalised(2, product);
  const double factor_low = factor.low + product_low;
  const double fraction = s * factor.high;
  const double fraction_low = fma(s, factor.high, -fraction) + (s * factor_low + s_low * factor.high);

  const Pair sum = Double::exact_sum(k * C::kLn2High, fraction);
  return Double::normalised(sum.high, sum.low + fma(k, C::kLn2Low, fraction_low));
}

double power(double x, double y) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (y == 0 || x == 1) return 1;
  if (!(x >= 0) || y != y) return std::numeric_limits<double>::quiet_NaN();
  if (x == 0) return y > 0 ? 0 : kInfinity;
  if (x == kInfinity) return y > 0 ? kInfinity : 0;
  const Pair log_x = precise_log(x);
  const double product = y * log_x.high;
  if (product > FloatFormat<double>::kExpTop) return kInfinity;
  if (product < FloatFormat<double>::kExpBottom) return 0;
  const double product_low = fma(y, log_x.high, -product) + y * log_x.low;
  return Double::exp_bounded_with_tail(product, product_low);
}

constexpr DoubleFunctions double_functions() {
  return {sin, cos, power};
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace chainrule
HWY_AFTER_NAMESPACE();

#endif

#if HWY_ONCE

namespace chainrule {
namespace {

template <typename T>
const ScalarFunctions<T>& functions() {
  static const ScalarFunctions<T> chosen = [] { CHAINRULE_RETURN_SCALAR(target::Scalar<T>::functions()); }();
  return chosen;
}

const DoubleFunctions& double_functions() {
  static const DoubleFunctions chosen = [] { CHAINRULE_RETURN_SCALAR(target::double_functions()); }();
  return chosen;
}

// c[0] + x (c[1] + x (c[2] + ..)), no fused operation: the coefficients are made for that.
double polynomial(double x, const std::array<double, 8>& c) {
  double sum = c[7];
  for (std::size_t i = 7; i-- > 0;)
    sum = sum * x + c[i];
  return sum;
}

}  // namespace

namespace math {

template <typename T>
T exp(T x) {
  return functions<T>().exp(x);
}
template <typename T>
T expm1(T x) {
  return functions<T>().expm1(x);
}
template <typename T>
T log(T x) {
  return functions<T>().log(x);
}
template <typename T>
T log1p(T x) {
  return functions<T>().log1p(x);
}
template <typename T>
T tanh(T x) {
  return functions<T>().tanh(x);
}
template <typename T>
T logistic(T x) {
  return functions<T>().logistic(x);
}
template <typename T>
T softplus(T x) {
  return functions<T>().softplus(x);
}
template <typename T>
T erf(T x) {
  return functions<T>().erf(x);
}
template <typename T>
T sin(T x) {
  return static_cast<T>(double_functions().sin(x));
}
template <typename T>
T cos(T x) {
  return static_cast<T>(double_functions().cos(x));
}
template <typename T>
T power(T x, T y) {
  return static_cast<T>(double_functions().power(x, y));
}

double normal_quantile(double probability) {
  // Coefficients of AS 241 (M. Wichura, Applied Statistics 37, 1988), ascending.
  static constexpr std::array<double, 8> kCentreNumerator = {
      3.3871328727963666080e+0, 1.3314166789178437745e+2, 1.9715909503065514427e+3, 1.3731693765509461125e+4,
      4.5921953931549871457e+4, 6.7265770927008700853e+4, 3.3430575583588128105e+4, 2.5090809287301226727e+3,
  };
  static constexpr std::array<double, 8> kCentreDenominator = {
      1.0,
      4.2313330701600911252e+1,
      6.8718700749205790830e+2,
      5.3941960214247511077e+3,
      2.1213794301586595867e+4,
      3.9307895800092710610e+4,
      2.8729085735721942674e+4,
      5.2264952788528545610e+3,
  };
  static constexpr std::array<double, 8> kMiddleNumerator = {
      1.42343711074968357734e+0, 4.63033784615654529590e+0, 5.76949722146069140550e+0,
      3.64784832476320460504e+0, 1.27045825245236838258e+0, 2.41780725177450611770e-1,
      2.27238449892691845833e-2, 7.74545014278341407640e-4,
  };
  static constexpr std::array<double, 8> kMiddleDenominator = {
      1.0,
      2.05319162663775882187e+0,
      1.67638483018380384940e+0,
      6.89767334985100004550e-1,
      1.48103976427480074590e-1,
      1.51986665636164571966e-2,
      5.47593808499534494600e-4,
      1.05075007164441684324e-9,
  };
  static constexpr std::array<double, 8> kTailNumerator = {
      6.65790464350110377720e+0, 5.46378491116411436990e+0, 1.78482653991729133580e+0,
      2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
      2.71155556874348757815e-5, 2.01033439929228813265e-7,
  };
  static constexpr std::array<double, 8> kTailDenominator = {
      1.0,
      5.99832206555887937690e-1,
      1.36929880922735805310e-1,
      1.48753612908506148525e-2,
      7.86869131145613259100e-4,
      1.84631831751005468180e-5,
      1.42151175831644588870e-7,
      2.04426310338993978564e-15,
  };
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (!(probability > 0 && probability < 1)) {
    if (probability == 0) return -kInfinity;
    if (probability == 1) return kInfinity;
    return std::numeric_limits<double>::quiet_NaN();
  }
  const double q = probability - 0.5;
  if (std::fabs(q) <= 0.425) {
    const double r = 0.180625 - q * q;
    return q * polynomial(r, kCentreNumerator) / polynomial(r, kCentreDenominator);
  }
  double r = std::sqrt(-log(q < 0 ? probability : 1 - probability));
  double value = 0;
  if (r <= 5) {
    r -= 1.6;
    value = polynomial(r, kMiddleNumerator) / polynomial(r, kMiddleDenominator);
  } else {
    r -= 5;
    value = polynomial(r, kTailNumerator) / polynomial(r, kTailDenominator);
  }
  return q < 0 ? -value : value;
}

#define CHAINRULE_INSTANTIATE(T) \
  template T exp(T);             \
  template T expm1(T);           \
  template T log(T);             \
  template T log1p(T);           \
  template T tanh(T);            \
  template T logistic(T);        \
  template T softplus(T);        \
  template T erf(T);             \
  template T sin(T);             \
  template T cos(T);             \
  template T power(T, T);

CHAINRULE_INSTANTIATE(float)
CHAINRULE_INSTANTIATE(double)
#undef CHAINRULE_INSTANTIATE

}  // namespace math
}  // namespace chainrule

#endif  // HWY_ONCE
