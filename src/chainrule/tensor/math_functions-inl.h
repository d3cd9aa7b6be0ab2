// The math functions, one source for every kind of arithmetic, compiled once for each instruction set.
//
// `Ops` is the arithmetic: one number with fused multiply-add (FusedOps), one number with ordinary operations
// (PlainOps, KernelPath::plain), or a vector of them (VectorOps). Only operations that IEEE 754 defines to
// the bit are used: + - * / fma, comparisons, selection and changes of bits. So FusedOps and VectorOps of any
// width give the same bits for the same input (for a NaN, only the fact that it is one). Nothing here
// branches on a value: both sides of a case are calculated and one is selected. The one exception are sine
// and cosine beyond kTurnTop, where every path calls the function of single numbers.
//
// Methods: arguments are reduced as in W. Cody and W. Waite, Software Manual for the Elementary Functions
// (1980), and the polynomials are our own minimax fits (tools/make_math_tables.py). The logarithm sums
// its parts in the order of P. Tang (ACM TOMS 16, 1990): s = f / (2 + f), log(1 + f) = f - (f^2/2 - s (f^2/2
// + R(s^2))).

#if defined(CHAINRULE_TENSOR_MATH_FUNCTIONS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CHAINRULE_TENSOR_MATH_FUNCTIONS_INL_H_
#undef CHAINRULE_TENSOR_MATH_FUNCTIONS_INL_H_
#else
#define CHAINRULE_TENSOR_MATH_FUNCTIONS_INL_H_
#endif

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "chainrule/tensor/math_coefficients-inl.h"
#include "chainrule/tensor/math_functions.h"
#include "hwy/highway.h"

#ifndef CHAINRULE_TENSOR_FLOAT_FORMAT
#define CHAINRULE_TENSOR_FLOAT_FORMAT
namespace chainrule {

// The layout of a floating-point type, and the bounds beyond which a function no longer changes.
template <typename T>
struct FloatFormat;

template <>
struct FloatFormat<float> {
  using Bits = std::uint32_t;
  static constexpr int kMantissaBits = 23;
  static constexpr Bits kMantissaMask = 0x007fffffU;
  static constexpr float kBias = 127.0F;
  static constexpr float kTwoToMantissa = 0x1p23F;
  // x + kRound - kRound is x rounded to the nearest integer.
  static constexpr float kRound = 0x1.8p23F;
  static constexpr float kExpTop = 89.0F;        // exp is infinite
  static constexpr float kExpBottom = -104.0F;   // exp is 0
  static constexpr float kExpm1Bottom = -18.0F;  // expm1 is -1
  static constexpr float kErfTop = 4.0F;         // erf is 1
  static constexpr float kNormalTop = 15.0F;     // the normal distribution function of -x is 0
  static constexpr float kMishTop = 30.0F;       // mish(x) is x
  static constexpr float kTurnTop = 1600.0F;     // 2^10 quarter turns
  static constexpr float kSplitter = 0x1p12F + 1.0F;
};

template <>
struct FloatFormat<double> {
  using Bits = std::uint64_t;
  static constexpr int kMantissaBits = 52;
  static constexpr Bits kMantissaMask = 0x000fffffffffffffU;
  static constexpr double kBias = 1023.0;
  static constexpr double kTwoToMantissa = 0x1p52;
  static constexpr double kRound = 0x1.8p52;
  static constexpr double kExpTop = 710.0;
  static constexpr double kExpBottom = -746.0;
  static constexpr double kExpm1Bottom = -38.0;
  static constexpr double kErfTop = 6.0;
  static constexpr double kNormalTop = 40.0;
  static constexpr double kMishTop = 50.0;
  static constexpr double kTurnTop = 1e5;
  static constexpr double kSplitter = 0x1p27 + 1.0;
};

}  // namespace chainrule
#endif

HWY_BEFORE_NAMESPACE();
namespace chainrule {
namespace HWY_NAMESPACE {

// --- arithmetic --------------------------------------------------------------------------------------------

template <typename T>
struct ScalarOps {
  using Scalar = T;
  using Value = T;
  using Mask = bool;
  using Format = FloatFormat<T>;
  using Bits = typename Format::Bits;
  static constexpr std::size_t kLanes = 1;

