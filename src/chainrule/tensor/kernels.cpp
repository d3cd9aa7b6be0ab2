// From a product of kernels.h to the code that calculates it: the vector kernels of kernels-inl.h where the
// path asks for vectors, else the chains of the contract one number at a time, written out here. Work is cut
// into regions of rows and columns for the threads of the pool.

#include "chainrule/tensor/kernels.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>

// AVX2 and AVX-512 only: the SSE targets have no fused multiply-add and would break the contract, AVX3_DL
// adds nothing for floating point. All of them are compiled, even if the compiler's own baseline is wider:
// Compute::path picks one.
#define HWY_DISABLED_TARGETS (HWY_SSE4 | HWY_SSSE3 | HWY_AVX3_DL)
#define HWY_COMPILE_ALL_ATTAINABLE
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "chainrule/tensor/kernels-inl.h"
#include "hwy/foreach_target.h"
// foreach_target.h leaves out the compiler's own baseline target: that one is compiled here.
#include "chainrule/tensor/kernels-inl.h"

namespace chainrule {
namespace {

// --- one number at a time ----------------------------------------------------------------------------------

enum class Arithmetic { fused, separate };

template <Arithmetic ARITHMETIC, typename T>
inline T step(T a, T b, T sum) {
  if constexpr (ARITHMETIC == Arithmetic::fused) {
    return std::fma(a, b, sum);
  } else {
    return sum + a * b;
  }
}

// Sums of WIDTH columns at once, block by block, in the tree of the contract.
template <typename T, std::size_t WIDTH>
class BlockTree {
 public:
  // Takes the finished chain of the next block.
  void push(T (&sum)[WIDTH]) {
    std::size_t level = 0;
    for (std::size_t open = blocks_; (open & 1) != 0; open >>= 1, ++level)
      join(level, sum);
    std::copy(sum, sum + WIDTH, open_[level]);
    ++blocks_;
  }
  // The open subtrees join from the right.
  void finish(T (&sum)[WIDTH]) const {
    if (blocks_ == 0) {
      std::fill(sum, sum + WIDTH, T(0));
      return;
    }
    std::size_t level = static_cast<std::size_t>(std::countr_zero(blocks_));
    std::copy(open_[level], open_[level] + WIDTH, sum);
    std::size_t rest = blocks_ >> level >> 1;
    for (++level; rest != 0; rest >>= 1, ++level) {
      if ((rest & 1) != 0) join(level, sum);
    }
  }

 private:
  void join(std::size_t level, T (&sum)[WIDTH]) const {
    for (std::size_t i = 0; i < WIDTH; ++i)
      sum[i] = open_[level][i] + sum[i];
  }

