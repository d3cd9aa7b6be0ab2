// bfloat16: the upper half of a float. 8 bits of precision (unit roundoff 2^-8), the exponents of float.
//
// A product of two bfloat16 numbers has at most 16 significant bits and so is exact in float: only sums
// round.
#pragma once

#include <bit>
#include <cstdint>

namespace chainrule {

// Rounds to nearest, ties to even. Numbers beyond the largest bfloat16 become infinity; a NaN stays a NaN.
inline std::uint16_t to_bfloat16(float value) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
  const bool is_nan = (bits & 0x7FFFFFFFu) > 0x7F800000u;
  // Half a unit in the last place, less one where the kept half is even.
  const std::uint32_t rounded = is_nan ? (bits | 0x00400000u) : bits + 0x7FFFu + ((bits >> 16) & 1u);
  return static_cast<std::uint16_t>(rounded >> 16);
}

inline float from_bfloat16(std::uint16_t value) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(value) << 16);
}

}  // namespace chainrule
