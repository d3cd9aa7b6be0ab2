#include "chainrule/train/perceptron_trainer.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "chainrule/base/error.h"

namespace chainrule {
namespace {

template <typename T>
Dataset<T> rows(std::size_t inputs, const std::vector<T>& values, std::size_t outputs,
                const std::vector<T>& targets) {
  const std::size_t count = values.size() / inputs;
  Dataset<T> data{
      .inputs = Matrix<T>(count, inputs), .targets = Matrix<T>(count, outputs), .row_weights = {}};
  std::copy(values.begin(), values.end(), data.inputs.values().begin());
  std::copy(targets.begin(), targets.end(), data.targets.values().begin());
  return data;
}

Network perceptron(std::size_t inputs, std::size_t outputs) {
  return make_mlp({.inputs = inputs, .outputs = outputs, .output_activation = Activation::sign});
}

template <typename T>
PerceptronTraining train_rows(const Network& network, const PerceptronTrainerOptions& options,
                              const Dataset<T>& data, AlignedVector<T>& w) {
  return train_perceptron<T>({}, network, options, data, nullptr, {}, {}, w);
}

const std::vector<double> kCorners = {0, 0, 0, 1, 1, 0, 1, 1};
// Weights (w1, w2, b) with b = -T: the start of the worked examples.
const AlignedVector<double> kStart = {-0.5, 0.125, -0.25};
const PerceptronTrainerOptions kCyclic{.learning_rate = 0.25, .row_order = RowOrder::given};

// The same samples in the same order from the same start: (T, w1, w2) of the textbook is (-b, w1, w2).
TEST(PerceptronTrainer, IsTheTextbooksRule) {
  for (const std::vector<double>& t : {std::vector<double>{0, 0, 0, 1}, {0, 1, 1, 1}, {1, 1, 1, 0}}) {
    AlignedVector<double> w = kStart;
    const PerceptronTraining result =
        train_rows(perceptron(2, 1), kCyclic, rows<double>(2, kCorners, 1, t), w);
    Perceptron textbook = make_perceptron(2, 1);
    textbook.weights(0, 0) = 0.25;
    textbook.weights(0, 1) = -0.5;
    textbook.weights(0, 2) = 0.125;
    std::vector<double> d;
    for (const double value : t)
      d.push_back(2 * value - 1);
    const PerceptronRun run =
        train_perceptron(textbook, MatrixView<const double>(kCorners.data(), 4, 2),
                         MatrixView<const double>(d.data(), 4, 1), {.learning_rate = 0.25});
    ASSERT_TRUE(run.converged);
    EXPECT_EQ(result.history.stop_reason, StopReason::all_right);
    EXPECT_EQ(result.history.epochs.size(), run.epochs);
    EXPECT_EQ(result.presentations, run.presentations);
    EXPECT_EQ(result.corrections, run.corrections);
    EXPECT_EQ(w, (AlignedVector<double>{run.perceptron.weights(0, 1), run.perceptron.weights(0, 2),
                                        -run.perceptron.weights(0, 0)}));
    EXPECT_EQ(result.units[0].verdict, Separability::separable);
    EXPECT_EQ(result.units[0].proof, Proof::exact);
    EXPECT_EQ(result.history.epochs.back().corrections, 0u);
    EXPECT_EQ(result.history.epochs.back().training_loss, 0);
  }
}

TEST(PerceptronTrainer, StopsAtExclusiveOrWithAProof) {
  const auto exclusive_or = rows<float>(2, {0, 0, 0, 1, 1, 0, 1, 1}, 1, {0, 1, 1, 0});
  AlignedVector<float> w = {-0.5f, 0.125f, -0.25f};
  const PerceptronTraining result = train_rows(perceptron(2, 1), kCyclic, exclusive_or, w);
  EXPECT_EQ(result.history.stop_reason, StopReason::not_separable);
  ASSERT_EQ(result.units.size(), 1u);
  const UnitSeparability& unit = result.units[0];
  EXPECT_EQ(unit.verdict, Separability::not_separable);
  EXPECT_EQ(unit.proof, Proof::exact);
  EXPECT_EQ(unit.evidence, Evidence::repeated_weights);
  EXPECT_EQ(unit.first_epoch, 1u);
  EXPECT_EQ(unit.repeat_epoch, 2u);
  EXPECT_EQ(unit.counts, (std::vector<double>{2, 2, 2, 2}));  // |d - o| = 2, each row once
  EXPECT_EQ(unit.rows_in_proof, 4u);
}

// In whatever order, at whatever rate: the proof is in the counts.
TEST(PerceptronTrainer, ShufflingAndRoundedRatesDoNotHideThePeriod) {
  const auto exclusive_or = rows<float>(2, {-1, -1, -1, 1, 1, -1, 1, 1}, 1, {0, 1, 1, 0});
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    AlignedVector<float> w = {0.03f, -0.07f, 0.01f};
    const PerceptronTraining result =
        train_rows(perceptron(2, 1), {.learning_rate = 0.1, .epochs = 2000, .seed = seed}, exclusive_or, w);
    EXPECT_EQ(result.history.stop_reason, StopReason::not_separable) << seed;
    EXPECT_EQ(result.units[0].proof, Proof::exact) << seed;
  }
}

// No line has all four corners right, many have three.
TEST(PerceptronTrainer, ThePocketKeepsTheBestWeightsMet) {
  const auto exclusive_or = rows<double>(2, kCorners, 1, {0, 1, 1, 0});
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    AlignedVector<double> w = kStart;
    const PerceptronTraining result = train_rows(
        perceptron(2, 1), {.variant = PerceptronVariant::pocket, .learning_rate = 0.25, .seed = seed},
        exclusive_or, w);
    Matrix<double> outputs(4, 1);
    predict_rows<double>({}, perceptron(2, 1), w, exclusive_or.inputs.view(), outputs.view());
    int right = 0;
    for (std::size_t r = 0; r < 4; ++r)
      right += outputs(r, 0) == 2 * exclusive_or.targets(r, 0) - 1;
    EXPECT_EQ(right, 3);
    EXPECT_EQ(result.history.stop_reason, StopReason::iteration_limit);  // it keeps searching
    EXPECT_GE(result.history.best_epoch, 1u);
  }
}

