// Limited-memory BFGS: the minimum of a smooth function from its values and gradients. The function must be
// deterministic: the loss of all rows, never that of a random batch.
//
// x parameters, f loss, g gradient, H the approximation of the inverse Hessian, never formed:
//   direction  d = -H g, from the last m pairs s = x' - x, y = g' - g by the two-loop recursion, which starts
//              from H0 = (s.y / y.y) I of the newest pair    Nocedal, Wright 2006, Algorithm 7.4 and (7.20)
//   step       x' = x + t d, where t meets the strong Wolfe conditions
//                f(x + t d) <= f(x) + c1 t g.d   and   |g(x + t d).d| <= c2 |g.d|,   c1 = 1e-4, c2 = 0.9
//              Bracketing and zoom with the minimum of the cubic through two points
//                                                            Algorithms 3.5 and 3.6, (3.59)
//              t = 1 is tried first; while there are no pairs, d = -g, t = min(1, 1 / |g|).
// A point where f or g is not finite counts as too high: the search backs off to where both are finite. A
// pair is kept when s.y > 0, which the second condition ensures. If no step is found, the pairs are
// dropped and the search restarts along -g, as in L-BFGS-B (Byrd, Lu, Nocedal, Zhu 1995).
//
// x, s, y and g are of type T, the direction and every inner product double; inner products are summed in the
// order of sum_of_squares (docs/numerics.md, rule 2), so every iterate has the same bits on any number of
// threads.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "chainrule/base/names.h"
#include "chainrule/optim/loss_and_gradient.h"
#include "chainrule/tensor/compute.h"
#include "chainrule/tensor/matrix.h"

namespace chainrule {

enum class LbfgsEnd {
  converged_gradient,
  converged_loss,
  iterations,
  evaluations,
  line_search_failed,
  asked_to_stop,
};

template <>
struct EnumNames<LbfgsEnd> {
  static constexpr std::string_view kind = "end of the minimisation";
  static constexpr EnumName<LbfgsEnd> table[] = {
      {LbfgsEnd::converged_gradient, "converged_gradient", "every component of the gradient is small"},
      {LbfgsEnd::converged_loss, "converged_loss", "an iteration hardly lowered the loss"},
      {LbfgsEnd::iterations, "iterations", "the iteration limit was reached"},
      {LbfgsEnd::evaluations, "evaluations", "the function was evaluated as often as allowed"},
      {LbfgsEnd::line_search_failed, "line_search_failed",
       "no step lowers the loss: the gain is below rounding error, or the loss is not smooth there"},
      {LbfgsEnd::asked_to_stop, "asked_to_stop", "stopped on request"},
  };
};

// The defaults are those of scikit-learn's networks with solver lbfgs.
struct LbfgsOptions {
  std::size_t memory = 10;  // pairs
  std::size_t max_iterations = 200;
  std::size_t max_evaluations = 15'000;           // of the function; never exceeded
  double gradient_tolerance = 1e-4;               // on the largest |component|; 0: only a gradient of zero
  double loss_tolerance = 2.220446049250313e-09;  // on (f - f') / max(|f|, |f'|, 1)

  bool operator==(const LbfgsOptions&) const = default;
};

// Throws UsageError naming the value and its range.
void validate(const LbfgsOptions& options);

// The state of a minimisation between two iterations, besides x itself. With x and this state it resumes as
// if it had never stopped. Empty at the beginning.
template <typename T>
struct LbfgsState {
  AlignedVector<T> gradient;       // at x
  AlignedVector<T> steps;          // s [memory][parameters], a ring
  AlignedVector<T> changes;        // y, the same shape
  std::vector<double> curvatures;  // s.y [memory]
  std::size_t pairs = 0;           // in use
  std::size_t next = 0;            // the slot of the next pair: the oldest one's when all are in use
  double loss = 0;                 // at x
  std::size_t iterations = 0;      // made
  std::size_t evaluations = 0;     // of the function
};

struct LbfgsIteration {
  std::size_t iteration = 0;    // counted from 1
  std::size_t evaluations = 0;  // so far
  double loss = 0;
  double gradient_norm = 0;     // Euclidean
  double largest_gradient = 0;  // the largest |component|
  double step = 0;              // t
};

// Called after each iteration; false ends the minimisation.
using LbfgsObserver = std::function<bool(const LbfgsIteration&)>;

// Minimises f, starting at x. However it ends, state.loss and state.gradient are those of x and finite, and
// no iteration raises the loss. (When `evaluate` throws, x and state are undefined.)
//
// Throws UsageError for options out of range, StateError for a state of the wrong size, NonFiniteError when f
// or its gradient is not finite at the start.
template <typename T>
LbfgsEnd minimise_lbfgs(const Compute& compute, const LbfgsOptions& options,
                        const LossAndGradient<T>& evaluate, const LbfgsObserver& observer, std::span<T> x,
                        LbfgsState<T>& state);

}  // namespace chainrule
