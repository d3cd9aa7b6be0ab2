// Cuts a text table into records and cells: RFC 4180, extended to the files found in practice.
//
//   record    = cell *(delimiter cell) (LF | CRLF | CR | end of the file)
//   cell      = quoted | plain
//   quoted    = *blank '"' *(any character but '"' | '""') '"' *blank
//   plain     = any characters but the delimiter, LF and CR; a '"' that is not the first counts as itself
//
// A dialect (CsvDialect) may have another sign for quotes, or none; an escape, which makes the quote or
// delimiter after it an ordinary character; and a sign that begins a line of comment. Blanks (spaces, tabs,
// form feeds, unless they are the delimiter) around a cell are ignored; inside quotes they are part of it.
//
// It is a fault if a quote opens inside a plain cell and a later cell of the record ends in a lone quote
// (a"x, y",3): it is unknown whether the delimiter between them belongs to a cell.
//
// The buffer holds one record and the bytes read ahead. An incomplete record is read again from its start
// when more bytes have arrived; for long records the buffer doubles, so that the work stays linear.
//
// A record must be valid UTF-8 without NUL bytes, at most 64 MiB long, with at most a million cells of at
// most 1 MiB each: an unclosed quote, or a small archive of endless commas, must not exhaust the memory.
// Messages name the line where the record starts and the cell, counted from 1; only for an unclosed quote do
// they name the line of the quote.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chainrule/data/table.h"

namespace chainrule {

// The signs of a table. `none`: there is no such sign.
struct CsvDialect {
  static constexpr int none = -1;

  CsvDialect(char delimiter_sign = ',') : delimiter(delimiter_sign) {}  // NOLINT(google-explicit-constructor)

  char delimiter;
  int quote = '"';
  int escape = none;   // before a quote or a delimiter that is an ordinary character
  int comment = none;  // begins a line that is not part of the table
};

struct CsvCell {
  const char* begin = nullptr;  // quoted: between the quotes; plain: without blanks around it
  const char* end = nullptr;
  bool is_quoted = false;
  bool has_doubled_quotes = false;  // contains '""' or an escape, not yet replaced by its meaning
  bool opens_quote = false;         // plain, with a lone quote that is not its last character
  bool closes_quote = false;        // plain, with a lone quote as its last character
  char quote = '"';
  char escape = '\0';  // NUL: none

  std::string_view text() const { return {begin, static_cast<std::size_t>(end - begin)}; }
};

enum class InputState { more_may_come, ended };
enum class CsvOutcome { record, need_more, unclosed_quote, text_after_quote, split_quote, too_many_cells };

struct CsvTokens {
  CsvOutcome outcome = CsvOutcome::need_more;
  const char* next = nullptr;     // record: where the next record starts; else where the current cell starts
  std::uint64_t line_breaks = 0;  // record: in it, including its end; else before the current cell
  std::size_t cells = 0;          // complete ones; with a fault the current cell is one more
};

std::uint64_t count_line_breaks(const char* begin, const char* end);
// True if any byte is NUL or not ASCII.
bool has_unusual_bytes(const char* begin, const char* end);

// Cuts one record into cells.
class CsvTokenizer {
 public:
  explicit CsvTokenizer(const CsvDialect& dialect, std::size_t most_cells = kMostColumns);
  // [begin, end) must not be empty if the input has ended, and *end must be '\n' (it is read, not counted).
  // `cells` grows as needed and never shrinks: CsvTokens::cells of them are valid.
  CsvTokens cut(const char* begin, const char* end, InputState state, std::vector<CsvCell>& cells) const;
  // Cuts the cell that begins at p. `record` means that it is complete; p is then at the delimiter or line
  // end after it, or at `end`.
  CsvOutcome cut_cell(const char*& p, const char* end, InputState state, CsvCell& cell) const {
    while (is_blank(*p))
      ++p;
    cell = {.begin = p, .quote = quote_, .escape = escape_};
    if (is_quote(*p)) {
      const CsvOutcome outcome = cut_quoted(p, end, state, cell);
      if (outcome != CsvOutcome::record) return outcome;
    } else {
      while (!stops_plain(*p))
        ++p;
      if (!ends_cell(*p)) pass_special(p, end, cell);
      cell.end = p;
      while (cell.end != cell.begin && is_blank(cell.end[-1]))
        --cell.end;
    }
    if (cell.begin < cell.end && ((*cell.begin | cell.end[-1]) & 0x80) != 0) trim_unusual_blanks(cell);
    const bool may_go_on = p == end || (*p == '\r' && p + 1 == end);
    return may_go_on && state == InputState::more_may_come ? CsvOutcome::need_more : CsvOutcome::record;
  }
  char delimiter() const { return dialect_.delimiter; }
  // Whether the line that begins at p (not at the end of the input) is a comment.
  bool is_comment(const char* p) const {
    if (dialect_.comment == CsvDialect::none) return false;
    while (is_blank(*p))
      ++p;
    return *p == static_cast<char>(dialect_.comment);
  }

