// Dual numbers: a value together with its derivative in one direction. Arithmetic with them differentiates
// whatever formula they pass through, exactly and without a step.
//
//   x = v + s e with e^2 = 0
//   x + y = (v + w) + (s + t) e,   x y = v w + (s w + v t) e,   f(x) = f(v) + f'(v) s e
//
// Source: Clifford, "Preliminary sketch of biquaternions", 1873; Griewank, Walther, "Evaluating Derivatives",
// SIAM, 2008, chapter 3 (forward mode).
#pragma once

#include <cmath>

namespace chainrule {

struct Dual {
  double value = 0;
  double slope = 0;
};

constexpr Dual operator-(Dual x) {
  return {-x.value, -x.slope};
}
constexpr Dual operator+(Dual x, Dual y) {
  return {x.value + y.value, x.slope + y.slope};
}
constexpr Dual operator-(Dual x, Dual y) {
  return {x.value - y.value, x.slope - y.slope};
}
constexpr Dual operator*(Dual x, Dual y) {
  return {x.value * y.value, x.slope * y.value + x.value * y.slope};
}
constexpr Dual operator/(Dual x, Dual y) {
  const double quotient = x.value / y.value;
  return {quotient, (x.slope - quotient * y.slope) / y.value};
}

inline Dual exp(Dual x) {
  const double value = std::exp(x.value);
  return {value, value * x.slope};
}
// exp(x) - 1
inline Dual expm1(Dual x) {
  return {std::expm1(x.value), std::exp(x.value) * x.slope};
}
inline Dual log(Dual x) {
  return {std::log(x.value), x.slope / x.value};
}
// log(1 + x)
inline Dual log1p(Dual x) {
  return {std::log1p(x.value), x.slope / (1 + x.value)};
}
// 2 / sqrt(pi) times the integral of exp(-u^2) from x to infinity
inline Dual erfc(Dual x) {
  constexpr double kTwoOverRootPi = 1.12837916709551257390;
  return {std::erfc(x.value), -kTwoOverRootPi * std::exp(-x.value * x.value) * x.slope};
}
inline Dual cos(Dual x) {
  return {std::cos(x.value), -std::sin(x.value) * x.slope};
}
inline Dual abs(Dual x) {
  return x.value < 0 ? -x : x;
}

}  // namespace chainrule
