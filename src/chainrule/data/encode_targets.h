// Encodes the target columns of some rows of a table.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "chainrule/data/encoder.h"
#include "chainrule/data/table.h"
#include "chainrule/tensor/matrix.h"

namespace chainrule {

// Targets [rows][outputs]: one-hot rows for classes, 0/1 for binary and multi_label, for ordinal 1 in column
// k if the class is above class k (train/cumulative.h), soft labels as they are (soft_labels.h), scaled
// numbers for regression (for quantiles the same number in each column). Throws DataError, with its place,
// for a class not seen in training and for a missing target.
template <typename T>
void encode_targets(const Encoder& encoder, const Table& table, std::span<const std::uint32_t> rows,
                    MatrixView<T> targets);

// The target columns of a regression as in the table, [rows][targets]; for other tasks, an empty matrix. The
// rows must have passed encode_targets.
Matrix<double> own_targets(const Encoder& encoder, const Table& table, std::span<const std::uint32_t> rows);

// Class index of each row (binary, classes, ordinal).
std::vector<std::uint32_t> target_classes(const Encoder& encoder, const Table& table,
                                          std::span<const std::uint32_t> rows);

}  // namespace chainrule
