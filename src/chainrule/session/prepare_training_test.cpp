#include "chainrule/session/prepare_training.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/io/model_file.h"
#include "chainrule/session/prediction.h"
#include "support/session_files.h"
#include "support/test_tables.h"

namespace chainrule {
namespace {

using testing_support::file_of;
using testing_support::penguins;
using testing_support::report_of;
using testing_support::train_quietly;

bool any_note_has(const std::vector<Message>& notes, std::string_view part) {
  return std::any_of(notes.begin(), notes.end(),
                     [&](const Message& note) { return note.text().find(part) != std::string::npos; });
}

PreparedTraining prepare(const TrainRequest& request) {
  return prepare_training(real_file_system(), {}, request, load_table(real_file_system(), request.data));
}

TEST(PrepareTraining, AFifthOfTheRowsIsHeldOut) {
  const PreparedTraining prepared = prepare(penguins());
  EXPECT_EQ(prepared.plan.validation_rows, 69u);  // of 344
  EXPECT_EQ(prepared.plan.training_rows, 275u);
  EXPECT_EQ(prepared.tables.split.training.size(), 275u);
  EXPECT_FALSE(prepared.tables.validation_table.has_value());
}

TEST(PrepareTraining, BatchAndLearningRateAreTheUsualOnesUnlessGiven) {
  TrainRequest request = penguins();
  EXPECT_EQ(prepare(request).plan.batch_size, 32u);
  EXPECT_EQ(prepare(request).plan.learning_rate, properties_of(request.optimizer.kind).learning_rate);
  request.batch_size = 0;
  request.learning_rate = 0.5;
  EXPECT_EQ(prepare(request).plan.batch_size, 275u);
  EXPECT_EQ(prepare(request).plan.learning_rate, 0.5);
}

TEST(PrepareTraining, ScalingIsFittedOnTrainingRowsOnly) {
  // The last row is an outlier; as a separate validation table it must not change mean and deviation.
  const std::string training = file_of("t.csv", "x,y\n0,1\n2,3\n0,1.5\n2,2.5\n"),
                    validation = file_of("v.csv", "x,y\n1000,9\n");
  TrainRequest request;
  request.data.path = training;
  request.validation = DataSource{.path = validation};
  request.schema.task = Task::regression;
  request.stopping.epochs = 1;
  const TrainOutcome outcome = train_quietly(request);
  EXPECT_DOUBLE_EQ(outcome.model.encoder.inputs[0].offset, 1);
  EXPECT_DOUBLE_EQ(outcome.model.encoder.inputs[0].factor, 1);  // deviation 1
  EXPECT_EQ(outcome.model.provenance.validation_rows, 1u);
}

TEST(PrepareTraining, AnEffortGivesEachCategoryOfSeveralRowsAFeature) {
  std::string text = "town,x,y\n";
  for (int i = 0; i < 600; ++i)
    text += "t" + std::to_string(i % 150) + "," + std::to_string(i * i % 97) + "," +
            (i % 150 % 7 < 3 ? "a" : "b") + "\n";
  TrainRequest request;
  request.data.path = file_of("towns.csv", text);
  EXPECT_EQ(prepare(request).plan.encoder.inputs[0].words.size(), 99u);
  request.effort = Effort::quick;
  EXPECT_EQ(prepare(request).plan.encoder.inputs[0].words.size(), 150u);
  request.given = {Setting::max_words};
  EXPECT_EQ(prepare(request).plan.encoder.inputs[0].words.size(), 99u);
}

TEST(PrepareTraining, PoissonPredictsCounts) {
  std::string text = "x,y\n";
  const int counts[] = {1, 3, 8, 20};  // about exp(x)
  for (int i = 0; i < 80; ++i)
    text += std::to_string(i % 4) + "," + std::to_string(counts[i % 4]) + "\n";
  TrainRequest request;
  request.data.path = file_of("t.csv", text);
  request.schema.task = Task::regression;
  request.loss = Loss::poisson;
  request.validation_share = 0;
  request.learning_rate = 0.01;
  request.stopping = {.epochs = 300};
  const TrainOutcome outcome = train_quietly(request);
  for (std::size_t r = 0; r < 4; ++r)
    EXPECT_NEAR(outcome.predicted(r, 0), counts[r], 0.05 * counts[r] + 0.1);
  EXPECT_TRUE(any_note_has(outcome.notes, "not scaled"));
}

TEST(PrepareTraining, WhatCannotBeTrainedIsRefusedInWords) {
  const auto report = [](auto change) {
    TrainRequest request = penguins();
    change(request);
    return report_of<Error>([&] { train_quietly(request); });
  };
  EXPECT_EQ(report([](TrainRequest& r) {
              r.batch_size = 8;
              r.optimizer.kind = Optimizer::lbfgs;
            }).where,
            ".batch_size");
  EXPECT_NE(report([](TrainRequest& r) { r.schema.targets = {"specie"}; }).advice.find("species"),
            std::string::npos);
  EXPECT_NE(report([](TrainRequest& r) { r.weight_column = "yaer"; }).advice.find("year"), std::string::npos);
  EXPECT_NE(report([](TrainRequest& r) { r.data.path = file_of("e.csv", "a,b\n"); }).what.find("no rows"),
            std::string::npos);
  EXPECT_NE(
      report([](TrainRequest& r) { r.data.path = file_of("o.csv", "a,b\n1,2\n"); }).what.find("one row"),
      std::string::npos);
  EXPECT_NE(report([](TrainRequest& r) {
              r.class_weighting = ClassWeighting::given;
              r.class_weights = {{"Adelie", -1}};
            }).what.find("class weight"),
            std::string::npos);
}

TEST(PrepareTraining, RowsWithoutATargetAreLeftOutWhenAsked) {
  TrainRequest request = penguins();
  request.schema.targets = {"sex"};  // 11 birds of unknown sex
  request.stopping.epochs = 1;
  EXPECT_NE(report_of<DataError>([&] { train_quietly(request); }).advice.find("MissingTarget::skip"),
            std::string::npos);
  request.data.missing_target = MissingTarget::skip;
  const TrainOutcome outcome = train_quietly(request);
  EXPECT_EQ(outcome.model.provenance.training_rows + outcome.model.provenance.validation_rows, 333u);
  EXPECT_TRUE(any_note_has(outcome.notes, "left out 11 rows"));
  const Evaluation evaluation = evaluate_file(real_file_system(), {}, outcome.model, request.data);
  EXPECT_EQ(evaluation.metrics.rows, 333u);
  EXPECT_EQ(evaluation.rows_without_target, 11u);
}

}  // namespace
}  // namespace chainrule
