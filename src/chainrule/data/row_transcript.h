// Tables in other text formats (LIBSVM, ARFF, JSON, FANN), converted to CSV text while they are read, so that
// the reader of CSV types their cells, finds missing cells and units, and reports faults:
//
//   file -> RowSource: names, then rows of cells -> CSV text -> csv_table (whole) or csv_reader (in chunks)
//
// The names of the columns are on line 0 and each row is on the same line as in the file, with blank lines in
// between, so that places in messages are those of the file. For the same reason, line breaks inside a cell
// become spaces.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chainrule/data/byte_source.h"
#include "chainrule/data/table_reader.h"

namespace chainrule {

// Writes the cells of one row as CSV text.
class RowWriter {
 public:
  explicit RowWriter(std::string& text) : text_(text) {}
  // In quotes only if the cell needs them.
  void add(std::string_view cell);
  void add_quoted(std::string_view word);
  void add_missing() { next_cell(); }
  // Adds this many cells with the value 0.
  void add_zeros(std::size_t count);

 private:
  void next_cell() {
    if (has_cells_) text_ += ',';
    has_cells_ = true;
  }

  std::string& text_;
  bool has_cells_ = false;
};

// One file in one of these formats.
class RowSource {
 public:
  explicit RowSource(std::unique_ptr<ByteSource> file) : file_(std::move(file)) {}
  virtual ~RowSource() = default;
  RowSource(const RowSource&) = delete;
  RowSource& operator=(const RowSource&) = delete;

  virtual TableFormat format() const = 0;
  const std::vector<std::string>& names() const { return names_; }
  // The kinds of columns that the file declares.
  const std::vector<std::pair<std::string, ColumnKind>>& kinds() const { return kinds_; }
  // Words that mean a missing cell elsewhere, but are categories in this file.
  const std::vector<std::string>& own_words() const { return own_words_; }
  const std::vector<Message>& notes() const { return notes_; }

  // Appends the cells of the next row, one for each name. Returns its line, or its number from 1 if a line
  // holds several rows; 0 at the end. Lines ascend.
  virtual std::uint64_t next(std::string& text) = 0;
  virtual bool would_wait() const = 0;
  // Goes back to before the first row, if the file can be read twice.
  virtual void rewind() = 0;
  // Whether next() counts rows instead of lines.
  virtual bool counts_rows() const { return false; }

  const ByteSource& file() const { return *file_; }

 protected:
  std::unique_ptr<ByteSource> file_;
  std::vector<std::string> names_;
  std::vector<std::pair<std::string, ColumnKind>> kinds_;
  std::vector<std::string> own_words_;
  std::vector<Message> notes_;
};

// Throw UsageError for options that do not apply to such a file, such as a delimiter.
std::unique_ptr<TableReader> open_transcript(std::unique_ptr<RowSource> rows, const ReadOptions& options);
Table read_transcript(std::unique_ptr<RowSource> rows, const ReadOptions& options, TableLayout* layout);

}  // namespace chainrule
