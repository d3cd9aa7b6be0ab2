#include "chainrule/teach/derivation.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "chainrule/base/text.h"
#include "chainrule/teach/worked_examples.h"

namespace chainrule {
namespace {

// One input, one logistic unit, as in worked_step_test: z = 0, a = 1/2, delta = -1/8.
WorkedNetwork neuron() {
  return {.network = {{make_dense(1, 1, Activation::logistic)}},
          .parameters = {2, -1},
          .loss = {.kind = Loss::half_squared_error, .reduction = Reduction::single},
          .eta = 0.5,
          .samples = {{{0.5}, {1}}}};
}

const DerivationSection& section_of(const Derivation& derivation, std::string_view title) {
  const auto found =
      std::find_if(derivation.sections.begin(), derivation.sections.end(),
                   [&](const DerivationSection& section) { return section.title.starts_with(title); });
  EXPECT_NE(found, derivation.sections.end()) << title;
  return *found;
}

std::vector<std::string> lines_of(const DerivationSection& section) {
  std::vector<std::string> lines;
  for (const Equation& equation : section.equations) {
    std::vector<std::string> sides;
    for (const Formula& side : equation.sides)
      sides.push_back(formula_text(side));
    lines.push_back(join(sides, " = "));
  }
  return lines;
}

Derivation derivation_of(const WorkedNetwork& worked, const DerivationOptions& options = {}) {
  return derive(worked, work_step(worked), options);
}

using Lines = std::vector<std::string>;

TEST(Derivation, OfOneNeuronIsWhatAPencilWrites) {
  const Derivation derivation = derivation_of(neuron());
  EXPECT_EQ(lines_of(section_of(derivation, "Forward")),
            (Lines{"x_1 = 0.5", "z_1^(1) = w_11^(1) x_1 + b_1^(1) = 2 · 0.5 + (-1) = 0",
                   "a_1^(1) = f(z_1^(1)) = f(0) = 0.5",
                   "f'(z_1^(1)) = a_1^(1) · (1 - a_1^(1)) = 0.5 · (1 - 0.5) = 0.25"}));
  EXPECT_EQ(lines_of(section_of(derivation, "Loss")),
            (Lines{"E = 1/2 (t_1 - a_1^(1))² = 1/2 (1 - 0.5)² = 0.125"}));
  EXPECT_EQ(lines_of(section_of(derivation, "Output")),
            (Lines{"∂E/∂a_1^(1) = -(t_1 - a_1^(1)) = -(1 - 0.5) = -0.5",
                   "δ_1^(1) = ∂E/∂a_1^(1) · f'(z_1^(1)) = (-0.5) · 0.25 = -0.125"}));
  EXPECT_EQ(lines_of(section_of(derivation, "Gradients")),
            (Lines{"∂E/∂w_11^(1) = ∂E/∂a_1^(1) · ∂a_1^(1)/∂z_1^(1) · ∂z_1^(1)/∂w_11^(1) = δ_1^(1) · x_1 = "
                   "(-0.5) · 0.25 "
                   "· 0.5 = -0.0625",
                   "∂E/∂b_1^(1) = ∂E/∂a_1^(1) · ∂a_1^(1)/∂z_1^(1) · ∂z_1^(1)/∂b_1^(1) = δ_1^(1) · 1 = (-0.5) "
                   "· 0.25 · 1 "
                   "= -0.125"}));
  EXPECT_EQ(lines_of(section_of(derivation, "Update")),
            (Lines{"w_11^(1) new = w_11^(1) - η ∂E/∂w_11^(1) = 2 - 0.5 · (-0.0625) = 2.03125",
                   "b_1^(1) new = b_1^(1) - η ∂E/∂b_1^(1) = (-1) - 0.5 · (-0.125) = -0.9375"}));
}

// Document 003: the threshold v = -b = 1 has the input -1, delta is -dE/dnet = 1/8, and the update adds η δ x.
TEST(Derivation, Of003HasThresholdsAndTheOtherSign) {
  const Derivation derivation = derivation_of(neuron(), {.notation = Notation::s003});
  EXPECT_EQ(lines_of(section_of(derivation, "Forward"))[1],
            "net_1^o = w_11 x_1 + w_01 · (-1) = 2 · 0.5 + 1 · (-1) = 0");
  EXPECT_EQ(lines_of(section_of(derivation, "Output"))[1],
            "δ_1^o = -∂E/∂o_1 · f'(net_1^o) = 0.5 · 0.25 = 0.125");
  EXPECT_EQ(
      lines_of(section_of(derivation, "Gradients"))[1],
      "∂E/∂w_01 = ∂E/∂o_1 · ∂o_1/∂net_1^o · ∂net_1^o/∂w_01 = -δ_1^o · (-1) = (-0.5) · 0.25 · (-1) = 0.125");
  EXPECT_EQ(lines_of(section_of(derivation, "Update")),
            (Lines{"w_11^new = w_11 + η δ_1^o x_1 = 2 + 0.5 · 0.125 · 0.5 = 2.03125",
                   "w_01^new = w_01 + η δ_1^o (-1) = 1 + 0.5 · 0.125 · (-1) = 0.9375"}));
}

TEST(Derivation, NarrowsToOneParameter) {
  const DerivationOptions options = {.notation = Notation::s004, .parameter = ParameterPlace{1, 1, 1}};
  const Derivation derivation = derivation_of(example_004(), options);
  EXPECT_EQ(derivation.title, "One step of gradient descent for w_(2,5)");
  EXPECT_EQ(section_of(derivation, "Gradients").equations.size(), 1u);
  EXPECT_EQ(section_of(derivation, "Update").equations.size(), 1u);
  const Lines hidden = lines_of(section_of(derivation, "Hidden"));
  ASSERT_EQ(hidden.size(), 1u) << "delta of unit 5 alone";
  EXPECT_TRUE(hidden[0].starts_with("δ_5^(2) = ")) << hidden[0];
}

TEST(Derivation, CountsWhatItLeavesOut) {
  const Derivation derivation = derivation_of(example_004(), {.most_equations = 5});
  // 14 weights and 6 biases.
  EXPECT_EQ(section_of(derivation, "Gradients").equations.size(), 5u);
  EXPECT_EQ(section_of(derivation, "Gradients").left_out, 15u);
  EXPECT_EQ(section_of(derivation_of(example_004(), {.most_equations = 0}), "Gradients").equations.size(),
            20u);
}

// The last number of each line is the product or sum of the numbers before it, whatever the notation: delta, gradient and
// loss are checked through the numbers of the step itself.
TEST(Derivation, EndsEveryLineWithTheNumberOfTheStep) {
  WorkedNetwork worked = example_004();
  worked.samples.push_back({{-1, 0.5}, {0}});
  worked.loss.reduction = Reduction::mean;
  worked.lambda = 0.25;
  const WorkedStep step = work_step(worked);
  for (const EnumName<Notation>& notation : enum_table<Notation>()) {
    const Derivation derivation =
        derive(worked, step, {.notation = notation.value, .digits = kAllDigits, .most_equations = 0});
    const DerivationSection& total = section_of(derivation, "All samples");
    const double sign = notation.value == Notation::s003 ? -1 : 1;  // thresholds
    EXPECT_EQ(formula_text(total.equations.front().sides.back()), format_number(step.total_loss))
        << notation.word;
    // Last layer first: W[2][0][0], W[2][0][1], b[2][0].
    EXPECT_EQ(formula_text(total.equations[1].sides.back()), format_number(step.dW[2][0][0]))
        << notation.word;
    EXPECT_EQ(formula_text(total.equations[2].sides.back()), format_number(step.dW[2][0][1]))
        << notation.word;
    EXPECT_EQ(formula_text(total.equations[3].sides.back()), format_number(sign * step.db[2][0]))
        << notation.word;
    const DerivationSection& update = section_of(derivation, "Update");
    EXPECT_EQ(formula_text(update.equations[0].sides.back()), format_number(step.W_new[2][0][0]))
        << notation.word;
    EXPECT_EQ(formula_text(update.equations[2].sides.back()), format_number(sign * step.b_new[2][0]))
        << notation.word;
  }
}

TEST(Derivation, SoftmaxSubtractsTheTarget) {
  WorkedNetwork worked = {.network = {{make_dense(1, 2, Activation::softmax)}},
                          .parameters = {0, 0, 0, 0},
                          .loss = {.kind = Loss::softmax_cross_entropy, .reduction = Reduction::single},
                          .samples = {{{1}, {0, 1}}}};
  const Lines lines = lines_of(section_of(derivation_of(worked), "Output"));
  EXPECT_EQ(lines,
            (Lines{"δ_1^(1) = a_1^(1) - t_1 = 0.5 - 0 = 0.5", "δ_2^(1) = a_2^(1) - t_2 = 0.5 - 1 = -0.5"}));
}

TEST(Derivation, SoftmaxWithTargetsThatSumToTwo) {
  WorkedNetwork worked = {.network = {{make_dense(1, 2, Activation::softmax)}},
                          .parameters = {0, 0, 0, 0},
                          .loss = {.kind = Loss::softmax_cross_entropy, .reduction = Reduction::single},
                          .samples = {{{1}, {1, 1}}}};
  // dE/dz_i = (t_1 + t_2) a_i - t_i = 2 * 1/2 - 1.
  EXPECT_EQ(lines_of(section_of(derivation_of(worked), "Output"))[0],
            "δ_1^(1) = (t_1 + t_2) · a_1^(1) - t_1 = 2 · 0.5 - 1 = 0");
}

// The numbers are those of worked_step_test.
TEST(Derivation, GoesThroughRadialBasisFunctions) {
  const WorkedNetwork worked = {
      .network = {{Rbf{.inputs = 1, .units = 1}, make_dense(1, 1, Activation::identity)}},
      .parameters = {1, 1, 2, 0},
      .loss = {.kind = Loss::half_squared_error, .reduction = Reduction::single},
      .eta = 0.5,
      .samples = {{{0}, {1}}}};
  const Derivation derivation = derivation_of(worked);
  const Lines forward = lines_of(section_of(derivation, "Forward"));
  EXPECT_EQ(forward[1], "d_1 = (x_1 - c_11)² = (0 - 1)² = 1");
  EXPECT_EQ(forward[2], "φ_1 = exp(-d_1/(2 s_1²)) = exp(-1/(2 (1)²)) = 0.606531");
  EXPECT_TRUE(forward[3].starts_with("z_1^(1) = w_11^(1) φ_1 + b_1^(1) = 2 · 0.606531 + 0 = 1.21306"))
      << forward[3];
  const Lines back = lines_of(section_of(derivation, "Centres"));
  EXPECT_EQ(back[0], "∂E/∂φ_1 = δ_1^(1) w_11^(1) = 0.213061 · 2 = 0.426123");
  EXPECT_EQ(back[1],
            "∂E/∂c_11 = ∂E/∂φ_1 · φ_1 · (x_1 - c_11)/s_1² = 0.426123 · 0.606531 · (0 - 1)/(1)² = -0.258456");
  EXPECT_EQ(back[2],
            "∂E/∂s_1 = ∂E/∂φ_1 · φ_1 · d_1/(s_1² · s_1) = 0.426123 · 0.606531 · 1/((1)² · (1)) = 0.258456");
}

TEST(Derivation, SaysWhenTheLossRises) {
  const Derivation derivation = derivation_of(example_004());
  const DerivationSection& after = section_of(derivation, "The loss before");
  EXPECT_TRUE(std::any_of(after.remarks.begin(), after.remarks.end(),
                          [](const std::string& remark) { return remark.starts_with("The loss rises"); }));
}

// Their names in C++ (base/setting.cpp) are members that exist.
TEST(DerivationOptions, AreNamedInTheTableOfSettings) {
  const DerivationOptions options{.notation = Notation::plain, .parameter = {}, .most_equations = 0};
  EXPECT_EQ(options.most_equations, 0u);
  EXPECT_EQ(name_of(Setting::notation, Face::cpp), "DerivationOptions::notation");
  EXPECT_EQ(name_of(Setting::parameter, Face::cpp), "DerivationOptions::parameter");
  EXPECT_EQ(name_of(Setting::all, Face::cpp), "DerivationOptions::most_equations");
}

}  // namespace
}  // namespace chainrule
