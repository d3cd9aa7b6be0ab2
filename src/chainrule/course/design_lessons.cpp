#include "chainrule/course/design_lessons.h"
#include "chainrule/course/texts.h"

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
  page.say("universal-approximation.intro"_text);
  page.formulas(
      {"F(x) = v_1 phi(w_1 x + b_1) + ... + v_m phi(w_m x + b_m)",
       "for every continuous f and every e > 0 there are m, v, w, b:  |F(x) - f(x)| < e for all x"});
  page.say("universal-approximation.order_of_words"_text);
  page.heading("universal-approximation.heading.built_by_hand"_text);
  page.say("universal-approximation.steps"_text);
  const RealFunction square = [](double x) { return x * x + 0.5; };
  const RealFunction jump = [](double x) { return x >= 0.5 ? 1.0 : 0.0; };
  std::vector<std::vector<std::string>> rows;
  PlanePicture built{.title = page.pick("universal-approximation.label.built_by_hand"_text)};
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
  page.table({"universal-approximation.column.units_m"_text, "universal-approximation.column.slope_w"_text,
              "universal-approximation.column.error_for_square"_text,
              "universal-approximation.column.error_for_jump"_text},
             std::move(rows));
  page.say("universal-approximation.jump"_text);
  page.heading("universal-approximation.heading.found_by_training"_text);
  page.say("universal-approximation.training"_text);
  const RealFunction wave = [](double x) { return elementary::sin(6 * x) + x * x / 2; };
  const Dataset<double> data = sampled(wave, -1, 1);
  TrainerOptions options = trainer(Loss::mean_squared_error, Rule::adam, 0.03, 3000, 0);
  options.schedule.kind = ScheduleKind::cosine;
  rows.clear();
  PlanePicture learned{.title = page.pick("universal-approximation.label.found_by_training"_text)};
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
  page.table({"universal-approximation.column.hidden_units_m"_text, "universal-approximation.column.rms"_text,
              "universal-approximation.column.largest_error"_text},
             std::move(rows));
  options.schedule.learning_rate = 0.2;
  const TrainedNetwork squashing = train_network(
      make_mlp({.inputs = 1, .hidden = {4}, .outputs = 1, .hidden_activations = {Activation::logistic}}),
      sampled(square, 0, 1), options);
  page.say("universal-approximation.worth_more"_text,
           {decimal_text(largest_error(
                             [&](double x) {
                               return squashing.outputs({&x, 1})[0];
                             },
                             square, 400),
                         4)});
  page.picture("universal-approximation.picture"_text, {built, learned});
  page.try_next("universal-approximation.try.curve_to_learn"_command);
  page.try_next("universal-approximation.try.three_units"_command);
  page.try_next("universal-approximation.try.ten_times_as_many"_command);
}

// --- architecture ------------------------------------------------------------------------------------------

