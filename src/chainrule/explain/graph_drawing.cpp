// A computational graph as a drawing: our own SVG, and the language of Graphviz for graphs too large for it.
//
// Layout: a node's column is its longest way from a leaf, so that every edge leads to the right; leaves take
// one row each in the order of the expression, and a gate is at the mean height of its operands. Each node's
// value is above its edge, its gradient below.
#include "chainrule/explain/graph_drawing.h"

#include <algorithm>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/explain/number_text.h"
#include "chainrule/io/svg.h"

namespace chainrule {
namespace {

constexpr double kColumnWidth = 130;
constexpr double kRowHeight = 80;
constexpr double kMargin = 50;
constexpr double kRadius = 20;

constexpr std::string_view kStyle =
    "text{font:13px sans-serif;text-anchor:middle;fill:#1b1b24}"
    ".edge{stroke:#8a8fa3;stroke-width:1.2}"
    ".gate{fill:#eef2fb;stroke:#3a5fc0;stroke-width:1.5}"
    ".leaf{fill:#fff;stroke:#8a8fa3;stroke-width:1.2}"
    ".value{fill:#14722f}.gradient{fill:#b3261e}.note{font-size:12px;fill:#555b70}"
    "@media(prefers-color-scheme:dark){svg{background:#15161c}text{fill:#e8e9f0}.gate{fill:#1f2a4a}.leaf{"
    "fill:#15161c}"
    ".value{fill:#7ddc94}.gradient{fill:#ff9d93}.note{fill:#a9aec2}}";

// The text inside the circle.
std::string sign_of(const GraphNode& node) {
  switch (node.gate) {
    case Gate::number:
      return format_significant(node.number, 4);
    case Gate::variable:
      return node.name;
    case Gate::negate:
      return "-";
    case Gate::add:
      return "+";
    case Gate::subtract:
      return "\u2212";
    case Gate::multiply:
      return "\u00d7";
    case Gate::divide:
      return "\u00f7";
    case Gate::power:
      return "^";
    default:
      return std::string(name_of(node.gate));
  }
}

// Column: the longest way from a leaf; a leaf is just left of its first user. Row: each leaf has its own, in
// the order of the expression; a gate is between its operands, moved down if the place is taken.
std::vector<SvgPoint> lay_out(const ExpressionGraph& graph) {
  const std::vector<GraphNode>& nodes = graph.nodes;
  std::vector<std::size_t> column(nodes.size(), 0);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    for (const std::size_t operand : nodes[i].operands) {
      if (operand != kNoNode) column[i] = std::max(column[i], column[operand] + 1);
    }
  }
  for (std::size_t i = nodes.size(); i-- > 0;) {
    for (const std::size_t operand : nodes[i].operands) {
      if (operand == kNoNode || operands_of(nodes[operand].gate) > 0) continue;
      const bool is_first = column[operand] == 0;
      column[operand] = is_first ? column[i] - 1 : std::min(column[operand], column[i] - 1);
    }
  }
  std::vector<std::size_t> leaves;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (operands_of(nodes[i].gate) == 0) leaves.push_back(i);
  }
  std::stable_sort(leaves.begin(), leaves.end(),
                   [&](std::size_t a, std::size_t b) { return nodes[a].column < nodes[b].column; });
  std::vector<SvgPoint> points(nodes.size());
  for (std::size_t row = 0; row < leaves.size(); ++row)
    points[leaves[row]].y = kMargin + static_cast<double>(row) * kRowHeight;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    points[i].x = kMargin + static_cast<double>(column[i]) * kColumnWidth;
    const std::size_t count = operands_of(nodes[i].gate);
    if (count == 0) continue;
    double sum = 0;
    for (std::size_t k = 0; k < count; ++k)
      sum += points[nodes[i].operands[k]].y;
    points[i].y = sum / static_cast<double>(count);
  }
  // Column by column from the top, at least one row apart.
  std::vector<std::size_t> order(nodes.size());
  for (std::size_t i = 0; i < order.size(); ++i)
    order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return points[a].x < points[b].x || (points[a].x == points[b].x && points[a].y < points[b].y);
  });
  for (std::size_t k = 1; k < order.size(); ++k) {
    const SvgPoint& above = points[order[k - 1]];
    SvgPoint& here = points[order[k]];
    if (here.x == above.x) here.y = std::max(here.y, above.y + kRowHeight);
  }
  return points;
}

