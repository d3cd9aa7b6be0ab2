#include "chainrule/train/threshold.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "chainrule/base/random.h"

namespace chainrule {
namespace {

using Classes = std::vector<std::uint32_t>;

ChosenThreshold chosen(ThresholdGoal goal, const Classes& truth, const std::vector<double>& p,
                       const std::vector<double>& weights = {}) {
  return choose_threshold({.goal = goal}, truth, p, weights).value();
}

// The counts at a threshold, from the definition.
struct Counts {
  double tp = 0, fp = 0, fn = 0, tn = 0;
};
Counts counts_at(double threshold, const Classes& truth, const std::vector<double>& p) {
  Counts n;
  for (std::size_t r = 0; r < p.size(); ++r) {
    if (p[r] >= threshold) {
      (truth[r] == 1 ? n.tp : n.fp) += 1;
    } else {
      (truth[r] == 1 ? n.fn : n.tn) += 1;
    }
  }
  return n;
}

// Between 0.3 and 0.4 both rows of class 1 are found at the price of one other: F1 = 4 / 5. At 1/2: 2 / 3.
TEST(Threshold, LiesHalfwayBetweenTwoProbabilities) {
  const ChosenThreshold found = chosen(ThresholdGoal::f1, {0, 0, 1, 0, 1}, {0.1, 0.3, 0.4, 0.45, 0.9});
  EXPECT_DOUBLE_EQ(found.threshold, 0.35);
  EXPECT_DOUBLE_EQ(found.score, 4.0 / 5);
  EXPECT_DOUBLE_EQ(found.score_at_usual, 2.0 / 3);
}

TEST(Threshold, IsTheUsualOneWhereThatIsAsGood) {
  for (const ThresholdGoal goal :
       {ThresholdGoal::f1, ThresholdGoal::balanced_accuracy, ThresholdGoal::mcc, ThresholdGoal::cost}) {
    EXPECT_EQ(chosen(goal, {0, 1}, {0.2, 0.9}).threshold, 0.5);
    EXPECT_EQ(chosen(goal, {0, 1}, {0.0, 1.0}).threshold, 0.5);
    EXPECT_EQ(chosen(goal, {0, 1}, {0.2, 0.5}).threshold, 0.5);
  }
}

// Each goal against all thresholds in steps of 1/200, on probabilities that are multiples of 1/100.
TEST(Threshold, NoOtherIsBetter) {
  Classes truth;
  std::vector<double> p;
  for (std::uint64_t r = 0; r < 300; ++r) {
    const double u = random_uniform({.seed = 3}, 2 * r);
    p.push_back(std::floor(u * u * 101) / 100);
    truth.push_back(random_uniform({.seed = 3}, 2 * r + 1) < p.back() * 0.6 ? 1 : 0);
  }
  const auto best_of = [&](auto&& score) {
    double best = -std::numeric_limits<double>::infinity();
    for (int step = 1; step < 200; ++step)
      best = std::max(best, score(counts_at(step / 200.0, truth, p)));
    return best;
  };
  EXPECT_DOUBLE_EQ(chosen(ThresholdGoal::f1, truth, p).score,
                   best_of([](Counts n) { return 2 * n.tp / (2 * n.tp + n.fp + n.fn); }));
  EXPECT_DOUBLE_EQ(chosen(ThresholdGoal::balanced_accuracy, truth, p).score,
                   best_of([](Counts n) { return (n.tp / (n.tp + n.fn) + n.tn / (n.tn + n.fp)) / 2; }));
  EXPECT_DOUBLE_EQ(chosen(ThresholdGoal::mcc, truth, p).score, best_of([](Counts n) {
                     const double square = (n.tp + n.fp) * (n.tp + n.fn) * (n.tn + n.fp) * (n.tn + n.fn);
                     return square > 0 ? (n.tp * n.tn - n.fp * n.fn) / std::sqrt(square) : 0;
                   }));
  const ThresholdRequest costs{.goal = ThresholdGoal::cost, .cost_of_false_yes = 1, .cost_of_false_no = 5};
  EXPECT_DOUBLE_EQ(choose_threshold(costs, truth, p)->score,
                   -best_of([](Counts n) { return -(n.fp + 5 * n.fn) / 300; }));
}

// True probabilities: a row of class 1 costs 4 if it is missed, a false alarm 1. The best threshold is 1/5.
TEST(Threshold, OfACostIsTheShareOfAFalseAlarmInBothCosts) {
  Classes truth;
  std::vector<double> p;
  for (std::uint64_t r = 0; r < 20'000; ++r) {
    p.push_back(random_uniform({.seed = 5}, 2 * r));
    truth.push_back(random_uniform({.seed = 5}, 2 * r + 1) < p.back() ? 1 : 0);
  }
  const ThresholdRequest request{.goal = ThresholdGoal::cost, .cost_of_false_yes = 1, .cost_of_false_no = 4};
  EXPECT_NEAR(choose_threshold(request, truth, p)->threshold, 0.2, 0.03);
}

TEST(Threshold, ARowOfWeightKCountsAsKRows) {
  const ChosenThreshold weighted =
      chosen(ThresholdGoal::mcc, {0, 1, 0, 1}, {0.2, 0.3, 0.6, 0.7}, {1, 2, 3, 1});
  const ChosenThreshold repeated =
      chosen(ThresholdGoal::mcc, {0, 1, 1, 0, 0, 0, 1}, {0.2, 0.3, 0.3, 0.6, 0.6, 0.6, 0.7});
  EXPECT_EQ(weighted.threshold, repeated.threshold);
  EXPECT_DOUBLE_EQ(weighted.score, repeated.score);
}

TEST(Threshold, CannotBeChosenFromOneClassOrWithoutNumbers) {
  const ThresholdRequest request{.goal = ThresholdGoal::f1};
  EXPECT_FALSE(choose_threshold(request, Classes{1, 1}, std::vector{0.2, 0.9}));
  EXPECT_FALSE(choose_threshold(request, Classes{}, {}));
  EXPECT_FALSE(choose_threshold(request, Classes{0, 1}, std::vector{0.2, std::nan("")}));
}

}  // namespace
}  // namespace chainrule
