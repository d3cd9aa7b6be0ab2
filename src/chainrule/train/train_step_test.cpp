#include "chainrule/train/train_step.h"

#include <gtest/gtest.h>

#include "chainrule/base/error.h"
#include "chainrule/model/initializer.h"

namespace chainrule {
namespace {

// One linear unit y = w x + b, half squared error, mean over two rows: x = 1, 3 with t = 2, 0; w = 1, b = 0.
//   errors (-1, 3): loss (0.5 + 4.5) / 2 = 2.5; dw = (-1 * 1 + 3 * 3) / 2 = 4, db = (-1 + 3) / 2 = 1
class LinearStep : public testing::Test {
 protected:
  LinearStep() {
    state_.parameters = {1, 0};
    buffers_.batch.inputs.resize(2, 1);
    buffers_.batch.targets.resize(2, 1);
    buffers_.batch.inputs(0, 0) = 1;
    buffers_.batch.inputs(1, 0) = 3;
    buffers_.batch.targets(0, 0) = 2;
    options_.loss.kind = Loss::half_squared_error;
    options_.optimizer.rule = Rule::gradient_descent;
    options_.schedule.learning_rate = 0.1;
  }
  StepReport step() {
    return train_step<double>({}, network_, options_, weight_ranges(network_), state_, buffers_);
  }
  Network network_ = make_mlp({.inputs = 1, .outputs = 1});
  StepOptions options_;
  TrainState<double> state_ = make_train_state<double>(network_, {.rule = Rule::gradient_descent});
  StepBuffers<double> buffers_;
};

TEST_F(LinearStep, MatchesAHandCalculation) {
  const StepReport report = step();
  EXPECT_DOUBLE_EQ(report.loss, 2.5);
  EXPECT_DOUBLE_EQ(report.gradient_norm, 4.1231056256176606);  // sqrt(17)
  EXPECT_DOUBLE_EQ(state_.parameters[0], 0.6);
  EXPECT_DOUBLE_EQ(state_.parameters[1], -0.1);
  EXPECT_EQ(state_.step, 1u);
}

// R = L + 1/2 l2 w^2 with l2 = 0.5: loss 2.75, dw = 4 + 0.5; the bias has no penalty.
TEST_F(LinearStep, WeightsArePenalisedBiasesNot) {
  options_.penalty.l2 = 0.5;
  state_.parameters = {1, 0};
  const StepReport report = step();
  EXPECT_DOUBLE_EQ(report.loss, 2.75);
  EXPECT_DOUBLE_EQ(state_.parameters[0], 0.55);
  EXPECT_DOUBLE_EQ(state_.parameters[1], -0.1);
}

TEST_F(LinearStep, NothingChangesWhenTheNumbersAreNotFinite) {
  buffers_.batch.inputs(1, 0) = 1e200;
  const auto before = state_.parameters;
  try {
    step();
    step();
    FAIL();
  } catch (const NonFiniteError& error) {
    EXPECT_NE(error.report().where.find("epoch 1, step 1"), std::string::npos) << error.what();
    EXPECT_NE(error.report().where.find("layer 1"), std::string::npos) << error.what();
    // Nothing was updated yet, so the learning rate is not to blame.
    EXPECT_NE(error.report().advice.find("first weights"), std::string::npos);
  }
  EXPECT_EQ(state_.parameters, before);
  EXPECT_EQ(state_.step, 0u);
}

TEST_F(LinearStep, AfterAnUpdateTheLearningRateIsToBlame) {
  step();
  buffers_.batch.inputs(1, 0) = 1e200;
  try {
    step();
    FAIL();
  } catch (const NonFiniteError& error) {
    EXPECT_NE(error.report().where.find("step 2"), std::string::npos) << error.what();
    EXPECT_NE(error.report().advice.find("learning rate"), std::string::npos);
  }
}

TEST_F(LinearStep, OverflowedParametersAreNamed) {
  state_.parameters[1] = std::numeric_limits<double>::infinity();
  try {
    require_finite_parameters<double>(network_, state_.parameters, 7);
    FAIL();
  } catch (const NonFiniteError& error) {
    EXPECT_EQ(error.report().where, "epoch 7, layer 1, layers.0.bias");
  }
}

// All gradients are formed before anything is updated: layer 1's gradient uses the old weights of layer 2.
TEST(TrainStep, LowerGradientsUseTheOldUpperWeights) {
  const Network network =
      make_mlp({.inputs = 1, .hidden = {1}, .outputs = 1, .hidden_activations = {Activation::identity}});
  TrainState<double> state = make_train_state<double>(network, {.rule = Rule::gradient_descent});
  state.parameters = {2, 0, 3, 0};  // y = 3 * 2 x
  StepBuffers<double> buffers;
  buffers.batch.inputs.resize(1, 1);
  buffers.batch.targets.resize(1, 1);
  // y = 6, t = 0: dy = 6; dW2 = 12, dW1 = 6 * 3 = 18 (with the new W2: 6 * 1.8)
  buffers.batch.inputs(0, 0) = 1;
  train_step<double>({}, network,
                     {.loss = {.kind = Loss::half_squared_error},
                      .optimizer = {.rule = Rule::gradient_descent},
                      .schedule = {.learning_rate = 0.1}},
                     {}, state, buffers);
  EXPECT_DOUBLE_EQ(state.parameters[2], 3 - 1.2);
  EXPECT_DOUBLE_EQ(state.parameters[0], 2 - 1.8);
}

}  // namespace
}  // namespace chainrule
