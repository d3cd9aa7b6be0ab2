// A matrix of random numbers with gaps between its rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "chainrule/base/random.h"
#include "chainrule/tensor/matrix.h"

namespace chainrule {

// Uniform in (low, high); the gaps contain a number that no kernel may change.
template <typename T>
struct MatrixWithGaps {
  static constexpr T kGap = T(12345);
  MatrixWithGaps(std::size_t row_count, std::size_t column_count, double low, double high, std::uint64_t seed)
      : rows(row_count), columns(column_count), stride(column_count + 3), values(row_count * stride, kGap) {
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t c = 0; c < columns; ++c) {
        values[r * stride + c] =
            static_cast<T>(low + (high - low) * random_uniform({.seed = seed}, r * columns + c));
      }
    }
  }
  MatrixView<T> view() { return {values.data(), rows, columns, stride}; }
  MatrixView<const T> view() const { return {values.data(), rows, columns, stride}; }
  bool gaps_are_whole() const {
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t c = columns; c < stride; ++c) {
        if (values[r * stride + c] != kGap) return false;
      }
    }
    return true;
  }
  std::size_t rows, columns, stride;
  std::vector<T> values;
};

}  // namespace chainrule
