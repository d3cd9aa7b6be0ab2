// Math functions of single numbers, the same bits as the vector kernels (rule 4 of docs/numerics.md).
//
// Training never calls libm, whose results differ between versions and machines. Tested error bounds against
// the exact value: <= 2 ulp in float, <= 1.5 ulp in double unless a function says otherwise.
#pragma once

namespace chainrule::math {

template <typename T>
T exp(T x);
template <typename T>
T expm1(T x);
template <typename T>
T log(T x);
template <typename T>
T log1p(T x);
template <typename T>
T tanh(T x);
template <typename T>
T logistic(T x);
// <= 2 ulp in double (1.6 seen).
template <typename T>
T softplus(T x);
template <typename T>
T erf(T x);
template <typename T>
T sin(T x);  // any finite x, however large, within the bound
template <typename T>
T cos(T x);
// x^y for x >= 0 as exp(y log x) carried with a compensated logarithm; used by decay schedules.
template <typename T>
T power(T x, T y);

// The quantile of the standard normal distribution (Wichura, algorithm AS 241, PPND16): one uniform number in
// (0, 1) gives one normal number.
double normal_quantile(double probability);

}  // namespace chainrule::math
