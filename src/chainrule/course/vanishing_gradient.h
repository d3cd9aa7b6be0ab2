// The delta in a chain of single units, x -> f(w a) -> f(w a) -> ... , E = 1/2 (a - t)^2:
//
//   delta_L = (a_L - t) f'(z_L),   delta_l = w delta_{l+1} f'(z_l)
//
// so that delta_1 / delta_L is the product of L - 1 factors w f'(z). logistic' is at most 1/4.
#pragma once

#include <cstddef>
#include <vector>

#include "chainrule/model/layer.h"

namespace chainrule {

struct UnitChain {
  Activation activation = Activation::logistic;
  std::size_t depth = 12;
  double weight = 1;  // of every unit; biases are 0
  double x = 0.5;
  double target = 0;
};

// dE/dz of each unit, first to last. Throws StateError for threshold units and UsageError for depth 0.
std::vector<double> chain_deltas(const UnitChain& chain);

}  // namespace chainrule
