// Packing into tiles and the loop over them: the tiles a thread takes, their order on the matrix unit, and
// the same arithmetic in ordinary instructions (tile_kernels-inl.h). Layout and error bound are in
// tile_products.h.

#include "chainrule/tensor/tile_products.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "chainrule/tensor/bfloat16.h"
#include "hwy/cache_control.h"

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

// As in kernels.cpp.
#define HWY_DISABLED_TARGETS (HWY_SSE4 | HWY_SSSE3 | HWY_AVX3_DL)
#define HWY_COMPILE_ALL_ATTAINABLE
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "chainrule/tensor/tile_kernels-inl.h"
#include "hwy/foreach_target.h"
// The compiler's own baseline target.
#include "chainrule/tensor/target-inl.h"
#include "chainrule/tensor/tile_kernels-inl.h"

namespace chainrule {
namespace {

// --- one number at a time: the definition ------------------------------------------------------------------

std::uint32_t paired(float even, float odd) {
  return to_bfloat16(even) | static_cast<std::uint32_t>(to_bfloat16(odd)) << 16;
}

void pack_block(const float* m, std::size_t stride, std::uint32_t* const* left, std::uint32_t* const* right) {
  for (std::size_t line = 0; line < kBlockLines; ++line) {
    for (std::size_t pair = 0; pair < 16; ++pair) {
      if (left[0] != nullptr) {
        const float* row = m + line * stride;
        left[line / 16][line % 16 * 16 + pair] = paired(row[2 * pair], row[2 * pair + 1]);
      }
      if (right[0] != nullptr) {
        const float* column = m + line;
        right[line / 16][pair * 16 + line % 16] =
            paired(column[2 * pair * stride], column[(2 * pair + 1) * stride]);
      }
    }
  }
}

void transpose_tile(const std::uint32_t* from, std::uint32_t* to) {
  for (std::size_t row = 0; row < 16; ++row) {
    for (std::size_t column = 0; column < 16; ++column)
      to[column * 16 + row] = from[row * 16 + column];
  }
}

void stream_tile(const std::uint32_t* from, std::uint32_t* to) {
  std::copy_n(from, kTileWords, to);
}

float even_of(std::uint32_t pair) {
  return from_bfloat16(static_cast<std::uint16_t>(pair));
}
float odd_of(std::uint32_t pair) {
  return from_bfloat16(static_cast<std::uint16_t>(pair >> 16));
}

HWY_NOINLINE void multiply_tile(const std::uint32_t* a, const std::uint32_t* b, float* c) {
  for (std::size_t row = 0; row < 16; ++row) {
    for (std::size_t column = 0; column < 16; ++column) {
      float even = 0, odd = 0;
      for (std::size_t p = 0; p < 16; ++p) {
        even = std::fma(even_of(a[row * 16 + p]), even_of(b[p * 16 + column]), even);
        odd = std::fma(odd_of(a[row * 16 + p]), odd_of(b[p * 16 + column]), odd);
      }
      c[row * 16 + column] += even + odd;
    }
  }
}

// --- the path ----------------------------------------------------------------------------------------------

struct TileKernels {
  void (*pack_block)(const float*, std::size_t, std::uint32_t* const*, std::uint32_t* const*);
  void (*transpose)(const std::uint32_t*, std::uint32_t*);
  void (*stream)(const std::uint32_t*, std::uint32_t*);
  void (*multiply)(const std::uint32_t*, const std::uint32_t*, float*);
};

TileKernels kernels_of([[maybe_unused]] KernelPath path) {
  CHAINRULE_RETURN_ON_VECTORS(
      path, {target::pack_block, target::transpose_tile, target::stream_tile, target::multiply_tile});
  return {pack_block, transpose_tile, stream_tile, multiply_tile};
}

// --- the two units -----------------------------------------------------------------------------------------
//
// Tiles 0 to 3 hold sums, 4 and 5 left operands, 6 and 7 right ones.

#if defined(__x86_64__)
// Eight tiles of 16 rows x 64 bytes.
struct alignas(64) TileConfiguration {
  std::uint8_t palette = 1;
  std::uint8_t start_row = 0;
  std::uint8_t reserved[14] = {};
  std::uint16_t bytes_per_row[16] = {64, 64, 64, 64, 64, 64, 64, 64};
  std::uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
};
static_assert(sizeof(TileConfiguration) == 64);

// Written as instructions, not as the compilers' intrinsics: those need other flags for this file alone, and
// GCC 12's _tile_loadconfig does not say that it reads the configuration, which may then be stored after it.
// The tiles belong to one thread and to this object's life.
class AmxTiles {
 public:
  explicit AmxTiles(KernelPath) {
    static constexpr TileConfiguration configuration;
    asm volatile("ldtilecfg %0" : : "m"(configuration));
  }
  ~AmxTiles() { asm volatile("tilerelease"); }
  AmxTiles(const AmxTiles&) = delete;
  AmxTiles& operator=(const AmxTiles&) = delete;

