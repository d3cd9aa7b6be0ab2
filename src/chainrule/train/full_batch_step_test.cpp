// The optimizers that need all rows, one by one and as epochs of the training loop.
#include "chainrule/train/full_batch_step.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/random.h"
#include "chainrule/model/initializer.h"
#include "chainrule/train/trainer.h"

namespace chainrule {
namespace {

std::vector<Optimizer> optimizers() {
  std::vector<Optimizer> found;
  for (const EnumName<Optimizer>& entry : enum_table<Optimizer>()) {
    if (properties_of(entry.value).needs_all_rows) found.push_back(entry.value);
  }
  return found;
}

template <typename T>
Dataset<T> exclusive_or() {
  Dataset<T> data{.inputs = Matrix<T>(4, 2), .targets = Matrix<T>(4, 1)};
  for (std::size_t r = 0; r < 4; ++r) {
    data.inputs(r, 0) = static_cast<T>(r / 2) * 2 - 1;
    data.inputs(r, 1) = static_cast<T>(r % 2) * 2 - 1;
    data.targets(r, 0) = static_cast<T>((r / 2) ^ (r % 2));
  }
  return data;
}

// sin(3 x) with noise of standard deviation 0.2 on [-1, 1].
template <typename T>
Dataset<T> noisy_sine(std::size_t rows, std::uint64_t seed) {
  Dataset<T> data{.inputs = Matrix<T>(rows, 1), .targets = Matrix<T>(rows, 1)};
  for (std::size_t r = 0; r < rows; ++r) {
    const double x = 2 * random_uniform({.seed = seed}, 8 * r) - 1;
    double noise = 0;
    for (std::uint64_t i = 1; i <= 4; ++i)
      noise += random_uniform({.seed = seed}, 8 * r + i) - 0.5;
    data.inputs(r, 0) = static_cast<T>(x);
    data.targets(r, 0) = static_cast<T>(std::sin(3 * x) + 0.2 * std::sqrt(3.0) * noise);
  }
  return data;
}

Network network_of(std::size_t inputs, std::size_t hidden, Activation output = Activation::identity) {
  return make_mlp({.inputs = inputs,
                   .hidden = {hidden},
                   .outputs = 1,
                   .hidden_activations = {Activation::tanh},
                   .output_activation = output});
}

template <typename T>
AlignedVector<T> start(const Network& network) {
  AlignedVector<T> parameters(parameter_count(network));
  initialize_parameters<T>(network, {.seed = 1}, parameters);
  return parameters;
}

TrainerOptions options_of(Optimizer optimizer, std::size_t epochs) {
  return {.optimizer = {.kind = optimizer}, .stopping = {.epochs = epochs}};
}

TEST(FullBatchStep, EachOptimizerLearnsExclusiveOr) {
  for (const Optimizer optimizer : optimizers()) {
    for (const Activation output : {Activation::identity, Activation::logistic}) {
      const Network network = network_of(2, 4, output);
      const Dataset<double> data = exclusive_or<double>();
      AlignedVector<double> w = start<double>(network);
      TrainerOptions options = options_of(optimizer, 400);
      options.stopping.error_goal = 1e-3;
      const History history = train<double>({}, network, options, data, nullptr, {}, {}, w);
      EXPECT_EQ(history.stop_reason, StopReason::error_goal) << name_of(optimizer);
      EXPECT_LT(evaluate_dataset<double>({}, network, w, {}, data, nullptr), 1e-3) << name_of(optimizer);
    }
  }
}

TEST(FullBatchStep, EachOptimizerLearnsACurve) {
  const Network network = network_of(1, 6);
  const Dataset<float> data = noisy_sine<float>(120, 1);
  for (const Optimizer optimizer : optimizers()) {
    AlignedVector<float> w = start<float>(network);
    train<float>({}, network, options_of(optimizer, 200), data, nullptr, {}, {}, w);
    // The noise has variance 0.04.
    EXPECT_LT(evaluate_dataset<float>({}, network, w, {}, data, nullptr), 0.05) << name_of(optimizer);
  }
}

TEST(FullBatchStep, EachOptimizerTakesCrossEntropyExceptLevenbergMarquardt) {
  const Network network = network_of(2, 4, Activation::logistic);
  const Dataset<double> data = exclusive_or<double>();
  for (const Optimizer optimizer : optimizers()) {
    AlignedVector<double> w = start<double>(network);
    TrainerOptions options = options_of(optimizer, 200);
    options.loss.kind = Loss::binary_cross_entropy;
    const auto run = [&] { train<double>({}, network, options, data, nullptr, {}, {}, w); };
    if (optimizer == Optimizer::levenberg_marquardt) {
      EXPECT_THROW(run(), UsageError);
      continue;
    }
    run();
    EXPECT_LT(evaluate_dataset<double>({}, network, w, options.loss, data, nullptr), 0.05)
        << name_of(optimizer);
  }
}

// The loss is a quadratic function: it ends where no step lowers it, long before the last epoch.
TEST(FullBatchStep, TrainingEndsAtTheMinimum) {
  const Network linear = make_mlp({.inputs = 1, .outputs = 1});
  Dataset<double> data{.inputs = Matrix<double>(30, 1), .targets = Matrix<double>(30, 1)};
  for (std::size_t r = 0; r < 30; ++r) {
    data.inputs(r, 0) = static_cast<double>(r) / 15 - 1;
    data.targets(r, 0) = 2 * data.inputs(r, 0) - 0.5;
  }
  for (const Optimizer optimizer : optimizers()) {
    AlignedVector<double> w = start<double>(linear);
    const History history = train<double>({}, linear, options_of(optimizer, 1000), data, nullptr, {}, {}, w);
    EXPECT_EQ(history.stop_reason, StopReason::converged) << name_of(optimizer);
    EXPECT_LT(history.epochs_run(), 1000u) << name_of(optimizer);
    EXPECT_NEAR(w[0], 2, 1e-6) << name_of(optimizer);
    EXPECT_NEAR(w[1], -0.5, 1e-6) << name_of(optimizer);
    EXPECT_LE(history.epochs.back().gradient_norm, 1e-6);
    EXPECT_EQ(history.epochs.back().learning_rate, 0);
  }
}

TEST(FullBatchStep, ReportsTheLossOfTheNewParametersWithItsPenalty) {
  const Network network = network_of(1, 3);
  const Dataset<double> data = noisy_sine<double>(40, 1);
  for (const Optimizer optimizer : optimizers()) {
    AlignedVector<double> w = start<double>(network);
    TrainerOptions options = options_of(optimizer, 5);
    options.penalty.l2 = 0.01;
    const History history = train<double>({}, network, options, data, nullptr, {}, {}, w);
    const double loss = evaluate_dataset<double>({}, network, w, {}, data, nullptr) +
                        penalty<double>({}, options.penalty, weight_ranges(network), w);
    EXPECT_NEAR(history.epochs.back().training_loss, loss, 1e-14) << name_of(optimizer);
    ASSERT_EQ(history.epochs.back().layers.size(), 2u);
    EXPECT_GT(history.epochs.back().layers[0].gradient_norm, 0);
  }
}

TEST(FullBatchStep, EarlyStoppingKeepsTheBestEpochOfTheHeldOutRows) {
  const Network network = network_of(1, 30);
  const Dataset<double> data = noisy_sine<double>(25, 1), held_out = noisy_sine<double>(200, 2);
  for (const Optimizer optimizer : optimizers()) {
    AlignedVector<double> w = start<double>(network);
    TrainerOptions options = options_of(optimizer, 2000);
    options.stopping.patience = 30;
    const History history = train<double>({}, network, options, data, &held_out, {}, {}, w);
    EXPECT_EQ(history.stop_reason, StopReason::no_improvement) << name_of(optimizer);
    double best = history.epochs.front().validation_loss.value();
    for (const EpochReport& epoch : history.epochs)
      best = std::min(best, epoch.validation_loss.value());
    EXPECT_EQ(evaluate_dataset<double>({}, network, w, {}, held_out, nullptr), best) << name_of(optimizer);
    EXPECT_LT(best, history.epochs.back().validation_loss.value()) << name_of(optimizer);
  }
}

TEST(FullBatchStep, TimeBudgetAndObserversEndIt) {
  const Network network = network_of(1, 6);
  const Dataset<float> data = noisy_sine<float>(60, 1);
  for (const Optimizer optimizer : optimizers()) {
    AlignedVector<float> w = start<float>(network);
    TrainerOptions options = options_of(optimizer, 1000);
    const TrainerObserver third = {.on_epoch = [](const EpochReport& epoch) {
      return epoch.epoch < 3 ? Continue::yes : Continue::stop;
    }};
    const History stopped = train<float>({}, network, options, data, nullptr, {}, third, w);
    EXPECT_EQ(stopped.stop_reason, StopReason::asked_to_stop);
    EXPECT_EQ(stopped.epochs_run(), 3u);
    options.stopping.time_budget_seconds = 1e-9;
    w = start<float>(network);
    const History late = train<float>({}, network, options, data, nullptr, {}, {}, w);
    EXPECT_EQ(late.stop_reason, StopReason::time_budget);
    EXPECT_EQ(late.epochs_run(), 1u);
  }
}

// A row of weight 2 counts as two rows, one of weight 0 as none.
TEST(FullBatchStep, RowWeightsCountRows) {
  const Network network = network_of(1, 3);
  const Dataset<double> rows = noisy_sine<double>(12, 1);
  Dataset<double> weighted = rows, copied;
  copied.inputs.resize(12, 1);
  copied.targets.resize(12, 1);
  for (std::size_t r = 0; r < 12; ++r) {
    weighted.row_weights.push_back(r == 0 ? 2 : r == 1 ? 0 : 1);
    const std::size_t from = r == 1 ? 0 : r;
    copied.inputs(r, 0) = rows.inputs(from, 0);
    copied.targets(r, 0) = rows.targets(from, 0);
  }
  for (const Optimizer optimizer : optimizers()) {
    AlignedVector<double> one = start<double>(network), other = one;
    train<double>({}, network, options_of(optimizer, 6), weighted, nullptr, {}, {}, one);
    train<double>({}, network, options_of(optimizer, 6), copied, nullptr, {}, {}, other);
    for (std::size_t i = 0; i < one.size(); ++i)
      EXPECT_NEAR(one[i], other[i], 1e-6) << name_of(optimizer);
  }
}

template <typename T>
void expect_equal_everywhere(Optimizer optimizer) {
  const Network network = network_of(1, 20);  // too wide for the pass of narrow networks
  const Dataset<T> data = noisy_sine<T>(300, 1);
  ThreadPool two(2), three(3);
  std::vector<AlignedVector<T>> results;
  for (const KernelPath path : {KernelPath::scalar, KernelPath::avx2, KernelPath::avx512}) {
    if (!is_supported(path)) continue;
    for (ThreadPool* const pool : {static_cast<ThreadPool*>(nullptr), &two, &three}) {
      AlignedVector<T> w = start<T>(network);
      train<T>({.path = path, .pool = pool}, network, options_of(optimizer, 12), data, nullptr, {}, {}, w);
      results.push_back(std::move(w));
    }
  }
  for (const AlignedVector<T>& result : results)
    EXPECT_EQ(result, results.front()) << name_of(optimizer);
}

TEST(FullBatchStep, EveryNumberOfThreadsAndVectorWidthGivesTheSameBits) {
  for (const Optimizer optimizer : optimizers()) {
    expect_equal_everywhere<float>(optimizer);
    expect_equal_everywhere<double>(optimizer);
  }
}

TEST(FullBatchStep, AStartThatIsNotFiniteEndsTrainingWithTheParametersAsTheyWere) {
  const Network network = network_of(1, 3);
  Dataset<float> data = noisy_sine<float>(10, 1);
  data.targets(4, 0) = 3e38F;
  for (const Optimizer optimizer : optimizers()) {
    AlignedVector<float> w = start<float>(network);
    const AlignedVector<float> before = w;
    const History history = train<float>({}, network, options_of(optimizer, 5), data, nullptr, {}, {}, w);
    EXPECT_EQ(history.stop_reason, StopReason::diverged) << name_of(optimizer);
    EXPECT_EQ(w, before) << name_of(optimizer);
  }
}

TEST(FullBatchStep, OptionsOfStepsAreRefusedByName) {
  const Network network = network_of(1, 3);
  const Dataset<float> data = noisy_sine<float>(10, 1);
  for (const Optimizer optimizer : optimizers()) {
    const auto refused = [&](TrainerOptions options, Setting setting) {
      AlignedVector<float> w = start<float>(network);
      try {
        train<float>({}, network, options, data, nullptr, {}, {}, w);
        ADD_FAILURE() << name_of(optimizer);
      } catch (const UsageError& error) {
        EXPECT_EQ(error.report().setting, setting) << name_of(optimizer);
      }
    };
    const TrainerOptions fine = options_of(optimizer, 2);
    TrainerOptions options = fine;
    options.clip_norm = 1;
    refused(options, Setting::clip_norm);
    options = fine;
    options.schedule.kind = ScheduleKind::cosine;
    refused(options, Setting::schedule);
    options = fine;
    options.optimizer.weight_decay = 0.1;
    refused(options, Setting::weight_decay);
    options = fine;
    options.on_divergence = OnDivergence::halve;
    refused(options, Setting::on_divergence);
    options = fine;
    options.loss.reduction = Reduction::single;
    refused(options, Setting::reduction);
    if (optimizer == Optimizer::irprop_plus) continue;
    options = fine;
    options.penalty.l1 = 0.1;
    refused(options, Setting::l1);
  }
}

TEST(FullBatchStep, CheckpointsAreRefused) {
  const Network network = network_of(1, 3);
  const Dataset<float> data = noisy_sine<float>(10, 1);
  AlignedVector<float> w = start<float>(network);
  const ProgressHooks<float> hooks = {.on_boundary = [](const TrainingProgress<float>&, Boundary) {}};
  EXPECT_THROW(train<float>({}, network, options_of(Optimizer::lbfgs, 2), data, nullptr, {}, {}, w, hooks),
               UsageError);
}

TEST(FullBatchStep, TooManyParametersForLevenbergMarquardtAreRefused) {
  const Network network = network_of(1, 2000);
  const Dataset<float> data = noisy_sine<float>(10, 1);
  AlignedVector<float> w = start<float>(network);
  EXPECT_THROW(
      train<float>({}, network, options_of(Optimizer::levenberg_marquardt, 2), data, nullptr, {}, {}, w),
      UsageError);
}

}  // namespace
}  // namespace chainrule
