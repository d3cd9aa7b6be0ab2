// How a calculation runs: on which kernels and which threads. It never changes what is calculated: under the
// numeric contract every path but `plain` gives the same bits.
#pragma once

#include <optional>
#include <string_view>

#include "chainrule/base/names.h"
#include "chainrule/tensor/matrix_unit.h"
#include "chainrule/tensor/thread_pool.h"

namespace chainrule {

// scalar, avx2 and avx512 give equal bits (one fused multiply-add chain per element). plain uses ordinary
// multiplication and addition, for lessons and gradient checks, where machines without fused operations must
// print the same digits.
enum class KernelPath { plain, scalar, avx2, avx512 };

template <>
struct EnumNames<KernelPath> {
  static constexpr std::string_view kind = "kernel path";
  static constexpr EnumName<KernelPath> table[] = {
      {KernelPath::plain, "plain", "ordinary multiply and add, no fused operation, no vectors"},
      {KernelPath::scalar, "scalar", "one number at a time with fused multiply-add"},
      {KernelPath::avx2, "avx2", "256-bit vectors"},
      {KernelPath::avx512, "avx512", "512-bit vectors"},
  };
};

// The paths this processor can run (feature bits and operating system support, never the model name).
bool is_supported(KernelPath path);
// The widest supported path.
KernelPath best_kernel_path();

struct Compute {
  KernelPath path = best_kernel_path();
  ThreadPool* pool = nullptr;  // null: the calling thread alone
  // For bfloat16 products, which only training can ask for. Empty: this processor has none.
  std::optional<MatrixUnit> matrix_unit = best_matrix_unit();
};

}  // namespace chainrule
