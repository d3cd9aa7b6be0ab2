#include "chainrule/tensor/compute.h"

#include "hwy/targets.h"

namespace chainrule {

bool is_supported(KernelPath path) {
  switch (path) {
    case KernelPath::plain:
    case KernelPath::scalar:
      return true;
#if HWY_ARCH_X86_64
    case KernelPath::avx2:
      return (hwy::SupportedTargets() & HWY_AVX2) != 0;
    case KernelPath::avx512:
      return (hwy::SupportedTargets() & HWY_AVX3) != 0;
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
