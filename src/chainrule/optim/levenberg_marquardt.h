// Levenberg-Marquardt: Gauss-Newton steps on a sum of squared errors, shortened towards gradient descent
// until the loss falls.
//
// x parameters, f loss, g gradient, J the derivatives of the weighted errors, [errors][parameters]:
//   (J^T J + m I) s = -g,  x' = x + s                 by Cholesky's factorisation (tensor/cholesky.h)
//   f(x') < f(x):  x = x', m = m / 10;   otherwise m = 10 m and again
//   m starts at 0.01
// J^T J stands for the Hessian of f, factors of the loss and penalties included, so that m does not depend on
// the number of rows.
// Source: Hagan, Menhaj, "Training feedforward networks with the Marquardt algorithm", IEEE Transactions on
// Neural Networks 5, 1994.
//
// An iteration takes n^3 / 6 multiplications for n parameters and keeps two matrices of n^2 numbers.
#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "chainrule/optim/loss_and_gradient.h"
#include "chainrule/tensor/compute.h"
#include "chainrule/tensor/matrix.h"

namespace chainrule {

// Two matrices take 64 MB, and an iteration about two seconds on one core of an AMD Zen 3 (estimated).
inline constexpr std::size_t kMostParametersOfLevenbergMarquardt = 2'000;

// Throws UsageError for more parameters than that.
void require_levenberg_marquardt_fits(std::size_t parameters);

// Between two iterations, besides x itself. Empty at the beginning.
template <typename T>
struct LevenbergMarquardtState {
  AlignedVector<T> gradient;  // at x
  double loss = 0;            // at x
  double damping = 0;         // m
};

// Writes J^T J at x [parameters][parameters]; only the lower triangle is read.
template <typename T>
using SquaredJacobian = std::function<void(std::span<const T> x, MatrixView<double> hessian)>;

// One iteration: a new J, and as many evaluations as m needs. state.loss and state.gradient are then those of
// x and finite, and the loss has fallen. Ends at_minimum, with x unchanged, when no component of the gradient
// is larger than gradient_tolerance or when m has become so large that no step lowers the loss. Throws
// UsageError for too many parameters, NonFiniteError when loss or gradient are not finite at the start.
template <typename T>
IterationEnd advance_levenberg_marquardt(const Compute& compute, double gradient_tolerance,
                                         const LossAndGradient<T>& evaluate,
                                         const SquaredJacobian<T>& squared_jacobian, std::span<T> x,
                                         LevenbergMarquardtState<T>& state);

}  // namespace chainrule
