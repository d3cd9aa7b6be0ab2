// The grammar of csv_records.h in three layers:
//
//   CsvTokenizer::cut_cell     one cell: quoted or plain, without the blanks around it
//   CsvTokenizer::cut          one record: cells up to a line end
//   CsvRecords::next           record after record from a buffer that refills; checks limits and UTF-8
//
// A fault (unclosed quote, text after a closing quote, invalid bytes) is an error with its place. A lenient
// reader mends it: quotes in that line count as text, invalid bytes become U+FFFD. Source: RFC 4180.
#include "chainrule/data/csv_records.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/cell_text.h"
#include "chainrule/data/number_spelling.h"
#include "chainrule/data/text_encoding.h"

namespace chainrule {

namespace {

std::string hexadecimal_byte(char byte) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const unsigned value = static_cast<unsigned char>(byte);
  return {'0', 'x', kDigits[value >> 4], kDigits[value & 15]};
}

// The first byte that is not part of valid UTF-8.
char first_invalid_byte(std::string_view text) {
  // A character has at most four bytes: if none of the first four prefixes is valid, the first byte is
  // wrong.
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t length = 1;
    while (length <= 4 && at + length <= text.size() && !is_valid_utf8(text.substr(at, length)))
      ++length;
    if (length > 4 || at + length > text.size()) return text[at];
    at += length;
  }
  return '\0';
}

}  // namespace

std::uint64_t count_line_breaks(const char* begin, const char* end) {
  std::uint64_t count = 0;
  for (const char* p = begin; p != end; ++p) {
    if (*p == '\n' || (*p == '\r' && (p + 1 == end || p[1] != '\n'))) ++count;
  }
  return count;
}

// Eight bytes at a time: this runs over every byte of every table that is read row by row.
bool has_unusual_bytes(const char* begin, const char* end) {
  constexpr std::uint64_t kLowBits = 0x0101010101010101u;
  constexpr std::uint64_t kHighBits = 0x8080808080808080u;
  std::uint64_t seen = 0;
  const char* p = begin;
  for (; end - p >= 8; p += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, p, sizeof word);
    seen |= word | ((word - kLowBits) & ~word);  // the second term has a high bit where a byte is NUL
  }
  for (; p != end; ++p) {
    if (*p == '\0' || static_cast<unsigned char>(*p) >= 0x80) return true;
  }
  return (seen & kHighBits) != 0;
}

CsvTokenizer::CsvTokenizer(const CsvDialect& dialect, std::size_t most_cells)
    : dialect_(dialect),
      quote_(dialect.quote == CsvDialect::none ? '"' : static_cast<char>(dialect.quote)),
      escape_(dialect.escape == CsvDialect::none ? '\0' : static_cast<char>(dialect.escape)),
      most_cells_(most_cells) {
  for (const int c : {static_cast<int>(static_cast<unsigned char>(dialect.delimiter)), int{'\n'}, int{'\r'},
                      dialect.quote, dialect.escape}) {
    if (c != CsvDialect::none) stops_plain_[static_cast<unsigned char>(c)] = true;
  }
  for (const char c : {' ', '\t', '\f', '\v'})
    is_blank_[static_cast<unsigned char>(c)] = c != dialect.delimiter;
}

void CsvTokenizer::pass_special(const char*& p, const char* end, CsvCell& cell) const {
  std::size_t quotes = 0;
  for (;;) {
    while (!stops_plain(*p))
      ++p;
    if (p == end || ends_cell(*p)) break;
    if (is_quote(*p)) {
      ++quotes;
    } else {
      cell.has_doubled_quotes = true;
      if (p + 1 != end) ++p;
    }
    ++p;
  }
  if (quotes % 2 == 0) return;
  const char* last = p;
  while (last != cell.begin && is_blank(last[-1]))
    --last;
  (is_quote(last[-1]) ? cell.closes_quote : cell.opens_quote) = true;
}

