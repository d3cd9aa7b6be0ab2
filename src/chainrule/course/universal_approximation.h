// The universal approximation theorem, done by hand: a continuous f on [0, 1] as a network with one hidden
// layer of logistic units and a linear output (Cybenko 1989; Hornik, Stinchcombe, White 1989):
//
//   F(x) = sum_i v_i logistic(w_i x + b_i)
//
// One unit is the constant f(0): w = 0, b = 60, v = f(0), and logistic(60) is 1 in double. Each of n more is
// a step of height f(i/n) - f((i-1)/n) midway between (i-1)/n and i/n: w = slope, b = -slope (2i - 1) / (2n).
// With more and steeper steps the approximation becomes arbitrarily close; the heights are small because f is
// continuous.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "chainrule/model/network.h"

namespace chainrule {

using RealFunction = std::function<double(double)>;

// An ordinary network and its parameters: 1 input, steps + 1 logistic units, 1 identity output without bias.
struct StepApproximation {
  Network network;
  std::vector<double> parameters;

  double at(double x) const;
};

// Throws UsageError if steps is 0 or the slope is not a finite number above 0.
StepApproximation approximate_by_steps(const RealFunction& f, std::size_t steps, double slope);

// The largest |F - f| at k / intervals, k = 0 .. intervals.
double largest_error(const RealFunction& approximation, const RealFunction& f, std::size_t intervals);

}  // namespace chainrule
