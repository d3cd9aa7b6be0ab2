#include "chainrule/session/vote.h"

#include <gtest/gtest.h>

#include <cmath>

#include "chainrule/data/dataset.h"

namespace chainrule {
namespace {

// One output of a regression: a mean squared error of z against the targets.
Dataset<double> targets_of(const std::vector<double>& values) {
  Dataset<double> data{.inputs = Matrix<double>(values.size(), 1),
                       .targets = Matrix<double>(values.size(), 1)};
  for (std::size_t r = 0; r < values.size(); ++r)
    data.targets(r, 0) = values[r];
  return data;
}

Matrix<double> column(const std::vector<double>& values) {
  return targets_of(values).targets;
}

TEST(Vote, OfKindsThatErrInOppositeDirectionsTakesBoth) {
  const Dataset<double> data = targets_of({1, 2, 3});
  const Vote<double> vote =
      choose_vote<double>({}, {.kind = Loss::mean_squared_error}, Activation::identity, data.targets.view(),
                          {}, {column({0, 1, 2}), column({2, 3, 4}), column({9, 9, 9})});
  EXPECT_EQ(vote.times[0], vote.times[1]);
  EXPECT_EQ(vote.times[2], 0u);
  EXPECT_NEAR(vote.loss, 0, 1e-12);
  EXPECT_EQ(vote.temperature, 1) << "numbers have none";
  for (std::size_t r = 0; r < 3; ++r)
    EXPECT_NEAR(vote.outputs(r, 0), data.targets(r, 0), 1e-12);
}

TEST(Vote, OfOneKindIsThatKind) {
  const Vote<double> vote = choose_vote<double>({}, {.kind = Loss::mean_squared_error}, Activation::identity,
                                                column({1, 2}).view(), {}, {column({5, 6})});
  EXPECT_EQ(vote.times, (std::vector<std::size_t>{1}));
  EXPECT_DOUBLE_EQ(vote.loss, 16);
}

// Of ten rows with z = 4, seven are yes: the best z is log(7 / 3), so T = 4 / log(7 / 3), beyond the bound 4.
// With z = 2 it is within the bounds.
TEST(Vote, ATemperatureMakesProbabilitiesAsSureAsTheRowsAre) {
  const std::vector<double> labels = {1, 1, 1, 1, 1, 1, 1, 0, 0, 0};
  const auto temperature_of = [&](double z) {
    return choose_vote<double>({}, {.kind = Loss::binary_cross_entropy}, Activation::logistic,
                               column(labels).view(), {}, {column(std::vector<double>(10, z))})
        .temperature;
  };
  EXPECT_NEAR(temperature_of(2), 2 / std::log(7.0 / 3), 1e-3);
  EXPECT_NEAR(temperature_of(4), 4, 1e-3);
  EXPECT_NEAR(temperature_of(std::log(7.0 / 3)), 1, 1e-3);
}

}  // namespace
}  // namespace chainrule
