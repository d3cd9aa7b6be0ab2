// Scaled conjugate gradients: conjugate directions with a step size from the curvature along them, which a
// scale l keeps positive, as in Levenberg and Marquardt's method, instead of a line search. The gradient must
// be that of all rows.
//
// x parameters, f loss, r = -gradient, p direction, l scale (at first 1e-6), b its last increase:
//   1  after a success:  e = 1e-4 / |p|, d = p.(r(x) - r(x + e p)) / e                the curvature
//   2  d += (l - b) |p|^2;  if d <= 0:  b = 2 (l - d / |p|^2), d = -d + l |p|^2, l = b
//   3  m = p.r, a = m / d, D = 2 d (f(x) - f(x + a p)) / m^2                          how good the model was
//   4  D >= 0: success.  x += a p, b = 0;
//                        p = r' + ((r'.r' - r'.r) / m) p, or r' after every n-th iteration of n parameters;
//                        D >= 0.75: l = l / 4
//      D < 0:  b = l
//   5  D < 0.25:  l += d (1 - D) / |p|^2
// Source: Moller, "A scaled conjugate gradient algorithm for fast supervised learning", Neural Networks 6,
// 1993.
//
// x and r are of type T, p and every inner product double (inner_product.h). A point where the loss or the
// gradient is not finite counts as D = -2. m and a may be below 0; only when m is 0, p = r.
#pragma once

#include <cstdint>
#include <span>

#include "chainrule/optim/loss_and_gradient.h"
#include "chainrule/tensor/compute.h"
#include "chainrule/tensor/matrix.h"

namespace chainrule {

// Between two iterations, besides x itself. Empty at the beginning.
template <typename T>
struct ScgState {
  AlignedVector<T> gradient;        // at x
  AlignedVector<double> direction;  // p
  double loss = 0;                  // at x
  double scale = 0;                 // l
  double raised = 0;                // b
  double curvature = 0;             // d
  bool has_moved = true;            // the last iteration was a success
  std::uint64_t iterations = 0;     // successes and failures
};

// Iterations until one succeeds: state.loss and state.gradient are then those of the new x and finite, and
// the loss has not risen. Ends at_minimum, with x unchanged, when no component of the gradient is larger than
// gradient_tolerance or when the steps become too short to change x. Throws NonFiniteError when the loss or
// the gradient is not finite at the start.
template <typename T>
IterationEnd advance_scg(const Compute& compute, double gradient_tolerance,
                         const LossAndGradient<T>& evaluate, std::span<T> x, ScgState<T>& state);

}  // namespace chainrule