  static HWY_INLINE Value constant(T x) { return x; }
  static HWY_INLINE Value load(const T* p) { return *p; }
  static HWY_INLINE Value load_first(const T* p, std::size_t) { return *p; }
  static HWY_INLINE void store(Value x, T* p) { *p = x; }
  static HWY_INLINE void store_first(Value x, T* p, std::size_t) { *p = x; }

  static HWY_INLINE Value add(Value a, Value b) { return a + b; }
  static HWY_INLINE Value subtract(Value a, Value b) { return a - b; }
  static HWY_INLINE Value multiply(Value a, Value b) { return a * b; }
  static HWY_INLINE Value divide(Value a, Value b) { return a / b; }
  static HWY_INLINE Value negate(Value a) { return -a; }
  static HWY_INLINE Value absolute(Value a) { return std::bit_cast<T>(std::bit_cast<Bits>(a) & ~kSignBit); }
  static HWY_INLINE Value copy_sign(Value magnitude, Value sign) {
    return std::bit_cast<T>((std::bit_cast<Bits>(magnitude) & ~kSignBit) |
                            (std::bit_cast<Bits>(sign) & kSignBit));
  }

  static HWY_INLINE Mask less(Value a, Value b) { return a < b; }
  static HWY_INLINE Mask less_equal(Value a, Value b) { return a <= b; }
  static HWY_INLINE Mask equal(Value a, Value b) { return a == b; }
  static HWY_INLINE Value select(Mask mask, Value yes, Value no) { return mask ? yes : no; }
  static HWY_INLINE bool is_any(Mask mask) { return mask; }

  // 2^k of an integer k + kRound + kBias: its low bits are those of k + bias, moved to the exponent.
  static HWY_INLINE Value power_of_two_biased(Value x) {
    return std::bit_cast<T>(std::bit_cast<Bits>(x) << Format::kMantissaBits);
  }
  // The exponent field of a normal x > 0 as a number.
  static HWY_INLINE Value biased_exponent(Value x) {
    const Bits field = std::bit_cast<Bits>(x) >> Format::kMantissaBits;
    return std::bit_cast<T>(field | std::bit_cast<Bits>(Format::kTwoToMantissa)) - Format::kTwoToMantissa;
  }
  // The mantissa of a normal x > 0, in [1, 2).
  static HWY_INLINE Value mantissa(Value x) {
    return std::bit_cast<T>((std::bit_cast<Bits>(x) & Format::kMantissaMask) | std::bit_cast<Bits>(T{1}));
  }

  static constexpr Bits kSignBit = Bits{1} << (sizeof(T) * 8 - 1);
};

template <typename T>
struct FusedOps : ScalarOps<T> {
  static HWY_INLINE T fma(T a, T b, T c) {
    if constexpr (sizeof(T) == sizeof(float)) {
      return __builtin_fmaf(a, b, c);
    } else {
      return __builtin_fma(a, b, c);
    }
  }
  // c - a b, rounded once.
  static HWY_INLINE T residual(T a, T b, T c) { return fma(-a, b, c); }
};

template <typename T>
struct PlainOps : ScalarOps<T> {
  static HWY_INLINE T fma(T a, T b, T c) { return a * b + c; }
  // c - a b where c and a b nearly cancel: the rounding error of the product is found by splitting the
  // factors (T. Dekker, 1971).
  static HWY_INLINE T residual(T a, T b, T c) {
    const T a_high = high_half(a);
    const T a_low = a - a_high;
    const T b_high = high_half(b);
    const T b_low = b - b_high;
    const T product = a * b;
    const T error = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low;
    return (c - product) - error;
  }
  static HWY_INLINE T high_half(T a) {
    const T shifted = FloatFormat<T>::kSplitter * a;
    return shifted - (shifted - a);
  }
};

#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3

template <typename T>
struct VectorOps {
  using Scalar = T;
  using Tag = hwy::HWY_NAMESPACE::ScalableTag<T>;
  using Value = hwy::HWY_NAMESPACE::Vec<Tag>;
  using Mask = hwy::HWY_NAMESPACE::Mask<Tag>;
  using Format = FloatFormat<T>;
  using Bits = typename Format::Bits;
  using BitsTag = hwy::HWY_NAMESPACE::RebindToUnsigned<Tag>;
  static constexpr std::size_t kLanes = HWY_MAX_BYTES / sizeof(T);

