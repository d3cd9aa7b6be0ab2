#include "chainrule/train/train_step.h"

#include <gtest/gtest.h>

#include <tuple>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/random.h"
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
    options_.optimizer.kind = Optimizer::gradient_descent;
    options_.learning_rate = 0.1;
  }
  StepReport step() {
    return train_step<double>({}, network_, options_, plan_step({}, network_, options_), state_, buffers_);
  }
  Network network_ = make_mlp({.inputs = 1, .outputs = 1});
  StepOptions options_;
  TrainState<double> state_ = make_train_state<double>(network_, {.kind = Optimizer::gradient_descent});
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
    EXPECT_NE(text_of(error.report()).where.find("epoch 1, step 1"), std::string::npos) << error.what();
    EXPECT_NE(text_of(error.report()).where.find("layer 1"), std::string::npos) << error.what();
    // Nothing was updated yet, so the learning rate is not to blame.
    EXPECT_NE(text_of(error.report()).advice.find("initial weights"), std::string::npos);
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
    EXPECT_NE(text_of(error.report()).where.find("step 2"), std::string::npos) << error.what();
    EXPECT_NE(text_of(error.report()).advice.find("learning_rate"), std::string::npos);
  }
}

TEST_F(LinearStep, OverflowedParametersAreNamed) {
  state_.parameters[1] = std::numeric_limits<double>::infinity();
  try {
    require_finite_parameters<double>(network_, state_.parameters, 7);
    FAIL();
  } catch (const NonFiniteError& error) {
    EXPECT_EQ(text_of(error.report()).where, "epoch 7, layer 1, layers.0.bias");
  }
}

// All gradients are formed before anything is updated: layer 1's gradient uses the old weights of layer 2.
TEST(TrainStep, LowerGradientsUseTheOldUpperWeights) {
  const Network network =
      make_mlp({.inputs = 1, .hidden = {1}, .outputs = 1, .hidden_activations = {Activation::identity}});
  TrainState<double> state = make_train_state<double>(network, {.kind = Optimizer::gradient_descent});
  state.parameters = {2, 0, 3, 0};  // y = 3 * 2 x
  StepBuffers<double> buffers;
  buffers.batch.inputs.resize(1, 1);
  buffers.batch.targets.resize(1, 1);
  // y = 6, t = 0: dy = 6; dW2 = 12, dW1 = 6 * 3 = 18 (with the new W2: 6 * 1.8)
  buffers.batch.inputs(0, 0) = 1;
  const StepOptions options{.loss = {.kind = Loss::half_squared_error},
                            .optimizer = {.kind = Optimizer::gradient_descent},
                            .learning_rate = 0.1};
  train_step<double>({}, network, options, plan_step({}, network, options), state, buffers);
  EXPECT_DOUBLE_EQ(state.parameters[2], 3 - 1.2);
  EXPECT_DOUBLE_EQ(state.parameters[0], 2 - 1.8);
}

// A narrow network in one pass, with and without what it leaves in the workspace, and a wide one in blocks of
// rows on two threads: the same bits.
TEST(TrainStep, EveryWayToRunItGivesTheSameBits) {
  ThreadPool pool(2);
  const Compute together{.pool = &pool};
  for (const auto& [inputs, hidden, dropout] :
       {std::tuple<std::size_t, std::vector<std::size_t>, double>{3, {5, 8}, 0}, {70, {190, 64}, 0.3}}) {
    const Network network = make_mlp({.inputs = inputs,
                                      .hidden = hidden,
                                      .outputs = 4,
                                      .hidden_activations = {Activation::tanh},
                                      .output_activation = Activation::softmax,
                                      .dropout = dropout});
    const StepOptions options{.loss = {.kind = Loss::softmax_cross_entropy},
                              .optimizer = {.kind = Optimizer::adam},
                              .learning_rate = 0.01};
    std::vector<AlignedVector<float>> results;
    std::vector<double> losses;
    for (const Compute& compute : {Compute{}, together}) {
      for (const WorkspaceUse use : {WorkspaceUse::filled, WorkspaceUse::left_out}) {
        TrainState<float> state = make_train_state<float>(network, options.optimizer);
        for (std::size_t i = 0; i < state.parameters.size(); ++i)
          state.parameters[i] = static_cast<float>(random_uniform({.seed = 3}, i) - 0.5) * 0.3F;
        StepBuffers<float> buffers;
        buffers.batch.inputs.resize(150, inputs);
        buffers.batch.targets.resize(150, 4);
        for (std::size_t i = 0; i < 150 * inputs; ++i)
          buffers.batch.inputs.values()[i] = static_cast<float>(random_uniform({.seed = 4}, i));
        for (std::size_t r = 0; r < 150; ++r)
          buffers.batch.targets(r, r % 4) = 1;
        const StepPlan plan = plan_step(compute, network, options);
        EXPECT_EQ(plan.narrow.empty(), inputs > 8 || compute.path == KernelPath::scalar);
        double loss = 0;
        for (int step = 0; step < 3; ++step)
          loss = train_step<float>(compute, network, options, plan, state, buffers, use).loss;
        results.push_back(state.parameters);
        losses.push_back(loss);
      }
    }
    for (std::size_t i = 1; i < results.size(); ++i) {
      EXPECT_EQ(results[i], results[0]) << i;
      EXPECT_EQ(losses[i], losses[0]) << i;
    }
  }
}

TEST(RequireFittingData, SaysHowManyRowsColumnsTargetsAndWeightsThereAre) {
  const Network network = make_mlp({.inputs = 3, .outputs = 1});
  const std::vector<double> numbers(15);
  const MatrixView<const double> inputs{numbers.data(), 5, 3}, targets{numbers.data(), 5, 1};
  const auto said_of = [&](const DatasetView<double>& data) {
    try {
      require_fitting_data<double>(network, data, "held-out");
    } catch (const StateError& error) {
      return text_of(error.report()).got;
    }
    return std::string();
  };
  EXPECT_EQ(said_of({inputs, targets, {}}), "");
  EXPECT_EQ(said_of({inputs, targets, std::span(numbers).first(5)}), "");
  EXPECT_EQ(said_of({{numbers.data(), 5, 2}, targets, {}}), "5 rows of 2 inputs and 1 target");
  EXPECT_EQ(said_of({inputs, {numbers.data(), 5, 2}, {}}), "5 rows of 3 inputs and 2 targets");
  EXPECT_EQ(said_of({inputs, {numbers.data(), 4, 1}, {}}),
            "5 rows of 3 inputs and 1 target, 4 rows of targets");
  EXPECT_EQ(said_of({inputs, targets, std::span(numbers).first(2)}),
            "5 rows of 3 inputs and 1 target, 2 weights");
  EXPECT_EQ(said_of({{numbers.data(), 0, 3}, {numbers.data(), 0, 1}, {}}), "0 rows of 3 inputs and 1 target");
}

}  // namespace
}  // namespace chainrule