CsvTokens CsvTokenizer::cut(const char* begin, const char* end, InputState state,
                            std::vector<CsvCell>& cells) const {
  std::size_t count = 0;
  std::size_t opening = SIZE_MAX;  // the first cell that opens a quote in its middle
  std::uint64_t line_breaks = 0;
  const char* p = begin;
  for (;;) {
    if (count == cells.size()) cells.resize(2 * count + 16);
    CsvCell& cell = cells[count];
    const char* const start = p;
    const CsvOutcome outcome = cut_cell(p, end, state, cell);
    if (outcome != CsvOutcome::record) return {outcome, start, line_breaks, count};
    if (cell.is_quoted) line_breaks += count_line_breaks(cell.begin, cell.end);
    if (cell.opens_quote && opening == SIZE_MAX) opening = count;
    if (cell.closes_quote && opening != SIZE_MAX)
      return {CsvOutcome::split_quote, start, line_breaks, opening};
    ++count;
    if (p == end) return {CsvOutcome::record, end, line_breaks + 1, count};
    if (*p == dialect_.delimiter) {
      if (count == most_cells_) return {CsvOutcome::too_many_cells, start, line_breaks, count};
      ++p;
      continue;
    }
    if (*p == '\r' && p + 1 != end && p[1] == '\n') ++p;
    return {CsvOutcome::record, p + 1, line_breaks + 1, count};
  }
}

// Where such a blank stands at an end of the cell, the usual ones beside it go, too.
void CsvTokenizer::trim_unusual_blanks(CsvCell& cell) {
  const std::string_view text = cell.text();
  const std::string_view trimmed = trim_all_blanks(text);
  if (trimmed.size() == trim_blanks(text).size()) return;
  // A file that was appended to another: its mark and its quotes show that (is_name_again).
  if (!cell.is_quoted && trimmed.starts_with('"')) return;
  cell.begin = trimmed.data();
  cell.end = trimmed.data() + trimmed.size();
}

CsvOutcome CsvTokenizer::cut_quoted(const char*& p, const char* end, InputState state, CsvCell& cell) const {
  const bool more_may_come = state == InputState::more_may_come;
  cell.begin = ++p;
  cell.is_quoted = true;
  // Whether the quote has an escape before it that is not itself escaped.
  const auto is_escaped = [&](const char* quote) {
    if (dialect_.escape == CsvDialect::none || escape_ == quote_) return false;
    const char* before = quote;
    while (before != cell.begin && before[-1] == escape_)
      --before;
    if (before != quote) cell.has_doubled_quotes = true;
    return (quote - before) % 2 != 0;
  };
  for (;;) {
    const void* const quote = std::memchr(p, quote_, static_cast<std::size_t>(end - p));
    if (quote == nullptr) {
      cell.end = end;
      return more_may_come ? CsvOutcome::need_more : CsvOutcome::unclosed_quote;
    }
    p = static_cast<const char*>(quote) + 1;
    if (is_escaped(p - 1)) continue;
    if (p == end && more_may_come) return CsvOutcome::need_more;
    if (p == end || !is_quote(*p)) break;
    cell.has_doubled_quotes = true;
    ++p;
  }
  cell.end = p - 1;
  if (escape_ != '\0' && std::find(cell.begin, cell.end, escape_) != cell.end) cell.has_doubled_quotes = true;
  while (is_blank(*p))
    ++p;
  return p == end || ends_cell(*p) ? CsvOutcome::record : CsvOutcome::text_after_quote;
}

namespace {

// The text of the cell, without escapes and with one of two doubled quotes; may be written over itself.
template <typename Put>
void join_cell(const CsvCell& cell, const Put& put) {
  for (const char* p = cell.begin; p != cell.end; ++p) {
    const bool has_next = p + 1 != cell.end;
    if ((cell.escape != '\0' && *p == cell.escape && has_next) ||
        (cell.is_quoted && *p == cell.quote && has_next && p[1] == cell.quote)) {
      ++p;
    }
    put(*p);
  }
}

}  // namespace

std::string_view joined_text(const CsvCell& cell, std::string& storage) {
  if (!cell.has_doubled_quotes) return cell.text();
  storage.clear();
  join_cell(cell, [&storage](char c) { storage += c; });
  return storage;
}

CsvRecords::CsvRecords(Supply supply, std::string display_name, const CsvDialect& dialect,
                       std::size_t read_ahead, CsvLimits limits, std::uint64_t first_line)
    : supply_(std::move(supply)),
      display_name_(std::move(display_name)),
      tokenizer_(dialect, limits.most_cells),
      read_ahead_(std::max<std::size_t>(read_ahead, 1)),
      limits_(limits),
      buffer_(read_ahead_ + 1, '\n'),
      next_line_(first_line) {}