  static HWY_INLINE Value constant(T x) { return hwy::HWY_NAMESPACE::Set(Tag(), x); }
  static HWY_INLINE Value load(const T* p) { return hwy::HWY_NAMESPACE::LoadU(Tag(), p); }
  static HWY_INLINE Value load_first(const T* p, std::size_t count) {
    return hwy::HWY_NAMESPACE::MaskedLoad(hwy::HWY_NAMESPACE::FirstN(Tag(), count), Tag(), p);
  }
  static HWY_INLINE void store(Value x, T* p) { hwy::HWY_NAMESPACE::StoreU(x, Tag(), p); }
  static HWY_INLINE void store_first(Value x, T* p, std::size_t count) {
    hwy::HWY_NAMESPACE::BlendedStore(x, hwy::HWY_NAMESPACE::FirstN(Tag(), count), Tag(), p);
  }

  static HWY_INLINE Value add(Value a, Value b) { return hwy::HWY_NAMESPACE::Add(a, b); }
  static HWY_INLINE Value subtract(Value a, Value b) { return hwy::HWY_NAMESPACE::Sub(a, b); }
  static HWY_INLINE Value multiply(Value a, Value b) { return hwy::HWY_NAMESPACE::Mul(a, b); }
  static HWY_INLINE Value divide(Value a, Value b) { return hwy::HWY_NAMESPACE::Div(a, b); }
  static HWY_INLINE Value negate(Value a) { return hwy::HWY_NAMESPACE::Neg(a); }
  static HWY_INLINE Value absolute(Value a) { return hwy::HWY_NAMESPACE::Abs(a); }
  static HWY_INLINE Value copy_sign(Value magnitude, Value sign) {
    return hwy::HWY_NAMESPACE::CopySign(magnitude, sign);
  }
  static HWY_INLINE Value fma(Value a, Value b, Value c) { return hwy::HWY_NAMESPACE::MulAdd(a, b, c); }
  static HWY_INLINE Value residual(Value a, Value b, Value c) {
    return hwy::HWY_NAMESPACE::NegMulAdd(a, b, c);
  }

  static HWY_INLINE Mask less(Value a, Value b) { return hwy::HWY_NAMESPACE::Lt(a, b); }
  static HWY_INLINE Mask less_equal(Value a, Value b) { return hwy::HWY_NAMESPACE::Le(a, b); }
  static HWY_INLINE Mask equal(Value a, Value b) { return hwy::HWY_NAMESPACE::Eq(a, b); }
  static HWY_INLINE Value select(Mask mask, Value yes, Value no) {
    return hwy::HWY_NAMESPACE::IfThenElse(mask, yes, no);
  }
  static HWY_INLINE bool is_any(Mask mask) { return !hwy::HWY_NAMESPACE::AllFalse(Tag(), mask); }

  static HWY_INLINE Value power_of_two_biased(Value x) {
    return from_bits(hwy::HWY_NAMESPACE::ShiftLeft<Format::kMantissaBits>(to_bits(x)));
  }
  static HWY_INLINE Value biased_exponent(Value x) {
    const auto field = hwy::HWY_NAMESPACE::ShiftRight<Format::kMantissaBits>(to_bits(x));
    const Value offset = constant(Format::kTwoToMantissa);
    return subtract(from_bits(hwy::HWY_NAMESPACE::Or(field, to_bits(offset))), offset);
  }
  static HWY_INLINE Value mantissa(Value x) {
    const auto mask = hwy::HWY_NAMESPACE::Set(BitsTag(), Format::kMantissaMask);
    return from_bits(
        hwy::HWY_NAMESPACE::Or(hwy::HWY_NAMESPACE::And(to_bits(x), mask), to_bits(constant(T{1}))));
  }

  static HWY_INLINE auto to_bits(Value x) { return hwy::HWY_NAMESPACE::BitCast(BitsTag(), x); }
  static HWY_INLINE Value from_bits(hwy::HWY_NAMESPACE::Vec<BitsTag> x) {
    return hwy::HWY_NAMESPACE::BitCast(Tag(), x);
  }
};

#endif

// --- functions ---------------------------------------------------------------------------------------------

template <class Ops>
struct MathFunctions {
  using T = typename Ops::Scalar;
  using V = typename Ops::Value;
  using M = typename Ops::Mask;
  using Format = FloatFormat<T>;
  using C = MathCoefficients<T>;

