// The lessons on networks other than multi-layer perceptrons.
//
//   rbf             phi_j = exp(-|x - c_j|^2 / (2 s_j^2)), o = sum_j w_j phi_j + b: XOR by two functions, and
//                   the number of centres that suits a noisy curve
//   hopfield        W = sum of p p^T with a zero diagonal, E = -1/2 s^T W s: recall of damaged patterns
//   graph-network   H' = f(A_hat H W): forward, backward, and a difference quotient as a check
//
// Sources: document 001 names the last two (S1.17, S1.18), document 003 the first (S3.1, slip E3.19); the
// mathematics is that of model/hopfield.h, model/graph_layer.h and train/rbf_fitting.h.
#include "chainrule/course/network_lessons.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "chainrule/base/random.h"
#include "chainrule/base/text.h"
#include "chainrule/course/texts.h"
#include "chainrule/explain/number_text.h"
#include "chainrule/model/graph_layer.h"
#include "chainrule/model/hopfield.h"
#include "chainrule/tensor/math_functions.h"
#include "chainrule/train/rbf_fitting.h"
#include "chainrule/train/trainer.h"

namespace chainrule {
namespace {

using Cells = std::vector<std::vector<std::string>>;

std::string number(double value) {
  return decimal_text(value, 4);
}

// Restores a 0 or 1 that rounding has moved by 1e-16.
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

// Centres and widths by choice, weights by least squares: no descent.
FittedRbf fit(const RbfFittingOptions& options, const Dataset<double>& data) {
  const RbfBasis basis = choose_basis<double>({}, options, data);
  const Matrix<double> weights = solve_output_weights<double>({}, basis, options.ridge, data);
  return {
      .network = make_rbf_network({.inputs = data.inputs.columns(), .units = basis.units(), .outputs = 1}),
      .parameters = rbf_network_parameters<double>(basis, weights),
      .units = basis.units()};
}

double wave(double x) {
  return math::sin(2 * std::numbers::pi * x);
}

constexpr std::size_t kNoisyPoints = 30;
constexpr std::size_t kNewPoints = 200;

// sin(2 pi x) at the midpoints of 30 equal pieces of [0, 1], with noise between -1/2 and 1/2.
Dataset<double> noisy_wave() {
  Dataset<double> data{.inputs = Matrix<double>(kNoisyPoints, 1), .targets = Matrix<double>(kNoisyPoints, 1)};
  for (std::size_t i = 0; i < kNoisyPoints; ++i) {
    data.inputs(i, 0) = (static_cast<double>(i) + 0.5) / kNoisyPoints;
    const double noise = random_uniform({.seed = 1, .purpose = RandomPurpose::noise}, i) - 0.5;
    data.targets(i, 0) = wave(data.inputs(i, 0)) + noise;
  }
  return data;
}

// Of `count` errors whose squares add up to `sum`.
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

// The fitted function at evenly spaced points of [0, 1].
std::vector<SvgPoint> curve_of(const FittedRbf& network) {
  std::vector<SvgPoint> points;
  for (std::size_t i = 0; i <= kNewPoints; ++i) {
    const double x = static_cast<double>(i) / kNewPoints;
    points.push_back({x, network({&x, 1})});
  }
  return points;
}

// Against the true curve, at points that were not used for fitting.
double new_error(const FittedRbf& network) {
  double sum = 0;
  const std::vector<SvgPoint> points = curve_of(network);
  for (const SvgPoint& point : points)
    sum += (point.y - wave(point.x)) * (point.y - wave(point.x));
  return root_mean_square(sum, points.size());
}

// One centre after the other, each the one that explains most of the remaining error.
RbfFittingOptions greedy(std::size_t centres) {
  return {.centres = centres,
          .centre_choice = CentreChoice::orthogonal_least_squares,
          .widths = WidthChoice::fixed,
          .width = 0.1,
          .ridge = 1e-9};
}

// --- feedback ----------------------------------------------------------------------------------------------

// "#" is +1, "." is -1.
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

// "+-+-+-"
std::string signs(const HopfieldState& state) {
  std::string text;
  for (const int s : state)
    text += s > 0 ? '+' : '-';
  return text;
}

// --- a graph -----------------------------------------------------------------------------------------------

// In row-major order.
Matrix<double> matrix(std::size_t rows, std::size_t columns, std::initializer_list<double> values) {
  Matrix<double> m(rows, columns);
  std::copy(values.begin(), values.end(), m.values().begin());
  return m;
}

// "Z     0.75    -0.375", one line per row.
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

// --- radial basis functions: the lesson --------------------------------------------------------------------

namespace {

// Two bells at (1, 1) and (0, 0) map exclusive or to a plane in which one line separates it; returns the plot
// of that plane.
PlanePlot xor_by_two_functions(LessonPage& page) {
  page.heading("rbf.heading.xor"_text);
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
  page.say("rbf.xor_solution"_text, {decimal_text(w, 6), decimal_text(b, 6)});
  Cells rows;
  std::vector<SvgPoint> off, on;
  for (const auto& [x1, x2] : {std::pair{0.0, 0.0}, {0.0, 1.0}, {1.0, 0.0}, {1.0, 1.0}}) {
    const double near_one = (1 - x1) * (1 - x1) + (1 - x2) * (1 - x2), near_zero = x1 * x1 + x2 * x2;
    const double phi_1 = math::exp(-near_one), phi_2 = math::exp(-near_zero);
    const double x[2] = {x1, x2};
    const double output = network(x);
    rows.push_back({number(x1), number(x2), number(phi_1), number(phi_2), number(without_rounding(output)),
                    x1 == x2 ? "0" : "1"});
    (x1 == x2 ? off : on).push_back({phi_1, phi_2});
  }
  page.table({verbatim("x1"), verbatim("x2"), verbatim("phi1"), verbatim("phi2"), "rbf.column.output"_text,
              "rbf.column.wanted"_text},
             std::move(rows));
  page.say("rbf.straight_line"_text);
  // phi_2 where the output is one half.
  const std::vector<SvgPoint> border = {{0, (0.5 - b) / w}, {(0.5 - b) / w, 0}};
  return {.title = page.pick("rbf.label.exclusive_or"_text),
          .x_label = "phi1",
          .y_label = "phi2",
          .series = {{.name = "1/2", .points = border},
                     {.name = "1", .points = on, .marking = PlaneMarking::points},
                     {.name = "0", .points = off, .marking = PlaneMarking::points}},
          .x_range = std::pair{0.0, 1.1},
          .y_range = std::pair{0.0, 1.1}};
}

// Too few centres, the best number and too many, evaluated on the true curve; returns the plot of the three.
PlanePlot how_many_centres(LessonPage& page) {
  page.heading("rbf.heading.how_many_centres"_text);
  const Dataset<double> data = noisy_wave();
  page.say("rbf.noisy_wave"_text, {std::to_string(kNoisyPoints)});
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
      curves.push_back({.name = "M = " + std::to_string(centres), .points = curve_of(wavy)});
    }
  }
  page.table({"rbf.column.centres"_text, "rbf.column.error_on_the_points"_text,
              "rbf.column.error_on_the_curve"_text},
             std::move(errors));
  page.say("rbf.overfitting"_text, {std::to_string(best)});
  std::vector<SvgPoint> points;
  for (std::size_t i = 0; i < data.rows(); ++i)
    points.push_back({data.inputs(i, 0), data.targets(i, 0)});
  curves.push_back(
      {.name = page.pick("rbf.label.points"_text), .points = points, .marking = PlaneMarking::points});
  return {.title = page.pick("rbf.label.sin_2_pi_x"_text),
          .series = std::move(curves),
          .x_range = std::pair{0.0, 1.0},
          .y_range = std::pair{-1.8, 1.8}};
}

// How signals run, what a unit responds to and how it learns, for five kinds of network.
void place_among_the_networks(LessonPage& page) {
  page.heading("rbf.heading.place"_text);
  const auto row = [&](Words name, Words way, Words unit, Words rule) {
    return std::vector<std::string>{page.pick(name), page.pick(way), page.pick(unit), page.pick(rule)};
  };
  page.table({"rbf.column.network"_text, "rbf.column.signals_run"_text, "rbf.column.unit_answers_to"_text,
              "rbf.column.it_learns_by"_text},
             {row("rbf.cell.perceptron"_text, "rbf.cell.forwards_one_layer"_text,
                  "rbf.cell.side_of_a_line"_text, "rbf.cell.perceptron_rule"_text),
              row("rbf.cell.bp_network"_text, "rbf.cell.forwards_any_depth"_text,
                  "rbf.cell.weighted_sum_smoothly"_text, "rbf.cell.gradients_propagated_back"_text),
              row("rbf.cell.radial_basis_functions"_text, "rbf.cell.forwards_one_hidden"_text,
                  "rbf.cell.distance_from_a_centre"_text, "rbf.cell.least_squares_then_gradients"_text),
              row("rbf.cell.hopfield"_text, "rbf.cell.round_and_round_feedback"_text,
                  "rbf.cell.sign_of_a_weighted"_text, "rbf.cell.hebbs_rule"_text),
              row("rbf.cell.graph_network"_text, "rbf.cell.along_the_edges"_text,
                  "rbf.cell.mean_of_its_neighbours"_text, "rbf.cell.gradients_propagated_back"_text)});
}

}  // namespace

