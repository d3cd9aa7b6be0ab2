#include "chainrule/train/trainer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "chainrule/base/error.h"
#include "chainrule/base/random.h"
#include "chainrule/model/initializer.h"

namespace chainrule {
namespace {

// y = 2 x1 - x2 + 0.5 on random points.
template <typename T>
Dataset<T> plane(std::size_t rows, std::uint64_t seed) {
  Dataset<T> data{.inputs = Matrix<T>(rows, 2), .targets = Matrix<T>(rows, 1)};
  for (std::size_t r = 0; r < rows; ++r) {
    const double x1 = 2 * random_uniform({.seed = seed}, 2 * r) - 1,
                 x2 = 2 * random_uniform({.seed = seed}, 2 * r + 1) - 1;
    data.inputs(r, 0) = static_cast<T>(x1);
    data.inputs(r, 1) = static_cast<T>(x2);
    data.targets(r, 0) = static_cast<T>(2 * x1 - x2 + 0.5);
  }
  return data;
}

Network linear() {
  return make_mlp({.inputs = 2, .outputs = 1});
}

template <typename T>
AlignedVector<T> start(const Network& network, std::uint64_t seed = 1) {
  AlignedVector<T> parameters(parameter_count(network));
  initialize_parameters<T>(network, {.seed = seed}, parameters);
  return parameters;
}

TrainerOptions descent() {
  return {.optimizer = {.rule = Rule::gradient_descent},
          .schedule = {.learning_rate = 0.2},
          .stopping = {.epochs = 100},
          .batch_size = 10};
}

TEST(Trainer, FindsThePlaneItWasGiven) {
  AlignedVector<double> w = start<double>(linear());
  const History history = train<double>({}, linear(), descent(), plane<double>(50, 1), nullptr, {}, {}, w);
  EXPECT_EQ(history.epochs.size(), 100u);
  EXPECT_EQ(history.stop_reason, StopReason::iteration_limit);
  EXPECT_NEAR(w[0], 2, 1e-6);
  EXPECT_NEAR(w[1], -1, 1e-6);
  EXPECT_NEAR(w[2], 0.5, 1e-6);
  EXPECT_LT(history.epochs.back().training_loss, 1e-10);
}

// One slope a unit, trained with the weights: after training no two are alike, and none is where it started.
TEST(Trainer, PreluSlopesAndSwishBetasAreLearned) {
  for (const Activation f : {Activation::prelu, Activation::swish}) {
    const Network network = make_mlp({.inputs = 2,
                                      .hidden = {3},
                                      .outputs = 1,
                                      .hidden_activations = {f},
                                      .swish_beta = ParameterUse::learnable});
    AlignedVector<double> w = start<double>(network);
    const std::vector<ParameterSegment> segments = parameter_segments(network);
    const auto segment = std::find_if(segments.begin(), segments.end(), [](const ParameterSegment& s) {
      return s.role == ParameterRole::activation;
    });
    ASSERT_NE(segment, segments.end());
    const double before = w[segment->offset];
    EXPECT_EQ(before, properties_of(f).default_parameter);
    train<double>({}, network, descent(), plane<double>(50, 1), nullptr, {}, {}, w);
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_GT(std::abs(w[segment->offset + i] - before), 1e-3) << name_of(f);
      EXPECT_NE(w[segment->offset + i], w[segment->offset + (i + 1) % 3]) << name_of(f);
    }
  }
}

// Batch descent with one batch an epoch is w - r dL/dw: the loss never rises at a small rate.
TEST(Trainer, BatchSizeZeroTakesAllRowsAtOnce) {
  TrainerOptions options = descent();
  options.batch_size = 0;
  std::size_t steps = 0;
  AlignedVector<float> w = start<float>(linear());
  const History history = train<float>({}, linear(), options, plane<float>(50, 1), nullptr, {},
                                       {.on_step =
                                            [&](const StepReport& step) {
                                              EXPECT_EQ(step.rows, 50u);
                                              ++steps;
                                              return Continue::yes;
                                            }},
                                       w);
  EXPECT_EQ(steps, 100u);
  for (std::size_t i = 1; i < 100; ++i) {
    EXPECT_LE(history.epochs[i].training_loss, history.epochs[i - 1].training_loss + 1e-9);
  }
}

TEST(Trainer, ReductionSingleGoesRowByRow) {
  TrainerOptions options = descent();
  options.loss = {.kind = Loss::half_squared_error, .reduction = Reduction::single};
  options.stopping.epochs = 2;
  std::size_t steps = 0;
  AlignedVector<double> w = start<double>(linear());
  train<double>({}, linear(), options, plane<double>(7, 1), nullptr, {},
                {.on_step =
                     [&](const StepReport&) {
                       ++steps;
                       return Continue::yes;
                     }},
                w);
  EXPECT_EQ(steps, 14u);
}

// Validation targets are those of another plane: fitting the training rows makes the validation loss rise
// again.
TEST(Trainer, BestValidationParametersAreRestored) {
  const Dataset<double> training = plane<double>(50, 1);
  Dataset<double> validation = plane<double>(20, 2);
  for (std::size_t r = 0; r < 20; ++r)
    validation.targets(r, 0) *= 0.5;
  TrainerOptions options = descent();
  options.schedule.learning_rate = 0.02;
  options.stopping.patience = 5;
  AlignedVector<double> w(3, 0.0);
  const History history = train<double>({}, linear(), options, training, &validation, {}, {}, w);
  EXPECT_EQ(history.stop_reason, StopReason::no_improvement);
  EXPECT_EQ(history.best_epoch + 5, history.epochs.size());
  const double kept = evaluate_dataset<double>({}, linear(), w, options.loss, validation, nullptr);
  EXPECT_EQ(kept, *history.epochs[history.best_epoch - 1].validation_loss);
  EXPECT_LT(kept, *history.epochs.back().validation_loss);
}

TEST(Trainer, DivergenceStopsWithFiniteParametersKept) {
  TrainerOptions options = descent();
  options.schedule.learning_rate = 1e6;
  AlignedVector<float> w = start<float>(linear());
  EXPECT_THROW(train<float>({}, linear(), options, plane<float>(50, 1), nullptr, {}, {}, w), NonFiniteError);
  for (const float value : w)
    EXPECT_TRUE(std::isfinite(value));
}

TEST(Trainer, ObserverCanStopTheRun) {
  AlignedVector<float> w = start<float>(linear());
  const History history = train<float>(
      {}, linear(), descent(), plane<float>(50, 1), nullptr, {},
      {.on_epoch =
           [](const EpochReport& report) { return report.epoch == 3 ? Continue::stop : Continue::yes; }},
      w);
  EXPECT_EQ(history.epochs.size(), 3u);
  EXPECT_EQ(history.stop_reason, StopReason::asked_to_stop);
}

TEST(Trainer, StopsWithinAnEpochWhenAskedOrOutOfTime) {
  TrainerOptions options = descent();
  options.batch_size = 5;  // ten steps an epoch
  std::size_t steps = 0;
  AlignedVector<float> w = start<float>(linear());
  const AlignedVector<float> before = w;
  const History asked = train<float>(
      {}, linear(), options, plane<float>(50, 1), nullptr, {},
      {.on_step = [&](const StepReport&) { return ++steps == 3 ? Continue::stop : Continue::yes; }}, w);
  EXPECT_EQ(steps, 3u);
  EXPECT_EQ(asked.epochs.size(), 1u);
  EXPECT_EQ(asked.stop_reason, StopReason::asked_to_stop);
  EXPECT_NE(w, before);

  steps = 0;
  options.stopping.time_budget_seconds = 1e-9;  // gone after the first step
  const auto count = [&](const StepReport&) {
    ++steps;
    return Continue::yes;
  };
  const History timed =
      train<float>({}, linear(), options, plane<float>(50, 1), nullptr, {}, {.on_step = count}, w);
  EXPECT_EQ(steps, 1u);
  EXPECT_EQ(timed.stop_reason, StopReason::time_budget);
}

TEST(Trainer, ValidationRowsThatOverflowAreAnErrorAndNotBad) {
  Dataset<float> validation = plane<float>(5, 2);
  validation.inputs(3, 0) = 3e38F;
  validation.inputs(3, 1) = -3e38F;
  AlignedVector<float> w = start<float>(linear());
  try {
    train<float>({}, linear(), descent(), plane<float>(50, 1), &validation, {}, {}, w);
    FAIL();
  } catch (const NonFiniteError& error) {
    EXPECT_EQ(error.report().where, "epoch 1");
    EXPECT_NE(error.report().what.find("held-out"), std::string::npos);
  }
}

TEST(Trainer, ABatchLargerThanTheDataIsRefused) {
  TrainerOptions options = descent();
  options.batch_size = 51;
  AlignedVector<float> w = start<float>(linear());
  try {
    train<float>({}, linear(), options, plane<float>(50, 1), nullptr, {}, {}, w);
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_EQ(error.report().expected, "at most 50 training rows");
    EXPECT_EQ(error.report().got, "51");
  }
}

TEST(Trainer, DataOfAnotherShapeAreRefused) {
  AlignedVector<float> w = start<float>(linear());
  Dataset<float> data{.inputs = Matrix<float>(5, 3), .targets = Matrix<float>(5, 1)};
  EXPECT_THROW(train<float>({}, linear(), descent(), data, nullptr, {}, {}, w), StateError);
}

// The contract: one set of bits for every thread count and vector width.
TEST(Trainer, ThreadsAndVectorWidthDoNotChangeABit) {
  const Network network = make_mlp({.inputs = 2,
                                    .hidden = {19, 7},
                                    .outputs = 1,
                                    .hidden_activations = {Activation::tanh},
                                    .dropout = 0.2});
  TrainerOptions options = descent();
  options.optimizer.rule = Rule::adam;
  options.stopping.epochs = 3;
  const Dataset<float> data = plane<float>(100, 1);
  std::vector<AlignedVector<float>> results;
  for (const std::size_t threads : {1u, 2u, 3u}) {
    ThreadPool pool(threads);
    for (const KernelPath path : {KernelPath::scalar, KernelPath::avx2, KernelPath::avx512}) {
      if (!is_supported(path)) continue;
      results.push_back(start<float>(network));
      train<float>({.path = path, .pool = &pool}, network, options, data, nullptr, {}, {}, results.back());
    }
  }
  for (const auto& result : results)
    EXPECT_EQ(result, results.front());
}

// A training that is stopped amid an epoch reports the deltas of its last step, or none: never those of an earlier one.
TEST(Trainer, AnEpochThatEndsEarlyShowsNoOldDeltas) {
  const Dataset<double> data = plane<double>(50, 1);
  for (const std::size_t hidden : {3, 20}) {
    const Network network = make_mlp({.inputs = 2, .hidden = {hidden}, .outputs = 1});
    AlignedVector<double> w = start<double>(network);
    std::size_t steps = 0;
    const TrainerObserver stop_at_third{.on_epoch = {}, .on_step = [&](const StepReport&) {
                                          return ++steps == 3 ? Continue::stop : Continue::yes;
                                        }};
    const History history = train<double>({}, network, descent(), data, nullptr, {}, stop_at_third, w);
    ASSERT_EQ(history.epochs.size(), 1u);
    const bool is_narrow_here = !plan_step({}, network, {}).narrow.empty();
    EXPECT_EQ(is_narrow_here, hidden <= 8 && best_kernel_path() != KernelPath::scalar);
    for (const LayerGradient& layer : history.epochs[0].layers)
      EXPECT_EQ(layer.delta_rms.has_value(), !is_narrow_here) << hidden;
    for (const LayerGradient& layer : history.first_step)
      EXPECT_TRUE(layer.delta_rms.has_value());
  }
}

TEST(EvaluateDataset, DoesNotDependOnItsBlocks) {
  const Dataset<double> data = plane<double>(2500, 3);  // three blocks of 1024
  const AlignedVector<double> w = {1, 1, 0};
  Matrix<double> outputs;
  const double loss = evaluate_dataset<double>({}, linear(), w, {}, data, &outputs);
  double sum = 0;
  for (std::size_t r = 0; r < 2500; ++r) {
    const double y = data.inputs(r, 0) + data.inputs(r, 1);
    EXPECT_NEAR(outputs(r, 0), y, 1e-15);
    sum += (y - data.targets(r, 0)) * (y - data.targets(r, 0));
  }
  EXPECT_NEAR(loss, sum / 2500, 1e-12);
}

TEST(Trainer, Bf16ProductsNeedFloatAndAMatrixUnit) {
  const Network network = make_mlp({.inputs = 2, .outputs = 1});
  Dataset<float> floats{.inputs = Matrix<float>(1, 2), .targets = Matrix<float>(1, 1)};
  Dataset<double> doubles{.inputs = Matrix<double>(1, 2), .targets = Matrix<double>(1, 1)};
  AlignedVector<float> float_parameters(3);
  AlignedVector<double> double_parameters(3);
  EXPECT_THROW(train<float>({.tile_unit = {}}, network, {.batch_size = 1, .products = Products::bf16}, floats,
                            nullptr, {}, {}, float_parameters),
               StateError);
  EXPECT_THROW(
      train<double>({.tile_unit = TileUnit::portable}, network, {.batch_size = 1, .products = Products::bf16},
                    doubles, nullptr, {}, {}, double_parameters),
      StateError);
}

}  // namespace
}  // namespace chainrule