TEST(PerceptronTrainer, ThePocketOfSeparableRowsIsAllRight) {
  PerceptronTrainerOptions options = kCyclic;
  options.variant = PerceptronVariant::pocket;
  AlignedVector<double> pocket = kStart, plain = kStart;
  const auto conjunction = rows<double>(2, kCorners, 1, {0, 0, 0, 1});
  EXPECT_EQ(train_rows(perceptron(2, 1), options, conjunction, pocket).history.stop_reason,
            StopReason::all_right);
  train_rows(perceptron(2, 1), kCyclic, conjunction, plain);
  EXPECT_EQ(pocket, plain);
}

// AND from (-0.5, 0.125, -0.25): the mean of the weights after each of the 28 presentations of the worked
// example.
TEST(PerceptronTrainer, TheAverageIsOverAllPresentations) {
  PerceptronTrainerOptions options = kCyclic;
  options.variant = PerceptronVariant::averaged;
  AlignedVector<double> w = kStart;
  train_rows(perceptron(2, 1), options, rows<double>(2, kCorners, 1, {0, 0, 0, 1}), w);
  Perceptron textbook = make_perceptron(2, 1);
  textbook.weights(0, 0) = 0.25;
  textbook.weights(0, 1) = -0.5;
  textbook.weights(0, 2) = 0.125;
  const std::vector<double> d = {-1, -1, -1, 1};
  const PerceptronRun run =
      train_perceptron(textbook, MatrixView<const double>(kCorners.data(), 4, 2),
                       MatrixView<const double>(d.data(), 4, 1), {.learning_rate = 0.25});
  double sums[3] = {};
  for (const PerceptronStep& step : run.steps) {
    for (std::size_t i = 0; i < 3; ++i)
      sums[i] += step.weights(0, i);
  }
  ASSERT_EQ(run.steps.size(), 28u);
  EXPECT_NEAR(w[0], sums[1] / 28, 1e-15);
  EXPECT_NEAR(w[1], sums[2] / 28, 1e-15);
  EXPECT_NEAR(w[2], -sums[0] / 28, 1e-15);
}