void write_rbf_lesson(LessonPage& page) {
  page.say("rbf.intro"_text);
  page.formulas({"phi_j(x) = exp(-|x - c_j|^2 / (2 s_j^2))", "o(x) = w_1 phi_1(x) + ... + w_M phi_M(x) + b"});
  page.say("rbf.linear_in_weights"_text);
  const PlanePlot exclusive_or = xor_by_two_functions(page);
  const PlanePlot noisy_sine = how_many_centres(page);
  page.plot("rbf.picture"_text, {exclusive_or, noisy_sine});
  place_among_the_networks(page);
  page.try_next("rbf.try.two_half_circles"_command);
  page.try_next("rbf.try.twenty_functions_around"_command);
  page.try_next("rbf.try.fine_tune"_command);
}

// --- Hopfield ----------------------------------------------------------------------------------------------

// Six units by hand, every flip with its energy; then three letters on 25 units, each with five of them
// wrong.
void write_hopfield_lesson(LessonPage& page) {
  page.say("hopfield.intro"_text);
  page.formulas({"W_ij = sum over the patterns of p_i p_j  (i != j),  W_ii = 0",
                 "h_i = sum_j W_ij s_j;  s_i = +1 if h_i > 0, -1 if h_i < 0, as it was if h_i = 0",
                 "E = -1/2 sum_ij W_ij s_i s_j"});
  page.say("hopfield.energy"_text);

  page.heading("hopfield.heading.six_units_two_patterns"_text);
  const std::vector<HopfieldState> patterns = {{1, -1, 1, -1, 1, -1}, {1, 1, 1, -1, -1, -1}};
  const Matrix<double> w = store_patterns(patterns);
  page.formulas(matrix_lines("W", w));
  const HopfieldState start = {1, -1, 1, -1, 1, 1};
  page.say("hopfield.start"_text);
  const HopfieldRecall small = recall(w.view(), start);
  Cells rows;
  for (const HopfieldStep& step : small.trace) {
    rows.push_back({step.flipped == 0 ? page.pick("hopfield.label.start"_text) : std::to_string(step.flipped),
                    signs(step.state), decimal_text(step.energy, 2)});
  }
  page.table({"hopfield.column.unit_that_flips"_text, "word.state"_text, "hopfield.column.energy"_text},
             std::move(rows));
  page.say("hopfield.recovered"_text,
           {decimal_text(small.trace.front().energy, 2), decimal_text(small.trace.back().energy, 2)});

  page.heading("hopfield.heading.letters_from_damaged_letters"_text);
  const std::vector<HopfieldState> letters = {letter("#####...#...#...#...#####"),
                                              letter(".###.#...#######...##...#"),
                                              letter("#...##...##...#.#.#...#..")};
  const Matrix<double> memory = store_patterns(letters);
  // Five of each letter, spread over it.
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
                       recalled[p] == letters[p] ? page.pick("word.yes"_text) : page.pick("word.no"_text)});
  }
  page.say("hopfield.letters"_text);
  page.table(
      {"hopfield.column.letter"_text, "hopfield.column.energy_at_the_start"_text,
       "hopfield.column.at_the_end"_text, "hopfield.column.flips"_text, "hopfield.column.recalled"_text},
      std::move(recalls));
  page.plot("hopfield.picture"_text, beside(letters) + "\n" + beside(damaged) + "\n" + beside(recalled));
  page.say("hopfield.capacity"_text);
  page.try_next("hopfield.try.units_joined"_command);
  page.try_next("hopfield.try.another_network"_command);
}

