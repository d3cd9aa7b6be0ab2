// Expressions. Promises: parsing throws only UsageError, running only UsageError or NonFiniteError; and an
// expression written from its graph, with every gate in parentheses, parses to a graph that is written the
// same way. (Except for the places of numbers that only passed on their sign: --0 + -0.)
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/explain/expression_graph.h"
#include "fuzz.h"

namespace {

using namespace chainrule;

constexpr std::size_t kLongestInput = 512;
// A node with several uses is written at each of them, so the text can grow without bound.
constexpr std::size_t kLongestText = 16 * 1024;

// The expression of a graph; empty when it becomes too long.
std::string text_of(const ExpressionGraph& graph) {
  std::vector<std::string> texts;
  for (const GraphNode& node : graph.nodes) {
    const auto operand = [&](std::size_t i) -> const std::string& { return texts[node.operands[i]]; };
    std::string text;
    switch (node.gate) {
      case Gate::number:
        text = "(" + format_number(node.number) + ")";
        break;
      case Gate::variable:
        text = node.name;
        break;
      case Gate::negate:
        text = "(-" + operand(0) + ")";
        break;
      case Gate::add:
        text = "(" + operand(0) + "+" + operand(1) + ")";
        break;
      case Gate::subtract:
        text = "(" + operand(0) + "-" + operand(1) + ")";
        break;
      case Gate::multiply:
        text = "(" + operand(0) + "*" + operand(1) + ")";
        break;
      case Gate::divide:
        text = "(" + operand(0) + "/" + operand(1) + ")";
        break;
      case Gate::power:
        text = "(" + operand(0) + "^" + operand(1) + ")";
        break;
      default:
        text = std::string(name_of(node.gate)) + "(" + operand(0) +
               (operands_of(node.gate) == 2 ? "," + operand(1) : "") + ")";
    }
    if (text.size() > kLongestText) return "";
    texts.push_back(std::move(text));
  }
  return texts.back();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > kLongestInput) return 0;
  try {
    const ExpressionGraph graph = parse_expression(fuzz::text_of(data, size));
    const std::string text = text_of(graph);
    if (!text.empty()) {
      const ExpressionGraph again = parse_expression(text);
      fuzz::require(again.nodes.size() == graph.nodes.size() && text_of(again) == text,
                    "an expression written from its graph parses to the same graph");
    }
    std::vector<std::pair<std::string, double>> values;
    for (const std::string& name : graph.variables())
      values.emplace_back(name, 0.5 + static_cast<double>(values.size()));
    const GraphRun run = run_graph(graph, values);
    fuzz::require(run.values.size() == graph.nodes.size(), "a run has a value for each node");
  } catch (const UsageError&) {
  } catch (const NonFiniteError&) {
  }
  return 0;
}
