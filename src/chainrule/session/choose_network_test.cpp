#include "chainrule/session/choose_network.h"

#include <gtest/gtest.h>

#include <variant>
#include <vector>

#include "chainrule/base/error.h"
#include "support/test_tables.h"

namespace chainrule {
namespace {

using testing_support::report_of;

// Two inputs, three outputs for classes, one otherwise.
Encoder encoder_of(Task task) {
  Encoder encoder;
  encoder.inputs = {{.name = "a"}, {.name = "b"}};
  encoder.target = {.task = task, .columns = {"y"}};
  if (task == Task::classes || task == Task::ordinal) encoder.target.class_names = {"p", "q", "r"};
  if (task == Task::binary) encoder.target.class_names = {"p", "q"};
  return encoder;
}

TEST(ChooseNetwork, LossAndOutputFollowFromTheTask) {
  struct Row {
    Task task;
    Loss loss;
    Activation output;
  };
  for (const Row& row : {Row{Task::binary, Loss::binary_cross_entropy, Activation::logistic},
                         Row{Task::classes, Loss::softmax_cross_entropy, Activation::softmax},
                         Row{Task::ordinal, Loss::binary_cross_entropy, Activation::logistic},
                         Row{Task::multi_label, Loss::binary_cross_entropy, Activation::logistic},
                         Row{Task::regression, Loss::mean_squared_error, Activation::identity}}) {
    const LossOptions loss = choose_loss({}, row.task);
    EXPECT_EQ(loss.kind, row.loss) << name_of(row.task);
    EXPECT_EQ(choose_network({}, encoder_of(row.task), loss, 10).output_activation(), row.output)
        << name_of(row.task);
  }
}

TEST(ChooseNetwork, HiddenLayersAreThoseOfTheRequest) {
  const Network network =
      choose_network({.hidden = {5, 4}}, encoder_of(Task::classes), choose_loss({}, Task::classes), 10);
  EXPECT_EQ(parameter_count(network), (2 + 1) * 5u + (5 + 1) * 4u + (4 + 1) * 3u);
}

TEST(ChooseNetwork, ActivationParameterIsThatOfTheHiddenLayersOnly) {
  const Network network =
      choose_network({.hidden = {5}, .activations = {Activation::leaky_relu}, .activation_parameter = 0.25},
                     encoder_of(Task::regression), choose_loss({}, Task::regression), 10);
  EXPECT_EQ(std::get<Dense>(network.layers.front()).activation_parameter, 0.25);
  EXPECT_NE(std::get<Dense>(network.layers.back()).activation_parameter, 0.25);
}

TEST(ChooseNetwork, APerceptronHasSignUnitsAndLearnsNoNumbers) {
  const TrainRequest request{.model = ModelType::perceptron};
  const LossOptions loss = choose_loss(request, Task::classes);
  EXPECT_EQ(loss.kind, Loss::perceptron);
  EXPECT_EQ(choose_network(request, encoder_of(Task::classes), loss, 10).output_activation(),
            Activation::sign);
  EXPECT_THROW(choose_loss(request, Task::regression), UsageError);
  EXPECT_THROW(choose_loss({.loss = Loss::perceptron}, Task::classes), UsageError);
}

TEST(ChooseNetwork, TheLossOfRadialBasisFunctionsFollowsFromTheOutputTraining) {
  TrainRequest request{.model = ModelType::rbf};
  EXPECT_EQ(choose_loss(request, Task::classes).kind, Loss::mean_squared_error);
  EXPECT_EQ(choose_loss(request, Task::classes, true).kind, Loss::softmax_cross_entropy);
  EXPECT_EQ(choose_loss(request, Task::binary, true).kind, Loss::binary_cross_entropy);
  EXPECT_EQ(choose_loss(request, Task::regression, true).kind, Loss::mean_squared_error);
  request.rbf.output_training = OutputTraining::softmax;
  EXPECT_EQ(choose_loss(request, Task::classes).kind, Loss::softmax_cross_entropy);
  EXPECT_THROW(choose_loss(request, Task::regression), UsageError);
  request.loss = Loss::mean_squared_error;
  EXPECT_THROW(choose_loss(request, Task::classes), UsageError);
}

TEST(ChooseNetwork, ALossMustFitTheTask) {
  EXPECT_NE(report_of<UsageError>([] {
              choose_loss({.loss = Loss::huber}, Task::classes);
            }).what.find("does not fit the task"),
            std::string::npos);
  EXPECT_THROW(choose_loss({.loss = Loss::softmax_cross_entropy}, Task::binary), UsageError);
  EXPECT_THROW(choose_loss({.loss = Loss::softmax_cross_entropy}, Task::regression), UsageError);
  EXPECT_THROW(choose_loss({.label_smoothing = 0.1}, Task::regression), UsageError);
}

TEST(ChooseNetwork, TheCrossEntropyIsThatOfTheTask) {
  for (const std::string_view word :
       {"cross_entropy", "CrossEntropy", "log_loss", "logloss", "nll", "softmax"}) {
    TrainRequest request;
    set_loss(request, word);
    EXPECT_EQ(choose_loss(request, Task::binary).kind, Loss::binary_cross_entropy) << word;
    EXPECT_EQ(choose_loss(request, Task::classes).kind, Loss::softmax_cross_entropy) << word;
    EXPECT_EQ(choose_loss(request, Task::multi_label).kind, Loss::binary_cross_entropy) << word;
    const ErrorText text = report_of<UsageError>([&] { choose_loss(request, Task::regression); });
    EXPECT_EQ(text.got, "cross_entropy") << word;
    EXPECT_EQ(text.where, ".loss") << word;
    set_loss(request, "mse");
    EXPECT_EQ(choose_loss(request, Task::regression).kind, Loss::mean_squared_error);
  }
  TrainRequest request{.model = ModelType::rbf};
  set_loss(request, "log_loss");
  EXPECT_THROW(choose_loss(request, Task::classes), UsageError);
  EXPECT_THROW(set_loss(request, "no such loss"), UsageError);
}

TEST(ChooseNetwork, AnActivationParameterNeedsAnActivationThatHasOne) {
  const LossOptions loss = choose_loss({}, Task::regression);
  EXPECT_EQ(report_of<UsageError>([&] {
              choose_network({.activation_parameter = 0.5}, encoder_of(Task::regression), loss, 10);
            }).where,
            ".activation_parameter")
      << "relu has none";
  const Network mixed = choose_network(
      {.hidden = {5, 4}, .activations = {Activation::relu, Activation::elu}, .activation_parameter = 0.5},
      encoder_of(Task::regression), loss, 10);
  EXPECT_EQ(std::get<Dense>(mixed.layers[1]).activation_parameter, 0.5);
}

TEST(ChooseNetwork, ASoftmaxOutputNeedsSeveralClasses) {
  for (const Task task : {Task::regression, Task::binary}) {
    EXPECT_EQ(report_of<UsageError>([&] {
                choose_network({.output_activation = Activation::softmax}, encoder_of(task),
                               choose_loss({}, task), 10);
              }).where,
              ".output_activation")
        << name_of(task);
  }
  EXPECT_NO_THROW(choose_network({.output_activation = Activation::softmax}, encoder_of(Task::classes),
                                 choose_loss({}, Task::classes), 10));
}

TEST(ChooseNetwork, ThresholdUnitsHaveNoGradient) {
  const Encoder encoder = encoder_of(Task::classes);
  EXPECT_NE(report_of<UsageError>([&] {
              choose_network({.activations = {Activation::step}}, encoder, choose_loss({}, Task::classes),
                             10);
            }).what.find("no gradient"),
            std::string::npos);
}

TEST(ChooseNetwork, DropoutIsBelowOne) {
  const Encoder encoder = encoder_of(Task::classes);
  EXPECT_NE(report_of<UsageError>([&] {
              choose_network({.dropout = 1}, encoder, choose_loss({}, Task::classes), 10);
            }).what.find("dropout"),
            std::string::npos);
}

}  // namespace
}  // namespace chainrule
