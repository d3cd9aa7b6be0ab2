#include "chainrule/explain/derivation.h"

#include <gtest/gtest.h>

#include "chainrule/explain/worked_examples.h"
#include "support/derivations.h"

namespace chainrule {
namespace {

using testing_support::derivation_of;
using testing_support::Lines;
using testing_support::lines_of;
using testing_support::neuron;
using testing_support::section_of;

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

TEST(Derivation, HasTheSizeOfALargeMatrixInsteadOfItsNumbers) {
  const Derivation cut = derivation_of(example_004(), {.most_numbers = 3});
  const Derivation whole = derivation_of(example_004(), {.most_numbers = 0});
  const DerivationSection& of_cut = section_of(cut, "The network");
  const DerivationSection& of_whole = section_of(whole, "The network");
  EXPECT_GT(of_cut.numbers_left_out, 3u);
  EXPECT_EQ(of_whole.numbers_left_out, 0u);
  EXPECT_EQ(of_whole.equations.size(), of_cut.equations.size() + of_cut.remarks.size());
  EXPECT_NE(of_cut.remarks.front().find(" numbers."), std::string::npos);
  const std::string text = derivation_text(cut, 100, Face::command_line);
  EXPECT_NE(text.find("--all shows them. Of a model whose networks vote, --member K"), std::string::npos)
      << text;
  EXPECT_NE(derivation_html(cut, Face::python).find("of matrices left out; "), std::string::npos);
  EXPECT_EQ(derivation_text(whole, 100).find("of matrices left out"), std::string::npos);
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

TEST(Derivation, NamesTheUnitsOfAWideMixedLayerTogether) {
  const auto remark_of = [](std::size_t units) {
    Dense mixed = make_dense(1, units, Activation::tanh);
    mixed.unit_activations.assign(units, Activation::identity);
    mixed.unit_activations.back() = Activation::tanh;
    WorkedNetwork worked = neuron();
    worked.network = {{mixed, make_dense(units, 1, Activation::identity)}};
    worked.parameters.assign(3 * units + 1, 0.5);
    for (const std::string& remark : derivation_of(worked).remarks)
      if (remark.starts_with("Layer 1")) return remark;
    return std::string();
  };
  EXPECT_EQ(remark_of(3), "Layer 1 of weights: one function per unit: identity, identity, tanh.");
  EXPECT_EQ(remark_of(13), "Layer 1 of weights: one function per unit: 1 to 12 identity, 13 tanh.");
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
