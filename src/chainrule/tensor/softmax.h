// Softmax over each row of outputs: positive numbers that sum to 1.
//
//   a_rj = exp(z_rj - m_r) / s_r,   m_r = max_j z_rj,   s_r = sum_j exp(z_rj - m_r)
//     z and a [rows][outputs]
//
// Subtracting the largest pre-activation m_r changes no value and prevents overflow. s_r is one chain of
// additions in ascending order on every path: the rows of a group lie side by side in the lanes of a vector
// (row_lanes-inl.h). The derivative depends on the loss: with softmax cross-entropy it is in
// cross_entropy-inl.h, with any other loss in activation_delta (model/dense.h).
//
// Source: Bridle, "Probabilistic interpretation of feedforward classification network outputs",
// Neurocomputing, 1990.
#pragma once

#include "chainrule/tensor/compute.h"
#include "chainrule/tensor/matrix.h"

namespace chainrule {

// z and a may be the same matrix.
template <typename T>
void softmax_rows(const Compute& compute, MatrixView<const T> z, MatrixView<T> a);

}  // namespace chainrule
