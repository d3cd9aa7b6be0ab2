// Computational graphs as pictures: SVG to look at, DOT for Graphviz.
//
// Operands stand to the left of the gates that use them. Above a line stands the value that flows along it,
// below it the gradient that comes back, as on the lectures' slides.
#pragma once

#include <string>

#include "chainrule/explain/expression_graph.h"

namespace chainrule {

// A picture of more nodes would be a grey blur.
inline constexpr std::size_t kMostDrawnNodes = 200;

// A whole SVG file. Throws UsageError for more than kMostDrawnNodes nodes.
std::string graph_svg(const ExpressionGraph& graph, const GraphRun& run, int decimals);
// A digraph in Graphviz' language, of any size.
std::string graph_dot(const ExpressionGraph& graph, const GraphRun& run, int decimals);

}  // namespace chainrule
