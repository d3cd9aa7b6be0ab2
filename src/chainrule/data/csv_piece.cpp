#include "chainrule/data/csv_piece.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "chainrule/base/text.h"

namespace chainrule {

CsvPieceRules::CsvPieceRules(const CsvDialect& dialect, std::vector<const NumberReader*> column_readers,
                             const MissingCells& missing_cells, CsvLimits csv_limits)
    : tokenizer(dialect, csv_limits.most_cells),
      readers(std::move(column_readers)),
      missing(missing_cells),
      limits(csv_limits) {
  for (const char first : std::string_view("0123456789-."))
    starts_number[static_cast<unsigned char>(first)] = true;
  for (const std::string& word : missing.all().words()) {
    if (read_cell(word).meaning == CellMeaning::number)
      starts_number[static_cast<unsigned char>(word.front())] = false;
  }
}

void CsvPiece::read(const CsvPieceRules& rules, std::span<const CellTaking> takings, const char* begin,
                    const char* limit, const char* end, InputState state) {
  begin_ = next_ = begin;
  limit_ = limit;
  end_ = End::limit;
  columns_ = rules.readers.size();
  lines_.clear();
  line_breaks_ = 0;
  texts_.clear();
  missing_words_.clear();
  words_seen_.assign(columns_, 0);
  for (const char* p = begin; p < limit; next_ = p) {
    if (cells_.size() < (rows() + 1) * columns_)
      cells_.resize(cells_.size() + std::max(cells_.size() / 2, columns_));
    const std::size_t texts = texts_.size(), missing_words = missing_words_.size();
    std::uint64_t breaks = 0;
    const RecordEnd found = read_record(rules, takings, p, end, state, breaks);
    if (found == RecordEnd::need_more || found == RecordEnd::fault) {
      end_ = found == RecordEnd::fault ? End::fault : End::need_more;
      texts_.resize(texts);
      missing_words_.resize(missing_words);
      return;
    }
    if (found == RecordEnd::row) {
      lines_.push_back(line_breaks_);
    } else {
      texts_.resize(texts);
      missing_words_.resize(missing_words);
    }
    line_breaks_ += breaks + 1;
  }
}

CsvPiece::RecordEnd CsvPiece::read_record(const CsvPieceRules& rules, std::span<const CellTaking> takings,
                                          const char*& position, const char* end, InputState state,
                                          std::uint64_t& breaks) {
  // Copies that stay in registers.
  const char* p = position;
  const char delimiter = rules.tokenizer.delimiter();
  const std::size_t columns = columns_;
  const bool* const starts_number = rules.starts_number.data();
  const CellTaking* const taking = takings.data();
  double* const cells = cells_.data() + rows() * columns;
  cell_is_blank_ = has_open_quote_ = false;
  if (rules.tokenizer.is_comment(p)) {
    p = std::find_if(p, end, [](char c) { return c == '\n' || c == '\r'; });
    const bool may_go_on = p == end || (*p == '\r' && p + 1 == end);
    if (may_go_on && state == InputState::more_may_come) return RecordEnd::need_more;
    position = p;
    if (p != end) position += *p == '\r' && p + 1 != end && p[1] == '\n' ? 2 : 1;
    return RecordEnd::blank;
  }
  std::size_t column = 0;
  for (;; ++column) {
    if (column == columns) return RecordEnd::fault;
    const char* const cell = p;
    if (starts_number[static_cast<unsigned char>(*p)] && taking[column] == CellTaking::numbers &&
        read_plain_number(p, cells[column])) {
      if (*p == delimiter && p < end) {
        ++p;
        continue;
      }
      if (*p == '\n' && p < end) break;
    }
    p = cell;
    const CsvOutcome outcome = read_cell_at(rules, taking[column], column, p, end, state, breaks);
    if (outcome == CsvOutcome::need_more) return RecordEnd::need_more;
    if (outcome != CsvOutcome::record) return RecordEnd::fault;
    if (*p != delimiter || p == end) break;
    ++p;
  }
  if (static_cast<std::size_t>(p - position) > rules.limits.longest_record) return RecordEnd::fault;
  position = p;
  if (p != end) position += *p == '\r' && p + 1 != end && p[1] == '\n' ? 2 : 1;
  // An empty line is blank if a row has more than one cell, else a row.
  if (column == 0 && columns > 1 && cell_is_blank_) return RecordEnd::blank;
  return column + 1 == columns ? RecordEnd::row : RecordEnd::fault;
}

CsvOutcome CsvPiece::read_cell_at(const CsvPieceRules& rules, CellTaking taking, std::size_t column,
                                  const char*& p, const char* end, InputState state, std::uint64_t& breaks) {
  CsvCell cell;
  const CsvOutcome outcome = rules.tokenizer.cut_cell(p, end, state, cell);
  if (outcome != CsvOutcome::record) return outcome;
  const std::string_view written = cell.text();
  cell_is_blank_ = !cell.is_quoted && written.empty();
  if (cell.closes_quote && has_open_quote_) return CsvOutcome::split_quote;
  has_open_quote_ |= cell.opens_quote;
  if (cell.is_quoted) breaks += count_line_breaks(cell.begin, cell.end);
  if (written.size() > rules.limits.longest_cell) return CsvOutcome::text_after_quote;
  if (has_unusual_bytes(cell.begin, cell.end) &&
      (written.find('\0') != std::string_view::npos || !is_valid_utf8(written))) {
    return CsvOutcome::text_after_quote;
  }
  double& out = cells_[rows() * columns_ + column];
  const std::string_view text = joined_text(cell, storage_);
  const std::string_view value = cell.is_quoted ? trim_blanks(text) : text;
  if (const std::size_t word = rules.missing.word_of(column, value, cell.is_quoted);
      word != MissingCells::kPresent) {
    if (!value.empty()) {
      missing_words_.push_back(
          {static_cast<std::uint32_t>(column), static_cast<std::uint16_t>(word), cell.is_quoted});
    }
    out = std::numeric_limits<double>::quiet_NaN();
    return outcome;
  }
  if (taking != CellTaking::text) {
    const CellNumber number = (*rules.readers[column])(value);
    if (number.meaning == CellMeaning::number) {
      out = number.value;
      return outcome;
    }
    if (number.meaning != CellMeaning::too_large) words_seen_[column] = 1;
  }
  out = std::bit_cast<double>(kTextBits | texts_.size());
  texts_.push_back(cell);
  return outcome;
}

}  // namespace chainrule
