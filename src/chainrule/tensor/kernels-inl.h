// The vector kernels of kernels.h, compiled once for each instruction set with fused multiply-add (AVX2,
// AVX-512).
//
// One micro-kernel serves all three products: a tile of `ROWS` x `VECTORS` registers, each lane one chain
//   c[i][j] = start + sum_p a(i, p) b[p][j]      a(i, p) = a[i * a_row + p * a_step]
// where only the strides of a differ: x[r][k] (multiply), d_y[r][j] with w transposed into panels
// (multiply_transposed), x[r][k] read down its columns (outer_product_sum). Tiles of outer_product_sum cut
// their chains after 32 rows and join the pieces in the tree of rule 2, on a stack of tiles that works like a
// binary counter.
//
// b is read in panels as wide as a tile. A panel used by many rows is first copied to memory of the calling
// thread, contiguous and aligned: if the row length is a power of two, the rows of a panel would otherwise
// fall into few cache sets.

#if defined(CHAINRULE_TENSOR_KERNELS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CHAINRULE_TENSOR_KERNELS_INL_H_
#undef CHAINRULE_TENSOR_KERNELS_INL_H_
#else
#define CHAINRULE_TENSOR_KERNELS_INL_H_
#endif

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <utility>

#include "chainrule/tensor/kernels.h"
#include "chainrule/tensor/transpose-inl.h"
#include "hwy/highway.h"

#ifndef CHAINRULE_TENSOR_REGION
#define CHAINRULE_TENSOR_REGION
namespace chainrule {
// A rectangle of a result: rows [row, row + rows), columns [column, column + columns).
struct Region {
  std::size_t row;
  std::size_t rows;
  std::size_t column;
  std::size_t columns;
};
// A sum of squares: the values in a chunk, and the chains side by side in each chunk (docs/numerics.md, rule
// 2).
inline constexpr std::size_t kSquaresChunk = 4096;
inline constexpr std::size_t kSquareChains = 16;
// Halves join until one is left: chain l with l + 8, then with l + 4, l + 2, l + 1.
inline double join_square_chains(double (&chains)[kSquareChains]) {
  for (std::size_t half = kSquareChains / 2; half != 0; half /= 2) {
    for (std::size_t l = 0; l < half; ++l)
      chains[l] += chains[l + half];
  }
  return chains[0];
}

// Open subtrees of a sum over any number of rows: at most one per bit of the number of blocks.
inline constexpr std::size_t kSumLevels = 59;

// Scratch memory that each thread keeps, one piece for each purpose: steps allocate only until the largest
// batch has been seen.
enum class Scratch { subtrees, inputs, panels };
template <typename T, Scratch PURPOSE>
T* scratch(std::size_t count) {
  thread_local AlignedVector<T> room;
  if (room.size() < count) room.resize(count);
  return room.data();
}
}  // namespace chainrule
#endif

// The scalar and SSE targets have no fused multiply-add: KernelPath::scalar does their work in kernels.cpp.
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3

#if HWY_COMPILER_CLANG
#define CHAINRULE_UNROLL _Pragma("clang loop unroll(full)")
#else
#define CHAINRULE_UNROLL _Pragma("GCC unroll 16")
#endif

