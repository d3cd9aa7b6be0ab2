// One loop for every activation, compiled for each arithmetic of math_functions-inl.h: a vector of numbers
// (AVX2, AVX-512), one number with fused operations, one number without (KernelPath::plain).
// Rows are shared out in tiles of about 16,384 numbers; every element is calculated alone, so tiles change
// nothing.

#include "chainrule/tensor/activation_kernels.h"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <limits>
#include <string>

#undef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS (HWY_SSE4 | HWY_SSSE3 | HWY_AVX3_DL)
#define HWY_COMPILE_ALL_ATTAINABLE
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "chainrule/tensor/activation_kernels.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h, which sets the target.
#include "chainrule/tensor/activation_functions-inl.h"
#include "chainrule/tensor/target-inl.h"

#ifndef CHAINRULE_TENSOR_ACTIVATION_TASK
#define CHAINRULE_TENSOR_ACTIVATION_TASK
namespace chainrule {
namespace {

enum class Quantity { value, backward, parameter_backward };

constexpr bool has_quantity(Activation f, Quantity quantity) {
  if (quantity == Quantity::value) return properties_of(f).is_elementwise;
  return is_trainable_by_unit(f) && (quantity == Quantity::backward || has_parameter(f));
}

template <typename T>
struct RowPointer {
  T* data = nullptr;
  std::size_t stride = 0;
};

template <typename T>
struct ActivationTask {
  Activation f = Activation::identity;
  std::size_t rows = 0;
  std::size_t columns = 0;
  RowPointer<const T> z;
  RowPointer<const T> a;
  RowPointer<const T> d_a;
  RowPointer<T> result;
  T parameter = 0;                       // one for all columns, used if
  const T* column_parameters = nullptr;  // there is not one for each
};

template <typename T>
struct ActivationKernels {
  void (*value)(const ActivationTask<T>&);
  void (*backward)(const ActivationTask<T>&);
  void (*parameter_backward)(const ActivationTask<T>&);
  void (*exponential)(const T* x, T* y, std::size_t count);
  void (*logarithm)(const T* x, T* y, std::size_t count);
};

}  // namespace
}  // namespace chainrule
#endif

HWY_BEFORE_NAMESPACE();
namespace chainrule {
namespace HWY_NAMESPACE {
namespace {

template <class Ops, Quantity QUANTITY, Activation F>
struct ActivationLoop {
  using T = typename Ops::Scalar;
  using V = typename Ops::Value;
  using Functions = ActivationFunctions<Ops>;
  static constexpr bool kUsesOutput =
      QUANTITY == Quantity::backward && properties_of(F).derivative_from_output;

  static HWY_INLINE V calculate(V z, V a, V d_a, V parameter) {
    if constexpr (QUANTITY == Quantity::value) {
      return Functions::template value<F>(z, parameter);
    } else if constexpr (QUANTITY == Quantity::backward) {
      return Functions::template backward<F>(z, a, d_a, parameter);
    } else {
      return Functions::template parameter_backward<F>(z, d_a, parameter);
    }
  }

