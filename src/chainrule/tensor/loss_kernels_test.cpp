#include "chainrule/tensor/loss_kernels.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "chainrule/base/random.h"

namespace chainrule {
namespace {

template <typename T>
class OnEveryType : public testing::Test {};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(OnEveryType, Types);

constexpr KernelPath kPaths[] = {KernelPath::plain, KernelPath::scalar, KernelPath::avx2, KernelPath::avx512};

// Uniform in (low, high), rows further apart than they are long; the gaps hold a number that no kernel may touch.
template <typename T>
struct Numbers {
  static constexpr T kGap = T(12345);
  Numbers(std::size_t row_count, std::size_t column_count, double low, double high, std::uint64_t seed)
      : rows(row_count), columns(column_count), stride(column_count + 3), values(row_count * stride, kGap) {
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t c = 0; c < columns; ++c) {
        values[r * stride + c] =
            static_cast<T>(low + (high - low) * random_uniform({.seed = seed}, r * columns + c));
      }
    }
  }
  MatrixView<T> view() { return {values.data(), rows, columns, stride}; }
  MatrixView<const T> view() const { return {values.data(), rows, columns, stride}; }
  bool gaps_are_whole() const {
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t c = columns; c < stride; ++c) {
        if (values[r * stride + c] != kGap) return false;
      }
    }
    return true;
  }
  std::size_t rows, columns, stride;
  std::vector<T> values;
};

TEST(SoftmaxRows, GivesTheProbabilitiesOfASmallExample) {
  // z = (1, 2, 3): s = exp(-2) + exp(-1) + 1 = 1.5032147244080551.
  const double z[] = {1, 2, 3};
  for (const KernelPath path : kPaths) {
    if (!is_supported(path)) continue;
    double a[3] = {};
    softmax_rows<double>({.path = path}, {z, 1, 3}, {a, 1, 3});
    EXPECT_NEAR(a[0], 0.09003057317038045799, 3e-17);
    EXPECT_NEAR(a[1], 0.24472847105479765247, 6e-17);
    EXPECT_NEAR(a[2], 0.66524095577482188954, 3e-16);
  }
}

TYPED_TEST(OnEveryType, SoftmaxStaysFiniteForAnyFiniteRow) {
  using T = TypeParam;
  const T huge = std::numeric_limits<T>::max();
  const T z[4][3] = {{huge, 0, -huge}, {-huge, -huge, -huge}, {1000, 1000, 1000}, {-1000, 0, -1}};
  for (const KernelPath path : kPaths) {
    if (!is_supported(path)) continue;
    T a[4][3] = {};
    softmax_rows<T>({.path = path}, {&z[0][0], 4, 3}, {&a[0][0], 4, 3});
    EXPECT_EQ(a[0][0], 1);
    EXPECT_EQ(a[0][1], 0);
    EXPECT_EQ(a[0][2], 0);
    EXPECT_EQ(a[1][0], T(1) / 3);
    EXPECT_EQ(a[2][2], T(1) / 3);
    EXPECT_EQ(a[3][0], 0);
    EXPECT_NEAR(a[3][1], 0.73105857863000487925, std::numeric_limits<T>::epsilon());
  }
}

TYPED_TEST(OnEveryType, SoftmaxAddsUpToOneAndForgetsACommonShift) {
  using T = TypeParam;
  for (const std::size_t columns : {1, 2, 7, 37, 64, 65, 150}) {
    std::vector<T> z(columns), shifted(columns), a(columns), b(columns);
    for (std::size_t i = 0; i < columns; ++i) {
      z[i] = static_cast<T>(static_cast<int>(random_below({.seed = 2}, i, 4096)) - 2048) / 256;
      shifted[i] = z[i] + 64;  // exact
    }
    softmax_rows<T>({}, {z.data(), 1, columns}, {a.data(), 1, columns});
    softmax_rows<T>({}, {shifted.data(), 1, columns}, {b.data(), 1, columns});
    EXPECT_EQ(a, b);
    double sum = 0;
    for (const T x : a)
      sum += static_cast<double>(x);
    EXPECT_NEAR(sum, 1, static_cast<double>(columns) * std::numeric_limits<T>::epsilon());
  }
}

TYPED_TEST(OnEveryType, SoftmaxKeepsNotANumberVisible) {
  using T = TypeParam;
  const T z[] = {0, std::numeric_limits<T>::quiet_NaN(), 1};
  for (const KernelPath path : kPaths) {
    if (!is_supported(path)) continue;
    T a[3] = {};
    softmax_rows<T>({.path = path}, {z, 1, 3}, {a, 1, 3});
    EXPECT_TRUE(std::isnan(a[0]) && std::isnan(a[1]) && std::isnan(a[2]));
  }
}

TEST(SoftmaxRows, AcceptsAnEmptyMatrix) {
  Matrix<float> no_rows(0, 5), no_columns(5, 0);
  softmax_rows<float>({}, std::as_const(no_rows).view(), no_rows.view());
  softmax_rows<float>({}, std::as_const(no_columns).view(), no_columns.view());
}

TYPED_TEST(OnEveryType, SoftmaxMayOverwriteItsInput) {
  using T = TypeParam;
  for (const std::size_t columns : {3, 70}) {
    Numbers<T> z(19, columns, -4, 4, 5), a(19, columns, 0, 0, 0);
    softmax_rows<T>({}, std::as_const(z).view(), a.view());
    softmax_rows<T>({}, std::as_const(z).view(), z.view());
    EXPECT_EQ(z.values, a.values);
  }
}