  static HWY_INLINE V constant(T x) { return Ops::constant(x); }

  // c[0] + x (c[1] + x (c[2] + ..))
  template <std::size_t FIRST = 0, std::size_t N>
  static HWY_INLINE V polynomial(V x, const std::array<T, N>& c) {
    if constexpr (FIRST + 1 == N) {
      return constant(c[FIRST]);
    } else {
      return Ops::fma(polynomial<FIRST + 1>(x, c), x, constant(c[FIRST]));
    }
  }

  // The smaller and the larger of two numbers; x when x is not a number.
  static HWY_INLINE V at_most(V x, T bound) {
    return Ops::select(Ops::less(constant(bound), x), constant(bound), x);
  }
  static HWY_INLINE V at_least(V x, T bound) {
    return Ops::select(Ops::less(x, constant(bound)), constant(bound), x);
  }

  static HWY_INLINE V round(V x) {
    return Ops::subtract(Ops::add(x, constant(Format::kRound)), constant(Format::kRound));
  }
  static HWY_INLINE V power_of_two(V k) {
    return Ops::power_of_two_biased(Ops::add(k, constant(Format::kRound + Format::kBias)));
  }
  // y 2^n in two steps: neither factor overflows, and a denormal result is rounded once.
  static HWY_INLINE V scale(V y, V n) {
    const V half = round(Ops::multiply(n, constant(T(0.5))));
    return Ops::multiply(Ops::multiply(y, power_of_two(half)), power_of_two(Ops::subtract(n, half)));
  }

  // exp(x), kExpBottom <= x <= kExpTop: x = n ln 2 + r, exp(x) = 2^n (1 + (r + r^2 q(r))).
  static HWY_INLINE V exp_bounded(V x) {
    const V n = nearest_exponent(x);
    return scale_exp(n, x, Ops::multiply(n, constant(-C::kLn2Low)));
  }
  // exp(x + tail) with |tail| at most a few last places of x.
  static HWY_INLINE V exp_bounded_with_tail(V x, V tail) {
    const V n = nearest_exponent(x);
    return scale_exp(n, x, Ops::fma(n, constant(-C::kLn2Low), tail));
  }
  static HWY_INLINE V exp(V x) {
    return exp_bounded(at_most(at_least(x, Format::kExpBottom), Format::kExpTop));
  }

  static HWY_INLINE V expm1(V x) {
    const V bounded = at_most(at_least(x, Format::kExpm1Bottom), Format::kExpTop);
    const V n = nearest_exponent(bounded);
    const V high = Ops::fma(n, constant(-C::kLn2High), bounded);  // exact
    const V low = Ops::multiply(n, constant(C::kLn2Low));
    const V r = Ops::subtract(high, low);
    const V error = Ops::subtract(Ops::subtract(high, r), low);
    const V rest = Ops::fma(Ops::multiply(r, r), polynomial(r, C::kExp), error);
    // 2^n (r + rest) + 2^n - 1 with half the scale, for 2^n may overflow where the result does not.
    const V half_scale = power_of_two(Ops::subtract(n, constant(T(1))));
    const V base = Ops::fma(half_scale, r, Ops::subtract(half_scale, constant(T(0.5))));
    const V half = Ops::fma(half_scale, rest, base);
    const M is_small = Ops::equal(n, constant(T(0)));
    return Ops::copy_sign(Ops::select(is_small, Ops::add(r, rest), Ops::add(half, half)), x);
  }

  static HWY_INLINE V log(V x) {
    // Denormal numbers are brought into the normal range first.
    const M is_denormal = Ops::less(x, constant(std::numeric_limits<T>::min()));
    const V normal = Ops::select(is_denormal, Ops::multiply(x, constant(Format::kTwoToMantissa)), x);
    const V shift = Ops::select(is_denormal, constant(-Format::kBias - T(Format::kMantissaBits)),
                                constant(-Format::kBias));
    V k;
    V f;
    split(normal, shift, k, f);
    return log_special(x, log_sum(k, f, Ops::multiply(k, constant(C::kLn2Low))));
  }

