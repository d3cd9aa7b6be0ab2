// Classes in an order, from the request to the prediction.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <string>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/random.h"
#include "chainrule/base/text.h"
#include "chainrule/data/encode_targets.h"
#include "chainrule/io/model_file.h"
#include "chainrule/session/cross_validation.h"
#include "chainrule/session/fold_training.h"
#include "chainrule/session/prediction.h"
#include "chainrule/tensor/math_functions.h"
#include "support/memory_training.h"
#include "support/session_files.h"
#include "support/test_tables.h"

namespace chainrule {
namespace {

using testing_support::numbers;
using testing_support::report_of;
using testing_support::table_of;
using testing_support::train_in_memory;
using testing_support::words;

const std::vector<std::string> kGrades = {"poor", "fair", "good", "very good", "excellent"};

// A hidden quality 3 x + sin(4 z) + noise, cut into five grades.
Table graded_table(std::uint64_t first, std::uint64_t rows) {
  std::vector<double> x, z;
  std::vector<std::string> grades;
  for (std::uint64_t r = first; r < first + rows; ++r) {
    x.push_back(random_uniform({.seed = 5}, 3 * r));
    z.push_back(random_uniform({.seed = 5}, 3 * r + 1));
    const double noise = math::normal_quantile(random_uniform({.seed = 5}, 3 * r + 2) * 0.9998 + 0.0001);
    const double quality = 3 * x.back() + math::sin(4 * z.back()) + 0.6 * noise;
    const double grade = std::clamp(std::floor(1.2 * quality), 0.0, 4.0);
    grades.push_back(kGrades[static_cast<std::size_t>(grade)]);
  }
  return table_of({numbers("x", x), numbers("z", z), words("grade", grades)});
}

TrainRequest small_request() {
  TrainRequest request;
  request.schema.class_order = kGrades;
  request.hidden = {16};
  request.activations = {Activation::tanh};
  request.learning_rate = 0.01;
  request.stopping = {.epochs = 40, .patience = 10};
  return request;
}

const TrainOutcome& graded_outcome() {
  static const TrainOutcome outcome = train_in_memory(small_request(), graded_table(0, 600));
  return outcome;
}

TEST(OrderedClasses, HaveOneOutputFewerThanClasses) {
  const Model& model = graded_outcome().model;
  EXPECT_EQ(model.encoder.target.task, Task::ordinal);
  EXPECT_EQ(model.encoder.target.class_names, kGrades);
  EXPECT_EQ(model.network.outputs(), 4u);
  EXPECT_EQ(model.network.output_activation(), Activation::logistic);
  EXPECT_EQ(model.loss.kind, Loss::binary_cross_entropy);
  const Table table = graded_table(0, 3);
  const std::vector<std::uint32_t> rows = {0, 1, 2};
  Matrix<double> targets(3, 4);
  encode_targets<double>(model.encoder, table, rows, targets.view());
  const std::vector<std::uint32_t> classes = target_classes(model.encoder, table, rows);
  for (std::size_t r = 0; r < 3; ++r) {
    for (std::size_t k = 0; k < 4; ++k)
      EXPECT_EQ(targets(r, k), k < classes[r] ? 1 : 0);
  }
}

TEST(OrderedClasses, ArePredictedByProbabilitiesThatAddUpToOne) {
  const Model& model = graded_outcome().model;
  const Table table = graded_table(600, 300);
  const Predictions predictions = predict_table({}, model, table);
  ASSERT_EQ(predictions.values.columns(), 5u);
  for (std::size_t r = 0; r < 300; ++r) {
    const double* const p = predictions.values.row(r);
    EXPECT_NEAR(std::accumulate(p, p + 5, 0.0), 1, 1e-12);
    EXPECT_EQ(predictions.classes[r], static_cast<std::size_t>(std::max_element(p, p + 5) - p));
  }
  const Metrics metrics = evaluate_table({}, model, table).metrics;
  EXPECT_GT(metrics.accuracy, 0.5);
  ASSERT_TRUE(metrics.class_distance && metrics.log_loss && metrics.auc);
  EXPECT_LT(*metrics.class_distance, 0.6);
}

TEST(OrderedClasses, AreAsGoodAsClassesWithoutTheirOrder) {
  TrainRequest plain = small_request();
  plain.schema.class_order.clear();
  const Table fresh = graded_table(600, 2000);
  const Metrics without =
      evaluate_table({}, train_in_memory(plain, graded_table(0, 600)).model, fresh).metrics;
  const Metrics with = evaluate_table({}, graded_outcome().model, fresh).metrics;
  EXPECT_LT(*with.log_loss, *without.log_loss + 0.02);
  EXPECT_FALSE(without.class_distance);
}

TEST(OrderedClasses, HaveTheMajorityClassAsBaseline) {
  const TrainOutcome& outcome = graded_outcome();
  ASSERT_TRUE(outcome.held_out && outcome.baseline);
  const auto majority = std::ranges::max_element(outcome.training.per_class, {}, &ClassMetrics::support);
  const auto place = static_cast<std::size_t>(majority - outcome.training.per_class.begin());
  EXPECT_DOUBLE_EQ(outcome.baseline->accuracy,
                   outcome.held_out->per_class[place].support / static_cast<double>(outcome.held_out->rows));
  double distance = 0;
  for (std::size_t c = 0; c < 5; ++c) {
    distance += outcome.held_out->per_class[c].support *
                std::abs(static_cast<double>(c) - static_cast<double>(place));
  }
  EXPECT_NEAR(*outcome.baseline->class_distance, distance / static_cast<double>(outcome.held_out->rows),
              1e-12);
}

TEST(OrderedClasses, AreInTheModelFile) {
  const Model& model = graded_outcome().model;
  const std::string bytes = model_to_bytes(model);
  const Model again = model_from_bytes(bytes, "m");
  EXPECT_EQ(again.encoder.target.task, Task::ordinal);
  EXPECT_EQ(again.encoder.target.class_values, kGrades);
  EXPECT_EQ(model_to_bytes(again), bytes);
  const Table table = graded_table(600, 20);
  EXPECT_EQ(predict_table({}, again, table).classes, predict_table({}, model, table).classes);
}

TEST(OrderedClasses, VoteInAMixture) {
  TrainRequest request = small_request();
  request.effort = Effort::quick;
  request.members = 3;
  request.hidden = {8};
  request.stopping = {.epochs = 20, .patience = 5};
  request.given = {Setting::members, Setting::hidden, Setting::epochs};
  const TrainOutcome outcome = train_in_memory(request, graded_table(0, 400));
  EXPECT_GE(outcome.members.size(), 3u);
  ASSERT_TRUE(outcome.held_out);
  EXPECT_EQ(outcome.held_out->rows, 400u);
  EXPECT_GT(outcome.held_out->accuracy, outcome.baseline->accuracy);
  EXPECT_LT(*outcome.held_out->class_distance, *outcome.baseline->class_distance);
  const Model again = model_from_bytes(model_to_bytes(outcome.model), "m");
  EXPECT_EQ(again.network.outputs(), 4u);
}

TEST(OrderedClasses, AreCrossValidated) {
  CrossValidationRequest request;
  request.training = small_request();
  request.training.stopping.epochs = 3;
  request.folds.folds = 3;
  const SharedTable shared = share_table({}, request.training, graded_table(0, 150));
  const CrossValidation result = cross_validate(real_file_system(), {}, request, shared);
  EXPECT_EQ(result.score->word, "accuracy");
  EXPECT_TRUE(std::ranges::any_of(
      result.metrics, [](const MetricSummary& one) { return one.metric->word == "class_distance"; }));
}

TEST(OrderedClasses, TakeClassWeightsAndRadialBasisFunctions) {
  TrainRequest request = small_request();
  request.class_weighting = ClassWeighting::balanced;
  request.stopping.epochs = 3;
  EXPECT_TRUE(train_in_memory(request, graded_table(0, 200)).held_out);
  TrainRequest rbf = small_request();
  rbf.model = ModelType::rbf;
  for (const OutputTraining training : {OutputTraining::softmax, OutputTraining::closed_form}) {
    rbf.rbf.output_training = training;
    const TrainOutcome outcome = train_in_memory(rbf, graded_table(0, 300));
    EXPECT_GT(outcome.training.accuracy, 0.4) << name_of(training);
  }
}

struct Misfit {
  const char* name;
  std::function<void(TrainRequest&)> change;
  const char* what;  // part of the message
};

void PrintTo(const Misfit& misfit, std::ostream* out) {
  *out << misfit.name;
}

class OrderedClassesRefuse : public testing::TestWithParam<Misfit> {};

TEST_P(OrderedClassesRefuse, WithAMessageThatNamesTheFault) {
  TrainRequest request = small_request();
  GetParam().change(request);
  const ErrorText report = report_of<Error>([&] { train_in_memory(request, graded_table(0, 60)); });
  EXPECT_NE(report.what.find(GetParam().what), std::string::npos) << report.what;
}

INSTANTIATE_TEST_SUITE_P(
    OrderedClasses, OrderedClassesRefuse,
    testing::Values(
        Misfit{"AMissingClass",
               [](TrainRequest& r) { r.schema.class_order.erase(r.schema.class_order.begin() + 1); },
               "a value that is not in the order"},
        Misfit{"AClassTwice", [](TrainRequest& r) { r.schema.class_order.push_back("good"); },
               "names one twice"},
        Misfit{"TwoClasses",
               [](TrainRequest& r) {
                 r.schema.class_order = {"poor", "good"};
               },
               "needs three or more"},
        Misfit{"AnotherTask", [](TrainRequest& r) { r.schema.task = Task::classes; }, "for another task"},
        Misfit{"SeveralTargets",
               [](TrainRequest& r) {
                 r.schema.targets = {"z", "grade"};
               },
               "has one target"},
        Misfit{"ANumber", [](TrainRequest& r) { r.schema.targets = {"z"}; },
               "a value that is not in the order"},
        Misfit{"CategoriesWithoutAnOrder",
               [](TrainRequest& r) {
                 r.schema.class_order.clear();
                 r.schema.task = Task::ordinal;
               },
               "is not given"},
        Misfit{"APerceptron", [](TrainRequest& r) { r.model = ModelType::perceptron; },
               "a perceptron has no"},
        Misfit{"ASoftmax", [](TrainRequest& r) { r.output_activation = Activation::softmax; },
               "a softmax output gives"},
        Misfit{"AnotherLoss", [](TrainRequest& r) { r.loss = Loss::softmax_cross_entropy; }, "does not fit"},
        Misfit{"AThreshold", [](TrainRequest& r) { r.threshold.given = 0.3; }, "threshold"}));

}  // namespace
}  // namespace chainrule