// Every shape of groups and chunks, with and without row weights and a derivative: the bits of one number at a time.
TYPED_TEST(OnEveryType, EveryPathGivesTheBitsOfTheScalarOne) {
  using T = TypeParam;
  for (const KernelPath path : {KernelPath::avx2, KernelPath::avx512}) {
    if (!is_supported(path)) continue;
    for (const std::size_t rows : {1, 3, 7, 8, 9, 16, 31, 33}) {
      for (const std::size_t columns : {1, 2, 3, 8, 10, 63, 64, 65, 130}) {
        const Numbers<T> z(rows, columns, -6, 6, 1);
        Numbers<T> a(rows, columns, 0, 0, 0), a_scalar(rows, columns, 0, 0, 0);
        softmax_rows<T>({.path = path}, z.view(), a.view());
        softmax_rows<T>({.path = KernelPath::scalar}, z.view(), a_scalar.view());
        ASSERT_EQ(a.values, a_scalar.values) << name_of(path) << ' ' << rows << 'x' << columns;
        const Numbers<T> targets(rows, columns, 0, 1, 3);
        const Numbers<T> weights(1, rows, 0, 2, 4);
        for (const auto& loss : EnumNames<Loss>::table) {
          for (const std::size_t factors : {std::size_t{1}, rows}) {
            std::vector<double> losses(rows), losses_scalar(rows);
            Numbers<T> d(rows, columns, 0, 0, 0), d_scalar(rows, columns, 0, 0, 0);
            LossRows<T> task{.kind = loss.value,
                             .huber_delta = 0.75,
                             .quantile = 0.3,
                             .label_smoothing = 0.05,
                             .z = z.view(),
                             .a = std::as_const(a).view(),
                             .targets = targets.view(),
                             .factors = {weights.values.data(), factors},
                             .d_output = d.view(),
                             .row_losses = losses};
            loss_rows<T>({.path = path}, task);
            ASSERT_TRUE(d.gaps_are_whole());
            task.d_output = d_scalar.view();
            task.row_losses = losses_scalar;
            loss_rows<T>({.path = KernelPath::scalar}, task);
            ASSERT_EQ(d.values, d_scalar.values) << name_of(loss.value) << ' ' << rows << 'x' << columns;
            ASSERT_EQ(losses, losses_scalar) << name_of(loss.value) << ' ' << rows << 'x' << columns;
            task.d_output = {};
            task.row_losses = losses;
            loss_rows<T>({.path = path}, task);
            ASSERT_EQ(losses, losses_scalar) << name_of(loss.value);
          }
        }
      }
    }
  }
}

// The derivative is that of the loss: central differences, in double, away from kinks (a and t differ by design).
TEST(LossRows, DerivativesAreFiniteDifferencesOfTheLosses) {
  constexpr std::size_t rows = 3, columns = 5;
  for (const auto& loss : EnumNames<Loss>::table) {
    Numbers<double> z(rows, columns, -2, 2, 7), a(rows, columns, 0, 0, 0);
    const Numbers<double> targets(rows, columns, 0, 1, 8);
    const bool is_softmax = loss.value == Loss::softmax_cross_entropy;
    const bool by_z =
        is_softmax || loss.value == Loss::binary_cross_entropy || loss.value == Loss::perceptron;
    const auto losses = [&](MatrixView<double> d) {
      if (is_softmax) softmax_rows<double>({}, std::as_const(z).view(), a.view());
      for (std::size_t i = 0; !is_softmax && i < a.values.size(); ++i)
        a.values[i] =
            loss.value == Loss::binary_cross_entropy ? 1 / (1 + std::exp(-z.values[i])) : z.values[i];
      std::vector<double> row_losses(rows);
      const double one[] = {1};
      loss_rows<double>({}, {.kind = loss.value,
                             .huber_delta = 0.6,
                             .quantile = 0.3,
                             .label_smoothing = by_z ? 0.1 : 0,
                             .z = std::as_const(z).view(),
                             .a = std::as_const(a).view(),
                             .targets = targets.view(),
                             .factors = one,
                             .d_output = d,
                             .row_losses = row_losses});
      return row_losses;
    };
    Numbers<double> d(rows, columns, 0, 0, 0);
    losses(d.view());
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t j = 0; j < columns; ++j) {
        const double kept = z.view()(r, j), h = 1e-6;
        z.view()(r, j) = kept + h;
        const double above = losses({})[r];
        z.view()(r, j) = kept - h;
        const double below = losses({})[r];
        z.view()(r, j) = kept;
        EXPECT_NEAR(d.view()(r, j), (above - below) / (2 * h), 1e-8)
            << name_of(loss.value) << ' ' << r << ' ' << j;
      }
    }
  }
}

// One thread or several: tiles of rows change nothing.
TEST(LossRows, AreTheSameOnAnyNumberOfThreads) {
  const Numbers<float> z(700, 90, -5, 5, 11), targets(700, 90, 0, 1, 12);
  ThreadPool pool(3);
  std::vector<double> alone(700), together(700);
  Numbers<float> a(700, 90, 0, 0, 0), a_together = a, d = a, d_together = a;
  const float one[] = {0.5F};
  softmax_rows<float>({}, z.view(), a.view());
  softmax_rows<float>({.pool = &pool}, z.view(), a_together.view());
  EXPECT_EQ(a.values, a_together.values);
  LossRows<float> task{.kind = Loss::softmax_cross_entropy,
                       .z = z.view(),
                       .a = std::as_const(a).view(),
                       .targets = targets.view(),
                       .factors = one,
                       .d_output = d.view(),
                       .row_losses = alone};
  loss_rows<float>({}, task);
  task.d_output = d_together.view();
  task.row_losses = together;
  loss_rows<float>({.pool = &pool}, task);
  EXPECT_EQ(d.values, d_together.values);
  EXPECT_EQ(alone, together);
}

}  // namespace
}  // namespace chainrule
