// A table as the user has it: named columns of numbers or categories, with missing cells.
//
// Numeric cells are doubles, NaN if missing, kept in few bytes (packed_numbers.h). Categories are codes into
// the column's list of distinct words, in order of first appearance; kMissingCode if missing. Every row
// remembers the line it came from, for messages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "chainrule/base/names.h"
#include "chainrule/data/packed_numbers.h"
#include "chainrule/data/row_lines.h"
#include "chainrule/data/table_repairs.h"

namespace chainrule {

enum class ColumnKind { numeric, category };

template <>
struct EnumNames<ColumnKind> {
  static constexpr std::string_view kind = "column kind";
  static constexpr EnumName<ColumnKind> table[] = {
      {ColumnKind::numeric, "numeric", "numbers"},
      {ColumnKind::category, "category", "categories: words, or numbers used as labels"},
  };
};

inline constexpr std::int32_t kMissingCode = -1;

// The most columns that a table may have, in any format.
inline constexpr std::size_t kMostColumns = 1'000'000;

struct Column {
  std::string name;
  ColumnKind kind = ColumnKind::numeric;
  PackedNumbers numbers;            // numeric: one per row, NaN = missing
  std::vector<std::int32_t> codes;  // category: one per row, index into words
  std::vector<std::string> words;   // category: distinct words in order of first appearance
  bool is_bytes = false;            // numeric, from 8-bit images: all values in 0..255 by format

  std::size_t rows() const { return kind == ColumnKind::numeric ? numbers.size() : codes.size(); }
  bool is_missing(std::size_t row) const;
  // The cell as text ("" when missing); numbers in shortest form.
  std::string text(std::size_t row) const;
};

// keep: each row is also kept as it is in the file (text tables only).
enum class RowText { drop, keep };

struct Table {
  std::string source;  // path for messages
  std::vector<Column> columns;
  RowLines lines;  // line of each row in the source; empty if rows have no lines (IDX, NPY)
  // each row as it is in the file, without its line end; only if asked for
  std::vector<std::string> row_text;
  // height and width if each row is an image (IDX with three dimensions), else 0
  std::size_t image_rows = 0;
  std::size_t image_columns = 0;
  TableRepairs repairs;  // of a lenient reader, of whole tables (read_table)

  // A column that was not asked for (TableReader::next_rows) is empty; the others all have this many cells.
  std::size_t rows() const;
  // Index of a column. Throws DataError that names the nearest column.
  std::size_t column_index(std::string_view name) const;
  // "iris.csv:12:3" (column counted from 1), or "images.idx, row 12, column pixel_3" without lines.
  std::string cell_position(std::size_t row, std::size_t column) const;
};

// Removes the rows in which one of these columns is missing. Returns how many. Throws DataError for an
// unknown column.
std::size_t drop_rows_without(Table& table, std::span<const std::string> columns);

// Table::column_index in constant time, for many names. The table must outlive it and keep its columns.
class ColumnFinder {
 public:
  explicit ColumnFinder(const Table& table);
  std::size_t operator()(std::string_view name) const;

 private:
  const Table& table_;
  std::unordered_map<std::string_view, std::size_t> places_;
};

}  // namespace chainrule
