#include "chainrule/session/quantiles.h"

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
#include "chainrule/session/intervals.h"
#include "chainrule/session/prediction.h"
#include "chainrule/session/scoring.h"
#include "chainrule/tensor/math_functions.h"
#include "support/memory_training.h"
#include "support/session_files.h"
#include "support/test_tables.h"

namespace chainrule {
namespace {

using testing_support::example;
using testing_support::file_of;
using testing_support::numbers;
using testing_support::report_of;
using testing_support::table_of;
using testing_support::train_in_memory;
using testing_support::train_quietly;
using testing_support::words;

// y = 2 x + (0.2 + x) times a standard normal number: its quantile q is 2 x + (0.2 + x) times that of the
// normal distribution.
Table spreading_table(std::uint64_t first, std::uint64_t rows) {
  std::vector<double> x, y;
  for (std::uint64_t r = first; r < first + rows; ++r) {
    x.push_back(random_uniform({.seed = 33}, 2 * r));
    const double u = random_uniform({.seed = 33}, 2 * r + 1) * 0.9998 + 0.0001;
    y.push_back(2 * x.back() + (0.2 + x.back()) * math::normal_quantile(u));
  }
  return table_of({numbers("x", x), numbers("y", y)});
}

TrainRequest small_request() {
  TrainRequest request;
  request.quantiles = {0.9, 0.1, 0.5};  // in any order
  request.hidden = {16};
  request.activations = {Activation::tanh};
  request.learning_rate = 0.01;
  request.stopping = {.epochs = 60, .patience = 10};
  return request;
}

const TrainOutcome& spreading_outcome() {
  static const TrainOutcome outcome = train_in_memory(small_request(), spreading_table(0, 2000));
  return outcome;
}

TEST(Quantiles, CoverTheirShareOfNewRowsWhereverTheyAre) {
  const Model& model = spreading_outcome().model;
  ASSERT_EQ(model.encoder.target.quantiles, (std::vector<double>{0.1, 0.5, 0.9}));
  EXPECT_EQ(model.loss.kind, Loss::quantile);
  EXPECT_EQ(model.network.outputs(), 3u);
  const Table fresh = spreading_table(10'000, 4000);
  const Evaluation evaluation = evaluate_table({}, model, fresh);
  for (const QuantileMetrics& one : evaluation.metrics.per_quantile)
    EXPECT_NEAR(one.coverage, one.quantile, 0.04) << one.quantile;
  EXPECT_GT(evaluation.metrics.d2_pinball, 0.1);
  EXPECT_NEAR(evaluation.metrics.mae, 2 * evaluation.metrics.per_quantile[1].pinball_loss, 1e-12);
  // Unlike an interval of one width, they follow the spread of the target.
  for (const auto& [low, high] : {std::pair{0.0, 0.25}, {0.75, 1.0}}) {
    std::vector<double> at_or_below(3, 0);
    double rows = 0;
    for (std::size_t r = 0; r < fresh.rows(); ++r) {
      const double x = fresh.columns[0].numbers[r];
      if (x < low || x >= high) continue;
      ++rows;
      for (std::size_t q = 0; q < 3; ++q)
        at_or_below[q] += evaluation.truth(r, 0) <= evaluation.predicted(r, q) ? 1 : 0;
    }
    for (std::size_t q = 0; q < 3; ++q)
      EXPECT_NEAR(at_or_below[q] / rows, model.encoder.target.quantiles[q], 0.08) << low << " " << q;
  }
}

TEST(Quantiles, TheHeldOutScoreAndItsBaselineAreThoseOfQuantiles) {
  const TrainOutcome& outcome = spreading_outcome();
  ASSERT_TRUE(outcome.held_out && outcome.baseline);
  EXPECT_EQ(headline(*outcome.held_out).first, "d2_pinball");
  EXPECT_GT(outcome.held_out->d2_pinball, outcome.baseline->d2_pinball);
  EXPECT_LE(outcome.baseline->d2_pinball, 0);  // the quantiles of other rows are no better than their own
  EXPECT_LT(outcome.held_out->pinball_loss, outcome.baseline->pinball_loss);
  EXPECT_EQ(outcome.truth.columns(), 1u);
  EXPECT_EQ(outcome.predicted.columns(), 3u);
  EXPECT_EQ(outcome.model.residuals, Residuals());
  // The score of each epoch is that of the quantiles, too.
  double best = -1;
  for (const EpochReport& epoch : outcome.history.epochs)
    best = std::max(best, epoch.validation_score.value_or(-1));
  EXPECT_NEAR(best, outcome.held_out->d2_pinball, 0.02);
}

TEST(Quantiles, NeverCrossWhateverTheNetwork) {
  Model model = spreading_outcome().model;
  const Table table = spreading_table(0, 50);
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    auto& parameters = std::get<Parameters<float>>(model.parameters);
    for (std::size_t i = 0; i < parameters.size(); ++i)
      parameters[i] = static_cast<float>(4 * random_uniform({.seed = seed}, i) - 2);
    const Predictions predictions = predict_table({}, model, table);
    ASSERT_EQ(predictions.values.columns(), 3u);
    for (std::size_t r = 0; r < table.rows(); ++r) {
      ASSERT_LE(predictions.values(r, 0), predictions.values(r, 1));
      ASSERT_LE(predictions.values(r, 1), predictions.values(r, 2));
    }
  }
}

TEST(Quantiles, AreSortedAndKeptInTheRangeOfTheTraining) {
  Model model = spreading_outcome().model;
  model.encoder.target.offset = {10};
  model.encoder.target.factor = {0.5};
  model.encoder.target.lowest = {8};
  model.encoder.target.highest = {13};
  const std::vector<double> outputs = {2, -3, 1};  // 14, 4 and 12
  const Matrix<double> values = outputs_in_own_units(model, {outputs.data(), 1, 3});
  EXPECT_EQ(std::vector<double>(values.values().begin(), values.values().end()),
            (std::vector<double>{8, 12, 13}));
}

TEST(Quantiles, AreInTheModelFileAndInTheColumnsOfAPrediction) {
  TrainRequest request = small_request();
  request.data.path = example("diabetes.csv");
  request.stopping.epochs = 5;
  const Model model = train_quietly(request).model;
  const std::string bytes = model_to_bytes(model);
  const Model again = model_from_bytes(bytes, "m");
  EXPECT_EQ(again.encoder.target.quantiles, (std::vector<double>{0.1, 0.5, 0.9}));
  EXPECT_EQ(again.loss, model.loss);
  EXPECT_EQ(model_to_bytes(again), bytes);
  std::string text;
  PredictRequest predict;
  predict.data.path = request.data.path;
  predict_file(real_file_system(), {}, again, predict, [&](std::string_view part) { text += part; });
  const std::vector<std::string> lines = split_text(text, '\n');
  EXPECT_EQ(lines[0], "quantile 0.1 progression,quantile 0.5 progression,quantile 0.9 progression");
  EXPECT_EQ(split_text(lines[1], ',').size(), 3u);
  const ErrorText refusal = report_of<UsageError>([&] { interval_half_widths(model, 0.9); });
  EXPECT_NE(refusal.what.find("predicts quantiles"), std::string::npos) << refusal.what;
}

TEST(Quantiles, VoteInAMixtureAndAreScoredOutOfFold) {
  for (const std::optional<Effort> effort : {std::optional<Effort>(), std::optional(Effort::quick)}) {
    TrainRequest request = small_request();
    request.effort = effort;
    request.members = 3;
    request.hidden = {8};
    request.stopping = {.epochs = 20, .patience = 5};
    request.given = {Setting::members, Setting::hidden, Setting::epochs};
    const TrainOutcome outcome = train_in_memory(request, spreading_table(0, 400));
    EXPECT_GE(outcome.members.size(), 3u);
    ASSERT_TRUE(outcome.held_out);
    EXPECT_EQ(outcome.held_out->rows, 400u);
    for (const QuantileMetrics& one : outcome.held_out->per_quantile)
      EXPECT_NEAR(one.coverage, one.quantile, 0.08) << one.quantile;
    const TargetEncoding& target = outcome.model.encoder.target;
    EXPECT_EQ(target.lowest.size(), effort ? 1u : 0u);
    model_from_bytes(model_to_bytes(outcome.model), "m");
  }
}

TEST(Quantiles, AreCrossValidatedByTheirPinballLoss) {
  CrossValidationRequest request;
  request.training = small_request();
  request.training.data.path = example("diabetes.csv");
  request.training.stopping.epochs = 3;
  request.folds.folds = 3;
  const CrossValidation result = cross_validate(real_file_system(), {}, request);
  EXPECT_EQ(result.score->word, "d2_pinball");
  EXPECT_FALSE(result.pooled_r2);
  std::vector<std::string> metrics;
  for (const MetricSummary& one : result.metrics)
    metrics.emplace_back(one.metric->word);
  EXPECT_EQ(metrics, (std::vector<std::string>{"d2_pinball", "pinball_loss", "r2", "rmse", "mae", "loss"}));
}

struct Misfit {
  const char* name;
  std::function<void(TrainRequest&)> change;
  const char* what;  // part of the message
};

void PrintTo(const Misfit& misfit, std::ostream* out) {
  *out << misfit.name;
}

class QuantilesRefuse : public testing::TestWithParam<Misfit> {};

TEST_P(QuantilesRefuse, WithAMessageThatNamesTheFault) {
  TrainRequest request = small_request();
  request.stopping.epochs = 1;
  GetParam().change(request);
  const Table table =
      table_of({numbers("x", {1, 2, 3, 4, 5, 6, 7, 8}), words("w", {"a", "b", "a", "b", "a", "b", "a", "b"}),
                numbers("y", {1.5, 2.5, 1, 4, 3.5, 2, 8, 9}), numbers("z", {2.5, 1.5, 3, 1, 1.5, 2, 4, 3})});
  const ErrorText report = report_of<UsageError>([&] { train_in_memory(request, table); });
  EXPECT_NE(report.what.find(GetParam().what), std::string::npos) << report.what;
}

INSTANTIATE_TEST_SUITE_P(
    Requests, QuantilesRefuse,
    testing::Values(
        Misfit{"AboveOne",
               [](TrainRequest& r) {
                 r.quantiles = {0.5, 1};
               },
               "out of range"},
        Misfit{"NotANumber", [](TrainRequest& r) { r.quantiles = {std::nan("")}; }, "out of range"},
        Misfit{"Twice",
               [](TrainRequest& r) {
                 r.quantiles = {0.5, 0.1, 0.5};
               },
               "given twice"},
        Misfit{"AnotherLoss", [](TrainRequest& r) { r.loss = Loss::huber; }, "learned by the loss quantile"},
        Misfit{"CrossEntropy", [](TrainRequest& r) { r.cross_entropy = true; },
               "learned by the loss quantile"},
        Misfit{"AQuantileAlone", [](TrainRequest& r) { r.quantile = 0.9; }, "one quantile and a list"},
        Misfit{"RadialBasisFunctions", [](TrainRequest& r) { r.model = ModelType::rbf; }, "by descent"},
        Misfit{"Classes", [](TrainRequest& r) { r.schema.targets = {"w"}; }, "one of classes"},
        Misfit{"SeveralTargets",
               [](TrainRequest& r) {
                 r.schema.targets = {"y", "z"};
               },
               "of one number"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(Quantiles, WithTheirLossNamedAreTheSame) {
  TrainRequest request = small_request();
  request.loss = Loss::quantile;
  EXPECT_EQ(wanted_quantiles(request), (std::vector<double>{0.1, 0.5, 0.9}));
}

}  // namespace
}  // namespace chainrule
