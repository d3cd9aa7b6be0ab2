// One numeric column as features: x = (cell - offset) * factor, a missing cell as `fill`, and where the
// encoding has one, a flag that says so.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "chainrule/data/encoder.h"
#include "chainrule/data/table.h"
#include "chainrule/tensor/matrix.h"

namespace chainrule {

inline constexpr std::size_t kRowBlock =
    64;  // rows of features kept in the cache while the columns pass over them

// Into feature columns `first` and, where there is a flag, first + 1. Returns the number of missing cells.
// Throws DataError at the first cell whose feature leaves the range of T.
template <typename T>
std::size_t encode_numbers(const ColumnEncoding& encoding, const Table& table, std::size_t place,
                           std::span<const std::uint32_t> rows, MatrixView<T> features, std::size_t first);

// Words where the training table had numbers, or numbers where it had words.
[[noreturn]] void refuse_kind(const ColumnEncoding& encoding, const Table& table, std::size_t place);

}  // namespace chainrule
