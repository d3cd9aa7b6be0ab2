#include "chainrule/session/perceptron_words.h"

#include <gtest/gtest.h>

#include "chainrule/base/error.h"
#include "chainrule/session/session.h"
#include "support/session_files.h"

namespace chainrule {
namespace {

using testing_support::example;
using testing_support::file_of;
using testing_support::train_quietly;

const char* const kExclusiveOr = "a,b,y\n0,0,no\n0,1,yes\n1,0,yes\n1,1,no\n";

TrainRequest request_for(const std::string& path) {
  TrainRequest request;
  request.model = ModelType::perceptron;
  request.data.path = path;
  return request;
}

bool mentions(const std::vector<Message>& notes, const std::string& words) {
  for (const Message& note : notes) {
    if (note.text().find(words) != std::string::npos) return true;
  }
  return false;
}

TEST(PerceptronWords, SayTheProofOfARepetition) {
  TrainRequest request = request_for(file_of("xor.csv", kExclusiveOr));
  request.validation_share = 0;
  const TrainOutcome outcome = train_quietly(request);
  EXPECT_EQ(outcome.history.stop_reason, StopReason::not_separable);
  EXPECT_EQ(outcome.model.provenance.stop_reason, "not_separable");
  EXPECT_TRUE(mentions(outcome.notes, "no hyperplane separates yes from no, proven: after epoch"));
  EXPECT_TRUE(mentions(outcome.notes, "exactly 0 over 4 training rows, each as often as the others"));
  EXPECT_TRUE(mentions(outcome.notes, "positive numbers do not add up to 0"));
  EXPECT_TRUE(mentions(outcome.notes, "pocket and averaged"));
}

TEST(PerceptronWords, SayThatRoundedNumbersGiveNoProof) {
  TrainRequest request = request_for(example("iris.csv"));
  request.variant = PerceptronVariant::pocket;
  const TrainOutcome outcome = train_quietly(request);
  EXPECT_EQ(outcome.history.stop_reason, StopReason::iteration_limit);
  EXPECT_TRUE(mentions(outcome.notes, "no hyperplane separates versicolor from the others, up to rounding"));
  EXPECT_TRUE(mentions(outcome.notes, "That is a number, not a proof."));
  EXPECT_FALSE(mentions(outcome.notes, "setosa"));  // it is separable, and was separated
}

TEST(PerceptronWords, SayThatMoreEpochsWouldDo) {
  TrainRequest request = request_for(file_of("and.csv", "a,b,y\n0,0,no\n0,1,no\n1,0,no\n1,1,yes\n"));
  request.validation_share = 0;
  request.stopping.epochs = 1;
  EXPECT_TRUE(mentions(train_quietly(request).notes, "with more epochs"));
  request.stopping.epochs = 100;
  const TrainOutcome outcome = train_quietly(request);
  EXPECT_EQ(outcome.history.stop_reason, StopReason::all_right);
  EXPECT_EQ(outcome.training.accuracy, 1);
}

TEST(PerceptronWords, SayWhoseThresholdWasRaised) {
  PerceptronTraining training;
  training.raised_thresholds = {0};
  const TargetEncoding target{.task = Task::multi_label, .columns = {"red"}, .class_names = {"red"}};
  EXPECT_TRUE(mentions(perceptron_notes(training, target, PerceptronVariant::plain),
                       "hyperplane of yes from no of red are no"));
}

// Standard scaling of a: offset 2, factor 0.5; z = 3 (a - 2) 0.5 + 4 [b = x] - 1 = 1.5 a + 4 [b = x] - 4.
TEST(PerceptronWords, HyperplanesAreInTheUnitsOfTheTable) {
  Model model;
  model.network = make_mlp({.inputs = 3, .outputs = 1, .output_activation = Activation::sign});
  model.parameters = Parameters<double>{3, 4, 0, -1};
  model.encoder.inputs = {{.name = "a", .offset = 2, .factor = 0.5, .words = {}},
                          {.name = "b", .kind = ColumnKind::category, .words = {"x", "y"}}};
  model.encoder.target = {.task = Task::binary, .columns = {"c"}, .class_names = {"no", "yes"}};
  const std::vector<UnitHyperplane> planes = hyperplanes_in_own_units(model);
  ASSERT_EQ(planes.size(), 1u);
  EXPECT_EQ(planes[0].answer, "yes");
  EXPECT_EQ(equation_text(planes[0].plane, planes[0].names), "1.5 a + 4 b=x - 4 = 0");
  model.network = make_mlp({.inputs = 3, .outputs = 1});
  EXPECT_FALSE(is_perceptron(model.network));
  EXPECT_THROW(hyperplanes_in_own_units(model), StateError);
}

// --- the model type in the other parts of the session ------------------------------------------------------

TEST(PerceptronModel, ClassesAreChosenByTheLargestPreActivation) {
  const TrainOutcome outcome = train_quietly(request_for(example("penguins.csv")));
  EXPECT_EQ(outcome.model.network.output_activation(), Activation::sign);
  EXPECT_EQ(outcome.model.loss.kind, Loss::perceptron);
  EXPECT_FALSE(has_probabilities(outcome.model));
  const Table table = load_table(real_file_system(), {.path = example("penguins.csv")});
  const Predictions predictions = predict_table({}, outcome.model, table);
  for (std::size_t r = 0; r < table.rows(); ++r) {
    double sum = 0;
    for (std::size_t c = 0; c < predictions.values.columns(); ++c)
      sum += predictions.values(r, c);
    EXPECT_EQ(sum, 1);
    EXPECT_EQ(predictions.values(r, predictions.classes[r]), 1);
  }
}

TEST(PerceptronModel, HasNoProbabilitiesAndNoGradient) {
  const TrainRequest request = request_for(example("penguins.csv"));
  TrainRequest species = request;
  species.schema.targets = {"species"};
  const Model model = train_quietly(species).model;
  const auto sink = [](std::string_view) {};
  EXPECT_THROW(predict_file(real_file_system(), {}, model,
                            {.data = request.data, .probabilities = Probabilities::append}, sink),
               UsageError);
  EXPECT_THROW(predict_file(real_file_system(), {}, model, {.data = request.data, .top = 2}, sink),
               UsageError);
  EXPECT_THROW(check_model_gradient(real_file_system(), model, request.data, 8, {}), StateError);
  EXPECT_GT(evaluate_file(real_file_system(), {}, model, request.data).metrics.accuracy, 0.95);
}

TEST(PerceptronModel, EachLabelHasAUnit) {
  const std::string path = file_of("labels.csv", "a,b,both,either\n0,0,0,0\n0,1,0,1\n1,0,0,1\n1,1,1,1\n");
  TrainRequest request = request_for(path);
  request.schema.targets = {"both", "either"};
  request.schema.task = Task::multi_label;
  request.validation_share = 0;
  const TrainOutcome outcome = train_quietly(request);
  EXPECT_EQ(outcome.model.network.outputs(), 2u);
  EXPECT_EQ(outcome.history.stop_reason, StopReason::all_right);
  EXPECT_EQ(outcome.training.exact_match, 1);
}

TEST(PerceptronModel, RefusesNumbersAndRowWeights) {
  EXPECT_THROW(train_quietly(request_for(example("diabetes.csv"))), UsageError);
  TrainRequest weighted = request_for(example("iris.csv"));
  weighted.class_weighting = ClassWeighting::balanced;
  EXPECT_THROW(train_quietly(weighted), UsageError);
  TrainRequest fast = request_for(example("iris.csv"));
  fast.learning_rate = 2;
  EXPECT_THROW(train_quietly(fast), UsageError);
  TrainRequest mlp = request_for(example("iris.csv"));
  mlp.model = ModelType::mlp;
  mlp.loss = Loss::perceptron;
  EXPECT_THROW(train_quietly(mlp), UsageError);
}

TEST(PerceptronModel, IsTheSameEachTimeAndInBothPrecisionsOfItsOwn) {
  TrainRequest request = request_for(example("iris.csv"));
  const TrainOutcome first = train_quietly(request), second = train_quietly(request);
  EXPECT_EQ(first.model.parameters, second.model.parameters);
  request.precision = Precision::float64;
  EXPECT_TRUE(std::holds_alternative<Parameters<double>>(train_quietly(request).model.parameters));
}

}  // namespace
}  // namespace chainrule
