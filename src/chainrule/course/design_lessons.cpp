// The lessons on how large a network should be.
//
//   universal-approximation   F(x) = sum_i v_i phi(w_i x + b_i) approximates a continuous f arbitrarily
//                             closely: by hand (universal_approximation.h) and by training
//   architecture-sweep        depth times width on three spirals, the same network as a graph, and the three
//                             choices that do not depend on each other
//
// Source: document 001, lines 110 to 245 (items S1.15 to S1.32, slips E1.7 and E1.8).
#include "chainrule/course/design_lessons.h"

#include <algorithm>
#include <cmath>

#include "chainrule/course/lesson_training.h"
#include "chainrule/course/texts.h"
#include "chainrule/course/universal_approximation.h"
#include "chainrule/data/generators.h"
#include "chainrule/explain/network_graph.h"
#include "chainrule/explain/number_text.h"
#include "chainrule/io/report_words.h"
#include "chainrule/tensor/math_functions.h"

namespace chainrule {
namespace {

// f at 101 points, evenly spaced.
Dataset<double> sampled(const RealFunction& f, double low, double high) {
  Dataset<double> data{.inputs = Matrix<double>(101, 1), .targets = Matrix<double>(101, 1)};
  for (std::size_t r = 0; r < data.rows(); ++r) {
    data.inputs(r, 0) = low + (high - low) * static_cast<double>(r) / 100;
    data.targets(r, 0) = f(data.inputs(r, 0));
  }
  return data;
}

}  // namespace

// --- universal approximation -------------------------------------------------------------------------------

namespace {

// The function that is built by hand, one with a jump, and one to be learned.
double square(double x) {
  return x * x + 0.5;
}
double jump(double x) {
  return x >= 0.5 ? 1.0 : 0.0;
}
double wave(double x) {
  return math::sin(6 * x) + x * x / 2;
}

// Steps of a staircase: the error of a continuous function falls with their number, that of a jump does not.
PlanePlot built_by_hand(LessonPage& page) {
  page.heading("universal-approximation.heading.built_by_hand"_text);
  page.say("universal-approximation.steps"_text);
  std::vector<std::vector<std::string>> rows;
  PlanePlot built{.title = page.pick("universal-approximation.label.built_by_hand"_text)};
  built.series.push_back(curve_of("f", 0, 1, square));
  for (const std::size_t steps : {10u, 40u, 160u}) {
    const double slope = 4 * static_cast<double>(steps);
    const StepApproximation near_square = approximate_by_steps(square, steps, slope);
    // An odd number of steps puts one right on the jump; with an even one the error is 1.
    const StepApproximation near_jump = approximate_by_steps(jump, steps + 1, slope);
    const RealFunction at = [&](double x) { return near_square.at(x); };
    rows.push_back({std::to_string(steps + 1), decimal_text(slope, 0),
                    decimal_text(largest_error(at, square, 400), 4),
                    decimal_text(largest_error([&](double x) { return near_jump.at(x); }, jump, 400), 4)});
    if (steps == 10) built.series.push_back(curve_of("F, m = 11", 0, 1, at));
  }
  page.table({"universal-approximation.column.units_m"_text, "universal-approximation.column.slope_w"_text,
              "universal-approximation.column.error_for_square"_text,
              "universal-approximation.column.error_for_jump"_text},
             std::move(rows));
  page.say("universal-approximation.jump"_text);
  return built;
}

// A few trained units achieve as much as many steps, because training chooses where they bend.
PlanePlot found_by_training(LessonPage& page) {
  page.heading("universal-approximation.heading.found_by_training"_text);
  page.say("universal-approximation.training"_text);
  const Dataset<double> data = sampled(wave, -1, 1);
  TrainerOptions options = trainer_options(Loss::mean_squared_error, Optimizer::adam, 0.03, 3000, 0);
  // The rate falls to 0, so that the last steps do not jump around the minimum.
  options.schedule.kind = ScheduleKind::cosine;
  std::vector<std::vector<std::string>> rows;
  PlanePlot learned{.title = page.pick("universal-approximation.label.found_by_training"_text)};
  learned.series.push_back(curve_of("f", -1, 1, wave));
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
    if (units <= 4) learned.series.push_back(curve_of("m = " + std::to_string(units), -1, 1, at));
  }
  page.table({"universal-approximation.column.hidden_units_m"_text, "universal-approximation.column.rms"_text,
              "universal-approximation.column.largest_error"_text},
             std::move(rows));
  options.learning_rate = 0.2;
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
  return learned;
}

}  // namespace

