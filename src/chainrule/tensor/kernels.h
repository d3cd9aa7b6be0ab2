// The products, sums and distances of the layers, under the numeric contract (docs/numerics.md, rules 1 to
// 3).
//
// The usual letters: x inputs [rows][k], w weights [k][n] (inputs by outputs), b bias [n], y outputs
// [rows][n], d_ gradients. Every output element is one chain of fused multiply-adds in ascending order; sums
// over the batch go in blocks of 32 rows, joined in one binary tree over the block numbers, neighbours first.
// Vectors and threads run along rows and columns, never along a chain, so every path and thread count gives
// the same bits (except KernelPath::plain).
//
// T is float or double. Views must not overlap unless a function allows it. The caller ensures that the
// shapes fit (asserted).
#pragma once

#include <cstddef>
#include <span>

#include "chainrule/tensor/compute.h"
#include "chainrule/tensor/matrix.h"

namespace chainrule {

inline constexpr std::size_t kBatchBlock =
    32;  // rows in one chain of a sum over the batch: part of the contract

// y[r][j] = b[j] + sum_k x[r][k] w[k][j], ascending k, the chain starting from b[j] (or 0 when b is empty).
template <typename T>
void multiply(const Compute& compute, MatrixView<const T> x, MatrixView<const T> w, std::span<const T> b,
              MatrixView<T> y);

// d_x[r][k] = sum_j d_y[r][j] w[k][j], ascending j.
template <typename T>
void multiply_transposed(const Compute& compute, MatrixView<const T> d_y, MatrixView<const T> w,
                         MatrixView<T> d_x);

// d_w[k][j] = sum_r x[r][k] d_y[r][j] over the batch, in blocks and tree. Overwrites d_w.
template <typename T>
void outer_product_sum(const Compute& compute, MatrixView<const T> x, MatrixView<const T> d_y,
                       MatrixView<T> d_w);

// d[r][j] = sum_k (x[r][k] - c[k][j])^2, ascending k, each difference rounded and then squared into the
// chain.
template <typename T>
void squared_distances(const Compute& compute, MatrixView<const T> x, MatrixView<const T> c, MatrixView<T> d);

// sums[j] = sum_r m[r][j] over the batch, in blocks and tree. Overwrites sums.
template <typename T>
void column_sums(const Compute& compute, MatrixView<const T> m, std::span<T> sums);

// Sum of doubles (losses, metrics): the same blocks of 32 and the same tree.
double block_tree_sum(std::span<const double> values);

// Sum of squares in double, each square formed in double: 16 interleaved chains in chunks of 4,096 values,
// joined in halves, and a tree over the chunks.
template <typename T>
double sum_of_squares(const Compute& compute, std::span<const T> values);

}  // namespace chainrule