 private:
  bool is_blank(char c) const { return is_blank_[static_cast<unsigned char>(c)]; }
  bool stops_plain(char c) const { return stops_plain_[static_cast<unsigned char>(c)]; }
  static void trim_unusual_blanks(CsvCell& cell);
  bool is_quote(char c) const { return dialect_.quote == static_cast<unsigned char>(c); }
  bool ends_cell(char c) const { return c == dialect_.delimiter || c == '\n' || c == '\r'; }
  CsvOutcome cut_quoted(const char*& p, const char* end, InputState state, CsvCell& cell) const;
  // Continues from a quote or an escape inside a plain cell to the end of the cell.
  void pass_special(const char*& p, const char* end, CsvCell& cell) const;

  CsvDialect dialect_;
  char quote_, escape_;  // for the cells
  std::size_t most_cells_;
  std::array<bool, 256> stops_plain_ = {};
  std::array<bool, 256> is_blank_ = {};
};

struct CsvLimits {
  std::size_t longest_cell = std::size_t{1} << 20;
  std::size_t longest_record = std::size_t{1} << 26;
  std::size_t most_cells = kMostColumns;
};

// The text of a cell with doubled quotes replaced by single ones, and without escapes; `storage` holds it if
// there are any.
std::string_view joined_text(const CsvCell& cell, std::string& storage);

class CsvRecords {
 public:
  // Fills the span with the next bytes, at least one; 0 means the end.
  using Supply = std::function<std::size_t(std::span<char>)>;

  // The first byte supplied is on `first_line`.
  CsvRecords(Supply supply, std::string display_name, const CsvDialect& dialect, std::size_t read_ahead,
             CsvLimits limits = {}, std::uint64_t first_line = 1);

  // From now on, faults are mended if possible and counted in `repairs`, which must outlive this object.
  void mend(TableRepairs& repairs) { repairs_ = &repairs; }
  // False at the end. Throws DataError at a fault.
  bool next();
  // Whether the next record has been supplied already, so that next() does not ask for more bytes. (It still
  // may if the record has a line break inside quotes.)
  bool has_next() const;
  // The cells of the current record, valid until the next call.
  std::span<const CsvCell> cells() const { return std::span(cells_).first(cell_count_); }
  char delimiter() const { return tokenizer_.delimiter(); }
  // The line where the current record starts, from 1.
  std::uint64_t line() const { return line_; }
  // The number of bytes supplied before the current record, and before the next one.
  std::uint64_t offset() const { return offset_; }
  std::uint64_t next_offset() const { return next_offset_; }
  std::uint64_t next_line() const { return next_line_; }
  // From now on, the text of every record is also kept as it is in the file.
  void keep_text(RowText row_text) { row_text_ = row_text; }
  // That text without the line end, valid until the next call; "" unless it is kept.
  std::string_view text() const { return text_; }
  // The name of a column, for messages; "" for one that has none.
  using NameOfColumn = std::function<std::string_view(std::size_t column)>;
  void name_columns_by(NameOfColumn name_of) { name_of_ = std::move(name_of); }
  // Frees the cells of the current record.
  void free_cells() {
    std::vector<CsvCell>().swap(cells_);
    cell_count_ = 0;
  }
  // "iris.csv:12:3 (column "petal_length")"; `column` counts from 0.
  std::string cell_place(std::uint64_t line, std::size_t column) const;

 private:
  void refill();
  void check_limits(const char* open_cell) const;
  void check_encoding() const;
  [[noreturn]] void throw_too_many_cells() const;
  [[noreturn]] void throw_fault(const CsvTokens& tokens);
  void copy_text(const char* begin, const char* end);
  void join_doubled_quotes();
  void take_record(const char* begin, const char* next, std::uint64_t line_breaks);
  bool has_long_quoted_cell() const;
  bool take_plain_line(std::size_t faulty_cell, Repair repair = Repair::quote);
  bool skip_comment();
  void mend_encoding();

  Supply supply_;
  std::string display_name_;
  CsvTokenizer tokenizer_;
  std::size_t read_ahead_;
  CsvLimits limits_;
  NameOfColumn name_of_;  // empty: no names are known
  RowText row_text_ = RowText::drop;
  std::string text_;

  std::vector<char> buffer_;  // [begin_, end_) is read but not yet given out; '\n' at end_
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  InputState state_ = InputState::more_may_come;
  std::vector<CsvCell> cells_;
  std::size_t cell_count_ = 0;
  std::uint64_t line_ = 0;
  std::uint64_t next_line_ = 1;
  std::uint64_t offset_ = 0;
  std::uint64_t next_offset_ = 0;
  TableRepairs* repairs_ = nullptr;
  std::deque<std::string> mended_texts_;  // of the current record; in a deque they never move
};

}  // namespace chainrule
