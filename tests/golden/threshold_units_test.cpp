// Threshold units against the worked examples: gates, the perceptron rule, the two-layer XOR, the decision
// regions.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "chainrule/base/text.h"
#include "chainrule/model/mcculloch_pitts.h"
#include "chainrule/model/perceptron.h"
#include "chainrule/model/separability.h"
#include "chainrule/model/threshold_network.h"

namespace chainrule {
namespace {

using Json = nlohmann::json;
using Numbers = std::vector<double>;

Json example(const char* key) {
  std::ifstream file(std::string(CHAINRULE_SOURCE_DIR) + "/tests/golden/worked_examples.json");
  return Json::parse(file).at(key);
}

// Relative 1e-12; absolute where the reference is 0: the other numbers are of order 1, and 0.1 is rounded.
void expect_close(double got, double wanted) {
  EXPECT_NEAR(got, wanted, wanted == 0 ? 1e-15 : 1e-12 * std::abs(wanted));
}

void expect_close(std::span<const double> got, const Json& wanted, double scale = 1) {
  ASSERT_EQ(got.size(), wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i)
    expect_close(got[i], scale * wanted[i].get<double>());
}

// Augmented samples (-1, x1, ...) without their -1.
Matrix<double> inputs_of(const Json& augmented) {
  Matrix<double> inputs(augmented.size(), augmented[0].size() - 1);
  for (std::size_t r = 0; r < inputs.rows(); ++r) {
    EXPECT_EQ(augmented[r][0].get<double>(), -1);
    for (std::size_t i = 0; i < inputs.columns(); ++i)
      inputs(r, i) = augmented[r][i + 1].get<double>();
  }
  return inputs;
}

Perceptron perceptron_with(const Numbers& weights) {
  Perceptron perceptron = make_perceptron(weights.size() - 1, 1);
  std::copy(weights.begin(), weights.end(), perceptron.weights.values().begin());
  return perceptron;
}

// scale: the factor between the weights of the run and those of the reference.
void expect_steps(const PerceptronRun& run, const Json& reference, double scale = 1) {
  ASSERT_EQ(run.steps.size(), reference.at("steps").size());
  for (std::size_t i = 0; i < run.steps.size(); ++i) {
    const PerceptronStep& step = run.steps[i];
    const Json& wanted = reference.at("steps")[i];
    EXPECT_EQ(step.t, wanted.at("t").get<std::uint64_t>());
    EXPECT_EQ(step.epoch, wanted.at("epoch").get<std::uint64_t>());
    EXPECT_EQ(step.sample + 1, wanted.at("sample").get<std::size_t>());
    expect_close(step.net[0], scale * wanted.at("net").get<double>());
    EXPECT_EQ(step.output[0], wanted.at("o").get<double>());
    EXPECT_EQ(step.desired[0], wanted.at("d").get<double>());
    EXPECT_EQ(step.error[0], wanted.at("error").get<double>());
    expect_close({step.weights.row(0), step.weights.columns()}, wanted.at("W_next"), scale);
  }
  EXPECT_EQ(run.converged, reference.at("converged").get<bool>());
  EXPECT_EQ(run.presentations, reference.at("presentations").get<std::uint64_t>());
  EXPECT_EQ(run.met_zero_net, reference.at("zero_net_encountered").get<bool>());
  if (!run.converged) return;
  EXPECT_EQ(run.epochs, reference.at("epochs_including_final_check").get<std::uint64_t>());
  EXPECT_EQ(run.last_correction, reference.at("last_update_at_t").get<std::uint64_t>());
  EXPECT_EQ(run.corrections, reference.at("number_of_updates").get<std::uint64_t>());
  expect_close(run.perceptron.weights.values(), reference.at("final_W"), scale);
}

constexpr std::pair<const char*, SignOfZero> kSignsOfZero[] = {
    {"sgn0=0", SignOfZero::zero}, {"sgn0=+1", SignOfZero::plus}, {"sgn0=-1", SignOfZero::minus}};

TEST(WorkedPerceptron, LinesOfAndAndOr) {
  for (const char* const name : {"AND", "OR"}) {
    const Json reference = example("perceptron").at(name);
    const Numbers augmented = reference.at("augmented").at("W");
    Perceptron perceptron = perceptron_with(augmented);
    const Hyperplane line = hyperplane_of(perceptron, 0);
    EXPECT_EQ(line, (Hyperplane{reference.at("w").get<Numbers>(), reference.at("T").get<double>()}));
    const auto solved = solved_equation(line);
    ASSERT_TRUE(solved);
    EXPECT_EQ(solved->variable, 0u);
    expect_close(solved->coefficients[1], reference.at("boundary_x1_equals_a_x2_plus_c").at("a"));
    expect_close(solved->constant, reference.at("boundary_x1_equals_a_x2_plus_c").at("c"));
    Numbers points;
    std::vector<int> sides;
    for (const Json& row : reference.at("truth_table")) {
      const Numbers x = row.at("x");
      points.insert(points.end(), x.begin(), x.end());
      sides.push_back(row.at("y_01").get<int>() == 1 ? 1 : -1);
      perceptron.code = OutputCode::bipolar;
      EXPECT_EQ(pre_activation(perceptron, 0, x), row.at("net_minus_T").get<double>());
      EXPECT_EQ(augmented_pre_activation(perceptron, 0, x), row.at("net_minus_T").get<double>());
      EXPECT_EQ(outputs_of(perceptron, x)[0], row.at("sgn_output").get<double>());
      perceptron.code = OutputCode::binary;
      EXPECT_EQ(outputs_of(perceptron, x)[0], row.at("step_output").get<double>());
      EXPECT_EQ(outputs_of(perceptron, x)[0] == row.at("y_01").get<double>(), row.at("correct").get<bool>());
    }
    expect_close(geometric_margin(line, {points.data(), 4, 2}, sides), reference.at("min_geometric_margin"));
  }
}

TEST(WorkedPerceptron, TheLearningExampleStepByStepForEverySignOfZero) {
  const Json reference = example("perceptron").at("learning_example");
  const Matrix<double> inputs = inputs_of(reference.at("X"));
  const Numbers d = reference.at("d");
  for (const auto& [name, sign_of_zero] : kSignsOfZero) {
    Perceptron start = perceptron_with(reference.at("W0"));
    start.sign_of_zero = sign_of_zero;
    const PerceptronRun run =
        train_perceptron(start, inputs.view(), {d.data(), 3, 1}, {.learning_rate = reference.at("eta")});
    expect_steps(run, reference.at("run"));
    EXPECT_EQ(run.corrections, 7u);
    EXPECT_EQ(*run.last_correction + 1, 12u);  // presentations
    for (std::size_t t = 0; t < run.steps.size(); ++t)
      expect_close({run.steps[t].weights.row(0), 4}, reference.at("W_list")[t + 1]);
    for (std::size_t r = 0; r < 3; ++r) {
      expect_close(pre_activation(run.perceptron, 0, inputs.view().row_span(r)),
                   reference.at("run").at("final_nets")[r]);
    }
  }
}

// The reference was computed with fractions, where pre-activations are exactly 0; with 0.1 rounded they are
// not. The learning rate only scales the weights of a run that starts from zero weights, so the rate here is
// 1/8.
TEST(WorkedPerceptron, FromZeroWeightsTheSignOfZeroMatters) {
  const Json all = example("perceptron");
  const Json& reference = all.at("learning_example");
  const Matrix<double> inputs = inputs_of(reference.at("X"));
  const Numbers d = reference.at("d");
  const Json& theorem = all.at("convergence_theorem");
  for (const auto& [name, sign_of_zero] : kSignsOfZero) {
    Perceptron start = make_perceptron(3, 1);
    start.sign_of_zero = sign_of_zero;
    const PerceptronRun run =
        train_perceptron(start, inputs.view(), {d.data(), 3, 1}, {.learning_rate = 0.125});
    expect_steps(run, all.at("learning_example_from_zero_weights").at("runs").at(name), 1.25);
    EXPECT_EQ(run.corrections, theorem.at("observed_corrections_from_zero").at(name).get<std::uint64_t>());
  }
}

TEST(WorkedPerceptron, TheBoundOfTheConvergenceTheorem) {
  const Json all = example("perceptron");
  const Json& theorem = all.at("convergence_theorem");
  const Matrix<double> inputs = inputs_of(all.at("learning_example").at("X"));
  const Numbers d = all.at("learning_example").at("d"), separator = theorem.at("w_star");
  const std::vector<int> sides = sides_of({d.data(), 3, 1}, 0, OutputCode::bipolar);
  const ConvergenceBound bound = convergence_bound(separator, inputs.view(), sides);
  expect_close(bound.gamma, theorem.at("gamma"));
  expect_close(bound.radius_squared, theorem.at("R_squared"));
  expect_close(bound.norm_squared, theorem.at("w_star_norm_squared"));
  expect_close(bound.corrections, theorem.at("bound_on_corrections_from_W0_zero"));
  expect_close(convergence_bound(separator, inputs.view(), sides, SignOfZero::zero).corrections,
               4 * theorem.at("bound_on_corrections_from_W0_zero").get<double>());
  EXPECT_TRUE(separates_exactly(inputs.view(), sides, separator));
}

TEST(WorkedPerceptron, TheRuleLearnsAndAndOrAndNeverExclusiveOr) {
  const Json reference = example("perceptron").at("rule_on_truth_tables");
  const Matrix<double> inputs = inputs_of(reference.at("X"));
  const Perceptron start = perceptron_with(reference.at("W0"));
  const PerceptronOptions options{.learning_rate = reference.at("eta")};
  const Numbers conjunction = {-1, -1, -1, 1}, disjunction = {-1, 1, 1, 1}, exclusive = {-1, 1, 1, -1};
  expect_steps(train_perceptron(start, inputs.view(), {conjunction.data(), 4, 1}, options),
               reference.at("AND"));
  expect_steps(train_perceptron(start, inputs.view(), {disjunction.data(), 4, 1}, options),
               reference.at("OR"));
  const PerceptronRun run = train_perceptron(start, inputs.view(), {exclusive.data(), 4, 1}, options);
  expect_steps(run, reference.at("XOR_never_converges"));
  ASSERT_TRUE(run.cycle);
  const Json& cycle = reference.at("XOR_never_converges").at("cycle");
  EXPECT_EQ(run.cycle->first_epoch, cycle.at("first_epoch_index").get<std::uint64_t>());
  EXPECT_EQ(run.cycle->repeat_epoch, cycle.at("repeat_epoch_index").get<std::uint64_t>());
  EXPECT_EQ(run.cycle->period(), cycle.at("cycle_length_epochs").get<std::uint64_t>());
  const std::vector<int> sides = sides_of({exclusive.data(), 4, 1}, 0, OutputCode::bipolar);
  EXPECT_EQ(check_certificate(inputs.view(), sides, run.cycle->counts.values()).proof, Proof::exact);
}

TEST(WorkedPerceptron, TheTwoLayerExclusiveOrInBothCodes) {
  const Json reference = example("perceptron").at("xor_two_layer");
  const std::pair<const char*, OutputCode> realisations[] = {{"realisation_step_01", OutputCode::binary},
                                                             {"realisation_sgn_pm1", OutputCode::bipolar}};
  for (const auto& [name, code] : realisations) {
    const Json& realisation = reference.at(name);
    const ThresholdNetwork network = xor_network(code);
    EXPECT_EQ(network.layers[0].weights, realisation.at("hidden_w").get<std::vector<Numbers>>());
    EXPECT_EQ(network.layers[0].thresholds, realisation.at("hidden_T").get<Numbers>());
    EXPECT_EQ(network.layers[1].weights[0], realisation.at("out_w").get<Numbers>());
    EXPECT_EQ(network.layers[1].thresholds[0], realisation.at("out_T").get<double>());
    for (std::size_t r = 0; r < 4; ++r) {
      const Json& row = realisation.at("rows")[r];
      const Json& printed = reference.at("printed_table")[r];
      const Numbers x = row.at("x");
      const ThresholdRun result = run_layers(network, x);
      EXPECT_EQ(result.nets[0], row.at("net_hidden").get<Numbers>());
      EXPECT_EQ(result.outputs[0], row.at("y").get<Numbers>());
      EXPECT_EQ(result.nets[1][0], row.at("net_out").get<double>());
      EXPECT_EQ(result.outputs[1][0], row.at("o").get<double>());
      EXPECT_EQ(says_yes(network, x) ? 1 : 0, printed.at("o").get<int>());
      EXPECT_EQ(says_yes(network, x) ? 1 : 0, row.at("o_01").get<int>());
      for (std::size_t j = 0; j < 2; ++j)
        EXPECT_EQ(result.outputs[0][j] == 1 ? 1 : 0, printed.at("y")[j].get<int>());
    }
    // The lines that the hidden units draw: -x1 + x2 + 1/2 = 0 and x1 - x2 + 1/2 = 0.
    const Json& lines = reference.at("boundaries");
    EXPECT_EQ("y1: " + equation_text({network.layers[0].weights[0], -0.5}), "y1: -x1 + x2 + 0.5 = 0");
    EXPECT_EQ(lines[0], "y1: -x1+x2+1/2=0");
    EXPECT_EQ("y2: " + equation_text({network.layers[0].weights[1], -0.5}), "y2: x1 - x2 + 0.5 = 0");
    EXPECT_EQ(lines[1], "y2: x1-x2+1/2=0");
  }
}

TEST(WorkedMcCullochPitts, Gates) {
  const std::map<std::string, LogicGate> gates = {{"AND", LogicGate::conjunction},
                                                  {"OR", LogicGate::disjunction},
                                                  {"NOT", LogicGate::negation},
                                                  {"NAND", LogicGate::nand}};
  const Json reference = example("mcculloch_pitts").at("gates");
  EXPECT_EQ(reference.size(), gates.size());
  for (const Json& gate : reference) {
    const McCullochPittsNeuron neuron = logic_gate(gates.at(gate.at("gate")));
    EXPECT_EQ(neuron.weights, gate.at("w").get<Numbers>());
    EXPECT_EQ(neuron.threshold, gate.at("theta").get<double>());
    for (const Json& row : gate.at("table")) {
      EXPECT_EQ(state_of(neuron, row.at("x").get<Numbers>()) == NeuronState::excited ? 1 : 0,
                row.at("y").get<int>());
    }
  }
}

TEST(WorkedDecisionRegions, PointByPoint) {
  const Json reference = example("decision_regions");
  const std::pair<const char*, ThresholdNetwork> networks[] = {
      {"half_plane", half_plane_network()},
      {"convex_triangle_one_hidden", triangle_network()},
      {"union_two_hidden", triangle_or_square_network()}};
  for (const auto& [name, network] : networks) {
    const Json& layers = reference.at(name).at("layers");
    ASSERT_EQ(network.layers.size(), layers.size());
    for (std::size_t l = 0; l < layers.size(); ++l) {
      EXPECT_EQ(network.layers[l].weights, layers[l].at("W").get<std::vector<Numbers>>());
      EXPECT_EQ(network.layers[l].thresholds, layers[l].at("T").get<Numbers>());
    }
    for (const Json& point : reference.at(name).at("points"))
      EXPECT_EQ(run_layers(network, point.at("x").get<Numbers>()).outputs.back()[0],
                point.at("o").get<double>());
  }
}

}  // namespace
}  // namespace chainrule
