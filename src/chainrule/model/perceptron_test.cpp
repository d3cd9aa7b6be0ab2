#include "chainrule/model/perceptron.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "chainrule/base/error.h"
#include "chainrule/base/random.h"
#include "chainrule/model/separability.h"

namespace chainrule {
namespace {

const std::vector<double> kCorners = {0, 0, 0, 1, 1, 0, 1, 1};
const MatrixView<const double> kInputs(kCorners.data(), 4, 2);

MatrixView<const double> column(const std::vector<double>& values) {
  return {values.data(), values.size(), 1};
}

Perceptron with_weights(std::initializer_list<double> weights) {
  Perceptron perceptron = make_perceptron(weights.size() - 1, 1);
  std::copy(weights.begin(), weights.end(), perceptron.weights.values().begin());
  return perceptron;
}

TEST(Perceptron, SgnOfZeroIsChosen) {
  EXPECT_EQ(threshold_output(0, OutputCode::bipolar, SignOfZero::minus), -1);
  EXPECT_EQ(threshold_output(0, OutputCode::bipolar, SignOfZero::zero), 0);
  EXPECT_EQ(threshold_output(-0.0, OutputCode::bipolar, SignOfZero::plus), 1);
  EXPECT_EQ(threshold_output(0, OutputCode::binary, SignOfZero::minus), 0);
  EXPECT_EQ(threshold_output(0, OutputCode::binary, SignOfZero::zero), 0.5);
  EXPECT_EQ(threshold_output(0, OutputCode::binary, SignOfZero::plus), 1);
  EXPECT_EQ(threshold_output(1e-300, OutputCode::bipolar, SignOfZero::minus), 1);
  EXPECT_EQ(threshold_output(-1e-300, OutputCode::binary, SignOfZero::plus), 0);
}

TEST(Perceptron, BothFormsOfThePreActivationAreEqual) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const std::size_t n = 1 + seed % 7;
    const Perceptron perceptron = random_perceptron(n, 3, 1, seed);
    std::vector<double> x;
    const RandomKey key{.seed = seed, .purpose = RandomPurpose::generator};
    for (std::size_t i = 0; i < n; ++i)
      x.push_back(random_uniform(key, i) * 4 - 2);
    for (std::size_t j = 0; j < 3; ++j) {
      const double net = pre_activation(perceptron, j, x),
                   augmented = augmented_pre_activation(perceptron, j, x);
      EXPECT_NEAR(net, augmented, 1e-14);
      EXPECT_EQ(threshold_output(net, OutputCode::bipolar, SignOfZero::plus), outputs_of(perceptron, x)[j]);
    }
  }
}

// W = (0.5, 1, -1), x = (1, -2): net = 1 + 2 - 0.5 = 2.5, o = 1, d = -1: W - 0.25 * 2 * (-1, 1, -2) = (1,
// 0.5, 0).
TEST(Perceptron, OneStepFollowsTheRule) {
  Perceptron perceptron = with_weights({0.5, 1, -1});
  const PerceptronStep step = learn(perceptron, std::array{1.0, -2.0}, std::array{-1.0}, 0.25);
  EXPECT_EQ(step.net, (std::vector<double>{2.5}));
  EXPECT_EQ(step.error, (std::vector<double>{-2}));
  EXPECT_TRUE(step.is_correction());
  EXPECT_EQ(perceptron, with_weights({1, 0.5, 0}));
  EXPECT_EQ(step.weights, perceptron.weights);
}

// With outputs 0 and 1 the error is half as large, so a rate twice as high makes the same step.
TEST(Perceptron, TheStepUnitTakesHalfTheError) {
  Perceptron perceptron = with_weights({0.5, 1, -1});
  perceptron.code = OutputCode::binary;
  const PerceptronStep step = learn(perceptron, std::array{1.0, -2.0}, std::array{0.0}, 0.5);
  EXPECT_EQ(step.error, (std::vector<double>{-1}));
  EXPECT_EQ(perceptron.weights, with_weights({1, 0.5, 0}).weights);
}