// --- a layer on a graph ------------------------------------------------------------------------------------

// Three nodes on a path, forward and backward in matrices, checked by moving one weight.
void write_graph_network_lesson(LessonPage& page) {
  page.say("graph-network.intro"_text);
  page.formulas({"H' = f(Z),  Z = A_hat H W",
                 "A_hat: the adjacency with a 1 for each node itself, each row divided by its sum"});
  page.say("graph-network.path"_text);
  const GraphEdge edges[] = {{0, 1}, {1, 2}};
  const Matrix<double> a_hat = normalised_adjacency(3, edges);
  const Matrix<double> h = matrix(3, 2, {1, 0, 0, 1, 0.5, -0.5});
  Matrix<double> w = matrix(2, 2, {0.5, -1, 1, 0.25});
  page.formulas(matrix_lines("A_hat", a_hat));
  page.formulas(matrix_lines("H", h));
  page.formulas(matrix_lines("W", w));

  page.heading("graph-network.heading.forwards"_text);
  const GraphLayerRun run = run_graph_layer(a_hat.view(), h.view(), w.view(), Activation::logistic);
  page.formulas(matrix_lines("A_hat H", run.messages));
  page.formulas(matrix_lines("Z", run.z));
  page.formulas(matrix_lines("H'", run.h_next));
  page.say("graph-network.message"_text, {number(run.messages(0, 0)), number(run.messages(0, 1))});

  page.heading("graph-network.heading.backwards"_text);
  page.say("graph-network.backwards"_text);
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
  page.say("graph-network.check"_text, {decimal_text(difference, 6), decimal_text(gradient.d_w(0, 0), 6)});
  page.try_next("graph-network.try.first_feature"_command);
  page.try_next("graph-network.try.edges_go_round"_command);
}

}  // namespace chainrule
