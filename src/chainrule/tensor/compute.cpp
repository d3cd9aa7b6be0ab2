#include "chainrule/tensor/compute.h"

namespace chainrule {

// The compiler's built-in check of the feature bits and of the registers that the system saves. Highway's
// check would need its shared library, which measures a clock for 4.5 ms when it is loaded: more than half of
// the start-up of `chainrule --version` (AMD Zen 3: 7.6 ms with it).
bool is_supported(KernelPath path) {
  switch (path) {
    case KernelPath::plain:
    case KernelPath::scalar:
      return true;
#if defined(__x86_64__)
    // What the Highway targets HWY_AVX2 and HWY_AVX3 are compiled for.
    case KernelPath::avx2:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
             __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
    case KernelPath::avx512:
      return is_supported(KernelPath::avx2) && __builtin_cpu_supports("avx512f") &&
             __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
             __builtin_cpu_supports("avx512bw");
#endif
    default:
      return false;
  }
}

KernelPath best_kernel_path() {
  static const KernelPath best = is_supported(KernelPath::avx512) ? KernelPath::avx512
                                 : is_supported(KernelPath::avx2) ? KernelPath::avx2
                                                                  : KernelPath::scalar;
  return best;
}

}  // namespace chainrule
