#include "chainrule/explain/expression_graph.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "chainrule/base/error.h"
#include "support/test_tables.h"

namespace chainrule {
namespace {

using testing_support::report_of;
using Values = std::vector<std::pair<std::string, double>>;

double value(const std::string& expression, const Values& values = {}) {
  const ExpressionGraph graph = parse_expression(expression);
  return run_graph(graph, values).values.back();
}

double gradient(const std::string& expression, const std::string& name, const Values& values) {
  const ExpressionGraph graph = parse_expression(expression);
  const GraphRun run = run_graph(graph, values);
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    if (graph.nodes[i].name == name) return run.gradients[i];
  }
  ADD_FAILURE() << name;
  return 0;
}

TEST(RunGraph, AValueUsedTwiceCollectsBothGradients) {
  EXPECT_EQ(gradient("(x+1)*(x+1)", "x", {{"x", 3}}), 8);  // 2 (x + 1)
}

TEST(RunGraph, NamesWithoutValuesAndValuesWithoutNamesAreRefused) {
  const ExpressionGraph graph = parse_expression("x*weight");
  const auto report = [&](const Values& values) {
    return report_of<UsageError>([&] { run_graph(graph, values); });
  };
  EXPECT_EQ(report({{"x", 1}}).advice, "add weight=...");
  EXPECT_EQ(report({{"x", 1}, {"wieght", 2}}).advice, "did you mean \"weight\"?");
  EXPECT_EQ(report({{"x", 1}, {"x", 2}, {"weight", 2}}).what, "two values for one name");
}

TEST(RunGraph, TroubleIsNamedAtItsNode) {
  const auto where = [](const std::string& text, const Values& values) {
    const ExpressionGraph graph = parse_expression(text);
    return report_of<NonFiniteError>([&] { run_graph(graph, values); });
  };
  EXPECT_EQ(where("1 + 2/(x-1)", {{"x", 1}}).where, "node n2 = 2 / n1, column 6");
  EXPECT_EQ(where("1 + 2/(x-1)", {{"x", 1}}).what, "division by zero");
  EXPECT_EQ(where("log(x)", {{"x", 0}}).got, "log(0)");
  EXPECT_EQ(where("x^0.5", {{"x", -4}}).what, "a power that is not a real number");
  EXPECT_EQ(where("x^0.5", {{"x", 0}}).what, "a power without a derivative here");
  EXPECT_EQ(where("x^y", {{"x", -2}, {"y", 2}}).what, "a power without a derivative by its exponent");
  EXPECT_EQ(where("exp(exp(x))", {{"x", 10}}).what, "overflow: a value beyond the range of double");
  EXPECT_EQ(where("1/(x*x)", {{"x", 1e-150}}).what, "overflow: a derivative beyond the range of double");
}

TEST(RunGraph, KinksTakeTheConventionOfTheHead) {
  EXPECT_EQ(gradient("relu(x)", "x", {{"x", 0}}), 0);
  EXPECT_EQ(gradient("max(x, y)", "x", {{"x", 2}, {"y", 2}}), 1);
  EXPECT_EQ(gradient("max(x, y)", "y", {{"x", 2}, {"y", 2}}), 0);
  EXPECT_EQ(gradient("x^2", "x", {{"x", 0}}), 0);
  EXPECT_EQ(gradient("x^2", "x", {{"x", -3}}), -6);
  EXPECT_EQ(gradient("(-x)^3", "x", {{"x", 2}}), -12);
  EXPECT_EQ(gradient("x^0", "x", {{"x", 0}}), 0);
}

TEST(RunGraph, TenThousandNodesAndDeepParenthesesAreNoProblem) {
  std::string deep(20000, '(');
  deep += "x";
  for (int i = 0; i < 20000; ++i)
    deep += "+1)";
  const ExpressionGraph graph = parse_expression(deep);
  EXPECT_EQ(graph.nodes.size(), 20002u);
  const GraphRun run = run_graph(graph, Values{{"x", 0.5}});
  EXPECT_EQ(run.values.back(), 20000.5);
  EXPECT_EQ(run.gradients.front(), 1);
  std::string signs(20000, '-');
  EXPECT_EQ(value(signs + "x", {{"x", 2}}), 2);
}

// --- the lectures' examples --------------------------------------------------------------------------------

nlohmann::json worked_examples() {
  std::ifstream file(std::string(CHAINRULE_SOURCE_DIR) + "/tests/golden/worked_examples.json");
  return nlohmann::json::parse(file).at("computational_graphs");
}

void expect_close(double got, double wanted, const std::string& what) {
  EXPECT_NEAR(got, wanted, 1e-12 * std::fabs(wanted)) << what;
}

TEST(WorkedExamples, OfTheSumTimesZ) {
  const auto example = worked_examples().at("xyz");
  const auto& forward = example.at("forward");
  const ExpressionGraph graph = parse_expression("(x+y)*z");
  const GraphRun run = run_graph(graph, Values{{"x", forward.at("x").get<double>()},
                                               {"y", forward.at("y").get<double>()},
                                               {"z", forward.at("z").get<double>()}});
  // Nodes: x, y, q, z, f.
  EXPECT_EQ(run.values[2], forward.at("q=x+y").get<double>());
  EXPECT_EQ(run.values[4], forward.at("f=q*z").get<double>());
  const auto& gradients = example.at("gradients");
  EXPECT_EQ(run.gradients[0], gradients.at("df/dx").get<double>());
  EXPECT_EQ(run.gradients[1], gradients.at("df/dy").get<double>());
  EXPECT_EQ(run.gradients[2], gradients.at("df/dq").get<double>());
  EXPECT_EQ(run.gradients[3], gradients.at("df/dz").get<double>());
  EXPECT_EQ(run.gradients[4], gradients.at("df/df").get<double>());
  const auto& local = example.at("local");
  EXPECT_EQ(run.locals[2][0], local.at("dq/dx").get<double>());
  EXPECT_EQ(run.locals[2][1], local.at("dq/dy").get<double>());
  EXPECT_EQ(run.locals[4][0], local.at("df/dq").get<double>());
  EXPECT_EQ(run.locals[4][1], local.at("df/dz").get<double>());
}

TEST(WorkedExamples, OfTheLogisticNeuronNodeByNode) {
  const std::map<std::string, std::string> node_of = {
      {"m0=w0*x0", "n1"}, {"m1=w1*x1", "n2"}, {"s=m0+m1", "n3"}, {"a=s+w2", "n4"}, {"n=-a", "n5"},
      {"e=exp(n)", "n6"}, {"d=1+e", "n7"},    {"out=1/d", "f"},  {"out", "f"}};
  const ExpressionGraph graph = parse_expression("1/(1+exp(-(w0*x0+w1*x1+w2)))");
  for (const char* const key : {"sigmoid_neuron", "sigmoid_neuron_second_point"}) {
    const auto example = worked_examples().at(key);
    Values values;
    for (int i = 0; i < 3; ++i)
      values.emplace_back("w" + std::to_string(i),
                          example.at("w")[static_cast<std::size_t>(i)].get<double>());
    for (int i = 0; i < 2; ++i)
      values.emplace_back("x" + std::to_string(i),
                          example.at("x")[static_cast<std::size_t>(i)].get<double>());
    const GraphRun run = run_graph(graph, values);
    const auto at = [&](const std::string& name) {
      const auto found = node_of.find(name);
      for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        if (graph.nodes[i].name == (found == node_of.end() ? name : found->second)) return i;
      }
      return kNoNode;
    };
    std::size_t checked = 0;
    for (const auto& [name, number] : example.at("forward").items()) {
      expect_close(run.values.at(at(name)), number.get<double>(), name);
      ++checked;
    }
    for (const auto& [name, number] : example.at("gradients").items()) {
      expect_close(run.gradients.at(at(name)), number.get<double>(), name);
      ++checked;
    }
    EXPECT_EQ(checked, 21u);
    // The sigmoid as one gate gives the same.
    expect_close(gradient("sigmoid(w0*x0+w1*x1+w2)", "w0", values),
                 example.at("gradients").at("w0").get<double>(), "sigmoid gate");
  }
}

