// Drawings of computational graphs: SVG for viewing, DOT for Graphviz.
//
// Operands are to the left of the gates that use them. Above a line is the value that flows along it, below
// it the gradient that flows back, as on the lectures' slides.
#pragma once

#include <string>

#include "chainrule/explain/expression_graph.h"

namespace chainrule {

// A drawing of more nodes would be a grey blur.
inline constexpr std::size_t kMostDrawnNodes = 200;

// A whole SVG file. Throws UsageError for more than kMostDrawnNodes nodes.
std::string graph_svg(const ExpressionGraph& graph, const GraphRun& run, int decimals);
// A digraph in Graphviz' language, of any size.
std::string graph_dot(const ExpressionGraph& graph, const GraphRun& run, int decimals);

}  // namespace chainrule