bool CsvRecords::next() {
  for (;;) {
    if (begin_ == end_) {
      if (state_ == InputState::ended) return false;
      refill();
      continue;
    }
    const char* const begin = buffer_.data() + begin_;
    const char* const end = buffer_.data() + end_;
    line_ = next_line_;
    if (tokenizer_.is_comment(begin)) {
      if (!skip_comment()) refill();
      continue;
    }
    const CsvTokens tokens = tokenizer_.cut(begin, end, state_, cells_);
    cell_count_ = tokens.cells;
    if (tokens.outcome == CsvOutcome::record) {
      if (static_cast<std::size_t>(tokens.next - begin) > limits_.longest_cell) {
        if (repairs_ != nullptr && has_long_quoted_cell()) {
          if (take_plain_line(0)) return true;
          continue;
        }
        check_limits(nullptr);
      }
      take_record(begin, tokens.next, tokens.line_breaks);
      return true;
    }
    if (tokens.outcome != CsvOutcome::need_more) {
      const bool is_quote_fault = tokens.outcome != CsvOutcome::too_many_cells;
      if (repairs_ == nullptr || !is_quote_fault) throw_fault(tokens);
      // It is unknown which cells the line has: it is left out.
      const bool is_split = tokens.outcome == CsvOutcome::split_quote;
      if (take_plain_line(tokens.cells, is_split ? Repair::split_quote : Repair::quote) && !is_split)
        return true;
      continue;
    }
    const bool is_open_long =
        static_cast<std::size_t>(end - tokens.next) > limits_.longest_cell && cells_[tokens.cells].is_quoted;
    if (repairs_ != nullptr && is_open_long) {
      if (take_plain_line(tokens.cells)) return true;
      continue;
    }
    check_limits(tokens.next);
    refill();
  }
}

void CsvRecords::take_record(const char* begin, const char* next, std::uint64_t line_breaks) {
  if (has_unusual_bytes(begin, next)) {
    if (repairs_ != nullptr) {
      mend_encoding();
    } else {
      check_encoding();
    }
  }
  begin_ = static_cast<std::size_t>(next - buffer_.data());
  next_line_ = line_ + line_breaks;
  offset_ = next_offset_;
  next_offset_ += static_cast<std::uint64_t>(next - begin);
  if (row_text_ == RowText::keep) copy_text(begin, next);
  join_doubled_quotes();
}

bool CsvRecords::has_next() const {
  if (state_ == InputState::ended) return true;
  std::string_view rest(buffer_.data() + begin_, end_ - begin_);
  while (rest.starts_with('\n') || rest.starts_with('\r'))  // blank lines are skipped
    rest.remove_prefix(1);
  return rest.find('\n') != std::string_view::npos || rest.find('\r') != std::string_view::npos;
}

bool CsvRecords::has_long_quoted_cell() const {
  return std::any_of(
      cells_.begin(), cells_.begin() + static_cast<std::ptrdiff_t>(cell_count_),
      [this](const CsvCell& cell) { return cell.is_quoted && cell.text().size() > limits_.longest_cell; });
}

// Passes over the line; false if its end has not been read.
bool CsvRecords::skip_comment() {
  const char* const begin = buffer_.data() + begin_;
  const char* const end = buffer_.data() + end_;
  const char* stop = std::find_if(begin, end, [](char c) { return c == '\n' || c == '\r'; });
  const bool may_go_on = stop == end || (*stop == '\r' && stop + 1 == end);
  if (may_go_on && state_ == InputState::more_may_come) return false;
  if (stop != end) stop += *stop == '\r' && stop + 1 != end && stop[1] == '\n' ? 2 : 1;
  begin_ += static_cast<std::size_t>(stop - begin);
  next_offset_ += static_cast<std::uint64_t>(stop - begin);
  ++next_line_;
  return true;
}

