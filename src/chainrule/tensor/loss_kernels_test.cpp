#include "chainrule/tensor/loss_kernels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "chainrule/base/random.h"
#include "chainrule/tensor/softmax.h"
#include "support/matrix_with_gaps.h"

namespace chainrule {
namespace {

template <typename T>
class Losses : public testing::Test {};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(Losses, Types);

// One for each column, ascending.
std::vector<double> quantiles_for(std::size_t columns) {
  std::vector<double> quantiles;
  for (std::size_t c = 1; c <= columns; ++c)
    quantiles.push_back(static_cast<double>(c) / static_cast<double>(columns + 1));
  return quantiles;
}

TYPED_TEST(Losses, EveryPathGivesTheBitsOfTheScalarOne) {
  using T = TypeParam;
  for (const KernelPath path : {KernelPath::avx2, KernelPath::avx512}) {
    if (!is_supported(path)) continue;
    for (const std::size_t rows : {1, 3, 7, 8, 9, 16, 31, 33}) {
      for (const std::size_t columns : {1, 2, 3, 8, 10, 63, 64, 65, 130}) {
        const MatrixWithGaps<T> z(rows, columns, -6, 6, 1);
        MatrixWithGaps<T> a(rows, columns, 0, 0, 0);
        softmax_rows<T>({}, z.view(), a.view());
        const MatrixWithGaps<T> targets(rows, columns, 0, 1, 3);
        const MatrixWithGaps<T> weights(1, rows, 0, 2, 4);
        const std::vector<double> quantiles = quantiles_for(columns);
        for (const auto& loss : EnumNames<Loss>::table) {
          for (const std::size_t factors : {std::size_t{1}, rows}) {
            std::vector<double> losses(rows), losses_scalar(rows);
            MatrixWithGaps<T> d(rows, columns, 0, 0, 0), d_scalar(rows, columns, 0, 0, 0);
            LossRows<T> task{.kind = loss.value,
                             .huber_delta = 0.75,
                             .quantile = 0.3,
                             .quantiles = std::span(quantiles).first(factors == 1 ? 0 : columns),
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

// The derivative is that of the loss: central differences, in double, away from kinks (a and t differ by
// design).
TEST(LossRows, DerivativesAreFiniteDifferencesOfTheLosses) {
  constexpr std::size_t rows = 3, columns = 5;
  const std::vector<double> quantiles = quantiles_for(columns);
  for (const auto& loss : EnumNames<Loss>::table) {
    MatrixWithGaps<double> z(rows, columns, -2, 2, 7), a(rows, columns, 0, 0, 0);
    const MatrixWithGaps<double> targets(rows, columns, 0, 1, 8);
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
                             .quantiles = quantiles,
                             .label_smoothing = by_z ? 0.1 : 0,
                             .z = std::as_const(z).view(),
                             .a = std::as_const(a).view(),
                             .targets = targets.view(),
                             .factors = one,
                             .d_output = d,
                             .row_losses = row_losses});
      return row_losses;
    };
    MatrixWithGaps<double> d(rows, columns, 0, 0, 0);
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
  const MatrixWithGaps<float> z(700, 90, -5, 5, 11), targets(700, 90, 0, 1, 12);
  ThreadPool pool(3);
  std::vector<double> alone(700), together(700);
  MatrixWithGaps<float> a(700, 90, 0, 0, 0), a_together = a, d = a, d_together = a;
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