// z = x: 0 at the first row, which sgn(0) = -1 classifies correctly at once; the sign units of the network
// would give +1.
TEST(PerceptronTrainer, ForSgnZeroMinusTheThresholdIsRaised) {
  const auto data = rows<double>(1, {0, 1}, 1, {0, 1});
  AlignedVector<double> w = {1, 0};
  const PerceptronTraining result = train_rows(
      perceptron(1, 1), {.sign_of_zero = SignOfZero::minus, .row_order = RowOrder::given}, data, w);
  EXPECT_EQ(result.history.stop_reason, StopReason::all_right);
  EXPECT_EQ(result.corrections, 0u);
  EXPECT_EQ(result.raised_thresholds, (std::vector<std::size_t>{0}));
  EXPECT_EQ(w, (AlignedVector<double>{1, -0.5}));
  AlignedVector<double> plus = {1, 0};
  EXPECT_GT(train_rows(perceptron(1, 1), {.row_order = RowOrder::given}, data, plus).corrections, 0u);
  AlignedVector<double> zero = {1, 0};
  const PerceptronTraining half = train_rows(
      perceptron(1, 1),
      {.sign_of_zero = SignOfZero::zero, .learning_rate = 0.25, .row_order = RowOrder::given}, data, zero);
  EXPECT_EQ(zero, (AlignedVector<double>{1, -0.25}));  // half a correction
  EXPECT_TRUE(half.raised_thresholds.empty());
}

TEST(PerceptronTrainer, AtTheLimitASearchDecidesWhetherMoreEpochsWouldHelp) {
  AlignedVector<double> w = kStart;
  PerceptronTrainerOptions options = kCyclic;
  options.epochs = 1;
  const PerceptronTraining result =
      train_rows(perceptron(2, 1), options, rows<double>(2, kCorners, 1, {0, 0, 0, 1}), w);
  EXPECT_EQ(result.history.stop_reason, StopReason::iteration_limit);
  EXPECT_EQ(result.units[0].verdict, Separability::separable);
  EXPECT_EQ(result.units[0].evidence, Evidence::search);
  options.search_multiplications = 0;
  w = kStart;
  EXPECT_EQ(
      train_rows(perceptron(2, 1), options, rows<double>(2, kCorners, 1, {0, 0, 0, 1}), w).units[0].verdict,
      Separability::undecided);
}

// Three points on a line: the middle class lies between the others, so no threshold separates it for its own
// unit. With enough training the largest pre-activation still decides correctly.
TEST(PerceptronTrainer, UnitsOfClassesAreJudgedByTheLargestPreActivation) {
  const auto data = rows<double>(1, {-1, 0, 1}, 3, {1, 0, 0, 0, 1, 0, 0, 0, 1});
  AlignedVector<double> w(6, 0.1);
  const PerceptronTraining result = train_rows(
      perceptron(1, 3),
      {.variant = PerceptronVariant::pocket, .epochs = 50, .read_at = ReadAt::pre_activation}, data, w);
  EXPECT_EQ(result.units[0].verdict, Separability::separable);
  EXPECT_EQ(result.units[1].verdict, Separability::not_separable);
  EXPECT_EQ(result.units[1].proof, Proof::exact);
  EXPECT_EQ(result.units[2].verdict, Separability::separable);
  Matrix<double> z(3, 3);
  predict_rows<double>({}, perceptron(1, 3), w, data.inputs.view(), z.view(), ReadAt::pre_activation);
  for (std::size_t r = 0; r < 3; ++r)
    EXPECT_EQ(std::max_element(z.row(r), z.row(r) + 3) - z.row(r), static_cast<std::ptrdiff_t>(r));
}