// Takes the current line as a record in which quotes count as text. Returns false if the end of the line had
// not been read: it has then read more bytes, for another try.
bool CsvRecords::take_plain_line(std::size_t faulty_cell, Repair repair) {
  const char* const begin = buffer_.data() + begin_;
  const char* const end = buffer_.data() + end_;
  const char* const stop = std::find_if(begin, end, [](char c) { return c == '\n' || c == '\r'; });
  cell_count_ = 0;
  for (const char* p = begin;; ++p) {
    if (cell_count_ == limits_.most_cells) throw_too_many_cells();
    if (cell_count_ == cells_.size()) cells_.resize(2 * cell_count_ + 16);
    const char* const cell_end = std::find(p, stop, tokenizer_.delimiter());
    const std::string_view text = trim_blanks({p, static_cast<std::size_t>(cell_end - p)});
    cells_[cell_count_++] = {.begin = text.data(), .end = text.data() + text.size()};
    p = cell_end;
    if (p == stop) break;
  }
  const bool may_go_on = stop == end || (*stop == '\r' && stop + 1 == end);
  if (may_go_on && state_ == InputState::more_may_come) {
    check_limits(end);
    refill();
    return false;
  }
  check_limits(nullptr);
  repairs_->add(repair, [&] { return cell_place(line_, faulty_cell); });
  const char* next = stop;
  if (next != end) next += *stop == '\r' && stop + 1 != end && stop[1] == '\n' ? 2 : 1;
  take_record(begin, next, 1);
  return true;
}

// Every byte that is not part of a character, and NUL, becomes U+FFFD.
void CsvRecords::mend_encoding() {
  mended_texts_.clear();
  for (std::size_t c = 0; c < cell_count_; ++c) {
    CsvCell& cell = cells_[c];
    std::string_view text = cell.text();
    if (text.find('\0') == std::string_view::npos && is_valid_utf8(text)) continue;
    std::string& mended = mended_texts_.emplace_back();
    while (!text.empty()) {
      std::size_t length = 1;
      while (length <= 4 && length <= text.size() && !is_valid_utf8(text.substr(0, length)))
        ++length;
      if (length > 4 || length > text.size() || text.front() == '\0') {
        mended += "\ufffd";
        text.remove_prefix(1);
      } else {
        mended += text.substr(0, length);
        text.remove_prefix(length);
      }
    }
    if (cell.has_doubled_quotes) {
      std::string joined;
      cell.begin = mended.data();
      cell.end = mended.data() + mended.size();
      joined_text(cell, joined);
      mended = std::move(joined);
      cell.has_doubled_quotes = false;
    }
    cell.begin = mended.data();
    cell.end = mended.data() + mended.size();
    repairs_->add(Repair::encoding, [&] { return cell_place(line_, c); });
  }
}

void CsvRecords::refill() {
  const std::size_t pending = end_ - begin_;
  std::memmove(buffer_.data(), buffer_.data() + begin_, pending);
  begin_ = 0;
  end_ = pending;
  // One call is enough for short records (a pipe may have no more bytes yet); long records wait until they
  // have doubled.
  const std::size_t wanted = std::max(read_ahead_, pending);
  const std::size_t least = pending < read_ahead_ ? 1 : pending;
  if (buffer_.size() < pending + wanted + 1) buffer_.resize(pending + wanted + 1);
  while (end_ < pending + least && state_ == InputState::more_may_come) {
    const std::size_t count = supply_(std::span(buffer_).subspan(end_, pending + wanted - end_));
    if (count == 0) state_ = InputState::ended;
    end_ += count;
  }
  buffer_[end_] = '\n';
}

std::string CsvRecords::cell_place(std::uint64_t line, std::size_t column) const {
  std::string place = file_position(display_name_, line, column + 1);
  const std::string_view name = name_of_ ? name_of_(column) : "";
  if (!name.empty()) place += " (column " + quoted(name) + ")";
  return place;
}

// Reports the fault that a byte-by-byte reader would meet first, so that the message does not depend on how
// much was read ahead. `open_cell`: the start of an incomplete cell, or null.
void CsvRecords::check_limits(const char* open_cell) const {
  const char* const begin = buffer_.data() + begin_;
  const char* const end = buffer_.data() + end_;
  const auto check_cell = [&](const char* start, const char* stop, std::size_t column) {
    if (static_cast<std::size_t>(stop - start) <= limits_.longest_cell) return;
    if (static_cast<std::size_t>(start - begin) + limits_.longest_cell >= limits_.longest_record) return;
    const bool is_quoted = start != begin && start[-1] == '"';
    throw DataError({.what = "a cell is longer than " + count_of(limits_.longest_cell, "byte"),
                     .where = cell_place(line_ + count_line_breaks(begin, start), column),
                     .expected = "at most " + count_of(limits_.longest_cell, "byte") + " in a cell",
                     .advice = is_quoted ? "close the quote that opens the cell"
                                         : "check the delimiter and the line ends of the file"});
  };
  for (std::size_t c = 0; c < cell_count_; ++c)
    check_cell(cells_[c].begin, cells_[c].end, c);
  if (open_cell != nullptr) {
    while (open_cell != end && (*open_cell == ' ' || *open_cell == '\t'))
      ++open_cell;
    if (open_cell != end && *open_cell == '"') ++open_cell;
    check_cell(open_cell, end, cell_count_);
  }
  const char* const record_end = open_cell != nullptr || cell_count_ == 0 ? end : cells_[cell_count_ - 1].end;
  if (static_cast<std::size_t>(record_end - begin) > limits_.longest_record) {
    throw DataError({.what = "a row is longer than " + count_of(limits_.longest_record, "byte"),
                     .where = file_position(display_name_, line_, 0),
                     .expected = "at most " + count_of(limits_.longest_record, "byte") + " in a row",
                     .advice = "check the line ends of the file"});
  }
}

