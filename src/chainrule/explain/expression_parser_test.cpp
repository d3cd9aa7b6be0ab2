#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/explain/expression_graph.h"
#include "support/test_tables.h"

namespace chainrule {
namespace {

using testing_support::report_of;
using Values = std::vector<std::pair<std::string, double>>;

double value(const std::string& expression, const Values& values = {}) {
  const ExpressionGraph graph = parse_expression(expression);
  return run_graph(graph, values).values.back();
}

std::vector<std::string> formulas(const std::string& expression) {
  const ExpressionGraph graph = parse_expression(expression);
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    if (operands_of(graph.nodes[i].gate) > 0)
      texts.push_back(graph.nodes[i].name + " = " + formula_of(graph, i));
  }
  return texts;
}

TEST(ParseExpression, FollowsTheRulesOfArithmetic) {
  EXPECT_EQ(value("1+2*3"), 7);
  EXPECT_EQ(value("(1+2)*3"), 9);
  EXPECT_EQ(value("8-4-2"), 2);
  EXPECT_EQ(value("8/4/2"), 1);
  EXPECT_EQ(value("2^3^2"), 512);
  EXPECT_EQ(value("-2^2"), -4);
  EXPECT_EQ(value("(-2)^2"), 4);
  EXPECT_EQ(value("2^-1"), 0.5);
  EXPECT_EQ(value("2*-3"), -6);
  EXPECT_EQ(value("2 - -3"), 5);
  EXPECT_EQ(value("- - 3"), 3);
  EXPECT_EQ(value("+3"), 3);
  EXPECT_EQ(value("-x*y", {{"x", 2}, {"y", 3}}), -6);
  EXPECT_EQ(value("max(1, 2) + relu(-1) + relu(3)"), 5);
  EXPECT_EQ(value("exp(0) + cos(0) + sin(0) + log(1) + tanh(0) + sigmoid(0)"), 2.5);
  EXPECT_EQ(value(" .5 + 1. + 2e1 + 1E-1 "), 21.6);
  EXPECT_EQ(value("((((x))))", {{"x", 3}}), 3);
  EXPECT_EQ(value("e1*2e1", {{"e1", 3}}), 60);
}

TEST(ParseExpression, GatesAreNamedInTheOrderOfTheCalculation) {
  EXPECT_EQ(formulas("(x+y)*z"), (std::vector<std::string>{"n1 = x + y", "f = n1 * z"}));
  EXPECT_EQ(formulas("1/(1+exp(-(w0*x0+w1*x1+w2)))"),
            (std::vector<std::string>{"n1 = w0 * x0", "n2 = w1 * x1", "n3 = n1 + n2", "n4 = n3 + w2",
                                      "n5 = -n4", "n6 = exp(n5)", "n7 = 1 + n6", "f = 1 / n7"}));
  EXPECT_EQ(formulas("n1+f+x"), (std::vector<std::string>{"nn1 = n1 + f", "nn2 = nn1 + x"}));
  EXPECT_EQ(formulas("x ^ -2 * max(x, -y)"),
            (std::vector<std::string>{"n1 = x ^ (-2)", "n2 = -y", "n3 = max(x, n2)", "f = n1 * n3"}));
}

TEST(ParseExpression, EqualPartsAreOneNode) {
  EXPECT_EQ(formulas("(x+1)*(x+1)"), (std::vector<std::string>{"n1 = x + 1", "f = n1 * n1"}));
  EXPECT_EQ(parse_expression("2*x + 2*x").nodes.size(), 4u);  // 2, x, the product and the sum
}

TEST(ParseExpression, MistakesPointAtTheirColumn) {
  const auto report = [](const std::string& text) {
    return report_of<UsageError>([&] { parse_expression(text); });
  };
  const auto expect_at = [&](const std::string& text, std::size_t column, const std::string& words) {
    const ErrorText found = report(text);
    EXPECT_TRUE(found.where.starts_with("column " + std::to_string(column) + " of "))
        << text << ": " << found.where;
    EXPECT_NE(found.what.find(words), std::string::npos) << text << ": " << found.what;
  };
  expect_at("", 1, "a value is missing");
  expect_at("x + ", 5, "a value is missing");
  expect_at("x + * y", 5, "a value is missing");
  expect_at("x y", 3, "side by side");
  expect_at("2x", 2, "side by side");
  expect_at("(x + y", 7, "not closed, opened at column 1");
  expect_at("x + y)", 6, "without its (");
  expect_at("x , y", 3, "comma outside");
  expect_at("(x , y)", 4, "comma outside");
  expect_at("max(x)", 6, "too few arguments");
  expect_at("exp(x, y)", 6, "too many arguments");
  expect_at("exp()", 5, "a value is missing");
  expect_at("exp x", 5, "needs its argument in parentheses");
  expect_at("x $ y", 3, "unexpected character");
  expect_at("x + \xc3\xa9", 5, "unexpected character");
  expect_at("1e999", 1, "beyond the range");
  expect_at(".", 1, "not a number");
  expect_at("tahn(x)", 1, "unknown function");
  EXPECT_EQ(report("tahn(x)").advice, "did you mean \"tanh\"?");
  EXPECT_EQ(report("x + \xc3\xa9").got, "\"\xc3\xa9\"");
}

}  // namespace
}  // namespace chainrule
