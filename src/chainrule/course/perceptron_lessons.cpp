// The lessons on one layer of threshold units.
//
//   gates             y = 1 where w . x > theta: gates, learning and forgetting, the line a gate draws
//   perceptron-rule   W = W + eta (d - sgn(W . X)) X with X = (-1, x): the lecture's three samples,
//                     the bound R^2 |w*|^2 / gamma^2 on the corrections, and the effect of the sign of zero
//   xor-limit         weights that repeat prove that no line separates XOR (separability.h)
//
// Source: document 003 (S3.3 to S3.16) and document 001 (S1.3, S1.4).
#include "chainrule/course/perceptron_lessons.h"

#include <algorithm>
#include <array>

#include "chainrule/base/text.h"
#include "chainrule/course/texts.h"
#include "chainrule/course/threshold_words.h"
#include "chainrule/model/mcculloch_pitts.h"
#include "chainrule/model/perceptron.h"
#include "chainrule/model/separability.h"

namespace chainrule {
namespace {

using Numbers = std::vector<double>;

// The corners of the unit square, 00, 01, 10, 11, one per row.
const Numbers kCorners = {0, 0, 0, 1, 1, 0, 1, 1};
const MatrixView<const double> kCornerRows(kCorners.data(), 4, 2);

// One unit with these weights, the threshold first.
Perceptron perceptron_with(std::span<const double> weights) {
  Perceptron perceptron = make_perceptron(weights.size() - 1, 1);
  std::copy(weights.begin(), weights.end(), perceptron.weights.values().begin());
  return perceptron;
}

// Desired outputs of one unit, one per row.
MatrixView<const double> column(const Numbers& values) {
  return {values.data(), values.size(), 1};
}

// A unit with two inputs: its yes side, its line and the four corners.
PlanePlot corners_plot(const std::string& title, const Hyperplane& plane, std::span<const int> sides,
                       const LessonPage& page) {
  PlanePlot picture{
      .title = title, .x_label = "x1", .y_label = "x2", .x_range = {{-0.5, 1.5}}, .y_range = {{-0.5, 1.5}}};
  PlaneSeries yes{.name = page.pick("word.yes"_text), .points = {}, .marking = PlaneMarking::points};
  PlaneSeries no{.name = page.pick("word.no"_text), .points = {}, .marking = PlaneMarking::points};
  for (std::size_t r = 0; r < 4; ++r)
    (sides[r] > 0 ? yes : no).points.push_back({kCornerRows(r, 0), kCornerRows(r, 1)});
  picture.series = {std::move(yes), std::move(no)};
  picture.region = [plane](double x1, double x2) {
    return pre_activation(plane, std::array{x1, x2}) > 0 ? 1 : 0;
  };
  return picture;
}

// One row per presentation: the trace of a perceptron with one unit.
void trace_table(LessonPage& page, const PerceptronRun& run) {
  std::vector<Words> columns = {verbatim("t"),
                                "perceptron.column.epoch"_text,
                                "word.sample"_text,
                                "perceptron.column.net"_text,
                                "perceptron.column.o"_text,
                                "perceptron.column.d"_text,
                                verbatim("d - o"),
                                verbatim("T")};
  static constexpr std::string_view kNames[] = {"w1", "w2", "w3"};
  for (std::size_t i = 0; i < run.perceptron.inputs(); ++i)
    columns.push_back(verbatim(kNames[i]));
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

// Every gate at every input: the sum, the state, and the logistic function in the place of the step.
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
  page.table({"word.gate"_text, verbatim("w"), verbatim("theta"), verbatim("x"), "gates.column.sum_w_x"_text,
              verbatim("y"), "gates.column.logistic_instead_of_step"_text},
             std::move(rows));
}

// One neuron that is used twice and then left unused: w grows by 0.1 x and fades by 0.1 w.
void learning_and_forgetting(LessonPage& page) {
  McCullochPittsNeuron neuron{.weights = {0.4, 0.4}, .threshold = 1};
  const std::array x{1.0, 1.0};
  std::vector<std::vector<std::string>> rows;
  const auto note = [&](const std::string& what) {
    rows.push_back({what, vector_text(neuron.weights), short_number(potential(neuron, x)),
                    state_of(neuron, x) == NeuronState::excited ? page.pick("gates.label.excited"_text)
                                                                : page.pick("gates.label.inhibited"_text)});
  };
  note(page.pick("gates.label.start"_text));
  for (int i = 0; i < 2; ++i) {
    strengthen(neuron, x, 0.1);
    note(page.pick("gates.label.used"_text));
  }
  for (int i = 0; i < 2; ++i) {
    decay(neuron, 0.1);
    note(page.pick("gates.label.not_used"_text));
  }
  page.table(
      {"gates.column.what_happens"_text, verbatim("w"), "gates.column.sum_w_x"_text, "word.state"_text},
      std::move(rows));
}

// A gate as the lecture draws it, and on which side of it each corner lies.
struct Line {
  std::string_view name;
  Hyperplane plane;
  std::array<int, 4> sides;
};

}  // namespace

// Gates, then a neuron that learns and forgets, then the lines of AND and OR with their margins.
void write_gates_lesson(LessonPage& page) {
  page.say("gates.intro"_text);
  page.formulas({"y = f(sum w_i x_i - theta),   f(net) = 1 for net > 0, else 0"});
  page.heading("gates.heading.four_gates"_text);
  page.say("gates.one_neuron"_text);
  truth_tables(page);
  page.heading("gates.heading.learning_and_forgetting"_text);
  page.say("gates.synapses"_text);
  learning_and_forgetting(page);
  page.heading("gates.heading.line"_text);
  page.say("gates.line"_text);
  const std::array lines = {Line{"AND", {{0.5, 0.5}, 0.75}, {-1, -1, -1, 1}},
                            Line{"OR", {{1, 1}, 0.5}, {-1, 1, 1, 1}}};
  std::vector<std::vector<std::string>> rows;
  std::vector<PlanePlot> panels;
  for (const Line& line : lines) {
    rows.push_back({std::string(line.name), equation_text(line.plane), solved_text(line.plane),
                    short_number(geometric_margin(line.plane, kCornerRows, line.sides))});
    panels.push_back(corners_plot(std::string(line.name), line.plane, line.sides, page));
  }
  page.table({"word.gate"_text, "gates.column.line"_text, "gates.column.solved"_text,
              "gates.column.smallest_distance"_text},
             std::move(rows));
  page.plot("gates.picture"_text, panels);
  page.try_next("gates.try.and_rows"_command);
  page.try_next("gates.try.find_line"_command);
  page.try_next("gates.try.see_line"_command);
  page.try_next("gates.try.how_learning_goes"_command);
}

// --- the rule ----------------------------------------------------------------------------------------------

namespace {

// The lecture's example: three samples of three inputs, their targets, W(0) with the threshold first, and
// eta.
const Numbers kSamples = {1, -2, 0, 0, 1.5, -0.5, -1, 1, 0.5};
const MatrixView<const double> kSampleRows(kSamples.data(), 3, 3);
const Numbers kDesired = {-1, -1, 1};
const Numbers kStart = {0.5, 1, -1, 0};
constexpr double kRate = 0.1;

// The first presentation in full: net, output, error, new weights.
void first_step(LessonPage& page, const PerceptronRun& run) {
  const PerceptronStep& step = run.steps.front();
  const std::span<const double> x = kSampleRows.row_span(0);
  Numbers augmented = {-1};
  augmented.insert(augmented.end(), x.begin(), x.end());
  const Perceptron start = perceptron_with(kStart);
  page.formulas({"X = " + vector_text(augmented) + ", W = " + vector_text(kStart),
                 "net = W . X = " + short_number(augmented_pre_activation(start, 0, x)) +
                     "   (without x0: w . x - T = " + short_number(pre_activation(start, 0, x)) + ")",
                 "o = sgn(net) = " + short_number(step.output[0]) + ", d = " + short_number(step.desired[0]) +
                     ", d - o = " + short_number(step.error[0]),
                 "W = W + " + short_number(kRate) + " * (" + short_number(step.error[0]) +
                     ") * X = " + vector_text(step.weights.values())});
}

// Why the rule ends, and how that depends on sgn(0).
void bound_and_zero(LessonPage& page, const PerceptronRun& run) {
  const std::vector<int> sides = sides_of(column(kDesired), 0, OutputCode::bipolar);
  const Numbers separator(run.perceptron.weights.values().begin(), run.perceptron.weights.values().end());
  const ConvergenceBound bound = convergence_bound(separator, kSampleRows, sides);
  page.say("perceptron-rule.bound"_text);
  page.formulas({"R^2 = " + short_number(bound.radius_squared) + ", |w*|^2 = " +
                     short_number(bound.norm_squared) + ", gamma = " + short_number(bound.gamma),
                 "R^2 |w*|^2 / gamma^2 = " + short_number(bound.corrections)});
  page.heading("perceptron-rule.heading.sign_of_zero"_text);
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
  page.say(is_same ? "perceptron-rule.zero_is_harmless"_text : "perceptron-rule.zero_matters"_text,
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
  page.table({verbatim("sgn(0)"), "perceptron-rule.column.corrections"_text,
              "perceptron-rule.column.presentations"_text, "perceptron-rule.column.weights_over_rate"_text,
              "perceptron-rule.column.bound"_text},
             std::move(rows));
}

// T and the weights over the presentations.
void weights_plot(LessonPage& page, const PerceptronRun& run) {
  static constexpr std::string_view kNames[] = {"T", "w1", "w2", "w3"};
  PlanePlot picture{.title = page.pick("perceptron-rule.label.weights_after_t_presentations"_text),
                    .x_label = "t",
                    .y_label = "W"};
  for (std::size_t i = 0; i < kStart.size(); ++i) {
    PlaneSeries series{.name = std::string(kNames[i]), .points = {{0, kStart[i]}}};
    for (const PerceptronStep& step : run.steps)
      series.points.push_back({static_cast<double>(step.t + 1), step.weights.values()[i]});
    picture.series.push_back(std::move(series));
  }
  page.plot("perceptron-rule.picture"_text, {picture});
}

}  // namespace

// The lecture's run from start to end, why it ends, and several units at once.
void write_perceptron_rule_lesson(LessonPage& page) {
  page.say("perceptron-rule.intro"_text);
  page.formulas({"X = (-1, x1, ..., xn), W = (T, w1, ..., wn)", "o = sgn(W . X) = sgn(w . x - T)",
                 "W = W + eta (d - o) X,   0 < eta <= 1"});
  page.say("perceptron-rule.example"_text, {short_number(kRate), vector_text(kStart)});
  const PerceptronRun run =
      train_perceptron(perceptron_with(kStart), kSampleRows, column(kDesired), {.learning_rate = kRate});
  first_step(page, run);
  page.heading("perceptron-rule.heading.whole_run"_text);
  page.say("perceptron-rule.in_turn"_text);
  trace_table(page, run);
  const Numbers weights(run.perceptron.weights.values().begin(), run.perceptron.weights.values().end());
  page.say("perceptron-rule.outcome"_text,
           {std::to_string(run.corrections), std::to_string(*run.last_correction + 1),
            std::to_string(run.epochs), vector_text(weights), equation_text(hyperplane_of(run.perceptron, 0)),
            solved_text(hyperplane_of(run.perceptron, 0)),
            short_number(-signed_distance(hyperplane_of(run.perceptron, 0), Numbers{0, 0, 0}))});
  weights_plot(page, run);
  page.heading("perceptron-rule.heading.why_it_ends"_text);
  bound_and_zero(page, run);
  page.heading("perceptron-rule.heading.several_units_at_once"_text);
  const Numbers both = {-1, -1, -1, 1, -1, 1, 1, 1};
  const PerceptronRun pair =
      train_perceptron(random_perceptron(2, 2, 0.1, 1), kCornerRows,
                       MatrixView<const double>(both.data(), 4, 2), {.learning_rate = 0.25});
  page.say("perceptron-rule.side_by_side"_text,
           {std::to_string(pair.epochs), equation_text(hyperplane_of(pair.perceptron, 0)),
            equation_text(hyperplane_of(pair.perceptron, 1))});
  page.try_next("perceptron-rule.try.table_to_learn"_command);
  page.try_next("perceptron-rule.try.rule_in_turn"_command);
  page.try_next("perceptron-rule.try.what_it_cannot"_command);
}

// --- the limit ---------------------------------------------------------------------------------------------

namespace {

// The counts of a repetition as a proof: sum over the samples of c d (-1, x) is 0, so that no W has d (W . X)
// > 0 for all.
void proof_by_repetition(LessonPage& page, const WeightCycle& cycle, const Numbers& desired,
                         std::span<const int> sides) {
  page.heading("xor-limit.heading.proof"_text);
  page.say("xor-limit.corrections_cancel"_text);
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
  rows.push_back({page.pick("word.sum"_text), "", "", short_number(total[0]), short_number(total[1]),
                  short_number(total[2])});
  page.table({verbatim("x"), verbatim("d"), verbatim("c"), verbatim("c d (-1)"), verbatim("c d x1"),
              verbatim("c d x2")},
             std::move(rows));
  const CertificateCheck check = check_certificate(kCornerRows, sides, {cycle.counts.row(0), 4});
  page.say(check.proof == Proof::exact ? "xor-limit.contradiction"_text : "xor-limit.no_proof"_text);
  page.say("xor-limit.lecture_proof"_text);
}

// Of four gates: a separating W, or counts that exclude one.
void line_or_proof(LessonPage& page) {
  page.heading("xor-limit.heading.line_or_proof"_text);
  std::vector<std::vector<std::string>> answers;
  const std::pair<std::string_view, std::array<int, 4>> gates[] = {
      {"AND", {-1, -1, -1, 1}}, {"OR", {-1, 1, 1, 1}}, {"NAND", {1, 1, 1, -1}}, {"XOR", {-1, 1, 1, -1}}};
  for (const auto& [name, wanted] : gates) {
    const SeparabilityAnswer answer = decide_separability(kCornerRows, wanted);
    const bool is_separable = answer.verdict == Separability::separable;
    answers.push_back({std::string(name), page.pick(verdict_words(answer.verdict)),
                       vector_text(is_separable ? answer.weights : answer.counts),
                       answer.proof == Proof::exact ? page.pick("xor-limit.label.without_rounding"_text)
                                                    : page.pick("xor-limit.label.rounded"_text)});
  }
  page.say("xor-limit.either_or"_text);
  page.table({"word.gate"_text, "xor-limit.column.verdict"_text, "xor-limit.column.weights_or_counts"_text,
              "xor-limit.column.checked"_text},
             std::move(answers));
}

}  // namespace

// The rule on XOR until its weights repeat, and the proof that follows from it.
void write_xor_limit_lesson(LessonPage& page) {
  const Numbers desired = {-1, 1, 1, -1}, start = {0.25, -0.5, 0.125};
  page.say("xor-limit.intro"_text, {short_number(0.25), vector_text(start)});
  const PerceptronRun run =
      train_perceptron(perceptron_with(start), kCornerRows, column(desired), {.learning_rate = 0.25});
  trace_table(page, run);
  const WeightCycle& cycle = run.cycle.value();
  page.say(
      "xor-limit.repetition"_text,
      {std::to_string(cycle.repeat_epoch), std::to_string(cycle.first_epoch),
       vector_text(run.perceptron.weights.values()),
       page.language() == Language::en ? count_of(cycle.period(), "epoch") : std::to_string(cycle.period())});
  const std::vector<int> sides = sides_of(column(desired), 0, OutputCode::bipolar);
  proof_by_repetition(page, cycle, desired, sides);
  line_or_proof(page);
  std::vector<PlanePlot> panels;
  for (const std::size_t t : {1u, 2u, 3u}) {
    const std::span<const double> w = run.steps[t].weights.values();
    panels.push_back(corners_plot("t = " + std::to_string(t + 1), {{w[1], w[2]}, w[0]}, sides, page));
  }
  page.plot("xor-limit.picture"_text, panels);
  page.try_next("xor-limit.try.four_rows"_command);
  page.try_next("xor-limit.try.program_finds_the_proof"_command);
  page.try_next("xor-limit.try.three_of_four"_command);
  page.try_next("xor-limit.try.two_layers"_command);
}

}  // namespace chainrule