TEST(PerceptronTrainer, TheObserverIsCalledAndMayStop) {
  const auto exclusive_or = rows<double>(2, kCorners, 1, {0, 1, 1, 0});
  AlignedVector<double> w = kStart;
  int epochs = 0, steps = 0;
  const PerceptronTraining result = train_perceptron<double>(
      {}, perceptron(2, 1), {.variant = PerceptronVariant::pocket}, exclusive_or, &exclusive_or,
      score_for<double>(Task::binary),
      {.on_epoch =
           [&](const EpochReport& report) {
             EXPECT_TRUE(report.validation_loss && report.validation_score && report.corrections);
             return ++epochs == 3 ? Continue::stop : Continue::yes;
           },
       .on_step =
           [&](const StepReport& report) {
             EXPECT_EQ(report.rows, 1u);
             ++steps;
             return Continue::yes;
           }},
      w);
  EXPECT_EQ(epochs, 3);
  EXPECT_EQ(steps, 12);
  EXPECT_EQ(result.history.stop_reason, StopReason::asked_to_stop);
  AlignedVector<double> other = kStart;
  const PerceptronTraining stopped = train_perceptron<double>(
      {}, perceptron(2, 1), {}, exclusive_or, nullptr, {},
      {.on_epoch = {}, .on_step = [](const StepReport&) { return Continue::stop; }}, other);
  EXPECT_EQ(stopped.presentations, 1u);
  EXPECT_EQ(stopped.history.stop_reason, StopReason::asked_to_stop);
  EXPECT_EQ(stopped.units[0].evidence, Evidence::none);
}

TEST(PerceptronTrainer, EachCorrectionIsReportedAndTheyAddUpToTheWeights) {
  const Dataset<double> data = rows<double>(2, kCorners, 1, {0, 0, 0, 1});
  AlignedVector<double> w = kStart, sum = kStart;
  PerceptronTrainerOptions options = kCyclic;
  std::uint64_t told = 0;
  options.on_correction = [&](const PerceptronCorrection& correction) {
    ++told;
    EXPECT_EQ(correction.unit, 0u);
    EXPECT_GE(correction.epoch, 1u);
    const double* x = data.inputs.row(correction.row);
    EXPECT_EQ(correction.net, x[0] * sum[0] + x[1] * sum[1] + sum[2]);
    sum[0] += 0.25 * correction.error * x[0];
    sum[1] += 0.25 * correction.error * x[1];
    sum[2] += 0.25 * correction.error;
  };
  const PerceptronTraining result = train_rows(perceptron(2, 1), options, data, w);
  EXPECT_EQ(told, result.corrections);
  EXPECT_EQ(sum, w);
}

TEST(PerceptronTrainer, RefusesOtherNetworksAndTargets) {
  const auto data = rows<double>(2, kCorners, 1, {0, 1, 1, 0});
  AlignedVector<double> w = kStart;
  EXPECT_THROW(train_rows(make_mlp({.inputs = 2, .outputs = 1}), {}, data, w), StateError);
  EXPECT_THROW(train_rows(perceptron(2, 1), {.learning_rate = 0}, data, w), UsageError);
  EXPECT_THROW(train_rows(perceptron(2, 1), {.learning_rate = 1.1}, data, w), UsageError);
  EXPECT_THROW(train_rows(perceptron(2, 1), {.epochs = 0}, data, w), UsageError);
  EXPECT_THROW(train_rows(perceptron(2, 1), {}, rows<double>(2, kCorners, 1, {0, 0.5, 1, 0}), w), DataError);
  EXPECT_THROW(train_rows(perceptron(2, 1), {}, rows<double>(2, kCorners, 1, {0, -1, 1, 0}), w), DataError);
  Dataset<double> weighted = data;
  weighted.row_weights.assign(4, 1);
  EXPECT_THROW(train_rows(perceptron(2, 1), {}, weighted, w), StateError);
  AlignedVector<double> wide(4, 0.1);
  EXPECT_THROW(train_rows(perceptron(3, 1), {}, data, wide), StateError);
  EXPECT_EQ(w, kStart);
}

}  // namespace
}  // namespace chainrule
