#include "chainrule/course/perceptron_lessons.h"

#include <algorithm>
#include <array>

#include "chainrule/base/text.h"
#include "chainrule/course/threshold_words.h"
#include "chainrule/model/mcculloch_pitts.h"
#include "chainrule/model/perceptron.h"
#include "chainrule/model/separability.h"

namespace chainrule {
namespace {

using Numbers = std::vector<double>;

const Numbers kCorners = {0, 0, 0, 1, 1, 0, 1, 1};
const MatrixView<const double> kCornerRows(kCorners.data(), 4, 2);

Perceptron perceptron_with(std::span<const double> weights) {
  Perceptron perceptron = make_perceptron(weights.size() - 1, 1);
  std::copy(weights.begin(), weights.end(), perceptron.weights.values().begin());
  return perceptron;
}

MatrixView<const double> column(const Numbers& values) {
  return {values.data(), values.size(), 1};
}

// A unit with two inputs: its yes side, its line and the four corners.
PlanePicture corners_picture(const std::string& title, const Hyperplane& plane, std::span<const int> sides,
                             const LessonPage& page) {
  PlanePicture picture{
      .title = title, .x_label = "x1", .y_label = "x2", .x_range = {{-0.5, 1.5}}, .y_range = {{-0.5, 1.5}}};
  PlaneSeries yes{.name = page.pick({"yes", "是"}), .points = {}, .marking = PlaneMarking::points};
  PlaneSeries no{.name = page.pick({"no", "否"}), .points = {}, .marking = PlaneMarking::points};
  for (std::size_t r = 0; r < 4; ++r)
    (sides[r] > 0 ? yes : no).points.push_back({kCornerRows(r, 0), kCornerRows(r, 1)});
  picture.series = {std::move(yes), std::move(no)};
  picture.region = [plane](double x1, double x2) { return net_input(plane, std::array{x1, x2}) > 0 ? 1 : 0; };
  return picture;
}

// One row a presentation: the trace of a perceptron with one unit.
void trace_table(LessonPage& page, const PerceptronRun& run) {
  std::vector<Words> columns = {{"t", "t"},      {"epoch", "轮次"}, {"sample", "样本"}, {"net", "净输入"},
                                {"o", "输出 o"}, {"d", "期望 d"},   {"d - o", "d - o"}, {"T", "T"}};
  static constexpr std::string_view kNames[] = {"w1", "w2", "w3"};
  for (std::size_t i = 0; i < run.perceptron.inputs(); ++i)
    columns.push_back({kNames[i], kNames[i]});
  std::vector<std::vector<std::string>> rows;
  for (const PerceptronStep& step : run.steps) {
    std::vector<std::string> row = {std::to_string(step.t + 1),      std::to_string(step.epoch),
                                    std::to_string(step.sample + 1), short_number(step.net[0]),
                                    short_number(step.output[0]),    short_number(step.desired[0]),
                                    short_number(step.error[0])};
    for (const double w : step.weights.values())
      row.push_back(short_number(w));
    rows.push_back(std::move(row));
  }
  page.table(columns, std::move(rows));
}

// --- gates -------------------------------------------------------------------------------------------------

void truth_tables(LessonPage& page) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& gate : enum_table<LogicGate>()) {
    const McCullochPittsNeuron neuron = logic_gate(gate.value);
    const std::size_t inputs = neuron.weights.size();
    for (std::size_t r = 0; r < (inputs == 1 ? 2u : 4u); ++r) {
      const Numbers x =
          inputs == 1 ? Numbers{static_cast<double>(r)} : Numbers{kCornerRows(r, 0), kCornerRows(r, 1)};
      rows.push_back({r == 0 ? std::string(gate.word) : "", r == 0 ? vector_text(neuron.weights) : "",
                      r == 0 ? short_number(neuron.threshold) : "", vector_text(x),
                      short_number(potential(neuron, x)),
                      state_of(neuron, x) == NeuronState::excited ? "1" : "0",
                      short_number(output_of(neuron, Activation::logistic, x))});
    }
  }
  page.table({{"gate", "门"},
              {"w", "w"},
              {"theta", "theta"},
              {"x", "x"},
              {"sum w x", "加权和"},
              {"y", "y"},
              {"logistic instead of step", "换成逻辑斯谛函数"}},
             std::move(rows));
}

