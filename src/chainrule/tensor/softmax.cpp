// Three passes over a group of rows: the largest pre-activation, the exponentials and their sum, the
// quotients.

#include "chainrule/tensor/softmax.h"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <limits>

#include "chainrule/tensor/row_tile.h"

#undef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS (HWY_SSE4 | HWY_SSSE3 | HWY_AVX3_DL)
#define HWY_COMPILE_ALL_ATTAINABLE
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "chainrule/tensor/softmax.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h, which sets the target.
#include "chainrule/tensor/math_functions-inl.h"
#include "chainrule/tensor/row_lanes-inl.h"
#include "chainrule/tensor/target-inl.h"

HWY_BEFORE_NAMESPACE();
namespace chainrule {
namespace HWY_NAMESPACE {
namespace {

template <class Ops>
void run_softmax_rows(MatrixView<const typename Ops::Scalar> z, MatrixView<typename Ops::Scalar> a) {
  using T = typename Ops::Scalar;
  using V = typename Ops::Value;
  RowLanes<Ops> chunk;
  for (std::size_t row = 0; row < z.rows; row += Ops::kLanes) {
    const std::size_t rows = std::min(Ops::kLanes, z.rows - row);
    // A NaN is never the largest, on any path; it reaches the sum through exp(z - m).
    V best = Ops::constant(-std::numeric_limits<T>::infinity());
    for (std::size_t column = 0; column < z.columns; column += kRowChunk) {
      const std::size_t columns = std::min(kRowChunk, z.columns - column);
      chunk.read(z, row, rows, column, columns);
      for (std::size_t j = 0; j < columns; ++j)
        best = Ops::select(Ops::less(best, chunk[j]), chunk[j], best);
    }
    V sum = Ops::constant(0);
    for (std::size_t column = 0; column < z.columns; column += kRowChunk) {
      const std::size_t columns = std::min(kRowChunk, z.columns - column);
      if (z.columns > kRowChunk) chunk.read(z, row, rows, column, columns);
      for (std::size_t j = 0; j < columns; ++j) {
        const V e = MathFunctions<Ops>::exp(Ops::subtract(chunk[j], best));
        sum = Ops::add(sum, e);
        chunk.set(j, e);
      }
      if (z.columns > kRowChunk) chunk.write(a, row, rows, column, columns);
    }
    for (std::size_t column = 0; column < z.columns; column += kRowChunk) {
      const std::size_t columns = std::min(kRowChunk, z.columns - column);
      if (z.columns > kRowChunk) chunk.read(a, row, rows, column, columns);
      for (std::size_t j = 0; j < columns; ++j)
        chunk.set(j, Ops::divide(chunk[j], sum));
      chunk.write(a, row, rows, column, columns);
    }
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace chainrule
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace chainrule {
namespace {

template <typename T>
using SoftmaxKernel = void (*)(MatrixView<const T> z, MatrixView<T> a);

template <typename T>
SoftmaxKernel<T> kernel_of(KernelPath path) {
  if (path == KernelPath::plain) return HWY_NAMESPACE::run_softmax_rows<HWY_NAMESPACE::PlainOps<T>>;
  CHAINRULE_RETURN_ON_VECTORS(path, target::run_softmax_rows<target::VectorOps<T>>);
  CHAINRULE_RETURN_SCALAR(target::run_softmax_rows<target::FusedOps<T>>);
}

}  // namespace

template <typename T>
void softmax_rows(const Compute& compute, MatrixView<const T> z, MatrixView<T> a) {
  assert(z.rows == a.rows && z.columns == a.columns);
  if (z.columns == 0) return;
  const auto kernel = kernel_of<T>(compute.path);
  for_each_tile(compute.pool, z.rows, row_tile(z.columns), [&](std::size_t first, std::size_t rows) {
    kernel(z.row_block(first, rows), a.row_block(first, rows));
  });
}

template void softmax_rows(const Compute&, MatrixView<const float>, MatrixView<float>);
template void softmax_rows(const Compute&, MatrixView<const double>, MatrixView<double>);

}  // namespace chainrule

#endif  // HWY_ONCE
