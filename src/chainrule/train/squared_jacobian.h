// J^T J of a squared error over all rows, for Levenberg-Marquardt (optim/levenberg_marquardt.h).
//
//   f(w) = sum_r v_r c sum_k (a_rk - t_rk)^2 + 1/2 l2 |W|^2
//     v_r the row's weight in the reduction, c the factor of the loss: 1/o for mean_squared_error with o
//     outputs, 1/2 for half_squared_error, 1 for squared_error
//   J^T J = sum_rk 2 v_r c (da_rk/dw) (da_rk/dw)^T + l2 on the diagonal of the weights
// the Hessian of f without the terms in which the errors themselves are factors.
//
// da_rk/dw is one backward pass of row r alone that starts with 1 at output k. The products are those of the
// layers, in double: pieces of kJacobianRows rows of J, added in order, so the bits are the same on any
// number of threads and every vector width.
#pragma once

#include <cstddef>
#include <span>

#include "chainrule/train/full_batch.h"

namespace chainrule {

inline constexpr std::size_t kJacobianRows = 256;

// Keeps references to all constructor arguments; the numbers of the data must outlive it.
template <typename T>
class SquaredJacobianSum {
 public:
  // Throws UsageError when the loss is not a squared error.
  SquaredJacobianSum(const Compute& compute, const Network& network, const FullBatchOptions& options,
                     DatasetView<T> data);

  // Overwrites `hessian` [parameters][parameters].
  void evaluate(std::span<const T> parameters, MatrixView<double> hessian);

 private:
  void add_piece(std::size_t rows, MatrixView<double> hessian);

  const Compute& compute_;
  const Network& network_;
  const DatasetView<T> data_;
  double l2_ = 0;                        // of all rows
  std::vector<ParameterRange> weights_;  // that it applies to
  LossScratch<T> loss_;                  // its factors are v_r
  double factor_ = 1;                    // 2 c
  Matrix<double> jacobian_;              // a piece of it
  Matrix<double> piece_;                 // its square
  Workspace<T> workspace_;               // of one row
  AlignedVector<T> gradient_;            // of one output
};

}  // namespace chainrule
