// A computational graph as a table for a terminal.
#pragma once

#include <string>

#include "chainrule/explain/expression_graph.h"

namespace chainrule {

// One line per node with its formula, "value -> gradient", and the terms upstream * local whose sum is the
// gradient; numbers of the expression have no line. A sentence below explains the two directions. Ends with
// \n.
std::string graph_table(const ExpressionGraph& graph, const GraphRun& run, int decimals);

}  // namespace chainrule
