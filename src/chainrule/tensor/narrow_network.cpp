// Buffers are [unit][lane], one lane per row of the batch, a few KiB on the stack. A layer's gradient needs
// sums over the rows in ascending order: its deltas are transposed into [row][output], and input k of a row
// times the row's deltas is one multiply-add of 8 lanes.

#include "chainrule/tensor/narrow_network.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstring>
#include <limits>

#include "chainrule/tensor/kernels.h"

#undef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS (HWY_SSE4 | HWY_SSSE3 | HWY_AVX3_DL)
#define HWY_COMPILE_ALL_ATTAINABLE
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "chainrule/tensor/narrow_network.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h, which sets the target.
#include "chainrule/tensor/activation_functions-inl.h"
#include "chainrule/tensor/loss_terms-inl.h"
#include "chainrule/tensor/transpose-inl.h"

#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3

#if HWY_COMPILER_CLANG
#define CHAINRULE_UNROLL_8 _Pragma("clang loop unroll(full)")
#else
#define CHAINRULE_UNROLL_8 _Pragma("GCC unroll 8")
#endif

#define CHAINRULE_WIDTHS(CASE) CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7) CASE(8)

HWY_BEFORE_NAMESPACE();
namespace chainrule {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

template <typename T>
struct NarrowBatch {
  using Ops = VectorOps<T>;
  using V = typename Ops::Value;
  using Functions = ActivationFunctions<Ops>;
  static constexpr std::size_t kLanes = Ops::kLanes;
  using Units = T[kNarrowWidth][kLanes];

  alignas(kAlignment) Units a[kNarrowLayers + 1];  // a[0]: the inputs
  alignas(kAlignment) Units z[kNarrowLayers];
  alignas(kAlignment) Units targets;
  alignas(kAlignment) Units d_a;  // of the current layer
  alignas(kAlignment) Units d_z;
  alignas(kAlignment) T d_rows[kLanes][kNarrowWidth];
  // For each layer, the sums for its weights, row by row, and for its biases, 8 wide.
  alignas(kAlignment) T sums[kNarrowLayers][kNarrowWidth + 1][kNarrowWidth];

  static HWY_INLINE void clear(std::size_t count, Units& units) {
    for (std::size_t j = 0; j < count; ++j)
      Ops::store(Ops::constant(0), units[j]);
  }
  // Lanes without a row stay 0.
  template <std::size_t COLUMNS>
  static void read_columns(const T* from, std::size_t stride, std::size_t rows, Units& units) {
    if (rows < kLanes) clear(COLUMNS, units);
    for (std::size_t r = 0; r < rows; ++r, from += stride) {
      CHAINRULE_UNROLL_8
      for (std::size_t c = 0; c < COLUMNS; ++c)
        units[c][r] = from[c];
    }
  }
  static HWY_INLINE void read(const MatrixView<const T>& m, std::size_t row, std::size_t rows, Units& units) {
    const T* from = m.data + row * m.stride;
    switch (m.columns) {
#define CHAINRULE_CASE(C) \
  case C:                 \
    return read_columns<C>(from, m.stride, rows, units);
      CHAINRULE_WIDTHS(CHAINRULE_CASE)
#undef CHAINRULE_CASE
      default:
        break;
    }
  }

  template <Activation F>
  static HWY_INLINE void apply(const NarrowLayer& layer, const Units& z, Units& a) {
    const V parameter = Ops::constant(static_cast<T>(layer.activation_parameter));
    for (std::size_t j = 0; j < layer.outputs; ++j)
      Ops::store(Functions::template value<F>(Ops::load(z[j]), parameter), a[j]);
  }
  template <Activation F>
  static HWY_INLINE void apply_backward(const NarrowLayer& layer, const Units& z, const Units& a,
                                        const Units& d_a, Units& d_z) {
    const V parameter = Ops::constant(static_cast<T>(layer.activation_parameter));
    for (std::size_t j = 0; j < layer.outputs; ++j) {
      Ops::store(
          Functions::template backward<F>(Ops::load(z[j]), Ops::load(a[j]), Ops::load(d_a[j]), parameter),
          d_z[j]);
    }
  }

  static HWY_INLINE void softmax(std::size_t units, const Units& z, Units& a) {
    V best = Ops::constant(-std::numeric_limits<T>::infinity());
    for (std::size_t j = 0; j < units; ++j) {
      const V x = Ops::load(z[j]);
      best = Ops::select(Ops::less(best, x), x, best);
    }
    V sum = Ops::constant(0);
    for (std::size_t j = 0; j < units; ++j) {
      const V e = MathFunctions<Ops>::exp(Ops::subtract(Ops::load(z[j]), best));
      sum = Ops::add(sum, e);
      Ops::store(e, a[j]);
    }
    for (std::size_t j = 0; j < units; ++j)
      Ops::store(Ops::divide(Ops::load(a[j]), sum), a[j]);
  }

