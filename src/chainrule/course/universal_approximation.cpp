// Builds the staircase of universal_approximation.h unit by unit.
#include "chainrule/course/universal_approximation.h"

#include <algorithm>
#include <cmath>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/model/dense.h"
#include "chainrule/model/forward.h"

namespace chainrule {

double StepApproximation::at(double x) const {
  Workspace<double> workspace;
  return forward<double>({.path = KernelPath::plain}, network, parameters, {&x, 1, 1}, Mode::predict, {},
                         workspace)(0, 0);
}

StepApproximation approximate_by_steps(const RealFunction& f, std::size_t steps, double slope) {
  if (steps == 0 || !(slope > 0) || !std::isfinite(slope)) {
    throw UsageError({.what = "an approximation needs steps and a slope",
                      .expected = "1 step or more, and a slope above 0",
                      .got = count_of(steps, "step") + ", slope " + format_number(slope)});
  }
  const double n = static_cast<double>(steps);
  Dense hidden = make_dense(1, steps + 1, Activation::logistic);
  Dense output = make_dense(steps + 1, 1, Activation::identity);
  output.bias = BiasUse::absent;
  StepApproximation result{.network = {.layers = {hidden, output}}, .parameters = {}};
  result.parameters.resize(parameter_count(result.network));
  const std::span<double> all(result.parameters);
  const auto first = dense_parameters<double>(hidden, all);
  const auto last = dense_parameters<double>(output, all.subspan(first.size()));
  // Unit 0 is the constant f(0).
  first.w(0, 0) = 0;
  first.b[0] = 60;
  last.w(0, 0) = f(0);
  // Unit i raises the staircase halfway between (i - 1) / n and i / n.
  for (std::size_t i = 1; i <= steps; ++i) {
    const double k = static_cast<double>(i);
    first.w(0, i) = slope;
    first.b[i] = -slope * (2 * k - 1) / (2 * n);
    last.w(i, 0) = f(k / n) - f((k - 1) / n);
  }
  return result;
}

double largest_error(const RealFunction& approximation, const RealFunction& f, std::size_t intervals) {
  double largest = 0;
  for (std::size_t k = 0; k <= intervals; ++k) {
    const double x = static_cast<double>(k) / static_cast<double>(intervals);
    largest = std::max(largest, std::abs(approximation(x) - f(x)));
  }
  return largest;
}

}  // namespace chainrule