  static HWY_INLINE V log1p(V x) {
    const V one = constant(T(1));
    const V u = Ops::add(one, x);
    const V back = Ops::subtract(u, one);
    // 1 + x = u + rest exactly.
    const V rest = Ops::add(Ops::subtract(one, Ops::subtract(u, back)), Ops::subtract(x, back));
    V k;
    V f;
    split(u, constant(-Format::kBias), k, f);
    // With k = 0 the fraction is x itself and nothing was lost.
    const M is_near = Ops::equal(k, constant(T(0)));
    const V correction = Ops::select(is_near, constant(T(0)), Ops::divide(rest, u));
    f = Ops::select(is_near, x, f);
    const V sum = log_sum(k, f, Ops::fma(k, constant(C::kLn2Low), correction));
    return Ops::copy_sign(log_special(u, sum), x);
  }

  // |x| small: x + x^3 p(x^2); else 1 - 2 / (exp(2 |x|) + 1).
  static HWY_INLINE V tanh(V x) {
    const V size = Ops::absolute(x);
    const V z = Ops::multiply(x, x);
    const V near = Ops::fma(Ops::multiply(z, polynomial(z, C::kTanh)), x, x);
    const V e = exp_bounded(at_most(Ops::add(size, size), Format::kExpTop));
    const V far = Ops::subtract(constant(T(1)), Ops::divide(constant(T(2)), Ops::add(e, constant(T(1)))));
    return Ops::copy_sign(Ops::select(Ops::less(size, constant(C::kTanhLimit)), near, far), x);
  }

  // e = exp(-|x|), 1 / (1 + e) = r + r_low.
  static HWY_INLINE void logistic_parts(V x, V& e, V& r, V& r_low) {
    const V one = constant(T(1));
    e = exp_bounded(at_least(Ops::negate(Ops::absolute(x)), Format::kExpBottom));
    const V d = Ops::add(one, e);
    const V d_low = Ops::subtract(e, Ops::subtract(d, one));
    r = Ops::divide(one, d);
    r_low = Ops::multiply(r, Ops::subtract(Ops::residual(d, r, one), d_low));
  }
  static HWY_INLINE V logistic(V x) {
    V e;
    V r;
    V r_low;
    logistic_parts(x, e, r, r_low);
    const V numerator = Ops::select(Ops::less(x, constant(T(0))), e, constant(T(1)));
    return Ops::fma(numerator, r, Ops::multiply(numerator, r_low));
  }
  // logistic(x) and logistic(-x) = 1 - logistic(x), both to full relative accuracy.
  static HWY_INLINE void logistic_pair(V x, V& of_x, V& of_minus_x) {
    V e;
    V r;
    V r_low;
    logistic_parts(x, e, r, r_low);
    const V large = Ops::add(r, r_low);
    const V small = Ops::fma(e, r, Ops::multiply(e, r_low));
    const M is_negative = Ops::less(x, constant(T(0)));
    of_x = Ops::select(is_negative, small, large);
    of_minus_x = Ops::select(is_negative, large, small);
  }

  static HWY_INLINE V softplus(V x) {
    const V e = exp_bounded(at_least(Ops::negate(Ops::absolute(x)), Format::kExpBottom));
    const V positive = Ops::select(Ops::less(x, constant(T(0))), constant(T(0)), x);
    return Ops::add(positive, log1p(e));
  }

  // The unevaluated sum of two numbers.
  struct Pair {
    V high;
    V low;
  };
  // x = quarters pi/2 + rest, |x| <= kTurnTop, with an integer number of quarter turns.
  struct Turned {
    V quarters;
    Pair rest;
  };