void write_universal_approximation_lesson(LessonPage& page) {
  page.say("universal-approximation.intro"_text);
  page.formulas(
      {"F(x) = v_1 phi(w_1 x + b_1) + ... + v_m phi(w_m x + b_m)",
       "for every continuous f and every e > 0 there are m, v, w, b:  |F(x) - f(x)| < e for all x"});
  page.say("universal-approximation.order_of_words"_text);
  const PlanePlot built = built_by_hand(page);
  const PlanePlot learned = found_by_training(page);
  page.plot("universal-approximation.picture"_text, {built, learned});
  page.try_next("universal-approximation.try.curve_to_learn"_command);
  page.try_next("universal-approximation.try.three_units"_command);
  page.try_next("universal-approximation.try.ten_times_as_many"_command);
}

// --- architecture ------------------------------------------------------------------------------------------

namespace {

// Four depths times four widths on three spirals, evaluated on other points; returns the plot of the loss
// over the number of parameters.
PlanePlot depth_times_width(LessonPage& page) {
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
  PlanePlot picture{.title = page.pick("architecture-sweep.label.loss_on_others"_text),
                    .x_label = page.pick("architecture-sweep.label.parameters"_text),
                    .y_label = "",
                    .x_scale = AxisScale::logarithmic};
  for (const std::size_t depth : {0u, 1u, 2u, 3u}) {
    std::vector<std::string> row = {std::to_string(depth)};
    PlaneSeries series{.name = page.pick("architecture-sweep.label.depth"_text) + std::to_string(depth)};
    for (const std::size_t width : widths) {
      const Network network = plane_classifier(std::vector<std::size_t>(depth, width), Activation::tanh, 3);
      const TrainedNetwork trained = train_network(
          network, spirals, trainer_options(Loss::softmax_cross_entropy, Optimizer::adam, 0.02, 60, 32));
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
  return picture;
}

// The properties of its links that make 2-4-4-3 fully connected and feed-forward.
void same_as_a_graph(LessonPage& page) {
  const NetworkGraph graph = graph_of(plane_classifier({4, 4}, Activation::tanh, 3));
  const FeedForwardStructure structure = check_structure(graph);
  const auto yes = [&](bool holds) { return holds ? page.pick("word.yes"_text) : page.pick("word.no"_text); };
  page.heading("architecture-sweep.heading.same_as_a_graph"_text);
  page.say("architecture-sweep.links"_text,
           {std::to_string(graph.units()), std::to_string(graph.links.size()), yes(structure.is_layered),
            yes(structure.has_no_links_within_layers), yes(structure.is_complete_between_neighbours),
            yes(structure.is_acyclic)});
}

// Activation, topology and optimizer in all combinations.
void three_choices(LessonPage& page) {
  page.heading("architecture-sweep.heading.three_choices"_text);
  page.say("architecture-sweep.three_aspects"_text);
  const Dataset<double> moons = dataset_of(generate_data(GeneratedData::moons, {.rows = 100}));
  std::vector<std::vector<std::string>> rows;
  for (const Activation f : {Activation::logistic, Activation::tanh, Activation::relu}) {
    for (const std::vector<std::size_t>& hidden : {std::vector<std::size_t>{8}, {6, 6}}) {
      std::vector<std::string> row = {std::string(name_of(f)), hidden.size() == 1 ? "2-8-2" : "2-6-6-2"};
      for (const Optimizer rule : {Optimizer::gradient_descent, Optimizer::momentum, Optimizer::adam}) {
        // Each algorithm has a rate that suits it: momentum multiplies the effect of its rate by ten.
        const double rate = rule == Optimizer::gradient_descent ? 0.3
                            : rule == Optimizer::momentum       ? 0.05
                                                                : 0.03;
        const TrainedNetwork trained =
            train_network(plane_classifier(hidden, f), moons,
                          trainer_options(Loss::softmax_cross_entropy, rule, rate, 40, 10));
        row.push_back(percent_text(trained.accuracy_on(moons)));
      }
      rows.push_back(std::move(row));
    }
  }
  page.table({"architecture-sweep.column.activation"_text, "architecture-sweep.column.topology"_text,
              verbatim("gradient_descent"), verbatim("momentum"), verbatim("adam")},
             std::move(rows));
}

}  // namespace

void write_architecture_sweep_lesson(LessonPage& page) {
  page.say("architecture-sweep.intro"_text);
  const PlanePlot losses = depth_times_width(page);
  same_as_a_graph(page);
  three_choices(page);
  page.plot("architecture-sweep.picture"_text, {losses});
  page.try_next("architecture-sweep.try.spirals_as_a_table"_command);
  page.try_next("architecture-sweep.try.narrow"_command);
  page.try_next("architecture-sweep.try.deep_with_another_algorithm"_command);
}

}  // namespace chainrule
