#include "chainrule/course/threshold_network_lessons.h"

#include <array>

#include "chainrule/base/text.h"
#include "chainrule/course/threshold_words.h"
#include "chainrule/model/separability.h"
#include "chainrule/model/threshold_network.h"

namespace chainrule {
namespace {

using Numbers = std::vector<double>;

const Numbers kCorners = {0, 0, 0, 1, 1, 0, 1, 1};
const MatrixView<const double> kCornerRows(kCorners.data(), 4, 2);

// "-x1 + x2 + 0.5", the net input of a unit over variables with this letter.
std::string net_text(const ThresholdLayer& layer, std::size_t unit, const std::string& letter) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < layer.weights[unit].size(); ++i)
    names.push_back(letter + std::to_string(i + 1));
  std::string text = equation_text({layer.weights[unit], layer.thresholds[unit]}, names);
  return text.substr(0, text.size() - std::string_view(" = 0").size());
}

PlanePicture region_picture(const std::string& title, const ThresholdNetwork& network, double from,
                            double to) {
  PlanePicture picture{
      .title = title, .x_label = "x1", .y_label = "x2", .x_range = {{from, to}}, .y_range = {{from, to}}};
  picture.region = [network](double x1, double x2) { return says_yes(network, std::array{x1, x2}) ? 1 : 0; };
  return picture;
}

PlaneSeries points_series(const std::string& name, std::vector<SvgPoint> points) {
  return {.name = name, .points = std::move(points), .marking = PlaneMarking::points};
}

void realisation(LessonPage& page, OutputCode code) {
  const ThresholdNetwork network = xor_network(code);
  const std::string f = code == OutputCode::binary ? "step" : "sgn";
  page.formulas({"y1 = " + f + "(" + net_text(network.layers[0], 0, "x") + ")",
                 "y2 = " + f + "(" + net_text(network.layers[0], 1, "x") + ")",
                 "o  = " + f + "(" + net_text(network.layers[1], 0, "y") + ")"});
  std::vector<std::vector<std::string>> rows;
  for (std::size_t r = 0; r < 4; ++r) {
    const ThresholdRun result = run_layers(network, kCornerRows.row_span(r));
    rows.push_back({vector_text(kCornerRows.row_span(r)), vector_text(result.nets[0]),
                    vector_text(result.outputs[0]), short_number(result.nets[1][0]),
                    short_number(result.outputs[1][0])});
  }
  page.table({{"x", "x"},
              {"hidden nets", "隐层净输入"},
              {"code y", "编码 y"},
              {"output net", "输出净输入"},
              {"o", "o"}},
             std::move(rows));
}

}  // namespace