TEST(Perceptron, SeveralUnitsLearnAtOnceAsTheyWouldAlone) {
  const std::vector<double> both = {-1, -1, -1, 1, -1, 1, 1, 1};  // AND and OR
  const std::vector<double> conjunction = {-1, -1, -1, 1}, disjunction = {-1, 1, 1, 1};
  Perceptron start = make_perceptron(2, 2);
  const std::array first{0.25, -0.5, 0.125}, second{-0.5, 0.25, 0.25};
  std::copy(first.begin(), first.end(), start.weights.row(0));
  std::copy(second.begin(), second.end(), start.weights.row(1));
  const PerceptronRun run = train_perceptron(start, kInputs, {both.data(), 4, 2}, {.learning_rate = 0.25});
  ASSERT_TRUE(run.converged);
  const PerceptronRun a = train_perceptron(with_weights({0.25, -0.5, 0.125}), kInputs, column(conjunction),
                                           {.learning_rate = 0.25});
  const PerceptronRun b = train_perceptron(with_weights({-0.5, 0.25, 0.25}), kInputs, column(disjunction),
                                           {.learning_rate = 0.25});
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(run.perceptron.weights(0, i), a.perceptron.weights(0, i));
    EXPECT_EQ(run.perceptron.weights(1, i), b.perceptron.weights(0, i));
  }
  EXPECT_EQ(run.epochs, std::max(a.epochs, b.epochs));
}

TEST(Perceptron, TheTraceCanBeLeftOut) {
  const std::vector<double> d = {-1, -1, -1, 1};
  const PerceptronRun run =
      train_perceptron(with_weights({0, 0.5, 0}), kInputs, column(d), {.trace = Trace::leave_out});
  EXPECT_TRUE(run.converged);
  EXPECT_TRUE(run.steps.empty());
}

TEST(Perceptron, TheEpochLimitEndsARun) {
  const std::vector<double> d = {-1, -1, -1, 1};
  const PerceptronRun run = train_perceptron(with_weights({0, 0.5, 0}), kInputs, column(d), {.epochs = 1});
  EXPECT_FALSE(run.converged);
  EXPECT_FALSE(run.cycle);
  EXPECT_EQ(run.epochs, 1u);
  EXPECT_EQ(run.presentations, 4u);
}

// Random points with random labels, most of them not separable. Coordinates are multiples of 1/2, so the
// weights stay multiples of 1/2 and must return at some point (Block and Levin); then the corrections cancel
// exactly.
TEST(Perceptron, RepeatingWeightsProveThatNoHyperplaneSeparates) {
  std::size_t proven = 0;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    const RandomKey key{.seed = seed, .purpose = RandomPurpose::generator};
    std::vector<double> points, d;
    for (std::size_t i = 0; i < 24; ++i)
      points.push_back(static_cast<double>(random_below(key, i, 9)) / 2 - 2);
    for (std::size_t r = 0; r < 12; ++r)
      d.push_back(random_below(key, 100 + r, 2) == 0 ? -1 : 1);
    const MatrixView<const double> inputs(points.data(), 12, 2);
    const PerceptronRun run =
        train_perceptron(make_perceptron(2, 1), inputs, column(d),
                         {.learning_rate = 0.5, .epochs = 3000, .trace = Trace::leave_out});
    const std::vector<int> sides = sides_of(column(d), 0, OutputCode::bipolar);
    const Separability verdict = decide_separability(inputs, sides).verdict;
    EXPECT_EQ(run.converged, verdict == Separability::separable) << seed;
    if (!run.cycle) continue;
    ++proven;
    EXPECT_EQ(check_certificate(inputs, sides, {run.cycle->counts.row(0), 12}).proof, Proof::exact) << seed;
    EXPECT_EQ(verdict, Separability::not_separable) << seed;
  }
  EXPECT_GT(proven, 15u);
}

