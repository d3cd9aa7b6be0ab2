// From a path to the code compiled for it: the one place that knows the targets of a build.
//
// For sources compiled once for each instruction set (hwy/foreach_target.h), in the part that is compiled
// only once. In the expression `target::` is the namespace of the chosen target:
//
//   CHAINRULE_RETURN_ON_VECTORS(compute.path, target::kernel<T>(x, y));
//   CHAINRULE_RETURN_SCALAR(target::scalar_kernel<T>(x, y));
//
// Include it after foreach_target.h: the targets depend on HWY_DISABLED_TARGETS of the source.
#pragma once

#include "chainrule/tensor/compute.h"
#include "hwy/highway.h"

// Inside a function: returns the expression if the path asks for vectors; continues if it does not, or if
// this build has no code for it (scalar gives the same bits).
#if HWY_TARGETS & HWY_AVX3
#define CHAINRULE_RETURN_ON_AVX512(path, ...)      \
  if ((path) == ::chainrule::KernelPath::avx512) { \
    namespace target = N_AVX3;                     \
    return __VA_ARGS__;                            \
  }
#else
#define CHAINRULE_RETURN_ON_AVX512(path, ...)
#endif
#if HWY_TARGETS & HWY_AVX2
#define CHAINRULE_RETURN_ON_AVX2(path, ...)      \
  if ((path) == ::chainrule::KernelPath::avx2) { \
    namespace target = N_AVX2;                   \
    return __VA_ARGS__;                          \
  }
#else
#define CHAINRULE_RETURN_ON_AVX2(path, ...)
#endif
#define CHAINRULE_RETURN_ON_VECTORS(path, ...)  \
  CHAINRULE_RETURN_ON_AVX512(path, __VA_ARGS__) \
  CHAINRULE_RETURN_ON_AVX2(path, __VA_ARGS__)

// Inside a function: returns the expression for one number at a time, compiled where a fused multiply-add is
// one instruction if the processor has it, else for the compiler's own baseline: the same bits, slower.
// Checked only once: the instruction for it takes about 20 us in a virtual machine.
#if HWY_TARGETS & HWY_AVX2
#define CHAINRULE_RETURN_SCALAR(...)                                                                     \
  do {                                                                                                   \
    static const bool has_fused_multiply_add = ::chainrule::is_supported(::chainrule::KernelPath::avx2); \
    if (has_fused_multiply_add) {                                                                        \
      namespace target = N_AVX2;                                                                         \
      return __VA_ARGS__;                                                                                \
    }                                                                                                    \
    namespace target = HWY_NAMESPACE;                                                                    \
    return __VA_ARGS__;                                                                                  \
  } while (false)
#else
#define CHAINRULE_RETURN_SCALAR(...)  \
  do {                                \
    namespace target = HWY_NAMESPACE; \
    return __VA_ARGS__;               \
  } while (false)
#endif