  template <int TILE>
  void load_operand(const std::uint32_t* from) {
    load<TILE>(from, 64);
  }
  // 16 rows of 16 floats; stride 0 repeats one row.
  template <int TILE>
  void load_sum(const float* from, std::size_t stride) {
    load<TILE>(from, stride * sizeof(float));
  }
  template <int TILE>
  void store_sum(float* to, std::size_t stride) {
    asm volatile("tilestored %%tmm%c2, (%0,%1,1)"
                 :
                 : "r"(to), "r"(stride * sizeof(float)), "i"(TILE)
                 : "memory");
  }
  template <int SUM, int LEFT, int RIGHT>
  void multiply_add() {
    asm volatile("tdpbf16ps %%tmm%c2, %%tmm%c1, %%tmm%c0" : : "i"(SUM), "i"(LEFT), "i"(RIGHT));
  }

 private:
  template <int TILE>
  void load(const void* from, std::size_t stride) {
    asm volatile("tileloadd (%0,%1,1), %%tmm%c2" : : "r"(from), "r"(stride), "i"(TILE) : "memory");
  }
};
#endif

// The same with ordinary instructions. The thread's floating-point settings are changed during its lifetime:
// denormals count as zero (bits 15 and 6 of MXCSR).
class PortableTiles {
 public:
#if defined(__x86_64__)
  explicit PortableTiles(KernelPath path) : multiply_(kernels_of(path).multiply), settings_(_mm_getcsr()) {
    _mm_setcsr(0x1F80u | 0x8040u);
  }
  ~PortableTiles() {
    _mm_setcsr(settings_);
  }
#else
  explicit PortableTiles(KernelPath path) : multiply_(kernels_of(path).multiply) {}
#endif
  PortableTiles(const PortableTiles&) = delete;
  PortableTiles& operator=(const PortableTiles&) = delete;

  template <int TILE>
  void load_operand(const std::uint32_t* from) {
    operands_[TILE - 4] = from;
  }
  template <int TILE>
  void load_sum(const float* from, std::size_t stride) {
    for (std::size_t row = 0; row < 16; ++row)
      std::copy_n(from + row * stride, 16, sums_[TILE] + row * 16);
  }
  template <int TILE>
  void store_sum(float* to, std::size_t stride) {
    for (std::size_t row = 0; row < 16; ++row)
      std::copy_n(sums_[TILE] + row * 16, 16, to + row * stride);
  }
  template <int SUM, int LEFT, int RIGHT>
  void multiply_add() {
    multiply_(operands_[LEFT - 4], operands_[RIGHT - 4], sums_[SUM]);
  }

