// Products of bfloat16 matrices on a matrix unit (matrix_unit.h), summed in float.
//
// Both operands are packed first: rounded to bfloat16, cut into tiles of 1 KiB, padded with zeros. A tile of
// the left operand is 16 rows x 32 of depth; of the right one 32 of depth x 16 columns, in pairs along the
// depth. One matrix may be needed in up to four forms (for x W, d_z W^T and x^T d_z); one pass over it writes
// them all.
//
//   c[r][j] = ((bias[j] + t_0) + t_1) + ...      t_i: the unit's sum over depth 32 i .. 32 i + 31
//
// The chain depends on the shape alone: results are equal for any number of threads, on every run, and for
// both units, provided the processor follows its manual.
//
// Error against the exact product: rounding to bfloat16 moves a number by at most u_b = 2^-8 of itself, and a
// term passes through at most 16 + 1 + depth/32 roundings of float, u_f = 2^-24 each. With n = 18 + depth/32
// of them,
//   |error| <= (2 u_b + u_b^2 + (1 + u_b)^2 n u_f / (1 - n u_f)) (|bias[j]| + sum_k |a[r][k]| |b[k][j]|).
// Numbers below the smallest normal float (1.2e-38) count as zero.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "chainrule/tensor/compute.h"
#include "chainrule/tensor/matrix.h"

namespace chainrule {

inline constexpr std::size_t kTileLines = 16;  // rows of the left operand, columns of the right one
inline constexpr std::size_t kTileDepth = 32;
inline constexpr std::size_t kTileWords = 256;  // a tile holds 16 x 16 pairs of bfloat16, the even one low
inline constexpr std::size_t kBlockLines = 32;  // two tiles: operands are padded to whole blocks

// One operand in tiles: all of panel 0 along its depth, then panel 1 ..; a panel is 16 lines.
struct TiledOperand {
  std::size_t lines = 0;
  std::size_t depth = 0;
  AlignedVector<std::uint32_t> words;

  // Allocates only when it grows beyond every earlier size.
  void resize(std::size_t line_count, std::size_t depth_count) {
    lines = line_count;
    depth = depth_count;
    words.resize(panels() * panel_words());
  }
  std::size_t panels() const { return (lines + kBlockLines - 1) / kBlockLines * (kBlockLines / kTileLines); }
  std::size_t depth_tiles() const { return (depth + kTileDepth - 1) / kTileDepth; }
  std::size_t panel_words() const { return depth_tiles() * kTileWords; }
  std::uint32_t* tile(std::size_t panel, std::size_t depth_tile) {
    return words.data() + panel * panel_words() + depth_tile * kTileWords;
  }
  const std::uint32_t* tile(std::size_t panel, std::size_t depth_tile) const {
    return words.data() + panel * panel_words() + depth_tile * kTileWords;
  }
};
struct LeftOperand : TiledOperand {};   // lines: rows
struct RightOperand : TiledOperand {};  // lines: columns

// The forms wanted of a matrix m; null: not wanted.
struct TiledForms {
  LeftOperand* left = nullptr;               // of m
  LeftOperand* left_transposed = nullptr;    // of m^T
  RightOperand* right = nullptr;             // of m
  RightOperand* right_transposed = nullptr;  // of m^T
};
void pack_tiles(const Compute& compute, MatrixView<const float> m, const TiledForms& forms);

// c = a b + bias in every row (or + 0 when bias is empty). compute.matrix_unit must not be empty.
void multiply_tiles(const Compute& compute, const LeftOperand& a, const RightOperand& b,
                    std::span<const float> bias, MatrixView<float> c);

}  // namespace chainrule