  // a + b exactly (D. Knuth).
  static HWY_INLINE Pair exact_sum(V a, V b) {
    const V sum = Ops::add(a, b);
    const V b_part = Ops::subtract(sum, a);
    const V a_part = Ops::subtract(sum, b_part);
    return {sum, Ops::add(Ops::subtract(a, a_part), Ops::subtract(b, b_part))};
  }
  static HWY_INLINE Pair normalised(V high, V low) {
    const V sum = Ops::add(high, low);
    return {sum, Ops::subtract(low, Ops::subtract(sum, high))};
  }
  static HWY_INLINE Turned turned(V x) {
    const V n = round(Ops::multiply(x, constant(C::kTwoOverPi)));
    V high = x;
    V low = constant(T(0));
    for (const T part : C::kPiOverTwoParts) {
      const Pair sum = exact_sum(high, Ops::multiply(Ops::negate(n), constant(part)));
      high = sum.high;
      low = Ops::add(low, sum.low);
    }
    return {n, normalised(high, low)};
  }
  // Of |high + low| <= pi/4 and a little.
  static HWY_INLINE V sin_reduced(V high, V low) {
    const V z = Ops::multiply(high, high);
    const V cube = Ops::multiply(Ops::multiply(z, high), polynomial(z, C::kSin));
    const V rest = Ops::fma(Ops::multiply(constant(T(-0.5)), z), low, low);
    return Ops::add(high, Ops::add(cube, rest));
  }
  static HWY_INLINE V cos_reduced(V high, V low) {
    const V one = constant(T(1));
    const V z = Ops::multiply(high, high);
    const V half = Ops::multiply(constant(T(0.5)), z);
    const V main = Ops::subtract(one, half);
    const V rest =
        Ops::fma(Ops::multiply(z, z), polynomial(z, C::kCos), Ops::multiply(Ops::negate(high), low));
    return Ops::add(main, Ops::add(Ops::subtract(Ops::subtract(one, main), half), rest));
  }
  // cos(x + quarters pi/2) for quarters 0 or -1: cosine and sine.
  static HWY_INLINE V cos_of_turned(const Turned& x, T quarters) {
    const V n = Ops::add(x.quarters, constant(quarters));
    // n modulo 4, in -2 ... 2: the cosine of n quarter turns and a rest is cos, -sin, -cos or sin of it.
    const V part =
        Ops::subtract(n, Ops::multiply(constant(T(4)), round(Ops::multiply(n, constant(T(0.25))))));
    const V size = Ops::absolute(part);
    const M is_odd = Ops::equal(size, constant(T(1)));
    const M is_half_turn = Ops::equal(size, constant(T(2)));
    const V cosine = cos_reduced(x.rest.high, x.rest.low);
    const V sine = sin_reduced(x.rest.high, x.rest.low);
    const V of_even = Ops::select(is_half_turn, Ops::negate(cosine), cosine);
    const V of_odd = Ops::select(Ops::less(constant(T(0)), part), Ops::negate(sine), sine);
    return Ops::select(is_odd, of_odd, of_even);
  }
  static HWY_INLINE V cos(V x) {
    return with_large(x, cos_of_turned(turned(x), T(0)), [](double one) { return math::cos(one); });
  }
  static HWY_INLINE V sin(V x) {
    return with_large(x, cos_of_turned(turned(x), T(-1)), [](double one) { return math::sin(one); });
  }

  // g(y) = exp(y^2) erfc(y), y >= 0, from r = 1 / (y + a). The roundings of y + a and of r amount to another
  // argument y - delta. Near 0 that would cost a ulp for each unit of a (5.2 instead of 2.9 ulp in gelu), so
  // g'(y) delta is added, g' = 2 y g - 2 / sqrt(pi).
  static HWY_INLINE V scaled_erfc(V y) {
    const V shift = constant(C::kErfcxShift);
    const V sum = Ops::add(y, shift);
    const V lost = Ops::subtract(y, Ops::subtract(sum, shift));
    const V r = Ops::divide(constant(T(1)), sum);
    const V delta = Ops::fma(Ops::negate(sum), Ops::residual(r, sum, constant(T(1))), lost);
    const V g = Ops::multiply(r, polynomial(Ops::subtract(r, constant(C::kErfcxCentre)), C::kErfcx));
    const V slope = Ops::fma(Ops::add(y, y), g, constant(T(-1.12837916709551257390)));
    return Ops::fma(delta, slope, g);
  }

  static HWY_INLINE V erf(V x) {
    const V size = Ops::absolute(x);
    const V z = Ops::multiply(x, x);
    const V near = Ops::fma(polynomial(z, C::kErf), x, x);
    const V y = at_most(size, Format::kErfTop);
    const V y_squared = Ops::multiply(y, y);
    const V tail = Ops::residual(y, y, y_squared);
    const V rest = Ops::multiply(exp_bounded_with_tail(Ops::negate(y_squared), tail), scaled_erfc(y));
    const V far = Ops::copy_sign(Ops::subtract(constant(T(1)), rest), x);
    return Ops::select(Ops::less(size, constant(C::kErfLimit)), near, far);
  }

