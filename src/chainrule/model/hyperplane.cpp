#include "chainrule/model/hyperplane.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"

namespace chainrule {
namespace {

constexpr int kDigits = 6;

std::string name_of_variable(std::span<const std::string> names, std::size_t i) {
  return names.empty() ? "x" + std::to_string(i + 1) : names[i];
}

// Appends " + 0.5 x1" or " - x2"; the first term of a text has no blanks and no plus.
void append_term(std::string& text, double factor, const std::string& variable) {
  if (factor == 0) return;
  if (text.empty()) {
    if (factor < 0) text += "-";
  } else {
    text += factor < 0 ? " - " : " + ";
  }
  const double size = std::abs(factor);
  if (variable.empty() || size != 1) text += format_significant(size, kDigits);
  if (variable.empty()) return;
  if (size != 1) text += ' ';
  text += variable;
}

double length_of(const Hyperplane& plane) {
  double sum = 0;
  for (const double w : plane.normal)
    sum += w * w;
  if (sum == 0) {
    throw StateError({.what = "weights that are all 0 define no hyperplane, so there is no distance from it",
                      .advice = "use weights that are not all 0"});
  }
  return std::sqrt(sum);
}

}  // namespace

std::optional<SolvedEquation> solved_equation(const Hyperplane& plane) {
  const auto first = std::find_if(plane.normal.begin(), plane.normal.end(), [](double w) { return w != 0; });
  if (first == plane.normal.end()) return std::nullopt;
  SolvedEquation solved{.variable = static_cast<std::size_t>(first - plane.normal.begin()),
                        .constant = plane.threshold / *first};
  for (const double w : plane.normal)
    solved.coefficients.push_back(w == 0 ? 0 : -w / *first);
  solved.coefficients[solved.variable] = 0;
  return solved;
}

std::string equation_text(const Hyperplane& plane, std::span<const std::string> names) {
  std::string text;
  for (std::size_t i = 0; i < plane.normal.size(); ++i)
    append_term(text, plane.normal[i], name_of_variable(names, i));
  append_term(text, -plane.threshold, "");
  return (text.empty() ? "0" : text) + " = 0";
}

std::string solved_text(const Hyperplane& plane, std::span<const std::string> names) {
  const std::optional<SolvedEquation> solved = solved_equation(plane);
  if (!solved) return "";
  std::string right;
  for (std::size_t i = 0; i < solved->coefficients.size(); ++i)
    append_term(right, solved->coefficients[i], name_of_variable(names, i));
  append_term(right, solved->constant, "");
  return name_of_variable(names, solved->variable) + " = " + (right.empty() ? "0" : right);
}

std::string hyperplane_word(std::size_t inputs) {
  switch (inputs) {
    case 0:
    case 1:
      return "point";
    case 2:
      return "line";
    case 3:
      return "plane";
    default:
      return "hyperplane of " + std::to_string(inputs - 1) + " dimensions";
  }
}

double pre_activation(const Hyperplane& plane, std::span<const double> x) {
  if (x.size() != plane.normal.size()) {
    throw StateError({.what = "the point does not fit the hyperplane",
                      .expected = count_of(plane.normal.size(), "coordinate"),
                      .got = std::to_string(x.size())});
  }
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    sum += plane.normal[i] * x[i];
  return sum - plane.threshold;
}

double signed_distance(const Hyperplane& plane, std::span<const double> x) {
  const double net = pre_activation(plane, x);
  return net / length_of(plane);
}

double geometric_margin(const Hyperplane& plane, MatrixView<const double> inputs,
                        std::span<const int> sides) {
  if (inputs.rows == 0 || sides.size() != inputs.rows) {
    throw StateError({.what = "a margin needs points, and a side for each",
                      .expected = count_of(std::max<std::size_t>(inputs.rows, 1), "side"),
                      .got = std::to_string(sides.size())});
  }
  double margin = std::numeric_limits<double>::infinity();
  for (std::size_t r = 0; r < inputs.rows; ++r)
    margin = std::min(margin, sides[r] * signed_distance(plane, inputs.row_span(r)));
  return margin;
}

}  // namespace chainrule
