#include "chainrule/explain/graph_drawing.h"

#include <gtest/gtest.h>

#include "chainrule/base/error.h"

namespace chainrule {
namespace {

using Values = std::vector<std::pair<std::string, double>>;

std::size_t count_of_part(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++count;
  return count;
}

TEST(GraphSvg, ShowsEveryNodeWithValueAndGradient) {
  const ExpressionGraph graph = parse_expression("(x+y)*z");
  const std::string svg = graph_svg(graph, run_graph(graph, Values{{"x", -2}, {"y", 5}, {"z", -4}}), 2);
  EXPECT_TRUE(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" "));
  EXPECT_TRUE(svg.ends_with("</svg>\n") || svg.ends_with("</svg>"));
  EXPECT_EQ(count_of_part(svg, "<circle "), 5u);
  EXPECT_EQ(count_of_part(svg, "class=\"edge\""), 5u);  // four operands and the way out
  EXPECT_EQ(count_of_part(svg, "class=\"value\""), 5u);
  EXPECT_EQ(count_of_part(svg, "class=\"gradient\""), 5u);
  for (const char* const number : {">-2<", ">5<", ">3<", ">-4<", ">-12<", ">1<"})
    EXPECT_NE(svg.find(number), std::string::npos) << number;
}

TEST(GraphSvg, NoTwoNodesStandInOnePlace) {
  const ExpressionGraph graph =
      parse_expression("max(sin(x)*cos(x), x^2) + exp(-(x*y)) / (1 + y^2) - relu(x-y)*sigmoid(y)");
  const std::string svg = graph_svg(graph, run_graph(graph, Values{{"x", 0.5}, {"y", 0.25}}), 2);
  std::vector<std::string> places;
  for (std::size_t at = svg.find("<circle "); at != std::string::npos; at = svg.find("<circle ", at + 1)) {
    const std::size_t cx = svg.find("cx=", at), r = svg.find(" r=", at);
    places.push_back(svg.substr(cx, r - cx));
  }
  ASSERT_EQ(places.size(), graph.nodes.size());
  std::sort(places.begin(), places.end());
  EXPECT_EQ(std::adjacent_find(places.begin(), places.end()), places.end());
}

TEST(GraphSvg, NamesAreEscapedAndLargeGraphsRefused) {
  std::string text = "x";
  for (std::size_t i = 0; i < kMostDrawnNodes; ++i)
    text += "+1." + std::to_string(i);
  const ExpressionGraph graph = parse_expression(text);
  const GraphRun run = run_graph(graph, Values{{"x", 1}});
  EXPECT_THROW(graph_svg(graph, run, 2), UsageError);
  EXPECT_NE(graph_dot(graph, run, 2).find("digraph"), std::string::npos);
}

TEST(GraphDot, HasANodeAndItsEdgesInGraphvizWords) {
  const ExpressionGraph graph = parse_expression("x*x");
  EXPECT_EQ(graph_dot(graph, run_graph(graph, Values{{"x", 3}}), 2),
            "// f = x*x\ndigraph f {\n  rankdir=LR;\n  node [shape=circle];\n"
            "  v0 [label=\"x\", xlabel=\"3 -> 6\", shape=plaintext];\n"
            "  v1 [label=\"\u00d7\", xlabel=\"f: 9 -> 1\"];\n"
            "  v0 -> v1 [label=\"3\"];\n  v0 -> v1 [label=\"3\"];\n}\n");
}

}  // namespace
}  // namespace chainrule
