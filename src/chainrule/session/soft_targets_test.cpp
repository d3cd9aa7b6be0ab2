// Probabilities as targets, from the request to the prediction.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/random.h"
#include "chainrule/base/text.h"
#include "chainrule/io/model_file.h"
#include "chainrule/session/cross_validation.h"
#include "chainrule/session/fold_training.h"
#include "chainrule/session/prediction.h"
#include "chainrule/session/scoring.h"
#include "chainrule/tensor/math_functions.h"
#include "chainrule/train/probability_metrics.h"
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

using Values = std::vector<double>;

// p(cat) : p(dog) : p(bird) = exp(3 x) : exp(3 z) : 2
Table shared_table(std::uint64_t first, std::uint64_t rows) {
  Values x, z, cat, dog, bird;
  for (std::uint64_t r = first; r < first + rows; ++r) {
    x.push_back(random_uniform({.seed = 8}, 2 * r));
    z.push_back(random_uniform({.seed = 8}, 2 * r + 1));
    const double a = math::exp(3 * x.back()), b = math::exp(3 * z.back()), sum = a + b + 2;
    cat.push_back(a / sum), dog.push_back(b / sum), bird.push_back(2 / sum);
  }
  return table_of({numbers("x", x), numbers("z", z), numbers("p_cat", cat), numbers("p_dog", dog),
                   numbers("p_bird", bird)});
}

TrainRequest small_request() {
  TrainRequest request;
  request.schema.soft_labels = true;
  request.schema.targets = {"p_cat", "p_dog", "p_bird"};
  request.hidden = {16};
  request.activations = {Activation::tanh};
  request.learning_rate = 0.02;
  request.stopping = {.epochs = 100, .patience = 20};
  return request;
}

const TrainOutcome& shared_outcome() {
  static const TrainOutcome outcome = train_in_memory(small_request(), shared_table(0, 500));
  return outcome;
}

TEST(SoftLabels, AreLearnedAsProbabilities) {
  const Model& model = shared_outcome().model;
  EXPECT_EQ(model.encoder.target.task, Task::classes);
  EXPECT_EQ(model.encoder.target.class_names, (std::vector<std::string>{"p_cat", "p_dog", "p_bird"}));
  EXPECT_EQ(model.network.output_activation(), Activation::softmax);
  const Table fresh = shared_table(500, 200);
  const Predictions predictions = predict_table({}, model, fresh);
  for (std::size_t r = 0; r < 200; ++r) {
    for (std::size_t k = 0; k < 3; ++k)
      EXPECT_NEAR(predictions.values(r, k), fresh.columns[2 + k].numbers[r], 0.05);
  }
}

TEST(SoftLabels, AreScoredByTheCrossEntropyWithThem) {
  const Model& model = shared_outcome().model;
  const Table fresh = shared_table(500, 200);
  const Predictions predictions = predict_table({}, model, fresh);
  const Metrics metrics = evaluate_table({}, model, fresh).metrics;
  double log_loss = 0, brier = 0, right = 0;
  for (std::size_t r = 0; r < 200; ++r) {
    std::size_t true_class = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      const double t = fresh.columns[2 + k].numbers[r], p = predictions.values(r, k);
      log_loss -= t * std::log(p) / 200;
      brier += (t - p) * (t - p) / 200;
      if (t > fresh.columns[2 + true_class].numbers[r]) true_class = k;
    }
    if (predictions.classes[r] == true_class) right += 1;
  }
  EXPECT_NEAR(*metrics.log_loss, log_loss, 1e-6);
  EXPECT_NEAR(metrics.loss, log_loss, 1e-5);
  EXPECT_NEAR(*metrics.brier, brier, 1e-6);
  EXPECT_DOUBLE_EQ(metrics.accuracy, right / 200);
  EXPECT_FALSE(metrics.auc || metrics.calibration_error);
  EXPECT_LT(*shared_outcome().held_out->log_loss, *shared_outcome().baseline->log_loss);
}

TEST(SoftLabels, OfZerosAndOnesAreThoseOfClasses) {
  const Values hard = {1, 0, 0, 0, 0, 1}, p = {0.7, 0.2, 0.1, 0.3, 0.3, 0.4};
  Metrics soft{.task = Task::classes, .rows = 2}, known{.task = Task::classes, .rows = 2};
  add_soft_probability_metrics(soft, {hard.data(), 2, 3}, {p.data(), 2, 3});
  add_probability_metrics(known, std::vector<std::uint32_t>{0, 2}, {p.data(), 2, 3});
  EXPECT_DOUBLE_EQ(*soft.log_loss, *known.log_loss);
  EXPECT_DOUBLE_EQ(*soft.brier, *known.brier);
}

TEST(SoftLabels, OfOneColumnAreThoseOfYes) {
  TrainRequest request = small_request();
  request.schema.targets = {"p_cat"};
  request.schema.ignored = {"p_dog", "p_bird"};
  const TrainOutcome outcome = train_in_memory(request, shared_table(0, 500));
  const TargetEncoding& target = outcome.model.encoder.target;
  EXPECT_EQ(target.task, Task::binary);
  EXPECT_EQ(target.class_names, (std::vector<std::string>{"not p_cat", "p_cat"}));
  EXPECT_EQ(outcome.model.network.output_activation(), Activation::logistic);
  const Table fresh = shared_table(500, 100);
  const Predictions predictions = predict_table({}, outcome.model, fresh);
  double log_loss = 0;
  for (std::size_t r = 0; r < 100; ++r) {
    const double t = fresh.columns[2].numbers[r], p = predictions.values(r, 1);
    EXPECT_NEAR(p, t, 0.06);
    log_loss -= (t * std::log(p) + (1 - t) * std::log(1 - p)) / 100;
  }
  EXPECT_NEAR(*evaluate_table({}, outcome.model, fresh).metrics.log_loss, log_loss, 1e-6);
}

