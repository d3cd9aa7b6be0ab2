#include "chainrule/train/cumulative.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <random>
#include <vector>

#include "chainrule/train/accuracy.h"
#include "chainrule/train/trainer.h"

namespace chainrule {
namespace {

using Values = std::vector<double>;

Values probabilities_of(const Values& outputs) {
  const Matrix<double> p = cumulative::class_probabilities<double>({outputs.data(), 1, outputs.size()});
  return {p.values().begin(), p.values().end()};
}

TEST(Cumulative, ClassesAreTheDifferencesOfTheOutputs) {
  // P(> low) = 0.75, P(> medium) = 0.25: low 1 - 0.75, medium 0.75 - 0.25, high 0.25.
  EXPECT_EQ(probabilities_of({0.75, 0.25}), (Values{0.25, 0.5, 0.25}));
  EXPECT_EQ(probabilities_of({1, 1, 0}), (Values{0, 0, 1, 0}));
}

TEST(Cumulative, OutputsThatCrossAreTakenInDescendingOrder) {
  EXPECT_EQ(probabilities_of({0.25, 0.75}), probabilities_of({0.75, 0.25}));
  EXPECT_EQ(probabilities_of({1.5, -0.25}), (Values{0, 1, 0}));
}

TEST(Cumulative, ProbabilitiesAddUpToOneAndTurnRoundWithTheClasses) {
  std::mt19937_64 bits(4);
  std::uniform_real_distribution<double> unit(0, 1);
  for (int round = 0; round < 100; ++round) {
    Values outputs(4), turned(4);
    for (std::size_t k = 0; k < outputs.size(); ++k)
      outputs[k] = unit(bits);
    for (std::size_t k = 0; k < outputs.size(); ++k)
      turned[k] = 1 - outputs[3 - k];
    const Values p = probabilities_of(outputs), q = probabilities_of(turned);
    double sum = 0;
    for (std::size_t k = 0; k < p.size(); ++k) {
      EXPECT_GE(p[k], 0);
      EXPECT_NEAR(p[k], q[4 - k], 1e-15);
      sum += p[k];
    }
    EXPECT_NEAR(sum, 1, 1e-15);
  }
}

TEST(Cumulative, DescendingOrderRaisesTheLossOfNoRow) {
  std::mt19937_64 bits(5);
  std::uniform_real_distribution<double> unit(0.01, 0.99);
  const auto loss = [](const Values& o, std::size_t its_class) {
    double sum = 0;
    for (std::size_t k = 0; k < o.size(); ++k)
      sum -= std::log(k < its_class ? o[k] : 1 - o[k]);
    return sum;
  };
  for (int round = 0; round < 200; ++round) {
    Values outputs = {unit(bits), unit(bits), unit(bits)};
    Values sorted = outputs;
    std::ranges::sort(sorted, std::greater<>());
    for (std::size_t its_class = 0; its_class <= 3; ++its_class)
      EXPECT_LE(loss(sorted, its_class), loss(outputs, its_class) + 1e-12);
  }
}

TEST(Cumulative, OutputsThatAreNotFiniteDoNotStopIt) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(probabilities_of({nan, 0.5, nan}).size(), 4u);
}

TEST(Cumulative, DistancesCountTheClassesBetween) {
  // Classes 0, 1, 2, 3; predicted 0, 3, 2, 1: distances 0, 2, 0, 2.
  const std::vector<std::uint32_t> truth = {0, 1, 2, 3}, predicted = {0, 3, 2, 1};
  const Metrics metrics = classification_metrics(Task::ordinal, truth, predicted, 4);
  EXPECT_EQ(metrics.accuracy, 0.5);
  EXPECT_EQ(metrics.class_distance, 1);
  EXPECT_EQ(classification_metrics(Task::ordinal, truth, predicted, 4, Values{1, 2, 1, 0}).class_distance, 1);
  EXPECT_FALSE(classification_metrics(Task::classes, truth, predicted, 4).class_distance.has_value());
}

TEST(Cumulative, TheScoreOfAnEpochIsTheAccuracyOfTheClasses) {
  const Values outputs = {0.9, 0.8, 0.6, 0.1}, targets = {1, 1, 0, 0};  // classes 2, 1; truth 2, 0
  EXPECT_EQ(score_for<double>(Task::ordinal, {}, {})({outputs.data(), 2, 2}, {targets.data(), 2, 2}), 0.5);
}

}  // namespace
}  // namespace chainrule
