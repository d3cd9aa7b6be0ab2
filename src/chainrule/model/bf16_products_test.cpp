#include "chainrule/model/bf16_products.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "chainrule/base/random.h"
#include "chainrule/model/backward.h"
#include "chainrule/model/forward.h"
#include "chainrule/model/initializer.h"
#include "chainrule/tensor/bfloat16.h"

namespace chainrule {
namespace {

Matrix<float> numbers(std::size_t rows, std::size_t columns, std::uint64_t seed) {
  Matrix<float> m(rows, columns);
  const RandomKey key{.seed = seed, .purpose = RandomPurpose::generator};
  for (std::size_t i = 0; i < rows * columns; ++i)
    m.values()[i] = static_cast<float>(2 * random_uniform(key, i) - 1);
  return m;
}

const Compute kPortable = {.matrix_unit = MatrixUnit::portable};

TEST(TakesBf16, IsAWholeTileOfInputsAndHalfATileOfUnits) {
  EXPECT_TRUE(takes_bf16(32, 8));
  EXPECT_TRUE(takes_bf16(128, 10));
  EXPECT_FALSE(takes_bf16(31, 1000));
  EXPECT_FALSE(takes_bf16(1000, 7));
}

TEST(ObstacleToBf16, NamesTheProcessorOrTheSizes) {
  const Network large = make_mlp({.inputs = 40, .hidden = {16}, .outputs = 2});
  EXPECT_EQ(obstacle_to_bf16(kPortable, large), std::nullopt);
  EXPECT_EQ(obstacle_to_bf16({.matrix_unit = {}}, large), "this processor has no bf16 matrix unit");
  const Network small = make_mlp({.inputs = 4, .hidden = {30, 30}, .outputs = 2});
  EXPECT_EQ(obstacle_to_bf16(kPortable, small),
            "no layer is large enough for bf16 products (32 inputs and 8 units)");
}

// 50-40-9 with dropout between: the first layer and the last take bfloat16. Rows that fill no tile.
class Bf16Network : public testing::Test {
 protected:
  Bf16Network() { initialize_parameters<float>(network_, {.seed = 5}, parameters_); }
  AlignedVector<float> gradient(const Compute& compute, Products products) {
    Workspace<float> workspace;
    workspace.products = products;
    output_ = forward<float>(compute, network_, parameters_, x_.view(), Mode::train, {.seed = 3}, workspace);
    z_ = workspace.layers[0].z;
    AlignedVector<float> result(parameters_.size(), 99);
    backward<float>(compute, network_, parameters_, x_.view(), d_output_.view(), GradientAt::output,
                    workspace, result);
    delta_ = workspace.layers[0].d_z;
    return result;
  }
  const Network network_ = make_mlp({.inputs = 50,
                                     .hidden = {40},
                                     .outputs = 9,
                                     .hidden_activations = {Activation::tanh},
                                     .output_activation = Activation::identity,
                                     .dropout = 0.25});
  AlignedVector<float> parameters_ = AlignedVector<float>(parameter_count(network_));
  const Matrix<float> x_ = numbers(75, 50, 1), d_output_ = numbers(75, 9, 2);
  MatrixView<const float> output_;
  Matrix<float> z_, delta_;
};

// The rounding of the operands: 2^-8 each, over sums of many terms of either sign.
TEST_F(Bf16Network, GradientIsThatOfFullProductsButForTheRounding) {
  const AlignedVector<float> full = gradient(kPortable, Products::full);
  const AlignedVector<float> bf16 = gradient(kPortable, Products::bf16);
  double difference = 0, size = 0;
  for (std::size_t i = 0; i < full.size(); ++i) {
    const auto f = static_cast<double>(full[i]), b = static_cast<double>(bf16[i]);
    difference += (b - f) * (b - f);
    size += f * f;
  }
  EXPECT_LT(std::sqrt(difference / size), 2 * 0x1p-8);
  EXPECT_GT(std::sqrt(difference / size), 0x1p-14) << "as if nothing had been rounded";
}

// z, dW and d_x against plain loops over the rounded operands, in double.
TEST_F(Bf16Network, ProductsAreThoseOfTheRoundedOperands) {
  const AlignedVector<float> d = gradient(kPortable, Products::bf16);
  const auto rounded = [](float v) { return static_cast<double>(from_bfloat16(to_bfloat16(v))); };
  const std::size_t outputs = 40, inputs = 50;
  for (std::size_t r = 0; r < 75; r += 7) {
    for (std::size_t j = 0; j < outputs; ++j) {
      double z = static_cast<double>(parameters_[inputs * outputs + j]);
      for (std::size_t k = 0; k < inputs; ++k)
        z += rounded(x_(r, k)) * rounded(parameters_[k * outputs + j]);
      ASSERT_NEAR(z_(r, j), z, 1e-5);
    }
  }
  for (std::size_t k = 0; k < inputs; k += 3) {
    for (std::size_t j = 0; j < outputs; ++j) {
      double sum = 0;
      for (std::size_t r = 0; r < 75; ++r)
        sum += rounded(x_(r, k)) * rounded(delta_(r, j));
      ASSERT_NEAR(d[k * outputs + j], sum, 1e-5);
    }
  }
}

TEST_F(Bf16Network, GivesTheSameBitsOnAnyNumberOfThreadsAndPath) {
  const AlignedVector<float> alone = gradient(kPortable, Products::bf16);
  for (const KernelPath path : {KernelPath::scalar, KernelPath::avx2, KernelPath::avx512}) {
    if (!is_supported(path)) continue;
    for (const std::size_t threads : {1, 2, 3}) {
      ThreadPool pool(threads);
      EXPECT_EQ(gradient({.path = path, .pool = &pool, .matrix_unit = MatrixUnit::portable}, Products::bf16),
                alone);
    }
  }
}

TEST_F(Bf16Network, PredictionUsesFullProducts) {
  Workspace<float> bf16, full;
  bf16.products = Products::bf16;
  const auto a = forward<float>(kPortable, network_, parameters_, x_.view(), Mode::predict, {}, bf16);
  const auto b = forward<float>(kPortable, network_, parameters_, x_.view(), Mode::predict, {}, full);
  EXPECT_EQ(std::memcmp(a.data, b.data, a.rows * a.columns * sizeof(float)), 0);
}

// Operands left by a batch with more rows must not affect the next batch.
TEST_F(Bf16Network, AWorkspaceTakesBatchesOfAnySize) {
  Workspace<float> used, fresh;
  used.products = fresh.products = Products::bf16;
  const Matrix<float> large = numbers(200, 50, 7);
  AlignedVector<float> ignored(parameters_.size()), a(parameters_.size()), b(parameters_.size());
  const Matrix<float> d_large = numbers(200, 9, 8);
  forward<float>(kPortable, network_, parameters_, large.view(), Mode::train, {}, used);
  backward<float>(kPortable, network_, parameters_, large.view(), d_large.view(), GradientAt::output, used,
                  ignored);
  for (auto* workspace : {&used, &fresh}) {
    forward<float>(kPortable, network_, parameters_, x_.view(), Mode::train, {}, *workspace);
    backward<float>(kPortable, network_, parameters_, x_.view(), d_output_.view(), GradientAt::output,
                    *workspace, workspace == &used ? a : b);
  }
  EXPECT_EQ(a, b);
}

}  // namespace
}  // namespace chainrule