HWY_BEFORE_NAMESPACE();
namespace chainrule {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// --- the micro-kernel --------------------------------------------------------------------------------------

template <typename T>
inline constexpr std::size_t kLanes = HWY_MAX_BYTES / sizeof(T);

// Registers: AVX2 has 16 (12 sums, 2 of b, 1 of a), AVX-512 has 32 (24 sums, 4 of b, 1 of a).
inline constexpr std::size_t kVectors = HWY_TARGET == HWY_AVX2 ? 2 : 4;
inline constexpr std::size_t kMaxRows = 12;
// Rows of a tile 1, 2, .. vectors wide. Two multiply-add units of latency 4 need at least 8 sums in flight.
inline constexpr std::size_t kRowsOf[5] = {0, 12, HWY_TARGET == HWY_AVX2 ? 6 : 8, 6, 6};
// Vectors of a tile with one row and with two rows, for batches of that size.
inline constexpr std::size_t kWideVectors[3] = {0, 8, 4};

template <typename T>
inline constexpr std::size_t kPanel = (kVectors * kLanes<T>);

// Bytes of a copied panel: half of a level-1 cache; the other half is for a.
inline constexpr std::size_t kPanelBytes = HWY_TARGET == HWY_AVX2 ? 16384 : 24576;
template <typename T>
inline constexpr std::size_t kPanelDepth = kPanelBytes / sizeof(T) / kPanel<T>;

// Levels of the tree within one call of the micro-kernel, and the rows of such an aligned subtree.
inline constexpr std::size_t kTreeLevels = 3;
inline constexpr std::size_t kSubtreeRows = kBatchBlock << kTreeLevels;

enum class Start { zero, bias, continued };
// What happens to a finished sum: it is stored, or added to the number in its place.
enum class Finish { stored, joined };
enum class Edge { whole, masked };

// The first `count` lanes (1 to all). The masked store of AVX2 takes 12 cycles or more on AMD processors,
// while stores of 4, 2 and 1 lanes take 1 each; that of AVX-512 is fast everywhere.
template <class D, class V, typename T>
HWY_INLINE void store_first(D d, V v, std::size_t count, T* HWY_RESTRICT to) {
#if HWY_TARGET == HWY_AVX2
  if (count == kLanes<T>) return hn::StoreU(v, d, to);
  const hn::Half<D> half;
  auto rest = hn::LowerHalf(half, v);
  std::size_t lanes = kLanes<T> / 2;
  if ((count & lanes) != 0) {
    hn::StoreU(rest, half, to);
    to += lanes;
    rest = hn::UpperHalf(half, v);
  }
  const hn::Half<hn::Half<D>> quarter;
  auto last = hn::LowerHalf(quarter, rest);
  lanes /= 2;
  if constexpr (sizeof(T) == 4) {
    if ((count & lanes) != 0) {
      hn::StoreU(last, quarter, to);
      to += lanes;
      last = hn::UpperHalf(quarter, rest);
    }
    if ((count & 1) != 0) *to = hn::GetLane(last);
  } else {
    if ((count & 1) != 0) *to = hn::GetLane(last);
  }
#else
  hn::BlendedStore(v, hn::FirstN(d, count), d, to);
#endif
}

template <typename T>
struct Tile {
  const T* a;
  std::size_t a_row;
  std::size_t a_step;
  const T* b;
  std::size_t b_stride;
  T* c;
  std::size_t c_stride;
  std::size_t depth;
  std::size_t block;  // length of a chain: depth, or kBatchBlock for a sum over the batch
  const T* bias;
  Start start;
  Finish finish;
  std::size_t last_lanes;  // columns in the last vector, for Edge::masked
};

template <typename T, std::size_t ROWS, std::size_t VECTORS, Edge EDGE>
HWY_NOINLINE void run_tile(const Tile<T>& tile) {
  const hn::ScalableTag<T> d;
  using V = hn::Vec<decltype(d)>;
  constexpr std::size_t lanes = kLanes<T>;
  const auto mask = hn::FirstN(d, tile.last_lanes);
  const std::size_t a_row = tile.a_row, a_step = tile.a_step, b_stride = tile.b_stride;
  const std::size_t c_stride = tile.c_stride, block_length = tile.block, last_lanes = tile.last_lanes;
  const T* HWY_RESTRICT a = tile.a;
  const T* HWY_RESTRICT b = tile.b;
  T* const HWY_RESTRICT c = tile.c;
  HWY_ALIGN T stack[kTreeLevels][ROWS][VECTORS * lanes];
  V sum[ROWS][VECTORS];

  std::size_t rest = tile.depth;
  for (std::size_t block = 0;; ++block) {
    if (tile.start == Start::continued) {
      CHAINRULE_UNROLL
      for (std::size_t i = 0; i < ROWS; ++i) {
        CHAINRULE_UNROLL
        for (std::size_t v = 0; v < VECTORS; ++v) {
          const T* from = c + i * c_stride + v * lanes;
          sum[i][v] =
              EDGE == Edge::masked && v + 1 == VECTORS ? hn::MaskedLoad(mask, d, from) : hn::LoadU(d, from);
        }
      }
    } else if (tile.start == Start::bias) {
      CHAINRULE_UNROLL
      for (std::size_t v = 0; v < VECTORS; ++v) {
        const T* from = tile.bias + v * lanes;
        const V start =
            EDGE == Edge::masked && v + 1 == VECTORS ? hn::MaskedLoad(mask, d, from) : hn::LoadU(d, from);
        CHAINRULE_UNROLL
        for (std::size_t i = 0; i < ROWS; ++i)
          sum[i][v] = start;
      }
    } else {
      CHAINRULE_UNROLL
      for (std::size_t i = 0; i < ROWS; ++i) {
        CHAINRULE_UNROLL
        for (std::size_t v = 0; v < VECTORS; ++v)
          sum[i][v] = hn::Zero(d);
      }
    }

    const std::size_t steps = std::min(rest, block_length);
    for (std::size_t p = 0; p < steps; ++p) {
      V b_p[VECTORS];
      CHAINRULE_UNROLL
      for (std::size_t v = 0; v < VECTORS; ++v) {
        const T* from = b + v * lanes;
        b_p[v] =
            EDGE == Edge::masked && v + 1 == VECTORS ? hn::MaskedLoad(mask, d, from) : hn::LoadU(d, from);
      }
      CHAINRULE_UNROLL
      for (std::size_t i = 0; i < ROWS; ++i) {
        const V a_i = hn::Set(d, a[i * a_row]);
        CHAINRULE_UNROLL
        for (std::size_t v = 0; v < VECTORS; ++v)
          sum[i][v] = hn::MulAdd(a_i, b_p[v], sum[i][v]);
      }
      a += a_step;
      b += b_stride;
    }
    rest -= steps;

    // Block number `block` completes as many subtrees as its binary form has trailing ones; after the last
    // block, the open subtrees are joined from the right.
    const bool last = rest == 0;
    std::size_t open = block;
    std::size_t level = 0;
    for (; last ? open != 0 : (open & 1) != 0; open >>= 1, ++level) {
      if ((open & 1) == 0) continue;
      CHAINRULE_UNROLL
      for (std::size_t i = 0; i < ROWS; ++i) {
        CHAINRULE_UNROLL
        for (std::size_t v = 0; v < VECTORS; ++v) {
          sum[i][v] = hn::Add(hn::Load(d, &stack[level][i][v * lanes]), sum[i][v]);
        }
      }
    }
    if (last) break;
    CHAINRULE_UNROLL
    for (std::size_t i = 0; i < ROWS; ++i) {
      CHAINRULE_UNROLL
      for (std::size_t v = 0; v < VECTORS; ++v)
        hn::Store(sum[i][v], d, &stack[level][i][v * lanes]);
    }
  }

  if (tile.finish == Finish::joined) {
    CHAINRULE_UNROLL
    for (std::size_t i = 0; i < ROWS; ++i) {
      CHAINRULE_UNROLL
      for (std::size_t v = 0; v < VECTORS; ++v) {
        const T* left = c + i * c_stride + v * lanes;
        sum[i][v] = hn::Add(
            EDGE == Edge::masked && v + 1 == VECTORS ? hn::MaskedLoad(mask, d, left) : hn::LoadU(d, left),
            sum[i][v]);
      }
    }
  }
  CHAINRULE_UNROLL
  for (std::size_t i = 0; i < ROWS; ++i) {
    CHAINRULE_UNROLL
    for (std::size_t v = 0; v < VECTORS; ++v) {
      T* to = c + i * c_stride + v * lanes;
      if (EDGE == Edge::masked && v + 1 == VECTORS) {
        store_first(d, sum[i][v], last_lanes, to);
      } else {
        hn::StoreU(sum[i][v], d, to);
      }
    }
  }
}

template <typename T>
using RunTile = void (*)(const Tile<T>&);

template <typename T, std::size_t VECTORS, Edge EDGE, std::size_t... I>
constexpr std::array<RunTile<T>, kMaxRows + 1> tiles_of_width(std::index_sequence<I...>) {
  return {nullptr, &run_tile<T, I + 1, VECTORS, EDGE>...};
}
template <typename T, std::size_t VECTORS, Edge EDGE>
inline constexpr std::array<RunTile<T>, kMaxRows + 1> kTilesOfWidth =
    tiles_of_width<T, VECTORS, EDGE>(std::make_index_sequence<kRowsOf[VECTORS]>());

// The height of the tiles of copied inputs, the same for every width.
inline constexpr std::size_t kCopiedRows = 6;

// Cuts `rows` evenly: 7 rows, say, into tiles of 4 and 3, not of 6 and 1.
class EvenCut {
 public:
  EvenCut(std::size_t rows, std::size_t limit) : count_(1), base_(rows), larger_(0) {
    if (rows <= limit) return;  // two divisions are a third of the time of a tiny product
    count_ = (rows + limit - 1) / limit;
    base_ = rows / count_;
    larger_ = rows % count_;
  }
  std::size_t count() const { return count_; }
  std::size_t rows_of(std::size_t i) const { return base_ + (i < larger_ ? 1 : 0); }

