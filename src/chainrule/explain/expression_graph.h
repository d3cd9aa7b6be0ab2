// A computational graph: an expression taken apart into primitive gates, run forwards and backwards.
//
// Backward is the chain rule at each gate: the gradient that comes from above (upstream) times the gate's own
// derivative (local), added up over all gates that use the value:
//   df/dx = sum over users u of x of  df/du * du/dx,   df/df = 1.
//
//   gate          value       local derivatives          convention where there is none
//   negate        -x          -1
//   add, subtract x + y, x - y  1 and 1, 1 and -1
//   multiply      x y         y and x
//   divide        x / y       1/y and -x/y^2             y = 0 is an error
//   power         x^y         y x^(y-1) and x^y log x    the second only where y is not a number: x > 0
//   exp           e^x         e^x
//   log           log x       1/x                        x <= 0 is an error
//   sin, cos      sin x       cos x, -sin x
//   tanh          tanh x      1 - tanh^2 x
//   sigmoid       1/(1+e^-x)  s (1 - s)
//   relu          max(x, 0)   1 if x > 0 else 0          the left branch at 0
//   max           max(x, y)   1 for the larger, else 0   the first of equals
//
// Source: the lectures' slides on computational graphs, f = (x + y) z and f = 1/(1 + exp(-(w0 x0 + w1 x1 +
// w2))).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chainrule/base/names.h"

namespace chainrule {

enum class Gate {
  number,
  variable,
  negate,
  add,
  subtract,
  multiply,
  divide,
  power,
  exp,
  log,
  sin,
  cos,
  tanh,
  sigmoid,
  relu,
  max,
};

template <>
struct EnumNames<Gate> {
  static constexpr std::string_view kind = "gate";
  static constexpr EnumName<Gate> table[] = {
      {Gate::number, "number", "a number of the expression"},
      {Gate::variable, "variable", "an input"},
      {Gate::negate, "negate", "-x"},
      {Gate::add, "add", "x + y"},
      {Gate::subtract, "subtract", "x - y"},
      {Gate::multiply, "multiply", "x * y"},
      {Gate::divide, "divide", "x / y"},
      {Gate::power, "power", "x ^ y"},
      {Gate::exp, "exp", "exp(x)"},
      {Gate::log, "log", "log(x), the natural one"},
      {Gate::sin, "sin", "sin(x)"},
      {Gate::cos, "cos", "cos(x)"},
      {Gate::tanh, "tanh", "tanh(x)"},
      {Gate::sigmoid, "sigmoid", "1 / (1 + exp(-x))"},
      {Gate::relu, "relu", "x where x > 0, else 0"},
      {Gate::max, "max", "the larger of two"},
  };
};

// How many operands: 0 for number and variable, 1 or 2 for the others.
std::size_t operands_of(Gate gate);

inline constexpr std::size_t kNoNode = std::numeric_limits<std::size_t>::max();

struct GraphNode {
  Gate gate = Gate::number;
  std::array<std::size_t, 2> operands = {kNoNode, kNoNode};  // indices of earlier nodes
  double number = 0;                                         // Gate::number
  std::string name;        // of a variable, or given to the value of a gate: n1, n2, ...; the last is f
  std::size_t column = 0;  // its position in the expression, from 1
};

struct ExpressionGraph {
  std::string expression;
  // Operands precede the gates that use them; the last is the result. Equal sub-expressions are one node.
  std::vector<GraphNode> nodes;

  std::size_t result() const { return nodes.size() - 1; }
  // Names of the variables, in the order of their first appearance.
  std::vector<std::string> variables() const;
};

// Grammar: numbers (1, 0.5, 2e-3), names, + - * / ^, unary minus and plus, parentheses, and the functions
// exp, log, sin, cos, tanh, sigmoid, relu with one argument, max with two. ^ binds most tightly and groups
// from the right; then come the signs (-x^2 = -(x^2)), then * and /, then + and -. Throws a UsageError that
// names the column.
ExpressionGraph parse_expression(std::string_view text);

// The results of a run of the graph, one entry per node.
struct GraphRun {
  std::vector<double> values;
  std::vector<double> gradients;              // d result / d node
  std::vector<std::array<double, 2>> locals;  // d node / d operand
};

// Throws UsageError for a variable without a value, a value without a variable (nearest name) or given twice,
// and a NonFiniteError that names the node whose value or derivative is not finite (division by zero, an
// undefined logarithm or power, overflow).
GraphRun run_graph(const ExpressionGraph& graph, std::span<const std::pair<std::string, double>> values);

// "n1 * x0": the gate with its operands' names; a number or a variable unchanged.
std::string formula_of(const ExpressionGraph& graph, std::size_t node);

}  // namespace chainrule