void write_xor_two_layer_lesson(LessonPage& page) {
  page.say(
      {"One line cannot part the corners of exclusive or; two lines can, and a second layer joins their "
       "answers. y1 = "
       "NOT(x1 AND NOT x2), y2 = NOT(x2 AND NOT x1), o = NAND(y1, y2).",
       "一条直线分不开异或的四个顶点，两条就可以，再由第二层把它们的回答合起来：y1 = 非(x1 与 非 x2)，y2 = "
       "非(x2 与 非 x1)，o = "
       "与非(y1, y2)。"});
  page.heading({"With outputs 0 and 1", "输出为 0 和 1"});
  realisation(page, OutputCode::binary);
  page.heading({"With outputs -1 and +1", "输出为 -1 和 +1"});
  page.say(
      {"The hidden layer stays; two yes now add up to 2 and a yes and a no to 0, so the last threshold "
       "moves.",
       "隐层不变；现在两个“是”之和为 2，一“是”一“否”之和为 0，所以最后的阈值要改变。"});
  realisation(page, OutputCode::bipolar);
  page.heading({"The internal representation", "内部表示"});
  const ThresholdNetwork network = xor_network(OutputCode::binary);
  Numbers codes;
  std::vector<int> sides;
  std::vector<SvgPoint> yes_codes, no_codes, yes_corners, no_corners;
  for (std::size_t r = 0; r < 4; ++r) {
    const Numbers code = run_layers(network, kCornerRows.row_span(r)).outputs[0];
    const bool is_yes = says_yes(network, kCornerRows.row_span(r));
    codes.insert(codes.end(), code.begin(), code.end());
    sides.push_back(is_yes ? 1 : -1);
    (is_yes ? yes_codes : no_codes).push_back({code[0], code[1]});
    (is_yes ? yes_corners : no_corners).push_back({kCornerRows(r, 0), kCornerRows(r, 1)});
  }
  const SeparabilityAnswer in_x = decide_separability(kCornerRows, sides);
  const SeparabilityAnswer in_y = decide_separability({codes.data(), 4, 2}, sides);
  page.say(
      {"The hidden layer gives each input a code. Both corners that want no share one, {0}, so in the plane "
       "of the "
       "codes a line is enough. Asked for a separating line: in the plane of x {1}, in the plane of y {2}.",
       "隐层给每个输入一个编码。两个应答“否”的顶点编码相同，为 "
       "{0}，因此在编码平面上一条直线就够了。问能否用直线分开：在 x 平面上{1}，在 "
       "y 平面上{2}。"},
      {vector_text(std::span(codes).first(2)), page.pick(verdict_words(in_x.verdict)),
       page.pick(verdict_words(in_y.verdict))});
  const double gain = 8;
  page.say({"With logistic units in the place of steps (each of net times {0}) the edges become slopes; at "
            "the corners the "
            "output is {1}, {2}, {3} and {4}, and its half lies on a smooth border.",
            "若用逻辑斯谛单元代替阶跃（净输入乘以 {0}），边缘就成了缓坡；四个顶点的输出为 "
            "{1}、{2}、{3}、{4}，输出为一半处是光滑的边界。"},
           {short_number(gain), short_number(smooth_output(network, gain, kCornerRows.row_span(0))),
            short_number(smooth_output(network, gain, kCornerRows.row_span(1))),
            short_number(smooth_output(network, gain, kCornerRows.row_span(2))),
            short_number(smooth_output(network, gain, kCornerRows.row_span(3)))});
  const std::string yes = page.pick({"yes", "是"}), no = page.pick({"no", "否"});
  PlanePicture inputs =
      region_picture(page.pick({"inputs, step units", "输入平面，阶跃单元"}), network, -0.5, 1.5);
  inputs.series = {points_series(yes, yes_corners), points_series(no, no_corners)};
  PlanePicture hidden = region_picture(page.pick({"hidden codes", "隐层编码平面"}),
                                       {.layers = {network.layers[1]}, .code = network.code}, -0.5, 1.5);
  hidden.x_label = "y1";
  hidden.y_label = "y2";
  hidden.series = {points_series(yes, yes_codes), points_series(no, no_codes)};
  PlanePicture smooth = inputs;
  smooth.title = page.pick({"inputs, logistic units", "输入平面，逻辑斯谛单元"});
  smooth.region = [network, gain](double x1, double x2) {
    const double y = smooth_output(network, gain, std::array{x1, x2});
    return y > 0.75 ? 3 : y > 0.5 ? 2 : y > 0.25 ? 1 : 0;
  };
  page.picture(
      {"Yes in the plane of inputs, the same in the plane of hidden codes, and with smooth units (shades at "
       "1/4, "
       "1/2 and 3/4).",
       "输入平面上的“是”区域、编码平面上的“是”区域，以及光滑单元的情形（阴影分级为 1/4、1/2、3/4）。"},
      {inputs, hidden, smooth});
  page.try_next("chainrule data generate xor_gate -o xor.csv", {"the four rows", "四行数据"});
  page.try_next("chainrule train xor.csv --hidden 4 --activation tanh --validation none --epochs 400",
                {"a network that finds its own codes", "让网络自己找到编码"});
  page.try_next("chainrule lesson decision-regions",
                {"which regions layers can draw", "各层能画出怎样的区域"});
}