  // z = a W + b.
  template <std::size_t INPUTS>
  static void pre_activations(const NarrowLayer& layer, const T* w, const Units& a, Units& z) {
    V x[INPUTS];
    CHAINRULE_UNROLL_8
    for (std::size_t k = 0; k < INPUTS; ++k)
      x[k] = Ops::load(a[k]);
    const T* b = w + INPUTS * layer.outputs;
    for (std::size_t j = 0; j < layer.outputs; ++j) {
      V sum = Ops::constant(layer.has_bias ? b[j] : T(0));
      CHAINRULE_UNROLL_8
      for (std::size_t k = 0; k < INPUTS; ++k)
        sum = Ops::fma(x[k], Ops::constant(w[k * layer.outputs + j]), sum);
      Ops::store(sum, z[j]);
    }
  }
  // d_a of the layer below = d_z W^T.
  template <std::size_t OUTPUTS>
  static void deltas_below(const NarrowLayer& layer, const T* w, const Units& d_z, Units& d_a) {
    V d[OUTPUTS];
    CHAINRULE_UNROLL_8
    for (std::size_t j = 0; j < OUTPUTS; ++j)
      d[j] = Ops::load(d_z[j]);
    for (std::size_t k = 0; k < layer.inputs; ++k, w += OUTPUTS) {
      V sum = Ops::constant(0);
      CHAINRULE_UNROLL_8
      for (std::size_t j = 0; j < OUTPUTS; ++j)
        sum = Ops::fma(d[j], Ops::constant(w[j]), sum);
      Ops::store(sum, d_a[k]);
    }
  }

  void forward(const NarrowStep<T>& step) {
    for (std::size_t i = 0; i < step.layers.size(); ++i) {
      const NarrowLayer& layer = step.layers[i];
      const T* w = step.parameters.data() + layer.offset;
      switch (layer.inputs) {
#define CHAINRULE_CASE(K)                     \
  case K:                                     \
    pre_activations<K>(layer, w, a[i], z[i]); \
    break;
        CHAINRULE_WIDTHS(CHAINRULE_CASE)
#undef CHAINRULE_CASE
        default:
          break;
      }
      switch (layer.activation) {
#define CHAINRULE_CASE(F)                                    \
  case Activation::F:                                        \
    if constexpr (is_trainable_by_unit(Activation::F))       \
      apply<Activation::F>(layer, z[i], a[i + 1]);           \
    else if constexpr (Activation::F == Activation::softmax) \
      softmax(layer.outputs, z[i], a[i + 1]);                \
    break;
        CHAINRULE_ACTIVATIONS(CHAINRULE_CASE)
#undef CHAINRULE_CASE
      }
    }
  }

  // Row losses, and d_z of the last layer or, for losses whose derivative is that by a, d_a.
  template <Loss LOSS>
  void evaluate(const NarrowStep<T>& step, std::size_t row, std::size_t rows) {
    constexpr bool at_pre_activation = properties_of(LOSS).gradient_at == GradientAt::pre_activation;
    const std::size_t last = step.layers.size() - 1;
    const std::size_t outputs = step.layers[last].outputs;
    const LossTerms<Ops, LOSS> terms(step, outputs);
    V factor = Ops::constant(step.factors[0]);
    if (step.factors.size() > 1) {
      alignas(kAlignment) T factors[kLanes] = {};
      std::copy_n(step.factors.data() + row, rows, factors);
      factor = Ops::load(factors);
    }
    RowOfTerms<Ops> of_row = terms.start();
    if constexpr (LOSS == Loss::softmax_cross_entropy) {
      for (std::size_t j = 0; j < outputs; ++j)
        terms.look_ahead(Ops::load(z[last][j]), Ops::load(a[last + 1][j]), Ops::load(targets[j]), of_row);
      terms.finish_look_ahead(of_row);
    }
    Units& derivatives = at_pre_activation ? d_z : d_a;
    V sum = Ops::constant(0);
    for (std::size_t j = 0; j < outputs; ++j) {
      V derivative;
      sum = terms.add(j, Ops::load(z[last][j]), Ops::load(a[last + 1][j]), Ops::load(targets[j]), of_row, sum,
                      derivative);
      Ops::store(Ops::multiply(derivative, factor), derivatives[j]);
    }
    alignas(kAlignment) T losses[kLanes];
    Ops::store(Ops::multiply(sum, Ops::constant(terms.share())), losses);
    for (std::size_t r = 0; r < rows; ++r)
      step.row_losses[row + r] = static_cast<double>(losses[r]);
  }

