// The blocks of a weight matrix outside of which all weights are zero.
//
// The weights of a joined network (joined_network.h) are mostly zeros, since no unit reads those of another
// member. A term x[r][k] 0 leaves the chain of a sum as it is, so products over the blocks alone have the
// same bits wherever x is finite.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "chainrule/model/dense.h"
#include "chainrule/tensor/compute.h"
#include "chainrule/tensor/matrix.h"

namespace chainrule {

// Columns [first_column, first_column + columns): their weights are zero except in rows [first_row,
// first_row + rows), which `values` holds from `offset` on, [rows][columns].
struct WeightBlock {
  std::size_t first_column = 0, columns = 0;
  std::size_t first_row = 0, rows = 0;
  std::size_t offset = 0;

  bool operator==(const WeightBlock&) const = default;
};

// A copy of the weights in blocks, which cover all columns in ascending order. Without blocks where they
// would hold more than half of the matrix: they are then not worth while.
template <typename T>
struct WeightBlocks {
  std::vector<WeightBlock> blocks;
  AlignedVector<T> values;
};

// w [inputs][outputs]
template <typename T>
WeightBlocks<T> weight_blocks(MatrixView<const T> w);

// y = f(x w + b), or x w + b, of a layer whose weights are in blocks. `parameters`: the layer's.
template <typename T>
void predict_blocks(const Dense& layer, const Compute& compute, std::span<const T> parameters,
                    const WeightBlocks<T>& weights, MatrixView<const T> x, ReadAt read_at, MatrixView<T> y);

}  // namespace chainrule