TEST(Perceptron, TheBoundOfTheConvergenceTheoremHolds) {
  std::size_t tight = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const RandomKey key{.seed = seed, .purpose = RandomPurpose::generator};
    const std::size_t n = 1 + seed % 4;
    std::vector<double> separator, points, d;
    for (std::size_t i = 0; i <= n; ++i)
      separator.push_back(random_uniform(key, i) * 2 - 1);
    for (std::uint64_t draw = 100; d.size() < 20; draw += n) {
      double net = -separator[0];
      std::vector<double> x;
      for (std::size_t i = 0; i < n; ++i) {
        x.push_back(random_uniform(key, draw + i) * 6 - 3);
        net += separator[i + 1] * x[i];
      }
      if (std::abs(net) < 0.05) continue;  // a margin
      points.insert(points.end(), x.begin(), x.end());
      d.push_back(net > 0 ? 1 : -1);
    }
    const MatrixView<const double> inputs(points.data(), 20, n);
    const std::vector<int> sides = sides_of(column(d), 0, OutputCode::bipolar);
    for (const auto& zero : enum_table<SignOfZero>()) {
      Perceptron start = make_perceptron(n, 1);
      start.sign_of_zero = zero.value;
      const PerceptronRun run =
          train_perceptron(start, inputs, column(d), {.epochs = 100000, .trace = Trace::leave_out});
      const ConvergenceBound bound = convergence_bound(separator, inputs, sides, zero.value);
      ASSERT_TRUE(run.converged) << seed;
      EXPECT_LE(static_cast<double>(run.corrections), bound.corrections) << seed;
      tight += static_cast<double>(run.corrections) > bound.corrections / 1000;
    }
  }
  EXPECT_GT(tight, 0u);  // the bound is not met merely by being huge
}

TEST(Perceptron, ABoundNeedsASeparator) {
  const std::array sides{-1, -1, -1, 1};
  // AND: gamma = 0.25 at (0,1), R^2 = 3, |w|^2 = 0.5625 + 0.5 = 1.0625: 3 * 1.0625 / 0.0625 = 51.
  const ConvergenceBound bound = convergence_bound(std::array{0.75, 0.5, 0.5}, kInputs, sides);
  EXPECT_EQ(bound.gamma, 0.25);
  EXPECT_EQ(bound.radius_squared, 3);
  EXPECT_EQ(bound.norm_squared, 1.0625);
  EXPECT_EQ(bound.corrections, 51);
  EXPECT_EQ(convergence_bound(std::array{0.75, 0.5, 0.5}, kInputs, sides, SignOfZero::zero).corrections, 204);
  EXPECT_THROW(convergence_bound(std::array{0.5, 0.5, 0.5}, kInputs, sides), StateError);
  EXPECT_THROW(convergence_bound(std::array{0.5, 0.5}, kInputs, sides), StateError);
}

TEST(Perceptron, RandomStartsAreSmallNotZeroAndRepeatable) {
  const Perceptron perceptron = random_perceptron(5, 3, 0.1, 7);
  for (const double w : perceptron.weights.values()) {
    EXPECT_NE(w, 0);
    EXPECT_LE(std::abs(w), 0.1);
  }
  EXPECT_EQ(perceptron, random_perceptron(5, 3, 0.1, 7));
  EXPECT_NE(perceptron, random_perceptron(5, 3, 0.1, 8));
}

TEST(Perceptron, KnowsItsHyperplanes) {
  EXPECT_EQ(hyperplane_of(with_weights({0.75, 0.5, 0.5}), 0), (Hyperplane{{0.5, 0.5}, 0.75}));
}

TEST(Perceptron, RefusesWhatDoesNotFit) {
  const Perceptron start = with_weights({0, 0.5, 0});
  const std::vector<double> d = {-1, -1, -1, 1}, binary = {0, 0, 0, 1};
  EXPECT_THROW(outputs_of(start, std::array{1.0}), StateError);
  EXPECT_THROW(pre_activation(start, 0, std::array{1.0}), StateError);
  Perceptron learner = start;
  EXPECT_THROW(learn(learner, std::array{1.0, 2.0}, std::array{1.0, 1.0}, 0.1), StateError);
  EXPECT_THROW(train_perceptron(start, kInputs, column({-1, 1}), {}), StateError);
  EXPECT_THROW(train_perceptron(start, kInputs, column(binary), {}), StateError);
  EXPECT_THROW(train_perceptron(start, kInputs, column(d), {.learning_rate = 0}), StateError);
  EXPECT_THROW(train_perceptron(start, kInputs, column(d), {.learning_rate = 1.5}), StateError);
  EXPECT_THROW(train_perceptron(start, kInputs, column(d), {.epochs = 0}), StateError);
  EXPECT_THROW(train_perceptron(start, {kCorners.data(), 2, 4}, column(d), {}), StateError);
}

}  // namespace
}  // namespace chainrule