  // sums[k] += a[k] of each row times the row's deltas; the last one: the deltas alone.
  template <std::size_t INPUTS>
  static void add_gradient(const Units& a, const T (&d_rows)[kLanes][kNarrowWidth], std::size_t rows,
                           bool continued, T (&sums)[kNarrowWidth + 1][kNarrowWidth]) {
    const hn::CappedTag<T, kNarrowWidth> d;
    constexpr std::size_t lanes = std::min(kNarrowWidth, kLanes);
    using W = hn::Vec<decltype(d)>;
    for (std::size_t part = 0; part < kNarrowWidth; part += lanes) {
      W sum[INPUTS + 1];
      CHAINRULE_UNROLL_8
      for (std::size_t k = 0; k <= INPUTS; ++k)
        sum[k] = continued ? hn::Load(d, sums[k] + part) : hn::Zero(d);
      for (std::size_t r = 0; r < rows; ++r) {
        const W delta = hn::Load(d, d_rows[r] + part);
        CHAINRULE_UNROLL_8
        for (std::size_t k = 0; k < INPUTS; ++k)
          sum[k] = hn::MulAdd(hn::Set(d, a[k][r]), delta, sum[k]);
        sum[INPUTS] = hn::Add(sum[INPUTS], delta);
      }
      CHAINRULE_UNROLL_8
      for (std::size_t k = 0; k <= INPUTS; ++k)
        hn::Store(sum[k], d, sums[k] + part);
    }
  }

  void backward(const NarrowStep<T>& step, std::size_t rows, bool starts_at_pre_activation, bool continued) {
    for (std::size_t i = step.layers.size(); i-- > 0;) {
      const NarrowLayer& layer = step.layers[i];
      if (!starts_at_pre_activation || i + 1 < step.layers.size()) {
        switch (layer.activation) {
#define CHAINRULE_CASE(F)                                             \
  case Activation::F:                                                 \
    if constexpr (is_trainable_by_unit(Activation::F))                \
      apply_backward<Activation::F>(layer, z[i], a[i + 1], d_a, d_z); \
    break;
          CHAINRULE_ACTIVATIONS(CHAINRULE_CASE)
#undef CHAINRULE_CASE
        }
      }
      const std::size_t transposed = std::min(kLanes, (rows + 3) / 4 * 4);
      transpose(&d_z[0][0], kLanes, transposed, kNarrowWidth, &d_rows[0][0], kNarrowWidth);
      switch (layer.inputs) {
#define CHAINRULE_CASE(K)                                    \
  case K:                                                    \
    add_gradient<K>(a[i], d_rows, rows, continued, sums[i]); \
    break;
        CHAINRULE_WIDTHS(CHAINRULE_CASE)
#undef CHAINRULE_CASE
        default:
          break;
      }
      if (i == 0) break;
      const T* w = step.parameters.data() + layer.offset;
      switch (layer.outputs) {
#define CHAINRULE_CASE(J)                \
  case J:                                \
    deltas_below<J>(layer, w, d_z, d_a); \
    break;
        CHAINRULE_WIDTHS(CHAINRULE_CASE)
#undef CHAINRULE_CASE
        default:
          break;
      }
    }
  }

  static HWY_INLINE void store_first(T* to, const T* from, std::size_t count) {
    if ((count & 4) != 0) {
      std::memcpy(to, from, 4 * sizeof(T));
      to += 4;
      from += 4;
    }
    if ((count & 2) != 0) {
      std::memcpy(to, from, 2 * sizeof(T));
      to += 2;
      from += 2;
    }
    if ((count & 1) != 0) *to = *from;
    if ((count & 8) != 0) std::memcpy(to, from, 8 * sizeof(T));
  }

  // Writes rows of 8 numbers whatever the width, in ascending order: each overwrites what the one before it
  // wrote beyond its end. The last few rows are written exactly.
  void write_gradient(const NarrowStep<T>& step, T* gradient) const {
    const hn::CappedTag<T, kNarrowWidth> d;
    const T* const end = gradient + step.gradient.size();
    for (std::size_t i = 0; i < step.layers.size(); ++i) {
      const NarrowLayer& layer = step.layers[i];
      T* to = gradient + layer.offset;
      const std::size_t count = layer.inputs + (layer.has_bias ? 1 : 0);
      for (std::size_t k = 0; k < count; ++k, to += layer.outputs) {
        if (to + kNarrowWidth <= end) {
          for (std::size_t part = 0; part < kNarrowWidth; part += hn::Lanes(d))
            hn::StoreU(hn::Load(d, sums[i][k] + part), d, to + part);
        } else {
          store_first(to, sums[i][k], layer.outputs);
        }
      }
    }
  }

