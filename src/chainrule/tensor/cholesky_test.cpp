#include "chainrule/tensor/cholesky.h"

#include <gtest/gtest.h>

#include <cmath>

#include "chainrule/base/random.h"

namespace chainrule {
namespace {

Matrix<double> matrix(std::size_t rows, std::size_t columns, std::vector<double> values) {
  Matrix<double> m(rows, columns);
  std::copy(values.begin(), values.end(), m.values().begin());
  return m;
}

// A = (4 2; 2 5) = L L^T with L = (2 0; 1 2); A x = (8, 14) has x = ((40 - 28) / 16, (56 - 16) / 16).
TEST(Cholesky, SolvesByHand) {
  Matrix<double> a = matrix(2, 2, {4, 2, 2, 5}), b = matrix(2, 1, {8, 14});
  EXPECT_FALSE(solve_positive_definite(a.view(), b.view()));
  EXPECT_EQ(b(0, 0), 0.75);
  EXPECT_EQ(b(1, 0), 2.5);
  EXPECT_EQ(a(0, 0), 2);
  EXPECT_EQ(a(1, 0), 1);
  EXPECT_EQ(a(1, 1), 2);
}

TEST(Cholesky, SolutionsOfRandomEquationsFulfilThem) {
  for (const std::size_t n : {1, 3, 20, 67}) {
    const RandomKey key{.seed = n};
    Matrix<double> root(n, n), a(n, n), b(n, 3);
    for (std::size_t i = 0; i < n * n; ++i)
      root.values()[i] = random_uniform(key, i) - 0.5;
    for (std::size_t i = 0; i < 3 * n; ++i)
      b.values()[i] = random_uniform(key, n * n + i);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        a(i, j) = i == j ? 0.1 : 0;
        for (std::size_t k = 0; k < n; ++k)
          a(i, j) += root(i, k) * root(j, k);
      }
    }
    Matrix<double> factor = a, x = b;
    ASSERT_FALSE(solve_positive_definite(factor.view(), x.view()));
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t c = 0; c < 3; ++c) {
        double sum = 0;
        for (std::size_t k = 0; k < n; ++k)
          sum += a(i, k) * x(k, c);
        EXPECT_NEAR(sum, b(i, c), 1e-11) << n;
      }
    }
  }
}

TEST(Cholesky, NamesTheRowThatDependsOnThoseBefore) {
  // Row 2 is row 0 plus row 1.
  Matrix<double> a = matrix(3, 3, {1, 0, 1, 0, 1, 1, 1, 1, 2}), b(3, 1);
  EXPECT_EQ(solve_positive_definite(a.view(), b.view()), 2u);
  Matrix<double> negative = matrix(2, 2, {1, 2, 2, 1});
  Matrix<double> two(2, 1);
  EXPECT_EQ(solve_positive_definite(negative.view(), two.view()), 1u);
  Matrix<double> unknown = matrix(1, 1, {std::nan("")});
  Matrix<double> one(1, 1);
  EXPECT_EQ(solve_positive_definite(unknown.view(), one.view()), 0u);
}

}  // namespace
}  // namespace chainrule