// A quoted string of the DOT language.
std::string dot_text(std::string_view text) {
  std::string escaped = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return escaped + "\"";
}

}  // namespace

// Edges first, then circles over their ends, so that no line crosses a sign.
std::string graph_svg(const ExpressionGraph& graph, const GraphRun& run, int decimals) {
  if (graph.nodes.size() > kMostDrawnNodes) {
    throw UsageError({.what = "the graph is too large for a drawing",
                      .expected = "at most " + count_of(kMostDrawnNodes, "node"),
                      .got = format_count(graph.nodes.size()),
                      .advice = "draw a part of the expression" +
                                where_settable(", or let Graphviz draw it (" + named(Setting::dot) + ")")});
  }
  const std::vector<SvgPoint> points = lay_out(graph);
  double width = 0, height = 0;
  for (const SvgPoint& point : points) {
    width = std::max(width, point.x);
    height = std::max(height, point.y);
  }
  width += kMargin + kColumnWidth;
  height += kMargin + kRowHeight;
  SvgWriter svg("graph", width, height, "f = " + graph.expression,
                "The computational graph: above each line the value, below it the gradient.");
  const auto label = [&](SvgPoint at, std::size_t node) {
    svg.text({at.x, at.y - 5}, decimal_text(run.values[node], decimals), "value", TextAnchor::middle);
    svg.text({at.x, at.y + 15}, decimal_text(run.gradients[node], decimals), "gradient", TextAnchor::middle);
  };
  std::vector<char> is_labelled(graph.nodes.size(), 0);
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    for (const std::size_t operand : graph.nodes[i].operands) {
      if (operand == kNoNode) continue;
      const SvgPoint from = points[operand], to = points[i];
      svg.line({from.x + kRadius, from.y}, {to.x - kRadius, to.y}, "edge");
      // Numbers are constant: their gradients would only be clutter.
      if (is_labelled[operand] != 0 || graph.nodes[operand].gate == Gate::number) continue;
      is_labelled[operand] = 1;
      const double share = 0.5 * (kColumnWidth - 2 * kRadius) / (to.x - from.x - 2 * kRadius);
      label({from.x + kRadius + (to.x - from.x - 2 * kRadius) * share, from.y + (to.y - from.y) * share},
            operand);
    }
  }
  const SvgPoint last = points[graph.result()];
  svg.line({last.x + kRadius, last.y}, {last.x + kColumnWidth - kRadius, last.y}, "edge");
  label({last.x + kColumnWidth / 2, last.y}, graph.result());
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const GraphNode& node = graph.nodes[i];
    svg.circle(points[i], kRadius, operands_of(node.gate) == 0 ? "leaf" : "gate", formula_of(graph, i));
    svg.text({points[i].x, points[i].y + 4.5}, cut_to_width(sign_of(node), 7), "sign", TextAnchor::middle);
    if (operands_of(node.gate) > 0)
      svg.text({points[i].x, points[i].y - kRadius - 4}, node.name, "note", TextAnchor::middle);
  }
  return standalone_svg(svg.finish(), kStyle);
}

// Nodes are v0, v1, ... there; names are labels, since DOT reserves words. The label of an edge is the local
// derivative.
std::string graph_dot(const ExpressionGraph& graph, const GraphRun& run, int decimals) {
  std::string text = "// f = " + graph.expression + "\ndigraph f {\n  rankdir=LR;\n  node [shape=circle];\n";
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const GraphNode& node = graph.nodes[i];
    const bool is_leaf = operands_of(node.gate) == 0;
    text += "  v" + std::to_string(i) + " [label=" + dot_text(sign_of(node)) + ", xlabel=" +
            dot_text((is_leaf ? std::string() : node.name + ": ") + decimal_text(run.values[i], decimals) +
                     " -> " + decimal_text(run.gradients[i], decimals)) +
            (is_leaf ? ", shape=plaintext" : "") + "];\n";
  }
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    for (std::size_t k = 0; k < operands_of(graph.nodes[i].gate); ++k) {
      text += "  v" + std::to_string(graph.nodes[i].operands[k]) + " -> v" + std::to_string(i) +
              " [label=" + dot_text(decimal_text(run.locals[i][k], decimals)) + "];\n";
    }
  }
  return text + "}\n";
}

}  // namespace chainrule
