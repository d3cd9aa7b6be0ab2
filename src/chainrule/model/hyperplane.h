// The line, plane or hyperplane w . x = T that a threshold unit draws in the space of its inputs.
//
//   n = 2   line        x1 = a x2 + c,          a = -w2/w1, c = T/w1      (w1 = 0: x2 = T/w2)
//   n = 3   plane       x1 = a x2 + b x3 + c,   likewise
//   n       hyperplane  normal w, distance from the origin T/|w|
//
// Points with w . x > T lie on the positive side. The signed distance of x is (w . x - T) / |w|, and the
// geometric margin of a set of points is the smallest distance to their own side (negative when a point lies
// on the wrong side).
//
// Source: the lectures on the single-layer perceptron.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "chainrule/tensor/matrix.h"

namespace chainrule {

struct Hyperplane {
  std::vector<double> normal;  // w
  double threshold = 0;        // T

  bool operator==(const Hyperplane&) const = default;
};

// The equation with one variable alone on the left.
struct SolvedEquation {
  std::size_t variable = 0;          // which, from 0
  std::vector<double> coefficients;  // of all variables; that of `variable` is 0
  double constant = 0;
};

// For the first variable whose weight is not 0. Empty when all weights are 0: then there is no hyperplane,
// and every point is on one side.
std::optional<SolvedEquation> solved_equation(const Hyperplane& plane);

// "0.5 x1 + 0.5 x2 - 0.75 = 0". names: one per variable, or empty for x1, x2, ...
std::string equation_text(const Hyperplane& plane, std::span<const std::string> names = {});
// "x1 = -x2 + 1.5"; "" when there is no hyperplane.
std::string solved_text(const Hyperplane& plane, std::span<const std::string> names = {});
// "point", "line", "plane", "hyperplane of 3 dimensions": what a unit with this number of inputs draws.
std::string hyperplane_word(std::size_t inputs);

// w . x - T. Throws StateError when x and the normal differ in length.
double pre_activation(const Hyperplane& plane, std::span<const double> x);
// (w . x - T) / |w|. Throws StateError when all weights are 0.
double signed_distance(const Hyperplane& plane, std::span<const double> x);
// sides: +1 or -1 for each row of inputs [points][n]. Needs at least one point.
double geometric_margin(const Hyperplane& plane, MatrixView<const double> inputs, std::span<const int> sides);

}  // namespace chainrule
