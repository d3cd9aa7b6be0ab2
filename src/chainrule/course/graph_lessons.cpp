// The lessons on computational graphs: f = (x + y) z, and the logistic neuron gate by gate.
//
//   df/dx = sum over the gates u that use x of df/du du/dx        expression_graph.h
//
// The expressions are those of the slides; values and gradients are calculated, not copied. Sources: document
// 003 (S3.20) and document 001, lines 293 to 432 (S1.38 to S1.40, slips E1.11 and E1.12).
#include "chainrule/course/graph_lessons.h"

#include "chainrule/course/texts.h"
#include "chainrule/explain/expression_graph.h"
#include "chainrule/explain/graph_drawing.h"
#include "chainrule/explain/number_text.h"

namespace chainrule {
namespace {

using Values = std::vector<std::pair<std::string, double>>;

struct Worked {
  ExpressionGraph graph;
  GraphRun run;
};

// Parses and runs.
Worked work(const std::string& expression, const Values& values) {
  ExpressionGraph graph = parse_expression(expression);
  GraphRun run = run_graph(graph, values);
  return {std::move(graph), std::move(run)};
}

// Two decimals, as the slides print.
std::string number(double value) {
  return decimal_text(value, 2);
}

// One row per node: its gate, its value, its gradient.
void node_table(LessonPage& page, const Worked& worked) {
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < worked.graph.nodes.size(); ++i) {
    const GraphNode& node = worked.graph.nodes[i];
    if (node.gate == Gate::number) continue;
    rows.push_back({node.name, operands_of(node.gate) == 0 ? "" : formula_of(worked.graph, i),
                    number(worked.run.values[i]), number(worked.run.gradients[i])});
  }
  page.table(
      {"graph.column.node"_text, "graph.column.gate"_text, "word.value"_text, "graph.column.df_d_node"_text},
      std::move(rows));
}

// By name: a variable, a gate (n1, n2, ...) or the result f. 0 for a name that the graph does not have.
double value_of(const Worked& worked, const std::string& name) {
  for (std::size_t i = 0; i < worked.graph.nodes.size(); ++i) {
    if (worked.graph.nodes[i].name == name) return worked.run.values[i];
  }
  return 0;
}

double gradient_of(const Worked& worked, const std::string& name) {
  for (std::size_t i = 0; i < worked.graph.nodes.size(); ++i) {
    if (worked.graph.nodes[i].name == name) return worked.run.gradients[i];
  }
  return 0;
}

}  // namespace

// Three inputs, two gates: every product of the chain rule in full.
void write_graph_xyz_lesson(LessonPage& page) {
  page.say("graph-xyz.intro"_text);
  const Worked worked = work("(x+y)*z", {{"x", -2}, {"y", 5}, {"z", -4}});
  page.heading("graph-xyz.heading.forwards"_text);
  const double q = value_of(worked, "n1"), f = value_of(worked, "f");
  page.formulas({"q = x + y = -2 + 5 = " + number(q), "f = q z = " + number(q) + " * (-4) = " + number(f)});
  page.heading("graph-xyz.heading.backwards"_text);
  page.say("graph-xyz.local_times_upstream"_text);
  page.formulas({"df/df = 1", "df/dz = 1 * q = " + number(gradient_of(worked, "z")),
                 "df/dq = 1 * z = " + number(gradient_of(worked, "n1")),
                 "df/dx = df/dq * 1 = " + number(gradient_of(worked, "x")),
                 "df/dy = df/dq * 1 = " + number(gradient_of(worked, "y"))});
  page.say("graph-xyz.gates"_text);
  node_table(page, worked);
  page.plot("graph-xyz.picture"_text, "", graph_svg(worked.graph, worked.run, 2));
  page.try_next("graph-xyz.try.same_table"_command);
  page.try_next("graph-xyz.try.used_three_times"_command);
  page.try_next("graph-xyz.try.whole_neuron_as_gates"_command);
}

// The printed 1.37, 1.00 and -0.53 fix the sum but not its inputs: w and x are chosen so that the sum is 1.
void write_graph_sigmoid_lesson(LessonPage& page) {
  page.say("graph-sigmoid.intro"_text);
  page.heading("graph-sigmoid.heading.gates_and_their_derivatives"_text);
  page.formulas({"f(x) = 1/x     df/dx = -1/x^2", "f(x) = c + x   df/dx = 1", "f(x) = e^x     df/dx = e^x",
                 "f(x) = a x     df/dx = a", "f = x + x'     df/dx = 1, df/dx' = 1",
                 "f = x x'       df/dx = x', df/dx' = x"});
  const Worked worked =
      work("1/(1+exp(-(w0*x0+w1*x1+w2)))", {{"w0", 2}, {"x0", -1}, {"w1", -3}, {"x1", -2}, {"w2", -3}});
  page.heading("graph-sigmoid.heading.forwards_and_backwards"_text);
  node_table(page, worked);
  const double denominator = value_of(worked, "n7"), slope = gradient_of(worked, "n7");
  page.say("graph-sigmoid.reciprocal"_text, {number(denominator), number(slope)});
  const double f = value_of(worked, "f"), at_sum = gradient_of(worked, "n4");
  page.say("graph-sigmoid.four_as_one"_text, {number(f), number(1 - f), number(at_sum)});
  page.say("graph-sigmoid.slip"_text);
  page.plot("graph-sigmoid.picture"_text, "", graph_svg(worked.graph, worked.run, 2));
  page.try_next("graph-sigmoid.try.same_with_four_decimals"_command);
  page.try_next("graph-sigmoid.try.four_gates_as_one"_command);
}

}  // namespace chainrule
