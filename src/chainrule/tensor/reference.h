// The definition of every product and sum of kernels.h: one plain loop per element, slow on purpose.
//
// The kernels are tested against these loops bit for bit. `fused` rounds once per step (std::fma), `separate`
// rounds the product and the sum, as KernelPath::plain does. The tree over blocks is recursive here, as the
// contract defines it (docs/numerics.md, rule 2), and a stack in the kernels.
#pragma once

#include <span>

#include "chainrule/tensor/matrix.h"

namespace chainrule::reference {

enum class Arithmetic { fused, separate };

// y[r][j] = b[j] + sum_k x[r][k] w[k][j], the chain starting from b[j], or from 0 when b is empty.
template <typename T>
void multiply(Arithmetic arithmetic, MatrixView<const T> x, MatrixView<const T> w, std::span<const T> b,
              MatrixView<T> y);

// d_x[r][k] = sum_j d_y[r][j] w[k][j].
template <typename T>
void multiply_transposed(Arithmetic arithmetic, MatrixView<const T> d_y, MatrixView<const T> w,
                         MatrixView<T> d_x);

// d_w[k][j] = sum_r x[r][k] d_y[r][j], in blocks of 32 rows and a tree over the blocks.
template <typename T>
void outer_product_sum(Arithmetic arithmetic, MatrixView<const T> x, MatrixView<const T> d_y,
                       MatrixView<T> d_w);

// d[r][j] = sum_k (x[r][k] - c[k][j])^2, the chain starting from 0.
template <typename T>
void squared_distances(Arithmetic arithmetic, MatrixView<const T> x, MatrixView<const T> c, MatrixView<T> d);

// sums[j] = sum_r m[r][j], in blocks and tree.
template <typename T>
void column_sums(MatrixView<const T> m, std::span<T> sums);

double block_tree_sum(std::span<const double> values);

template <typename T>
double sum_of_squares(std::span<const T> values);

}  // namespace chainrule::reference
