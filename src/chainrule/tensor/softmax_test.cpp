#include "chainrule/tensor/softmax.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "support/matrix_with_gaps.h"

namespace chainrule {
namespace {

template <typename T>
class Softmax : public testing::Test {};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(Softmax, Types);

constexpr KernelPath kPaths[] = {KernelPath::plain, KernelPath::scalar, KernelPath::avx2, KernelPath::avx512};

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

TYPED_TEST(Softmax, StaysFiniteForAnyFiniteRow) {
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

TYPED_TEST(Softmax, AddsUpToOneAndForgetsACommonShift) {
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

TYPED_TEST(Softmax, KeepsNotANumberVisible) {
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

TYPED_TEST(Softmax, MayOverwriteItsInput) {
  using T = TypeParam;
  for (const std::size_t columns : {3, 70}) {
    MatrixWithGaps<T> z(19, columns, -4, 4, 5), a(19, columns, 0, 0, 0);
    softmax_rows<T>({}, std::as_const(z).view(), a.view());
    softmax_rows<T>({}, std::as_const(z).view(), z.view());
    EXPECT_EQ(z.values, a.values);
  }
}

// Every shape of groups and chunks, with and without row weights and a derivative: the bits of one number at
// a time.
TYPED_TEST(Softmax, EveryPathGivesTheBitsOfTheScalarOne) {
  using T = TypeParam;
  for (const KernelPath path : {KernelPath::avx2, KernelPath::avx512}) {
    if (!is_supported(path)) continue;
    for (const std::size_t rows : {1, 3, 7, 8, 9, 16, 31, 33}) {
      for (const std::size_t columns : {1, 2, 3, 8, 10, 63, 64, 65, 130}) {
        const MatrixWithGaps<T> z(rows, columns, -6, 6, 1);
        MatrixWithGaps<T> a(rows, columns, 0, 0, 0), a_scalar(rows, columns, 0, 0, 0);
        softmax_rows<T>({.path = path}, z.view(), a.view());
        softmax_rows<T>({.path = KernelPath::scalar}, z.view(), a_scalar.view());
        ASSERT_EQ(a.values, a_scalar.values) << name_of(path) << ' ' << rows << 'x' << columns;
      }
    }
  }
}

}  // namespace
}  // namespace chainrule