void write_architecture_sweep_lesson(LessonPage& page) {
  page.say("architecture-sweep.intro"_text);
  const Dataset<double> spirals =
                            dataset_of(generate_data(GeneratedData::spirals, {.rows = 210, .noise = 0.03})),
                        others = dataset_of(
                            generate_data(GeneratedData::spirals, {.rows = 210, .noise = 0.03, .seed = 2}));
  page.heading("architecture-sweep.heading.depth_times_width"_text);
  const std::size_t widths[] = {2, 4, 8, 16};
  std::vector<Words> columns = {"word.hidden_layers"_text};
  const std::string names[] = {
      page.pick("architecture-sweep.label.2_wide"_text), page.pick("architecture-sweep.label.4_wide"_text),
      page.pick("architecture-sweep.label.8_wide"_text), page.pick("architecture-sweep.label.16_wide"_text)};
  for (const std::string& name : names)
    columns.push_back(verbatim(name));
  std::vector<std::vector<std::string>> rows;
  PlanePicture picture{.title = page.pick("architecture-sweep.label.loss_on_others"_text),
                       .x_label = page.pick("architecture-sweep.label.parameters"_text),
                       .y_label = "",
                       .x_scale = AxisScale::logarithmic};
  for (const std::size_t depth : {0u, 1u, 2u, 3u}) {
    std::vector<std::string> row = {std::to_string(depth)};
    PlaneSeries series{.name = page.pick("architecture-sweep.label.depth"_text) + std::to_string(depth)};
    for (const std::size_t width : widths) {
      const Network network = two_classes(std::vector<std::size_t>(depth, width), Activation::tanh, 3);
      const TrainedNetwork trained =
          train_network(network, spirals, trainer(Loss::softmax_cross_entropy, Rule::adam, 0.02, 60, 32));
      row.push_back(percent_text(trained.accuracy_on(others)));
      series.points.push_back({static_cast<double>(trained.parameters.size()), trained.loss_on(others)});
      if (depth == 0) break;  // no hidden layer has no width
    }
    row.resize(5, "-");
    rows.push_back(std::move(row));
    if (depth == 0) series.marking = PlaneMarking::points;
    picture.series.push_back(std::move(series));
  }
  page.table(columns, std::move(rows));
  page.say("architecture-sweep.shares"_text);
  const NetworkGraph graph = graph_of(two_classes({4, 4}, Activation::tanh, 3));
  const FeedForwardStructure structure = check_structure(graph);
  const auto yes = [&](bool holds) { return holds ? page.pick("word.yes"_text) : page.pick("word.no"_text); };
  page.heading("architecture-sweep.heading.same_as_a_graph"_text);
  page.say("architecture-sweep.links"_text,
           {std::to_string(graph.units()), std::to_string(graph.links.size()), yes(structure.is_layered),
            yes(structure.has_no_links_within_layers), yes(structure.is_complete_between_neighbours),
            yes(structure.is_acyclic)});
  page.heading("architecture-sweep.heading.three_choices"_text);
  page.say("architecture-sweep.three_aspects"_text);
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
  page.table({"architecture-sweep.column.activation"_text, "architecture-sweep.column.topology"_text,
              verbatim("gradient_descent"), verbatim("momentum"), verbatim("adam")},
             std::move(rows));
  page.picture("architecture-sweep.picture"_text, {picture});
  page.try_next("architecture-sweep.try.spirals_as_a_table"_command);
  page.try_next("architecture-sweep.try.narrow"_command);
  page.try_next("architecture-sweep.try.deep_with_another_algorithm"_command);
}

// --- regularisation ----------------------------------------------------------------------------------------

void write_regularisation_lesson(LessonPage& page) {
  page.say("regularisation.intro"_text);
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

  page.heading("regularisation.heading.one_step"_text);
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
  page.table({"regularisation.column.parameter"_text, "word.value"_text, verbatim("dL/d."),
              "regularisation.column.lambda_times_it"_text, verbatim("dR/d."),
              "regularisation.column.after_the_step"_text},
             std::move(rows));
  const double risk = data_part.loss + penalty<double>({}, penalised, weights, parameters);
  page.say("regularisation.risk"_text,
           {decimal_text(kLambda, 2), decimal_text(kRate, 2), decimal_text(data_part.loss, 4),
            decimal_text(risk - data_part.loss, 4), decimal_text(risk, 4)});

  page.heading("regularisation.heading.how_large"_text);
  page.say("regularisation.sine"_text);
  rows.clear();
  PlanePicture picture{.title = page.pick("regularisation.label.what_was_learned"_text)};
  PlanePicture losses{.title = page.pick("regularisation.label.mean_loss_against_lambda"_text),
                      .x_label = "lambda",
                      .y_label = "",
                      .x_scale = AxisScale::logarithmic,
                      .y_scale = AxisScale::logarithmic};
  losses.series = {{.name = page.pick("regularisation.label.16_learned"_text)},
                   {.name = page.pick("regularisation.label.200_others"_text)}};
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
      page.pick("regularisation.label.points"_text), train_rows, [](std::size_t) { return true; },
      [&](std::size_t r) {
        return SvgPoint{train_rows.inputs(r, 0), train_rows.targets(r, 0)};
      }));
  page.table({verbatim("lambda"), "regularisation.column.mean_loss_learned"_text, verbatim("R"),
              "regularisation.column.mean_loss_others"_text, verbatim("|W|^2"), verbatim("|b|^2")},
             std::move(rows));
  page.say("regularisation.best_between"_text);
  page.picture("regularisation.picture"_text, {picture, losses});
  page.try_next("regularisation.try.few_noisy_rows"_command);
  page.try_next("regularisation.try.no_price"_command);
  page.try_next("regularisation.try.with_one"_command);
}

