// Reads and compares tables in several ways, for the targets that read tables.
#pragma once

#include <bit>
#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/data/open_table.h"
#include "fuzz.h"
#include "support/memory_file_system.h"

namespace chainrule::fuzz {

// A table, or the error message if reading failed.
struct ReadResult {
  std::optional<Table> table;
  std::string error;
};

template <typename Read>
ReadResult result_of(Read read) {
  try {
    return {.table = read(), .error = {}};
  } catch (const DataError& error) {
    return {.table = std::nullopt, .error = format_error(error.report())};
  }
}

inline bool same_numbers(const PackedNumbers& a, const PackedNumbers& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t row = 0; row < a.size(); ++row) {
    const bool is_missing = std::isnan(a[row]);
    if (is_missing != std::isnan(b[row])) return false;
    if (!is_missing && std::bit_cast<std::uint64_t>(a[row]) != std::bit_cast<std::uint64_t>(b[row]))
      return false;
  }
  return true;
}

inline bool same_table(const Table& a, const Table& b) {
  if (a.columns.size() != b.columns.size() || a.lines != b.lines || a.row_text != b.row_text ||
      a.image_rows != b.image_rows || a.image_columns != b.image_columns) {
    return false;
  }
  for (std::size_t c = 0; c < a.columns.size(); ++c) {
    const Column &one = a.columns[c], &other = b.columns[c];
    if (one.name != other.name || one.kind != other.kind || one.codes != other.codes ||
        one.words != other.words || one.is_bytes != other.is_bytes ||
        !same_numbers(one.numbers, other.numbers)) {
      return false;
    }
  }
  return true;
}

inline void require_same(const ReadResult& a, const ReadResult& b, const char* promise) {
  require(a.error == b.error && a.table.has_value() == b.table.has_value(), promise);
  if (a.table) require(same_table(*a.table, *b.table), promise);
}

// Every column as numbers, read in pieces of `rows` rows and joined.
inline std::vector<std::vector<double>> numbers_in_pieces(TableReader& reader, std::size_t rows) {
  const std::vector<std::optional<ColumnReading>> kinds(reader.layout().column_names.size(),
                                                        ColumnKind::numeric);
  std::vector<std::vector<double>> columns(kinds.size());
  for (;;) {
    const Table piece = reader.next_rows(rows, kinds);
    if (piece.rows() == 0) return columns;
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const std::vector<double> more = piece.columns[c].numbers.to_vector();
      columns[c].insert(columns[c].end(), more.begin(), more.end());
    }
  }
}

// Reads a binary file whole and in pieces: both give the same numbers, or both throw.
inline void check_binary_table(std::string_view bytes) {
  static MemoryFileSystem file_system;
  file_system.files["t"] = bytes;
  const ReadResult whole = result_of([] { return read_table(file_system, "t"); });
  try {
    const std::vector<std::vector<double>> columns = numbers_in_pieces(*open_table(file_system, "t", {}), 3);
    require(whole.table.has_value(), "a file that can be read in pieces can be read whole");
    require(columns.size() == whole.table->columns.size(), "pieces have the columns of the whole file");
    for (std::size_t c = 0; c < columns.size(); ++c) {
      require(same_numbers(columns[c], whole.table->columns[c].numbers),
              "pieces have the numbers of the whole file");
    }
  } catch (const DataError&) {
    require(!whole.table.has_value(), "a file that can be read whole can be read in pieces");
  }
}

}  // namespace chainrule::fuzz
