#include "chainrule/tensor/reference.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <cstddef>

namespace chainrule::reference {
namespace {

constexpr std::size_t kBlock = 32;

template <typename T>
T step(Arithmetic arithmetic, T a, T b, T sum) {
  if (arithmetic == Arithmetic::fused) return std::fma(a, b, sum);
  const T product = a * b;
  return sum + product;
}

// The tree over blocks [first, first + count): the left half is the largest power of two that leaves
// something on the right, so that neighbours join first and only the right edge is ragged.
template <typename T, typename SumOfBlock>
T tree(std::size_t first, std::size_t count, const SumOfBlock& sum_of_block) {
  if (count == 1) return sum_of_block(first);
  const std::size_t left = std::bit_floor(count - 1);
  const T lower = tree<T>(first, left, sum_of_block);
  const T upper = tree<T>(first + left, count - left, sum_of_block);
  return lower + upper;
}

// Sum over rows: `add(row, sum)` gives the next link of the chain.
template <typename T, typename Add>
T sum_over_rows(std::size_t rows, const Add& add) {
  if (rows == 0) return T(0);
  const auto sum_of_block = [&](std::size_t block) {
    T sum = 0;
    const std::size_t end = std::min(rows, (block + 1) * kBlock);
    for (std::size_t row = block * kBlock; row < end; ++row)
      sum = add(row, sum);
    return sum;
  };
  return tree<T>(0, (rows + kBlock - 1) / kBlock, sum_of_block);
}

}  // namespace

template <typename T>
void multiply(Arithmetic arithmetic, MatrixView<const T> x, MatrixView<const T> w, std::span<const T> b,
              MatrixView<T> y) {
  assert(x.columns == w.rows && y.rows == x.rows && y.columns == w.columns);
  assert(b.empty() || b.size() == w.columns);
  for (std::size_t r = 0; r < y.rows; ++r) {
    for (std::size_t j = 0; j < y.columns; ++j) {
      T sum = b.empty() ? T(0) : b[j];
      for (std::size_t k = 0; k < w.rows; ++k)
        sum = step(arithmetic, x(r, k), w(k, j), sum);
      y(r, j) = sum;
    }
  }
}

template <typename T>
void multiply_transposed(Arithmetic arithmetic, MatrixView<const T> d_y, MatrixView<const T> w,
                         MatrixView<T> d_x) {
  assert(d_y.columns == w.columns && d_x.rows == d_y.rows && d_x.columns == w.rows);
  for (std::size_t r = 0; r < d_x.rows; ++r) {
    for (std::size_t k = 0; k < d_x.columns; ++k) {
      T sum = 0;
      for (std::size_t j = 0; j < w.columns; ++j)
        sum = step(arithmetic, d_y(r, j), w(k, j), sum);
      d_x(r, k) = sum;
    }
  }
}

template <typename T>
void outer_product_sum(Arithmetic arithmetic, MatrixView<const T> x, MatrixView<const T> d_y,
                       MatrixView<T> d_w) {
  assert(x.rows == d_y.rows && d_w.rows == x.columns && d_w.columns == d_y.columns);
  for (std::size_t k = 0; k < d_w.rows; ++k) {
    for (std::size_t j = 0; j < d_w.columns; ++j) {
      d_w(k, j) = sum_over_rows<T>(
          x.rows, [&](std::size_t r, T sum) { return step(arithmetic, x(r, k), d_y(r, j), sum); });
    }
  }
}

template <typename T>
void squared_distances(Arithmetic arithmetic, MatrixView<const T> x, MatrixView<const T> c, MatrixView<T> d) {
  assert(x.columns == c.rows && d.rows == x.rows && d.columns == c.columns);
  for (std::size_t r = 0; r < d.rows; ++r) {
    for (std::size_t j = 0; j < d.columns; ++j) {
      T sum = 0;
      for (std::size_t k = 0; k < c.rows; ++k) {
        const T difference = x(r, k) - c(k, j);
        sum = step(arithmetic, difference, difference, sum);
      }
      d(r, j) = sum;
    }
  }
}

template <typename T>
void column_sums(MatrixView<const T> m, std::span<T> sums) {
  assert(sums.size() == m.columns);
  for (std::size_t j = 0; j < m.columns; ++j) {
    sums[j] = sum_over_rows<T>(m.rows, [&](std::size_t r, T sum) { return sum + m(r, j); });
  }
}

double block_tree_sum(std::span<const double> values) {
  return sum_over_rows<double>(values.size(), [&](std::size_t i, double sum) { return sum + values[i]; });
}

template <typename T>
double sum_of_squares(std::span<const T> values) {
  constexpr std::size_t chunk = 4096, chains = 16;
  const auto chain = [&](std::size_t first, std::size_t end) {
    double sum = 0;
    for (std::size_t i = first; i < end; i += chains) {
      const double value = static_cast<double>(values[i]);
      const double square = value * value;
      sum += square;
    }
    return sum;
  };
  // The sum of the chains l, l + distance, l + 2 distance, ..
  const auto join = [&](const auto& self, std::size_t first, std::size_t end, std::size_t l,
                        std::size_t distance) -> double {
    if (distance == chains) return chain(first + l, end);
    return self(self, first, end, l, 2 * distance) + self(self, first, end, l + distance, 2 * distance);
  };
  if (values.empty()) return 0;
  return tree<double>(0, (values.size() + chunk - 1) / chunk, [&](std::size_t i) {
    return join(join, i * chunk, std::min(values.size(), (i + 1) * chunk), 0, 1);
  });
}

template void multiply(Arithmetic, MatrixView<const float>, MatrixView<const float>, std::span<const float>,
                       MatrixView<float>);
template void multiply(Arithmetic, MatrixView<const double>, MatrixView<const double>,
                       std::span<const double>, MatrixView<double>);
template void multiply_transposed(Arithmetic, MatrixView<const float>, MatrixView<const float>,
                                  MatrixView<float>);
template void multiply_transposed(Arithmetic, MatrixView<const double>, MatrixView<const double>,
                                  MatrixView<double>);
template void outer_product_sum(Arithmetic, MatrixView<const float>, MatrixView<const float>,
                                MatrixView<float>);
template void outer_product_sum(Arithmetic, MatrixView<const double>, MatrixView<const double>,
                                MatrixView<double>);
template void squared_distances(Arithmetic, MatrixView<const float>, MatrixView<const float>,
                                MatrixView<float>);
template void squared_distances(Arithmetic, MatrixView<const double>, MatrixView<const double>,
                                MatrixView<double>);
template void column_sums(MatrixView<const float>, std::span<float>);
template void column_sums(MatrixView<const double>, std::span<double>);
template double sum_of_squares(std::span<const float>);
template double sum_of_squares(std::span<const double>);

}  // namespace chainrule::reference
