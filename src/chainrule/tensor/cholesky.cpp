#include "chainrule/tensor/cholesky.h"

#include <cassert>
#include <cmath>

namespace chainrule {
namespace {

constexpr double kSmallestPivot = 1e-13;  // of the diagonal it was

}  // namespace

std::optional<std::size_t> solve_positive_definite(MatrixView<double> a, MatrixView<double> b) {
  assert(a.rows == a.columns && b.rows == a.rows);
  const std::size_t n = a.rows;
  for (std::size_t i = 0; i < n; ++i) {
    double* l_i = a.row(i);
    const double diagonal = l_i[i];
    for (std::size_t j = 0; j <= i; ++j) {
      const double* l_j = a.row(j);
      double rest = l_i[j];
      for (std::size_t k = 0; k < j; ++k)
        rest -= l_i[k] * l_j[k];
      if (j < i) {
        l_i[j] = rest / l_j[j];
      } else if (rest > kSmallestPivot * diagonal) {
        l_i[i] = std::sqrt(rest);
      } else {
        return i;
      }
    }
  }
  // L Y = B downwards, then L^T X = Y upwards.
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t c = 0; c < b.columns; ++c) {
      double rest = b(i, c);
      for (std::size_t k = 0; k < i; ++k)
        rest -= a(i, k) * b(k, c);
      b(i, c) = rest / a(i, i);
    }
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t c = 0; c < b.columns; ++c) {
      double rest = b(i, c);
      for (std::size_t k = i + 1; k < n; ++k)
        rest -= a(k, i) * b(k, c);
      b(i, c) = rest / a(i, i);
    }
  }
  return std::nullopt;
}

}  // namespace chainrule