 private:
  std::size_t count_, base_, larger_;
};

// The columns [c, c + width) of all rows, width <= kPanel. copied_a: the distance between the tiles of a,
// which lie one after the other (0: a was not copied).
template <typename T>
HWY_INLINE void run_panel(Tile<T> tile, std::size_t rows, std::size_t width, std::size_t copied_a = 0) {
  const std::size_t vectors = (width + kLanes<T> - 1) / kLanes<T>;
  tile.last_lanes = width - (vectors - 1) * kLanes<T>;
  const RunTile<T>* run;
  if (width == kPanel<T>) {
    run = kTilesOfWidth<T, kVectors, Edge::whole>.data();
  } else if (vectors == 1) {
    run = kTilesOfWidth<T, 1, Edge::masked>.data();
  } else if (vectors == 2) {
    run = kTilesOfWidth<T, 2, Edge::masked>.data();
#if HWY_TARGET != HWY_AVX2
  } else if (vectors == 3) {
    run = kTilesOfWidth<T, 3, Edge::masked>.data();
#endif
  } else {
    run = kTilesOfWidth<T, kVectors, Edge::masked>.data();
  }
  const EvenCut cut(rows, copied_a != 0 ? kCopiedRows : kRowsOf[vectors]);
  for (std::size_t i = 0; i < cut.count(); ++i) {
    const std::size_t tile_rows = cut.rows_of(i);
    run[tile_rows](tile);
    tile.a += copied_a != 0 ? copied_a : tile_rows * tile.a_row;
    tile.c += tile_rows * tile.c_stride;
  }
}

// --- panels ------------------------------------------------------------------------------------------------

// Panels copied together: their columns of b are read side by side, 256 bytes of every row. Copying panel
// after panel would touch a page of memory for each row (wide layers: 8 to 10 % of the time of a
// product).
template <typename T>
inline constexpr std::size_t kPanelGroup = std::max<std::size_t>(1, 64 / kPanel<T>);

// panels[i][p][j] = b[p][i kPanel + j] for p < depth, i kPanel + j < width; the panels lie `size` numbers
// apart.
template <typename T>
void copy_panels(const T* HWY_RESTRICT b, std::size_t b_stride, std::size_t depth, std::size_t width,
                 T* HWY_RESTRICT panels, std::size_t size) {
  const hn::ScalableTag<T> d;
  constexpr std::size_t lanes = kLanes<T>;
  const std::size_t whole = width / kPanel<T>;
  const std::size_t rest = width % kPanel<T>;
  const auto mask = hn::FirstN(d, rest % lanes);
  for (std::size_t p = 0; p < depth; ++p, b += b_stride, panels += kPanel<T>) {
    for (std::size_t i = 0; i < whole; ++i) {
      CHAINRULE_UNROLL
      for (std::size_t v = 0; v < kVectors; ++v)
        hn::Store(hn::LoadU(d, b + i * kPanel<T> + v * lanes), d, panels + i * size + v * lanes);
    }
    if (rest == 0) continue;
    const T* from = b + whole * kPanel<T>;
    T* to = panels + whole * size;
    std::size_t v = 0;
    for (; (v + 1) * lanes <= rest; ++v)
      hn::Store(hn::LoadU(d, from + v * lanes), d, to + v * lanes);
    if (v * lanes < rest) hn::Store(hn::MaskedLoad(mask, d, from + v * lanes), d, to + v * lanes);
  }
}

// --- the products ------------------------------------------------------------------------------------------

// Fewer columns of d_w than this leave parts of vectors empty.
template <typename T>
inline constexpr std::size_t kNarrow = 2 * kLanes<T>;

// From this many rows on, copying a panel of b pays off.
inline constexpr std::size_t kCopyRows = 24;

// A matrix that fits into half of a level-1 cache is read where it is.
inline constexpr std::size_t kSmallMatrixBytes = 16384;

// Columns of a result that are finished before the next ones are begun: with up to 128 rows they stay in the
// level-2 cache during all blocks of the depth.
inline constexpr std::size_t kFinishedColumns = 256;

template <typename T>
void multiply_region(const Region& region, const MatrixView<const T>& x, const MatrixView<const T>& w,
                     const T* bias, const MatrixView<T>& y) {
  if (region.rows == 0 || region.columns == 0) return;
  const std::size_t depth = w.rows;
  const bool copied = region.rows >= kCopyRows && depth * w.stride * sizeof(T) > kSmallMatrixBytes;
  const std::size_t step = copied ? kPanelDepth<T> : depth;
  const std::size_t end = region.column + region.columns;
  constexpr std::size_t panel_size = kPanelDepth<T> * kPanel<T>;
  T* const panels = copied ? scratch<T, Scratch::panels>(kPanelGroup<T> * panel_size) : nullptr;
  Tile<T> tile;
  tile.a_row = x.stride;
  tile.a_step = 1;
  tile.c_stride = y.stride;
  tile.finish = Finish::stored;
  for (std::size_t first = region.column; first < end; first += kFinishedColumns) {
    const std::size_t last = copied ? std::min(end, first + kFinishedColumns) : end;
    std::size_t k = 0;
    do {
      tile.depth = tile.block = std::min(step, depth - k);
      tile.start = k != 0 ? Start::continued : bias != nullptr ? Start::bias : Start::zero;
      std::size_t column = first;
      if (region.rows <= 2) {
        const std::size_t width = kWideVectors[region.rows] * kLanes<T>;
        for (; column + width <= last; column += width) {
          tile.a = x.data + region.row * x.stride + k;
          tile.b = w.data + k * w.stride + column;
          tile.b_stride = w.stride;
          tile.c = y.data + region.row * y.stride + column;
          tile.bias = bias == nullptr ? nullptr : bias + column;
          tile.last_lanes = kLanes<T>;
          if (region.rows == 1) {
            run_tile<T, 1, kWideVectors[1], Edge::whole>(tile);
          } else {
            run_tile<T, 2, kWideVectors[2], Edge::whole>(tile);
          }
        }
      }
      for (std::size_t in_group = 0; column < last; column += kPanel<T>, ++in_group) {
        const std::size_t width = std::min(kPanel<T>, last - column);
        tile.a = x.data + region.row * x.stride + k;
        tile.b = w.data + k * w.stride + column;
        tile.b_stride = w.stride;
        tile.c = y.data + region.row * y.stride + column;
        tile.bias = bias == nullptr ? nullptr : bias + column;
        if (copied) {
          if (in_group == kPanelGroup<T>) in_group = 0;
          if (in_group == 0) {
            copy_panels(tile.b, w.stride, tile.depth, std::min(kPanelGroup<T> * kPanel<T>, last - column),
                        panels, panel_size);
          }
          tile.b = panels + in_group * panel_size;
          tile.b_stride = kPanel<T>;
        }
        run_panel(tile, region.rows, width);
      }
      k += tile.depth;
    } while (k < depth);
    if (last == end) break;
  }
}

template <typename T>
void multiply_transposed_region(const Region& region, const MatrixView<const T>& d_y,
                                const MatrixView<const T>& w, const MatrixView<T>& d_x) {
  if (region.rows == 0 || region.columns == 0) return;
  const std::size_t depth = w.columns;
  const std::size_t end = region.column + region.columns;
  HWY_ALIGN T panel[kPanelDepth<T> * kPanel<T>];
  Tile<T> tile;
  tile.a_row = d_y.stride;
  tile.a_step = 1;
  tile.b = panel;
  tile.b_stride = kPanel<T>;
  tile.c_stride = d_x.stride;
  tile.bias = nullptr;
  tile.finish = Finish::stored;
  for (std::size_t first = region.column; first < end; first += kFinishedColumns) {
    const std::size_t last = std::min(end, first + kFinishedColumns);
    std::size_t j = 0;
    do {
      tile.depth = tile.block = std::min(kPanelDepth<T>, depth - j);
      tile.start = j != 0 ? Start::continued : Start::zero;
      for (std::size_t column = first; column < last; column += kPanel<T>) {
        const std::size_t width = std::min(kPanel<T>, last - column);
        transpose(w.data + column * w.stride + j, w.stride, tile.depth, width, panel, kPanel<T>);
        tile.a = d_y.data + region.row * d_y.stride + j;
        tile.c = d_x.data + region.row * d_x.stride + column;
        run_panel(tile, region.rows, width);
      }
      j += tile.depth;
    } while (j < depth);
  }
}

// Columns of x (rows of d_w) that are copied together: 96 KiB of a level-2 cache.
template <typename T>
inline constexpr std::size_t kInputGroup = 384 / sizeof(T);
template <typename T>
inline constexpr std::size_t kCopiedTile = (kSubtreeRows * kCopiedRows) + kLanes<T>;  // from one to the next
// The columns are copied where enough columns of d_w use the copy (256 x 1000 x 1000: 73 % of the peak, 69 %
// without it), and sooner where the rows of x share cache sets (256 x 1024 x 1024: 60 % without it).
inline constexpr std::size_t kBadStride = 1024;
template <typename T>
std::size_t copy_columns(const MatrixView<const T>& x) {
  return x.stride * sizeof(T) % kBadStride == 0 ? 96 : 192;
}

// copy[tile][r][i] = x[r][column + i]: the columns that a tile needs, side by side. A row may copy columns
// beyond those of its tile, which the next row overwrites, but never columns beyond those of x.
template <typename T>
void copy_inputs(const MatrixView<const T>& x, std::size_t column, std::size_t columns,
                 T* HWY_RESTRICT copy) {
  const hn::CappedTag<T, 32 / sizeof(T)> d;
  constexpr std::size_t lanes = 32 / sizeof(T);
  constexpr std::size_t reach = (kCopiedRows + lanes - 1) / lanes * lanes;
  const EvenCut cut(columns, kCopiedRows);
  const T* from = x.data + column;
  for (std::size_t r = 0; r < x.rows; ++r, from += x.stride, copy += kCopiedRows) {
    std::size_t first = 0;
    for (std::size_t i = 0; i < cut.count(); ++i) {
      T* const to = copy + i * kCopiedTile<T>;
      if (column + first + reach <= x.columns) {
        for (std::size_t j = 0; j < reach; j += lanes)
          hn::StoreU(hn::LoadU(d, from + first + j), d, to + j);
      } else {
        for (std::size_t j = 0; j < cut.rows_of(i); ++j)
          to[j] = from[first + j];
      }
      first += cut.rows_of(i);
    }
  }
}

// Columns of d_w that are processed together: their part of d_y, 256 KiB, is copied once.
inline constexpr std::size_t kSumColumns = 256;

// One subtree of the sum: at most kSubtreeRows rows. Rows and columns of the region are those of d_w, at most
// kSumColumns columns.
template <typename T>
void outer_product_subtree(const Region& region, const MatrixView<const T>& x, const MatrixView<const T>& d_y,
                           const MatrixView<T>& d_w, Finish finish) {
  const std::size_t end = region.column + region.columns;
  const bool inputs_copied = region.columns >= copy_columns(x) && x.rows > kBatchBlock;
  const bool panels_copied = x.rows > kBatchBlock && region.rows >= kCopyRows;
  constexpr std::size_t panel_size = kSubtreeRows * kPanel<T>;
  T* panels = nullptr;
  if (panels_copied) {
    panels = scratch<T, Scratch::panels>((kSumColumns + kPanel<T> - 1) / kPanel<T> * panel_size);
    copy_panels(d_y.data + region.column, d_y.stride, x.rows, region.columns, panels, panel_size);
  }
  Tile<T> tile;
  tile.a_row = 1;
  tile.c_stride = d_w.stride;
  tile.depth = x.rows;
  tile.block = kBatchBlock;
  tile.bias = nullptr;
  tile.start = Start::zero;
  tile.finish = finish;
  const std::size_t group = inputs_copied ? kInputGroup<T> : region.rows;
  for (std::size_t k = region.row; k < region.row + region.rows; k += group) {
    const std::size_t rows = std::min(group, region.row + region.rows - k);
    const T* a = x.data + k;
    tile.a_step = x.stride;
    if (inputs_copied) {
      T* const copy =
          scratch<T, Scratch::inputs>((kInputGroup<T> + kCopiedRows - 1) / kCopiedRows * kCopiedTile<T>);
      copy_inputs(x, k, rows, copy);
      a = copy;
      tile.a_step = kCopiedRows;
    }
    for (std::size_t column = region.column, i = 0; column < end; column += kPanel<T>, ++i) {
      const std::size_t width = std::min(kPanel<T>, end - column);
      tile.a = a;
      tile.b = panels_copied ? panels + i * panel_size : d_y.data + column;
      tile.b_stride = panels_copied ? kPanel<T> : d_y.stride;
      tile.c = d_w.data + k * d_w.stride + column;
      run_panel(tile, rows, width, inputs_copied ? kCopiedTile<T> : 0);
    }
  }
}

// to = left + to, element by element.
template <typename T>
void join_left(const T* HWY_RESTRICT left, T* HWY_RESTRICT to, std::size_t count) {
  const hn::ScalableTag<T> d;
  std::size_t i = 0;
  for (; i + kLanes<T> <= count; i += kLanes<T>) {
    hn::StoreU(hn::Add(hn::LoadU(d, left + i), hn::LoadU(d, to + i)), d, to + i);
  }
  for (; i < count; ++i)
    to[i] = left[i] + to[i];
}

// The same for few columns, with the roles exchanged: d_w^T = d_y^T x fills whole vectors along the rows of
// d_w, and fma(a, b, c) = fma(b, a, c). Tiles are transposed on their way out.
template <typename T>
void outer_product_narrow(const Region& region, const MatrixView<const T>& x, const MatrixView<const T>& d_y,
                          const MatrixView<T>& d_w, Finish finish) {
  constexpr std::size_t wide = kWideVectors[1] * kLanes<T>;
  HWY_ALIGN T transposed[kNarrow<T> * wide];
  HWY_ALIGN T piece[kNarrow<T> * wide];
  Tile<T> tile;
  tile.a = d_y.data + region.column;
  tile.a_row = 1;
  tile.a_step = d_y.stride;
  tile.b_stride = x.stride;
  tile.c = transposed;
  tile.c_stride = wide;
  tile.depth = x.rows;
  tile.block = kBatchBlock;
  tile.bias = nullptr;
  tile.start = Start::zero;
  tile.finish = Finish::stored;
  tile.last_lanes = kLanes<T>;
  const std::size_t end = region.row + region.rows;
  for (std::size_t k = region.row; k < end;) {
    tile.b = x.data + k;
    std::size_t width = region.columns <= 2 ? kWideVectors[region.columns] * kLanes<T> : kPanel<T>;
    if (region.columns <= 2 && k + width <= end) {
      if (region.columns == 1) {
        run_tile<T, 1, kWideVectors[1], Edge::whole>(tile);
      } else {
        run_tile<T, 2, kWideVectors[2], Edge::whole>(tile);
      }
    } else {
      width = std::min(kPanel<T>, end - k);
      run_panel(tile, region.columns, width);
    }
    T* const to = d_w.data + k * d_w.stride + region.column;
    if (finish == Finish::stored) {
      transpose(transposed, wide, width, region.columns, to, d_w.stride);
    } else {
      transpose(transposed, wide, width, region.columns, piece, region.columns);
      for (std::size_t i = 0; i < width; ++i) {
        for (std::size_t j = 0; j < region.columns; ++j)
          to[i * d_w.stride + j] += piece[i * region.columns + j];
      }
    }
    k += width;
  }
}

template <typename T>
void outer_product_region(const Region& region, const MatrixView<const T>& x, const MatrixView<const T>& d_y,
                          const MatrixView<T>& d_w) {
  if (region.rows == 0 || region.columns == 0) return;
  const auto run_subtree = region.columns < kNarrow<T> && region.rows > region.columns
                               ? &outer_product_narrow<T>
                               : &outer_product_subtree<T>;
  // A stack of open subtrees as inside a tile. The left one of a pair stays in d_w and its neighbour is added
  // to it on the way out; only pairs that wait for another pair are copied.
  const std::size_t levels =
      x.rows <= 2 * kSubtreeRows ? 0 : static_cast<std::size_t>(std::bit_width((x.rows - 1) / kSubtreeRows));
  for (std::size_t column = region.column; column < region.column + region.columns; column += kSumColumns) {
    const std::size_t columns = std::min(kSumColumns, region.column + region.columns - column);
    const Region piece{region.row, region.rows, column, columns};
    const std::size_t size = region.rows * columns;
    T* const stack = levels == 0 ? nullptr : scratch<T, Scratch::subtrees>(levels * size);
    for (std::size_t subtree = 0;; ++subtree) {
      const std::size_t first = subtree * kSubtreeRows;
      const std::size_t rows = std::min(kSubtreeRows, x.rows - first);
      const bool last = first + rows == x.rows;
      run_subtree(piece, x.row_block(first, rows), d_y.row_block(first, rows), d_w,
                  (subtree & 1) != 0 ? Finish::joined : Finish::stored);
      if (!last && (subtree & 1) == 0) continue;
      std::size_t open = subtree >> 1;
      std::size_t level = 0;
      for (; last ? open != 0 : (open & 1) != 0; open >>= 1, ++level) {
        if ((open & 1) == 0) continue;
        for (std::size_t i = 0; i < region.rows; ++i) {
          join_left(stack + level * size + i * columns, d_w.row(region.row + i) + column, columns);
        }
      }
      if (last) break;
      for (std::size_t i = 0; i < region.rows; ++i) {
        const T* from = d_w.row(region.row + i) + column;
        std::copy(from, from + columns, stack + level * size + i * columns);
      }
    }
  }
}

// --- distances ---------------------------------------------------------------------------------------------

// One row at a time, four vectors of centres in flight: each lane is one chain down the inputs.
template <typename T>
void squared_distances_region(const Region& region, const MatrixView<const T>& x,
                              const MatrixView<const T>& c, const MatrixView<T>& d) {
  const hn::ScalableTag<T> tag;
  constexpr std::size_t lanes = kLanes<T>;
  const auto link = [&](auto x_rk, const T* c_kj, auto sum) {
    const auto difference = hn::Sub(x_rk, hn::LoadU(tag, c_kj));
    return hn::MulAdd(difference, difference, sum);
  };
  const std::size_t end = region.column + region.columns;
  for (std::size_t r = region.row; r < region.row + region.rows; ++r) {
    const T* x_r = x.data + r * x.stride;
    T* d_r = d.data + r * d.stride;
    std::size_t j = region.column;
    for (; j + 4 * lanes <= end; j += 4 * lanes) {
      auto s0 = hn::Zero(tag), s1 = s0, s2 = s0, s3 = s0;
      const T* c_k = c.data + j;
      for (std::size_t k = 0; k < c.rows; ++k, c_k += c.stride) {
        const auto x_rk = hn::Set(tag, x_r[k]);
        s0 = link(x_rk, c_k, s0);
        s1 = link(x_rk, c_k + lanes, s1);
        s2 = link(x_rk, c_k + 2 * lanes, s2);
        s3 = link(x_rk, c_k + 3 * lanes, s3);
      }
      hn::StoreU(s0, tag, d_r + j);
      hn::StoreU(s1, tag, d_r + j + lanes);
      hn::StoreU(s2, tag, d_r + j + 2 * lanes);
      hn::StoreU(s3, tag, d_r + j + 3 * lanes);
    }
    for (; j < end; j += lanes) {
      const std::size_t count = std::min(lanes, end - j);
      const auto mask = hn::FirstN(tag, count);
      auto sum = hn::Zero(tag);
      const T* c_k = c.data + j;
      for (std::size_t k = 0; k < c.rows; ++k, c_k += c.stride) {
        const auto difference = hn::Sub(hn::Set(tag, x_r[k]), hn::MaskedLoad(mask, tag, c_k));
        sum = hn::MulAdd(difference, difference, sum);
      }
      store_first(tag, sum, count, d_r + j);
    }
  }
}

// sums of columns [column, column + columns), any number of rows.
template <typename T>
void column_sums_region(const MatrixView<const T>& m, std::size_t column, std::size_t columns, T* sums) {
  const hn::ScalableTag<T> d;
  constexpr std::size_t lanes = kLanes<T>;
  constexpr std::size_t vectors = 8;
  HWY_ALIGN T stack[kSumLevels][vectors * lanes];
  for (std::size_t c = column; c < column + columns; c += vectors * lanes) {
    const std::size_t width = std::min(vectors * lanes, column + columns - c);
    const std::size_t used = (width + lanes - 1) / lanes;
    const auto mask = hn::FirstN(d, width - (used - 1) * lanes);
    HWY_ALIGN T sum[vectors * lanes];
    for (std::size_t block = 0;; ++block) {
      const std::size_t first = block * kBatchBlock;
      const std::size_t rows = std::min(kBatchBlock, m.rows - first);
      const T* from = m.data + first * m.stride + c;
      if (width == vectors * lanes) {
        auto s0 = hn::Zero(d), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
        for (std::size_t r = 0; r < rows; ++r, from += m.stride) {
          s0 = hn::Add(s0, hn::LoadU(d, from));
          s1 = hn::Add(s1, hn::LoadU(d, from + lanes));
          s2 = hn::Add(s2, hn::LoadU(d, from + 2 * lanes));
          s3 = hn::Add(s3, hn::LoadU(d, from + 3 * lanes));
          s4 = hn::Add(s4, hn::LoadU(d, from + 4 * lanes));
          s5 = hn::Add(s5, hn::LoadU(d, from + 5 * lanes));
          s6 = hn::Add(s6, hn::LoadU(d, from + 6 * lanes));
          s7 = hn::Add(s7, hn::LoadU(d, from + 7 * lanes));
        }
        hn::Store(s0, d, sum);
        hn::Store(s1, d, sum + lanes);
        hn::Store(s2, d, sum + 2 * lanes);
        hn::Store(s3, d, sum + 3 * lanes);
        hn::Store(s4, d, sum + 4 * lanes);
        hn::Store(s5, d, sum + 5 * lanes);
        hn::Store(s6, d, sum + 6 * lanes);
        hn::Store(s7, d, sum + 7 * lanes);
      } else {
        for (std::size_t v = 0; v < used; ++v) {
          auto s = hn::Zero(d);
          const T* at = from + v * lanes;
          if (v + 1 == used) {
            for (std::size_t r = 0; r < rows; ++r)
              s = hn::Add(s, hn::MaskedLoad(mask, d, at + r * m.stride));
          } else {
            for (std::size_t r = 0; r < rows; ++r)
              s = hn::Add(s, hn::LoadU(d, at + r * m.stride));
          }
          hn::Store(s, d, sum + v * lanes);
        }
      }
      const bool last = first + rows == m.rows;
      std::size_t open = block;
      std::size_t level = 0;
      for (; last ? open != 0 : (open & 1) != 0; open >>= 1, ++level) {
        if ((open & 1) != 0) join_left(stack[level], sum, used * lanes);
      }
      if (last) break;
      for (std::size_t v = 0; v < used; ++v)
        hn::Store(hn::Load(d, sum + v * lanes), d, stack[level] + v * lanes);
    }
    for (std::size_t v = 0; v + 1 < used; ++v)
      hn::StoreU(hn::Load(d, sum + v * lanes), d, sums + c + v * lanes);
    store_first(d, hn::Load(d, sum + (used - 1) * lanes), width - (used - 1) * lanes,
                sums + c + (used - 1) * lanes);
  }
}

// --- squares -----------------------------------------------------------------------------------------------

// Sixteen chains side by side, at most kSquaresChunk values; chain l takes the values l, l + 16, ..
template <typename T>
double sum_of_squares_chunk(const T* values, std::size_t count) {
  const hn::ScalableTag<double> d;
  const hn::Rebind<T, decltype(d)> narrow;
  constexpr std::size_t lanes = kLanes<double>;
  constexpr std::size_t vectors = kSquareChains / lanes;
  using V = hn::Vec<decltype(d)>;
  V sum[vectors];
  CHAINRULE_UNROLL
  for (std::size_t v = 0; v < vectors; ++v)
    sum[v] = hn::Zero(d);
  const auto squared = [&](auto x) {
    if constexpr (sizeof(T) == sizeof(float)) {
      const V wide = hn::PromoteTo(d, x);
      return hn::Mul(wide, wide);
    } else {
      return hn::Mul(x, x);
    }
  };
  std::size_t i = 0;
  for (; i + kSquareChains <= count; i += kSquareChains) {
    CHAINRULE_UNROLL
    for (std::size_t v = 0; v < vectors; ++v)
      sum[v] = hn::Add(sum[v], squared(hn::LoadU(narrow, values + i + v * lanes)));
  }
  for (std::size_t v = 0; i < count; ++v, i += lanes) {
    sum[v] = hn::Add(sum[v], squared(hn::MaskedLoad(hn::FirstN(narrow, count - i), narrow, values + i)));
  }
  HWY_ALIGN double chains[kSquareChains];
  CHAINRULE_UNROLL
  for (std::size_t v = 0; v < vectors; ++v)
    hn::Store(sum[v], d, chains + v * lanes);
  return join_square_chains(chains);
}

}  // namespace HWY_NAMESPACE
}  // namespace chainrule
HWY_AFTER_NAMESPACE();

#undef CHAINRULE_UNROLL

#endif  // AVX2 or AVX-512
#endif  // include guard