TEST(SoftLabels, AreInTheModelFileAndPredictedAsAClass) {
  const Model& model = shared_outcome().model;
  const std::string bytes = model_to_bytes(model);
  const Model again = model_from_bytes(bytes, "m");
  EXPECT_TRUE(again.encoder.target.soft_labels);
  EXPECT_TRUE(again.encoder.target.class_values.empty());
  EXPECT_EQ(model_to_bytes(again), bytes);
  EXPECT_EQ(prediction_columns(again.encoder.target), (std::vector<std::string>{"class"}));
}

TEST(SoftLabels, VoteInAMixtureAndWithSmoothing) {
  TrainRequest request = small_request();
  request.effort = Effort::quick;
  request.members = 3;
  request.hidden = {8};
  request.label_smoothing = 0.05;
  request.stopping = {.epochs = 60, .patience = 10};
  request.given = {Setting::members, Setting::hidden, Setting::epochs, Setting::label_smoothing};
  const TrainOutcome outcome = train_in_memory(request, shared_table(0, 300));
  ASSERT_TRUE(outcome.held_out);
  EXPECT_EQ(outcome.held_out->rows, 300u);
  EXPECT_LT(*outcome.held_out->log_loss, *outcome.baseline->log_loss);
  EXPECT_NEAR(*outcome.held_out->log_loss, outcome.held_out->loss, 1e-5);
}

TEST(SoftLabels, AreCrossValidated) {
  CrossValidationRequest request;
  request.training = small_request();
  request.training.stopping.epochs = 3;
  request.folds.folds = 3;
  const SharedTable shared = share_table({}, request.training, shared_table(0, 90));
  const CrossValidation result = cross_validate(real_file_system(), {}, request, shared);
  EXPECT_TRUE(std::ranges::any_of(result.metrics,
                                  [](const MetricSummary& one) { return one.metric->word == "log_loss"; }));
}

struct Misfit {
  const char* name;
  std::function<void(TrainRequest&, Table&)> change;
  const char* what;      // part of the message
  const char* got = "";  // likewise
};

void PrintTo(const Misfit& misfit, std::ostream* out) {
  *out << misfit.name;
}

class SoftLabelsRefuse : public testing::TestWithParam<Misfit> {};

TEST_P(SoftLabelsRefuse, WithAMessageThatNamesTheFault) {
  TrainRequest request = small_request();
  Table table =
      table_of({numbers("x", {1, 2, 3, 4, 5}), words("w", {"a", "b", "a", "b", "a"}),
                numbers("p_cat", {0.5, 0.25, 0.25, 0, 1}), numbers("p_dog", {0.25, 0.5, 0.25, 1, 0}),
                numbers("p_bird", {0.25, 0.25, 0.5, 0, 0})});
  GetParam().change(request, table);
  const ErrorText report = report_of<Error>([&] { train_in_memory(request, table); });
  EXPECT_NE(report.what.find(GetParam().what), std::string::npos) << report.what;
  EXPECT_NE(report.got.find(GetParam().got), std::string::npos) << report.got;
}

void replace_column(Table& table, std::size_t place, Values values) {
  table.columns[place] = numbers(table.columns[place].name, std::move(values));
}

INSTANTIATE_TEST_SUITE_P(
    SoftLabels, SoftLabelsRefuse,
    testing::Values(Misfit{"ASumOfLess",
                           [](TrainRequest&, Table& given) {
                             replace_column(given, 2, {0.5, 0.25, 0.24, 0, 1});
                           },
                           "do not add up to 1", "0.99"},
                    Misfit{"ANegative",
                           [](TrainRequest&, Table& given) {
                             replace_column(given, 2, {0.5, 0.25, -0.25, 0, 1});
                           },
                           "not a probability", "-0.25"},
                    Misfit{"MoreThanOne",
                           [](TrainRequest&, Table& given) {
                             replace_column(given, 2, {0.5, 0.25, 1.25, 0, 1});
                           },
                           "not a probability", "1.25"},
                    Misfit{"AMissingCell",
                           [](TrainRequest&, Table& given) {
                             replace_column(given, 2, {0.5, 0.25, std::nan(""), 0, 1});
                           },
                           "is missing"},
                    Misfit{"Categories",
                           [](TrainRequest& r, Table&) {
                             r.schema.targets = {"p_cat", "w"};
                           },
                           "not a probability", "a"},
                    Misfit{"NothingToLearn",
                           [](TrainRequest& r, Table& given) {
                             r.schema.targets = {"p_cat"};
                             replace_column(given, 2, {0.5, 0.5, 0.5, 0.5, 0.5});
                           },
                           "nothing to learn"},
                    Misfit{"AnOrder",
                           [](TrainRequest& r, Table&) {
                             r.schema.class_order = {"a", "b", "c"};
                           },
                           "an order of the classes"},
                    Misfit{"ATask", [](TrainRequest& r, Table&) { r.schema.task = Task::classes; },
                           "the task of soft labels"},
                    Misfit{"ClassWeights",
                           [](TrainRequest& r, Table&) { r.class_weighting = ClassWeighting::balanced; },
                           "class weights"},
                    Misfit{"Quantiles",
                           [](TrainRequest& r, Table&) {
                             r.quantiles = {0.1, 0.9};
                           },
                           "quantiles"},
                    Misfit{"AChosenThreshold",
                           [](TrainRequest& r, Table&) { r.threshold.goal = ThresholdGoal::f1; },
                           "threshold"},
                    Misfit{"APerceptron", [](TrainRequest& r, Table&) { r.model = ModelType::perceptron; },
                           "perceptron"}));

}  // namespace
}  // namespace chainrule