void learning_and_forgetting(LessonPage& page) {
  McCullochPittsNeuron neuron{.weights = {0.4, 0.4}, .threshold = 1};
  const std::array x{1.0, 1.0};
  std::vector<std::vector<std::string>> rows;
  const auto note = [&](const std::string& what) {
    rows.push_back({what, vector_text(neuron.weights), short_number(potential(neuron, x)),
                    state_of(neuron, x) == NeuronState::excited ? page.pick({"excited", "兴奋"})
                                                                : page.pick({"inhibited", "抑制"})});
  };
  note(page.pick({"start", "开始"}));
  for (int i = 0; i < 2; ++i) {
    strengthen(neuron, x, 0.1);
    note(page.pick({"used: w + 0.1 x", "使用：w + 0.1 x"}));
  }
  for (int i = 0; i < 2; ++i) {
    decay(neuron, 0.1);
    note(page.pick({"not used: w - 0.1 w", "不用：w - 0.1 w"}));
  }
  page.table({{"what happens", "过程"}, {"w", "w"}, {"sum w x", "加权和"}, {"state", "状态"}},
             std::move(rows));
}

struct Line {
  std::string_view name;
  Hyperplane plane;
  std::array<int, 4> sides;
};

}  // namespace

void write_gates_lesson(LessonPage& page) {
  page.say(
      {"The neuron of McCulloch and Pitts (1943) adds up its inputs, each with a weight, and has two states: "
       "excited "
       "(1) when the sum is above a threshold, else inhibited (0).",
       "麦卡洛克-"
       "皮茨神经元（1943）把各输入乘以权值后相加，只有两种状态：和超过阈值时兴奋（1），否则抑制（0）。"});
  page.formulas({"y = f(sum w_i x_i - theta),   f(net) = 1 for net > 0, else 0"});
  page.heading({"Four gates", "四个逻辑门"});
  page.say(
      {"With weights and a threshold that suit, one neuron is a logic gate. Any other f may stand in for the "
       "step; "
       "the last column has the logistic function of sum - theta.",
       "权值和阈值取得合适，一个神经元就是一个逻辑门。阶跃函数可以换成别的 f；最后一列是“和 - "
       "theta”的逻辑斯谛函数值。"});
  truth_tables(page);
  page.heading({"Learning and forgetting", "学习与遗忘"});
  page.say(
      {"Synapses that are used grow stronger, others fade. A neuron with threshold 1 and both inputs on:",
       "常用的突触会增强，不用的会减弱。设阈值为 1，两个输入都为 1："});
  learning_and_forgetting(page);
  page.heading({"What a gate draws in the plane", "门在平面上画出的直线"});
  page.say(
      {"Where the net input is 0 there is a line, w1 x1 + w2 x2 = T. Solved for x1 it is x1 = a x2 + c with "
       "a = "
       "-w2/w1 and c = T/w1. With w1 = 0 it is x2 = T/w2. The lecture's AND and OR:",
       "净输入为 0 处是一条直线 w1 x1 + w2 x2 = T。解出 x1 得 x1 = a x2 + c，其中 a = -w2/w1，c = T/w1；若 "
       "w1 = 0，则为 "
       "x2 = T/w2。讲义中的与、或："});
  const std::array lines = {Line{"AND", {{0.5, 0.5}, 0.75}, {-1, -1, -1, 1}},
                            Line{"OR", {{1, 1}, 0.5}, {-1, 1, 1, 1}}};
  std::vector<std::vector<std::string>> rows;
  std::vector<PlanePicture> panels;
  for (const Line& line : lines) {
    rows.push_back({std::string(line.name), equation_text(line.plane), solved_text(line.plane),
                    short_number(geometric_margin(line.plane, kCornerRows, line.sides))});
    panels.push_back(corners_picture(std::string(line.name), line.plane, line.sides, page));
  }
  page.table({{"gate", "门"}, {"line", "直线"}, {"solved", "解出 x1"}, {"smallest distance", "最小距离"}},
             std::move(rows));
  page.picture({"The two gates: shaded where the answer is yes.", "两个门：阴影处回答为“是”。"}, panels);
  page.try_next("chainrule data generate and_gate -o and.csv", {"the four rows of AND", "“与”的四行数据"});
  page.try_next("chainrule train and.csv --model perceptron --validation none",
                {"find such a line by learning", "让感知器自己学出这样一条直线"});
  page.try_next("chainrule inspect and.safetensors",
                {"see the line under Hyperplanes", "在 Hyperplanes 一节看到直线方程"});
  page.try_next("chainrule lesson perceptron-rule", {"how the learning goes", "学习是怎样进行的"});
}

