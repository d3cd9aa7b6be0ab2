// Softmax over each row of outputs.
//
// z and a are [rows][outputs]. Rows stand side by side in the lanes of a vector (row_lanes-inl.h), so that
// the sum over the outputs of a row is one ascending chain on every path. The derivative belongs to the loss
// (cross_entropy-inl.h) or, with another loss, to model/backward.cpp.
#pragma once

#include "chainrule/tensor/compute.h"
#include "chainrule/tensor/matrix.h"

namespace chainrule {

// a[r][j] = exp(z[r][j] - m_r) / s_r with m_r the largest of row r and s_r one ascending chain of sums. z and
// a may be the same matrix.
template <typename T>
void softmax_rows(const Compute& compute, MatrixView<const T> z, MatrixView<T> a);

}  // namespace chainrule
