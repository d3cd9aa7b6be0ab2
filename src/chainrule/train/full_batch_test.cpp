#include "chainrule/train/full_batch.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "chainrule/base/error.h"
#include "chainrule/base/random.h"
#include "chainrule/model/initializer.h"
#include "chainrule/train/trainer.h"

namespace chainrule {
namespace {

enum class Weights { one, drawn };

template <typename T>
Dataset<T> random_data(const Network& network, Loss loss, std::size_t rows, Weights weights) {
  Dataset<T> data{.inputs = Matrix<T>(rows, network.inputs()), .targets = Matrix<T>(rows, network.outputs())};
  for (std::size_t i = 0; i < data.inputs.values().size(); ++i)
    data.inputs.values()[i] = static_cast<T>(2 * random_uniform({.seed = 1}, i) - 1);
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t j = 0; j < network.outputs(); ++j) {
      const double draw = random_uniform({.seed = 2}, r * network.outputs() + j);
      data.targets(r, j) = static_cast<T>(loss == Loss::binary_cross_entropy ? std::round(draw) : 3 * draw);
    }
    if (loss != Loss::softmax_cross_entropy) continue;
    for (std::size_t j = 0; j < network.outputs(); ++j)
      data.targets(r, j) = j == r % network.outputs() ? 1 : 0;
  }
  if (weights == Weights::drawn) {
    for (std::size_t r = 0; r < rows; ++r)
      data.row_weights.push_back(static_cast<T>(random_below({.seed = 3}, r, 4)));
  }
  return data;
}

template <typename T>
AlignedVector<T> random_parameters(const Network& network) {
  AlignedVector<T> parameters(parameter_count(network));
  for (std::size_t i = 0; i < parameters.size(); ++i)
    parameters[i] = static_cast<T>(1.4 * random_uniform({.seed = 4}, i) - 0.7);
  return parameters;
}

Activation output_for(Loss loss) {
  if (loss == Loss::binary_cross_entropy) return Activation::logistic;
  return loss == Loss::softmax_cross_entropy ? Activation::softmax : Activation::identity;
}

Network network_for(Loss loss, std::vector<std::size_t> hidden) {
  return make_mlp({.inputs = 3,
                   .hidden = std::move(hidden),
                   .outputs = 3,
                   .hidden_activations = {Activation::tanh},
                   .output_activation = output_for(loss)});
}

// Against the loss of evaluate_dataset, which takes another path, plus the penalty.
TEST(FullBatchLoss, GradientIsTheDerivativeOfTheLoss) {
  for (const Loss kind : {Loss::mean_squared_error, Loss::half_squared_error, Loss::softmax_cross_entropy,
                          Loss::binary_cross_entropy}) {
    for (const Weights weights : {Weights::one, Weights::drawn}) {
      for (const Reduction reduction : {Reduction::mean, Reduction::sum}) {
        const Network network = network_for(kind, {4});
        const Dataset<double> data = random_data<double>(network, kind, 45, weights);
        const FullBatchOptions options{.loss = {.kind = kind, .reduction = reduction},
                                       .penalty = {.l2 = 0.3}};
        AlignedVector<double> w = random_parameters<double>(network);
        const Compute compute;
        FullBatchLoss<double> loss(compute, network, options, data);
        const auto value = [&] {
          return evaluate_dataset<double>(compute, network, w, options.loss, data, nullptr) +
                 penalty<double>(compute, options.penalty, weight_ranges(network), w);
        };
        AlignedVector<double> gradient(w.size());
        EXPECT_NEAR(loss.evaluate(w, gradient), value(), 1e-13 * value());
        for (std::size_t i = 0; i < w.size(); ++i) {
          const double centre = w[i], h = 1e-5;
          w[i] = centre + h;
          const double above = value();
          w[i] = centre - h;
          const double below = value();
          w[i] = centre;
          EXPECT_NEAR(gradient[i], (above - below) / (2 * h), 1e-8 * std::max(1.0, std::abs(gradient[i])))
              << name_of(kind) << " " << i;
        }
      }
    }
  }
}

// The result of a step with all rows in one batch; 4,096 rows fill a block, 12,365 three and part of a
// fourth.
template <typename T>
void expect_bits_of_one_batch(const Compute& compute, std::size_t rows, const Network& network,
                              Weights weights) {
  const Loss kind = Loss::softmax_cross_entropy;
  const Dataset<T> data = random_data<T>(network, kind, rows, weights);
  const StepOptions step{.loss = {.kind = kind}, .penalty = {.l1 = 0.1, .l2 = 0.3}};
  TrainState<T> state = make_train_state<T>(network, step.optimizer);
  state.parameters = random_parameters<T>(network);
  StepBuffers<T> buffers;
  buffers.batch = {.inputs = data.inputs, .targets = data.targets, .row_weights = data.row_weights};
  const AlignedVector<T> w = state.parameters;
  const StepReport report =
      train_step<T>(compute, network, step, plan_step(compute, network, step), state, buffers);

  const FullBatchOptions options{.loss = step.loss, .penalty = step.penalty};
  FullBatchLoss<T> loss(compute, network, options, data);
  AlignedVector<T> gradient(w.size(), T(7));
  for (int time = 0; time < 2; ++time) {  // nothing of the first is left in the second
    EXPECT_EQ(loss.evaluate(w, gradient), report.loss) << rows;
    EXPECT_EQ(gradient, state.gradient) << rows;
  }
}

