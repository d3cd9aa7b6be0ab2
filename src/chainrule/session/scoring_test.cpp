#include "chainrule/session/scoring.h"

#include <gtest/gtest.h>

#include <cmath>

namespace chainrule {
namespace {

Model identity_model(Loss loss) {
  Model model;
  model.network = {.layers = {make_dense(1, 1, Activation::identity)}};
  model.loss.kind = loss;
  model.encoder.target = {.task = Task::regression, .columns = {"t"}, .offset = {10}, .factor = {0.5}};
  return model;
}

// output = (t - 10) * 0.5, so t = output / 0.5 + 10
TEST(Scoring, TargetsComeBackInTheirOwnUnits) {
  Matrix<double> scaled(2, 1);
  scaled(1, 0) = 3;
  const Matrix<double> own = targets_in_own_units(identity_model(Loss::huber).encoder.target, scaled.view());
  EXPECT_EQ(own(0, 0), 10);
  EXPECT_EQ(own(1, 0), 16);
}

TEST(Scoring, PoissonOutputsAreLogarithms) {
  Matrix<double> outputs(1, 1);
  outputs(0, 0) = 2;
  EXPECT_NEAR(outputs_in_own_units(identity_model(Loss::poisson), outputs.view())(0, 0), 7.38905609893065,
              1e-14);
  EXPECT_EQ(outputs_in_own_units(identity_model(Loss::huber), outputs.view())(0, 0), 14);
}

// y = x; inputs 0, 1, 2 with targets (scaled) 0, 1, 4: errors in own units 0, 0, 4.
TEST(Scoring, MetricsAreInOwnUnitsAndTheLossInScaledOnes) {
  const Model model = identity_model(Loss::mean_squared_error);
  Dataset<double> data{.inputs = Matrix<double>(3, 1), .targets = Matrix<double>(3, 1)};
  for (std::size_t r = 0; r < 3; ++r)
    data.inputs(r, 0) = static_cast<double>(r);
  data.targets(1, 0) = 1;
  data.targets(2, 0) = 4;
  const std::vector<double> parameters = {1, 0};
  const Scored scored = score_dataset<double>({}, model, parameters, data);
  EXPECT_DOUBLE_EQ(scored.metrics.rmse, std::sqrt(16.0 / 3));
  EXPECT_DOUBLE_EQ(scored.metrics.loss, 4.0 / 3);
  EXPECT_EQ(scored.truth(2, 0), 18);
  EXPECT_EQ(scored.predicted(2, 0), 14);
}

// 1, 2 and 3 on a scale of 1e12 are one float: the score takes them from the table.
TEST(Scoring, TargetsAreThoseOfTheTableWhereTheScaledOnesAreAllTheSame) {
  Model model = identity_model(Loss::mean_squared_error);
  model.encoder.target.offset = {1e12};
  model.encoder.target.factor = {1e-12};
  Dataset<float> data{.inputs = Matrix<float>(3, 1), .targets = Matrix<float>(3, 1)};
  data.own_targets = Matrix<double>(3, 1);
  for (std::size_t r = 0; r < 3; ++r) {
    data.own_targets(r, 0) = static_cast<double>(r + 1);
    data.targets(r, 0) = static_cast<float>((data.own_targets(r, 0) - 1e12) * 1e-12);
  }
  ASSERT_EQ(data.targets(0, 0), data.targets(2, 0));
  const std::vector<float> parameters = {0, 0};  // answers 1e12
  const Metrics metrics = score_dataset<float>({}, model, parameters, data).metrics;
  EXPECT_NEAR(metrics.r2 / (1 - 3 * 1e24 / 2), 1, 1e-9);
  EXPECT_NEAR(metrics.rmse, 1e12, 10);
}

}  // namespace
}  // namespace chainrule
