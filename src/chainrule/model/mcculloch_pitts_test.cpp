#include "chainrule/model/mcculloch_pitts.h"

#include <gtest/gtest.h>

#include <array>

#include "chainrule/base/error.h"

namespace chainrule {
namespace {

TEST(McCullochPitts, FiresAboveItsThresholdAndNotAtIt) {
  const McCullochPittsNeuron neuron{.weights = {2, -1}, .threshold = 1};
  EXPECT_EQ(potential(neuron, std::array{1.0, 0.5}), 1.5);
  EXPECT_EQ(state_of(neuron, std::array{1.0, 0.5}), NeuronState::excited);
  EXPECT_EQ(state_of(neuron, std::array{1.0, 1.0}), NeuronState::inhibited);  // 1 is not more than 1
  EXPECT_EQ(state_of(neuron, std::array{0.0, 1.0}), NeuronState::inhibited);
}

TEST(McCullochPitts, TheGeneralFormTakesAnyActivation) {
  const McCullochPittsNeuron neuron{.weights = {2, -1}, .threshold = 1};
  const std::array x{1.0, 0.5};  // net 0.5
  EXPECT_EQ(output_of(neuron, Activation::identity, x), 0.5);
  EXPECT_EQ(output_of(neuron, Activation::step, x), 1);
  EXPECT_EQ(output_of(neuron, Activation::sign, std::array{0.0, 0.0}), -1);
  EXPECT_NEAR(output_of(neuron, Activation::logistic, x), 0.6224593312018546, 1e-15);
  EXPECT_EQ(output_of(neuron, Activation::leaky_relu, std::array{0.0, 0.0}), -0.01);  // its default slope
  EXPECT_THROW(output_of(neuron, Activation::softmax, x), StateError);
}

// Threshold 1, one input of 1 with weight 0.8: silent. Used three times at rate 0.1 it fires (1.1 > 1), and
// is forgotten after one decay by a fifth (0.88).
TEST(McCullochPitts, LearnsByUseAndForgetsByDecay) {
  McCullochPittsNeuron neuron{.weights = {0.8, 0.5}, .threshold = 1};
  const std::array x{1.0, 0.0};
  EXPECT_EQ(state_of(neuron, x), NeuronState::inhibited);
  for (int i = 0; i < 3; ++i)
    strengthen(neuron, x, 0.1);
  EXPECT_NEAR(neuron.weights[0], 1.1, 1e-15);
  EXPECT_EQ(neuron.weights[1], 0.5);  // an input that is silent learns nothing
  EXPECT_EQ(state_of(neuron, x), NeuronState::excited);
  decay(neuron, 0.2);
  EXPECT_NEAR(neuron.weights[0], 0.88, 1e-15);
  EXPECT_EQ(neuron.weights[1], 0.4);
  EXPECT_EQ(state_of(neuron, x), NeuronState::inhibited);
  decay(neuron, 1);
  EXPECT_EQ(neuron.weights, (std::vector<double>{0, 0}));
}

TEST(McCullochPitts, RefusesWhatDoesNotFit) {
  McCullochPittsNeuron neuron = logic_gate(LogicGate::conjunction);
  EXPECT_THROW(state_of(neuron, std::array{1.0}), StateError);
  EXPECT_THROW(strengthen(neuron, std::array{1.0}, 0.1), StateError);
  EXPECT_THROW(decay(neuron, 1.5), StateError);
  EXPECT_THROW(decay(neuron, -0.1), StateError);
}

TEST(McCullochPitts, GatesHaveTheirTruthTables) {
  const auto truth = [](LogicGate gate) {
    const McCullochPittsNeuron neuron = logic_gate(gate);
    std::string bits;
    for (const double a : {0.0, 1.0}) {
      for (const double b : {0.0, 1.0}) {
        if (gate == LogicGate::negation && b == 1) continue;
        const std::array both{a, b};
        bits += state_of(neuron, std::span(both).first(neuron.weights.size())) == NeuronState::excited ? '1'
                                                                                                       : '0';
      }
    }
    return bits;
  };
  EXPECT_EQ(truth(LogicGate::conjunction), "0001");
  EXPECT_EQ(truth(LogicGate::disjunction), "0111");
  EXPECT_EQ(truth(LogicGate::negation), "10");
  EXPECT_EQ(truth(LogicGate::nand), "1110");
}

}  // namespace
}  // namespace chainrule
