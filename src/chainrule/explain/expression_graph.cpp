// Runs a computational graph: values from the operands to the result, gradients back.
//
// Nodes are in the order in which they can be calculated, so each direction is one loop. Backwards each gate
// adds
//
//   df/d(operand k) += df/d(gate) * d(gate)/d(operand k)
//
// to what its operands have already received from other users: a value that is used twice collects both. A
// number that is not finite stops the run at the gate where it arises, because every later number would be
// nan.
#include "chainrule/explain/expression_graph.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/tensor/math_functions.h"

namespace chainrule {
namespace {

[[noreturn]] void refuse_value(const ExpressionGraph& graph, std::size_t node, std::string what,
                               std::string got, std::string advice) {
  const GraphNode& at = graph.nodes[node];
  throw NonFiniteError(
      {.what = std::move(what),
       .where = "node " + at.name + " = " + formula_of(graph, node) + ", column " + std::to_string(at.column),
       .got = std::move(got),
       .advice = std::move(advice)});
}

// x^y wherever it is a real number: for whole y also with x < 0.
std::optional<double> real_power(double x, double y) {
  if (x > 0 || (x == 0 && y >= 0)) return math::power(x, y);
  const bool is_whole = y == std::floor(y);
  if (x == 0 || !is_whole) return std::nullopt;
  const double magnitude = math::power(-x, y);
  const bool is_odd = std::fabs(y) < 0x1p53 && std::fmod(y, 2) != 0;
  return is_odd ? -magnitude : magnitude;
}

// The value of a gate with the operands x and y; 0 for an operand that the gate does not have.
double value_of(const ExpressionGraph& graph, std::size_t i, double x, double y) {
  switch (graph.nodes[i].gate) {
    case Gate::number:
    case Gate::variable:
      break;
    case Gate::negate:
      return -x;
    case Gate::add:
      return x + y;
    case Gate::subtract:
      return x - y;
    case Gate::multiply:
      return x * y;
    case Gate::divide:
      if (y == 0) {
        refuse_value(graph, i, "division by zero", format_number(x) + " / 0",
                     "give other values to the variables");
      }
      return x / y;
    case Gate::power:
      if (const std::optional<double> power = real_power(x, y)) return *power;
      refuse_value(graph, i, "a power that is not a real number", format_number(x) + " ^ " + format_number(y),
                   "a positive base, or a whole exponent");
    case Gate::exp:
      return math::exp(x);
    case Gate::log:
      if (!(x > 0)) {
        refuse_value(graph, i, "the logarithm of a number that is not positive",
                     "log(" + format_number(x) + ")", "give other values to the variables");
      }
      return math::log(x);
    case Gate::sin:
      return math::sin(x);
    case Gate::cos:
      return math::cos(x);
    case Gate::tanh:
      return math::tanh(x);
    case Gate::sigmoid:
      return math::logistic(x);
    case Gate::relu:
      return x > 0 ? x : 0;
    case Gate::max:
      return x >= y ? x : y;
  }
  return 0;
}

bool is_number(const ExpressionGraph& graph, std::size_t node) {
  return node != kNoNode && graph.nodes[node].gate == Gate::number;
}

// The derivatives of a gate in its operands, from the operands and from its own value where that is cheaper.
std::array<double, 2> locals_of(const ExpressionGraph& graph, std::size_t i, double x, double y,
                                double value) {
  switch (graph.nodes[i].gate) {
    case Gate::number:
    case Gate::variable:
      return {0, 0};
    case Gate::negate:
      return {-1, 0};
    case Gate::add:
      return {1, 1};
    case Gate::subtract:
      return {1, -1};
    case Gate::multiply:
      return {y, x};
    case Gate::divide:
      return {1 / y, -x / (y * y)};
    case Gate::power: {
      std::array<double, 2> locals = {0, 0};
      if (!is_number(graph, graph.nodes[i].operands[0]) && y != 0) {
        const std::optional<double> below = real_power(x, y - 1);
        if (!below) {
          refuse_value(graph, i, "a power without a derivative here",
                       format_number(x) + " ^ " + format_number(y), "another base");
        }
        locals[0] = y * *below;
      }
      if (!is_number(graph, graph.nodes[i].operands[1])) {
        if (x < 0 || (x == 0 && y <= 0)) {
          refuse_value(graph, i, "a power without a derivative by its exponent",
                       format_number(x) + " ^ " + format_number(y), "a positive base");
        }
        locals[1] = x == 0 ? 0 : value * math::log(x);
      }
      return locals;
    }
    case Gate::exp:
      return {value, 0};
    case Gate::log:
      return {1 / x, 0};
    case Gate::sin:
      return {math::cos(x), 0};
    case Gate::cos:
      return {-math::sin(x), 0};
    case Gate::tanh:
      return {1 - value * value, 0};
    case Gate::sigmoid:
      return {value * (1 - value), 0};
    case Gate::relu:
      return {x > 0 ? 1.0 : 0.0, 0};
    case Gate::max:
      return {x >= y ? 1.0 : 0.0, x >= y ? 0.0 : 1.0};
  }
  return {0, 0};
}

// One number per node: the values of variables and numbers; gates still have 0.
std::vector<double> values_of_variables(const ExpressionGraph& graph,
                                        std::span<const std::pair<std::string, double>> given) {
  std::map<std::string_view, double> values;
  const std::vector<std::string> variables = graph.variables();
  for (const auto& [name, value] : given) {
    if (std::find(variables.begin(), variables.end(), name) == variables.end()) {
      const std::string nearest = nearest_name(name, variables);
      throw UsageError(
          {.what = "a value for a name that is not in the expression",
           .where = quoted(graph.expression),
           .expected = variables.empty() ? "no values, since it has no variables" : join(variables, ", "),
           .got = quoted(name),
           .advice = nearest.empty() ? "" : "did you mean " + quoted(nearest) + "?"});
    }
    if (!std::isfinite(value)) {
      throw UsageError({.what = "a value that is not finite",
                        .where = quoted(name),
                        .expected = "a finite number",
                        .got = format_number(value),
                        .advice = "give a number"});
    }
    if (!values.emplace(name, value).second)
      throw UsageError({.what = "two values for one name",
                        .where = quoted(name),
                        .expected = "one value",
                        .advice = "leave one of them out"});
  }
  std::vector<std::string> missing;
  for (const std::string& name : variables) {
    if (!values.contains(name)) missing.push_back(name + "=...");
  }
  if (!missing.empty()) {
    throw UsageError({.what = "a variable has no value",
                      .where = quoted(graph.expression),
                      .expected = "a value for each of " + join(variables, ", "),
                      .advice = "add " + join(missing, " ")});
  }
  std::vector<double> numbers(graph.nodes.size(), 0);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const GraphNode& node = graph.nodes[i];
    if (node.gate == Gate::variable) numbers[i] = values.at(node.name);
    if (node.gate == Gate::number) numbers[i] = node.number;
  }
  return numbers;
}

}  // namespace

