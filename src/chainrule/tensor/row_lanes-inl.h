// Groups of as many rows as a vector has lanes, in chunks of columns that are transposed into [column][row]
// on the stack: every sum over a row is then a chain in one lane, whatever the vector width.

#if defined(CHAINRULE_TENSOR_ROW_LANES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CHAINRULE_TENSOR_ROW_LANES_INL_H_
#undef CHAINRULE_TENSOR_ROW_LANES_INL_H_
#else
#define CHAINRULE_TENSOR_ROW_LANES_INL_H_
#endif

#include <algorithm>
#include <cstddef>

#include "chainrule/tensor/math_functions-inl.h"
#include "chainrule/tensor/matrix.h"
#include "chainrule/tensor/transpose-inl.h"

HWY_BEFORE_NAMESPACE();
namespace chainrule {
namespace HWY_NAMESPACE {

// Columns at a time: with 16 lanes four buffers of 4 KiB, in the level-1 cache.
constexpr std::size_t kRowChunk = 64;

// [column][lane]: a chunk of columns of a group of rows.
template <class Ops>
struct RowLanes {
  using T = typename Ops::Scalar;
  using V = typename Ops::Value;

  HWY_INLINE V operator[](std::size_t column) const { return Ops::load(values + column * Ops::kLanes); }
  HWY_INLINE void set(std::size_t column, V x) { Ops::store(x, values + column * Ops::kLanes); }

  HWY_INLINE void read(const MatrixView<const T>& m, std::size_t row, std::size_t rows, std::size_t column,
                       std::size_t columns) {
    const T* from = m.data + row * m.stride + column;
    if constexpr (Ops::kLanes == 1) {
      std::copy(from, from + columns, values);
    } else {
      // Lanes without a row calculate with the last row's numbers.
      transpose(from, m.stride, columns, rows, values, Ops::kLanes);
      for (std::size_t j = 0; rows < Ops::kLanes && j < columns; ++j)
        std::fill_n(values + j * Ops::kLanes + rows, Ops::kLanes - rows, values[j * Ops::kLanes + rows - 1]);
    }
  }
  HWY_INLINE void write(const MatrixView<T>& m, std::size_t row, std::size_t rows, std::size_t column,
                        std::size_t columns) const {
    T* to = m.data + row * m.stride + column;
    if constexpr (Ops::kLanes == 1) {
      std::copy(values, values + columns, to);
    } else {
      transpose(values, Ops::kLanes, rows, columns, to, m.stride);
    }
  }

  alignas(kAlignment) T values[kRowChunk * Ops::kLanes];
};

}  // namespace HWY_NAMESPACE
}  // namespace chainrule
HWY_AFTER_NAMESPACE();

#endif  // include guard
