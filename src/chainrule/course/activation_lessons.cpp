#include "chainrule/course/activation_lessons.h"

#include <algorithm>

#include "chainrule/course/lesson_training.h"
#include "chainrule/course/vanishing_gradient.h"
#include "chainrule/data/generators.h"
#include "chainrule/explain/number_text.h"
#include "chainrule/io/report_words.h"
#include "chainrule/model/layer_parameters.h"
#include "chainrule/tensor/elementary.h"
#include "chainrule/train/gradient_health.h"

namespace chainrule {
namespace {

struct Point {
  double f = 0, slope = 0;
};

Point at(Activation f, double parameter, double x) {
  const Compute plain{.path = KernelPath::plain};
  const double one = 1;
  Point point;
  activate<double>(plain, f, {&parameter, 1}, {&x, 1, 1}, {&point.f, 1, 1});
  activate_backward<double>(plain, f, {&parameter, 1}, {&x, 1, 1}, {&point.f, 1, 1}, {&one, 1, 1},
                            {&point.slope, 1, 1});
  return point;
}

Point at(Activation f, double x) {
  return at(f, properties_of(f).default_parameter, x);
}

std::string word(Activation f) {
  return std::string(name_of(f));
}

// --- activations -------------------------------------------------------------------------------------------

struct Shown {
  Activation f;
  std::string_view derivative;
};

constexpr Shown kShown[] = {
    {Activation::logistic, "f (1 - f)"},
    {Activation::tanh, "1 - f^2"},
    {Activation::bipolar_sigmoid, "(1 - f^2) / 2"},
    {Activation::relu, "I(x > 0)"},
    {Activation::leaky_relu, "I(x > 0) + g I(x <= 0)"},
    {Activation::prelu, "I(x > 0) + g_i I(x <= 0)"},
    {Activation::elu, "I(x > 0) + g e^x I(x <= 0)"},
    {Activation::softplus, "logistic(x)"},
    {Activation::swish, "s + b x s (1 - s), s = logistic(b x)"},
};

constexpr double kPoints[] = {-5, -1, -0.5, 0, 0.5, 1, 5};

void table_of_points(LessonPage& page, double Point::*what) {
  std::vector<std::vector<std::string>> rows;
  for (const Shown& shown : kShown) {
    std::vector<std::string> row = {word(shown.f)};
    for (const double x : kPoints)
      row.push_back(decimal_text(at(shown.f, x).*what, 4));
    rows.push_back(std::move(row));
  }
  page.table({{"x", "x"},
              {"-5", "-5"},
              {"-1", "-1"},
              {"-0.5", "-0.5"},
              {"0", "0"},
              {"0.5", "0.5"},
              {"1", "1"},
              {"5", "5"}},
             std::move(rows));
}

PlaneSeries curve_of(Activation f, double Point::*what) {
  PlaneSeries series{.name = word(f)};
  for (int i = -80; i <= 80; ++i)
    series.points.push_back({0.05 * i, at(f, 0.05 * i).*what});
  return series;
}

PlanePicture curves(std::string title, const std::vector<Activation>& functions, double Point::*what) {
  PlanePicture picture{.title = std::move(title)};
  for (const Activation f : functions)
    picture.series.push_back(curve_of(f, what));
  return picture;
}

// --- first weights -----------------------------------------------------------------------------------------

std::vector<std::string> row_text(std::string name, std::span<const double> values) {
  std::vector<std::string> row = {std::move(name)};
  for (const double value : values)
    row.push_back(decimal_text(value, 6));
  return row;
}

// Weights to unit j of a layer: column j of [inputs][outputs].
std::vector<double> weights_to(MatrixView<const double> w, std::size_t j) {
  std::vector<double> values;
  for (std::size_t k = 0; k < w.rows; ++k)
    values.push_back(w(k, j));
  return values;
}

// --- vanishing ---------------------------------------------------------------------------------------------

constexpr Activation kChains[] = {Activation::logistic, Activation::tanh, Activation::softplus,
                                  Activation::relu, Activation::identity};

// How long the delta is in the first layer, for a last layer's of 1, before anything was learned.
double first_ratio(const History& history) {
  return *delta_length(history.first_step.front()) / *delta_length(history.first_step.back());
}

}  // namespace

void write_activations_lesson(LessonPage& page) {
  page.say(
      {"The lectures ask three things of an activation function: it is continuous, has a derivative but at a "
       "few "
       "points, and is not linear; function and derivative are simple; and the derivative is neither too "
       "small nor "
       "too large. Here are the functions at seven points, calculated now, with g = 0.01 for leaky_relu, g = "
       "0.25 "
       "for prelu, g = 1 for elu and b = 1 for swish.",
       "讲义对激活函数提出三点要求：连续、除少数点外可导、非线性；函数与导数形式简单；导数的取值既不过小也不"
       "过大。"
       "下面是各函数在七个点上的值（现场计算）：leaky_relu 取 g = 0.01，prelu 取 g = 0.25，elu 取 g = 1，"
       "swish 取 b = 1。"});
  page.heading({"Values f(x)", "函数值 f(x)"});
  table_of_points(page, &Point::f);
  page.heading({"Derivatives f'(x)", "导数值 f'(x)"});
  table_of_points(page, &Point::slope);
  page.heading({"What each is like", "各函数的性质"});
  std::vector<std::vector<std::string>> facts;
  for (const Shown& shown : kShown) {
    const ActivationProperties properties = properties_of(shown.f);
    facts.push_back(
        {word(shown.f), std::string(shown.derivative), decimal_text(properties.derivative_minimum, 4),
         decimal_text(properties.derivative_maximum, 4), decimal_text(at(shown.f, -1e-300).slope, 2),
         decimal_text(at(shown.f, 0).slope, 2), decimal_text(at(shown.f, 1e-300).slope, 2)});
  }
  page.table({{"function", "函数"},
              {"derivative", "导数公式"},
              {"lowest f'", "f' 下界"},
              {"highest f'", "f' 上界"},
              {"left of 0", "0 左侧"},
              {"at 0", "0 处"},
              {"right of 0", "0 右侧"}},
             std::move(facts));
  page.say(
      {"Where left and right differ there is a kink; at the kink the branch x <= 0 counts, as the lecture's "
       "table "
       "I(x > 0) says: relu'(0) = 0 and elu'(0) = g. The table of the lecture leaves out the derivatives of "
       "leaky_relu, prelu and swish; they are above. prelu's g_i is learned, one a unit, and swish's b on "
       "request.",
       "左右导数不同之处即为折点；折点处取 x <= 0 的分支，与讲义表中的 I(x > 0) 一致：relu'(0) = 0，elu'(0) "
       "= g。"
       "讲义的表漏了 leaky_relu、prelu 和 swish 的导数，上表已补全。prelu 的 g_i 每个神经元一个、可学习；"
       "swish 的 b 也可选择学习。"});
  page.say(
      {"The bipolar sigmoid is tanh at half the argument: at x = 1 it gives {0}, and tanh(1/2) is {1}. The "
       "logistic's slope is {2} at 0 and less everywhere else: its range is (0, 1/4], and tanh's (0, 1].",
       "双极性 S 形函数就是自变量减半的 tanh：x = 1 时它等于 {0}，而 tanh(1/2) 等于 {1}。逻辑斯谛函数在 0 "
       "处斜率为 {2}，其他各处更小：取值范围是 (0, 1/4]，tanh 的是 (0, 1]。"},
      {decimal_text(at(Activation::bipolar_sigmoid, 1).f, 6), decimal_text(at(Activation::tanh, 0.5).f, 6),
       decimal_text(at(Activation::logistic, 0).slope, 2)});
  const double minus = at(Activation::elu, -1, -1).f;
  const double by_maximum = std::max(0.0, -1.0) + std::min(0.0, -1 * elementary::expm1(-1.0));
  page.say(
      {"A slip of the lecture: elu as max(0, x) + min(0, g (e^x - 1)) is right for g >= 0 only. For g = -1 "
       "at "
       "x = -1 the two branches give {0}, that formula {1}.",
       "讲义的一处疏漏：把 elu 写成 max(0, x) + min(0, g (e^x - 1)) 只在 g >= 0 时成立。取 g = -1、x = -1，"
       "分段定义给出 {0}，而该式给出 {1}。"},
      {decimal_text(minus, 3), decimal_text(by_maximum, 3)});
  page.say(
      {"Far from 0 a careless exp(x)/(1 + exp(x)) divides infinity by infinity. Here logistic(-800) = {0}, "
       "logistic(800) = {1}, softplus(800) = {2}, tanh(-400) = {3}.",
       "离 0 很远时，随手写的 exp(x)/(1 + exp(x)) 会变成无穷除以无穷。这里 logistic(-800) = {0}，"
       "logistic(800) = {1}，softplus(800) = {2}，tanh(-400) = {3}。"},
      {decimal_text(at(Activation::logistic, -800).f, 2), decimal_text(at(Activation::logistic, 800).f, 2),
       decimal_text(at(Activation::softplus, 800).f, 2), decimal_text(at(Activation::tanh, -400).f, 2)});
  using enum Activation;
  page.picture({"Squashing functions, the relu family, and derivatives.", "S 形函数、relu 一族以及导数。"},
               {curves("f(x)", {logistic, tanh, bipolar_sigmoid}, &Point::f),
                curves("f(x)", {relu, prelu, elu, softplus, swish}, &Point::f),
                curves("f'(x)", {logistic, tanh, relu, softplus, swish}, &Point::slope)});
  page.try_next("chainrule graph \"1/(1+exp(-x))\" x=0.5",
                {"the logistic and its slope, gate by gate", "逐门计算逻辑斯谛函数及其斜率"});
  page.try_next("chainrule data generate moons -o moons.csv",
                {"a table to learn from", "生成一张供学习的表"});
  page.try_next("chainrule train moons.csv --activation swish --swish-beta learnable --epochs 30",
                {"a network that learns its own b", "让网络自己学习 b"});
  page.try_next("chainrule lesson vanishing-gradient",
                {"what small slopes do in deep networks", "斜率小，深层网络会怎样"});
}

void write_first_weights_lesson(LessonPage& page) {
  page.say(
      {"Weights start as small random numbers and never all alike. Why: a 3-3-2 network of logistic units "
       "whose "
       "weights and biases all start at 0.5 is shown one sample, x = (0.5, -0.25, 0.75), t = (0.25, 0.75), "
       "50 "
       "times with learning rate 0.5.",
       "权值应以小的随机数开始，绝不能全部相同。为什么：一个 3-3-2 的逻辑斯谛网络，权值与偏置全取 0.5，"
       "把样本 x = (0.5, -0.25, 0.75)、t = (0.25, 0.75) 学习 50 次，学习率 0.5。"});
  Dataset<double> sample{.inputs = Matrix<double>(1, 3), .targets = Matrix<double>(1, 2)};
  const double x[] = {0.5, -0.25, 0.75}, t[] = {0.25, 0.75};
  std::copy_n(x, 3, sample.inputs.row(0));
  std::copy_n(t, 2, sample.targets.row(0));
  const Network network = make_mlp({.inputs = 3,
                                    .hidden = {3},
                                    .outputs = 2,
                                    .hidden_activations = {Activation::logistic},
                                    .output_activation = Activation::logistic});
  TrainerOptions options{.loss = {.kind = Loss::half_squared_error},
                         .optimizer = {.rule = Rule::gradient_descent},
                         .stopping = {.epochs = 50},
                         .batch_size = 0};
  options.schedule.learning_rate = 0.5;
  AlignedVector<double> parameters(parameter_count(network), 0.5);
  require_not_diverged(
      train<double>({.path = KernelPath::plain}, network, options, sample, nullptr, {}, {}, parameters));
  const auto& hidden = std::get<Dense>(network.layers[0]);
  const std::span<const double> all(parameters);
  const auto first = dense_parameters<const double>(hidden, all);
  const auto second =
      dense_parameters<const double>(std::get<Dense>(network.layers[1]), all.subspan(first.size()));
  page.heading({"After 50 updates", "50 次更新之后"});
  std::vector<std::vector<std::string>> rows;
  for (std::size_t j = 0; j < 3; ++j) {
    std::string name = page.pick({"to hidden unit ", "到隐单元 "}) + std::to_string(j + 1);
    rows.push_back(row_text(std::move(name), weights_to(first.w, j)));
  }
  for (std::size_t j = 0; j < 2; ++j) {
    std::string name = page.pick({"to output ", "到输出 "}) + std::to_string(j + 1);
    rows.push_back(row_text(std::move(name), weights_to(second.w, j)));
  }
  page.table({{"weights", "权值"}, {"from 1", "来自 1"}, {"from 2", "来自 2"}, {"from 3", "来自 3"}},
             std::move(rows));
  page.say(
      {"The three hidden units are still one unit, to the last bit: equal weights give equal outputs, equal "
       "deltas, equal gradients. The lecture says that w_ij has the same value for all i, the unit it leads "
       "to: that holds in a hidden layer, whose rows are alike. In the output layer the two rows differ, "
       "because the two targets do, and "
       "the columns stay equal.",
       "三个隐单元仍然是同一个，连最后一位都相同：权值相同则输出相同、delta 相同、梯度相同。讲义说 w_ij "
       "对所有 i（所通向的"
       "单元）取同一值：这对隐层成立，其各行相同。输出层的两行因目标不同而不同，相等的是各列。"});
  page.heading({"All zero is worse", "全零更糟"});
  std::fill(parameters.begin(), parameters.end(), 0.0);
  const GradientHealth zero =
      measure_gradient_health<double>({.path = KernelPath::plain}, network, parameters, options.loss, sample);
  page.say({"From zero weights no delta comes down at all: its rms is {0} in the hidden layer and {1} in the "
            "output "
            "layer.",
            "若权值全为零，delta 根本传不下来：隐层的均方根为 {0}，输出层为 {1}。"},
           {decimal_text(*zero.layers[0].gradient.delta_rms, 4),
            decimal_text(*zero.layers[1].gradient.delta_rms, 4)});
  page.heading({"What it costs", "代价"});
  page.say(
      {"Exclusive or needs two different hidden units. A 2-4-1 network of tanh and logistic units after 400 "
       "updates by adam, rate 0.05, from equal and from random first weights:",
       "异或需要两个不同的隐单元。2-4-1 的 tanh 与逻辑斯谛网络，adam 学习率 0.05，更新 400 次，"
       "分别从相同的与随机的权值开始："});
  const Dataset<double> gate = dataset_of(generate_data(GeneratedData::xor_gate, {}));
  const Network small = make_mlp({.inputs = 2,
                                  .hidden = {4},
                                  .outputs = 1,
                                  .hidden_activations = {Activation::tanh},
                                  .output_activation = Activation::logistic});
  TrainerOptions adam{
      .loss = {.kind = Loss::binary_cross_entropy}, .stopping = {.epochs = 400}, .batch_size = 0};
  adam.schedule.learning_rate = 0.05;
  std::vector<std::vector<std::string>> starts;
  PlanePicture losses{.title = page.pick({"loss", "损失"}),
                      .x_label = page.pick({"update", "更新"}),
                      .y_label = "",
                      .y_scale = AxisScale::logarithmic};
  for (const Initializer kind : {Initializer::constant, Initializer::small_random}) {
    const TrainedNetwork trained = train_network(small, gate, adam, {.kind = kind, .scale = 0.5});
    std::vector<std::string> row = {std::string(name_of(kind))};
    for (std::size_t r = 0; r < 4; ++r)
      row.push_back(decimal_text(trained.outputs({gate.inputs.row(r), 2})[0], 3));
    row.push_back(decimal_text(trained.loss_on(gate), 4));
    starts.push_back(std::move(row));
    losses.series.push_back(loss_curve(trained.history, std::string(name_of(kind))));
  }
  std::vector<Words> columns = {{"first weights", "初始权值"}};
  const std::string cells[] = {"0 0", "0 1", "1 0", "1 1"};
  for (const std::string& cell : cells)
    columns.push_back({cell, cell});
  columns.push_back({"loss", "损失"});
  page.table(columns, std::move(starts));
  page.picture({"Loss of exclusive or from equal and from random first weights.",
                "异或的损失：初始权值相同与随机的对比。"},
               {losses});
  page.try_next("chainrule data generate moons -o moons.csv",
                {"a table to learn from", "生成一张供学习的表"});
  page.try_next("chainrule train moons.csv --initializer constant --epochs 20",
                {"training notices: all units compute the same", "训练会发现：所有单元算的都一样"});
  page.try_next("chainrule train moons.csv --epochs 20", {"the same from random weights", "换成随机权值"});
}

void write_vanishing_gradient_lesson(LessonPage& page) {
  page.say(
      {"Back-propagation multiplies the delta by w f'(z) at every layer: delta_l = w delta_(l+1) f'(z_l). "
       "Twelve "
       "units in a chain, all weights 1, biases 0, x = 0.5, target 0, E = half the squared error, show what "
       "that product does.",
       "反向传播每过一层都把 delta 乘上 w f'(z)：delta_l = w delta_(l+1) f'(z_l)。把十二个单元串成一条链，"
       "权值全为 1，偏置为 0，x = 0.5，目标为 0，E 取平方误差的一半，看这个连乘积的效果。"});
  page.heading({"The delta, layer by layer", "逐层的 delta"});
  std::vector<std::vector<double>> chains;
  for (const Activation f : kChains)
    chains.push_back(chain_deltas({.activation = f}));
  std::vector<Words> columns = {{"layer", "层"}};
  for (const Activation f : kChains)
    columns.push_back({name_of(f), name_of(f)});
  std::vector<std::vector<std::string>> rows;
  for (std::size_t l = 0; l < chains[0].size(); ++l) {
    std::vector<std::string> row = {std::to_string(l + 1)};
    for (const std::vector<double>& deltas : chains)
      row.push_back(decimal_text(deltas[l], 4));
    rows.push_back(std::move(row));
  }
  std::vector<std::string> ratios = {page.pick({"first / last", "首层 / 末层"})};
  for (const std::vector<double>& deltas : chains)
    ratios.push_back(decimal_text(deltas.front() / deltas.back(), 4));
  rows.push_back(std::move(ratios));
  page.table(columns, std::move(rows));
  const double quarter = properties_of(Activation::logistic).derivative_maximum;
  double product = 1;
  for (int i = 0; i < 10; ++i)
    product *= quarter;
  page.say(
      {"The slope of logistic is at most 1/4, so ten layers shrink a delta to {0} of itself at most, twenty "
       "to {1}. "
       "tanh' "
       "lies in (0, 1]: it is 1 at 0 only, so tanh fades more slowly. relu's slope is exactly 1 where z > 0 "
       "(and 0 elsewhere: it is not linear), softplus' slope is logistic(z) and below 1, which is why "
       "softplus "
       "does not reach a ratio of 1.",
       "逻辑斯谛的斜率至多 1/4，所以十层之后 delta 至多剩 {0}，二十层至多剩 {1}。tanh' 属于 (0, 1]，只在 0 "
       "处等于 1，因此衰减较慢。relu 在 z > 0 时斜率恰为 1（其余为 0，它并非线性函数）；softplus 的斜率是 "
       "logistic(z)，小于 1，所以它的比值达不到 1。"},
      {decimal_text(product, 4), decimal_text(product * product, 4)});
  page.say(
      {"The factor is w f'(z), not f'(z) alone: with w = 5 at z = 0 a logistic layer multiplies by {0}, and "
       "the "
       "gradient grows.",
       "每层的因子是 w f'(z) 而不只是 f'(z)：w = 5、z = 0 时，逻辑斯谛层把 delta 乘以 {0}，梯度反而增大。"},
      {decimal_text(5 * at(Activation::logistic, 0).slope, 2)});

  page.heading(
      {"A deep network that does not learn, and the same one that does", "学不动的深层网络与学得动的"});
  page.say(
      {"Twelve hidden layers of 16 units on 200 points of the two moons, 60 epochs by adam. Only the "
       "activation "
       "differs. Before the first update the delta in the first layer is already this long against the last "
       "layer's:",
       "十二个隐层、每层 16 个单元，学习双月数据的 200 个点，adam 训练 60 轮，只有激活函数不同。"
       "第一次更新之前，首层 delta 与末层 delta 的长度之比已经如下："});
  const Dataset<double> moons = dataset_of(generate_data(GeneratedData::moons, {.rows = 200}));
  TrainerOptions options{.loss = {.kind = Loss::softmax_cross_entropy}, .stopping = {.epochs = 60}};
  options.schedule.learning_rate = 0.003;
  std::vector<std::vector<std::string>> nets;
  PlanePicture losses{.title = page.pick({"loss", "损失"}),
                      .x_label = page.pick({"epoch", "轮"}),
                      .y_label = "",
                      .y_scale = AxisScale::logarithmic};
  for (const Activation f :
       {Activation::logistic, Activation::tanh, Activation::softplus, Activation::relu}) {
    const Network network = make_mlp({.inputs = 2,
                                      .hidden = std::vector<std::size_t>(12, 16),
                                      .outputs = 2,
                                      .hidden_activations = {f},
                                      .output_activation = Activation::softmax});
    const TrainedNetwork trained = train_network(network, moons, options);
    nets.push_back({word(f), decimal_text(first_ratio(trained.history), 4),
                    decimal_text(trained.loss_on(moons), 4), percent_text(trained.accuracy_on(moons))});
    losses.series.push_back(loss_curve(trained.history, word(f)));
  }
  page.table({{"hidden units", "隐单元"},
              {"delta, first / last", "delta，首层 / 末层"},
              {"loss after training", "训练后的损失"},
              {"right", "正确率"}},
             std::move(nets));
  page.say({"The logistic network answers both classes with 1/2, a loss of log 2 = {0}: its lower layers got "
            "nothing "
            "to learn from.",
            "逻辑斯谛网络对两类都回答 1/2，损失为 log 2 = {0}：它的底层没有得到可学的信号。"},
           {decimal_text(elementary::log(2.0), 4)});
  PlanePicture picture{.title = "|delta|",
                       .x_label = page.pick({"layer", "层"}),
                       .y_label = "",
                       .y_scale = AxisScale::logarithmic};
  for (std::size_t i = 0; i < chains.size(); ++i) {
    if (kChains[i] == Activation::identity) continue;  // lies on relu
    PlaneSeries series{.name = word(kChains[i])};
    for (std::size_t l = 0; l < chains[i].size(); ++l)
      series.points.push_back({static_cast<double>(l + 1), chains[i][l]});
    picture.series.push_back(std::move(series));
  }
  page.picture({"First: the delta in chains of twelve units, first layer on the left; identity lies on relu. "
                "Then: the "
                "loss of the deep networks.",
                "先：十二个单元的链中的 delta，左端为首层，identity 与 relu 重合。后：各深层网络的损失。"},
               {picture, losses});
  const std::string deep = "--hidden 16,16,16,16,16,16,16,16,16,16,16,16";
  page.try_next("chainrule data generate moons -o moons.csv",
                {"a table to learn from", "生成一张供学习的表"});
  page.try_next("chainrule train moons.csv " + deep + " --activation logistic -o deep.safetensors",
                {"training says that the gradient vanishes, and where", "训练会指出梯度在哪里消失"});
  page.try_next("chainrule inspect deep.safetensors --gradients moons.csv",
                {"every layer's delta, slope and gradient", "各层的 delta、斜率与梯度"});
  page.try_next("chainrule train moons.csv " + deep + " --activation relu", {"the remedy", "补救办法"});
}

}  // namespace chainrule
