#include "chainrule/train/learning_rate_range.h"

#include <gtest/gtest.h>

#include <cmath>

#include "chainrule/base/error.h"
#include "chainrule/train/trainer.h"

namespace chainrule {
namespace {

// One weight and one bias with the squared error of 64 rows of t = 3 x, where x is 1 and -1 in turn: the loss
// of a batch of all rows is the quadratic (w - 3)^2 + b^2, whose second derivative is 2.
struct Quadratic {
  Network network{.layers = {Dense{.inputs = 1, .outputs = 1, .activation = Activation::identity}}};
  Dataset<double> rows{.inputs = Matrix<double>(64, 1), .targets = Matrix<double>(64, 1)};
  StepOptions options;

  Quadratic() {
    for (std::size_t r = 0; r < 64; ++r) {
      rows.inputs(r, 0) = r % 2 == 0 ? 1 : -1;
      rows.targets(r, 0) = 3 * rows.inputs(r, 0);
    }
    options.loss.kind = Loss::mean_squared_error;
    options.optimizer.kind = Optimizer::gradient_descent;
  }

  LearningRateRange test(const Compute& compute = {}) const {
    const AlignedVector<double> zeros(2, 0.0);
    return test_learning_rates<double>(compute, network, options, 64, RowOrder::shuffled, rows, zeros);
  }

  // The loss after 200 steps at this rate; infinite if training diverges.
  double loss_at(double rate) const {
    AlignedVector<double> parameters(2, 0.0);
    const History history = train<double>({}, network,
                                          {.loss = options.loss,
                                           .optimizer = options.optimizer,
                                           .learning_rate = rate,
                                           .stopping = {.epochs = 200, .patience = 0},
                                           .batch_size = 0},
                                          rows, nullptr, {}, {}, parameters);
    return history.stop_reason == StopReason::diverged ? INFINITY : history.epochs.back().training_loss;
  }
};

TEST(LearningRateRange, SuggestsARateThatTrainsWhereAHundredTimesTheRateDiverges) {
  const Quadratic problem;
  const LearningRateRange range = problem.test();
  ASSERT_TRUE(range.suggested.has_value());
  // Descent on a quadratic with second derivative 2 diverges above the rate 2 / 2 = 1.
  EXPECT_LT(*range.suggested, 1);
  EXPECT_GT(*range.suggested, 0.001);
  EXPECT_LT(problem.loss_at(*range.suggested), 0.01);
  EXPECT_FALSE(problem.loss_at(100 * *range.suggested) < 9);
}

// With targets that no weight reaches, batches of 16 rows never agree, and descent leaves the minimum as soon
// as the rate is too high. Exactly at a minimum, no rate would.
TEST(LearningRateRange, RatesGrowGeometricallyUntilTheLossRisesFar) {
  Quadratic problem;
  for (std::size_t r = 0; r < 64; ++r)
    problem.rows.targets(r, 0) += r % 4 < 2 ? 1 : -1;  // as often for each x
  const AlignedVector<double> zeros(2, 0.0);
  const LearningRateRange range = test_learning_rates<double>({}, problem.network, problem.options, 16,
                                                              RowOrder::shuffled, problem.rows, zeros);
  EXPECT_EQ(range.end, RangeEnd::loss_rose);
  ASSERT_GT(range.steps.size(), 100u);
  EXPECT_EQ(range.steps.front().learning_rate, 1e-6);
  EXPECT_NEAR(range.steps[70].learning_rate, 1e-5, 1e-11);
  // 3^2 + 1^2 of all rows, and still while rates are low.
  EXPECT_NEAR(range.initial_loss, 10, 2);
  for (std::size_t i = 20; i < range.steps.size(); ++i)
    EXPECT_GE(range.steps[i].smoothed_loss, range.steps[range.lowest].smoothed_loss);
  EXPECT_GT(range.steps.back().smoothed_loss,
            range.steps[range.lowest].smoothed_loss + 2 * range.initial_loss);
}

TEST(LearningRateRange, SmoothsWithoutABiasTowardsZero) {
  const LearningRateRange range = Quadratic().test();
  // mean(1) = 0.05 (0.95 l0 + l1), divided by 1 - 0.95^2 = 0.0975
  const double l0 = range.steps[0].loss, l1 = range.steps[1].loss;
  EXPECT_DOUBLE_EQ(range.steps[0].smoothed_loss, l0);
  EXPECT_NEAR(range.steps[1].smoothed_loss, 0.05 * (0.95 * l0 + l1) / 0.0975, 1e-12);
}

TEST(LearningRateRange, HasTheSameBitsOnAnyNumberOfThreads) {
  Quadratic problem;
  problem.network.layers = {Dense{.inputs = 1, .outputs = 40, .activation = Activation::tanh},
                            Dense{.inputs = 40, .outputs = 1, .activation = Activation::identity}};
  const auto test = [&](const Compute& compute) {
    AlignedVector<double> parameters(parameter_count(problem.network));
    for (std::size_t i = 0; i < parameters.size(); ++i)
      parameters[i] = static_cast<double>(i % 7) * 0.1 - 0.3;
    return test_learning_rates<double>(compute, problem.network, problem.options, 16, RowOrder::shuffled,
                                       problem.rows, parameters);
  };
  ThreadPool pool(3);
  const LearningRateRange alone = test({}), together = test({.pool = &pool});
  ASSERT_EQ(alone.steps.size(), together.steps.size());
  for (std::size_t i = 0; i < alone.steps.size(); ++i)
    EXPECT_EQ(alone.steps[i].smoothed_loss, together.steps[i].smoothed_loss) << i;
  EXPECT_EQ(alone.suggested, together.suggested);
}

TEST(LearningRateRange, SuggestsNothingWhereTheLossDoesNotFall) {
  Quadratic problem;
  for (std::size_t r = 0; r < 64; ++r)
    problem.rows.targets(r, 0) = r % 4 < 2 ? 1 : -1;  // as often 1 as -1 for each x
  const LearningRateRange range = problem.test();
  EXPECT_FALSE(range.suggested.has_value());
}

TEST(LearningRateRange, StopsWhenAskedTo) {
  const Quadratic problem;
  const AlignedVector<double> zeros(2, 0.0);
  int steps = 0;
  const LearningRateRange range =
      test_learning_rates<double>({}, problem.network, problem.options, 64, RowOrder::shuffled, problem.rows,
                                  zeros, {}, [&] { return ++steps > 50; });
  EXPECT_EQ(range.end, RangeEnd::asked_to_stop);
  EXPECT_EQ(range.steps.size(), 50u);
  EXPECT_FALSE(range.suggested.has_value());
}

TEST(LearningRateRange, ThrowsWhereTheFirstLossIsNotFinite) {
  const Quadratic problem;
  const AlignedVector<double> huge(2, 1e200);
  EXPECT_THROW(test_learning_rates<double>({}, problem.network, problem.options, 64, RowOrder::shuffled,
                                           problem.rows, huge),
               NonFiniteError);
}

}  // namespace
}  // namespace chainrule