// --- two moons ---------------------------------------------------------------------------------------------

void write_two_moons_lesson(LessonPage& page) {
  page.say("two-moons.intro"_text);
  page.formulas({"z1 = x W1 + b1    a1 = tanh(z1)    z2 = a1 W2 + b2    yhat = softmax(z2)",
                 "L = -(1/N) sum_n sum_i y_ni log yhat_ni",
                 "d3 = (yhat - y) / N          dW2 = a1^T d3    db2 = d3 summed over the rows",
                 "d2 = (1 - a1^2) * d3 W2^T    dW1 = x^T d2     db1 = d2 summed over the rows"});
  const Dataset<double> moons = dataset_of(generate_data(GeneratedData::moons, {.rows = 200, .noise = 0.2}));
  const Network network = two_classes({8}, Activation::tanh);
  const LossOptions loss{.kind = Loss::softmax_cross_entropy};
  std::vector<double> parameters(parameter_count(network));
  initialize_parameters<double>(network, {}, parameters);
  page.heading("two-moons.heading.three_slips"_text);
  const LossAndGradient start = loss_and_gradient(network, parameters, loss, moons);
  constexpr double kRate = 0.1;
  const auto loss_after = [&](double factor) {
    return loss_and_gradient(network, moved(parameters, start.gradient, factor), loss, moons).loss;
  };
  page.table({"two-moons.column.step"_text, "word.loss"_text},
             {{page.pick("two-moons.label.before"_text), decimal_text(start.loss, 5)},
              {"d3 = (yhat - y) / N", decimal_text(loss_after(-kRate), 5)},
              {page.pick("two-moons.label.printed_sign"_text), decimal_text(loss_after(kRate), 5)},
              {page.pick("two-moons.label.printed_size"_text),
               decimal_text(loss_after(-kRate * static_cast<double>(moons.rows())), 5)}});
  const double norm = std::sqrt(sum_of_squares<double>({}, start.gradient));
  page.say("two-moons.printed_sign"_text, {decimal_text(norm * static_cast<double>(moons.rows()), 4),
                                           decimal_text(norm, 4), std::to_string(moons.rows())});
  page.heading("two-moons.heading.training_in_batches"_text);
  page.say("two-moons.batch"_text);
  const TrainedNetwork trained =
      train_network(network, moons, trainer(Loss::softmax_cross_entropy, Rule::gradient_descent, 1, 600, 0));
  const TrainedNetwork straight =
      train_network(two_classes({}, Activation::tanh), moons,
                    trainer(Loss::softmax_cross_entropy, Rule::gradient_descent, 1, 600, 0));
  std::vector<std::vector<std::string>> rows;
  for (const std::size_t epoch : {1u, 10u, 50u, 100u, 300u, 600u}) {
    rows.push_back({std::to_string(epoch), decimal_text(trained.history.epochs[epoch - 1].training_loss, 4)});
  }
  page.table({"word.update"_text, "two-moons.column.loss_before_it"_text}, std::move(rows));
  const Dataset<double> fresh =
      dataset_of(generate_data(GeneratedData::moons, {.rows = 200, .noise = 0.2, .seed = 2}));
  page.say("two-moons.accuracy"_text,
           {percent_text(trained.accuracy_on(moons)), percent_text(trained.accuracy_on(fresh)),
            percent_text(straight.accuracy_on(moons)), percent_text(straight.accuracy_on(fresh))});
  PlanePicture losses{
      .title = page.pick("word.loss"_text), .x_label = page.pick("word.update"_text), .y_label = ""};
  losses.series = {loss_curve(trained.history, "2-8-2"), loss_curve(straight.history, "2-2")};
  page.picture("two-moons.picture"_text,
               {decision_picture("2-8-2", trained, moons), decision_picture("2-2", straight, moons), losses});
  page.try_next("two-moons.try.moons_as_a_table"_command);
  page.try_next("two-moons.try.same_training"_command);
  page.try_next("two-moons.try.are_three_units_enough"_command);
}

}  // namespace chainrule
