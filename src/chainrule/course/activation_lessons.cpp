// The lessons on the properties of activation functions, on initial weights, and on depth.
//
//   activations          f and f' at seven points, ranges and kinks, and careless formulas far from 0
//   first-weights        equal weights give equal deltas: two units of a layer stay identical for ever
//   vanishing-gradient   delta_l = w delta_(l+1) f'(z_l): products of factors below 1 (vanishing_gradient.h)
//
// Source: document 001, lines 56 to 106 (S1.5 to S1.14, slips E1.3, E1.4), 592 (S1.54, E1.15) and 636 to 650
// (S1.59, S1.60, E1.18 to E1.21).
#include "chainrule/course/activation_lessons.h"

#include <algorithm>

#include "chainrule/course/lesson_training.h"
#include "chainrule/course/texts.h"
#include "chainrule/course/vanishing_gradient.h"
#include "chainrule/data/generators.h"
#include "chainrule/explain/number_text.h"
#include "chainrule/io/report_words.h"
#include "chainrule/model/dense.h"
#include "chainrule/tensor/activation_kernels.h"
#include "chainrule/tensor/math_functions.h"
#include "chainrule/train/gradient_health.h"

namespace chainrule {
namespace {

// The value and the slope of an activation at one point.
struct Point {
  double f = 0, slope = 0;
};

// Through the kernels that training uses, on the plain path.
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

// An activation in the notation of the table: g, g_i and b are the parameters of the family, s is the
// logistic function.
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

// One row per function: its value, or its slope, at the seven points.
void table_of_points(LessonPage& page, double Point::*what) {
  std::vector<std::vector<std::string>> rows;
  for (const Shown& shown : kShown) {
    std::vector<std::string> row = {word(shown.f)};
    for (const double x : kPoints)
      row.push_back(decimal_text(at(shown.f, x).*what, 4));
    rows.push_back(std::move(row));
  }
  page.table({verbatim("x"), verbatim("-5"), verbatim("-1"), verbatim("-0.5"), verbatim("0"), verbatim("0.5"),
              verbatim("1"), verbatim("5")},
             std::move(rows));
}

PlaneSeries curve_of(Activation f, double Point::*what) {
  PlaneSeries series{.name = word(f)};
  for (int i = -80; i <= 80; ++i)
    series.points.push_back({0.05 * i, at(f, 0.05 * i).*what});
  return series;
}

// Several functions in one panel, between -4 and 4.
PlanePlot curves(std::string title, const std::vector<Activation>& functions, double Point::*what) {
  PlanePlot picture{.title = std::move(title)};
  for (const Activation f : functions)
    picture.series.push_back(curve_of(f, what));
  return picture;
}

// --- initial weights ---------------------------------------------------------------------------------------

// A row of a table: its name, then numbers with six decimals.
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

// From factors of at most 1/4 to factors of exactly 1.
constexpr Activation kChains[] = {Activation::logistic, Activation::tanh, Activation::softplus,
                                  Activation::relu, Activation::identity};

// The norm of the first layer's delta, relative to the last layer's, before training.
double first_ratio(const History& history) {
  return *delta_length(history.first_step.front()) / *delta_length(history.first_step.back());
}

}  // namespace

// Tables of values, slopes and facts, then formulas that are right on paper and overflow in floating point.
void write_activations_lesson(LessonPage& page) {
  page.say("activations.intro"_text);
  page.heading("activations.heading.values"_text);
  table_of_points(page, &Point::f);
  page.heading("activations.heading.derivatives"_text);
  table_of_points(page, &Point::slope);
  page.heading("activations.heading.what_each_is_like"_text);
  std::vector<std::vector<std::string>> facts;
  for (const Shown& shown : kShown) {
    const ActivationProperties properties = properties_of(shown.f);
    facts.push_back(
        {word(shown.f), std::string(shown.derivative), decimal_text(properties.derivative_minimum, 4),
         decimal_text(properties.derivative_maximum, 4), decimal_text(at(shown.f, -1e-300).slope, 2),
         decimal_text(at(shown.f, 0).slope, 2), decimal_text(at(shown.f, 1e-300).slope, 2)});
  }
  page.table({"activations.column.function"_text, "activations.column.derivative"_text,
              "activations.column.lowest_f"_text, "activations.column.highest_f"_text,
              "activations.column.left_of_0"_text, "activations.column.at_0"_text,
              "activations.column.right_of_0"_text},
             std::move(facts));
  page.say("activations.kink"_text);
  page.say("activations.bipolar_is_tanh"_text, {decimal_text(at(Activation::bipolar_sigmoid, 1).f, 6),
                                                decimal_text(at(Activation::tanh, 0.5).f, 6),
                                                decimal_text(at(Activation::logistic, 0).slope, 2)});
  // For a parameter below 0 the minimum picks the other branch.
  const double minus = at(Activation::elu, -1, -1).f;
  const double by_maximum = std::max(0.0, -1.0) + std::min(0.0, -1 * math::expm1(-1.0));
  page.say("activations.elu_slip"_text, {decimal_text(minus, 3), decimal_text(by_maximum, 3)});
  page.say(
      "activations.overflow"_text,
      {decimal_text(at(Activation::logistic, -800).f, 2), decimal_text(at(Activation::logistic, 800).f, 2),
       decimal_text(at(Activation::softplus, 800).f, 2), decimal_text(at(Activation::tanh, -400).f, 2)});
  using enum Activation;
  page.plot("activations.picture"_text,
            {curves("f(x)", {logistic, tanh, bipolar_sigmoid}, &Point::f),
             curves("f(x)", {relu, prelu, elu, softplus, swish}, &Point::f),
             curves("f'(x)", {logistic, tanh, relu, softplus, swish}, &Point::slope)});
  page.try_next("activations.try.logistic_and_its_slope"_command);
  page.try_next("activations.try.table_to_learn_from"_command);
  page.try_next("activations.try.network_that_learns"_command);
  page.try_next("activations.try.small_slopes"_command);
}

// --- initial weights: the lesson ---------------------------------------------------------------------------

namespace {

// Descends from equal weights, then measures the deltas from zero weights: 3-3-2, one sample.
void equal_weights_stay_equal(LessonPage& page) {
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
                         .optimizer = {.kind = Optimizer::gradient_descent},
                         .stopping = {.epochs = 50},
                         .batch_size = 0};
  options.learning_rate = 0.5;
  // All weights and biases are equal: no initializer, and no shuffling of the single sample.
  AlignedVector<double> parameters(parameter_count(network), 0.5);
  require_not_diverged(
      train<double>({.path = KernelPath::plain}, network, options, sample, nullptr, {}, {}, parameters));
  // make_mlp without dropout makes dense layers only.
  const auto& hidden = std::get<Dense>(network.layers[0]);
  const std::span<const double> all(parameters);
  const auto first = dense_parameters<const double>(hidden, all);
  const auto second =
      dense_parameters<const double>(std::get<Dense>(network.layers[1]), all.subspan(first.size()));
  page.heading("first-weights.heading.after_50_updates"_text);
  std::vector<std::vector<std::string>> rows;
  for (std::size_t j = 0; j < 3; ++j) {
    std::string name = page.pick("first-weights.label.to_hidden_unit"_text) + std::to_string(j + 1);
    rows.push_back(row_text(std::move(name), weights_to(first.w, j)));
  }
  for (std::size_t j = 0; j < 2; ++j) {
    std::string name = page.pick("first-weights.label.to_output"_text) + std::to_string(j + 1);
    rows.push_back(row_text(std::move(name), weights_to(second.w, j)));
  }
  page.table({"first-weights.column.weights"_text, "first-weights.column.from_1"_text,
              "first-weights.column.from_2"_text, "first-weights.column.from_3"_text},
             std::move(rows));
  page.say("first-weights.units_stay_alike"_text);
  page.heading("first-weights.heading.all_zero_is_worse"_text);
  std::fill(parameters.begin(), parameters.end(), 0.0);
  const GradientHealth zero =
      measure_gradient_health<double>({.path = KernelPath::plain}, network, parameters, options.loss, sample);
  page.say("first-weights.zero_weights"_text, {decimal_text(*zero.layers[0].gradient.delta_rms, 4),
                                               decimal_text(*zero.layers[1].gradient.delta_rms, 4)});
}

// Exclusive or from equal and from random weights; returns the plot of the losses.
PlanePlot what_equal_weights_cost(LessonPage& page) {
  page.heading("first-weights.heading.what_it_costs"_text);
  page.say("first-weights.two_starts"_text);
  const Dataset<double> gate = dataset_of(generate_data(GeneratedData::xor_gate, {}));
  const Network small = make_mlp({.inputs = 2,
                                  .hidden = {4},
                                  .outputs = 1,
                                  .hidden_activations = {Activation::tanh},
                                  .output_activation = Activation::logistic});
  TrainerOptions adam{
      .loss = {.kind = Loss::binary_cross_entropy}, .stopping = {.epochs = 400}, .batch_size = 0};
  adam.learning_rate = 0.05;
  std::vector<std::vector<std::string>> starts;
  PlanePlot losses{.title = page.pick("word.loss"_text),
                   .x_label = page.pick("word.update"_text),
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
  std::vector<Words> columns = {"first-weights.column.first_weights"_text};
  const std::string cells[] = {"0 0", "0 1", "1 0", "1 1"};
  for (const std::string& cell : cells)
    columns.push_back(verbatim(cell));
  columns.push_back("word.loss"_text);
  page.table(columns, std::move(starts));
  return losses;
}

}  // namespace

void write_first_weights_lesson(LessonPage& page) {
  page.say("first-weights.intro"_text);
  equal_weights_stay_equal(page);
  const PlanePlot losses = what_equal_weights_cost(page);
  page.plot("first-weights.picture"_text, {losses});
  page.try_next("first-weights.try.table_to_learn_from"_command);
  page.try_next("first-weights.try.training_notices"_command);
  page.try_next("first-weights.try.same_from_random_weights"_command);
}

// --- vanishing: the lesson ---------------------------------------------------------------------------------

namespace {

// One chain of units for each of kChains: deltas from the last unit to the first. Returns their plot.
PlanePlot chains_of_units(LessonPage& page) {
  page.heading("vanishing-gradient.heading.delta_layer_by_layer"_text);
  std::vector<std::vector<double>> chains;
  for (const Activation f : kChains)
    chains.push_back(chain_deltas({.activation = f}));
  std::vector<Words> columns = {"vanishing-gradient.column.layer"_text};
  for (const Activation f : kChains)
    columns.push_back(verbatim(name_of(f)));
  std::vector<std::vector<std::string>> rows;
  for (std::size_t l = 0; l < chains[0].size(); ++l) {
    std::vector<std::string> row = {std::to_string(l + 1)};
    for (const std::vector<double>& deltas : chains)
      row.push_back(decimal_text(deltas[l], 4));
    rows.push_back(std::move(row));
  }
  std::vector<std::string> ratios = {page.pick("vanishing-gradient.label.first_last"_text)};
  for (const std::vector<double>& deltas : chains)
    ratios.push_back(decimal_text(deltas.front() / deltas.back(), 4));
  rows.push_back(std::move(ratios));
  page.table(columns, std::move(rows));
  const double quarter = properties_of(Activation::logistic).derivative_maximum;
  double product = 1;
  for (int i = 0; i < 10; ++i)
    product *= quarter;
  page.say("vanishing-gradient.quarter_bound"_text,
           {decimal_text(product, 4), decimal_text(product * product, 4)});
  page.say("vanishing-gradient.weight_counts"_text, {decimal_text(5 * at(Activation::logistic, 0).slope, 2)});
  PlanePlot picture{.title = "|delta|",
                    .x_label = page.pick("vanishing-gradient.column.layer"_text),
                    .y_label = "",
                    .y_scale = AxisScale::logarithmic};
  for (std::size_t i = 0; i < chains.size(); ++i) {
    if (kChains[i] == Activation::identity) continue;  // coincides with relu
    PlaneSeries series{.name = word(kChains[i])};
    for (std::size_t l = 0; l < chains[i].size(); ++l)
      series.points.push_back({static_cast<double>(l + 1), chains[i][l]});
    picture.series.push_back(std::move(series));
  }
  return picture;
}

// The same deep network with four activations; returns the plot of the losses.
PlanePlot deep_networks(LessonPage& page) {
  page.heading("vanishing-gradient.heading.deep"_text);
  page.say("vanishing-gradient.deep_training"_text);
  const Dataset<double> moons = dataset_of(generate_data(GeneratedData::moons, {.rows = 200}));
  TrainerOptions options{.loss = {.kind = Loss::softmax_cross_entropy}, .stopping = {.epochs = 60}};
  options.learning_rate = 0.003;
  std::vector<std::vector<std::string>> nets;
  PlanePlot losses{.title = page.pick("word.loss"_text),
                   .x_label = page.pick("vanishing-gradient.label.epoch"_text),
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
  page.table(
      {"vanishing-gradient.column.hidden_units"_text, "vanishing-gradient.column.delta_first_last"_text,
       "vanishing-gradient.column.loss_after_training"_text, "vanishing-gradient.column.right"_text},
      std::move(nets));
  page.say("vanishing-gradient.half_for_both"_text, {decimal_text(math::log(2.0), 4)});
  return losses;
}

}  // namespace

void write_vanishing_gradient_lesson(LessonPage& page) {
  page.say("vanishing-gradient.intro"_text);
  const PlanePlot deltas = chains_of_units(page);
  const PlanePlot losses = deep_networks(page);
  page.plot("vanishing-gradient.picture"_text, {deltas, losses});
  page.try_next("vanishing-gradient.try.table_to_learn_from"_command);
  page.try_next("vanishing-gradient.try.where_it_vanishes"_command);
  page.try_next("vanishing-gradient.try.every_layer"_command);
  page.try_next("vanishing-gradient.try.remedy"_command);
}

}  // namespace chainrule
