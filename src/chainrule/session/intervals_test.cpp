#include "chainrule/session/intervals.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/random.h"
#include "chainrule/base/text.h"
#include "chainrule/io/model_file.h"
#include "chainrule/session/prediction.h"
#include "support/session_files.h"
#include "support/test_tables.h"

namespace chainrule {
namespace {

using testing_support::example;
using testing_support::file_of;
using testing_support::numbers;
using testing_support::report_of;
using testing_support::table_of;
using testing_support::train_quietly;

// Rows of y = sin(2 pi x) + noise, which is uniform and spreads more as x grows.
Table wave(std::span<const std::uint32_t> rows) {
  std::vector<double> x, y;
  for (const std::uint32_t r : rows) {
    x.push_back(random_uniform({.seed = 21}, 2 * r));
    const double noise = random_uniform({.seed = 21}, 2 * r + 1) - 0.5;
    y.push_back(std::sin(2 * std::numbers::pi * x.back()) + noise * (0.2 + x.back()));
  }
  return table_of({numbers("x", x), numbers("y", y)});
}

TrainRequest small_network(std::uint64_t seed) {
  TrainRequest request;
  request.hidden = {8};
  request.activations = {Activation::tanh};
  request.learning_rate = 0.02;
  request.validation_share = 0.3;
  request.stopping = {.epochs = 20, .patience = 5};
  request.seed = seed;
  return request;
}

// The mean coverage over 50 random splits of 700 rows: 350 to train (105 of them held out), 350 new ones.
TEST(Intervals, HoldTheirCoverageOnNewRows) {
  constexpr std::uint32_t kRows = 700, kTraining = 350, kSplits = 50;
  const std::vector<double> coverages = {0.5, 0.8, 0.9, 0.95};
  std::vector<double> inside(coverages.size(), 0);
  for (std::uint32_t split = 0; split < kSplits; ++split) {
    std::vector<std::uint32_t> rows(kRows);
    std::iota(rows.begin(), rows.end(), 0u);
    shuffle_indices({.seed = split, .purpose = RandomPurpose::sampling}, rows);
    const auto all = std::span<const std::uint32_t>(rows);
    const Model model =
        train_on_table(real_file_system(), {}, small_network(split + 1), wave(all.first(kTraining)), {})
            .model;
    ASSERT_EQ(model.residuals.rows(), 105u);
    const Table fresh = wave(all.subspan(kTraining));
    const Predictions predictions = predict_table({}, model, fresh);
    for (std::size_t c = 0; c < coverages.size(); ++c) {
      const double width = interval_half_widths(model, coverages[c]).front();
      for (std::size_t r = 0; r < fresh.rows(); ++r) {
        const auto [low, high] = interval_around(model, predictions.values(r, 0), width);
        const double y = fresh.columns[1].numbers[r];
        if (low <= y && y <= high) ++inside[c];
      }
    }
  }
  for (std::size_t c = 0; c < coverages.size(); ++c) {
    EXPECT_NEAR(inside[c] / (kSplits * (kRows - kTraining)), coverages[c], 0.02)
        << format_number(coverages[c]);
  }
}

TEST(Intervals, AMixtureHasTheErrorsOfAllRowsOutOfFold) {
  TrainRequest request = small_network(1);
  request.data.path = example("diabetes.csv");
  request.validation_share = kUsualValidationShare;
  request.members = 3;
  const TrainOutcome outcome = train_quietly(request);
  EXPECT_EQ(outcome.model.residuals.rows(), outcome.model.provenance.training_rows);
  EXPECT_LE(outcome.model.residuals.ranks.size(), kMostResiduals);
  EXPECT_GT(interval_half_widths(outcome.model, 0.9).front(), 0);
}

TEST(Intervals, AreInTheModelFile) {
  TrainRequest request = small_network(1);
  request.data.path = example("diabetes.csv");
  const Model model = train_quietly(request).model;
  ASSERT_GT(model.residuals.rows(), 0u);
  const std::string bytes = model_to_bytes(model);
  const Model again = model_from_bytes(bytes, "m");
  EXPECT_EQ(again.residuals, model.residuals);
  EXPECT_EQ(model_to_bytes(again), bytes);
}

TEST(Intervals, AreTwoColumnsBesideThePrediction) {
  TrainRequest request = small_network(1);
  request.data.path = example("diabetes.csv");
  const Model model = train_quietly(request).model;
  PredictRequest predict;
  predict.data.path = request.data.path;
  std::string plain, with_interval;
  predict_file(real_file_system(), {}, model, predict, [&](std::string_view text) { plain += text; });
  predict.interval = 0.8;
  predict_file(real_file_system(), {}, model, predict, [&](std::string_view text) { with_interval += text; });
  const std::vector<std::string> lines = split_text(with_interval, '\n');
  EXPECT_EQ(lines[0], "progression,low progression,high progression");
  const double half = interval_half_widths(model, 0.8).front();
  for (std::size_t line = 1; line < 5; ++line) {
    const std::vector<std::string> cells = split_text(lines[line], ',');
    ASSERT_EQ(cells.size(), 3u);
    EXPECT_EQ(cells[0], split_text(plain, '\n')[line]);
    EXPECT_NEAR(*parse_double(cells[0]) - *parse_double(cells[1]), half, 1e-9);
    EXPECT_NEAR(*parse_double(cells[2]) - *parse_double(cells[0]), half, 1e-9);
  }
}

TEST(Intervals, WithoutHeldOutRowsOrWithTooFewTheErrorSaysWhatToDo) {
  TrainRequest request = small_network(1);
  request.data.path = example("diabetes.csv");
  request.validation_share = 0;
  const Model without = train_quietly(request).model;
  const auto refusal = [](const Model& model, double coverage) {
    return report_of<UsageError>([&] { interval_half_widths(model, coverage); });
  };
  EXPECT_EQ(without.residuals, Residuals());
  EXPECT_NE(refusal(without, 0.9).what.find("not trained on"), std::string::npos);
  EXPECT_NE(refusal(without, 0.9).advice.find(".validation_share"), std::string::npos);

  request.validation_share = 0.05;
  const Model few = train_quietly(request).model;
  ASSERT_EQ(few.residuals.rows(), 22u);
  EXPECT_EQ(refusal(few, 0.99).expected, "99 held-out rows for 0.99");
  EXPECT_EQ(refusal(few, 0.99).got, "22 rows");
  EXPECT_EQ(refusal(few, 0.99).advice, "use at most 0.956, or train again with more held-out rows");
  EXPECT_EQ(refusal(few, 0.956).what, "");
  EXPECT_NE(refusal(few, 1.0).what.find("out of range"), std::string::npos);
  EXPECT_EQ(refusal(train_quietly(testing_support::penguins()).model, 0.9).got, "task classes");
}

// y = exp(z): a count is not below 0.
TEST(Intervals, OfCountsAreNotNegative) {
  Model model;
  model.loss.kind = Loss::poisson;
  EXPECT_EQ(interval_around(model, 1, 3).low, 0);
  EXPECT_EQ(interval_around(model, 1, 3).high, 4);
  model.loss.kind = Loss::mean_squared_error;
  EXPECT_EQ(interval_around(model, 1, 3).low, -2);
}

}  // namespace
}  // namespace chainrule
