#include <gtest/gtest.h>

#include "chainrule/explain/derivation.h"
#include "support/derivations.h"

namespace chainrule {
namespace {

using testing_support::derivation_of;
using testing_support::Lines;
using testing_support::lines_of;
using testing_support::section_of;

// One input of 1: the pre-activations are the weights.
WorkedNetwork with_outputs(Activation activation, Loss loss, NumberList z, NumberList t) {
  WorkedNetwork worked = {.network = {{make_dense(1, z.size(), activation)}},
                          .parameters = z,
                          .loss = {.kind = loss, .reduction = Reduction::single},
                          .samples = {{{1}, std::move(t)}}};
  worked.parameters.resize(2 * z.size());  // biases of 0
  return worked;
}

Lines loss_lines(const WorkedNetwork& worked, const DerivationOptions& options = {}) {
  return lines_of(section_of(derivation_of(worked, options), "Loss"));
}

// f(2) = 0.880797, 1 - f(2) = 0.119203, -log 0.119203 = 2.126928
TEST(DerivationLoss, WritesBinaryCrossEntropyOut) {
  EXPECT_EQ(loss_lines(with_outputs(Activation::logistic, Loss::binary_cross_entropy, {2}, {0})),
            Lines{"E = -(t_1 log(a_1^(1)) + (1 - t_1) log(1 - a_1^(1))) = -(0 · log(0.880797) + (1 - 0) · "
                  "log(1 - 0.880797)) = -log(1 - 0.880797) = 2.12693"});
  EXPECT_TRUE(loss_lines(with_outputs(Activation::logistic, Loss::binary_cross_entropy, {2, -1}, {0, 1}))[0]
                  .ends_with(" = -(log(1 - 0.880797) + log(0.268941)) = 3.44019"));
  // A target between the classes keeps both terms.
  EXPECT_TRUE(
      loss_lines(with_outputs(Activation::logistic, Loss::binary_cross_entropy, {0}, {0.25}))[0].ends_with(
          " = -(0.25 · log(0.5) + (1 - 0.25) · log(1 - 0.5)) = 0.693147"));
}

TEST(DerivationLoss, TakesNoLogarithmOfAnOutputThatIsPrintedAs0Or1) {
  const Lines wrong =
      loss_lines(with_outputs(Activation::softmax, Loss::softmax_cross_entropy, {1000, 0, -1000}, {0, 0, 1}));
  ASSERT_EQ(wrong.size(), 4u);
  EXPECT_EQ(
      wrong[2],
      "log(a_3^(1)) = z_3^(1) - log(exp(z_1^(1)) + exp(z_2^(1)) + exp(z_3^(1))) = -1000 - log(exp(1000) "
      "+ exp(0) + exp(-1000)) = -2000");
  EXPECT_TRUE(wrong[3].ends_with(" = -(0 · 0 + 0 · (-1000) + 1 · (-2000)) = 2000")) << wrong[3];
  // Right and sure: a = 1 - 9.4e-14 is printed as 1, whose logarithm is 0.
  const Lines sure =
      loss_lines(with_outputs(Activation::softmax, Loss::softmax_cross_entropy, {30, 0}, {1, 0}));
  EXPECT_TRUE(sure[0].ends_with(" = 30 - log(exp(30) + exp(0)) = -9.35762e-14")) << sure[0];
  EXPECT_TRUE(sure[2].ends_with(" = 9.35762e-14")) << sure[2];
  EXPECT_EQ(sure[2].find("log(1)"), std::string::npos);
  // log(1 - f(40)) = -log(1 + exp(40)) = -40
  const Lines logistic =
      loss_lines(with_outputs(Activation::logistic, Loss::binary_cross_entropy, {40}, {0}));
  EXPECT_EQ(logistic[0], "log(1 - a_1^(1)) = -log(1 + exp(z_1^(1))) = -log(1 + exp(40)) = -40");
  EXPECT_TRUE(logistic[1].ends_with(" = -(-40) = 40")) << logistic[1];
  // Ordinary outputs keep the short form.
  EXPECT_EQ(loss_lines(with_outputs(Activation::softmax, Loss::softmax_cross_entropy, {1, 0}, {1, 0})).size(),
            1u);
}

TEST(DerivationLoss, WritesTheLogarithmsInEveryNotation) {
  const WorkedNetwork worked =
      with_outputs(Activation::softmax, Loss::softmax_cross_entropy, {1000, -1000}, {0, 1});
  for (const EnumName<Notation>& notation : enum_table<Notation>()) {
    const Lines lines = loss_lines(worked, {.notation = notation.value});
    ASSERT_EQ(lines.size(), 3u) << notation.word;
    EXPECT_TRUE(lines[1].ends_with(" = -1000 - log(exp(1000) + exp(-1000)) = -2000")) << lines[1];
    const Lines binary = loss_lines(with_outputs(Activation::logistic, Loss::binary_cross_entropy, {2}, {0}),
                                    {.notation = notation.value});
    EXPECT_TRUE(binary[0].ends_with(" = -log(1 - 0.880797) = 2.12693")) << binary[0];
  }
}

TEST(DerivationLoss, WritesAbsoluteErrorsAndPoissonOut) {
  EXPECT_EQ(loss_lines(with_outputs(Activation::identity, Loss::mean_absolute_error, {2, -1}, {0.5, 1})),
            Lines{"E = 1/2 (|t_1 - a_1^(1)| + |t_2 - a_2^(1)|) = 1/2 (|0.5 - 2| + |1 - (-1)|) = 1.75"});
  EXPECT_EQ(loss_lines(with_outputs(Activation::identity, Loss::poisson, {0}, {2})),
            Lines{"E = exp(a_1^(1)) - t_1 a_1^(1) = exp(0) - 2 · 0 = 1"});
}

// a = f(16) = 0.9999998875 is printed as 1; t - a as 1 - 1 would be 0.
TEST(DerivationLoss, PrintsAllDigitsWhereADifferenceWouldCancel) {
  const Derivation derivation =
      derivation_of(with_outputs(Activation::logistic, Loss::half_squared_error, {16}, {1}));
  const std::string loss = lines_of(section_of(derivation, "Loss"))[0];
  EXPECT_TRUE(loss.find("(1 - 0.99999988") != std::string::npos) << loss;
  EXPECT_EQ(loss.find("(1 - 1)"), std::string::npos) << loss;
  const std::string slope = lines_of(section_of(derivation, "Forward")).back();
  EXPECT_TRUE(slope.find("(1 - 0.99999988") != std::string::npos) << slope;
  const std::string delta = lines_of(section_of(derivation, "Output layer"))[0];
  EXPECT_TRUE(delta.find("(1 - 0.99999988") != std::string::npos) << delta;
}

}  // namespace
}  // namespace chainrule