void write_decision_regions_lesson(LessonPage& page) {
  struct Row {
    std::string name;
    ThresholdNetwork network;
  };
  const std::vector<Row> table = {
      {page.pick({"half-plane", "半平面"}), half_plane_network()},
      {page.pick({"triangle", "三角形"}), triangle_network()},
      {page.pick({"triangle or square", "三角形或正方形"}), triangle_or_square_network()},
  };
  page.say(
      {"A threshold unit says yes to a half-plane. A second layer can ask for several at once (AND): a "
       "convex region. A "
       "third can take one region or another (OR): any shape. The lecture has a table of this; here are its "
       "rows "
       "with numbers.",
       "一个阈值单元对半平面回答“是”。第二层可以要求同时满足几个（与）：凸区域。第三层可以取这个区域或那个区"
       "域（或）：任意形状。讲义列了一张表，"
       "下面把它的各行配上数字。"});
  // Points in each region, beside it, and between its parts.
  const std::vector<Numbers> points = {{0.25, 0.25}, {0.75, 0.75},  {2.5, 2.5},
                                       {-0.5, 0.25}, {0.125, 0.75}, {1.375, 1.375},
                                       {3.25, 2.5},  {2.25, 2.875}, {0.5, -0.25}};
  std::vector<std::vector<std::string>> rows;
  for (const Row& row : table) {
    std::vector<std::string> units;
    for (const ThresholdLayer& layer : row.network.layers)
      units.push_back(std::to_string(layer.weights.size()));
    std::string answers;
    for (const Numbers& point : points)
      answers += says_yes(row.network, point) ? '1' : '0';
    rows.push_back(
        {row.name, std::to_string(row.network.layers.size() - 1), "2-" + join(units, "-"), answers});
  }
  page.table({{"region", "区域"},
              {"hidden layers", "隐层数"},
              {"units", "单元数"},
              {"answers at the points", "各点的回答"}},
             std::move(rows));
  std::vector<std::string> names;
  for (const Numbers& point : points)
    names.push_back(vector_text(point));
  page.say({"The points are {0}.", "各点依次为 {0}。"}, {join(names, " ")});
  page.heading({"A slip in the table", "表中的一处错误"});
  const ThresholdNetwork exclusive_or = xor_network(OutputCode::binary);
  const std::vector<Numbers> corners = {{0, 0}, {0, 1}, {1, 0}, {1, 1}};
  const std::vector<ConvexityCounterexample> found = midpoints_outside(exclusive_or, corners);
  const ConvexityCounterexample& example = found.at(0);
  page.say({"\"One hidden layer: convex\" holds when the output unit is an AND. The lecture's own network "
            "for XOR has one "
            "hidden layer and says yes at {0} and at {1}, but no at {2}, the point half way between them: "
            "its region is "
            "two half-planes with a strip between, and not convex.",
            "“一个隐层：凸区域”只在输出单元是“与”时成立。讲义自己的异或网络只有一个隐层，它在 {0} 和 {1} "
            "回答“是”，在两者的中点 {2} "
            "却回答“否”：它的区域是两个半平面，中间隔着一条带，不是凸的。"},
           {vector_text(example.a), vector_text(example.b), vector_text(example.between)});
  std::vector<std::string> lines = {"o = step(" + net_text(exclusive_or.layers[1], 0, "y") + ")"};
  for (std::size_t j = 0; j < 2; ++j)
    lines.push_back("y" + std::to_string(j + 1) + " = 0 " + page.pick({"where", "当"}) + " " +
                    net_text(exclusive_or.layers[0], j, "x") + " <= 0");
  page.formulas(lines);
  std::vector<Numbers> grid;
  for (double a = -0.5; a <= 3.5; a += 0.25) {
    for (double b = -0.5; b <= 3.5; b += 0.25)
      grid.push_back({a, b});
  }
  std::vector<std::vector<std::string>> tested;
  for (const Row& row : table)
    tested.push_back({row.name, std::to_string(midpoints_outside(row.network, grid).size())});
  tested.push_back({"XOR", std::to_string(midpoints_outside(exclusive_or, grid).size())});
  page.say({"The same test on all pairs of {0} points of a grid: how many have both ends inside and the "
            "middle outside. A "
            "convex region has none.",
            "对网格上 {0} 个点的所有点对做同样的检验：两端在内而中点在外的有多少。凸区域一个也没有。"},
           {std::to_string(grid.size())});
  page.table({{"region", "区域"}, {"pairs against convexity", "违反凸性的点对"}}, std::move(tested));
  std::vector<PlanePicture> panels;
  for (const Row& row : table)
    panels.push_back(region_picture(row.name, row.network, -0.5, 3.5));
  PlanePicture strip = region_picture(
      page.pick({"XOR: one hidden layer, not convex", "异或：一个隐层，非凸"}), exclusive_or, -0.5, 1.5);
  strip.series = {
      points_series(page.pick({"yes", "是"}), {{example.a[0], example.a[1]}, {example.b[0], example.b[1]}}),
      points_series(page.pick({"no, between them", "两者之间，否"}),
                    {{example.between[0], example.between[1]}})};
  panels.push_back(std::move(strip));
  page.picture({"Half-plane, triangle, triangle or square; and the counterexample.",
                "半平面、三角形、三角形或正方形，以及反例。"},
               panels);
  page.try_next("chainrule data generate circles -o circles.csv",
                {"a disc in a ring: no line will do", "圆盘在圆环中：直线无能为力"});
  page.try_next("chainrule train circles.csv --model perceptron",
                {"what one line makes of it", "一条直线能做到什么"});
  page.try_next("chainrule train circles.csv --hidden 8 --activation tanh --epochs 100",
                {"a hidden layer closes the region", "一个隐层就能围住它"});
}

}  // namespace chainrule
