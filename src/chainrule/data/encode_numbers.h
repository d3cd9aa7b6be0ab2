// Encodes a numeric column as features: x = (cell - offset) * factor. A missing cell counts as `fill`; if
// the encoding has a flag for missing cells, it is a second feature.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "chainrule/data/encoder.h"
#include "chainrule/data/table.h"
#include "chainrule/tensor/matrix.h"

namespace chainrule {

// Rows of features that stay in the cache while the columns pass over them.
inline constexpr std::size_t kRowBlock = 64;

// Writes feature column `first` and, if there is a flag, first + 1. Returns the number of missing cells.
// Throws DataError at the first cell whose feature leaves the range of T.
template <typename T>
std::size_t encode_numbers(const ColumnEncoding& encoding, const Table& table, std::size_t place,
                           std::span<const std::uint32_t> rows, MatrixView<T> features, std::size_t first);

// Throws for words where the training table had numbers, and for numbers where it had words.
[[noreturn]] void refuse_kind(const ColumnEncoding& encoding, const Table& table, std::size_t place);

}  // namespace chainrule
