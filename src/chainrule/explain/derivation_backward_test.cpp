#include "chainrule/explain/derivation.h"

#include <gtest/gtest.h>

#include "support/derivations.h"

namespace chainrule {
namespace {

using testing_support::derivation_of;
using testing_support::Lines;
using testing_support::lines_of;
using testing_support::neuron;
using testing_support::section_of;

// Document 003: the threshold v = -b = 1 has the input -1, delta is -dE/dnet = 1/8, and the update adds η δ
// x.
TEST(DerivationBackward, Of003HasThresholdsAndTheOtherSign) {
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

TEST(DerivationBackward, SoftmaxSubtractsTheTarget) {
  WorkedNetwork worked = {.network = {{make_dense(1, 2, Activation::softmax)}},
                          .parameters = {0, 0, 0, 0},
                          .loss = {.kind = Loss::softmax_cross_entropy, .reduction = Reduction::single},
                          .samples = {{{1}, {0, 1}}}};
  const Lines lines = lines_of(section_of(derivation_of(worked), "Output"));
  EXPECT_EQ(lines,
            (Lines{"δ_1^(1) = a_1^(1) - t_1 = 0.5 - 0 = 0.5", "δ_2^(1) = a_2^(1) - t_2 = 0.5 - 1 = -0.5"}));
}

TEST(DerivationBackward, SoftmaxWithTargetsThatSumToTwo) {
  WorkedNetwork worked = {.network = {{make_dense(1, 2, Activation::softmax)}},
                          .parameters = {0, 0, 0, 0},
                          .loss = {.kind = Loss::softmax_cross_entropy, .reduction = Reduction::single},
                          .samples = {{{1}, {1, 1}}}};
  // dE/dz_i = (t_1 + t_2) a_i - t_i = 2 * 1/2 - 1.
  EXPECT_EQ(lines_of(section_of(derivation_of(worked), "Output"))[0],
            "δ_1^(1) = (t_1 + t_2) · a_1^(1) - t_1 = 2 · 0.5 - 1 = 0");
}

// The numbers are those of worked_step_test.
TEST(DerivationBackward, GoesThroughRadialBasisFunctions) {
  const WorkedNetwork worked = {
      .network = {{Rbf{.inputs = 1, .units = 1}, make_dense(1, 1, Activation::identity)}},
      .parameters = {1, 1, 2, 0},
      .loss = {.kind = Loss::half_squared_error, .reduction = Reduction::single},
      .eta = 0.5,
      .samples = {{{0}, {1}}}};
  const Derivation derivation = derivation_of(worked);
  const Lines back = lines_of(section_of(derivation, "Centres"));
  EXPECT_EQ(back[0], "∂E/∂φ_1 = δ_1^(1) w_11^(1) = 0.213061 · 2 = 0.426123");
  EXPECT_EQ(back[1],
            "∂E/∂c_11 = ∂E/∂φ_1 · φ_1 · (x_1 - c_11)/s_1² = 0.426123 · 0.606531 · (0 - 1)/(1)² = -0.258456");
  EXPECT_EQ(back[2],
            "∂E/∂s_1 = ∂E/∂φ_1 · φ_1 · d_1/(s_1² · s_1) = 0.426123 · 0.606531 · 1/((1)² · (1)) = 0.258456");
}

}  // namespace
}  // namespace chainrule