  // Phi(x), the normal distribution function, and exp(-x^2 / 2). Phi keeps its relative accuracy in the left
  // tail, where (1 + erf(x / sqrt 2)) / 2 would lose all of it.
  static HWY_INLINE void normal(V x, V& distribution, V& bell) {
    const V half = constant(T(0.5));
    const V size = at_most(Ops::absolute(x), Format::kNormalTop);
    const V square = Ops::multiply(size, size);
    const V tail = Ops::multiply(half, Ops::residual(size, size, square));
    bell = exp_bounded_with_tail(Ops::multiply(constant(T(-0.5)), square), tail);
    const V y = Ops::multiply(size, constant(T(0.70710678118654752440)));
    const V left = Ops::multiply(Ops::multiply(half, scaled_erfc(y)), bell);
    distribution = Ops::select(Ops::less(x, constant(T(0))), left, Ops::subtract(constant(T(1)), left));
  }

 private:
  // y, but of(x) where x is large.
  template <typename Of>
  static HWY_INLINE V with_large(V x, V y, const Of& of) {
    const M is_large = Ops::less(constant(Format::kTurnTop), Ops::absolute(x));
    if (!Ops::is_any(is_large)) return y;
    T each[Ops::kLanes];
    Ops::store(x, each);
    for (T& one : each)
      one = static_cast<T>(of(static_cast<double>(one)));
    return Ops::select(is_large, Ops::load(each), y);
  }
  static HWY_INLINE V nearest_exponent(V x) {
    return Ops::subtract(Ops::fma(x, constant(C::kLog2E), constant(Format::kRound)),
                         constant(Format::kRound));
  }
  // 2^n exp(r), r = (x - n kLn2High) + low. The rounding error of r is kept out of the linear term: 0.76
  // instead of 0.96 ulp at worst (double).
  static HWY_INLINE V scale_exp(V n, V x, V low) {
    const V high = Ops::fma(n, constant(-C::kLn2High), x);  // exact
    const V r = Ops::add(high, low);
    const V rest = Ops::fma(Ops::multiply(r, r), polynomial(r, C::kExp), low);
    return scale(Ops::add(constant(T(1)), Ops::add(high, rest)), n);
  }
  // x = 2^k (1 + f), sqrt(1/2) < 1 + f <= sqrt(2), for a normal x > 0. `shift` is added to the exponent
  // field.
  static HWY_INLINE void split(V x, V shift, V& k, V& f) {
    const V m = Ops::mantissa(x);
    const V exponent = Ops::add(Ops::biased_exponent(x), shift);
    const M is_upper = Ops::less(constant(T(1.41421356237309504880)), m);
    k = Ops::select(is_upper, Ops::add(exponent, constant(T(1))), exponent);
    f = Ops::subtract(Ops::select(is_upper, Ops::multiply(m, constant(T(0.5))), m), constant(T(1)));
  }
  // k kLn2High + log(1 + f) + low
  static HWY_INLINE V log_sum(V k, V f, V low) {
    const V s = Ops::divide(f, Ops::add(constant(T(2)), f));
    const V z = Ops::multiply(s, s);
    const V half_square = Ops::multiply(Ops::multiply(constant(T(0.5)), f), f);
    const V tail = Ops::fma(s, Ops::fma(z, polynomial(z, C::kLog), half_square), low);
    const V fraction = Ops::subtract(f, Ops::subtract(half_square, tail));
    return Ops::fma(k, constant(C::kLn2High), fraction);
  }
  static HWY_INLINE V log_special(V x, V result) {
    const V zero = constant(T(0));
    const V infinity = constant(std::numeric_limits<T>::infinity());
    result = Ops::select(Ops::less(x, infinity), result, x);
    result = Ops::select(Ops::equal(x, zero), Ops::negate(infinity), result);
    return Ops::select(Ops::less_equal(zero, x), result, constant(std::numeric_limits<T>::quiet_NaN()));
  }
};

}  // namespace HWY_NAMESPACE
}  // namespace chainrule
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
