// Groups of as many rows as a vector has lanes, in chunks of columns that are turned into [column][row] on the stack:
// every sum over a row is then a chain in one lane, whatever the vector width.

#include "chainrule/tensor/loss_kernels.h"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <limits>

#undef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS (HWY_SSE4 | HWY_SSSE3 | HWY_AVX3_DL)
#define HWY_COMPILE_ALL_ATTAINABLE
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "chainrule/tensor/loss_kernels.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h, which sets the target.
#include "chainrule/tensor/elementary-inl.h"
#include "chainrule/tensor/loss_terms-inl.h"
#include "chainrule/tensor/target-inl.h"
#include "chainrule/tensor/turn-inl.h"

#ifndef CHAINRULE_TENSOR_LOSS_KERNELS_TABLE
#define CHAINRULE_TENSOR_LOSS_KERNELS_TABLE
namespace chainrule {
namespace {

// Columns turned at a time: with 16 lanes four buffers of 4 KiB, in the level-1 cache.
constexpr std::size_t kChunk = 64;

template <typename T>
struct LossKernels {
  void (*softmax_rows)(MatrixView<const T> z, MatrixView<T> a);
  void (*loss_rows)(const LossRows<T>& task, std::size_t first, std::size_t rows);
};

}  // namespace
}  // namespace chainrule
#endif

HWY_BEFORE_NAMESPACE();
namespace chainrule {
namespace HWY_NAMESPACE {
namespace {

// [column][lane]: a chunk of columns of a group of rows.
template <class Ops>
struct Lanes {
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
      turn(from, m.stride, columns, rows, values, Ops::kLanes);
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
      turn(values, Ops::kLanes, rows, columns, to, m.stride);
    }
  }

