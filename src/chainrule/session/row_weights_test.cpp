#include "chainrule/session/row_weights.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "chainrule/base/error.h"
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
  EXPECT_EQ(weights_of_classes(request, two_classes(), classes), (std::vector<double>{0.625, 2.5}));
}

TEST(RowWeights, AClassWithoutAGivenWeightHasWeightOne) {
  const TrainRequest request{.class_weighting = ClassWeighting::given, .class_weights = {{"yes", 3}}};
  EXPECT_EQ(weights_of_classes(request, two_classes(), {}), (std::vector<double>{1, 3}));
}

TEST(RowWeights, ClassWeightsNeedClasses) {
  Encoder encoder = two_classes();
  encoder.target.task = Task::regression;
  const TrainRequest request{.class_weighting = ClassWeighting::balanced};
  EXPECT_THROW(weights_of_classes(request, encoder, {}), UsageError);
}

TEST(RowWeights, WithoutAColumnOrClassWeightsThereAreNone) {
  const Table table = testing_support::table_of({testing_support::numbers("x", {1, 2})});
  EXPECT_TRUE(row_weights<float>({}, two_classes(), table, std::vector<std::uint32_t>{0, 1}, {}).empty());
}

// 1e-300 is 0 as a float: no row would count.
TEST(RowWeights, AWeightMustCountInTheTypeOfTheTraining) {
  const Table table = testing_support::table_of({testing_support::numbers("w", {1e-300, 0})});
  const TrainRequest request{.weight_column = "w"};
  const std::vector<std::uint32_t> rows = {0, 1};
  EXPECT_EQ(row_weights<double>(request, two_classes(), table, rows, {})[0], 1e-300);
  EXPECT_THROW(row_weights<float>(request, two_classes(), table, rows, {}), DataError);
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

// Rows of weight 0 must not be learned: the first half has y = 0 and weight 0, the second y = 10 and weight
// 1.
TEST(RowWeights, WeightColumnWeighsRowsAndIsNotAnInput) {
  std::string text = "x,w,y\n";
  for (int i = 0; i < 40; ++i)
    text += std::to_string(i % 5) + (i % 2 ? ",1,10\n" : ",0,0\n");
  TrainRequest request;
  request.data.path = file_of("t.csv", text);
  request.weight_column = "w";
  request.schema.task = Task::regression;
  request.validation_share = 0;
  request.hidden = {};
  request.learning_rate = 0.1;
  request.stopping = {.epochs = 200};
  const TrainOutcome outcome = train_quietly(request);
  EXPECT_EQ(outcome.model.encoder.inputs.size(), 1u);
  for (std::size_t r = 0; r < 40; ++r)
    EXPECT_NEAR(outcome.predicted(r, 0), 10, 0.1);
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