void CsvRecords::check_encoding() const {
  const char* const begin = buffer_.data() + begin_;
  const char* const end = cell_count_ == 0 ? begin : cells_[cell_count_ - 1].end;
  const std::string_view record(begin, static_cast<std::size_t>(end - begin));
  for (std::size_t c = 0; c < cell_count_; ++c) {
    const std::string_view text = cells_[c].text();
    if (text.find('\0') != std::string_view::npos) {
      throw DataError({.what = kHasNul,
                       .where = cell_place(line_, c),
                       .expected = "text in UTF-8",
                       .got = "a byte 0x00",
                       .advice = advice_on_encoding(record)});
    }
    if (is_valid_utf8(text)) continue;
    throw DataError({.what = kNotUtf8,
                     .where = cell_place(line_, c),
                     .expected = "text in UTF-8",
                     .got = "byte " + hexadecimal_byte(first_invalid_byte(text)) + " in " + quoted(text),
                     .advice = advice_on_encoding(record)});
  }
}

void CsvRecords::throw_too_many_cells() const {
  throw DataError({.what = "too many columns",
                   .where = file_position(display_name_, line_, 0),
                   .expected = "at most " + count_of(limits_.most_cells, "column"),
                   .got = "more",
                   .advice = "check the delimiter and the line ends of the file"});
}

void CsvRecords::throw_fault(const CsvTokens& tokens) {
  if (tokens.outcome == CsvOutcome::too_many_cells) throw_too_many_cells();
  ++cell_count_;  // the current cell is the faulty one
  check_limits(nullptr);
  check_encoding();
  const std::size_t column = cell_count_ - 1;
  const CsvCell& cell = cells_[column];
  if (tokens.outcome == CsvOutcome::split_quote) {
    throw DataError({.what = "a quote is opened in the middle of a cell, and another cell ends with one",
                     .where = cell_place(line_, column),
                     .expected = "quotes around a whole cell",
                     .got = quoted(cell.text().substr(0, 64)),
                     .advice = "put the whole cell in quotes"});
  }
  if (tokens.outcome == CsvOutcome::unclosed_quote) {
    throw DataError({.what = "a quote is opened and never closed",
                     .where = cell_place(line_ + tokens.line_breaks, column),
                     .expected = "a closing \" before the end of the file",
                     .got = quoted("\"" + std::string(cell.text().substr(0, 64))),
                     .advice = "close the quote, or write a quote inside a quoted cell twice (\"\")"});
  }
  throw DataError(
      {.what = "text after a closing quote",
       .where = cell_place(line_, column),
       .expected = "the delimiter or the end of the line after the closing quote",
       .got = quoted("\"" + std::string(cell.text().substr(0, 24)) + "\"" + std::string(cell.end + 1, 1)),
       .advice = "write a quote inside a quoted cell twice (\"\")"});
}

void CsvRecords::copy_text(const char* begin, const char* end) {
  if (end != begin && end[-1] == '\n') --end;
  if (end != begin && end[-1] == '\r') --end;
  text_.assign(begin, end);
}

void CsvRecords::join_doubled_quotes() {
  for (CsvCell& cell : std::span(cells_).first(cell_count_)) {
    if (!cell.has_doubled_quotes) continue;
    char* const begin = buffer_.data() + (cell.begin - buffer_.data());
    char* out = begin;
    join_cell(cell, [&out](char c) { *out++ = c; });
    cell.end = out;
    cell.has_doubled_quotes = false;
  }
}

}  // namespace chainrule