TEST(FullBatchLoss, HasTheBitsOfATrainingStepOnAllRowsHoweverManyBlocks) {
  for (const std::size_t rows : {1, 33, 4095, 4096, 4097, 8192, 12'365, 20'480 + 31}) {
    expect_bits_of_one_batch<float>({}, rows, network_for(Loss::softmax_cross_entropy, {5}), Weights::drawn);
  }
  const Network wide = network_for(Loss::softmax_cross_entropy, {40, 11});
  expect_bits_of_one_batch<float>({}, 12'365, wide, Weights::one);
  expect_bits_of_one_batch<double>({}, 12'365, wide, Weights::drawn);
}

template <typename T>
void expect_equal_everywhere(const Network& network, Loss kind) {
  const Dataset<T> data = random_data<T>(network, kind, 4500, Weights::drawn);
  AlignedVector<T> w = random_parameters<T>(network);
  for (T& value : w)
    value = std::abs(value) + T(0.1);  // widths are above 0
  const FullBatchOptions options{.loss = {.kind = kind}, .penalty = {.l2 = 0.1}};
  ThreadPool two(2), three(3);
  std::vector<double> losses;
  std::vector<AlignedVector<T>> gradients;
  for (const KernelPath path : {KernelPath::scalar, KernelPath::avx2, KernelPath::avx512}) {
    if (!is_supported(path)) continue;
    for (ThreadPool* const pool : {static_cast<ThreadPool*>(nullptr), &two, &three}) {
      const Compute compute{.path = path, .pool = pool};
      FullBatchLoss<T> loss(compute, network, options, data);
      losses.push_back(loss.evaluate(w, gradients.emplace_back(w.size())));
    }
  }
  for (std::size_t i = 1; i < losses.size(); ++i) {
    EXPECT_EQ(losses[i], losses[0]) << i;
    EXPECT_EQ(gradients[i], gradients[0]) << i;
  }
}

TEST(FullBatchLoss, EveryNumberOfThreadsAndVectorWidthGivesTheSameBits) {
  for (const Loss kind : {Loss::mean_squared_error, Loss::softmax_cross_entropy}) {
    expect_equal_everywhere<float>(network_for(kind, {4}), kind);
    expect_equal_everywhere<float>(network_for(kind, {70, 20}), kind);
    expect_equal_everywhere<double>(network_for(kind, {30}), kind);
    expect_equal_everywhere<float>(
        make_rbf_network({.inputs = 3, .units = 7, .outputs = 3, .output_activation = output_for(kind)}),
        kind);
  }
}

// 150,000 parameters per layer and two layers: the tree over the blocks is shared out among the threads.
TEST(FullBatchLoss, LargeGradientsJoinOnThreadsToTheBitsOfOneBatch) {
  ThreadPool pool(3);
  const Network network = make_mlp({.inputs = 2,
                                    .hidden = {450, 450},
                                    .outputs = 2,
                                    .hidden_activations = {Activation::relu},
                                    .output_activation = Activation::softmax});
  ASSERT_GT(parameter_count(network), 200'000u);
  expect_bits_of_one_batch<float>({.pool = &pool}, 4096 * 2 + 40, network, Weights::one);
}

TEST(FullBatchLoss, WidthsThatAreNotAboveZeroAreOutside) {
  const Network network = make_rbf_network({.inputs = 2, .units = 3, .outputs = 1});
  const Dataset<double> data = random_data<double>(network, Loss::mean_squared_error, 9, Weights::one);
  AlignedVector<double> w(parameter_count(network), 0.5), gradient(w.size());
  const FullBatchOptions options;
  const Compute compute;
  FullBatchLoss<double> loss(compute, network, options, data);
  EXPECT_TRUE(std::isfinite(loss.evaluate(w, gradient)));
  for (const double width : {0.0, -0.5, std::numeric_limits<double>::quiet_NaN()}) {
    w[2 * 3 + 1] = width;
    EXPECT_EQ(loss.evaluate(w, gradient), std::numeric_limits<double>::infinity());
  }
}

TEST(FullBatchLoss, WhatDoesNotFitIsRefused) {
  const Network network = network_for(Loss::mean_squared_error, {4});
  const Dataset<double> data = random_data<double>(network, Loss::mean_squared_error, 9, Weights::one);
  const auto make = [](const Network& of, const FullBatchOptions& options, const Dataset<double>& rows) {
    const Compute compute;
    FullBatchLoss<double> loss(compute, of, options, rows);
  };
  EXPECT_NO_THROW(make(network, {}, data));
  EXPECT_THROW(make(network, {}, {}), StateError);
  EXPECT_THROW(make(network, {.loss = {.kind = Loss::softmax_cross_entropy}}, data), StateError);
  EXPECT_THROW(make(network, {.loss = {.reduction = Reduction::single}}, data), StateError);
  EXPECT_THROW(make(network, {.penalty = {.l2 = -1}}, data), UsageError);
  EXPECT_THROW(make(make_mlp({.inputs = 3, .hidden = {4}, .outputs = 3, .dropout = 0.2}), {}, data),
               UsageError);
  Dataset<double> bad = data;
  bad.targets(4, 1) = -1;
  EXPECT_THROW(make(network, {.loss = {.kind = Loss::poisson}}, bad), DataError);
}

}  // namespace
}  // namespace chainrule
