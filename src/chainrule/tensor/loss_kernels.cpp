// The loop over rows for each loss (row_lanes-inl.h): every sum over a row is a chain in one lane, whatever
// the vector width.

#include "chainrule/tensor/loss_kernels.h"

#include <algorithm>
#include <cassert>
#include <cstddef>

#include "chainrule/tensor/row_tile.h"

#undef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS (HWY_SSE4 | HWY_SSSE3 | HWY_AVX3_DL)
#define HWY_COMPILE_ALL_ATTAINABLE
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "chainrule/tensor/loss_kernels.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h, which sets the target.
#include "chainrule/tensor/loss_terms-inl.h"
#include "chainrule/tensor/math_functions-inl.h"
#include "chainrule/tensor/row_lanes-inl.h"
#include "chainrule/tensor/target-inl.h"

#ifndef CHAINRULE_TENSOR_LOSS_KERNELS_TABLE
#define CHAINRULE_TENSOR_LOSS_KERNELS_TABLE
namespace chainrule {
namespace {

template <typename T>
struct LossKernels {
  void (*loss_rows)(const LossRows<T>& task, std::size_t first, std::size_t rows);
};

}  // namespace
}  // namespace chainrule
#endif

HWY_BEFORE_NAMESPACE();
namespace chainrule {
namespace HWY_NAMESPACE {
namespace {

// What a loss reads besides a and the targets.
constexpr bool reads_pre_activations(Loss loss) {
  return properties_of(loss).gradient_at == GradientAt::pre_activation;
}

template <class Ops, Loss LOSS>
void run_loss(const LossRows<typename Ops::Scalar>& task, std::size_t first, std::size_t count) {
  using T = typename Ops::Scalar;
  using V = typename Ops::Value;
  const std::size_t outputs = task.a.columns;
  const LossTerms<Ops, LOSS> terms(task, outputs);
  RowLanes<Ops> z, a, t;
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
      for (std::size_t column = 0; column < outputs; column += kRowChunk) {
        const std::size_t columns = std::min(kRowChunk, outputs - column);
        z.read(task.z, row, rows, column, columns);
        a.read(task.a, row, rows, column, columns);
        t.read(task.targets, row, rows, column, columns);
        for (std::size_t j = 0; j < columns; ++j)
          terms.look_ahead(z[j], a[j], t[j], of_row);
      }
      terms.finish_look_ahead(of_row);
    }
    V sum = Ops::constant(0);
    for (std::size_t column = 0; column < outputs; column += kRowChunk) {
      const std::size_t columns = std::min(kRowChunk, outputs - column);
      if (LOSS != Loss::softmax_cross_entropy || outputs > kRowChunk) {
        if (reads_pre_activations(LOSS)) z.read(task.z, row, rows, column, columns);
        a.read(task.a, row, rows, column, columns);
        t.read(task.targets, row, rows, column, columns);
      }
      for (std::size_t j = 0; j < columns; ++j) {
        V derivative;
        sum = terms.add(column + j, reads_pre_activations(LOSS) ? z[j] : a[j], a[j], t[j], of_row, sum,
                        derivative);
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
constexpr LossKernels<typename Ops::Scalar> kKernels = {run_loss_rows<Ops>};

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

}  // namespace

template <typename T>
void loss_rows(const Compute& compute, const LossRows<T>& task) {
  assert(task.a.rows == task.targets.rows && task.a.columns == task.targets.columns);
  assert(task.row_losses.size() == task.a.rows);
  assert(task.quantiles.empty() || task.quantiles.size() == task.a.columns);
  assert(task.factors.size() == 1 || task.factors.size() == task.a.rows);
  const auto kernel = kernels_of<T>(compute.path).loss_rows;
  for_each_tile(compute.pool, task.a.rows, row_tile(task.a.columns),
                [&](std::size_t first, std::size_t rows) { kernel(task, first, rows); });
}

#define CHAINRULE_INSTANTIATE(T) template void loss_rows(const Compute&, const LossRows<T>&);
CHAINRULE_INSTANTIATE(float)
CHAINRULE_INSTANTIATE(double)
#undef CHAINRULE_INSTANTIATE

}  // namespace chainrule

#endif  // HWY_ONCE
