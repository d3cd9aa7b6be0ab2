// Matrices transposed in blocks that fit into registers, compiled once for each instruction set.

#if defined(CHAINRULE_TENSOR_TRANSPOSE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CHAINRULE_TENSOR_TRANSPOSE_INL_H_
#undef CHAINRULE_TENSOR_TRANSPOSE_INL_H_
#else
#define CHAINRULE_TENSOR_TRANSPOSE_INL_H_
#endif

#include <cstddef>

#include "hwy/highway.h"

#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3

HWY_BEFORE_NAMESPACE();
namespace chainrule {
namespace HWY_NAMESPACE {

// Blocks of 8 rows x 4 columns (float), 4 x 2 (double): pairs of interleaves inside the 128-bit halves of a
// register.
template <typename T>
inline constexpr std::size_t kTurnRows = 32 / sizeof(T);
template <typename T>
inline constexpr std::size_t kTurnColumns = 16 / sizeof(T);

HWY_INLINE void transpose_block(const float* HWY_RESTRICT from, std::size_t stride, float* HWY_RESTRICT to,
                                std::size_t to_stride) {
  const hwy::HWY_NAMESPACE::CappedTag<float, 8> d;
  const hwy::HWY_NAMESPACE::CappedTag<float, 4> half;
  const auto r0 = hwy::HWY_NAMESPACE::Combine(d, hwy::HWY_NAMESPACE::LoadU(half, from + 4 * stride),
                                              hwy::HWY_NAMESPACE::LoadU(half, from));
  const auto r1 = hwy::HWY_NAMESPACE::Combine(d, hwy::HWY_NAMESPACE::LoadU(half, from + 5 * stride),
                                              hwy::HWY_NAMESPACE::LoadU(half, from + stride));
  const auto r2 = hwy::HWY_NAMESPACE::Combine(d, hwy::HWY_NAMESPACE::LoadU(half, from + 6 * stride),
                                              hwy::HWY_NAMESPACE::LoadU(half, from + 2 * stride));
  const auto r3 = hwy::HWY_NAMESPACE::Combine(d, hwy::HWY_NAMESPACE::LoadU(half, from + 7 * stride),
                                              hwy::HWY_NAMESPACE::LoadU(half, from + 3 * stride));
  const auto even_lower = hwy::HWY_NAMESPACE::InterleaveLower(d, r0, r2);
  const auto odd_lower = hwy::HWY_NAMESPACE::InterleaveLower(d, r1, r3);
  const auto even_upper = hwy::HWY_NAMESPACE::InterleaveUpper(d, r0, r2);
  const auto odd_upper = hwy::HWY_NAMESPACE::InterleaveUpper(d, r1, r3);
  hwy::HWY_NAMESPACE::StoreU(hwy::HWY_NAMESPACE::InterleaveLower(d, even_lower, odd_lower), d, to);
  hwy::HWY_NAMESPACE::StoreU(hwy::HWY_NAMESPACE::InterleaveUpper(d, even_lower, odd_lower), d,
                             to + to_stride);
  hwy::HWY_NAMESPACE::StoreU(hwy::HWY_NAMESPACE::InterleaveLower(d, even_upper, odd_upper), d,
                             to + 2 * to_stride);
  hwy::HWY_NAMESPACE::StoreU(hwy::HWY_NAMESPACE::InterleaveUpper(d, even_upper, odd_upper), d,
                             to + 3 * to_stride);
}

HWY_INLINE void transpose_block(const double* HWY_RESTRICT from, std::size_t stride, double* HWY_RESTRICT to,
                                std::size_t to_stride) {
  const hwy::HWY_NAMESPACE::CappedTag<double, 4> d;
  const hwy::HWY_NAMESPACE::CappedTag<double, 2> half;
  const auto r0 = hwy::HWY_NAMESPACE::Combine(d, hwy::HWY_NAMESPACE::LoadU(half, from + 2 * stride),
                                              hwy::HWY_NAMESPACE::LoadU(half, from));
  const auto r1 = hwy::HWY_NAMESPACE::Combine(d, hwy::HWY_NAMESPACE::LoadU(half, from + 3 * stride),
                                              hwy::HWY_NAMESPACE::LoadU(half, from + stride));
  hwy::HWY_NAMESPACE::StoreU(hwy::HWY_NAMESPACE::InterleaveLower(d, r0, r1), d, to);
  hwy::HWY_NAMESPACE::StoreU(hwy::HWY_NAMESPACE::InterleaveUpper(d, r0, r1), d, to + to_stride);
}

// to[p][j] = from[j][p] for p < depth, j < width.
template <typename T>
void transpose(const T* HWY_RESTRICT from, std::size_t stride, std::size_t depth, std::size_t width,
               T* HWY_RESTRICT to, std::size_t to_stride) {
  std::size_t j = 0;
  for (; j + kTurnRows<T> <= width; j += kTurnRows<T>) {
    std::size_t p = 0;
    for (; p + kTurnColumns<T> <= depth; p += kTurnColumns<T>) {
      transpose_block(from + j * stride + p, stride, to + p * to_stride + j, to_stride);
    }
    for (; p < depth; ++p) {
      for (std::size_t i = j; i < j + kTurnRows<T>; ++i)
        to[p * to_stride + i] = from[i * stride + p];
    }
  }
  for (; j < width; ++j) {
    for (std::size_t p = 0; p < depth; ++p)
      to[p * to_stride + j] = from[j * stride + p];
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace chainrule
HWY_AFTER_NAMESPACE();

#endif  // AVX2 or AVX-512
#endif  // include guard
