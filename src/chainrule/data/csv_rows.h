// Makes rows from records: skips blank records, takes the header, and gives all rows the width of the first
// record. A lenient reader mends rows of another width and counts what it mended (table_repairs.h).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chainrule/data/csv_records.h"
#include "chainrule/data/table_reader.h"
#include "chainrule/data/table_repairs.h"

namespace chainrule {

// The text of a cell, without blanks, to be read as a number or a missing value. (Categories keep the blanks
// inside quotes.)
std::string_view value_of(const CsvCell& cell);

// What the first records suggest about the others, for a lenient reader.
struct RowExpectations {
  enum class Cells : char { numbers, words, both };
  std::vector<Cells> columns;      // empty: unknown
  bool has_second_header = false;  // the first row below the header holds units or more names
};

// The rows of a table with a known layout, all of the same width.
class CsvRows {
 public:
  // repairs: where a lenient reader counts its repairs; null for a strict one.
  CsvRows(CsvRecords records, std::string display_name, RowText row_text, TableRepairs* repairs)
      : records_(std::move(records)),
        display_name_(std::move(display_name)),
        row_text_(row_text),
        repairs_(repairs) {
    if (repairs_ != nullptr) records_.mend(*repairs_);
  }

  // Reads the header, or the first record to count the columns. Throws DataError if there is no record.
  void start(TableLayout& layout);
  bool next();
  // `expectations` must outlive this object.
  void expect(const RowExpectations& expectations) { expectations_ = &expectations; }
  // Whether the next row has been supplied already (CsvRecords::has_next).
  bool has_next() const { return is_first_pending_ || records_.has_next(); }
  // From now on, messages take the names of the columns from `name_of` and not from a copy, and the cells of
  // the current row are freed: both count in a table of a million columns.
  void release_header(CsvRecords::NameOfColumn name_of);
  // Takes the following rows from other records; the layout stays.
  void go_on(CsvRecords records);
  // After start(): where the first row begins, in bytes of the source and in lines.
  std::uint64_t first_row_offset() const {
    return is_first_pending_ ? records_.offset() : records_.next_offset();
  }
  std::uint64_t first_row_line() const { return is_first_pending_ ? records_.line() : records_.next_line(); }
  std::span<const CsvCell> cells() const { return repairs_ == nullptr ? records_.cells() : cells_; }
  std::uint64_t line() const { return records_.line(); }
  // The current row as it is in the file, if rows are kept; a mended row has as many cells as columns.
  std::string_view text() const { return repairs_ == nullptr ? records_.text() : text_; }
  std::string place(std::uint64_t line, std::size_t column) const {
    return records_.cell_place(line, column);
  }

 private:
  bool is_blank() const {
    const std::span<const CsvCell> cells = records_.cells();
    return cells.size() == 1 && !cells[0].is_quoted && cells[0].text().empty();
  }
  void check_width() const;
  void take_header(TableLayout& layout);
  // Whether the cells of a short row fit the first columns and no other choice of columns.
  bool lacks_last_cells_only() const;
  // Makes the current record a row; false if it must be skipped.
  bool mend_row();

  CsvRecords records_;
  std::string display_name_;
  RowText row_text_;
  TableRepairs* repairs_;
  std::vector<CsvCell> cells_;  // if lenient: of the current row
  std::string text_;
  std::size_t columns_ = 0;
  std::uint64_t first_line_ = 0;
  HeaderChoice header_ = HeaderChoice::absent;
  CsvRecords::NameOfColumn name_of_;
  std::vector<std::string> written_names_;  // the cells of the header
  const RowExpectations* expectations_ = nullptr;
  bool has_seen_row_ = false;      // a row with the width of the table
  bool is_first_pending_ = false;  // the current record is the first row, not yet given out
};

}  // namespace chainrule
