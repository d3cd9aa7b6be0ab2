#include "chainrule/course/graph_lessons.h"

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

Worked work(const std::string& expression, const Values& values) {
  ExpressionGraph graph = parse_expression(expression);
  GraphRun run = run_graph(graph, values);
  return {std::move(graph), std::move(run)};
}

std::string number(double value) {
  return decimal_text(value, 2);
}

// One row a node: what it is, its value, its gradient.
void node_table(LessonPage& page, const Worked& worked) {
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < worked.graph.nodes.size(); ++i) {
    const GraphNode& node = worked.graph.nodes[i];
    if (node.gate == Gate::number) continue;
    rows.push_back({node.name, operands_of(node.gate) == 0 ? "" : formula_of(worked.graph, i),
                    number(worked.run.values[i]), number(worked.run.gradients[i])});
  }
  page.table({{"node", "节点"}, {"gate", "运算"}, {"value", "值"}, {"df/d(node)", "df/d(节点)"}},
             std::move(rows));
}

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

void write_graph_xyz_lesson(LessonPage& page) {
  page.say(
      {"An expression is a graph of gates. Take f = (x + y) z at x = -2, y = 5, z = -4. Values run from the "
       "inputs to the result; gradients run back.",
       "一个表达式就是由运算门组成的图。取 f = (x + y) z，x = -2，y = 5，z = "
       "-4。数值由输入流向结果，梯度沿原路返回。"});
  const Worked worked = work("(x+y)*z", {{"x", -2}, {"y", 5}, {"z", -4}});
  page.heading({"Forwards", "前向"});
  const double q = value_of(worked, "n1"), f = value_of(worked, "f");
  page.formulas({"q = x + y = -2 + 5 = " + number(q), "f = q z = " + number(q) + " * (-4) = " + number(f)});
  page.heading({"Backwards", "反向"});
  page.say(
      {"Each gate multiplies what comes from above (upstream) by its own derivative (local): df/dx = df/dq * "
       "dq/dx.",
       "每个门把上游传来的梯度乘以自己的局部导数：df/dx = df/dq * dq/dx。"});
  page.formulas({"df/df = 1", "df/dz = 1 * q = " + number(gradient_of(worked, "z")),
                 "df/dq = 1 * z = " + number(gradient_of(worked, "n1")),
                 "df/dx = df/dq * 1 = " + number(gradient_of(worked, "x")),
                 "df/dy = df/dq * 1 = " + number(gradient_of(worked, "y"))});
  page.say(
      {"An addition gate passes the gradient on unchanged to both sides; a multiplication gate swaps its "
       "inputs. "
       "The whole table (n1 is q):",
       "加法门把梯度原样传给两边；乘法门把两个输入互换后相乘。全表如下（n1 即 q）："});
  node_table(page, worked);
  page.picture({"The graph; the value stands above each line, the gradient below.",
                "计算图：线上方为值，下方为梯度。"},
               "", graph_svg(worked.graph, worked.run, 2));
  page.try_next("chainrule graph \"(x+y)*z\" x=-2 y=5 z=-4", {"the same table", "同一张表"});
  page.try_next("chainrule graph \"x*x+x\" x=3",
                {"x is used three times: its gradients add up to 7", "x 被使用三次：梯度相加得 7"});
  page.try_next("chainrule lesson graph-sigmoid", {"a whole neuron as gates", "把整个神经元拆成门"});
}

void write_graph_sigmoid_lesson(LessonPage& page) {
  page.say(
      {"A logistic neuron with two inputs, f = 1/(1 + exp(-(w0 x0 + w1 x1 + w2))), is a chain of primitive "
       "gates. "
       "The slides print only 1.37, 1.00 and -0.53; these force w0 x0 + w1 x1 + w2 = 1, which w = (2, -3, "
       "-3) and "
       "x = (-1, -2) give.",
       "带两个输入的逻辑斯谛神经元 f = 1/(1 + exp(-(w0 x0 + w1 x1 + w2))) 是一串基本门。课件只印出 "
       "1.37、1.00 和 -0.53；"
       "由此必有 w0 x0 + w1 x1 + w2 = 1，取 w = (2, -3, -3)、x = (-1, -2) 即可。"});
  page.heading({"The gates and their derivatives", "各门及其导数"});
  page.formulas({"f(x) = 1/x     df/dx = -1/x^2", "f(x) = c + x   df/dx = 1", "f(x) = e^x     df/dx = e^x",
                 "f(x) = a x     df/dx = a", "f = x + x'     df/dx = 1, df/dx' = 1",
                 "f = x x'       df/dx = x', df/dx' = x"});
  const Worked worked =
      work("1/(1+exp(-(w0*x0+w1*x1+w2)))", {{"w0", 2}, {"x0", -1}, {"w1", -3}, {"x1", -2}, {"w2", -3}});
  page.heading({"Forwards and backwards", "前向与反向"});
  node_table(page, worked);
  const double denominator = value_of(worked, "n7"), slope = gradient_of(worked, "n7");
  page.say({"The gate 1/x sees {0} and passes back -1/{0}^2 * 1.00 = {1}, the number that the slide prints.",
            "1/x 门的输入为 {0}，传回 -1/{0}^2 * 1.00 = {1}，正是课件印出的数。"},
           {number(denominator), number(slope)});
  const double f = value_of(worked, "f"), at_sum = gradient_of(worked, "n4");
  page.say(
      {"The four gates from the sum to f together are one logistic gate, whose derivative needs only its "
       "value: "
       "f (1 - f) = {0} * {1} = {2}. That is the gradient at n4, found in one step instead of four.",
       "从求和到 f 的四个门合起来就是一个逻辑斯谛门，其导数只需函数值：f (1 - f) = {0} * {1} = {2}，即 n4 "
       "处的梯度，一步代替四步。"},
      {number(f), number(1 - f), number(at_sum)});
  page.say(
      {"A slip of the slides: 7 of the 17 write w2 x2 where the other 10 have w2 alone. There is no gate for "
       "x2, and "
       "only without it is the sum 1.",
       "课件的一处笔误：17 页中有 7 页写成 w2 x2，另外 10 页只有 w2。图中没有 x2 "
       "的门，且只有去掉它求和才等于 1。"});
  page.picture({"The neuron; the value stands above each line, the gradient below.",
                "该神经元的计算图：线上方为值，下方为梯度。"},
               "", graph_svg(worked.graph, worked.run, 2));
  page.try_next("chainrule graph \"1/(1+exp(-(w0*x0+w1*x1+w2)))\" w0=2 x0=-1 w1=-3 x1=-2 w2=-3 --digits 4",
                {"the same with four decimals", "保留四位小数"});
  page.try_next("chainrule graph \"sigmoid(w0*x0+w1*x1+w2)\" w0=2 x0=-1 w1=-3 x1=-2 w2=-3",
                {"the four gates as one", "把四个门合成一个"});
}

}  // namespace chainrule