  std::size_t blocks_ = 0;
  T open_[kSumLevels][WIDTH];
};

template <Arithmetic ARITHMETIC, typename T>
HWY_NOINLINE void multiply_region(const Region& region, const MatrixView<const T>& x,
                                  const MatrixView<const T>& w, const T* bias, const MatrixView<T>& y) {
  for (std::size_t r = region.row; r < region.row + region.rows; ++r) {
    T* y_r = y.data + r * y.stride + region.column;
    for (std::size_t j = 0; j < region.columns; ++j)
      y_r[j] = bias == nullptr ? T(0) : bias[region.column + j];
    for (std::size_t k = 0; k < w.rows; ++k) {
      const T x_rk = x.data[r * x.stride + k];
      const T* w_k = w.data + k * w.stride + region.column;
      for (std::size_t j = 0; j < region.columns; ++j)
        y_r[j] = step<ARITHMETIC>(x_rk, w_k[j], y_r[j]);
    }
  }
}

template <Arithmetic ARITHMETIC, typename T>
HWY_NOINLINE void multiply_transposed_region(const Region& region, const MatrixView<const T>& d_y,
                                             const MatrixView<const T>& w, const MatrixView<T>& d_x) {
  for (std::size_t r = region.row; r < region.row + region.rows; ++r) {
    const T* d_y_r = d_y.data + r * d_y.stride;
    for (std::size_t k = region.column; k < region.column + region.columns; ++k) {
      const T* w_k = w.data + k * w.stride;
      T sum = 0;
      for (std::size_t j = 0; j < w.columns; ++j)
        sum = step<ARITHMETIC>(d_y_r[j], w_k[j], sum);
      d_x.data[r * d_x.stride + k] = sum;
    }
  }
}

template <Arithmetic ARITHMETIC, typename T>
HWY_NOINLINE void outer_product_region(const Region& region, const MatrixView<const T>& x,
                                       const MatrixView<const T>& d_y, const MatrixView<T>& d_w) {
  constexpr std::size_t width = 16;
  const std::size_t end = region.column + region.columns;
  for (std::size_t k = region.row; k < region.row + region.rows; ++k) {
    for (std::size_t column = region.column; column < end; column += width) {
      const std::size_t used = std::min(width, end - column);
      BlockTree<T, width> tree;
      T sum[width];
      for (std::size_t first = 0; first < x.rows; first += kBatchBlock) {
        std::fill(sum, sum + width, T(0));
        const std::size_t last = std::min(first + kBatchBlock, x.rows);
        for (std::size_t r = first; r < last; ++r) {
          const T x_rk = x.data[r * x.stride + k];
          const T* d_y_r = d_y.data + r * d_y.stride + column;
          for (std::size_t j = 0; j < used; ++j)
            sum[j] = step<ARITHMETIC>(x_rk, d_y_r[j], sum[j]);
        }
        tree.push(sum);
      }
      tree.finish(sum);
      std::copy(sum, sum + used, d_w.data + k * d_w.stride + column);
    }
  }
}

template <Arithmetic ARITHMETIC, typename T>
HWY_NOINLINE void squared_distances_region(const Region& region, const MatrixView<const T>& x,
                                           const MatrixView<const T>& c, const MatrixView<T>& d) {
  for (std::size_t r = region.row; r < region.row + region.rows; ++r) {
    T* d_r = d.data + r * d.stride + region.column;
    std::fill_n(d_r, region.columns, T(0));
    for (std::size_t k = 0; k < c.rows; ++k) {
      const T x_rk = x.data[r * x.stride + k];
      const T* c_k = c.data + k * c.stride + region.column;
      for (std::size_t j = 0; j < region.columns; ++j) {
        const T difference = x_rk - c_k[j];
        d_r[j] = step<ARITHMETIC>(difference, difference, d_r[j]);
      }
    }
  }
}

template <typename T>
HWY_NOINLINE void column_sums_region(const MatrixView<const T>& m, std::size_t column, std::size_t columns,
                                     T* sums) {
  constexpr std::size_t width = 16;
  for (std::size_t c = column; c < column + columns; c += width) {
    const std::size_t used = std::min(width, column + columns - c);
    BlockTree<T, width> tree;
    T sum[width];
    for (std::size_t first = 0; first < m.rows; first += kBatchBlock) {
      std::fill(sum, sum + width, T(0));
      const std::size_t last = std::min(first + kBatchBlock, m.rows);
      for (std::size_t r = first; r < last; ++r) {
        for (std::size_t j = 0; j < used; ++j)
          sum[j] += m.data[r * m.stride + c + j];
      }
      tree.push(sum);
    }
    tree.finish(sum);
    std::copy(sum, sum + used, sums + c);
  }
}

template <typename T>
HWY_NOINLINE double sum_of_squares_chunk(std::span<const T> values) {
  double chains[kSquareChains] = {};
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double value = static_cast<double>(values[i]);
    chains[i % kSquareChains] += value * value;
  }
  return join_square_chains(chains);
}

// --- the path ----------------------------------------------------------------------------------------------

// A path that was not compiled for this processor family falls back to scalar: equal bits.
template <typename T>
void multiply_on(KernelPath path, const Region& region, const MatrixView<const T>& x,
                 const MatrixView<const T>& w, const T* bias, const MatrixView<T>& y) {
  switch (path) {
#if HWY_TARGETS & HWY_AVX3
    case KernelPath::avx512:
      return N_AVX3::multiply_region(region, x, w, bias, y);
#endif
#if HWY_TARGETS & HWY_AVX2
    case KernelPath::avx2:
      return N_AVX2::multiply_region(region, x, w, bias, y);
#endif
    case KernelPath::plain:
      return multiply_region<Arithmetic::separate>(region, x, w, bias, y);
    default:
      return multiply_region<Arithmetic::fused>(region, x, w, bias, y);
  }
}

template <typename T>
void multiply_transposed_on(KernelPath path, const Region& region, const MatrixView<const T>& d_y,
                            const MatrixView<const T>& w, const MatrixView<T>& d_x) {
  switch (path) {
#if HWY_TARGETS & HWY_AVX3
    case KernelPath::avx512:
      return N_AVX3::multiply_transposed_region(region, d_y, w, d_x);
#endif
#if HWY_TARGETS & HWY_AVX2
    case KernelPath::avx2:
      return N_AVX2::multiply_transposed_region(region, d_y, w, d_x);
#endif
    case KernelPath::plain:
      return multiply_transposed_region<Arithmetic::separate>(region, d_y, w, d_x);
    default:
      return multiply_transposed_region<Arithmetic::fused>(region, d_y, w, d_x);
  }
}

template <typename T>
void outer_product_on(KernelPath path, const Region& region, const MatrixView<const T>& x,
                      const MatrixView<const T>& d_y, const MatrixView<T>& d_w) {
  switch (path) {
#if HWY_TARGETS & HWY_AVX3
    case KernelPath::avx512:
      return N_AVX3::outer_product_region(region, x, d_y, d_w);
#endif
#if HWY_TARGETS & HWY_AVX2
    case KernelPath::avx2:
      return N_AVX2::outer_product_region(region, x, d_y, d_w);
#endif
    case KernelPath::plain:
      return outer_product_region<Arithmetic::separate>(region, x, d_y, d_w);
    default:
      return outer_product_region<Arithmetic::fused>(region, x, d_y, d_w);
  }
}

template <typename T>
void squared_distances_on(KernelPath path, const Region& region, const MatrixView<const T>& x,
                          const MatrixView<const T>& c, const MatrixView<T>& d) {
  switch (path) {
#if HWY_TARGETS & HWY_AVX3
    case KernelPath::avx512:
      return N_AVX3::squared_distances_region(region, x, c, d);
#endif
#if HWY_TARGETS & HWY_AVX2
    case KernelPath::avx2:
      return N_AVX2::squared_distances_region(region, x, c, d);
#endif
    case KernelPath::plain:
      return squared_distances_region<Arithmetic::separate>(region, x, c, d);
    default:
      return squared_distances_region<Arithmetic::fused>(region, x, c, d);
  }
}

template <typename T>
void column_sums_on(KernelPath path, const MatrixView<const T>& m, std::size_t column, std::size_t columns,
                    T* sums) {
  switch (path) {
#if HWY_TARGETS & HWY_AVX3
    case KernelPath::avx512:
      return N_AVX3::column_sums_region(m, column, columns, sums);
#endif
#if HWY_TARGETS & HWY_AVX2
    case KernelPath::avx2:
      return N_AVX2::column_sums_region(m, column, columns, sums);
#endif
    default:
      return column_sums_region(m, column, columns, sums);
  }
}

template <typename T>
double sum_of_squares_chunk_on(KernelPath path, std::span<const T> values) {
  switch (path) {
#if HWY_TARGETS & HWY_AVX3
    case KernelPath::avx512:
      return N_AVX3::sum_of_squares_chunk(values.data(), values.size());
#endif
#if HWY_TARGETS & HWY_AVX2
    case KernelPath::avx2:
      return N_AVX2::sum_of_squares_chunk(values.data(), values.size());
#endif
    default:
      return sum_of_squares_chunk(values);
  }
}

// --- the threads -------------------------------------------------------------------------------------------

// A product with fewer multiply-adds stays on the calling thread: 20 microseconds of one Zen 3 core. Two idle
// cores whose threads still spin break even at 131,072 (32 x 64 x 64: 1.8 instead of 3.0 microseconds), but
// the second core is not always idle, and then waiting for it costs 10 microseconds or more.
constexpr std::size_t kParallelWork = 1'000'000;

// A tile of rows stays in the level-2 cache while the panels of w go by. The more rows a tile has, the more
// transposing w pays off, so that product has larger tiles.
struct TileSize {
  std::size_t rows;
  std::size_t columns;
};
constexpr TileSize kMultiplyTile{128, 32};
constexpr TileSize kTransposedTile{256, 32};
// An eighth of the inputs, in whole tiles of registers: the copy of d_y is used by all of them. Large layers
// have enough tiles with more inputs each.
constexpr TileSize outer_product_tile(std::size_t inputs, std::size_t outputs) {
  const std::size_t rows = ((inputs + 7) / 8 + 5) / 6 * 6;
  if (inputs * outputs >= 500'000) return {std::max<std::size_t>(rows, 348), 256};
  return {std::clamp<std::size_t>(rows, 48, 348), 128};
}

template <typename RunRegion>
HWY_NOINLINE void run_on_pool(ThreadPool& pool, std::size_t rows, std::size_t columns, TileSize tile,
                              const RunRegion& run_region) {
  const std::size_t row_tiles = (rows + tile.rows - 1) / tile.rows;
  const std::size_t column_tiles = (columns + tile.columns - 1) / tile.columns;
  const auto task = [&](std::size_t i) {
    const std::size_t row = i % row_tiles * tile.rows;
    const std::size_t column = i / row_tiles * tile.columns;
    run_region(
        Region{row, std::min(tile.rows, rows - row), column, std::min(tile.columns, columns - column)});
  };
  // One reference: fits into the function object without an allocation.
  pool.run(row_tiles * column_tiles, [&task](std::size_t i) { task(i); });
}

// Cuts rows x columns into tiles of fixed sizes and runs them. Tile sizes depend on the shape alone.
template <typename RunRegion>
inline void for_each_region(const Compute& compute, std::size_t rows, std::size_t columns, std::size_t depth,
                            TileSize tile, const RunRegion& run_region) {
  if (compute.pool != nullptr && rows * columns * depth >= kParallelWork && compute.pool->threads() > 1) {
    return run_on_pool(*compute.pool, rows, columns, tile, run_region);
  }
  for (std::size_t row = 0; row < rows; row += tile.rows) {
    run_region(Region{row, std::min(tile.rows, rows - row), 0, columns});
  }
}

}  // namespace

template <typename T>
void multiply(const Compute& compute, MatrixView<const T> x, MatrixView<const T> w, std::span<const T> b,
              MatrixView<T> y) {
  assert(x.columns == w.rows && y.rows == x.rows && y.columns == w.columns);
  assert(b.empty() || b.size() == w.columns);
  const T* bias = b.empty() ? nullptr : b.data();
  for_each_region(compute, y.rows, y.columns, w.rows, kMultiplyTile,
                  [&](const Region& region) { multiply_on(compute.path, region, x, w, bias, y); });
}

template <typename T>
void multiply_transposed(const Compute& compute, MatrixView<const T> d_y, MatrixView<const T> w,
                         MatrixView<T> d_x) {
  assert(d_y.columns == w.columns && d_x.rows == d_y.rows && d_x.columns == w.rows);
  for_each_region(compute, d_x.rows, d_x.columns, w.columns, kTransposedTile,
                  [&](const Region& region) { multiply_transposed_on(compute.path, region, d_y, w, d_x); });
}

template <typename T>
void outer_product_sum(const Compute& compute, MatrixView<const T> x, MatrixView<const T> d_y,
                       MatrixView<T> d_w) {
  assert(x.rows == d_y.rows && d_w.rows == x.columns && d_w.columns == d_y.columns);
  for_each_region(compute, d_w.rows, d_w.columns, x.rows, outer_product_tile(d_w.rows, d_w.columns),
                  [&](const Region& region) { outer_product_on(compute.path, region, x, d_y, d_w); });
}

template <typename T>
void squared_distances(const Compute& compute, MatrixView<const T> x, MatrixView<const T> c,
                       MatrixView<T> d) {
  assert(x.columns == c.rows && d.rows == x.rows && d.columns == c.columns);
  for_each_region(compute, d.rows, d.columns, c.rows, kMultiplyTile,
                  [&](const Region& region) { squared_distances_on(compute.path, region, x, c, d); });
}

template <typename T>
void column_sums(const Compute& compute, MatrixView<const T> m, std::span<T> sums) {
  assert(sums.size() == m.columns);
  column_sums_on(compute.path, m, 0, m.columns, sums.data());
}

double block_tree_sum(std::span<const double> values) {
  BlockTree<double, 1> tree;
  double sum[1];
  for (std::size_t first = 0; first < values.size(); first += kBatchBlock) {
    sum[0] = 0;
    for (const double value : values.subspan(first, std::min(kBatchBlock, values.size() - first)))
      sum[0] += value;
    tree.push(sum);
  }
  tree.finish(sum);
  return sum[0];
}

template <typename T>
double sum_of_squares(const Compute& compute, std::span<const T> values) {
  if (values.size() <= kSquaresChunk) return sum_of_squares_chunk_on(compute.path, values);
  const std::size_t chunks = (values.size() + kSquaresChunk - 1) / kSquaresChunk;
  const auto sum_of_chunk = [&](std::size_t i) {
    const std::size_t first = i * kSquaresChunk;
    return sum_of_squares_chunk_on(compute.path,
                                   values.subspan(first, std::min(kSquaresChunk, values.size() - first)));
  };
  // Whole groups of chunks go to the pool; the tree is joined here, in the order of the chunks.
  constexpr std::size_t group = 64;
  double sums[group];
  BlockTree<double, 1> tree;
  for (std::size_t first = 0; first < chunks; first += group) {
    const std::size_t count = std::min(group, chunks - first);
    if (compute.pool != nullptr && count == group) {
      compute.pool->run(group / 8, [&](std::size_t task) {
        for (std::size_t i = task * 8; i < task * 8 + 8; ++i)
          sums[i] = sum_of_chunk(first + i);
      });
    } else {
      for (std::size_t i = 0; i < count; ++i)
        sums[i] = sum_of_chunk(first + i);
    }
    for (std::size_t i = 0; i < count; ++i) {
      double one[1] = {sums[i]};
      tree.push(one);
    }
  }
  double sum[1];
  tree.finish(sum);
  return sum[0];
}

template void multiply(const Compute&, MatrixView<const float>, MatrixView<const float>,
                       std::span<const float>, MatrixView<float>);
template void multiply(const Compute&, MatrixView<const double>, MatrixView<const double>,
                       std::span<const double>, MatrixView<double>);
template void multiply_transposed(const Compute&, MatrixView<const float>, MatrixView<const float>,
                                  MatrixView<float>);
template void multiply_transposed(const Compute&, MatrixView<const double>, MatrixView<const double>,
                                  MatrixView<double>);
template void outer_product_sum(const Compute&, MatrixView<const float>, MatrixView<const float>,
                                MatrixView<float>);
template void outer_product_sum(const Compute&, MatrixView<const double>, MatrixView<const double>,
                                MatrixView<double>);
template void squared_distances(const Compute&, MatrixView<const float>, MatrixView<const float>,
                                MatrixView<float>);
template void squared_distances(const Compute&, MatrixView<const double>, MatrixView<const double>,
                                MatrixView<double>);
template void column_sums(const Compute&, MatrixView<const float>, std::span<float>);
template void column_sums(const Compute&, MatrixView<const double>, std::span<double>);
template double sum_of_squares(const Compute&, std::span<const float>);
template double sum_of_squares(const Compute&, std::span<const double>);

}  // namespace chainrule
