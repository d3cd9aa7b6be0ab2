#include "chainrule/optim/levenberg_marquardt.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/tensor/cholesky.h"

namespace chainrule {
namespace {

constexpr double kFirstDamping = 0.01;
constexpr double kFactor = 10;
constexpr double kSmallestDamping = 1e-15;
constexpr double kLargestDamping = 1e12;

// s from (H + m I) s = -g. False when the equations have no safe solution with so small an m.
template <typename T>
bool solve(const Matrix<double>& hessian, double damping, std::span<const T> gradient, Matrix<double>& factor,
           Matrix<double>& step) {
  std::copy(hessian.values().begin(), hessian.values().end(), factor.values().begin());
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    factor(i, i) += damping;
    step(i, 0) = -static_cast<double>(gradient[i]);
  }
  if (solve_positive_definite(factor.view(), step.view())) return false;
  return all_finite<double>(step.values());
}

}  // namespace

void require_levenberg_marquardt_fits(std::size_t parameters) {
  if (parameters <= kMostParametersOfLevenbergMarquardt) return;
  throw UsageError(
      {.what = "Levenberg-Marquardt solves equations in all parameters at once, and these are too many",
       .setting = Setting::optimizer,
       .expected = "at most " + format_count(kMostParametersOfLevenbergMarquardt) + " parameters",
       .got = format_count(parameters),
       .advice = "use " + set_to(Setting::optimizer, "lbfgs") +
                 where_settable(", or fewer units (" + set_to(Setting::hidden, "16") + ")")});
}

template <typename T>
IterationEnd advance_levenberg_marquardt(const Compute& compute, double gradient_tolerance,
                                         const LossAndGradient<T>& evaluate,
                                         const SquaredJacobian<T>& squared_jacobian, std::span<T> x,
                                         LevenbergMarquardtState<T>& state) {
  const std::size_t n = x.size();
  require_levenberg_marquardt_fits(n);
  if (state.gradient.empty()) {
    LevenbergMarquardtState<T> fresh;
    fresh.damping = kFirstDamping;
    fresh.loss = evaluate_start<T>(compute, evaluate, x, fresh.gradient);
    state = std::move(fresh);
  }
  if (largest_component<T>(state.gradient) <= gradient_tolerance) return IterationEnd::at_minimum;
  Matrix<double> hessian(n, n), factor(n, n), step(n, 1);
  squared_jacobian(x, hessian.view());
  const AlignedVector<T> start(x.begin(), x.end());
  AlignedVector<T> gradient(n);
  for (; state.damping <= kLargestDamping; state.damping *= kFactor) {
    if (!solve<T>(hessian, state.damping, state.gradient, factor, step)) continue;
    for (std::size_t i = 0; i < n; ++i)
      x[i] = static_cast<T>(static_cast<double>(start[i]) + step(i, 0));
    if (!all_finite<T>(x)) continue;
    const double loss = evaluate(x, gradient);
    if (!(loss < state.loss) || !all_finite<T>(gradient)) continue;
    state.loss = loss;
    state.gradient.swap(gradient);
    state.damping = std::max(state.damping / kFactor, kSmallestDamping);
    return IterationEnd::moved;
  }
  std::copy(start.begin(), start.end(), x.begin());
  return IterationEnd::at_minimum;
}

#define CHAINRULE_INSTANTIATE(T)                                                                          \
  template IterationEnd advance_levenberg_marquardt<T>(const Compute&, double, const LossAndGradient<T>&, \
                                                       const SquaredJacobian<T>&, std::span<T>,           \
                                                       LevenbergMarquardtState<T>&);
CHAINRULE_INSTANTIATE(float)
CHAINRULE_INSTANTIATE(double)
#undef CHAINRULE_INSTANTIATE

}  // namespace chainrule