// --- the rule ----------------------------------------------------------------------------------------------

namespace {

const Numbers kSamples = {1, -2, 0, 0, 1.5, -0.5, -1, 1, 0.5};
const MatrixView<const double> kSampleRows(kSamples.data(), 3, 3);
const Numbers kDesired = {-1, -1, 1};
const Numbers kStart = {0.5, 1, -1, 0};
constexpr double kRate = 0.1;

void first_step(LessonPage& page, const PerceptronRun& run) {
  const PerceptronStep& step = run.steps.front();
  const std::span<const double> x = kSampleRows.row_span(0);
  Numbers augmented = {-1};
  augmented.insert(augmented.end(), x.begin(), x.end());
  const Perceptron start = perceptron_with(kStart);
  page.formulas({"X = " + vector_text(augmented) + ", W = " + vector_text(kStart),
                 "net = W . X = " + short_number(augmented_net_input(start, 0, x)) +
                     "   (without x0: w . x - T = " + short_number(net_input(start, 0, x)) + ")",
                 "o = sgn(net) = " + short_number(step.output[0]) + ", d = " + short_number(step.desired[0]) +
                     ", d - o = " + short_number(step.error[0]),
                 "W = W + " + short_number(kRate) + " * (" + short_number(step.error[0]) +
                     ") * X = " + vector_text(step.weights.values())});
}

void bound_and_zero(LessonPage& page, const PerceptronRun& run) {
  const std::vector<int> sides = sides_of(column(kDesired), 0, OutputCode::bipolar);
  const Numbers separator(run.perceptron.weights.values().begin(), run.perceptron.weights.values().end());
  const ConvergenceBound bound = convergence_bound(separator, kSampleRows, sides);
  page.say(
      {"If w* separates the samples, then from W = 0 there are at most R^2 |w*|^2 / gamma^2 corrections: R "
       "is the "
       "length of the longest X and gamma the smallest d (w* . X). With the final weights as w*:",
       "若 w* 能分开样本，则从 W = 0 出发至多修正 R^2 |w*|^2 / gamma^2 次：R 是最长的 X 的长度，gamma 是 d "
       "(w* . X) "
       "的最小值。取最终权值为 w*："});
  page.formulas({"R^2 = " + short_number(bound.radius_squared) + ", |w*|^2 = " +
                     short_number(bound.norm_squared) + ", gamma = " + short_number(bound.gamma),
                 "R^2 |w*|^2 / gamma^2 = " + short_number(bound.corrections)});
  page.heading({"The sign of zero", "零的符号"});
  double smallest = 1e300;
  for (const PerceptronStep& step : run.steps)
    smallest = std::min(smallest, std::max(step.net[0], -step.net[0]));
  bool is_same = true;
  for (const auto& zero : enum_table<SignOfZero>()) {
    Perceptron start = perceptron_with(kStart);
    start.sign_of_zero = zero.value;
    is_same =
        is_same &&
        train_perceptron(start, kSampleRows, column(kDesired), {.learning_rate = kRate}).perceptron.weights ==
            run.perceptron.weights;
  }
  page.say(
      is_same
          ? Words{"What is sgn(0)? Here it does not matter: no net input is nearer to 0 than {0}, and all "
                  "three "
                  "conventions give the same run. From W = 0, which the procedure forbids, it does. The "
                  "weights "
                  "below are divided by the learning rate, and the bound counts 4 times as many corrections "
                  "for sgn(0) = 0, since those at 0 are half as large:",
                  "sgn(0) 取什么？这里无所谓：净输入离 0 最近也有 {0}，三种约定给出同一过程。若从 W = 0 "
                  "出发（训练步骤不允许），"
                  "就有区别了。下面的权值已除以学习率；sgn(0) = 0 时在 0 处的修正只有一半大，所以上界是 4 "
                  "倍："}
          : Words{"What is sgn(0)? It matters here (nearest net input {0}):",
                  "sgn(0) 取什么在这里有影响（最近的净输入为 {0}）："},
      {short_number(smallest)});
  std::vector<std::vector<std::string>> rows;
  for (const auto& zero : enum_table<SignOfZero>()) {
    Perceptron start = make_perceptron(3, 1);
    start.sign_of_zero = zero.value;
    // A power of two, so that net inputs that are 0 in fractions are 0 here too.
    const double rate = 0.125;
    const PerceptronRun from_zero =
        train_perceptron(start, kSampleRows, column(kDesired), {.learning_rate = rate});
    Numbers weights(from_zero.perceptron.weights.values().begin(),
                    from_zero.perceptron.weights.values().end());
    for (double& w : weights)
      w /= rate;
    rows.push_back({short_number(threshold_output(0, OutputCode::bipolar, zero.value)),
                    std::to_string(from_zero.corrections), std::to_string(from_zero.presentations),
                    vector_text(weights),
                    short_number(convergence_bound(separator, kSampleRows, sides, zero.value).corrections)});
  }
  page.table({{"sgn(0)", "sgn(0)"},
              {"corrections", "修正次数"},
              {"presentations", "呈现次数"},
              {"W / rate", "W / 学习率"},
              {"bound", "上界"}},
             std::move(rows));
}

void weights_picture(LessonPage& page, const PerceptronRun& run) {
  static constexpr std::string_view kNames[] = {"T", "w1", "w2", "w3"};
  PlanePicture picture{.title = page.pick({"weights after t presentations", "t 次呈现后的权值"}),
                       .x_label = "t",
                       .y_label = "W"};
  for (std::size_t i = 0; i < kStart.size(); ++i) {
    PlaneSeries series{.name = std::string(kNames[i]), .points = {{0, kStart[i]}}};
    for (const PerceptronStep& step : run.steps)
      series.points.push_back({static_cast<double>(step.t + 1), step.weights.values()[i]});
    picture.series.push_back(std::move(series));
  }
  page.picture({"The weights on their way.", "权值的变化过程。"}, {picture});
}

}  // namespace

