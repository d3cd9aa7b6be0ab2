#include "chainrule/model/batch_loss.h"

#include <gtest/gtest.h>

#include <cmath>

#include "chainrule/base/error.h"

namespace chainrule {
namespace {

using Values = std::vector<double>;

struct Result {
  double loss;
  Values gradient;
};

// Rows of `columns` outputs. z defaults to a: losses that work on outputs do not read it.
Result evaluate(const LossOptions& options, std::size_t columns, const Values& a, const Values& targets,
                const Values& weights = {}, const Values& z = {}) {
  const std::size_t rows = a.size() / columns;
  Result result{.loss = 0, .gradient = Values(a.size())};
  LossScratch<double> scratch;
  result.loss = evaluate_loss<double>({.path = KernelPath::plain}, options,
                                      {z.empty() ? a.data() : z.data(), rows, columns},
                                      {a.data(), rows, columns}, {targets.data(), rows, columns}, weights,
                                      {result.gradient.data(), rows, columns}, scratch);
  return result;
}

void expect_near(const Values& values, const Values& expected, double tolerance = 1e-15) {
  ASSERT_EQ(values.size(), expected.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    EXPECT_NEAR(values[i], expected[i], tolerance) << i;
}

// e = (1, -3): mean (1 + 9) / 2 = 5, derivative 2 e / 2; half (1 + 9) / 2 = 5, derivative e.
TEST(Loss, SquaredErrors) {
  const Result mean = evaluate({.kind = Loss::mean_squared_error}, 2, {3, 1}, {2, 4});
  EXPECT_EQ(mean.loss, 5);
  expect_near(mean.gradient, {1, -3});
  const Result half = evaluate({.kind = Loss::half_squared_error}, 2, {3, 1}, {2, 4});
  // Without the half: 1 + 9 = 10, and twice the gradient.
  const Result whole = evaluate({.kind = Loss::squared_error}, 2, {3, 1}, {2, 4});
  EXPECT_EQ(whole.loss, 10);
  EXPECT_EQ(whole.gradient, (std::vector<double>{2, -6}));
  EXPECT_EQ(half.loss, 5);
  expect_near(half.gradient, {1, -3});
}

// Without the textbook's half the gradient of the sum of squares doubles (lecture remark 2): mean over one
// output.
TEST(Loss, TheHalfHalvesTheGradient) {
  EXPECT_EQ(evaluate({.kind = Loss::mean_squared_error}, 1, {3}, {1}).gradient[0],
            2 * evaluate({.kind = Loss::half_squared_error}, 1, {3}, {1}).gradient[0]);
}

// e = (0.5, -3), delta 1: (0.125 + 1 * (3 - 0.5)) / 2 = 1.3125; derivative (0.5, -1) / 2.
TEST(Loss, HuberIsSquaredInsideAndLinearOutside) {
  const Result result = evaluate({.kind = Loss::huber}, 2, {0.5, 1}, {0, 4});
  EXPECT_DOUBLE_EQ(result.loss, 1.3125);
  expect_near(result.gradient, {0.25, -0.5});
}

// q 0.9, e = a - t = (2, -4, 0): 0.1 * 2 + 0.9 * 4 + 0 = 3.8 over 3; derivative (0.1, -0.9, 0) / 3.
TEST(Loss, QuantileWeighsTheTwoSides) {
  const Result result = evaluate({.kind = Loss::quantile, .quantile = 0.9}, 3, {3, 1, 7}, {1, 5, 7});
  EXPECT_NEAR(result.loss, 3.8 / 3, 1e-15);
  expect_near(result.gradient, {0.1 / 3, -0.3, 0});
}

// e = (2, -4, 3): q 0.1, 0.5, 0.9 weigh them 0.9, -0.5 and 0.1: 1.8 + 2 + 0.3 = 4.1 over 3.
TEST(Loss, EachOutputMayHaveAQuantileOfItsOwn) {
  const LossOptions options{.kind = Loss::quantile, .quantiles = {0.1, 0.5, 0.9}};
  const Result result = evaluate(options, 3, {3, 1, 10}, {1, 5, 7});
  EXPECT_NEAR(result.loss, 4.1 / 3, 1e-15);
  expect_near(result.gradient, {0.3, -0.5 / 3, 0.1 / 3});
}

TEST(Loss, AbsoluteErrorHasDerivativeZeroAtTheTarget) {
  const Result result = evaluate({.kind = Loss::mean_absolute_error}, 3, {3, 1, 7}, {1, 5, 7});
  EXPECT_DOUBLE_EQ(result.loss, 2);
  expect_near(result.gradient, {1.0 / 3, -1.0 / 3, 0});
}

// exp(0) - 2 * 0 = 1 and exp(log 3) - 1 * log 3 = 3 - 1.0986...; derivatives 1 - 2 and 3 - 1.
TEST(Loss, PoissonTakesTheLogarithmOfTheExpectedCount) {
  const double log3 = 1.0986122886681098;
  const Result result = evaluate({.kind = Loss::poisson}, 2, {0, log3}, {2, 1});
  EXPECT_NEAR(result.loss, 4 - log3, 1e-14);
  expect_near(result.gradient, {-1, 2}, 1e-14);
}

// z = 0: a = 1/2, loss log 2 whatever the target; gradient a - t.
TEST(Loss, BinaryCrossEntropyFromThePreActivation) {
  const Result result = evaluate({.kind = Loss::binary_cross_entropy}, 2, {0.5, 0.5}, {1, 0}, {}, {0, 0});
  EXPECT_NEAR(result.loss, 2 * 0.69314718055994531, 1e-15);
  expect_near(result.gradient, {-0.5, 0.5});
}

TEST(Loss, BinaryCrossEntropyStaysFiniteFarFromTheTarget) {
  const Result result = evaluate({.kind = Loss::binary_cross_entropy}, 2, {0, 1}, {1, 0}, {}, {-1000, 1000});
  EXPECT_EQ(result.loss, 2000);
  expect_near(result.gradient, {-1, 1});
}

// a = (1/6, 2/6, 3/6) from z = log(1, 2, 3); target the second class: -log(1/3) = log 3; gradient a - t.
TEST(Loss, SoftmaxCrossEntropyIsMinusLogOfTheTargetsProbability) {
  const Values z = {0, 0.69314718055994531, 1.0986122886681098};
  const Result result =
      evaluate({.kind = Loss::softmax_cross_entropy}, 3, {1. / 6, 2. / 6, 3. / 6}, {0, 1, 0}, {}, z);
  EXPECT_NEAR(result.loss, 1.0986122886681098, 1e-15);
  expect_near(result.gradient, {1. / 6, 2. / 6 - 1, 3. / 6});
}

TEST(Loss, SoftmaxCrossEntropyStaysFiniteForHugePreActivations) {
  const Result result = evaluate({.kind = Loss::softmax_cross_entropy}, 2, {1, 0}, {0, 1}, {}, {1000, -1000});
  EXPECT_EQ(result.loss, 2000);
  expect_near(result.gradient, {1, -1});
}

// z = (0.5, -2, 0), targets (0, 0, 1), so d = (-1, -1, 1): the first is wrong by 0.5, gradient -d = 1; at 0
// nothing.
TEST(Loss, PerceptronIsHowFarOnTheWrongSide) {
  const Result result = evaluate({.kind = Loss::perceptron}, 3, {1, -1, 1}, {0, 0, 1}, {}, {0.5, -2, 0});
  EXPECT_EQ(result.loss, 0.5);
  expect_near(result.gradient, {1, 0, 0});
  EXPECT_THROW(validate({.kind = Loss::perceptron}, Activation::logistic), StateError);
  EXPECT_NO_THROW(validate({.kind = Loss::perceptron}, Activation::sign));
  EXPECT_EQ(properties_of(Loss::perceptron).gradient_at, GradientAt::pre_activation);
}

// Smoothing 0.3 of three classes: target (0.1, 0.8, 0.1); loss -sum s log a; gradient a - s.
TEST(Loss, LabelSmoothingMovesTheTarget) {
  const Values a = {0.2, 0.5, 0.3}, z = {std::log(0.2), std::log(0.5), std::log(0.3)};
  const Result result =
      evaluate({.kind = Loss::softmax_cross_entropy, .label_smoothing = 0.3}, 3, a, {0, 1, 0}, {}, z);
  EXPECT_NEAR(result.loss, -(0.1 * std::log(0.2) + 0.8 * std::log(0.5) + 0.1 * std::log(0.3)), 1e-14);
  expect_near(result.gradient, {0.1, -0.3, 0.2}, 1e-15);
  const Result binary =
      evaluate({.kind = Loss::binary_cross_entropy, .label_smoothing = 0.2}, 1, {0.5}, {1}, {}, {0});
  expect_near(binary.gradient, {0.5 - 0.9});
}

// Row losses 1, 4, 9 (half squared error of e = sqrt 2 ...: here e^2 / 2 with e = sqrt(2), sqrt(8),
// sqrt(18)).
TEST(LossReduction, SumMeanAndWeights) {
  const Values a = {1, 2, 3}, t = {0, 0, 0};  // losses 0.5, 2, 4.5
  const LossOptions sum{.kind = Loss::half_squared_error, .reduction = Reduction::sum};
  const LossOptions mean{.kind = Loss::half_squared_error, .reduction = Reduction::mean};
  EXPECT_DOUBLE_EQ(evaluate(sum, 1, a, t).loss, 7);
  EXPECT_DOUBLE_EQ(evaluate(mean, 1, a, t).loss, 7.0 / 3);
  expect_near(evaluate(mean, 1, a, t).gradient, {1. / 3, 2. / 3, 1});
  // Weights 1, 0, 3: (0.5 + 13.5) / 4 = 3.5; gradients w e / 4.
  EXPECT_DOUBLE_EQ(evaluate(mean, 1, a, t, {1, 0, 3}).loss, 3.5);
  expect_near(evaluate(mean, 1, a, t, {1, 0, 3}).gradient, {0.25, 0, 2.25});
  EXPECT_DOUBLE_EQ(evaluate(sum, 1, a, t, {1, 0, 3}).loss, 14);
}

TEST(LossReduction, WeightTwoIsTheRowTwice) {
  const LossOptions mean{.kind = Loss::mean_squared_error};
  EXPECT_DOUBLE_EQ(evaluate(mean, 1, {1, 3}, {0, 0}, {1, 2}).loss,
                   evaluate(mean, 1, {1, 3, 3}, {0, 0, 0}).loss);
}

TEST(LossReduction, ABatchWithoutWeightHasNoLossAndNoGradient) {
  const Result result = evaluate({.kind = Loss::mean_squared_error}, 1, {1, 3}, {0, 0}, {0, 0});
  EXPECT_EQ(result.loss, 0);
  expect_near(result.gradient, {0, 0});
}

TEST(LossReduction, SingleTakesOneRow) {
  const LossOptions single{.kind = Loss::half_squared_error, .reduction = Reduction::single};
  EXPECT_DOUBLE_EQ(evaluate(single, 2, {1, 2}, {0, 0}).loss, 2.5);
  EXPECT_THROW(evaluate(single, 1, {1, 2}, {0, 0}), StateError);
}

TEST(LossValidation, OutputAndOptionsMustFit) {
  EXPECT_THROW(validate(LossOptions{.kind = Loss::binary_cross_entropy}, Activation::identity), StateError);
  EXPECT_THROW(validate(LossOptions{.kind = Loss::softmax_cross_entropy}, Activation::logistic), StateError);
  EXPECT_THROW(validate(LossOptions{.kind = Loss::huber, .huber_delta = 0}, Activation::identity),
               StateError);
  EXPECT_THROW(validate(LossOptions{.kind = Loss::quantile, .quantile = 1}, Activation::identity),
               StateError);
  for (const Values& quantiles :
       {Values{0}, Values{1}, Values{std::nan("")}, Values{0.5, 0.5}, Values{0.9, 0.1}}) {
    EXPECT_THROW(validate(LossOptions{.kind = Loss::quantile, .quantiles = quantiles}, Activation::identity),
                 StateError);
  }
  EXPECT_THROW(validate(LossOptions{.kind = Loss::huber, .quantiles = {0.5}}, Activation::identity),
               StateError);
  EXPECT_THROW(validate(LossOptions{.label_smoothing = -0.1}, Activation::identity), StateError);
  EXPECT_NO_THROW(validate(LossOptions{.kind = Loss::softmax_cross_entropy}, Activation::softmax));
}

TEST(LossValidation, TargetsOutOfRangeNameTheRow) {
  const Values t = {0, 1, 2, -1};
  try {
    validate_targets<double>({.kind = Loss::poisson}, {t.data(), 2, 2});
    FAIL();
  } catch (const DataError& error) {
    EXPECT_EQ(text_of(error.report()).where, "row 2, output 2");
  }
  EXPECT_THROW(validate_targets<double>({.kind = Loss::binary_cross_entropy}, {t.data(), 2, 2}), DataError);
  EXPECT_NO_THROW(validate_targets<double>({.kind = Loss::huber}, {t.data(), 2, 2}));
}

}  // namespace
}  // namespace chainrule
