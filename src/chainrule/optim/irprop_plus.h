// iRprop+: every parameter has a step size of its own, which grows while the sign of its derivative stays and
// shrinks when it changes. Only the sign of the gradient is used. The gradient must be that of all rows.
//
// x parameters, f loss, g gradient, D step sizes, s the last steps; for each parameter i:
//   g_i g'_i > 0   D_i = min(1.2 D_i, 50)          s_i = -sign(g_i) D_i   x_i += s_i
//   g_i g'_i < 0   D_i = 0.5 D_i; if f > f': x_i -= s_i, the last step is taken back; g_i is 0 next time
//   g_i g'_i = 0                                   s_i = -sign(g_i) D_i   x_i += s_i
//   g', f' of the iteration before
// Source: Igel, Husken, "Empirical evaluation of the improved Rprop learning algorithms", Neurocomputing 50,
// 2003, with their constants: D starts at 0.0125 and has no lower bound.
//
// If loss or gradient are not finite at the new x, the whole step is taken back and each D_i is halved.
#pragma once

#include <span>

#include "chainrule/optim/loss_and_gradient.h"
#include "chainrule/tensor/compute.h"
#include "chainrule/tensor/matrix.h"

namespace chainrule {

// Between two iterations, besides x itself. Empty at the beginning.
template <typename T>
struct IrpropState {
  AlignedVector<T> gradient;  // at x
  AlignedVector<T> before;    // g', 0 where its sign had changed
  AlignedVector<T> sizes;     // D
  AlignedVector<T> steps;     // s
  double loss = 0;            // at x
  double loss_before = 0;     // f'
};

// One iteration: one evaluation, and another at the first call. state.loss and state.gradient are then those
// of x and finite. Ends at_minimum when no component of the gradient is larger than gradient_tolerance; x is
// then unchanged. Throws NonFiniteError when the loss or the gradient is not finite at the start.
template <typename T>
IterationEnd advance_irprop_plus(const Compute& compute, double gradient_tolerance,
                                 const LossAndGradient<T>& evaluate, std::span<T> x, IrpropState<T>& state);

}  // namespace chainrule
