// Encodes rows of a table as features [rows][encoder.features()].
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "chainrule/data/encoder.h"
#include "chainrule/data/table.h"
#include "chainrule/tensor/matrix.h"
#include "chainrule/tensor/thread_pool.h"

namespace chainrule {

// What was unusual about the cells, for a note to the user.
struct EncodeReport {
  std::size_t unknown_words = 0;  // cells
  std::size_t missing_cells = 0;
  std::string first_unknown;  // "island \"Atlantis\" at new.csv:3:2"
};

// The table's columns are found by name; order and extra columns do not matter. A table without header must
// have the inputs in the training order (with or without the target columns). Throws DataError if an input
// column is missing (with the nearest name) or has the wrong kind. The threads of the pool (null: the caller
// alone) take blocks of rows, which changes neither the numbers nor the error.
template <typename T>
EncodeReport encode_inputs(const Encoder& encoder, const Table& table, std::span<const std::uint32_t> rows,
                           MatrixView<T> features, ThreadPool* pool = nullptr);
// Frees the cells of the input columns in the rows before `row`, which are encoded.
void release_inputs_before(const Encoder& encoder, Table& table, std::size_t row);

}  // namespace chainrule