void write_perceptron_rule_lesson(LessonPage& page) {
  page.say(
      {"Rosenblatt's perceptron (1958) learns its weights from examples with answers: with a teacher. The "
       "threshold "
       "T is one more weight, on an input that is always -1, so that all it knows is in one vector W.",
       "罗森布拉特的感知器（1958）从带答案的样本中学习权值，即有导师学习。阈值 T 可看作恒为 -1 "
       "的输入上的权值，于是全部知识都在一个向量 "
       "W 中。"});
  page.formulas({"X = (-1, x1, ..., xn), W = (T, w1, ..., wn)", "o = sgn(W . X) = sgn(w . x - T)",
                 "W = W + eta (d - o) X,   0 < eta <= 1"});
  page.say({"The lecture's example has three samples, eta = {0} and W(0) = {1}. The first presentation:",
            "讲义例题有三个样本，eta = {0}，W(0) = {1}。第一次呈现："},
           {short_number(kRate), vector_text(kStart)});
  const PerceptronRun run =
      train_perceptron(perceptron_with(kStart), kSampleRows, column(kDesired), {.learning_rate = kRate});
  first_step(page, run);
  page.heading({"The whole run", "全过程"});
  page.say(
      {"The samples come in turn, again and again, until a whole epoch is right. Weights stand after each "
       "step.",
       "样本依次反复呈现，直到整整一轮都正确。表中权值为该步之后的值。"});
  trace_table(page, run);
  const Numbers weights(run.perceptron.weights.values().begin(), run.perceptron.weights.values().end());
  page.say({"{0} corrections in {1} presentations; epoch {2} needs none and confirms W = {3}. Its plane is "
            "{4}, that is, "
            "{5}; the normal is (w1, w2, w3), and the origin lies {6} from it.",
            "{1} 次呈现中修正 {0} 次；第 {2} 轮无需修正，确认 W = {3}。对应的平面为 {4}，即 {5}；法向量为 "
            "(w1, w2, w3)，原点到它的距离为 {6}。"},
           {std::to_string(run.corrections), std::to_string(*run.last_correction + 1),
            std::to_string(run.epochs), vector_text(weights), equation_text(hyperplane_of(run.perceptron, 0)),
            solved_text(hyperplane_of(run.perceptron, 0)),
            short_number(-signed_distance(hyperplane_of(run.perceptron, 0), Numbers{0, 0, 0}))});
  weights_picture(page, run);
  page.heading({"Why it ends", "为什么会结束"});
  bound_and_zero(page, run);
  page.heading({"Several units at once", "多个单元同时学习"});
  const Numbers both = {-1, -1, -1, 1, -1, 1, 1, 1};
  const PerceptronRun pair =
      train_perceptron(random_perceptron(2, 2, 0.1, 1), kCornerRows,
                       MatrixView<const double>(both.data(), 4, 2), {.learning_rate = 0.25});
  page.say({"Units side by side share their inputs and nothing else. Two of them on the four corners, the "
            "first to learn "
            "AND, the second OR, from small random weights, are right after {0} epochs: {1}, {2}.",
            "并排的单元只共享输入。两个单元在四个顶点上同时学习，第一个学“与”，第二个学“或”，从小的随机权值出"
            "发，{0} 轮后全对：{1}，{2}。"},
           {std::to_string(pair.epochs), equation_text(hyperplane_of(pair.perceptron, 0)),
            equation_text(hyperplane_of(pair.perceptron, 1))});
  page.try_next("chainrule data generate or_gate -o or.csv", {"a table to learn", "一张可学的表"});
  page.try_next(
      "chainrule train or.csv --model perceptron --validation none --row-order given --learning-rate 0.25",
      {"the rule on it, rows in turn", "用此规则学习，各行依次呈现"});
  page.try_next("chainrule lesson xor-limit", {"what the rule cannot learn", "这个规则学不会什么"});
}

