#include "chainrule/course/lesson_training.h"

#include <gtest/gtest.h>

#include "chainrule/data/generators.h"
#include "support/test_tables.h"

namespace chainrule {
namespace {

using testing_support::numbers;
using testing_support::table_of;
using testing_support::words;

TEST(DatasetOf, WordsBecomeOneColumnEachAndNumbersStay) {
  const Dataset<double> classes =
      dataset_of(table_of({numbers("x", {1, 2, 3}), words("class", {"b", "a", "b"})}));
  EXPECT_EQ(classes.inputs.columns(), 1u);
  const std::vector<double> expected = {1, 0, 0, 1, 1, 0};
  EXPECT_TRUE(std::equal(expected.begin(), expected.end(), classes.targets.values().begin()));
  const Dataset<double> values = dataset_of(table_of({numbers("x", {1, 2}), numbers("y", {5, 7})}));
  EXPECT_EQ(values.targets(1, 0), 7);
}

TEST(TrainNetwork, LearnsTheMoons) {
  const Dataset<double> data = dataset_of(generate_data(GeneratedData::moons, {.rows = 100}));
  const Network network = make_mlp({.inputs = 2,
                                    .hidden = {8},
                                    .outputs = 2,
                                    .hidden_activations = {Activation::tanh},
                                    .output_activation = Activation::softmax});
  TrainerOptions options{.loss = {.kind = Loss::softmax_cross_entropy}, .stopping = {.epochs = 60}};
  options.learning_rate = 0.05;
  const TrainedNetwork trained = train_network(network, data, options);
  EXPECT_GT(trained.accuracy_on(data), 0.97);
  EXPECT_LT(trained.loss_on(data), 0.1);
  const PlaneSeries losses = loss_curve(trained.history, "loss");
  ASSERT_EQ(losses.points.size(), 60u);
  EXPECT_EQ(losses.points[0].x, 1);
  EXPECT_GT(losses.points.front().y, losses.points.back().y);
  const std::vector<double> answer = trained.outputs(std::vector<double>{0, 1});  // on the first moon
  EXPECT_GT(answer[0], 0.9);
  EXPECT_NEAR(answer[0] + answer[1], 1, 1e-12);
}

}  // namespace
}  // namespace chainrule
