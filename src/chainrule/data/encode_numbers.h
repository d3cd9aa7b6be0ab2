// Encodes a numeric column as features: x = (cell - offset) * factor. A missing cell counts as `fill`; if
// the encoding has a flag for missing cells, it is a second feature. A number far from the training range
// (outliers.h) counts as the nearest bound of that range if the encoding clips.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "chainrule/data/encoder.h"
#include "chainrule/data/table.h"
#include "chainrule/tensor/matrix.h"

namespace chainrule {

// Rows of features that stay in the cache while the columns pass over them.
inline constexpr std::size_t kRowBlock = 64;

// What was unusual about the cells. Rows are positions in the span of rows.
struct NumbersReport {
  std::size_t missing = 0;
  std::size_t far = 0;        // from the training range, clipped or not
  std::size_t first_far = 0;  // row of the first such cell
  // Rows with a feature beyond the range of T, which is then NaN. Null: such a cell is a DataError.
  std::vector<std::size_t>* unusable_rows = nullptr;
};

// Writes feature column `first` and, if there is a flag, first + 1. Adds to the report.
template <typename T>
void encode_numbers(const ColumnEncoding& encoding, const Table& table, std::size_t place,
                    std::span<const std::uint32_t> rows, MatrixView<T> features, std::size_t first,
                    NumbersReport& report);

// Throws for categories where the training table had numbers, and for numbers where it had categories.
[[noreturn]] void refuse_kind(const ColumnEncoding& encoding, const Table& table, std::size_t place);

}  // namespace chainrule
