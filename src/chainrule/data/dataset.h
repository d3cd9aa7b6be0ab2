// Encoded rows, ready for training: features, targets and weights side by side.
#pragma once

#include "chainrule/tensor/matrix.h"

namespace chainrule {

template <typename T>
struct Dataset {
  Matrix<T> inputs;              // [rows][features]
  Matrix<T> targets;             // [rows][outputs]
  AlignedVector<T> row_weights;  // one a row, or empty: all 1

  std::size_t rows() const { return inputs.rows(); }
};

}  // namespace chainrule
