#include "chainrule/course/network_lessons.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "chainrule/base/random.h"
#include "chainrule/base/text.h"
#include "chainrule/explain/number_text.h"
#include "chainrule/model/graph_layer.h"
#include "chainrule/model/hopfield.h"
#include "chainrule/tensor/elementary.h"
#include "chainrule/train/rbf_fitting.h"
#include "chainrule/train/trainer.h"

namespace chainrule {
namespace {

using Cells = std::vector<std::vector<std::string>>;

std::string number(double value) {
  return decimal_text(value, 4);
}

// 0 and 1 where rounding left them by 1e-16.
double without_rounding(double value) {
  return std::abs(value - std::round(value)) < 1e-12 ? std::abs(std::round(value)) : value;
}

// --- radial basis functions --------------------------------------------------------------------------------

struct FittedRbf {
  Network network;
  AlignedVector<double> parameters;
  std::size_t units = 0;

  double operator()(std::span<const double> x) const {
    double y = 0;
    predict_rows<double>({}, network, parameters, {x.data(), 1, x.size()}, {&y, 1, 1});
    return y;
  }
};

FittedRbf fit(const RbfFittingOptions& options, const Dataset<double>& data) {
  const RbfBasis basis = choose_basis<double>({}, options, data);
  const Matrix<double> weights = solve_output_weights<double>({}, basis, options.ridge, data);
  return {
      .network = make_rbf_network({.inputs = data.inputs.columns(), .units = basis.units(), .outputs = 1}),
      .parameters = rbf_network_parameters<double>(basis, weights),
      .units = basis.units()};
}

double wave(double x) {
  return elementary::sin(2 * std::numbers::pi * x);
}

constexpr std::size_t kNoisyPoints = 30;
constexpr std::size_t kNewPoints = 200;

Dataset<double> noisy_wave() {
  Dataset<double> data{.inputs = Matrix<double>(kNoisyPoints, 1), .targets = Matrix<double>(kNoisyPoints, 1)};
  for (std::size_t i = 0; i < kNoisyPoints; ++i) {
    data.inputs(i, 0) = (static_cast<double>(i) + 0.5) / kNoisyPoints;
    const double noise = random_uniform({.seed = 1, .purpose = RandomPurpose::noise}, i) - 0.5;
    data.targets(i, 0) = wave(data.inputs(i, 0)) + noise;
  }
  return data;
}

double root_mean_square(double sum, std::size_t count) {
  return std::sqrt(sum / static_cast<double>(count));
}

double training_error(const FittedRbf& network, const Dataset<double>& data) {
  double sum = 0;
  for (std::size_t i = 0; i < data.rows(); ++i) {
    const double error = network({data.inputs.row(i), 1}) - data.targets(i, 0);
    sum += error * error;
  }
  return root_mean_square(sum, data.rows());
}

std::vector<SvgPoint> curve_of(const FittedRbf& network) {
  std::vector<SvgPoint> points;
  for (std::size_t i = 0; i <= kNewPoints; ++i) {
    const double x = static_cast<double>(i) / kNewPoints;
    points.push_back({x, network({&x, 1})});
  }
  return points;
}

double new_error(const FittedRbf& network) {
  double sum = 0;
  const std::vector<SvgPoint> points = curve_of(network);
  for (const SvgPoint& point : points)
    sum += (point.y - wave(point.x)) * (point.y - wave(point.x));
  return root_mean_square(sum, points.size());
}

RbfFittingOptions greedy(std::size_t centres) {
  return {.centres = centres,
          .centre_choice = CentreChoice::orthogonal_least_squares,
          .widths = WidthChoice::fixed,
          .width = 0.1,
          .ridge = 1e-9};
}

// --- feedback ----------------------------------------------------------------------------------------------

HopfieldState letter(std::string_view rows) {
  HopfieldState state;
  for (const char c : rows)
    state.push_back(c == '#' ? 1 : -1);
  return state;
}

constexpr std::size_t kLetterColumns = 5;

// States side by side, row by row.
std::string beside(const std::vector<HopfieldState>& states) {
  std::vector<std::vector<std::string>> pictures;
  for (const HopfieldState& state : states)
    pictures.push_back(split_text(state_text(state, kLetterColumns), '\n'));
  std::string text;
  for (std::size_t row = 0; row < states.front().size() / kLetterColumns; ++row) {
    for (std::size_t p = 0; p < pictures.size(); ++p)
      text += (p > 0 ? "     " : "") + pictures[p][row];
    text += '\n';
  }
  return text;
}

std::string signs(const HopfieldState& state) {
  std::string text;
  for (const int s : state)
    text += s > 0 ? '+' : '-';
  return text;
}

// --- a graph -----------------------------------------------------------------------------------------------

Matrix<double> matrix(std::size_t rows, std::size_t columns, std::initializer_list<double> values) {
  Matrix<double> m(rows, columns);
  std::copy(values.begin(), values.end(), m.values().begin());
  return m;
}

// "Z     0.75    -0.375", one line a row.
std::vector<std::string> matrix_lines(const std::string& name, const Matrix<double>& m) {
  std::vector<std::string> lines;
  for (std::size_t r = 0; r < m.rows(); ++r) {
    std::string line = r == 0 ? name + " =" : std::string(name.size() + 2, ' ');
    for (std::size_t c = 0; c < m.columns(); ++c) {
      const std::string value = number(m(r, c));
      line += std::string(value.size() < 9 ? 9 - value.size() : 1, ' ') + value;
    }
    lines.push_back(line);
  }
  return lines;
}

}  // namespace

void write_rbf_lesson(LessonPage& page) {
  page.say(
      {"A unit of a perceptron looks at which side of a line the input lies. A radial basis function looks "
       "at how "
       "far away it is: it answers 1 at its centre c and less the farther off. The document announces such "
       "networks and never treats them; here is one.",
       "感知器的单元看输入落在直线的哪一侧；径向基函数则看输入离中心 c 有多远：在中心处为 1，越远越小。"
       "文档提到了这种网络却没有讲解，这里补上。"});
  page.formulas({"phi_j(x) = exp(-|x - c_j|^2 / (2 s_j^2))", "o(x) = w_1 phi_1(x) + ... + w_M phi_M(x) + b"});
  page.say(
      {"The output is linear in w and b. Once centres and widths stand, the weights are found at once, by "
       "least "
       "squares; nothing goes down a gradient.",
       "输出对 w 和 b 是线性的。中心和宽度一旦选定，权值由最小二乘一步求出，不需要梯度下降。"});

  page.heading({"Exclusive or with two functions", "用两个径向基函数解决异或"});
  Dataset<double> gate{.inputs = matrix(4, 2, {1, 1, 0, 1, 0, 0, 1, 0}),
                       .targets = matrix(4, 1, {0, 1, 0, 1})};
  const RbfFittingOptions two{.centres = 2,
                              .centre_choice = CentreChoice::data,
                              .widths = WidthChoice::fixed,
                              .width = std::sqrt(0.5),
                              .ridge = 0};
  const FittedRbf network = fit(two, gate);
  const double w = network.parameters[6],
               b = network.parameters[8];  // 4 coordinates, 2 widths, 2 weights, the bias
  page.say({"Centres (1, 1) and (0, 0), s = 1/sqrt(2), so phi = exp(-|x - c|^2). Least squares gives w1 = w2 "
            "= {0} and "
            "b = {1}; by hand w = -1 / (1 - 1/e)^2 and b = (1 + 1/e^2) / (1 - 1/e)^2.",
            "中心取 (1, 1) 和 (0, 0)，s = 1/sqrt(2)，即 phi = exp(-|x - c|^2)。最小二乘得 w1 = w2 = {0}，b = "
            "{1}；手算为 w = -1 / (1 - 1/e)^2，b = (1 + 1/e^2) / (1 - 1/e)^2。"},
           {decimal_text(w, 6), decimal_text(b, 6)});
  Cells rows;
  std::vector<SvgPoint> off, on;
  for (const auto& [x1, x2] : {std::pair{0.0, 0.0}, {0.0, 1.0}, {1.0, 0.0}, {1.0, 1.0}}) {
    const double near_one = (1 - x1) * (1 - x1) + (1 - x2) * (1 - x2), near_zero = x1 * x1 + x2 * x2;
    const double phi_1 = elementary::exp(-near_one), phi_2 = elementary::exp(-near_zero);
    const double x[2] = {x1, x2};
    const double output = network(x);
    rows.push_back({number(x1), number(x2), number(phi_1), number(phi_2), number(without_rounding(output)),
                    x1 == x2 ? "0" : "1"});
    (x1 == x2 ? off : on).push_back({phi_1, phi_2});
  }
  page.table({{"x1", "x1"},
              {"x2", "x2"},
              {"phi1", "phi1"},
              {"phi2", "phi2"},
              {"output", "输出"},
              {"wanted", "目标"}},
             std::move(rows));
  page.say(
      {"In (phi1, phi2) both rows with answer 1 fall on one point, and a straight line parts it from the "
       "others: "
       "what no single layer could do on (x1, x2).",
       "在 (phi1, phi2) 平面上，答案为 1 的两行重合为一点，一条直线即可把它与其余点分开，而单层网络在 (x1, "
       "x2) "
       "上做不到这一点。"});

  page.heading({"How many centres?", "需要多少个中心？"});
  const Dataset<double> data = noisy_wave();
  page.say({"{0} points of sin(2 pi x) with noise up to 0.5 either way. Orthogonal least squares takes one "
            "centre after "
            "the other, always the one that removes most of the error (s = 0.1). The error on the points can "
            "only fall; "
            "that on the curve itself, which the network never saw, falls and rises again.",
            "取 sin(2 pi x) 上带噪声（最多 ±0.5）的 {0} "
            "个点。正交最小二乘法逐个选取中心，每次选使误差下降最多的一个（s = "
            "0.1）。训练点上的误差只会下降；而对网络从未见过的真实曲线，误差先降后升。"},
           {std::to_string(kNoisyPoints)});
  Cells errors;
  std::vector<PlaneSeries> curves;
  std::size_t best = 0;
  double smallest = 0;
  const std::vector<std::size_t> counts = {1, 2, 3, 4, 6, 8, 12, 16, 20};
  for (const std::size_t centres : counts) {
    const double error = new_error(fit(greedy(centres), data));
    if (best == 0 || error < smallest) {
      best = centres;
      smallest = error;
    }
  }
  for (const std::size_t centres : counts) {
    const FittedRbf wavy = fit(greedy(centres), data);
    errors.push_back(
        {std::to_string(wavy.units), number(training_error(wavy, data)), number(new_error(wavy))});
    if (centres == 1 || centres == best || centres == 20) {
      curves.push_back(
          {.name = page.pick({"M = ", "M = "}) + std::to_string(centres), .points = curve_of(wavy)});
    }
  }
  page.table(
      {{"centres", "中心数"}, {"error on the points", "训练点误差"}, {"error on the curve", "真实曲线误差"}},
      std::move(errors));
  page.say(
      {"Here {0} centres are best. More follow the noise: that is overfitting, and a ridge (a penalty on "
       "w^2) or "
       "fewer centres cure it.",
       "此处 {0} 个中心最好。再多便开始拟合噪声，即过拟合；岭惩罚（对 w^2 的惩罚）或减少中心数可以克服。"},
      {std::to_string(best)});
  std::vector<SvgPoint> points;
  for (std::size_t i = 0; i < data.rows(); ++i)
    points.push_back({data.inputs(i, 0), data.targets(i, 0)});
  curves.push_back(
      {.name = page.pick({"points", "数据点"}), .points = points, .marking = PlaneMarking::points});
  // phi_2 where the output is one half.
  const std::vector<SvgPoint> border = {{0, (0.5 - b) / w}, {(0.5 - b) / w, 0}};
  page.picture(
      {"First: exclusive or in (phi1, phi2), with the line where the output is 1/2. Then: too few centres, "
       "enough, too many.",
       "先：(phi1, phi2) 平面上的异或与输出为 1/2 的直线。后：中心过少、合适、过多。"},
      {{.title = page.pick({"exclusive or", "异或"}),
        .x_label = "phi1",
        .y_label = "phi2",
        .series = {{.name = "1/2", .points = border},
                   {.name = "1", .points = on, .marking = PlaneMarking::points},
                   {.name = "0", .points = off, .marking = PlaneMarking::points}},
        .x_range = std::pair{0.0, 1.1},
        .y_range = std::pair{0.0, 1.1}},
       {.title = page.pick({"sin(2 pi x) with noise", "带噪声的 sin(2 pi x)"}),
        .series = std::move(curves),
        .x_range = std::pair{0.0, 1.0},
        .y_range = std::pair{-1.8, 1.8}}});
  page.heading({"Its place among the networks", "它在各类网络中的位置"});
  const auto row = [&](Words name, Words way, Words unit, Words rule) {
    return std::vector<std::string>{page.pick(name), page.pick(way), page.pick(unit), page.pick(rule)};
  };
  page.table(
      {{"network", "网络"},
       {"signals run", "信号走向"},
       {"a unit answers to", "单元响应于"},
       {"it learns by", "学习方式"}},
      {row({"perceptron", "感知器"}, {"forwards, one layer", "前馈，单层"},
           {"the side of a line", "直线的哪一侧"}, {"the perceptron rule", "感知器规则"}),
       row({"BP network (multi-layer perceptron)", "BP 网络（多层感知器）"},
           {"forwards, any depth", "前馈，任意层数"}, {"a weighted sum, smoothly", "加权和（光滑）"},
           {"gradients, propagated back", "误差反向传播"}),
       row({"radial basis functions", "径向基函数网络"}, {"forwards, one hidden layer", "前馈，一个隐层"},
           {"the distance from a centre", "到中心的距离"},
           {"least squares, then gradients", "最小二乘，再用梯度"}),
       row({"Hopfield", "Hopfield 网络"}, {"round and round (feedback)", "循环（反馈）"},
           {"the sign of a weighted sum", "加权和的符号"}, {"Hebb's rule", "Hebb 规则"}),
       row({"graph network", "图网络"}, {"along the edges of a graph", "沿图的边"},
           {"the mean of its neighbours", "邻居的平均"}, {"gradients, propagated back", "误差反向传播"})});
  page.try_next("chainrule data generate moons -o moons.csv", {"two half circles to part", "两个交错的半圆"});
  page.try_next("chainrule train moons.csv --model rbf --centres 20",
                {"twenty functions around the middles of clusters", "以聚类中心为中心的二十个函数"});
  page.try_next(
      "chainrule train moons.csv --model rbf --centres 4 --fine-tune 200",
      {"four, and then descent moves centres and widths too", "只用四个，再由梯度下降同时调整中心和宽度"});
}

void write_hopfield_lesson(LessonPage& page) {
  page.say(
      {"In a feedback network every unit is joined with every other, both ways alike, and the state goes "
       "round "
       "until it stays. Patterns that were stored are such states: from a damaged one the network finds back "
       "to "
       "the whole. That is associative memory.",
       "在反馈网络中，每个单元与其他所有单元双向等权相连，状态反复更新直到不再改变。存入的模式正是这样的稳定"
       "状态："
       "从残缺的模式出发，网络能恢复出完整的模式，这就是联想记忆。"});
  page.formulas({"W_ij = sum over the patterns of p_i p_j  (i != j),  W_ii = 0",
                 "h_i = sum_j W_ij s_j;  s_i = +1 if h_i > 0, -1 if h_i < 0, as it was if h_i = 0",
                 "E = -1/2 sum_ij W_ij s_i s_j"});
  page.say(
      {"When unit i flips, the energy changes by -2 |h_i|: it never rises, there are finitely many states, "
       "so recall "
       "ends.",
       "单元 i 翻转时能量改变 -2 |h_i|：能量永不上升，而状态有限，所以回忆必然终止。"});

  page.heading({"Six units, two patterns", "六个单元，两个模式"});
  const std::vector<HopfieldState> patterns = {{1, -1, 1, -1, 1, -1}, {1, 1, 1, -1, -1, -1}};
  const Matrix<double> w = store_patterns(patterns);
  page.formulas(matrix_lines("W", w));
  const HopfieldState start = {1, -1, 1, -1, 1, 1};
  page.say(
      {"Start: the first pattern with unit 6 turned over. The units are asked one after the other, 1 to 6.",
       "起点：第一个模式，但第 6 个单元取反。按 1 到 6 的次序逐个更新单元。"});
  const HopfieldRecall small = recall(w.view(), start);
  Cells rows;
  for (const HopfieldStep& step : small.trace) {
    rows.push_back({step.flipped == 0 ? page.pick({"start", "起点"}) : std::to_string(step.flipped),
                    signs(step.state), decimal_text(step.energy, 2)});
  }
  page.table({{"unit that flips", "翻转的单元"}, {"state", "状态"}, {"energy", "能量"}}, std::move(rows));
  page.say({"The energy falls from {0} to {1}, and the pattern is back. Both stored patterns stay as they "
            "are when the "
            "network starts from them.",
            "能量由 {0} 降到 {1}，模式得到恢复。从两个已存模式出发时，状态都保持不变。"},
           {decimal_text(small.trace.front().energy, 2), decimal_text(small.trace.back().energy, 2)});

  page.heading({"Letters from damaged letters", "由残缺的字母恢复字母"});
  const std::vector<HopfieldState> letters = {letter("#####...#...#...#...#####"),
                                              letter(".###.#...#######...##...#"),
                                              letter("#...##...##...#.#.#...#..")};
  const Matrix<double> memory = store_patterns(letters);
  constexpr std::size_t damaged_units[3][5] = {{0, 6, 12, 18, 23}, {2, 7, 11, 20, 24}, {1, 5, 13, 19, 22}};
  std::vector<HopfieldState> damaged = letters, recalled;
  Cells recalls;
  for (std::size_t p = 0; p < letters.size(); ++p) {
    for (const std::size_t unit : damaged_units[p])
      damaged[p][unit] = -damaged[p][unit];
    const HopfieldRecall result = recall(memory.view(), damaged[p]);
    recalled.push_back(result.final_state());
    recalls.push_back({std::string(1, "ZAV"[p]), decimal_text(result.trace.front().energy, 2),
                       decimal_text(result.trace.back().energy, 2), std::to_string(result.trace.size() - 1),
                       recalled[p] == letters[p] ? page.pick({"yes", "是"}) : page.pick({"no", "否"})});
  }
  page.say({"Z, A and V on 5 x 5 units are stored; of each, five units are turned over.",
            "在 5 x 5 个单元上存入 Z、A、V，每个字母有五个单元被取反。"});
  page.table({{"letter", "字母"},
              {"energy at the start", "起点能量"},
              {"at the end", "终点能量"},
              {"flips", "翻转次数"},
              {"recalled", "恢复"}},
             std::move(recalls));
  page.picture(
      {"Above as stored, in the middle damaged, below recalled.", "上：存入的；中：残缺的；下：恢复的。"},
      beside(letters) + "\n" + beside(damaged) + "\n" + beside(recalled));
  page.say(
      {"Such a memory holds few patterns, about 0.14 times as many as units, and patterns that resemble each "
       "other blend.",
       "这种记忆容量不大，每个单元约 0.14 个模式；彼此相似的模式会混在一起。"});
  page.try_next("chainrule lesson graph-network",
                {"units joined by a graph, and a layer that learns", "由图连接的单元与可学习的层"});
  page.try_next("chainrule lesson rbf",
                {"another network that the documents only name", "文档只提到名字的另一种网络"});
}

void write_graph_network_lesson(LessonPage& page) {
  page.say(
      {"The data of a graph network are nodes with features and edges between them. In one layer every node "
       "takes the "
       "mean of its neighbours and of itself (a message), and one dense layer, the same for all nodes, is "
       "applied to "
       "it.",
       "图网络的数据是带特征的节点以及节点间的边。在一层中，每个节点先取自身与邻居特征的平均（消息），再通过"
       "所有节点"
       "共享的同一个全连接层。"});
  page.formulas({"H' = f(Z),  Z = A_hat H W",
                 "A_hat: the adjacency with a 1 for each node itself, each row divided by its sum"});
  page.say({"The graph is the path 1 - 2 - 3, each node with two features, f the logistic function.",
            "图为路径 1 - 2 - 3，每个节点有两个特征，f 取逻辑斯谛函数。"});
  const GraphEdge edges[] = {{0, 1}, {1, 2}};
  const Matrix<double> a_hat = normalised_adjacency(3, edges);
  const Matrix<double> h = matrix(3, 2, {1, 0, 0, 1, 0.5, -0.5});
  Matrix<double> w = matrix(2, 2, {0.5, -1, 1, 0.25});
  page.formulas(matrix_lines("A_hat", a_hat));
  page.formulas(matrix_lines("H", h));
  page.formulas(matrix_lines("W", w));

  page.heading({"Forwards", "前向"});
  const GraphLayerRun run = run_graph_layer(a_hat.view(), h.view(), w.view(), Activation::logistic);
  page.formulas(matrix_lines("A_hat H", run.messages));
  page.formulas(matrix_lines("Z", run.z));
  page.formulas(matrix_lines("H'", run.h_next));
  page.say({"Node 1 has heard of node 2: its message is ({0}, {1}), the mean of (1, 0) and (0, 1). After k "
            "layers a node has "
            "heard of all that are k edges away.",
            "节点 1 收到了节点 2 的信息：其消息为 ({0}, {1})，即 (1, 0) 与 (0, 1) 的平均。经过 k "
            "层后，节点能得知 k "
            "条边以内所有节点的信息。"},
           {number(run.messages(0, 0)), number(run.messages(0, 1))});

  page.heading({"Backwards", "反向"});
  page.say(
      {"Let L be the sum of all H', so dL/dH' is 1 everywhere. Messages run back along the edges they came "
       "by: A_hat "
       "transposed.",
       "令 L 为所有 H' 之和，则 dL/dH' 处处为 1。梯度沿消息的来路返回，即乘以 A_hat 的转置。"});
  page.formulas({"dZ = dH' f'(Z) = H' (1 - H')", "dW = (A_hat H)^T dZ", "dH = A_hat^T dZ W^T"});
  const Matrix<double> ones = matrix(3, 2, {1, 1, 1, 1, 1, 1});
  const GraphLayerGradient gradient =
      graph_layer_gradient(a_hat.view(), w.view(), Activation::logistic, run, ones.view());
  page.formulas(matrix_lines("dZ", gradient.d_z));
  page.formulas(matrix_lines("dW", gradient.d_w));
  page.formulas(matrix_lines("dH", gradient.d_h));

  const auto loss_at = [&](double weight) {
    Matrix<double> moved = w;
    moved(0, 0) = weight;
    const GraphLayerRun there = run_graph_layer(a_hat.view(), h.view(), moved.view(), Activation::logistic);
    double sum = 0;
    for (const double value : there.h_next.values())
      sum += value;
    return sum;
  };
  constexpr double step = 1e-4;
  const double difference = (loss_at(w(0, 0) + step) - loss_at(w(0, 0) - step)) / (2 * step);
  page.say({"The proof: moving W_11 by 0.0001 either way changes L at the rate {0}; dW_11 is {1}.",
            "验证：把 W_11 向两侧各移动 0.0001，L 的变化率为 {0}；而 dW_11 = {1}。"},
           {decimal_text(difference, 6), decimal_text(gradient.d_w(0, 0), 6)});
  page.try_next(
      "chainrule graph \"sigmoid((1+0)/2*w11+(0+1)/2*w21)\" w11=0.5 w21=1",
      {"the first feature of node 1 as a graph of gates: 0.6792", "把节点 1 的第一个输出特征拆成门：0.6792"});
  page.try_next("chainrule lesson hopfield", {"a network whose edges go round", "边构成回路的网络"});
}

}  // namespace chainrule
