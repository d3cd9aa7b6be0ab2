// Encoded rows, ready for training: features, targets and weights side by side.
#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "chainrule/tensor/matrix.h"

namespace chainrule {

template <typename T>
struct Dataset {
  Matrix<T> inputs;              // [rows][features]
  Matrix<T> targets;             // [rows][outputs]
  AlignedVector<T> row_weights;  // one per row, or empty: all 1
  // The targets of a regression as in the table, [rows][outputs], or empty. Scores use them because targets
  // that differ may become equal when they are scaled and rounded to T.
  Matrix<double> own_targets = {};

  std::size_t rows() const { return inputs.rows(); }
};

// Turns the inputs of a data set into those of a network as batches are read, so that wide rows need no
// memory for all of them at once.
template <typename T>
struct InputMap {
  std::size_t columns = 0;  // that it gives
  // [rows][inputs] -> [rows][columns], each row by itself
  std::function<void(MatrixView<const T> inputs, MatrixView<T> mapped)> apply;
};

// A view of numbers that the caller owns (a NumPy array, for example) and that must outlive it.
template <typename T>
struct DatasetView {
  MatrixView<const T> inputs;        // [rows][features]
  MatrixView<const T> targets;       // [rows][outputs]
  std::span<const T> row_weights;    // one per row, or empty: all 1
  const InputMap<T>* map = nullptr;  // null: a network reads the inputs as they are

  DatasetView() = default;
  DatasetView(MatrixView<const T> input_rows, MatrixView<const T> target_rows, std::span<const T> weights)
      : inputs(input_rows), targets(target_rows), row_weights(weights) {}
  DatasetView(const Dataset<T>& data)  // NOLINT(google-explicit-constructor): as a vector becomes a span
      : DatasetView(data.inputs.view(), data.targets.view(), data.row_weights) {}

  std::size_t rows() const { return inputs.rows; }
  // Of the network.
  std::size_t columns() const { return map == nullptr ? inputs.columns : map->columns; }
};

}  // namespace chainrule
