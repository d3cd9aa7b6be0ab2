// A computational graph as a table: one line per node, its gradient as the sum of upstream times local over
// its users.
#include "chainrule/explain/graph_text.h"

#include <vector>

#include "chainrule/base/text.h"
#include "chainrule/base/text_layout.h"
#include "chainrule/explain/number_text.h"

namespace chainrule {
namespace {

// The terms of a node's gradient: "n6: -0.53 * 1", one term per use; if there are many, only their number.
std::vector<std::string> terms_of_gradients(const ExpressionGraph& graph, const GraphRun& run, int decimals) {
  constexpr std::size_t kShown = 6;
  std::vector<std::string> terms(graph.nodes.size());
  std::vector<std::size_t> uses(graph.nodes.size(), 0);
  // From the result down, as the gradient flows.
  for (std::size_t i = graph.nodes.size(); i-- > 0;) {
    for (std::size_t k = 0; k < operands_of(graph.nodes[i].gate); ++k) {
      const std::size_t operand = graph.nodes[i].operands[k];
      if (++uses[operand] > kShown) continue;
      std::string& text = terms[operand];
      if (!text.empty()) text += "  +  ";
      text += graph.nodes[i].name + ": " + decimal_text(run.gradients[i], decimals) + " * " +
              decimal_text(run.locals[i][k], decimals);
    }
  }
  for (std::size_t i = 0; i < terms.size(); ++i) {
    if (uses[i] > kShown) terms[i] += "  +  " + format_count(uses[i] - kShown) + " more";
  }
  terms[graph.result()] = "the result: 1";
  return terms;
}

}  // namespace

std::string graph_table(const ExpressionGraph& graph, const GraphRun& run, int decimals) {
  const std::vector<std::string> terms = terms_of_gradients(graph, run, decimals);
  std::vector<std::vector<std::string>> rows = {{"node", "formula", "value -> gradient", "upstream * local"}};
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const GraphNode& node = graph.nodes[i];
    if (node.gate == Gate::number) continue;
    rows.push_back({node.name, operands_of(node.gate) == 0 ? "" : formula_of(graph, i),
                    decimal_text(run.values[i], decimals) + " -> " + decimal_text(run.gradients[i], decimals),
                    terms[i]});
  }
  return aligned(rows, {}) +
         "\nValues run downwards, gradients df/d(node) upwards: the gradient of each gate above (upstream) "
         "times\n"
         "that gate's own derivative (local), added up over the gates that use the node.\n";
}

}  // namespace chainrule