  // One block of the sum over the batch: at most kBatchBlock rows.
  template <Loss LOSS>
  HWY_INLINE void run_block(const NarrowStep<T>& step, std::size_t row, std::size_t count, T* gradient) {
    constexpr bool at_pre_activation = properties_of(LOSS).gradient_at == GradientAt::pre_activation;
    for (std::size_t first = 0; first < count; first += kLanes) {
      const std::size_t rows = std::min(kLanes, count - first);
      read(step.inputs, row + first, rows, a[0]);
      read(step.targets, row + first, rows, targets);
      forward(step);
      evaluate<LOSS>(step, row + first, rows);
      backward(step, rows, at_pre_activation, first != 0);
    }
    write_gradient(step, gradient);
  }
};

template <typename T, Loss LOSS>
void run_narrow(const NarrowStep<T>& step) {
  NarrowBatch<T> batch;
  batch.clear(kNarrowWidth, batch.d_z);
  const std::size_t rows = step.inputs.rows;
  const std::size_t size = step.gradient.size();
  if (rows <= kBatchBlock) return batch.template run_block<LOSS>(step, 0, rows, step.gradient.data());
  // Open subtrees of the sum over the blocks, one for each bit of their number (kernels-inl.h).
  thread_local AlignedVector<T> room;
  room.resize(static_cast<std::size_t>(std::bit_width((rows - 1) / kBatchBlock)) * size);
  T* const sum = step.gradient.data();
  for (std::size_t block = 0;; ++block) {
    const std::size_t first = block * kBatchBlock;
    const std::size_t count = std::min(kBatchBlock, rows - first);
    const bool last = first + count == rows;
    batch.template run_block<LOSS>(step, first, count, sum);
    std::size_t open = block;
    std::size_t level = 0;
    for (; last ? open != 0 : (open & 1) != 0; open >>= 1, ++level) {
      if ((open & 1) == 0) continue;
      const T* left = room.data() + level * size;
      for (std::size_t i = 0; i < size; ++i)
        sum[i] = left[i] + sum[i];
    }
    if (last) break;
    std::copy_n(sum, size, room.data() + level * size);
  }
}

template <typename T>
void run_narrow_step(const NarrowStep<T>& step) {
  switch (step.loss) {
#define CHAINRULE_CASE(L)                             \
  case Loss::L:                                       \
    if constexpr (has_differentiable_output(Loss::L)) \
      return run_narrow<T, Loss::L>(step);            \
    else                                              \
      break;
    CHAINRULE_LOSSES(CHAINRULE_CASE)
#undef CHAINRULE_CASE
  }
  assert(false);
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace chainrule
HWY_AFTER_NAMESPACE();

#undef CHAINRULE_UNROLL_8
#undef CHAINRULE_WIDTHS

#endif  // AVX2 or AVX-512

#if HWY_ONCE

namespace chainrule {
namespace {

bool has_vectors([[maybe_unused]] KernelPath path) {
#if HWY_TARGETS & HWY_AVX3
  if (path == KernelPath::avx512) return true;
#endif
#if HWY_TARGETS & HWY_AVX2
  if (path == KernelPath::avx2) return true;
#endif
  return false;
}

}  // namespace

bool is_narrow(const Compute& compute, std::span<const NarrowLayer> layers, Loss loss) {
  if (!has_vectors(compute.path) || layers.empty() || layers.size() > kNarrowLayers ||
      !has_differentiable_output(loss)) {
    return false;
  }
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const NarrowLayer& layer = layers[i];
    if (layer.inputs > kNarrowWidth || layer.outputs > kNarrowWidth) return false;
    const bool is_softmax = layer.activation == Activation::softmax && i + 1 == layers.size() &&
                            loss == Loss::softmax_cross_entropy;
    if (!is_softmax && !is_trainable_by_unit(layer.activation)) return false;
  }
  return true;
}

template <typename T>
void narrow_step(const Compute& compute, const NarrowStep<T>& step) {
  assert(is_narrow(compute, step.layers, step.loss));
  assert(step.inputs.rows == step.targets.rows && step.row_losses.size() == step.inputs.rows);
  assert(step.gradient.size() == step.parameters.size());
  if (step.inputs.rows == 0) return;
#if HWY_TARGETS & HWY_AVX3
  if (compute.path == KernelPath::avx512) return N_AVX3::run_narrow_step<T>(step);
#endif
#if HWY_TARGETS & HWY_AVX2
  N_AVX2::run_narrow_step<T>(step);
#endif
}

template void narrow_step<float>(const Compute&, const NarrowStep<float>&);
template void narrow_step<double>(const Compute&, const NarrowStep<double>&);

}  // namespace chainrule

#endif  // HWY_ONCE