  static void run(const ActivationTask<T>& task) {
    for (std::size_t r = 0; r < task.rows; ++r) {
      const T* z = task.z.data + r * task.z.stride;
      const T* a = kUsesOutput ? task.a.data + r * task.a.stride : z;
      const T* d_a = QUANTITY == Quantity::value ? z : task.d_a.data + r * task.d_a.stride;
      const T* parameters = task.column_parameters;
      T* result = task.result.data + r * task.result.stride;
      V parameter = Ops::constant(task.parameter);
      std::size_t c = 0;
      for (; c + Ops::kLanes <= task.columns; c += Ops::kLanes) {
        if (parameters != nullptr) parameter = Ops::load(parameters + c);
        Ops::store(calculate(Ops::load(z + c), Ops::load(a + c), Ops::load(d_a + c), parameter), result + c);
      }
      if (const std::size_t rest = task.columns - c; rest != 0) {
        if (parameters != nullptr) parameter = Ops::load_first(parameters + c, rest);
        Ops::store_first(calculate(Ops::load_first(z + c, rest), Ops::load_first(a + c, rest),
                                   Ops::load_first(d_a + c, rest), parameter),
                         result + c, rest);
      }
    }
  }
};

template <class Ops, Quantity QUANTITY>
void run_activation(const ActivationTask<typename Ops::Scalar>& task) {
  switch (task.f) {
#define CHAINRULE_CASE(F)                                             \
  case Activation::F:                                                 \
    if constexpr (has_quantity(Activation::F, QUANTITY))              \
      return ActivationLoop<Ops, QUANTITY, Activation::F>::run(task); \
    else                                                              \
      break;
    CHAINRULE_ACTIVATIONS(CHAINRULE_CASE)
#undef CHAINRULE_CASE
  }
  assert(false);
}

template <class Ops>
void run_exponential(const typename Ops::Scalar* x, typename Ops::Scalar* y, std::size_t count) {
  using E = MathFunctions<Ops>;
  std::size_t i = 0;
  for (; i + Ops::kLanes <= count; i += Ops::kLanes)
    Ops::store(E::exp(Ops::load(x + i)), y + i);
  if (i < count) Ops::store_first(E::exp(Ops::load_first(x + i, count - i)), y + i, count - i);
}

template <class Ops>
void run_logarithm(const typename Ops::Scalar* x, typename Ops::Scalar* y, std::size_t count) {
  using E = MathFunctions<Ops>;
  std::size_t i = 0;
  for (; i + Ops::kLanes <= count; i += Ops::kLanes)
    Ops::store(E::log(Ops::load(x + i)), y + i);
  if (i < count) Ops::store_first(E::log(Ops::load_first(x + i, count - i)), y + i, count - i);
}

template <class Ops>
constexpr ActivationKernels<typename Ops::Scalar> kKernels = {
    run_activation<Ops, Quantity::value>, run_activation<Ops, Quantity::backward>,
    run_activation<Ops, Quantity::parameter_backward>, run_exponential<Ops>, run_logarithm<Ops>};

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace chainrule
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace chainrule {
namespace {

constexpr std::size_t kTileElements = 16384;

template <typename T>
const ActivationKernels<T>& kernels_of(KernelPath path) {
  if (path == KernelPath::plain) return HWY_NAMESPACE::kKernels<HWY_NAMESPACE::PlainOps<T>>;
  CHAINRULE_RETURN_ON_VECTORS(path, target::kKernels<target::VectorOps<T>>);
  CHAINRULE_RETURN_SCALAR(target::kKernels<target::FusedOps<T>>);
}

template <typename T>
RowPointer<T> moved(RowPointer<T> pointer, std::size_t rows) {
  return {pointer.data == nullptr ? nullptr : pointer.data + rows * pointer.stride, pointer.stride};
}

template <typename T>
bool is_contiguous(RowPointer<T> pointer, std::size_t columns) {
  return pointer.data == nullptr || pointer.stride == columns;
}

template <typename T>
void run_tiles(const Compute& compute, void (*kernel)(const ActivationTask<T>&), ActivationTask<T> task) {
  if (task.rows == 0 || task.columns == 0) return;
  // Rows without gaps form one long row, so that only its end, or each tile's end, needs part of a vector.
  if (task.column_parameters == nullptr && is_contiguous(task.z, task.columns) &&
      is_contiguous(task.a, task.columns) && is_contiguous(task.d_a, task.columns) &&
      is_contiguous(task.result, task.columns)) {
    const std::size_t count = task.rows * task.columns;
    for_each_tile(compute.pool, count, kTileElements, [&](std::size_t first, std::size_t length) {
      ActivationTask<T> part = task;
      part.rows = 1;
      part.columns = length;
      const auto move = [first](auto& pointer) {
        if (pointer.data != nullptr) pointer.data += first;
      };
      move(part.z);
      move(part.a);
      move(part.d_a);
      move(part.result);
      kernel(part);
    });
    return;
  }
  const std::size_t tile = std::max<std::size_t>(1, kTileElements / task.columns);
  for_each_tile(compute.pool, task.rows, tile, [&](std::size_t first, std::size_t rows) {
    ActivationTask<T> part = task;
    part.rows = rows;
    part.z = moved(task.z, first);
    part.a = moved(task.a, first);
    part.d_a = moved(task.d_a, first);
    part.result = moved(task.result, first);
    kernel(part);
  });
}

[[noreturn]] void throw_no_such_kernel(Activation f, const char* where) {
  throw StateError({.what = "no element-wise kernel for the activation " + std::string(name_of(f)),
                    .where = where,
                    .expected = {},
                    .got = {},
                    .advice = !properties_of(f).is_elementwise ? "softmax works on rows: call softmax_rows"
                                                               : "use an activation with a derivative"});
}

template <typename T>
ActivationTask<T> make_task(Activation f, ActivationParameters<T> parameters, MatrixView<const T> z,
                            MatrixView<T> result) {
  assert(z.rows == result.rows && z.columns == result.columns);
  ActivationTask<T> task;
  task.f = f;
  task.rows = z.rows;
  task.columns = z.columns;
  task.z = {z.data, z.stride};
  task.result = {result.data, result.stride};
  if (has_parameter(f)) {
    if (parameters.size() == 1) {
      task.parameter = parameters[0];
    } else if (parameters.size() == z.columns) {
      task.column_parameters = parameters.data();
    } else {
      throw StateError({.what = "wrong number of parameters for the activation " + std::string(name_of(f)),
                        .where = {},
                        .expected = "1 or " + std::to_string(z.columns) + " (one per column)",
                        .got = std::to_string(parameters.size()),
                        .advice = {}});
    }
  }
  return task;
}

template <typename T>
void elementwise(const Compute& compute, void (*kernel)(const T*, T*, std::size_t), std::span<const T> x,
                 std::span<T> y) {
  assert(x.size() == y.size());
  for_each_tile(compute.pool, x.size(), kTileElements, [&](std::size_t first, std::size_t count) {
    kernel(x.data() + first, y.data() + first, count);
  });
}

}  // namespace

template <typename T>
void activate(const Compute& compute, Activation f, ActivationParameters<T> parameters, MatrixView<const T> z,
              MatrixView<T> a) {
  if (!properties_of(f).is_elementwise) throw_no_such_kernel(f, "activate");
  run_tiles(compute, kernels_of<T>(compute.path).value, make_task(f, parameters, z, a));
}

template <typename T>
void activate_backward(const Compute& compute, Activation f, ActivationParameters<T> parameters,
                       MatrixView<const T> z, MatrixView<const T> a, MatrixView<const T> d_a,
                       MatrixView<T> d_z) {
  if (!is_trainable_by_unit(f)) throw_no_such_kernel(f, "activate_backward");
  assert(a.rows == z.rows && a.columns == z.columns && d_a.rows == z.rows && d_a.columns == z.columns);
  ActivationTask<T> task = make_task(f, parameters, z, d_z);
  task.a = {a.data, a.stride};
  task.d_a = {d_a.data, d_a.stride};
  run_tiles(compute, kernels_of<T>(compute.path).backward, task);
}

template <typename T>
void activate_parameter_backward(const Compute& compute, Activation f, ActivationParameters<T> parameters,
                                 MatrixView<const T> z, MatrixView<const T> d_a, MatrixView<T> d_parameter) {
  if (!has_parameter(f)) throw_no_such_kernel(f, "activate_parameter_backward");
  assert(d_a.rows == z.rows && d_a.columns == z.columns);
  ActivationTask<T> task = make_task(f, parameters, z, d_parameter);
  task.d_a = {d_a.data, d_a.stride};
  run_tiles(compute, kernels_of<T>(compute.path).parameter_backward, task);
}

template <typename T>
void exponential(const Compute& compute, std::span<const T> x, std::span<T> y) {
  elementwise(compute, kernels_of<T>(compute.path).exponential, x, y);
}

template <typename T>
void logarithm(const Compute& compute, std::span<const T> x, std::span<T> y) {
  elementwise(compute, kernels_of<T>(compute.path).logarithm, x, y);
}

#define CHAINRULE_INSTANTIATE(T)                                                                            \
  template void activate(const Compute&, Activation, ActivationParameters<T>, MatrixView<const T>,          \
                         MatrixView<T>);                                                                    \
  template void activate_backward(const Compute&, Activation, ActivationParameters<T>, MatrixView<const T>, \
                                  MatrixView<const T>, MatrixView<const T>, MatrixView<T>);                 \
  template void activate_parameter_backward(const Compute&, Activation, ActivationParameters<T>,            \
                                            MatrixView<const T>, MatrixView<const T>, MatrixView<T>);       \
  template void exponential(const Compute&, std::span<const T>, std::span<T>);                              \
  template void logarithm(const Compute&, std::span<const T>, std::span<T>);

CHAINRULE_INSTANTIATE(float)
CHAINRULE_INSTANTIATE(double)
#undef CHAINRULE_INSTANTIATE

}  // namespace chainrule

#endif  // HWY_ONCE
