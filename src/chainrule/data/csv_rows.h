// From records to rows: blank records are left out, the header is taken, all rows have the width of the first
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

// Words keep the blanks that stand inside quotes; for numbers and missing values they never count.
std::string_view value_of(const CsvCell& cell);

// The records of one table that has a known layout: blank ones left out, all of the same width.
class CsvRows {
 public:
  // repairs: null, or where a lenient reader counts.
  CsvRows(CsvRecords records, std::string display_name, RowText row_text, TableRepairs* repairs)
      : records_(std::move(records)),
        display_name_(std::move(display_name)),
        row_text_(row_text),
        repairs_(repairs) {
    if (repairs_ != nullptr) records_.mend(*repairs_);
  }

  // Reads the header, or the first record to count the columns. Throws DataError when there is no record at
  // all.
  void start(TableLayout& layout);
  bool next();
  // The rows from here on come from other records; the layout stays.
  void go_on(CsvRecords records);
  // After start(): where the first row stands, in bytes of what the records are read from and in lines.
  std::uint64_t first_row_offset() const {
    return is_first_pending_ ? records_.offset() : records_.next_offset();
  }
  std::uint64_t first_row_line() const { return is_first_pending_ ? records_.line() : records_.next_line(); }
  std::span<const CsvCell> cells() const { return repairs_ == nullptr ? records_.cells() : cells_; }
  std::uint64_t line() const { return records_.line(); }
  // The row in hand as it stands in the file, when rows are kept; mended: with as many cells as there are
  // columns.
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
  // Makes the record in hand a row; false when it is none.
  bool mend_row();

  CsvRecords records_;
  std::string display_name_;
  RowText row_text_;
  TableRepairs* repairs_;
  std::vector<CsvCell> cells_;  // repairs_: of the row in hand
  std::string text_;
  std::size_t columns_ = 0;
  std::uint64_t first_line_ = 0;
  HeaderChoice header_ = HeaderChoice::absent;
  std::vector<std::string> names_;
  std::vector<std::string> written_names_;  // the cells of the header
  bool is_first_pending_ = false;           // the record in hand is the first row, not yet given out
};

}  // namespace chainrule
