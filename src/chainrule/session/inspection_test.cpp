#include "chainrule/session/inspection.h"

#include "chainrule/base/error.h"
#include "support/session_files.h"

namespace chainrule {
namespace {

using testing_support::example;
using testing_support::file_of;
using testing_support::penguins;
using testing_support::train_quietly;

TEST(DescribeTable, SaysWhatTrainingWouldDo) {
  const TableDescription description =
      describe_table(real_file_system(), {.path = example("penguins.csv")}, {.targets = {"species"}});
  EXPECT_EQ(description.rows, 344u);
  EXPECT_TRUE(description.layout.has_header);
  EXPECT_EQ(description.columns.size(), 8u);
  EXPECT_EQ(description.columns[2].missing, 2u);
  ASSERT_TRUE(description.schema.has_value());
  EXPECT_EQ(description.schema->task, Task::classes);
}

TEST(DescribeTable, ATableThatCannotBeTrainedIsStillDescribed) {
  const TableDescription description =
      describe_table(real_file_system(), {.path = file_of("t.csv", "a,b\n1,x\n2,x\n3,x\n")}, {});
  EXPECT_EQ(description.rows, 3u);
  EXPECT_FALSE(description.schema.has_value());
  EXPECT_TRUE(description.schema_problem.has_value());
}

TEST(CheckModelGradient, HoldsForATrainedModel) {
  TrainRequest request = penguins();
  request.hidden = {8};
  request.activations = {Activation::tanh};
  request.stopping.epochs = 5;
  const GradientCheck check =
      check_model_gradient(real_file_system(), train_quietly(request).model, request.data, 16, {});
  EXPECT_TRUE(check.passed) << check.worst_error;
  EXPECT_GT(check.checked, 80u);
}

TEST(CheckModelGradient, NeedsRows) {
  TrainRequest request = penguins();
  request.stopping.epochs = 1;
  const Model model = train_quietly(request).model;
  EXPECT_THROW(
      check_model_gradient(real_file_system(), model, {.path = file_of("e.csv", "species,island\n")}, 16, {}),
      DataError);
}

TEST(InspectGradients, MeasuresEveryLayerOnRowsThatAreSpread) {
  TrainRequest request = penguins();
  request.hidden = {8, 4};
  const Model model = train_quietly(request).model;
  const GradientHealth health = inspect_gradients(real_file_system(), {}, model, request.data, 50);
  EXPECT_EQ(health.rows, 50u);
  ASSERT_EQ(health.layers.size(), 3u);
  for (const LayerHealth& layer : health.layers) {
    EXPECT_GT(layer.gradient.gradient_norm, 0);
    EXPECT_GT(layer.z_rms, 0);
  }
  EXPECT_EQ(health.layers[2].delta_ratio, 1);
  EXPECT_EQ(inspect_gradients(real_file_system(), {}, model, request.data, 100000).rows, 344u);
}

TEST(InspectGradients, ThresholdUnitsHaveNone) {
  TrainRequest request = penguins();
  request.hidden = {4};
  request.stopping.epochs = 1;
  Model model = train_quietly(request).model;
  std::get<Dense>(model.network.layers[0]).activation = Activation::step;
  EXPECT_THROW(inspect_gradients(real_file_system(), {}, model, request.data, 10), StateError);
}

TEST(InspectGradients, NeedRowsAndTheTarget) {
  TrainRequest request = penguins();
  request.stopping.epochs = 1;
  const Model model = train_quietly(request).model;
  for (const char* text : {"species,island\n", "island\nBiscoe\n"}) {
    EXPECT_THROW(inspect_gradients(real_file_system(), {}, model, {.path = file_of("e.csv", text)}, 16),
                 DataError);
  }
}

}  // namespace
}  // namespace chainrule
