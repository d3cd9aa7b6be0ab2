// A computational graph as a table for a terminal.
#pragma once

#include <string>

#include "chainrule/explain/expression_graph.h"

namespace chainrule {

// One line a node with its formula, "value -> gradient", and the terms upstream * local that the gradient is
// the sum of; numbers of the expression have no line. Below it what runs which way, in words. Ends with \n.
std::string graph_table(const ExpressionGraph& graph, const GraphRun& run, int decimals);

}  // namespace chainrule
