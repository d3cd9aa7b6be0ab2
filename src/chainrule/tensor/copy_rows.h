// Rows of numbers from one matrix to another of the same shape.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>

#include "chainrule/tensor/matrix.h"

namespace chainrule {

template <typename T>
void copy_rows(MatrixView<const T> from, MatrixView<T> to) {
  assert(from.rows == to.rows && from.columns == to.columns);
  for (std::size_t r = 0; r < from.rows; ++r)
    std::copy_n(from.row(r), from.columns, to.row(r));
}

}  // namespace chainrule
