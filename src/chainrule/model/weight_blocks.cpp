#include "chainrule/model/weight_blocks.h"

#include <algorithm>

#include "chainrule/model/unit_activations.h"
#include "chainrule/tensor/copy_rows.h"
#include "chainrule/tensor/kernels.h"

namespace chainrule {
namespace {

// A product of its own costs about as much as so many multiply-adds with weights of zero.
constexpr std::size_t kCostOfBlock = 64;

// The rows of a wider block lie too far apart to be read at full speed.
constexpr std::size_t kMostColumns = 128;

// Rows [first, end) of a column have all its weights that are not zero.
struct RowRange {
  std::size_t first = 0, end = 0;
};

RowRange range_of_both(const RowRange& a, const RowRange& b) {
  if (a.first == a.end) return b;
  if (b.first == b.end) return a;
  return {std::min(a.first, b.first), std::max(a.end, b.end)};
}

template <typename T>
std::vector<RowRange> rows_of_columns(MatrixView<const T> w) {
  std::vector<RowRange> ranges(w.columns);
  for (std::size_t r = 0; r < w.rows; ++r) {
    for (std::size_t j = 0; j < w.columns; ++j) {
      if (w.row(r)[j] != 0) ranges[j] = range_of_both(ranges[j], {r, r + 1});
    }
  }
  return ranges;
}

}  // namespace

template <typename T>
WeightBlocks<T> weight_blocks(MatrixView<const T> w) {
  const std::vector<RowRange> ranges = rows_of_columns(w);
  WeightBlocks<T> result;
  std::size_t size = 0;
  for (std::size_t first = 0; first < w.columns;) {
    RowRange rows = ranges[first];
    std::size_t end = first + 1;
    for (; end < std::min(w.columns, first + kMostColumns); ++end) {
      const RowRange wider = range_of_both(rows, ranges[end]);
      const std::size_t together = (wider.end - wider.first) * (end + 1 - first);
      const std::size_t apart = (rows.end - rows.first) * (end - first) + ranges[end].end - ranges[end].first;
      if (together > apart + kCostOfBlock) break;
      rows = wider;
    }
    result.blocks.push_back({first, end - first, rows.first, rows.end - rows.first, size});
    size += result.blocks.back().rows * result.blocks.back().columns;
    first = end;
  }
  if (2 * size > w.rows * w.columns) return {};
  result.values.resize(size);
  for (const auto& [first_column, columns, first_row, rows, offset] : result.blocks) {
    copy_rows<T>(w.row_block(first_row, rows).column_block(first_column, columns),
                 {result.values.data() + offset, rows, columns});
  }
  return result;
}

template <typename T>
void predict_blocks(const Dense& layer, const Compute& compute, std::span<const T> parameters,
                    const WeightBlocks<T>& weights, MatrixView<const T> x, ReadAt read_at, MatrixView<T> y) {
  const auto [w, b, learnable] = dense_parameters<const T>(layer, parameters);
  for (const auto& [first_column, columns, first_row, rows, offset] : weights.blocks) {
    multiply<T>(compute, x.column_block(first_row, rows), {weights.values.data() + offset, rows, columns},
                b.empty() ? b : b.subspan(first_column, columns), y.column_block(first_column, columns));
  }
  if (read_at == ReadAt::activation) activate_units<T>(compute, layer, learnable, y, y);
}

#define CHAINRULE_INSTANTIATE(T)                                                                            \
  template WeightBlocks<T> weight_blocks<T>(MatrixView<const T>);                                           \
  template void predict_blocks<T>(const Dense&, const Compute&, std::span<const T>, const WeightBlocks<T>&, \
                                  MatrixView<const T>, ReadAt, MatrixView<T>);
CHAINRULE_INSTANTIATE(float)
CHAINRULE_INSTANTIATE(double)
#undef CHAINRULE_INSTANTIATE

}  // namespace chainrule
