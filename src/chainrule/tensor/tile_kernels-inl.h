// The vector kernels of tile_products.cpp, compiled once for AVX2 and once for AVX-512: packing, and the
// arithmetic of the portable matrix unit.
//
// Packing goes by blocks of 32 x 32 numbers, which are two tiles of each form. Two forms are written
// directly, pairing neighbours of a row (left) or of a column (right); seen as 16 x 16 words of pairs, the
// forms of m^T are their transposes:  left of m^T = (right of m)^T,  right of m^T = (left of m)^T.

#if defined(CHAINRULE_TENSOR_TILE_KERNELS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CHAINRULE_TENSOR_TILE_KERNELS_INL_H_
#undef CHAINRULE_TENSOR_TILE_KERNELS_INL_H_
#else
#define CHAINRULE_TENSOR_TILE_KERNELS_INL_H_
#endif

#include <cstddef>
#include <cstdint>

#include "chainrule/tensor/tile_products.h"
#include "hwy/highway.h"

// KernelPath::scalar does the work of the other targets in tile_products.cpp.
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3

HWY_BEFORE_NAMESPACE();
namespace chainrule {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Like to_bfloat16, but leaves the result in the upper half.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V rounded_to_bfloat16(D d, V bits) {
  const auto is_nan =
      hn::RebindMask(d, hn::Gt(hn::BitCast(hn::RebindToSigned<D>(), hn::And(bits, hn::Set(d, 0x7FFFFFFFu))),
                               hn::Set(hn::RebindToSigned<D>(), 0x7F800000)));
  const V odd = hn::And(hn::ShiftRight<16>(bits), hn::Set(d, 1u));
  const V rounded = hn::Add(hn::Add(bits, hn::Set(d, 0x7FFFu)), odd);
  return hn::IfThenElse(is_nan, hn::Or(bits, hn::Set(d, 0x00400000u)), rounded);
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE V paired(D d, V even, V odd) {
  return hn::Or(hn::ShiftRight<16>(even), hn::And(odd, hn::Set(d, 0xFFFF0000u)));
}

// m: 32 rows of 32 numbers, `stride` apart. left and right: two tiles each, or null.
HWY_NOINLINE void pack_block(const float* HWY_RESTRICT m, std::size_t stride, std::uint32_t* const* left,
                             std::uint32_t* const* right) {
  const hn::CappedTag<std::uint32_t, 16> d;
  const std::size_t lanes = hn::Lanes(d);
  const auto load = [&](std::size_t row, std::size_t column) HWY_ATTR {
    return rounded_to_bfloat16(
        d, hn::LoadU(d, reinterpret_cast<const std::uint32_t*>(m + row * stride + column)));
  };
  if (left[0] != nullptr) {
    for (std::size_t row = 0; row < 32; ++row) {
      std::uint32_t* to = left[row / 16] + row % 16 * 16;
      for (std::size_t pair = 0; pair < 16; pair += lanes) {
        const auto low = load(row, 2 * pair), high = load(row, 2 * pair + lanes);
        hn::Store(paired(d, hn::ConcatEven(d, high, low), hn::ConcatOdd(d, high, low)), d, to + pair);
      }
    }
  }
  if (right[0] != nullptr) {
    for (std::size_t pair = 0; pair < 16; ++pair) {
      for (std::size_t column = 0; column < 32; column += lanes) {
        std::uint32_t* to = right[column / 16] + pair * 16 + column % 16;
        hn::Store(paired(d, load(2 * pair, column), load(2 * pair + 1, column)), d, to);
      }
    }
  }
}

// The transpose of a tile's 16 x 16 words, by squares of 4 x 4 in the 128-bit parts of the registers.
HWY_NOINLINE void transpose_tile(const std::uint32_t* HWY_RESTRICT from, std::uint32_t* HWY_RESTRICT to) {
  const hn::CappedTag<std::uint32_t, 8> d;
  const hn::Half<decltype(d)> square;
  const hn::Repartition<std::uint64_t, decltype(d)> wide;
  for (std::size_t row = 0; row < 16; row += 4) {
    for (std::size_t column = 0; column < 16; column += 8) {
      const std::uint32_t* corner = from + row * 16 + column;
      const auto r0 = hn::Load(d, corner), r1 = hn::Load(d, corner + 16);
      const auto r2 = hn::Load(d, corner + 32), r3 = hn::Load(d, corner + 48);
      const auto low01 = hn::BitCast(wide, hn::InterleaveLower(d, r0, r1));
      const auto low23 = hn::BitCast(wide, hn::InterleaveLower(d, r2, r3));
      const auto high01 = hn::BitCast(wide, hn::InterleaveUpper(d, r0, r1));
      const auto high23 = hn::BitCast(wide, hn::InterleaveUpper(d, r2, r3));
      const auto store = [&](std::size_t line, auto words) HWY_ATTR {
        const auto v = hn::BitCast(d, words);
        hn::Store(hn::LowerHalf(square, v), square, to + (column + line) * 16 + row);
        hn::Store(hn::UpperHalf(square, v), square, to + (column + line + 4) * 16 + row);
      };
      store(0, hn::InterleaveLower(wide, low01, low23));
      store(1, hn::InterleaveUpper(wide, low01, low23));
      store(2, hn::InterleaveLower(wide, high01, high23));
      store(3, hn::InterleaveUpper(wide, high01, high23));
    }
  }
}

// Writes a tile straight to memory, past the caches.
HWY_NOINLINE void stream_tile(const std::uint32_t* HWY_RESTRICT from, std::uint32_t* HWY_RESTRICT to) {
  const hn::CappedTag<std::uint32_t, 16> d;
  for (std::size_t i = 0; i < kTileWords; i += hn::Lanes(d))
    hn::Stream(hn::Load(d, from + i), d, to + i);
}

// c [16][16] += a [16][16 pairs] b [16 pairs][16], as matrix_unit.h says.
HWY_NOINLINE void multiply_tile(const std::uint32_t* HWY_RESTRICT a, const std::uint32_t* HWY_RESTRICT b,
                                float* HWY_RESTRICT c) {
  const hn::CappedTag<std::uint32_t, 16> d;
  const hn::RebindToFloat<decltype(d)> df;
  using V = hn::Vec<decltype(df)>;
  const std::size_t lanes = hn::Lanes(d);
  alignas(64) float a_even[kTileWords];
  alignas(64) float a_odd[kTileWords];
  const auto even_of = [&](hn::Vec<decltype(d)> pairs)
                           HWY_ATTR { return hn::BitCast(df, hn::ShiftLeft<16>(pairs)); };
  const auto odd_of = [&](hn::Vec<decltype(d)> pairs)
                          HWY_ATTR { return hn::BitCast(df, hn::And(pairs, hn::Set(d, 0xFFFF0000u))); };
  for (std::size_t i = 0; i < kTileWords; i += lanes) {
    hn::Store(even_of(hn::Load(d, a + i)), df, a_even + i);
    hn::Store(odd_of(hn::Load(d, a + i)), df, a_odd + i);
  }
  // Four rows: eight sums in flight hide the latency of a multiply-add.
  for (std::size_t row = 0; row < 16; row += 4) {
    for (std::size_t column = 0; column < 16; column += lanes) {
      V even0 = hn::Zero(df), even1 = even0, even2 = even0, even3 = even0;
      V odd0 = even0, odd1 = even0, odd2 = even0, odd3 = even0;
      const float* e = a_even + row * 16;
      const float* o = a_odd + row * 16;
      for (std::size_t pair = 0; pair < 16; ++pair) {
        const auto pairs = hn::Load(d, b + pair * 16 + column);
        const V b_even = even_of(pairs), b_odd = odd_of(pairs);
        even0 = hn::MulAdd(hn::Set(df, e[pair]), b_even, even0);
        odd0 = hn::MulAdd(hn::Set(df, o[pair]), b_odd, odd0);
        even1 = hn::MulAdd(hn::Set(df, e[pair + 16]), b_even, even1);
        odd1 = hn::MulAdd(hn::Set(df, o[pair + 16]), b_odd, odd1);
        even2 = hn::MulAdd(hn::Set(df, e[pair + 32]), b_even, even2);
        odd2 = hn::MulAdd(hn::Set(df, o[pair + 32]), b_odd, odd2);
        even3 = hn::MulAdd(hn::Set(df, e[pair + 48]), b_even, even3);
        odd3 = hn::MulAdd(hn::Set(df, o[pair + 48]), b_odd, odd3);
      }
      float* sums = c + row * 16 + column;
      const auto add = [&](std::size_t i, V even, V odd) HWY_ATTR {
        hn::Store(hn::Add(hn::Load(df, sums + i * 16), hn::Add(even, odd)), df, sums + i * 16);
      };
      add(0, even0, odd0);
      add(1, even1, odd1);
      add(2, even2, odd2);
      add(3, even3, odd3);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace chainrule
HWY_AFTER_NAMESPACE();

#endif  // AVX2 or AVX-512

#endif  // include guard