std::size_t operands_of(Gate gate) {
  switch (gate) {
    case Gate::number:
    case Gate::variable:
      return 0;
    case Gate::add:
    case Gate::subtract:
    case Gate::multiply:
    case Gate::divide:
    case Gate::power:
    case Gate::max:
      return 2;
    default:
      return 1;
  }
}

std::vector<std::string> ExpressionGraph::variables() const {
  std::vector<std::string> names;
  for (const GraphNode& node : nodes) {
    if (node.gate == Gate::variable) names.push_back(node.name);
  }
  return names;
}

GraphRun run_graph(const ExpressionGraph& graph, std::span<const std::pair<std::string, double>> values) {
  GraphRun run{.values = values_of_variables(graph, values),
               .gradients = std::vector<double>(graph.nodes.size(), 0),
               .locals = std::vector<std::array<double, 2>>(graph.nodes.size())};
  const auto operand = [&](std::size_t i, std::size_t k) {
    const std::size_t node = graph.nodes[i].operands[k];
    return node == kNoNode ? 0 : run.values[node];
  };
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    if (operands_of(graph.nodes[i].gate) == 0) continue;
    run.values[i] = value_of(graph, i, operand(i, 0), operand(i, 1));
    if (!std::isfinite(run.values[i])) {
      refuse_value(graph, i, "overflow: a value beyond the range of double", format_number(run.values[i]),
                   "give smaller values to the variables");
    }
  }
  run.gradients[graph.result()] = 1;
  for (std::size_t i = graph.nodes.size(); i-- > 0;) {
    run.locals[i] = locals_of(graph, i, operand(i, 0), operand(i, 1), run.values[i]);
    for (std::size_t k = 0; k < operands_of(graph.nodes[i].gate); ++k) {
      double& below = run.gradients[graph.nodes[i].operands[k]];
      below += run.gradients[i] * run.locals[i][k];
      if (std::isfinite(below)) continue;
      refuse_value(graph, i, "overflow: a derivative beyond the range of double", format_number(below),
                   "give other values to the variables");
    }
  }
  return run;
}

std::string formula_of(const ExpressionGraph& graph, std::size_t node) {
  const GraphNode& at = graph.nodes[node];
  const auto name = [&](std::size_t k) {
    const GraphNode& operand = graph.nodes[at.operands[k]];
    if (operand.gate != Gate::number) return operand.name;
    const std::string number = format_number(operand.number);
    return operand.number < 0 ? "(" + number + ")" : number;
  };
  const auto infix = [&](std::string_view sign) { return name(0) + " " + std::string(sign) + " " + name(1); };
  switch (at.gate) {
    case Gate::number:
      return format_number(at.number);
    case Gate::variable:
      return at.name;
    case Gate::negate:
      return "-" + name(0);
    case Gate::add:
      return infix("+");
    case Gate::subtract:
      return infix("-");
    case Gate::multiply:
      return infix("*");
    case Gate::divide:
      return infix("/");
    case Gate::power:
      return infix("^");
    case Gate::max:
      return "max(" + name(0) + ", " + name(1) + ")";
    default:
      return std::string(name_of(at.gate)) + "(" + name(0) + ")";
  }
}

}  // namespace chainrule