 private:
  void (*multiply_)(const std::uint32_t*, const std::uint32_t*, float*);
#if defined(__x86_64__)
  unsigned settings_;
#endif
  const std::uint32_t* operands_[4] = {};
  alignas(64) float sums_[4][kTileWords];
};

// --- the product -------------------------------------------------------------------------------------------

// Depth at once, in tiles: two panels of b, 32 KiB, stay in the level-1 cache while those of a go by. The
// sums wait in c, which changes no bit.
constexpr std::size_t kDepthTiles = 16;

// One block of 32 x 32 sums over `depth` tiles: four sums share two tiles of a and two of b.
template <typename Unit>
void multiply_block(Unit& unit, const std::uint32_t* a, std::size_t a_panel, const std::uint32_t* b,
                    std::size_t b_panel, std::size_t depth) {
  for (std::size_t i = 0; i < depth; ++i, a += kTileWords, b += kTileWords) {
    unit.template load_operand<4>(a);
    unit.template load_operand<6>(b);
    unit.template load_operand<7>(b + b_panel);
    unit.template multiply_add<0, 4, 6>();
    unit.template multiply_add<1, 4, 7>();
    unit.template load_operand<5>(a + a_panel);
    unit.template multiply_add<2, 5, 6>();
    unit.template multiply_add<3, 5, 7>();
  }
}

// Blocks [row, row + rows) x [column, column + columns) of c.
struct BlockRegion {
  std::size_t row;
  std::size_t rows;
  std::size_t column;
  std::size_t columns;
};

template <typename Unit>
void multiply_region(KernelPath path, const BlockRegion& region, const LeftOperand& a, const RightOperand& b,
                     std::span<const float> bias, const MatrixView<float>& c) {
  Unit unit(path);
  alignas(64) float edge[kBlockLines * kBlockLines];
  alignas(64) float start[kBlockLines];
  std::size_t first = 0;
  do {
    const std::size_t depth = std::min(kDepthTiles, a.depth_tiles() - first);
    for (std::size_t j = region.column; j < region.column + region.columns; ++j) {
      const std::size_t column = j * kBlockLines;
      const std::size_t columns = std::min(kBlockLines, c.columns - column);
      std::fill_n(start, kBlockLines, 0.0F);
      if (!bias.empty()) std::copy_n(bias.data() + column, columns, start);
      for (std::size_t i = region.row; i < region.row + region.rows; ++i) {
        const std::size_t row = i * kBlockLines;
        const std::size_t rows = std::min(kBlockLines, c.rows - row);
        float* const corner = c.data + row * c.stride + column;
        const bool is_whole = rows == kBlockLines && columns == kBlockLines;
        float* const to = is_whole ? corner : edge;
        const std::size_t stride = is_whole ? c.stride : kBlockLines;
        if (first > 0 && !is_whole) {
          for (std::size_t r = 0; r < rows; ++r)
            std::copy_n(corner + r * c.stride, columns, edge + r * kBlockLines);
        }
        const float* const from = first == 0 ? start : to;
        const std::size_t from_stride = first == 0 ? 0 : stride;
        unit.template load_sum<0>(from, from_stride);
        unit.template load_sum<1>(from + 16, from_stride);
        unit.template load_sum<2>(from + 16 * from_stride, from_stride);
        unit.template load_sum<3>(from + 16 * from_stride + 16, from_stride);
        multiply_block(unit, a.tile(2 * i, first), a.panel_words(), b.tile(2 * j, first), b.panel_words(),
                       depth);
        unit.template store_sum<0>(to, stride);
        unit.template store_sum<1>(to + 16, stride);
        unit.template store_sum<2>(to + 16 * stride, stride);
        unit.template store_sum<3>(to + 16 * stride + 16, stride);
        if (is_whole) continue;
        for (std::size_t r = 0; r < rows; ++r)
          std::copy_n(edge + r * kBlockLines, columns, corner + r * c.stride);
      }
    }
    first += depth;
  } while (first < a.depth_tiles());
}

// --- the threads -------------------------------------------------------------------------------------------

// A product with fewer multiply-adds stays on the calling thread. The limit is higher than in
// kernels.cpp, because a matrix unit is some fourteen times as fast (measured on one machine with AMX; the
// limit itself was not measured).
constexpr std::size_t kParallelWork = 2'000'000;
// Packing fewer numbers stays on the calling thread, too.
constexpr std::size_t kParallelNumbers = 65'536;
// A form of this many numbers or more is written past the caches: no level-2 cache keeps its 2 MiB until it
// is used. Both forms of 4096 x 4096 numbers take 1.3 to 2 times as long otherwise (AMD Zen 3, with the
// memory shared with other work).
constexpr std::size_t kStreamedNumbers = 1'000'000;

std::size_t blocks_of(std::size_t lines) {
  return (lines + kBlockLines - 1) / kBlockLines;
}

// A region is what one thread takes: up to 512 x 512 numbers, whose operands and sums at one time (1.5 MiB)
// should fit a level-2 cache, and smaller until there are sixteen. It depends on the shape alone.
struct RegionSize {
  std::size_t rows = 16;  // in blocks
  std::size_t columns = 16;
};
RegionSize region_size(std::size_t row_blocks, std::size_t column_blocks) {
  RegionSize size{std::min<std::size_t>(16, row_blocks), std::min<std::size_t>(16, column_blocks)};
  const auto regions = [&] {
    return ((row_blocks + size.rows - 1) / size.rows) * ((column_blocks + size.columns - 1) / size.columns);
  };
  while (regions() < 16 && size.rows * size.columns > 2) {
    std::size_t& larger = size.rows >= size.columns ? size.rows : size.columns;
    larger = (larger + 1) / 2;
  }
  return size;
}

}  // namespace

void pack_tiles(const Compute& compute, MatrixView<const float> m, const TiledForms& forms) {
  if (forms.left != nullptr) forms.left->resize(m.rows, m.columns);
  if (forms.left_transposed != nullptr) forms.left_transposed->resize(m.columns, m.rows);
  if (forms.right != nullptr) forms.right->resize(m.columns, m.rows);
  if (forms.right_transposed != nullptr) forms.right_transposed->resize(m.rows, m.columns);

  const TileKernels kernels = kernels_of(compute.path);
  const bool wants_left = forms.left != nullptr || forms.right_transposed != nullptr;
  const bool wants_right = forms.right != nullptr || forms.left_transposed != nullptr;
  const bool is_streamed = m.rows * m.columns >= kStreamedNumbers;
  constexpr std::size_t blocks_at_once = 8;
  const std::size_t column_blocks = blocks_of(m.columns);
  const std::size_t strips = (column_blocks + blocks_at_once - 1) / blocks_at_once;

  const auto pack_strip = [&](std::size_t task) {
    alignas(64) float edge[kBlockLines * kBlockLines];
    alignas(64) std::uint32_t spare[4][kTileWords];
    alignas(64) std::uint32_t turned[kTileWords];
    const std::size_t i = task / strips;
    const std::size_t row = i * kBlockLines;
    const std::size_t rows = std::min(kBlockLines, m.rows - row);
    const std::size_t end = std::min(column_blocks, (task % strips + 1) * blocks_at_once);
    for (std::size_t j = task % strips * blocks_at_once; j < end; ++j) {
      const std::size_t column = j * kBlockLines;
      const std::size_t columns = std::min(kBlockLines, m.columns - column);
      const float* from = m.data + row * m.stride + column;
      std::size_t stride = m.stride;
      if (rows < kBlockLines || columns < kBlockLines) {
        std::fill_n(edge, kBlockLines * kBlockLines, 0.0F);
        for (std::size_t r = 0; r < rows; ++r)
          std::copy_n(from + r * stride, columns, edge + r * kBlockLines);
        from = edge;
        stride = kBlockLines;
      }
      std::uint32_t* left[2] = {};
      std::uint32_t* right[2] = {};
      for (std::size_t half = 0; half < 2; ++half) {
        const bool to_left = forms.left != nullptr && !is_streamed;
        const bool to_right = forms.right != nullptr && !is_streamed;
        if (wants_left) left[half] = to_left ? forms.left->tile(2 * i + half, j) : spare[half];
        if (wants_right) right[half] = to_right ? forms.right->tile(2 * j + half, i) : spare[2 + half];
      }
      kernels.pack_block(from, stride, left, right);
      const auto transpose = [&](const std::uint32_t* tile, std::uint32_t* to) {
        if (!is_streamed) return kernels.transpose(tile, to);
        kernels.transpose(tile, turned);
        kernels.stream(turned, to);
      };
      for (std::size_t half = 0; half < 2; ++half) {
        if (forms.right_transposed != nullptr)
          transpose(left[half], forms.right_transposed->tile(2 * i + half, j));
        if (forms.left_transposed != nullptr)
          transpose(right[half], forms.left_transposed->tile(2 * j + half, i));
        if (!is_streamed) continue;
        if (forms.left != nullptr) kernels.stream(left[half], forms.left->tile(2 * i + half, j));
        if (forms.right != nullptr) kernels.stream(right[half], forms.right->tile(2 * j + half, i));
      }
    }
    if (is_streamed) hwy::FlushStream();
  };
  run_tasks(m.rows * m.columns >= kParallelNumbers ? compute.pool : nullptr, blocks_of(m.rows) * strips,
            pack_strip);
}

void multiply_tiles(const Compute& compute, const LeftOperand& a, const RightOperand& b,
                    std::span<const float> bias, MatrixView<float> c) {
  assert(a.depth == b.depth && c.rows == a.lines && c.columns == b.lines);
  assert(bias.empty() || bias.size() == c.columns);
  assert(compute.matrix_unit.has_value());
  if (c.rows == 0 || c.columns == 0) return;
  const std::size_t row_blocks = blocks_of(c.rows), column_blocks = blocks_of(c.columns);
  const RegionSize size = region_size(row_blocks, column_blocks);
  const std::size_t row_regions = (row_blocks + size.rows - 1) / size.rows;
  const std::size_t column_regions = (column_blocks + size.columns - 1) / size.columns;

  ThreadPool* const pool = c.rows * c.columns * a.depth >= kParallelWork ? compute.pool : nullptr;
  run_tasks(pool, row_regions * column_regions, [&](std::size_t task) {
    const std::size_t row = task % row_regions * size.rows;
    const std::size_t column = task / row_regions * size.columns;
    const BlockRegion region{row, std::min(size.rows, row_blocks - row), column,
                             std::min(size.columns, column_blocks - column)};
#if defined(__x86_64__)
    if (compute.matrix_unit == MatrixUnit::amx)
      return multiply_region<AmxTiles>(compute.path, region, a, b, bias, c);
#endif
    multiply_region<PortableTiles>(compute.path, region, a, b, bias, c);
  });
}

}  // namespace chainrule
