#include "chainrule/train/lbfgs_training.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "chainrule/base/error.h"
#include "chainrule/base/random.h"
#include "chainrule/model/initializer.h"

namespace chainrule {
namespace {

// Nearly normal, of mean 0 and standard deviation 1.
double noise(std::uint64_t seed, std::uint64_t index) {
  double sum = -6;
  for (std::uint64_t i = 0; i < 12; ++i)
    sum += random_uniform({.seed = seed}, 12 * index + i);
  return sum;
}

// Clouds around the corners of a square, a class for each diagonal: exclusive or with noise.
template <typename T>
Dataset<T> exclusive_or(std::size_t rows) {
  Dataset<T> data{.inputs = Matrix<T>(rows, 2), .targets = Matrix<T>(rows, 1)};
  for (std::size_t r = 0; r < rows; ++r) {
    const std::size_t x1 = r / 2 % 2, x2 = r % 2;
    data.inputs(r, 0) = static_cast<T>(2.0 * static_cast<double>(x1) - 1 + 0.3 * noise(1, 2 * r));
    data.inputs(r, 1) = static_cast<T>(2.0 * static_cast<double>(x2) - 1 + 0.3 * noise(1, 2 * r + 1));
    data.targets(r, 0) = static_cast<T>(x1 != x2);
  }
  return data;
}

// Three clouds of four features, the second and third of which touch.
template <typename T>
Dataset<T> three_species() {
  Dataset<T> data{.inputs = Matrix<T>(150, 4), .targets = Matrix<T>(150, 3)};
  const double centres[3][4] = {{-1, 1, -1.3, -1.2}, {0.1, -0.6, 0.3, 0.2}, {0.9, -0.2, 1, 1.1}};
  for (std::size_t r = 0; r < 150; ++r) {
    for (std::size_t k = 0; k < 4; ++k)
      data.inputs(r, k) = static_cast<T>(centres[r % 3][k] + 0.5 * noise(2, 4 * r + k));
    data.targets(r, r % 3) = 1;
  }
  return data;
}

// Two numbers to learn at once.
template <typename T>
Dataset<T> two_waves() {
  Dataset<T> data{.inputs = Matrix<T>(100, 1), .targets = Matrix<T>(100, 2)};
  for (std::size_t r = 0; r < 100; ++r) {
    const double x = static_cast<double>(r) / 50 - 1;
    data.inputs(r, 0) = static_cast<T>(x);
    data.targets(r, 0) = static_cast<T>(4 * x * x * x - 3 * x);
    data.targets(r, 1) = static_cast<T>(2 * x * x - 1);
  }
  return data;
}

template <typename T>
AlignedVector<T> start(const Network& network) {
  AlignedVector<T> parameters(parameter_count(network));
  initialize_parameters<T>(network, {.seed = 1}, parameters);
  return parameters;
}

Network network_of(std::size_t inputs, std::size_t outputs, Activation output) {
  return make_mlp({.inputs = inputs,
                   .hidden = {8},
                   .outputs = outputs,
                   .hidden_activations = {Activation::tanh},
                   .output_activation = output});
}

template <typename T>
double penalised_loss(const Network& network, const LbfgsTrainingOptions& options, const Dataset<T>& data,
                      const AlignedVector<T>& w) {
  return evaluate_dataset<T>({}, network, w, options.loss, data, nullptr) +
         penalty<T>({}, options.penalty, weight_ranges(network), w);
}

template <typename T>
void expect_below_adam(const Network& network, LossOptions loss, const Dataset<T>& data) {
  const LbfgsTrainingOptions options{.loss = loss, .penalty = {.l2 = 1e-4}};
  AlignedVector<T> by_lbfgs = start<T>(network), by_adam = by_lbfgs;
  const LbfgsHistory history = train_lbfgs<T>({}, network, options, data, {}, by_lbfgs);
  const TrainerOptions adam{
      .loss = loss, .penalty = options.penalty, .learning_rate = 0.01, .stopping = {.epochs = 200}};
  train<T>({}, network, adam, data, nullptr, {}, {}, by_adam);
  const double loss_of_adam = penalised_loss(network, options, data, by_adam);
  const double loss_of_lbfgs = penalised_loss(network, options, data, by_lbfgs);
  EXPECT_LT(loss_of_lbfgs, loss_of_adam) << name_of(loss.kind) << " " << name_of(history.end);
  EXPECT_LE(history.iterations.size(), 200u);
  EXPECT_NEAR(history.iterations.back().loss, loss_of_lbfgs, 1e-6);
}

TEST(TrainLbfgs, ReachesALowerLossThan200EpochsOfAdam) {
  const Network binary = network_of(2, 1, Activation::logistic);
  expect_below_adam<double>(binary, {.kind = Loss::binary_cross_entropy}, exclusive_or<double>(200));
  expect_below_adam<float>(binary, {.kind = Loss::binary_cross_entropy}, exclusive_or<float>(200));
  const Network classes = network_of(4, 3, Activation::softmax);
  expect_below_adam<double>(classes, {.kind = Loss::softmax_cross_entropy}, three_species<double>());
  expect_below_adam<float>(classes, {.kind = Loss::softmax_cross_entropy}, three_species<float>());
  const Network waves = network_of(1, 2, Activation::identity);
  expect_below_adam<double>(waves, {}, two_waves<double>());
  expect_below_adam<float>(waves, {}, two_waves<float>());
}

// y = 2 x1 - x2 + 0.5 in two outputs, the second with the opposite sign: a quadratic with its minimum at 0.
TEST(TrainLbfgs, FindsThePlanesItWasGiven) {
  Dataset<double> data{.inputs = Matrix<double>(50, 2), .targets = Matrix<double>(50, 2)};
  for (std::size_t r = 0; r < 50; ++r) {
    const double x1 = noise(5, 2 * r), x2 = noise(5, 2 * r + 1);
    data.inputs(r, 0) = x1;
    data.inputs(r, 1) = x2;
    data.targets(r, 0) = 2 * x1 - x2 + 0.5;
    data.targets(r, 1) = -data.targets(r, 0);
  }
  const Network network = make_mlp({.inputs = 2, .outputs = 2});
  for (const Loss kind : {Loss::mean_squared_error, Loss::half_squared_error}) {
    AlignedVector<double> w = start<double>(network);
    const LbfgsHistory history = train_lbfgs<double>(
        {}, network, {.loss = {.kind = kind}, .lbfgs = {.gradient_tolerance = 1e-9, .loss_tolerance = 0}},
        data, {}, w);
    EXPECT_EQ(history.end, LbfgsEnd::converged_gradient);
    EXPECT_LT(history.iterations.size(), 30u);
    const double expected[] = {2, -2, -1, 1, 0.5, -0.5};
    for (std::size_t i = 0; i < 6; ++i)
      EXPECT_NEAR(w[i], expected[i], 1e-8) << i;
  }
}

TEST(TrainLbfgs, HistorySaysWhatHappened) {
  const Network network = network_of(4, 3, Activation::softmax);
  const Dataset<double> data = three_species<double>();
  const LbfgsTrainingOptions options{.loss = {.kind = Loss::softmax_cross_entropy}, .penalty = {.l2 = 0.01}};
  AlignedVector<double> w = start<double>(network);
  const double first_loss = penalised_loss(network, options, data, w);
  const LbfgsHistory history = train_lbfgs<double>({}, network, options, data, {}, w);
  EXPECT_NEAR(history.first_loss, first_loss, 1e-12);
  EXPECT_EQ(history.end, LbfgsEnd::converged_gradient);
  double before = history.first_loss;
  for (std::size_t i = 0; i < history.iterations.size(); ++i) {
    EXPECT_EQ(history.iterations[i].iteration, i + 1);
    EXPECT_LE(history.iterations[i].loss, before);
    before = history.iterations[i].loss;
  }
  EXPECT_EQ(history.iterations.back().evaluations, history.evaluations);
  EXPECT_LE(history.iterations.back().largest_gradient, 1e-4);
  EXPECT_GT(history.iterations.back().gradient_norm, history.iterations.back().largest_gradient);
}

TEST(TrainLbfgs, TheObserverAndTheLimitsEndIt) {
  const Network network = network_of(2, 1, Activation::logistic);
  const Dataset<double> data = exclusive_or<double>(40);
  LbfgsTrainingOptions options{.loss = {.kind = Loss::binary_cross_entropy}};
  AlignedVector<double> w = start<double>(network);
  const LbfgsHistory stopped = train_lbfgs<double>(
      {}, network, options, data,
      [](const LbfgsIteration& iteration) {
        return iteration.iteration < 3 ? Continue::yes : Continue::stop;
      },
      w);
  EXPECT_EQ(stopped.end, LbfgsEnd::asked_to_stop);
  EXPECT_EQ(stopped.iterations.size(), 3u);
  EXPECT_NEAR(penalised_loss(network, options, data, w), stopped.iterations.back().loss, 1e-12);

  options.lbfgs.max_iterations = 5;
  w = start<double>(network);
  EXPECT_EQ(train_lbfgs<double>({}, network, options, data, {}, w).end, LbfgsEnd::iterations);
  options.lbfgs.max_evaluations = 4;
  w = start<double>(network);
  const LbfgsHistory cut = train_lbfgs<double>({}, network, options, data, {}, w);
  EXPECT_EQ(cut.end, LbfgsEnd::evaluations);
  EXPECT_EQ(cut.evaluations, 4u);
}

TEST(TrainLbfgs, EveryNumberOfThreadsAndVectorWidthGivesTheSameBits) {
  const Network network = make_mlp({.inputs = 4,
                                    .hidden = {30},
                                    .outputs = 3,
                                    .hidden_activations = {Activation::logistic},
                                    .output_activation = Activation::softmax});
  const Dataset<float> data = three_species<float>();
  ThreadPool two(2), three(3);
  std::vector<AlignedVector<float>> results;
  for (const KernelPath path : {KernelPath::scalar, KernelPath::avx2, KernelPath::avx512}) {
    if (!is_supported(path)) continue;
    for (ThreadPool* const pool : {static_cast<ThreadPool*>(nullptr), &two, &three}) {
      AlignedVector<float> w = start<float>(network);
      train_lbfgs<float>({.path = path, .pool = pool}, network,
                         {.loss = {.kind = Loss::softmax_cross_entropy}, .lbfgs = {.max_iterations = 30}},
                         data, {}, w);
      results.push_back(std::move(w));
    }
  }
  for (std::size_t i = 1; i < results.size(); ++i)
    EXPECT_EQ(results[i], results[0]) << i;
}

// One function must become a needle, 1 in the middle row and 0 in the others: from a width of 2 some steps
// lead below 0, where the loss is as low as above it.
TEST(TrainLbfgs, WidthsOfRadialBasisFunctionsStayAboveZero) {
  const Network network = make_rbf_network({.inputs = 1, .units = 1, .outputs = 1});
  for (const std::size_t rows : {5, 9}) {
    Dataset<double> data{.inputs = Matrix<double>(rows, 1), .targets = Matrix<double>(rows, 1)};
    for (std::size_t r = 0; r < rows; ++r)
      data.inputs(r, 0) = static_cast<double>(r) - static_cast<double>(rows / 2);
    data.targets(rows / 2, 0) = 1;
    AlignedVector<double> w = {0, 2, 1, 0};  // centre, width, weight, bias
    train_lbfgs<double>({}, network, {.lbfgs = {.gradient_tolerance = 0}}, data, {}, w);
    EXPECT_GT(w[1], 0) << rows;
    EXPECT_LT(w[1], 1) << rows;
  }
}

TEST(TrainLbfgs, AStartThatIsNotFiniteLeavesTheParametersAlone) {
  const Network network = network_of(2, 1, Activation::identity);
  Dataset<double> data = exclusive_or<double>(8);
  data.targets(3, 0) = 1e200;
  AlignedVector<double> w = start<double>(network);
  const AlignedVector<double> before = w;
  EXPECT_THROW(train_lbfgs<double>({}, network, {}, data, {}, w), NonFiniteError);
  EXPECT_EQ(w, before);
}

TEST(TrainLbfgs, WhatItCannotTakeIsRefused) {
  const Network network = network_of(2, 1, Activation::identity);
  const Dataset<double> data = exclusive_or<double>(8);
  AlignedVector<double> w = start<double>(network);
  EXPECT_THROW(train_lbfgs<double>({}, network, {.penalty = {.l1 = 0.1}}, data, {}, w), UsageError);
  EXPECT_THROW(train_lbfgs<double>({}, network, {.lbfgs = {.memory = 0}}, data, {}, w), UsageError);
  w.pop_back();
  EXPECT_THROW(train_lbfgs<double>({}, network, {}, data, {}, w), StateError);
}

}  // namespace
}  // namespace chainrule
