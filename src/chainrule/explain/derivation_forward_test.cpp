#include "chainrule/explain/derivation.h"

#include <gtest/gtest.h>

#include "support/derivations.h"

namespace chainrule {
namespace {

using testing_support::derivation_of;
using testing_support::Lines;
using testing_support::lines_of;
using testing_support::section_of;

// The numbers are those of worked_step_test.
TEST(DerivationForward, GoesThroughRadialBasisFunctions) {
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
}

TEST(DerivationForward, WritesSoftmaxBelowThePreActivationsOfItsLayer) {
  const WorkedNetwork worked = {.network = {{make_dense(1, 2, Activation::softmax)}},
                                .parameters = {0, 0, 0, 0},
                                .loss = {.kind = Loss::softmax_cross_entropy, .reduction = Reduction::single},
                                .samples = {{{1}, {0, 1}}}};
  const Derivation derivation = derivation_of(worked);
  const Lines lines = lines_of(section_of(derivation, "Forward"));
  ASSERT_EQ(lines.size(), 5u) << "x, two net inputs, two outputs, no slopes";
  EXPECT_EQ(lines[3],
            "a_1^(1) = exp(z_1^(1))/(exp(z_1^(1)) + exp(z_2^(1))) = exp(0)/(exp(0) + exp(0)) = 0.5");
  // -log 1/2 = 0.693147
  EXPECT_TRUE(lines_of(section_of(derivation, "Loss"))[0].ends_with(" = 0.693147"));
}

}  // namespace
}  // namespace chainrule
