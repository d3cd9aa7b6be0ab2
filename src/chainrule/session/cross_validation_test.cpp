#include "chainrule/session/cross_validation.h"

#include <gtest/gtest.h>

#include "chainrule/base/random.h"
#include "chainrule/base/text.h"
#include "chainrule/session/cross_validation_words.h"
#include "chainrule/session/prediction.h"
#include "support/session_files.h"

namespace chainrule {
namespace {

using testing_support::file_of;
using testing_support::penguins;

TrainRequest quick_penguins() {
  TrainRequest request = penguins();
  request.hidden = {8};
  request.stopping = {.epochs = 15, .patience = 5};
  return request;
}

CrossValidation validate(const CrossValidationRequest& request, const Compute& compute = {}) {
  return cross_validate(real_file_system(), compute, request);
}

// Every fold again, by hand: its rows are written to files, trained on and evaluated as a user would.
TEST(CrossValidation, FoldsScoreLikeTrainAndEvaluateOnFilesOfTheirRows) {
  CrossValidationRequest request{.training = quick_penguins()};
  request.folds = {.folds = 4};
  const CrossValidation result = validate(request);
  ASSERT_EQ(result.scores.size(), 4u);
  const SharedTable shared = read_shared_table(real_file_system(), {}, request.training);
  const FoldPlan plan = plan_folds({}, request.training, shared.table, shared.schema, request.folds);
  const auto file_of_rows = [&](const std::string& name, std::span<const std::uint32_t> rows) {
    std::string text;
    for (const Column& column : shared.table.columns)
      text += (text.empty() ? "" : ",") + column.name;
    for (const std::uint32_t row : rows) {
      text += "\n";
      for (std::size_t c = 0; c < shared.table.columns.size(); ++c)
        text += (c == 0 ? "" : ",") + shared.table.columns[c].text(row);
    }
    return file_of(name, text + "\n");
  };
  for (std::size_t f = 0; f < 4; ++f) {
    TrainRequest alone = request.training;
    alone.data.path = file_of_rows("training.csv", plan.folds[f].training);
    const Model model = train_on_table(real_file_system(), {}, alone, {}).model;
    const Evaluation evaluation = evaluate_file(
        real_file_system(), {}, model, {.path = file_of_rows("held_out.csv", plan.folds[f].held_out)});
    EXPECT_EQ(result.scores[f].metrics.accuracy, evaluation.metrics.accuracy) << f;
    EXPECT_EQ(result.scores[f].metrics.loss, evaluation.metrics.loss) << f;
    EXPECT_EQ(result.scores[f].held_out_rows, plan.folds[f].held_out.size());
  }
}

TEST(CrossValidation, HasTheSameNumbersOnAnyNumberOfThreads) {
  CrossValidationRequest request{.training = quick_penguins()};
  request.folds = {.folds = 3, .repeats = 2};
  const CrossValidation alone = validate(request);
  ThreadPool pool(3);
  const CrossValidation together = validate(request, {.pool = &pool});
  for (std::size_t i = 0; i < alone.scores.size(); ++i) {
    EXPECT_EQ(together.scores[i].metrics.loss, alone.scores[i].metrics.loss);
    EXPECT_EQ(together.scores[i].epochs, alone.scores[i].epochs);
    EXPECT_EQ(together.scores[i].repeat, i / 3);
    EXPECT_EQ(together.scores[i].fold, i % 3);
  }
  EXPECT_EQ(together.metrics.front().summary.mean, alone.metrics.front().summary.mean);
}

// Labels by chance, and a column of words of which each row has another: nothing can be learned, and a score
// above chance would mean that held-out rows were seen.
TEST(CrossValidation, LabelsByChanceScoreLikeChance) {
  std::string text = "a,b,word,y\n";
  for (std::uint64_t r = 0; r < 300; ++r) {
    for (std::uint64_t c = 0; c < 2; ++c)
      text += format_number(random_uniform({.seed = 3}, 4 * r + c)) + ",";
    text += "w" + std::to_string(random_below({.seed = 3}, 4 * r + 2, 60)) + ",";
    text += random_uniform({.seed = 3}, 4 * r + 3) < 0.5 ? "no\n" : "yes\n";
  }
  CrossValidationRequest request;
  request.training.data.path = file_of("t.csv", text);
  request.training.stopping = {.epochs = 60, .patience = 0};
  const CrossValidation result = validate(request);
  EXPECT_NEAR(result.metrics.front().summary.mean, 0.5, 0.1);
  EXPECT_GT(result.baseline, 0.4);
}

TEST(CrossValidation, ASettingAgainstItselfShowsNoDifference) {
  CrossValidationRequest request{.training = quick_penguins(), .other = quick_penguins()};
  request.folds = {.folds = 3};
  const CrossValidation result = validate(request);
  EXPECT_EQ(result.comparison->equal, 3u);
  EXPECT_NE(comparison_text(result).find("no difference"), std::string::npos) << comparison_text(result);
}

TEST(CrossValidation, FindsTheSettingThatIsClearlyBetter) {
  CrossValidationRequest request{.training = quick_penguins(), .other = quick_penguins()};
  request.training.learning_rate = 1e-6;  // learns nothing
  request.folds = {.folds = 5};
  const CrossValidation result = validate(request);
  EXPECT_EQ(result.comparison->higher, 5u);
  EXPECT_LT(*result.comparison->p_value, 0.01);
  EXPECT_NE(comparison_text(result).find("better in 5 of 5 folds"), std::string::npos);
  EXPECT_NE(comparison_text(result).find("the other setting is better on tables"), std::string::npos);
}

TEST(CrossValidation, OfARegressionRatesByR2AndOneByOneByMae) {
  std::string text = "x,y\n";
  for (int r = 0; r < 40; ++r)
    text += format_number(r * 0.1) + "," + format_number(3 * r * 0.1 + 1) + "\n";
  CrossValidationRequest request;
  request.training.data.path = file_of("t.csv", text);
  request.training.hidden = {};
  request.training.learning_rate = 0.05;
  request.folds = {.folds = 4};
  const CrossValidation by_parts = validate(request);
  EXPECT_EQ(by_parts.score->word, "r2");
  EXPECT_GT(by_parts.metrics.front().summary.mean, 0.99);
  request.folds = {.folds = 40};
  request.training.stopping.epochs = 150;
  const CrossValidation one_by_one = validate(request);
  EXPECT_EQ(one_by_one.score->word, "mae");
  EXPECT_GT(*one_by_one.pooled_r2, 0.99);
  EXPECT_EQ(folds_text(one_by_one), "leave one out (40 folds)");
}

TEST(CrossValidation, ALearningCurveEndsWithTheFoldsThemselves) {
  CrossValidationRequest request{.training = quick_penguins(), .has_learning_curve = true};
  request.folds = {.folds = 3};
  const CrossValidation result = validate(request);
  ASSERT_EQ(result.curve->points.size(), 5u);
  EXPECT_EQ(result.curve->points.back().summary.mean, result.metrics.front().summary.mean);
  for (std::size_t i = 1; i < 5; ++i)
    EXPECT_GT(result.curve->points[i].training_rows, result.curve->points[i - 1].training_rows);
  EXPECT_GT(result.curve->gain_per_doubling, 0);
  EXPECT_NE(curve_text(result).find("rows to train on, accuracy changed by"), std::string::npos);
}

}  // namespace
}  // namespace chainrule
