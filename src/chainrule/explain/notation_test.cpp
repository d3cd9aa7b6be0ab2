#include "chainrule/explain/notation.h"

#include <gtest/gtest.h>

#include "chainrule/base/error.h"
#include "chainrule/explain/worked_examples.h"

namespace chainrule {
namespace {

WorkedNetwork network_3_3_2(Activation output = Activation::logistic) {
  WorkedNetwork worked;
  worked.network.layers = {make_dense(3, 3, Activation::logistic), make_dense(3, 2, output)};
  worked.parameters.resize(20);
  return worked;
}

// To unit 3 (counting from 1) from unit 2, in the first layer of weights.
TEST(Notation, NamesOneWeightInEveryDocument) {
  const WorkedNetwork worked = network_3_3_2();
  const auto name = [&](Notation notation) {
    return formula_text(Symbols(notation, worked).weight(0, 2, 1));
  };
  EXPECT_EQ(name(Notation::plain), "w_32^(1)");
  EXPECT_EQ(name(Notation::s000), "ω_23^L1");  // from 2 to 3, superscript of the sender
  EXPECT_EQ(name(Notation::s001), "w_32^(2)");
  EXPECT_EQ(name(Notation::s002), "w_21^1");
  EXPECT_EQ(name(Notation::s003), "v_23");
  EXPECT_EQ(name(Notation::s004), "w_(x2,3)");
  EXPECT_EQ(formula_text(Symbols(Notation::s004, worked).weight(1, 1, 0)), "w_(1,5)");
}

TEST(Notation, NamesBiasesDeltasAndOutputs) {
  const WorkedNetwork worked = network_3_3_2();
  const auto names = [&](Notation notation) {
    const Symbols s(notation, worked);
    return formula_text(s.bias(1, 0)) + " " + formula_text(s.net(0, 1)) + " " + formula_text(s.output(0, 1)) +
           " " + formula_text(s.delta(1, 0)) + " " + formula_text(s.rate());
  };
  EXPECT_EQ(names(Notation::plain), "b_1^(2) z_2^(1) a_2^(1) δ_1^(2) η");
  EXPECT_EQ(names(Notation::s000), "b_1^L3 net_2^L2 o_2^L2 δ_·1^L2 η");
  EXPECT_EQ(names(Notation::s001), "b_1^(3) z_2^(2) a_2^(2) δ_1^(3) μ");
  EXPECT_EQ(names(Notation::s002), "b_20 z_11 a_11 ∂C/∂z_20 η");
  EXPECT_EQ(names(Notation::s003), "w_01 net_2^y y_2 δ_1^o η");
  EXPECT_EQ(names(Notation::s004), "b_4 z_2 n_2 δ_4^(2) η");
}

TEST(Notation, Document003HasTwoWays) {
  const WorkedNetwork logistic = network_3_3_2(), softmax = network_3_3_2(Activation::softmax);
  EXPECT_EQ(Symbols(Notation::s003, logistic).delta_sign(), -1);
  EXPECT_TRUE(Symbols(Notation::s003, logistic).has_thresholds());
  const Symbols code(Notation::s003, softmax);
  EXPECT_EQ(code.delta_sign(), 1);
  EXPECT_FALSE(code.has_thresholds());
  EXPECT_EQ(formula_text(code.delta(1, 0)), "δ_3,1");
}

TEST(Notation, TellsTwoDigitIndicesApart) {
  WorkedNetwork worked;
  worked.network.layers = {make_dense(12, 11, Activation::tanh)};
  worked.parameters.resize(12 * 11 + 11);
  EXPECT_EQ(formula_text(Symbols(Notation::plain, worked).weight(0, 0, 10)), "w_1,11^(1)");
  EXPECT_EQ(formula_text(Symbols(Notation::plain, worked).weight(0, 10, 0)), "w_11,1^(1)");
}

TEST(FindParameter, UnderstandsTheDocumentsNames) {
  const WorkedNetwork worked = example_004();
  Notation notation = Notation::s004;
  EXPECT_EQ(find_parameter("w(2,5)", worked, OtherNotations::tried, notation), (ParameterPlace{1, 1, 1}));
  EXPECT_EQ(find_parameter("w_(x2, 3)", worked, OtherNotations::tried, notation), (ParameterPlace{0, 2, 1}));
  EXPECT_EQ(find_parameter("b_6", worked, OtherNotations::tried, notation),
            (ParameterPlace{2, 0, std::nullopt}));
  const WorkedNetwork other = network_3_3_2();
  notation = Notation::s000;
  EXPECT_EQ(find_parameter("ω23 of L1", other, OtherNotations::tried, notation), (ParameterPlace{0, 2, 1}));
  EXPECT_EQ(find_parameter("omega_23^{L1}", other, OtherNotations::tried, notation),
            (ParameterPlace{0, 2, 1}));
  EXPECT_EQ(find_parameter("W[1][0][2]", other, OtherNotations::tried, notation), (ParameterPlace{1, 0, 2}));
  EXPECT_EQ(find_parameter("b[1][0]", other, OtherNotations::tried, notation),
            (ParameterPlace{1, 0, std::nullopt}));
  EXPECT_EQ(notation, Notation::s000);
}

TEST(FindParameter, TakesTheNotationThatKnowsTheName) {
  Notation notation = Notation::plain;
  EXPECT_EQ(find_parameter("w(2,5)", example_004(), OtherNotations::tried, notation),
            (ParameterPlace{1, 1, 1}));
  EXPECT_EQ(notation, Notation::s004);
}

TEST(FindParameter, KeepsToTheNotationWhenOthersAreRefused) {
  Notation notation = Notation::plain;
  EXPECT_THROW(find_parameter("w(2,5)", example_004(), OtherNotations::refused, notation), UsageError);
  EXPECT_EQ(notation, Notation::plain);
  EXPECT_EQ(find_parameter("W[1][1][1]", example_004(), OtherNotations::refused, notation),
            (ParameterPlace{1, 1, 1}));
}

TEST(FindParameter, SaysWhatNamesThereAre) {
  Notation notation = Notation::s004;
  EXPECT_THROW(find_parameter("w(1,9)", example_004(), OtherNotations::tried, notation), UsageError);
  EXPECT_THROW(find_parameter("W[0][3][0]", example_004(), OtherNotations::tried, notation), UsageError);
  EXPECT_THROW(find_parameter("", example_004(), OtherNotations::tried, notation), UsageError);
}

}  // namespace
}  // namespace chainrule
