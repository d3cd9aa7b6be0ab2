#include "chainrule/explain/graph_text.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace chainrule {
namespace {

std::string table_of(const std::string& expression,
                     const std::vector<std::pair<std::string, double>>& values) {
  const ExpressionGraph graph = parse_expression(expression);
  return graph_table(graph, run_graph(graph, values), 2);
}

TEST(GraphText, EachGradientIsUpstreamTimesLocal) {
  // The slides' f = (x + y) z: df/dx = z = -4, df/dz = x + y = 3.
  const std::string table = table_of("(x+y)*z", {{"x", -2}, {"y", 5}, {"z", -4}});
  EXPECT_NE(table.find("x              -2 -> -4           n1: -4 * 1\n"), std::string::npos) << table;
  EXPECT_NE(table.find("f     n1 * z   -12 -> 1           the result: 1\n"), std::string::npos) << table;
}

TEST(GraphText, ManyUsesAreCountedAndNumbersHaveNoLine) {
  const std::string table = table_of("x+x*2+x*3+x*4+x*5+x*6+x*7+x*8", {{"x", 1}});
  EXPECT_NE(table.find("  +  2 more"), std::string::npos) << table;
  EXPECT_EQ(table.find("\n2 "), std::string::npos) << table;
}

}  // namespace
}  // namespace chainrule
