// Linear equations A X = B with a symmetric positive definite A, by Cholesky's factorisation A = L L^T:
//
//   L_jj = sqrt(A_jj - sum_k<j L_jk^2),  L_ij = (A_ij - sum_k<j L_ik L_jk) / L_jj  for i > j
//   A [n][n], B and X [n][columns]
//
// In double; each sum is one ascending chain on the calling thread, so the bits are the same everywhere.
// Source: Golub, Van Loan, "Matrix Computations", 4th edition, 4.2.
#pragma once

#include <cstddef>
#include <optional>

#include "chainrule/tensor/matrix.h"

namespace chainrule {

// Overwrites a (its lower triangle is read and becomes L) and b (becomes X). Returns nothing on success.
// Otherwise it returns the first row whose pivot is mere rounding error (at most 1e-13 of A_jj), and b must
// not be used.
std::optional<std::size_t> solve_positive_definite(MatrixView<double> a, MatrixView<double> b);

}  // namespace chainrule