TEST(WorkedExamples, OfTheVariantWithAThirdInput) {
  const auto example = worked_examples().at("sigmoid_neuron_w2x2_variant");
  const Values values = {{"w0", 2}, {"x0", -1}, {"w1", -3}, {"x1", -2}, {"w2", -3}, {"x2", 1}};
  for (const char* const name : {"w0", "x0", "w1", "x1", "w2", "x2"}) {
    expect_close(gradient("1/(1+exp(-(w0*x0+w1*x1+w2*x2)))", name, values),
                 example.at("gradients").at(name).get<double>(), name);
  }
}

// --- property: gradients are the limits of differences -----------------------------------------------------

// A random expression in x and y that has a value and a derivative everywhere.
std::string random_expression(int depth) {
  const int kind = *rc::gen::inRange(0, depth > 0 ? 11 : 3);
  const auto part = [&] { return random_expression(depth - 1); };
  switch (kind) {
    case 0:
      return "x";
    case 1:
      return "y";
    case 2:
      return std::to_string(*rc::gen::inRange(1, 4)) + ".25";
    case 3:
      return "(" + part() + " + " + part() + ")";
    case 4:
      return part() + " * " + part();
    case 5:
      return "(" + part() + " - " + part() + ")";
    case 6:
      return "tanh(" + part() + ")";
    case 7:
      return "sin(" + part() + ")";
    case 8:
      return "sigmoid(-" + part() + ")";
    case 9:
      return "(" + part() + ")^2";
    default:
      return "1 / (1.5 + cos(" + part() + "))";
  }
}

RC_GTEST_PROP(RunGraph, GradientsAreLimitsOfDifferences, ()) {
  const std::string text = random_expression(4);
  const ExpressionGraph graph = parse_expression(text);
  const std::vector<std::string> variables = graph.variables();
  RC_PRE(!variables.empty());
  Values at;
  for (const std::string& name : variables)
    at.emplace_back(name, *rc::gen::inRange(-100, 100) * 0.01);
  const GraphRun run = run_graph(graph, at);
  RC_PRE(std::fabs(run.values.back()) < 1e3);
  for (std::size_t v = 0; v < at.size(); ++v) {
    const auto shifted = [&](double h) {
      Values other = at;
      other[v].second += h;
      return run_graph(graph, other).values.back();
    };
    constexpr double kStep = 1e-4;
    // Richardson: the error is of order h^4.
    const double slope =
        (8 * (shifted(kStep) - shifted(-kStep)) - (shifted(2 * kStep) - shifted(-2 * kStep))) / (12 * kStep);
    const std::size_t node = static_cast<std::size_t>(
        std::find_if(graph.nodes.begin(), graph.nodes.end(),
                     [&](const GraphNode& n) { return n.gate == Gate::variable && n.name == at[v].first; }) -
        graph.nodes.begin());
    RC_ASSERT(std::fabs(run.gradients[node] - slope) <= 1e-6 * (1 + std::fabs(slope)));
  }
}

}  // namespace
}  // namespace chainrule
