#include "chainrule/session/row_weights.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/session/prediction.h"
#include "support/session_files.h"
#include "support/test_tables.h"

namespace chainrule {
namespace {

using testing_support::file_of;
using testing_support::penguins;
using testing_support::report_of;
using testing_support::train_quietly;

Encoder two_classes() {
  Encoder encoder;
  encoder.target = {.task = Task::binary, .columns = {"y"}, .class_names = {"no", "yes"}};
  return encoder;
}

// Of five rows four are "no": 5 / (2 * 4) and 5 / (2 * 1).
TEST(RowWeights, BalancedClassesCountAlike) {
  const std::vector<std::uint32_t> classes = {0, 0, 1, 0, 0};
  const TrainRequest request{.class_weighting = ClassWeighting::balanced};
  EXPECT_EQ(weights_of_classes(request, two_classes(), classes, {}), (std::vector<double>{0.625, 2.5}));
}

TEST(RowWeights, AClassWithoutAGivenWeightHasWeightOne) {
  const TrainRequest request{.class_weighting = ClassWeighting::given, .class_weights = {{"yes", 3}}};
  EXPECT_EQ(weights_of_classes(request, two_classes(), {}, {}), (std::vector<double>{1, 3}));
}

TEST(RowWeights, ClassWeightsNeedClasses) {
  Encoder encoder = two_classes();
  encoder.target.task = Task::regression;
  const TrainRequest request{.class_weighting = ClassWeighting::balanced};
  EXPECT_THROW(weights_of_classes(request, encoder, {}, {}), UsageError);
}

TEST(RowWeights, WithoutAColumnOrClassWeightsThereAreNone) {
  const Table table = testing_support::table_of({testing_support::numbers("x", {1, 2})});
  EXPECT_TRUE(row_weights<float>(two_classes(), table, std::vector<std::uint32_t>{0, 1}, {}, {}).empty());
}

// 1e-300 is 0 as a float: no row would count.
TEST(RowWeights, AWeightMustCountInTheTypeOfTheTraining) {
  const Table table = testing_support::table_of({testing_support::numbers("w", {1e-300, 0})});
  const std::vector<std::uint32_t> rows = {0, 1};
  const std::vector<double> weights = sample_weights(table, "w", rows);
  EXPECT_EQ(row_weights<double>(two_classes(), table, rows, weights, {})[0], 1e-300);
  EXPECT_THROW(row_weights<float>(two_classes(), table, rows, weights, {}), DataError);
}

TEST(RowWeights, ClassWeightsMoveTheBalance) {
  // 90 rows of "no", 10 of "yes", nothing distinguishes them: without weights "no" always wins.
  std::string text = "x,y\n";
  for (int i = 0; i < 100; ++i)
    text += std::to_string(i % 7) + (i % 10 == 0 ? ",yes\n" : ",no\n");
  TrainRequest request;
  request.data.path = file_of("t.csv", text);
  request.validation_share = 0;
  request.hidden = {};
  request.learning_rate = 0.05;
  request.stopping = {.epochs = 60};
  EXPECT_EQ(train_quietly(request).training.per_class[1].recall, 0);
  request.class_weighting = ClassWeighting::given;
  request.class_weights = {{"yes", 30}};
  EXPECT_GT(train_quietly(request).training.per_class[1].recall, 0.9);
  request.class_weighting = ClassWeighting::balanced;
  request.class_weights = {};
  EXPECT_GT(train_quietly(request).training.per_class[1].recall, 0.2);
  request.class_weighting = ClassWeighting::given;
  request.class_weights = {{"yse", 2}};
  EXPECT_NE(report_of<UsageError>([&] { train_quietly(request); }).advice.find("yes"), std::string::npos);
}

// Of five rows of weight 6 in all, "no" weighs 2 and "yes" 4: 6 / (2 * 2) and 6 / (2 * 4).
TEST(RowWeights, BalancedClassesAreCountedByTheWeightsOfTheirRows) {
  const std::vector<std::uint32_t> classes = {0, 0, 1, 0, 0};
  const std::vector<double> samples = {0.5, 0.5, 4, 0.5, 0.5};
  const TrainRequest request{.class_weighting = ClassWeighting::balanced};
  EXPECT_EQ(weights_of_classes(request, two_classes(), classes, samples), (std::vector<double>{1.5, 0.75}));
}

// A third of the rows has weight 0, another target and, far down, words where others have numbers: so few
// that they would be faults.
std::string table_with_weights(bool with_weightless) {
  std::string text = "x,c,w,y\n";
  for (int i = 0; i < 63'000; ++i) {
    const bool is_weightless = i % 3 == 2;
    if (is_weightless && !with_weightless) continue;
    const std::string c = is_weightless ? (i > 50'000 ? "word" : "") : std::to_string(i % 7);
    text += std::to_string(is_weightless ? 1000 : i % 50) + "," + c + "," + (is_weightless ? "0" : "1.5") +
            "," + (is_weightless ? "-999" : std::to_string(2 * (i % 50))) + "\n";
  }
  return text;
}

TEST(RowWeights, ARowOfWeightZeroIsAsNoRow) {
  TrainRequest request;
  request.weight_column = "w";
  request.stopping = {.epochs = 1};
  request.hidden = {3};
  request.data.path = file_of("with.csv", table_with_weights(true));
  const TrainOutcome with = train_quietly(request);
  request.data.path = file_of("without.csv", table_with_weights(false));
  const TrainOutcome without = train_quietly(request);
  EXPECT_EQ(with.model.encoder.inputs[1].kind, ColumnKind::numeric);
  EXPECT_EQ(with.model.parameters, without.model.parameters);
  EXPECT_EQ(with.held_out->r2, without.held_out->r2);
  EXPECT_EQ(with.held_out->rows, without.held_out->rows);
  const bool is_told = std::ranges::any_of(with.notes, [](const Message& note) {
    return note.text().find("left out 21,000 rows of") != std::string::npos;
  });
  EXPECT_TRUE(is_told);
  // An evaluation uses the weight column of the training and reports it.
  const std::string path = file_of("e.csv", "x,c,w,y\n1,2,1,2\n3,4,1,6\n5,6,0,1e9\n");
  const Evaluation evaluation = evaluate_file(real_file_system(), {}, with.model, {.path = path});
  EXPECT_EQ(evaluation.metrics.rows, 2u);
  EXPECT_EQ(evaluation.notes.size(), 3u);  // one row was trained on
  EXPECT_EQ(evaluate_file(real_file_system(), {}, with.model, {.path = path}, "").metrics.rows, 3u);
}

// The rows of table t with the weights 1 to 3, or each of them so many times.
std::string table_of_weights(bool is_repeated, bool has_classes) {
  std::string text = "a,b,k,w,y\n";
  for (int i = 0; i < 60; ++i) {
    const int weight = 1 + i % 3;
    const double a = std::sin(i), b = std::cos(3 * i);
    const std::string y = has_classes ? (a + b > 0.2 ? "yes" : "no") : format_number(2 * a - b);
    const std::string cells =
        format_number(a) + "," + (i % 11 == 0 ? "" : format_number(b)) + "," + (i % 4 == 0 ? "u" : "v");
    for (int copy = 0; copy < (is_repeated ? weight : 1); ++copy)
      text += cells + "," + std::to_string(is_repeated ? 1 : weight) + "," + y + "\n";
  }
  return text;
}

TEST(RowWeights, AWeightOfKIsAsTheRowKTimes) {
  for (const bool has_classes : {false, true}) {
    for (const ClassWeighting weighting : {ClassWeighting::none, ClassWeighting::balanced}) {
      if (weighting == ClassWeighting::balanced && !has_classes) continue;
      TrainRequest request;
      request.weight_column = "w";
      request.validation_share = 0;
      request.batch_size = 0;
      request.row_order = RowOrder::given;
      request.stopping = {.epochs = 20};
      request.class_weighting = weighting;
      request.data.path = file_of("weights.csv", table_of_weights(false, has_classes));
      const TrainOutcome weighted = train_quietly(request);
      request.data.path = file_of("repeated.csv", table_of_weights(true, has_classes));
      const TrainOutcome repeated = train_quietly(request);
      for (std::size_t i = 0; i < 2; ++i) {
        const ColumnEncoding& one = weighted.model.encoder.inputs[i];
        const ColumnEncoding& other = repeated.model.encoder.inputs[i];
        EXPECT_NEAR(one.offset, other.offset, 1e-12);
        EXPECT_NEAR(one.factor, other.factor, 1e-12);
        EXPECT_NEAR(one.fill, other.fill, 1e-12);
      }
      const auto& p = std::get<Parameters<float>>(weighted.model.parameters);
      const auto& q = std::get<Parameters<float>>(repeated.model.parameters);
      for (std::size_t i = 0; i < p.size(); ++i)
        ASSERT_NEAR(p[i], q[i], 1e-4);
      EXPECT_NEAR(headline(weighted.training).second, headline(repeated.training).second, 1e-4);
      EXPECT_NEAR(headline(*weighted.baseline).second, headline(*repeated.baseline).second, 1e-12);
      EXPECT_NEAR(weighted.training.rmse, repeated.training.rmse, 1e-4);
      EXPECT_NEAR(weighted.training.loss, repeated.training.loss, 1e-4);
      EXPECT_EQ(weighted.training.confusion, repeated.training.confusion);
    }
  }
}

// Class weights shape the loss, not the scores.
TEST(RowWeights, ClassWeightsAreNoPartOfTheScores) {
  TrainRequest request = penguins();
  request.stopping.epochs = 2;
  request.class_weighting = ClassWeighting::balanced;
  const TrainOutcome outcome = train_quietly(request);
  EXPECT_FALSE(outcome.held_out->weight_sum);
  EXPECT_EQ(outcome.held_out->per_class[0].support, std::floor(outcome.held_out->per_class[0].support));
}

TEST(RowWeights, SomeRowMustCount) {
  TrainRequest request = penguins();
  request.class_weighting = ClassWeighting::given;
  request.class_weights = {{"Adelie", 0}, {"Chinstrap", 0}, {"Gentoo", 0}};
  EXPECT_NE(report_of<DataError>([&] { train_quietly(request); }).what.find("all weights are 0"),
            std::string::npos);
}

TEST(RowWeights, TheColumnOfWeightsHasThatRole) {
  TrainRequest request = penguins();
  request.stopping.epochs = 1;
  request.weight_column = "body_mass_g";
  request.data.path = file_of("t.csv", "island,body_mass_g,species\nA,1,x\nB,2,y\nA,1,x\nB,0,y\n");
  const Schema schema = train_quietly(request).model.schema;
  EXPECT_EQ(schema.columns[1].note, "holds the row weights");
  request.weight_column = "species";
  EXPECT_NE(report_of<UsageError>([&] { train_quietly(request); }).expected.find(".weight_column"),
            std::string::npos);
}

}  // namespace
}  // namespace chainrule
