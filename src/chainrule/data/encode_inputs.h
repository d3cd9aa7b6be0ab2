// Encodes rows of a table as features [rows][encoder.features()].
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "chainrule/base/message.h"
#include "chainrule/data/encoder.h"
#include "chainrule/data/table.h"
#include "chainrule/tensor/matrix.h"
#include "chainrule/tensor/thread_pool.h"

namespace chainrule {

// Numbers of one input that are far from its training range (outliers.h).
struct FarNumbers {
  std::string column;
  double minimum = 0, maximum = 0;  // of the training rows
  Outliers way = Outliers::keep;
  std::uint64_t cells = 0;
  std::string first;  // "1e+06 at new.csv:3:2"
};

// A row that cannot be encoded: a number in it is beyond the range of the features' type.
struct UnusableRow {
  std::size_t row = 0;  // position in the span of rows
  std::string place;    // of the cell
};

// What was unusual about the cells, for a note to the user.
struct EncodeReport {
  std::size_t unknown_words = 0;  // number of cells
  std::size_t missing_cells = 0;
  std::string first_unknown;  // "island \"Atlantis\" at new.csv:3:2"
  // Cells that differ from a category of training only in case or blanks: unknown, or counted as other.
  std::size_t similar_words = 0;
  std::string first_similar;  // "sex \"Male\" (known: \"male\") at new.csv:3:7"
  // Categories of training in another spelling (word_spelling.h).
  std::size_t respelled_words = 0;
  std::string first_respelled;        // "code \"1.0\" as \"1\" at new.csv:2:1"
  std::vector<FarNumbers> far;        // in the order of the inputs
  std::vector<UnusableRow> unusable;  // ascending
};

// Adds the report of the rows that follow.
void append(const EncodeReport& part, EncodeReport& whole);
// A sentence for each of the first inputs with far numbers, and one for the others together.
std::vector<Message> far_notes(const EncodeReport& report);

// Whether a number beyond the range of the features' type is an error or is only reported.
enum class UnusableRows { refuse, report };

// The table's columns are found by name; order and extra columns do not matter. A table without header must
// have the inputs in the training order (with or without the target columns). Throws DataError if an input
// column is missing (with the nearest name) or has the wrong kind. The threads of the pool (null: only the
// caller) share the rows in blocks, which changes neither the numbers nor the error.
template <typename T>
EncodeReport encode_inputs(const Encoder& encoder, const Table& table, std::span<const std::uint32_t> rows,
                           MatrixView<T> features, ThreadPool* pool = nullptr,
                           UnusableRows unusable = UnusableRows::refuse);
// Frees the cells of the input columns in the rows before `row`, which must have been encoded.
void release_inputs_before(const Encoder& encoder, Table& table, std::size_t row);

}  // namespace chainrule