// --- the limit ---------------------------------------------------------------------------------------------

void write_xor_limit_lesson(LessonPage& page) {
  const Numbers desired = {-1, 1, 1, -1}, start = {0.25, -0.5, 0.125};
  page.say({"A perceptron draws one hyperplane. Exclusive or (XOR) asks for yes at (0,1) and (1,0) and no at "
            "(0,0) and "
            "(1,1). The rule with eta = {0} and W(0) = {1}:",
            "感知器只能画一个超平面。异或（XOR）要求 (0,1)、(1,0) 为“是”，(0,0)、(1,1) 为“否”。取 eta = "
            "{0}，W(0) = {1}："},
           {short_number(0.25), vector_text(start)});
  const PerceptronRun run =
      train_perceptron(perceptron_with(start), kCornerRows, column(desired), {.learning_rate = 0.25});
  trace_table(page, run);
  const WeightCycle& cycle = run.cycle.value();
  page.say(
      {"After epoch {0} the weights are those after epoch {1}, {2}. So epoch {0} will repeat for ever: the "
       "period is "
       "{3}, and the rule never ends.",
       "第 {0} 轮后的权值与第 {1} 轮后相同，为 {2}。因此第 {0} 轮将永远重复：周期为 {3} 轮，规则永不停止。"},
      {std::to_string(cycle.repeat_epoch), std::to_string(cycle.first_epoch),
       vector_text(run.perceptron.weights.values()),
       page.language() == Language::en ? count_of(cycle.period(), "epoch") : std::to_string(cycle.period())});
  page.heading({"The proof that it hands over", "由此得到的证明"});
  page.say(
      {"Between the two moments the corrections cancel. Each was a multiple of d X, so with the counts c of "
       "the "
       "samples:",
       "两个时刻之间各次修正相互抵消。每次修正都是 d X 的倍数，设各样本的计数为 c，则："});
  std::vector<std::vector<std::string>> rows;
  Numbers total(3, 0);
  for (std::size_t r = 0; r < 4; ++r) {
    const double count = cycle.counts(0, r) / 2;
    const Numbers signed_point = {-desired[r], desired[r] * kCornerRows(r, 0),
                                  desired[r] * kCornerRows(r, 1)};
    std::vector<std::string> row = {vector_text(kCornerRows.row_span(r)), short_number(desired[r]),
                                    short_number(count)};
    for (std::size_t i = 0; i < 3; ++i) {
      total[i] += count * signed_point[i];
      row.push_back(short_number(count * signed_point[i]));
    }
    rows.push_back(std::move(row));
  }
  rows.push_back({page.pick({"sum", "和"}), "", "", short_number(total[0]), short_number(total[1]),
                  short_number(total[2])});
  page.table({{"x", "x"},
              {"d", "d"},
              {"c", "c"},
              {"c d (-1)", "c d (-1)"},
              {"c d x1", "c d x1"},
              {"c d x2", "c d x2"}},
             std::move(rows));
  const std::vector<int> sides = sides_of(column(desired), 0, OutputCode::bipolar);
  const CertificateCheck check = check_certificate(kCornerRows, sides, {cycle.counts.row(0), 4});
  page.say(check.proof == Proof::exact ? Words{"The sum is exactly 0 (checked without rounding). Now suppose "
                                               "some W separated the samples: then "
                                               "every d (W . X) would be above 0, and so would their sum "
                                               "with the counts. But that sum is W . 0 = "
                                               "0. So there is no such W: no line separates XOR, from "
                                               "whatever start and at whatever rate.",
                                               "和恰好为 0（已用无舍入的算术验证）。假设有某个 W "
                                               "能分开样本，则每个 d (W . X) 都大于 0，按计数加起来也大于 0；"
                                               "但这个和等于 W . 0 = 0，矛盾。所以不存在这样的 "
                                               "W：无论初值和学习率如何，没有直线能分开异或。"}
                                       : Words{"The sum is not exactly 0, so nothing is proven.",
                                               "和不恰为 0，因此什么也没有证明。"});
  page.say(
      {"In the words of the lecture: (0,0) asks for T > 0, (0,1) for w2 > T, (1,0) for w1 > T, and (1,1) for "
       "w1 + w2 < "
       "T. The middle two give w1 + w2 > 2T > T, against the last.",
       "用讲义的话说：(0,0) 要求 T > 0，(0,1) 要求 w2 > T，(1,0) 要求 w1 > T，(1,1) 要求 w1 + w2 < "
       "T。中间两式相加得 w1 + w2 > "
       "2T > T，与最后一式矛盾。"});
  page.heading({"Either a line or a proof", "要么有直线，要么有证明"});
  std::vector<std::vector<std::string>> answers;
  const std::pair<std::string_view, std::array<int, 4>> gates[] = {
      {"AND", {-1, -1, -1, 1}}, {"OR", {-1, 1, 1, 1}}, {"NAND", {1, 1, 1, -1}}, {"XOR", {-1, 1, 1, -1}}};
  for (const auto& [name, wanted] : gates) {
    const SeparabilityAnswer answer = decide_separability(kCornerRows, wanted);
    const bool is_separable = answer.verdict == Separability::separable;
    answers.push_back({std::string(name), page.pick(verdict_words(answer.verdict)),
                       vector_text(is_separable ? answer.weights : answer.counts),
                       answer.proof == Proof::exact ? page.pick({"without rounding", "无舍入"})
                                                    : page.pick({"rounded", "有舍入"})});
  }
  page.say(
      {"For any samples there is either a separating W or such counts, never both. A search finds the one or "
       "the "
       "other:",
       "对任何样本，要么存在能分开它们的 W，要么存在这样的计数，二者不可兼得。搜索会找到其中之一："});
  page.table({{"gate", "门"}, {"verdict", "结论"}, {"W, or the counts", "W 或计数"}, {"checked", "验证"}},
             std::move(answers));
  std::vector<PlanePicture> panels;
  for (const std::size_t t : {1u, 2u, 3u}) {
    const std::span<const double> w = run.steps[t].weights.values();
    panels.push_back(corners_picture("t = " + std::to_string(t + 1), {{w[1], w[2]}, w[0]}, sides, page));
  }
  page.picture({"The line after three presentations of the first epoch: never are all four right.",
                "第一轮中三次呈现之后的直线：四个点从不全对。"},
               panels);
  page.try_next("chainrule data generate xor_gate -o xor.csv", {"the four rows", "四行数据"});
  page.try_next("chainrule train xor.csv --model perceptron --validation none",
                {"the program finds the proof by itself", "程序自己找到这个证明"});
  page.try_next("chainrule train xor.csv --model perceptron --variant pocket --validation none",
                {"three of four right is the best there is", "最多只能对三个"});
  page.try_next("chainrule lesson xor-two-layer", {"two layers can do it", "两层就可以做到"});
}

}  // namespace chainrule
