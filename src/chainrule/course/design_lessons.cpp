#include "chainrule/course/design_lessons.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "chainrule/base/text.h"
#include "chainrule/course/lesson_training.h"
#include "chainrule/course/universal_approximation.h"
#include "chainrule/data/generators.h"
#include "chainrule/explain/network_graph.h"
#include "chainrule/explain/number_text.h"
#include "chainrule/io/report_words.h"
#include "chainrule/model/backward.h"
#include "chainrule/model/forward.h"
#include "chainrule/optim/gradient_clipping.h"
#include "chainrule/tensor/elementary.h"
#include "chainrule/tensor/kernels.h"

namespace chainrule {
namespace {

Network two_classes(std::vector<std::size_t> hidden, Activation activation, std::size_t classes = 2) {
  return make_mlp({.inputs = 2,
                   .hidden = std::move(hidden),
                   .outputs = classes,
                   .hidden_activations = {activation},
                   .output_activation = Activation::softmax});
}

TrainerOptions trainer(Loss loss, Rule rule, double learning_rate, std::size_t epochs,
                       std::size_t batch_size) {
  TrainerOptions options{.loss = {.kind = loss},
                         .optimizer = {.rule = rule},
                         .stopping = {.epochs = epochs},
                         .batch_size = batch_size};
  options.schedule.learning_rate = learning_rate;
  return options;
}

PlaneSeries curve(std::string name, double low, double high, const RealFunction& f) {
  PlaneSeries series{.name = std::move(name)};
  constexpr int kPieces = 200;
  for (int i = 0; i <= kPieces; ++i) {
    const double x = low + (high - low) * i / kPieces;
    series.points.push_back({x, f(x)});
  }
  return series;
}

// f at 101 points, evenly spread.
Dataset<double> sampled(const RealFunction& f, double low, double high) {
  Dataset<double> data{.inputs = Matrix<double>(101, 1), .targets = Matrix<double>(101, 1)};
  for (std::size_t r = 0; r < data.rows(); ++r) {
    data.inputs(r, 0) = low + (high - low) * static_cast<double>(r) / 100;
    data.targets(r, 0) = f(data.inputs(r, 0));
  }
  return data;
}

PlaneSeries points(std::string name, const Dataset<double>& data,
                   const std::function<bool(std::size_t)>& is_chosen,
                   const std::function<SvgPoint(std::size_t)>& place) {
  PlaneSeries series{.name = std::move(name), .marking = PlaneMarking::points};
  for (std::size_t r = 0; r < data.rows(); ++r) {
    if (is_chosen(r)) series.points.push_back(place(r));
  }
  return series;
}

// The two classes as points, and which class the network answers in the plane around them.
PlanePicture decision_picture(std::string title, const TrainedNetwork& trained, const Dataset<double>& data) {
  PlanePicture picture{.title = std::move(title), .x_label = "x1", .y_label = "x2"};
  picture.x_range = {-1.8, 2.8};
  picture.y_range = {-1.4, 1.9};
  picture.region = [trained](double x, double y) {
    const std::vector<double> p = trained.outputs(std::vector<double>{x, y});
    return p[0] > p[1] ? 1 : 2;
  };
  for (const std::size_t k : {0u, 1u}) {
    picture.series.push_back(points(
        std::string(1, static_cast<char>('a' + k)), data,
        [&](std::size_t r) { return data.targets(r, k) == 1; },
        [&](std::size_t r) {
          return SvgPoint{data.inputs(r, 0), data.inputs(r, 1)};
        }));
  }
  return picture;
}

// --- gradients of the mean loss ----------------------------------------------------------------------------

struct LossAndGradient {
  double loss = 0;
  std::vector<double> gradient;
};

LossAndGradient loss_and_gradient(const Network& network, std::span<const double> parameters,
                                  const LossOptions& loss, const Dataset<double>& data) {
  const Compute plain{.path = KernelPath::plain};
  Workspace<double> workspace;
  LossScratch<double> scratch;
  LossAndGradient result{.gradient = std::vector<double>(parameters.size())};
  const MatrixView<const double> x = data.inputs.view();
  const MatrixView<const double> a =
      forward<double>(plain, network, parameters, x, Mode::train, {}, workspace);
  Matrix<double> d_output(a.rows, a.columns);
  result.loss = evaluate_loss<double>(plain, loss, workspace.layers.back().z.view(), a, data.targets.view(),
                                      {}, d_output.view(), scratch);
  backward<double>(plain, network, parameters, x, d_output.view(), gradient_place(loss.kind), workspace,
                   result.gradient);
  return result;
}

std::vector<double> moved(std::span<const double> parameters, std::span<const double> gradient,
                          double factor) {
  std::vector<double> result(parameters.begin(), parameters.end());
  for (std::size_t i = 0; i < result.size(); ++i)
    result[i] += factor * gradient[i];
  return result;
}

// Of the weights or of the biases.
double squared_norm(const Network& network, std::span<const double> parameters, ParameterRole role) {
  double sum = 0;
  for (const ParameterSegment& segment : parameter_segments(network)) {
    if (segment.role == role)
      sum += sum_of_squares<double>({}, parameters.subspan(segment.offset, segment.size()));
  }
  return sum;
}

}  // namespace

// --- universal approximation -------------------------------------------------------------------------------

void write_universal_approximation_lesson(LessonPage& page) {
  page.say(
      {"One hidden layer of squashing units and a linear output come as near as one likes to any continuous "
       "function on a closed, bounded set, if the layer may be as wide as needed (Cybenko 1989; Hornik and "
       "others 1989).",
       "只要隐层足够宽，一个由 S 形单元组成的隐层加一个线性输出，就能在有界闭集上任意逼近任何连续函数"
       "（Cybenko 1989；Hornik 等 1989）。"});
  page.formulas(
      {"F(x) = v_1 phi(w_1 x + b_1) + ... + v_m phi(w_m x + b_m)",
       "for every continuous f and every e > 0 there are m, v, w, b:  |F(x) - f(x)| < e for all x"});
  page.say(
      {"The order of the words matters, and the lecture turns it round: e comes first and m depends on it. "
       "And "
       "f must be continuous; \"any function\" would be too much.",
       "量词的次序很重要，讲义把它颠倒了：先给定 e，m 依赖于 e。而且 f 必须连续；说“任何函数”就过头了。"});
  page.heading({"Built by hand", "动手构造"});
  page.say(
      {"f(x) = x^2 + 0.5 on [0, 1]. One unit is the constant f(0); each other unit is a step of height "
       "f(i/n) - "
       "f((i-1)/n) in the middle between two grid points, the steeper the more there are. The largest error "
       "on "
       "401 points:",
       "取 f(x) = x^2 + 0.5，定义在 [0, 1] 上。一个单元给出常数 f(0)；其余每个单元是两个格点正中的一级台阶，"
       "高 f(i/n) - f((i-1)/n)，台阶越多越陡。在 401 个点上的最大误差："});
  const RealFunction square = [](double x) { return x * x + 0.5; };
  const RealFunction jump = [](double x) { return x >= 0.5 ? 1.0 : 0.0; };
  std::vector<std::vector<std::string>> rows;
  PlanePicture built{.title = page.pick({"built by hand", "动手构造"})};
  built.series.push_back(curve("f", 0, 1, square));
  for (const std::size_t steps : {10u, 40u, 160u}) {
    const double slope = 4 * static_cast<double>(steps);
    const StepApproximation near_square = approximate_by_steps(square, steps, slope);
    // An odd number of steps puts one right on the jump; with an even one the error is 1.
    const StepApproximation near_jump = approximate_by_steps(jump, steps + 1, slope);
    const RealFunction at = [&](double x) { return near_square.at(x); };
    rows.push_back({std::to_string(steps + 1), decimal_text(slope, 0),
                    decimal_text(largest_error(at, square, 400), 4),
                    decimal_text(largest_error([&](double x) { return near_jump.at(x); }, jump, 400), 4)});
    if (steps == 10) built.series.push_back(curve("F, m = 11", 0, 1, at));
  }
  page.table({{"units m", "单元数 m"},
              {"slope w", "斜率 w"},
              {"largest error for x^2 + 0.5", "对 x^2 + 0.5 的最大误差"},
              {"for the jump I(x >= 1/2)", "对阶跃 I(x >= 1/2) 的最大误差"}},
             std::move(rows));
  page.say(
      {"The first error falls with m as far as one likes. The second, with one unit more so that a step "
       "stands "
       "right on the jump, does not go below 1/2, and cannot: a continuous F has one value at 1/2, and the "
       "jump has 0 on one side and 1 on the other.",
       "第一列误差随 m 增大而任意变小。第二列多用一个单元，使一级台阶正好落在跳跃处，但误差不会低于 "
       "1/2，也不可能低于：连续的 F 在 1/2 处只有一个值，"
       "而阶跃在一侧是 0、在另一侧是 1。"});
  page.heading({"Found by training", "由训练得到"});
  page.say(
      {"The theorem says that such weights exist, not that training finds them. Here tanh networks with a "
       "linear "
       "output learn f(x) = sin(6 x) + x^2 / 2 from 101 points of [-1, 1], 3,000 updates by adam with a rate "
       "that falls to 0:",
       "定理只说这样的权值存在，并没有说训练一定能找到。下面让带线性输出的 tanh 网络从 [-1, 1] 上的 101 "
       "个点学习 f(x) = sin(6 x) + x^2 / 2，adam 更新 3000 次，学习率逐渐降到 0："});
  const RealFunction wave = [](double x) { return elementary::sin(6 * x) + x * x / 2; };
  const Dataset<double> data = sampled(wave, -1, 1);
  TrainerOptions options = trainer(Loss::mean_squared_error, Rule::adam, 0.03, 3000, 0);
  options.schedule.kind = ScheduleKind::cosine;
  rows.clear();
  PlanePicture learned{.title = page.pick({"found by training", "由训练得到"})};
  learned.series.push_back(curve("f", -1, 1, wave));
  for (const std::size_t units : {1u, 2u, 4u, 8u}) {
    const Network network =
        make_mlp({.inputs = 1, .hidden = {units}, .outputs = 1, .hidden_activations = {Activation::tanh}});
    const TrainedNetwork trained = train_network(network, data, options, {.seed = 2});
    const RealFunction at = [&](double x) { return trained.outputs({&x, 1})[0]; };
    double largest = 0;
    for (std::size_t r = 0; r < data.rows(); ++r)
      largest = std::max(largest, std::abs(at(data.inputs(r, 0)) - data.targets(r, 0)));
    rows.push_back(
        {std::to_string(units), decimal_text(std::sqrt(trained.loss_on(data)), 4), decimal_text(largest, 4)});
    if (units <= 4) learned.series.push_back(curve("m = " + std::to_string(units), -1, 1, at));
  }
  page.table({{"hidden units m", "隐单元数 m"},
              {"typical error (rms)", "均方根误差"},
              {"largest error", "最大误差"}},
             std::move(rows));
  options.schedule.learning_rate = 0.2;
  const TrainedNetwork squashing = train_network(
      make_mlp({.inputs = 1, .hidden = {4}, .outputs = 1, .hidden_activations = {Activation::logistic}}),
      sampled(square, 0, 1), options);
  page.say({"Trained units are worth more than steps built by hand: 4 logistic units that learn x^2 + 0.5 "
            "from 101 points "
            "of [0, 1] have the largest error {0}, less than the 11 built above.",
            "训练出来的单元比手工台阶更划算：4 个逻辑斯谛单元从 [0, 1] 上的 101 个点学习 x^2 + "
            "0.5，最大误差为 {0}，"
            "小于上面手工构造的 11 个单元。"},
           {decimal_text(largest_error(
                             [&](double x) {
                               return squashing.outputs({&x, 1})[0];
                             },
                             square, 400),
                         4)});
  page.picture({"First: eleven units built by hand. Then: networks of 1, 2 and 4 trained units.",
                "先：手工构造的十一个单元。后：训练得到的 1、2、4 个单元的网络。"},
               {built, learned});
  page.try_next("chainrule data generate sine --rows 300 --noise 0 -o sine.csv",
                {"a curve to learn", "生成一条曲线"});
  page.try_next("chainrule train sine.csv --hidden 3 --activation tanh --learning-rate 0.02",
                {"three units", "三个单元"});
  page.try_next("chainrule train sine.csv --hidden 30 --activation tanh --learning-rate 0.02",
                {"ten times as many", "多十倍"});
}

// --- architecture ------------------------------------------------------------------------------------------

void write_architecture_sweep_lesson(LessonPage& page) {
  page.say(
      {"Depth is the number of layers, width the number of units in a layer; both are chosen, not learned. "
       "Three "
       "interleaved spirals, 210 points to learn from and 210 others to judge by, show what they do.",
       "深度是层数，宽度是每层的单元数；二者由人选定，不是学出来的。用三条交错的螺线来看它们的作用：210 "
       "个点用于学习，另外 210 个点用于评判。"});
  const Dataset<double> spirals =
                            dataset_of(generate_data(GeneratedData::spirals, {.rows = 210, .noise = 0.03})),
                        others = dataset_of(
                            generate_data(GeneratedData::spirals, {.rows = 210, .noise = 0.03, .seed = 2}));
  page.heading({"Depth times width", "深度与宽度"});
  const std::size_t widths[] = {2, 4, 8, 16};
  std::vector<Words> columns = {{"hidden layers", "隐层数"}};
  const std::string names[] = {page.pick({"2 wide", "宽 2"}), page.pick({"4 wide", "宽 4"}),
                               page.pick({"8 wide", "宽 8"}), page.pick({"16 wide", "宽 16"})};
  for (const std::string& name : names)
    columns.push_back({name, name});
  std::vector<std::vector<std::string>> rows;
  PlanePicture picture{.title = page.pick({"loss on the 210 others", "另外 210 个点上的损失"}),
                       .x_label = page.pick({"parameters", "参数个数"}),
                       .y_label = "",
                       .x_scale = AxisScale::logarithmic};
  for (const std::size_t depth : {0u, 1u, 2u, 3u}) {
    std::vector<std::string> row = {std::to_string(depth)};
    PlaneSeries series{.name = page.pick({"depth ", "深度 "}) + std::to_string(depth)};
    for (const std::size_t width : widths) {
      const Network network = two_classes(std::vector<std::size_t>(depth, width), Activation::tanh, 3);
      const TrainedNetwork trained =
          train_network(network, spirals, trainer(Loss::softmax_cross_entropy, Rule::adam, 0.02, 60, 32));
      row.push_back(percent_text(trained.accuracy_on(others)));
      series.points.push_back({static_cast<double>(trained.parameters.size()), trained.loss_on(others)});
      if (depth == 0) break;  // no hidden layer has no width
    }
    row.resize(5, page.pick({"-", "-"}));
    rows.push_back(std::move(row));
    if (depth == 0) series.marking = PlaneMarking::points;
    picture.series.push_back(std::move(series));
  }
  page.table(columns, std::move(rows));
  page.say(
      {"The share of the other points that is named rightly after 60 epochs. Without a hidden layer the "
       "network "
       "is logistic regression and draws straight lines only. A layer of two units is a bottleneck wherever "
       "it "
       "stands; beyond that width and depth can stand in for each other.",
       "表中是 60 轮之后对另外那些点判断正确的比例。没有隐层时网络就是逻辑斯谛回归，只能画直线。"
       "宽度为 2 的层无论在哪里都是瓶颈；再宽一些，宽度与深度便可以互相替代。"});
  const NetworkGraph graph = graph_of(two_classes({4, 4}, Activation::tanh, 3));
  const FeedForwardStructure structure = check_structure(graph);
  const auto yes = [&](bool holds) { return holds ? page.pick({"yes", "是"}) : page.pick({"no", "否"}); };
  page.heading({"The same as a graph", "把它看作图"});
  page.say({"2-4-4-3 has {0} units and {1} links. What makes it a fully connected feed-forward network can "
            "be read off "
            "the links: from each layer to the next only: {2}; none within a layer: {3}; every unit with "
            "every unit of "
            "the next layer: {4}; no way back: {5}.",
            "2-4-4-3 有 {0} 个单元、{1} "
            "条连接。全连接前馈网络的四个性质可以直接从连接看出：只从一层连到下一层：{2}；"
            "层内无连接：{3}；相邻层之间两两相连：{4}；没有回路：{5}。"},
           {std::to_string(graph.units()), std::to_string(graph.links.size()), yes(structure.is_layered),
            yes(structure.has_no_links_within_layers), yes(structure.is_complete_between_neighbours),
            yes(structure.is_acyclic)});
  page.heading({"Three choices that do not depend on each other", "三个互相独立的选择"});
  page.say(
      {"A network has three aspects: the activation rule, the topology, and the learning algorithm. Any of "
       "one "
       "goes with any of the others. Two moons, 100 points, 40 epochs, share of the points that is right:",
       "一个神经网络有三个方面：激活规则、拓扑结构、学习算法；任取其一都可与另外两者搭配。双月数据 100 个点，"
       "训练 40 轮，判断正确的比例："});
  const Dataset<double> moons = dataset_of(generate_data(GeneratedData::moons, {.rows = 100}));
  rows.clear();
  for (const Activation f : {Activation::logistic, Activation::tanh, Activation::relu}) {
    for (const std::vector<std::size_t>& hidden : {std::vector<std::size_t>{8}, {6, 6}}) {
      std::vector<std::string> row = {std::string(name_of(f)), hidden.size() == 1 ? "2-8-2" : "2-6-6-2"};
      for (const Rule rule : {Rule::gradient_descent, Rule::momentum, Rule::adam}) {
        const double rate = rule == Rule::gradient_descent ? 0.3 : rule == Rule::momentum ? 0.05 : 0.03;
        const TrainedNetwork trained = train_network(
            two_classes(hidden, f), moons, trainer(Loss::softmax_cross_entropy, rule, rate, 40, 10));
        row.push_back(percent_text(trained.accuracy_on(moons)));
      }
      rows.push_back(std::move(row));
    }
  }
  page.table({{"activation", "激活规则"},
              {"topology", "拓扑"},
              {"gradient_descent", "gradient_descent"},
              {"momentum", "momentum"},
              {"adam", "adam"}},
             std::move(rows));
  page.picture({"Loss on points not learned from, against the number of parameters.",
                "未参与学习的点上的损失，随参数个数的变化。"},
               {picture});
  page.try_next("chainrule data generate spirals -o spirals.csv", {"the spirals as a table", "把螺线存成表"});
  page.try_next("chainrule train spirals.csv --hidden 4 --activation tanh", {"narrow", "窄的"});
  page.try_next(
      "chainrule train spirals.csv --hidden 16,16,16 --activation tanh --optimizer momentum "
      "--learning-rate 0.02",
      {"deep, with another algorithm", "更深，并换一种算法"});
}

// --- regularisation ----------------------------------------------------------------------------------------

void write_regularisation_lesson(LessonPage& page) {
  page.say(
      {"A large network can learn a small table by heart, noise and all. The structural risk adds a price "
       "for "
       "large weights to the mean loss:",
       "大网络会把小表连同噪声一起背下来。结构风险在平均损失之外，为大的权值加上一个代价："});
  page.formulas(
      {"R(W, b) = (1/N) sum_n L(y_n, yhat_n) + 1/2 lambda |W|^2,   |W|^2 the sum of all squared weights",
       "W <- W - alpha (dL/dW + lambda W),   b <- b - alpha dL/db"});
  const Dataset<double> train_rows =
                            dataset_of(generate_data(GeneratedData::sine, {.rows = 16, .noise = 0.25})),
                        others = dataset_of(
                            generate_data(GeneratedData::sine, {.rows = 200, .noise = 0, .seed = 7}));
  const Network network =
      make_mlp({.inputs = 1, .hidden = {24}, .outputs = 1, .hidden_activations = {Activation::tanh}});
  const LossOptions loss{.kind = Loss::mean_squared_error};

  page.heading({"One step: weights are drawn to 0, biases are not", "一步更新：权值被拉向 0，偏置不受影响"});
  constexpr double kLambda = 0.1, kRate = 0.05;
  std::vector<double> parameters(parameter_count(network));
  initialize_parameters<double>(network, {.seed = 3}, parameters);
  parameters[24] = 0.5;  // the first bias
  const LossAndGradient data_part = loss_and_gradient(network, parameters, loss, train_rows);
  std::vector<double> whole = data_part.gradient;
  const std::vector<ParameterRange> weights = weight_ranges(network);
  const PenaltyOptions penalised{.l2 = kLambda};
  add_penalty_gradient<double>({}, penalised, weights, parameters, whole);
  std::vector<std::vector<std::string>> rows;
  for (const auto& [name, i] : {std::pair<std::string, std::size_t>{"w_1", 0}, {"b_1", 24}, {"v_1", 48}}) {
    rows.push_back({name, decimal_text(parameters[i], 4), decimal_text(data_part.gradient[i], 4),
                    decimal_text(whole[i] - data_part.gradient[i], 4), decimal_text(whole[i], 4),
                    decimal_text(parameters[i] - kRate * whole[i], 4)});
  }
  page.table({{"parameter", "参数"},
              {"value", "值"},
              {"dL/d.", "dL/d."},
              {"lambda times it", "乘以 lambda"},
              {"dR/d.", "dR/d."},
              {"after the step", "更新后"}},
             std::move(rows));
  const double risk = data_part.loss + penalty<double>({}, penalised, weights, parameters);
  page.say({"lambda = {0}, alpha = {1}. The mean loss is {2}, 1/2 lambda |W|^2 is {3}, so R = {4}.",
            "lambda = {0}，alpha = {1}。平均损失为 {2}，1/2 lambda |W|^2 为 {3}，故 R = {4}。"},
           {decimal_text(kLambda, 2), decimal_text(kRate, 2), decimal_text(data_part.loss, 4),
            decimal_text(risk - data_part.loss, 4), decimal_text(risk, 4)});

  page.heading({"How large should lambda be?", "lambda 该取多大？"});
  page.say(
      {"A 1-24-1 tanh network learns 16 noisy points of sin x, 3,000 updates by adam, and is judged on 200 "
       "points "
       "of the true curve:",
       "1-24-1 的 tanh 网络学习 sin x 的 16 个带噪声的点，adam 更新 3000 次，再用真实曲线上的 200 "
       "个点评判："});
  rows.clear();
  PlanePicture picture{.title = page.pick({"what was learned, by lambda", "不同 lambda 学到的曲线"})};
  PlanePicture losses{.title = page.pick({"mean loss against lambda", "平均损失与 lambda"}),
                      .x_label = "lambda",
                      .y_label = "",
                      .x_scale = AxisScale::logarithmic,
                      .y_scale = AxisScale::logarithmic};
  losses.series = {{.name = page.pick({"16 learned", "学习的 16 点"})},
                   {.name = page.pick({"200 others", "另外 200 点"})}};
  for (const double lambda : {0.0, 0.0001, 0.001, 0.01, 0.1, 1.0}) {
    TrainerOptions options = trainer(Loss::mean_squared_error, Rule::adam, 0.01, 3000, 0);
    options.penalty.l2 = lambda;
    const TrainedNetwork trained = train_network(network, train_rows, options, {.seed = 3});
    const double learned = trained.loss_on(train_rows), judged = trained.loss_on(others);
    const double squared = squared_norm(network, trained.parameters, ParameterRole::weight);
    rows.push_back({lambda == 0 ? "0" : format_number(lambda), decimal_text(learned, 4),
                    decimal_text(learned + lambda * squared / 2, 4), decimal_text(judged, 4),
                    decimal_text(squared, 3),
                    decimal_text(squared_norm(network, trained.parameters, ParameterRole::bias), 3)});
    if (lambda > 0) {
      losses.series[0].points.push_back({lambda, learned});
      losses.series[1].points.push_back({lambda, judged});
    }
    if (lambda == 0 || lambda == 0.01 || lambda == 1) {
      picture.series.push_back(
          curve(format_number(lambda), -std::numbers::pi, std::numbers::pi, [&](double x) {
            return trained.outputs({&x, 1})[0];
          }));
    }
  }
  picture.series.push_back(points(
      page.pick({"points", "学习点"}), train_rows, [](std::size_t) { return true; },
      [&](std::size_t r) {
        return SvgPoint{train_rows.inputs(r, 0), train_rows.targets(r, 0)};
      }));
  page.table({{"lambda", "lambda"},
              {"mean loss, learned", "平均损失（学习点）"},
              {"R", "R"},
              {"mean loss, others", "平均损失（其他点）"},
              {"|W|^2", "|W|^2"},
              {"|b|^2", "|b|^2"}},
             std::move(rows));
  page.say(
      {"The loss on what was learned only grows with lambda, |W|^2 shrinks, and the loss on the others has "
       "its "
       "lowest place in between: too little price and the noise is learned, too much and nothing is.",
       "随着 lambda 增大，学习点上的损失只增不减，|W|^2 不断缩小，而其他点上的损失在中间某处最低："
       "代价太小会把噪声学进去，太大则什么也学不到。"});
  page.picture({"Curves learned with three prices, and the loss against lambda.",
                "三种代价下学到的曲线，以及损失随 lambda 的变化。"},
               {picture, losses});
  page.try_next("chainrule data generate sine --rows 40 --noise 0.3 -o small.csv",
                {"few noisy rows", "少量带噪声的数据"});
  page.try_next(
      "chainrule train small.csv --hidden 64 --activation tanh --patience 0 --learning-rate 0.01 --epochs "
      "500",
      {"no price: compare the loss on training and held-out rows", "没有代价：比较训练行与留出行的损失"});
  page.try_next(
      "chainrule train small.csv --hidden 64 --activation tanh --patience 0 --learning-rate 0.01 --epochs "
      "500 "
      "--l2 0.003",
      {"with one", "加上代价"});
}

// --- two moons ---------------------------------------------------------------------------------------------

void write_two_moons_lesson(LessonPage& page) {
  page.say(
      {"A network with one tanh layer and a softmax output learns to tell two moons apart. Rows are samples, "
       "as "
       "in the document: x is [N][2].",
       "一个 tanh 隐层加 softmax 输出的网络学习区分两弯月牙。与文档一致，每行是一个样本：x 为 [N][2]。"});
  page.formulas({"z1 = x W1 + b1    a1 = tanh(z1)    z2 = a1 W2 + b2    yhat = softmax(z2)",
                 "L = -(1/N) sum_n sum_i y_ni log yhat_ni",
                 "d3 = (yhat - y) / N          dW2 = a1^T d3    db2 = d3 summed over the rows",
                 "d2 = (1 - a1^2) * d3 W2^T    dW1 = x^T d2     db1 = d2 summed over the rows"});
  const Dataset<double> moons = dataset_of(generate_data(GeneratedData::moons, {.rows = 200, .noise = 0.2}));
  const Network network = two_classes({8}, Activation::tanh);
  const LossOptions loss{.kind = Loss::softmax_cross_entropy};
  std::vector<double> parameters(parameter_count(network));
  initialize_parameters<double>(network, {}, parameters);
  page.heading({"Three slips in the document's gradients", "文档梯度公式中的三处笔误"});
  const LossAndGradient start = loss_and_gradient(network, parameters, loss, moons);
  constexpr double kRate = 0.1;
  const auto loss_after = [&](double factor) {
    return loss_and_gradient(network, moved(parameters, start.gradient, factor), loss, moons).loss;
  };
  page.table(
      {{"step with eta = 0.1", "取 eta = 0.1 走一步"}, {"loss", "损失"}},
      {{page.pick({"before", "之前"}), decimal_text(start.loss, 5)},
       {page.pick({"d3 = (yhat - y) / N", "d3 = (yhat - y) / N"}), decimal_text(loss_after(-kRate), 5)},
       {page.pick({"d3 = (y - yhat) / N, the printed sign", "d3 = (y - yhat) / N，印刷的符号"}),
        decimal_text(loss_after(kRate), 5)},
       {page.pick({"d3 = yhat - y, the printed size", "d3 = yhat - y，印刷的大小"}),
        decimal_text(loss_after(-kRate * static_cast<double>(moons.rows())), 5)}});
  const double norm = std::sqrt(sum_of_squares<double>({}, start.gradient));
  page.say({"With the printed sign, y - yhat, the loss rises. Without 1/N the gradient is {0} long instead "
            "of {1}, N = "
            "{2} times too long for this loss. And the printed db = d is a matrix with one row a sample, "
            "where b has "
            "one row: it must be summed.",
            "若用印刷的符号 y - yhat，损失会上升。若缺少 1/N，梯度长 {0} 而不是 {1}，对这个损失来说大了 N = "
            "{2} 倍。"
            "印刷的 db = d 是每个样本一行的矩阵，而 b 只有一行：必须对行求和。"},
           {decimal_text(norm * static_cast<double>(moons.rows()), 4), decimal_text(norm, 4),
            std::to_string(moons.rows())});
  page.heading({"Training in batches", "成批训练"});
  page.say({"Gradient descent over all 200 points at once, rate 1, 600 updates:",
            "用梯度下降一次学习全部 200 个点，学习率 1，更新 600 次："});
  const TrainedNetwork trained =
      train_network(network, moons, trainer(Loss::softmax_cross_entropy, Rule::gradient_descent, 1, 600, 0));
  const TrainedNetwork straight =
      train_network(two_classes({}, Activation::tanh), moons,
                    trainer(Loss::softmax_cross_entropy, Rule::gradient_descent, 1, 600, 0));
  std::vector<std::vector<std::string>> rows;
  for (const std::size_t epoch : {1u, 10u, 50u, 100u, 300u, 600u}) {
    rows.push_back({std::to_string(epoch), decimal_text(trained.history.epochs[epoch - 1].training_loss, 4)});
  }
  page.table({{"update", "更新"}, {"loss before it", "更新前的损失"}}, std::move(rows));
  const Dataset<double> fresh =
      dataset_of(generate_data(GeneratedData::moons, {.rows = 200, .noise = 0.2, .seed = 2}));
  page.say({"It is right on {0} of the points it learned from and on {1} of 200 others. The same without the "
            "hidden "
            "layer, which draws one straight line, is right on {2} and {3}.",
            "它在学习过的点上正确率为 {0}，在另外 200 个点上为 {1}。去掉隐层就只能画一条直线，正确率为 {2} "
            "和 {3}。"},
           {percent_text(trained.accuracy_on(moons)), percent_text(trained.accuracy_on(fresh)),
            percent_text(straight.accuracy_on(moons)), percent_text(straight.accuracy_on(fresh))});
  PlanePicture losses{
      .title = page.pick({"loss", "损失"}), .x_label = page.pick({"update", "更新"}), .y_label = ""};
  losses.series = {loss_curve(trained.history, "2-8-2"), loss_curve(straight.history, "2-2")};
  page.picture({"Which class the network answers, with and without the hidden layer, and the loss.",
                "网络在平面上的回答（有隐层与无隐层），以及损失曲线。"},
               {decision_picture("2-8-2", trained, moons), decision_picture("2-2", straight, moons), losses});
  page.try_next("chainrule data generate moons --noise 0.2 -o moons.csv",
                {"the moons as a table", "把月牙存成表"});
  page.try_next(
      "chainrule train moons.csv --hidden 8 --activation tanh --optimizer gradient_descent --learning-rate 1 "
      "--batch-size all --report moons.html",
      {"the same training, with a page of pictures", "同样的训练，并生成带图的页面"});
  page.try_next("chainrule train moons.csv --hidden 3 --activation tanh",
                {"are three units enough?", "三个单元够吗？"});
}

}  // namespace chainrule
