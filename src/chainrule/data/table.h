// A table as it was read: named columns of numbers or categories, with missing cells.
//
// Numeric cells are doubles, NaN if missing, stored compactly (packed_numbers.h). Categories are indices into
// the column's list of distinct words, in order of first appearance; kMissingCode if missing. The line of
// every row is kept for messages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "chainrule/base/message.h"
#include "chainrule/base/names.h"
#include "chainrule/data/number_form.h"
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
  static constexpr EnumSynonym synonyms[] = {
      {"number numbers numerical float int integer real continuous", "numeric"},
      {"categorical categories word words text string nominal factor", "category"},
  };
};
static_assert(has_sound_synonyms<ColumnKind>());

inline constexpr std::int32_t kMissingCode = -1;

// The most columns that a table may have, in any format.
inline constexpr std::size_t kMostColumns = 1'000'000;

struct Column {
  std::string name;
  ColumnKind kind = ColumnKind::numeric;
  PackedNumbers numbers;            // numeric: one per row, NaN = missing
  std::vector<std::int32_t> codes;  // category: one per row, index into words
  std::vector<std::string> words;   // category: distinct words in order of first appearance
  bool is_bytes = false;            // numeric, from 8-bit images: the format allows only 0..255
  SharedNumberForm form;            // numeric: how the file spells the numbers

  std::size_t rows() const { return kind == ColumnKind::numeric ? numbers.size() : codes.size(); }
  bool is_missing(std::size_t row) const;
  // The cell as text ("" when missing); numbers as tables spell them (format_cell_number).
  std::string text(std::size_t row) const;
};

// keep: the text of each row is also kept as it is in the file (text tables only).
enum class RowText { drop, keep };

// How the cells of a column are to be read.
struct ColumnReading {
  ColumnKind kind = ColumnKind::numeric;
  NumberForm form = {};

  // Not explicit: a kind alone stands for plain numbers, or for categories.
  ColumnReading(ColumnKind column_kind = ColumnKind::numeric,  // NOLINT(google-explicit-constructor)
                NumberForm number_form = {})
      : kind(column_kind), form(std::move(number_form)) {}

  bool operator==(const ColumnReading&) const = default;
};

// The words that stand for a missing cell in a text table; a model remembers those of its training table.
struct MissingWordLists {
  std::vector<std::string> words;  // in all columns but those of `of_columns`
  std::vector<std::pair<std::string, std::vector<std::string>>> of_columns;
  std::vector<std::string> kept_in_quotes;  // words that are missing only if the cell is not quoted

  bool operator==(const MissingWordLists&) const = default;
};

// How many cells of a column count as missing because of a word such as "NA"; empty cells are not counted.
struct MissingWordCount {
  std::size_t column = 0;
  std::string word;
  std::uint64_t cells = 0;
  std::uint64_t quoted_cells = 0;  // of these
};

struct Table {
  std::string source;  // path for messages
  std::vector<Column> columns;
  RowLines lines;  // line of each row in the source; empty if rows have no lines (IDX, NPY)
  // each row as it is in the file, without its line end; only if asked for
  std::vector<std::string> row_text;
  // height and width if each row is an image (IDX with three dimensions), else 0
  std::size_t image_rows = 0;
  std::size_t image_columns = 0;
  std::uint64_t weightless_rows = 0;                  // that were left out (ReadOptions::weight_column)
  TableRepairs repairs;                               // of a lenient reader, of whole tables (read_table)
  MissingWordLists missing_words;                     // of text tables, as they were read
  std::vector<MissingWordCount> missing_words_found;  // of whole text tables, by column and word
  // Guesses and observations made while the table was read, and how it was read; of whole tables.
  std::vector<Message> notes;

  // A column that was not requested (TableReader::next_rows) is empty; all others have this many cells.
  std::size_t rows() const;
  // Index of a column. Throws DataError that names the nearest column.
  std::size_t column_index(std::string_view name) const;
  // "iris.csv:12:3" (column counted from 1), or "images.idx, row 12, column pixel_3" without lines.
  std::string cell_position(std::size_t row, std::size_t column) const;
};

// Removes the rows whose entry in is_kept (one per row) is 0. Returns how many.
std::size_t drop_rows(Table& table, std::span<const char> is_kept);
// The notes on the table, then those on its repairs.
std::vector<Message> notes_of(const Table& table);

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
