#include "chainrule/train/squared_jacobian.h"

#include <gtest/gtest.h>

#include <string>

#include "chainrule/base/error.h"
#include "chainrule/base/random.h"
#include "chainrule/model/initializer.h"
#include "chainrule/train/predictor.h"

namespace chainrule {
namespace {

template <typename T>
Dataset<T> random_rows(std::size_t rows, std::size_t inputs, std::size_t outputs) {
  Dataset<T> data{.inputs = Matrix<T>(rows, inputs), .targets = Matrix<T>(rows, outputs)};
  for (std::size_t i = 0; i < data.inputs.values().size(); ++i)
    data.inputs.values()[i] = static_cast<T>(2 * random_uniform({.seed = 1}, i) - 1);
  for (std::size_t i = 0; i < data.targets.values().size(); ++i)
    data.targets.values()[i] = static_cast<T>(random_uniform({.seed = 2}, i));
  return data;
}

AlignedVector<double> start(const Network& network) {
  AlignedVector<double> parameters(parameter_count(network));
  initialize_parameters<double>(network, {.seed = 1}, parameters);
  return parameters;
}

// sum_r v_r c sum_k 2 (da/dw_i) (da/dw_k) / sum_r v_r from central differences of the outputs.
Matrix<double> by_differences(const Network& network, const AlignedVector<double>& w,
                              const Dataset<double>& data, double factor) {
  constexpr double kStep = 1e-5;
  std::vector<Matrix<double>> slopes;
  for (std::size_t i = 0; i < w.size(); ++i) {
    Matrix<double> above(data.rows(), network.outputs()), below = above;
    AlignedVector<double> moved = w;
    moved[i] = w[i] + kStep;
    predict_rows<double>({}, network, moved, data.inputs.view(), above.view());
    moved[i] = w[i] - kStep;
    predict_rows<double>({}, network, moved, data.inputs.view(), below.view());
    for (std::size_t k = 0; k < above.values().size(); ++k)
      above.values()[k] = (above.values()[k] - below.values()[k]) / (2 * kStep);
    slopes.push_back(above);
  }
  double weights = 0;
  for (const double weight : data.row_weights)
    weights += weight;
  Matrix<double> square(w.size(), w.size());
  for (std::size_t i = 0; i < w.size(); ++i) {
    for (std::size_t k = 0; k < w.size(); ++k) {
      for (std::size_t r = 0; r < data.rows(); ++r) {
        for (std::size_t c = 0; c < network.outputs(); ++c)
          square(i, k) += data.row_weights[r] / weights * factor * slopes[i](r, c) * slopes[k](r, c);
      }
    }
  }
  return square;
}

void expect_differences(const Network& network, Loss loss, double factor) {
  Dataset<double> data = random_rows<double>(20, 2, network.outputs());
  for (std::size_t r = 0; r < data.rows(); ++r)
    data.row_weights.push_back(static_cast<double>(r % 4));
  const AlignedVector<double> w = start(network);
  Matrix<double> square(w.size(), w.size());
  const Compute compute;
  SquaredJacobianSum<double>(compute, network, {.loss = {.kind = loss}}, data).evaluate(w, square.view());
  const Matrix<double> expected = by_differences(network, w, data, factor);
  for (std::size_t i = 0; i < w.size(); ++i) {
    for (std::size_t k = 0; k <= i; ++k)
      EXPECT_NEAR(square(i, k), expected(i, k), 1e-8) << name_of(loss) << " " << i << " " << k;
  }
}

TEST(SquaredJacobian, IsThatOfTheOutputs) {
  const Network dense = make_mlp({.inputs = 2,
                                  .hidden = {3},
                                  .outputs = 2,
                                  .hidden_activations = {Activation::tanh},
                                  .output_activation = Activation::logistic});
  expect_differences(dense, Loss::mean_squared_error, 1);
  expect_differences(dense, Loss::half_squared_error, 1);
  expect_differences(dense, Loss::squared_error, 2);
  expect_differences(make_rbf_network({.inputs = 2, .units = 3, .outputs = 2}), Loss::mean_squared_error, 1);
}

TEST(SquaredJacobian, PenaltiesAreOnTheDiagonalOfTheWeights) {
  const Network network = make_mlp({.inputs = 1, .outputs = 1});
  Dataset<double> data{.inputs = Matrix<double>(2, 1), .targets = Matrix<double>(2, 1)};
  data.inputs(0, 0) = 3;
  data.inputs(1, 0) = 1;
  const Compute compute;
  Matrix<double> square(2, 2);
  // 2 (9 + 1) / 2 + l2, 2 (3 + 1) / 2, and 2 for the bias
  const AlignedVector<double> w = {1, 1};
  SquaredJacobianSum<double>(compute, network, {.penalty = {.l2 = 0.5}}, data).evaluate(w, square.view());
  EXPECT_DOUBLE_EQ(square(0, 0), 10.5);
  EXPECT_DOUBLE_EQ(square(1, 0), 4);
  EXPECT_DOUBLE_EQ(square(1, 1), 2);
}

TEST(SquaredJacobian, OtherLossesAreRefusedByName) {
  const Network network = make_mlp({.inputs = 2, .outputs = 1, .output_activation = Activation::logistic});
  const Dataset<double> data = random_rows<double>(4, 2, 1);
  const Compute compute;
  try {
    SquaredJacobianSum<double>(compute, network, {.loss = {.kind = Loss::binary_cross_entropy}}, data);
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_EQ(error.report().got.text(), "binary_cross_entropy");
    EXPECT_EQ(error.report().setting, Setting::loss);
  }
}

// More rows than a piece of the Jacobian has.
template <typename T>
void expect_equal_everywhere() {
  const Network network = make_mlp({.inputs = 3, .hidden = {5}, .outputs = 2});
  const Dataset<T> data = random_rows<T>(kJacobianRows + 37, 3, 2);
  AlignedVector<T> w(parameter_count(network));
  initialize_parameters<T>(network, {.seed = 1}, w);
  ThreadPool two(2), three(3);
  std::vector<Matrix<double>> squares;
  for (const KernelPath path : {KernelPath::scalar, KernelPath::avx2, KernelPath::avx512}) {
    if (!is_supported(path)) continue;
    for (ThreadPool* const pool : {static_cast<ThreadPool*>(nullptr), &two, &three}) {
      const Compute compute{.path = path, .pool = pool};
      Matrix<double> square(w.size(), w.size());
      SquaredJacobianSum<T>(compute, network, {}, data).evaluate(w, square.view());
      squares.push_back(std::move(square));
    }
  }
  for (const Matrix<double>& square : squares)
    EXPECT_TRUE(std::ranges::equal(square.values(), squares.front().values()));
}

TEST(SquaredJacobian, EveryNumberOfThreadsAndVectorWidthGivesTheSameBits) {
  expect_equal_everywhere<float>();
  expect_equal_everywhere<double>();
}

}  // namespace
}  // namespace chainrule