  alignas(kAlignment) T values[kChunk * Ops::kLanes];
};

template <class Ops>
void run_softmax_rows(MatrixView<const typename Ops::Scalar> z, MatrixView<typename Ops::Scalar> a) {
  using T = typename Ops::Scalar;
  using V = typename Ops::Value;
  Lanes<Ops> chunk;
  for (std::size_t row = 0; row < z.rows; row += Ops::kLanes) {
    const std::size_t rows = std::min(Ops::kLanes, z.rows - row);
    // Not-a-number never wins here, on any path; it comes back through exp(z - m) into the sum.
    V best = Ops::constant(-std::numeric_limits<T>::infinity());
    for (std::size_t column = 0; column < z.columns; column += kChunk) {
      const std::size_t columns = std::min(kChunk, z.columns - column);
      chunk.read(z, row, rows, column, columns);
      for (std::size_t j = 0; j < columns; ++j)
        best = Ops::select(Ops::less(best, chunk[j]), chunk[j], best);
    }
    V sum = Ops::constant(0);
    for (std::size_t column = 0; column < z.columns; column += kChunk) {
      const std::size_t columns = std::min(kChunk, z.columns - column);
      if (z.columns > kChunk) chunk.read(z, row, rows, column, columns);
      for (std::size_t j = 0; j < columns; ++j) {
        const V e = Elementary<Ops>::exp(Ops::subtract(chunk[j], best));
        sum = Ops::add(sum, e);
        chunk.set(j, e);
      }
      if (z.columns > kChunk) chunk.write(a, row, rows, column, columns);
    }
    for (std::size_t column = 0; column < z.columns; column += kChunk) {
      const std::size_t columns = std::min(kChunk, z.columns - column);
      if (z.columns > kChunk) chunk.read(a, row, rows, column, columns);
      for (std::size_t j = 0; j < columns; ++j)
        chunk.set(j, Ops::divide(chunk[j], sum));
      chunk.write(a, row, rows, column, columns);
    }
  }
}

// What a loss reads besides a and the targets.
constexpr bool reads_net_inputs(Loss loss) {
  return properties_of(loss).gradient_at == GradientAt::net_input;
}

template <class Ops, Loss LOSS>
void run_loss(const LossRows<typename Ops::Scalar>& task, std::size_t first, std::size_t count) {
  using T = typename Ops::Scalar;
  using V = typename Ops::Value;
  const std::size_t outputs = task.a.columns;
  const LossTerms<Ops, LOSS> terms(task, outputs);
  Lanes<Ops> z, a, t;
  for (std::size_t row = first; row < first + count; row += Ops::kLanes) {
    const std::size_t rows = std::min(Ops::kLanes, first + count - row);
    V factor = Ops::constant(task.factors[0]);
    if (task.factors.size() > 1) {
      alignas(kAlignment) T factors[Ops::kLanes] = {};
      std::copy_n(task.factors.data() + row, rows, factors);
      factor = Ops::load(factors);
    }
    RowOfTerms<Ops> of_row = terms.start();
    if constexpr (LOSS == Loss::softmax_cross_entropy) {
      for (std::size_t column = 0; column < outputs; column += kChunk) {
        const std::size_t columns = std::min(kChunk, outputs - column);
        z.read(task.z, row, rows, column, columns);
        a.read(task.a, row, rows, column, columns);
        t.read(task.targets, row, rows, column, columns);
        for (std::size_t j = 0; j < columns; ++j)
          terms.look_ahead(z[j], a[j], t[j], of_row);
      }
      terms.finish_look_ahead(of_row);
    }
    V sum = Ops::constant(0);
    for (std::size_t column = 0; column < outputs; column += kChunk) {
      const std::size_t columns = std::min(kChunk, outputs - column);
      if (LOSS != Loss::softmax_cross_entropy || outputs > kChunk) {
        if (reads_net_inputs(LOSS)) z.read(task.z, row, rows, column, columns);
        a.read(task.a, row, rows, column, columns);
        t.read(task.targets, row, rows, column, columns);
      }
      for (std::size_t j = 0; j < columns; ++j) {
        V derivative;
        sum = terms.add(reads_net_inputs(LOSS) ? z[j] : a[j], a[j], t[j], of_row, sum, derivative);
        t.set(j, Ops::multiply(derivative, factor));
      }
      if (task.d_output.data != nullptr) t.write(task.d_output, row, rows, column, columns);
    }
    alignas(kAlignment) T losses[Ops::kLanes];
    Ops::store(Ops::multiply(sum, Ops::constant(terms.share())), losses);
    for (std::size_t r = 0; r < rows; ++r)
      task.row_losses[row + r] = static_cast<double>(losses[r]);
  }
}

template <class Ops>
void run_loss_rows(const LossRows<typename Ops::Scalar>& task, std::size_t first, std::size_t rows) {
  switch (task.kind) {
#define CHAINRULE_CASE(L) \
  case Loss::L:           \
    return run_loss<Ops, Loss::L>(task, first, rows);
    CHAINRULE_LOSSES(CHAINRULE_CASE)
#undef CHAINRULE_CASE
  }
}

template <class Ops>
constexpr LossKernels<typename Ops::Scalar> kKernels = {run_softmax_rows<Ops>, run_loss_rows<Ops>};

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace chainrule
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace chainrule {
namespace {

template <typename T>
const LossKernels<T>& kernels_of(KernelPath path) {
  if (path == KernelPath::plain) return HWY_NAMESPACE::kKernels<HWY_NAMESPACE::PlainOps<T>>;
  CHAINRULE_RETURN_ON_VECTORS(path, target::kKernels<target::VectorOps<T>>);
  CHAINRULE_RETURN_SCALAR(target::kKernels<target::FusedOps<T>>);
}

// Rows of about 16,384 outputs.
std::size_t tile_rows(std::size_t columns) {
  return std::max<std::size_t>(32, 16384 / std::max<std::size_t>(1, columns) / 32 * 32);
}

}  // namespace

template <typename T>
void softmax_rows(const Compute& compute, MatrixView<const T> z, MatrixView<T> a) {
  assert(z.rows == a.rows && z.columns == a.columns);
  if (z.columns == 0) return;
  const auto kernel = kernels_of<T>(compute.path).softmax_rows;
  for_each_tile(compute.pool, z.rows, tile_rows(z.columns), [&](std::size_t first, std::size_t rows) {
    kernel(z.row_block(first, rows), a.row_block(first, rows));
  });
}

template <typename T>
void loss_rows(const Compute& compute, const LossRows<T>& task) {
  assert(task.a.rows == task.targets.rows && task.a.columns == task.targets.columns);
  assert(task.row_losses.size() == task.a.rows);
  assert(task.factors.size() == 1 || task.factors.size() == task.a.rows);
  const auto kernel = kernels_of<T>(compute.path).loss_rows;
  for_each_tile(compute.pool, task.a.rows, tile_rows(task.a.columns),
                [&](std::size_t first, std::size_t rows) { kernel(task, first, rows); });
}

#define CHAINRULE_INSTANTIATE(T)                                                  \
  template void softmax_rows(const Compute&, MatrixView<const T>, MatrixView<T>); \
  template void loss_rows(const Compute&, const LossRows<T>&);
CHAINRULE_INSTANTIATE(float)
CHAINRULE_INSTANTIATE(double)
#undef CHAINRULE_INSTANTIATE

}  // namespace chainrule

#endif  // HWY_ONCE
