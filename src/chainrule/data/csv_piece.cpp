#include "chainrule/data/csv_piece.h"

#include <algorithm>
#include <limits>

#include "chainrule/base/text.h"

namespace chainrule {

CsvPieceRules::CsvPieceRules(char delimiter, std::size_t column_count, const MissingWords& missing_words,
                             CsvLimits csv_limits, DecimalMark decimal_mark)
    : tokenizer(delimiter, csv_limits.most_cells),
      columns(column_count),
      missing(missing_words),
      limits(csv_limits),
      decimal(decimal_mark) {
  if (decimal == DecimalMark::comma) return;  // the short cut knows points only
  for (const char first : std::string_view("0123456789-."))
    starts_number[static_cast<unsigned char>(first)] = !missing_words.may_start_with(first);
}

void CsvPiece::read(const CsvPieceRules& rules, std::span<const char> words_wanted, const char* begin,
                    const char* limit, const char* end, InputState state) {
  begin_ = next_ = begin;
  limit_ = limit;
  end_ = End::limit;
  columns_ = rules.columns;
  lines_.clear();
  line_breaks_ = 0;
  texts_.clear();
  words_seen_.assign(columns_, 0);
  for (const char* p = begin; p < limit; next_ = p) {
    if (cells_.size() < (rows() + 1) * columns_) cells_.resize(std::max(2 * cells_.size(), columns_));
    const std::size_t texts = texts_.size();
    std::uint64_t breaks = 0;
    const RecordEnd found = read_record(rules, words_wanted, p, end, state, breaks);
    if (found == RecordEnd::need_more || found == RecordEnd::fault) {
      end_ = found == RecordEnd::fault ? End::fault : End::need_more;
      texts_.resize(texts);
      return;
    }
    if (found == RecordEnd::row) {
      lines_.push_back(line_breaks_);
    } else {
      texts_.resize(texts);
    }
    line_breaks_ += breaks + 1;
  }
}

CsvPiece::RecordEnd CsvPiece::read_record(const CsvPieceRules& rules, std::span<const char> words_wanted,
                                          const char*& position, const char* end, InputState state,
                                          std::uint64_t& breaks) {
  // Copies that stay in registers.
  const char* p = position;
  const char delimiter = rules.tokenizer.delimiter();
  const std::size_t columns = columns_;
  const bool* const starts_number = rules.starts_number.data();
  const char* const wants_words = words_wanted.data();
  double* const cells = cells_.data() + rows() * columns;
  cell_is_blank_ = false;
  std::size_t column = 0;
  for (;; ++column) {
    if (column == columns) return RecordEnd::fault;
    const char* const cell = p;
    if (starts_number[static_cast<unsigned char>(*p)] && wants_words[column] == 0 &&
        read_plain_number(p, cells[column])) {
      if (*p == delimiter && p < end) {
        ++p;
        continue;
      }
      if (*p == '\n' && p < end) break;
    }
    p = cell;
    const CsvOutcome outcome = read_cell_at(rules, wants_words[column] != 0, column, p, end, state, breaks);
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

CsvOutcome CsvPiece::read_cell_at(const CsvPieceRules& rules, bool words_wanted, std::size_t column,
                                  const char*& p, const char* end, InputState state, std::uint64_t& breaks) {
  CsvCell cell;
  const CsvOutcome outcome = rules.tokenizer.cut_cell(p, end, state, cell);
  if (outcome != CsvOutcome::record) return outcome;
  const std::string_view written = cell.text();
  cell_is_blank_ = !cell.is_quoted && written.empty();
  if (cell.is_quoted) breaks += count_line_breaks(cell.begin, cell.end);
  if (written.size() > rules.limits.longest_cell) return CsvOutcome::text_after_quote;
  if (has_unusual_bytes(cell.begin, cell.end) &&
      (written.find('\0') != std::string_view::npos || !is_valid_utf8(written))) {
    return CsvOutcome::text_after_quote;
  }
  double& out = cells_[rows() * columns_ + column];
  const std::string_view text = joined_text(cell, storage_);
  const std::string_view value = cell.is_quoted ? trim_blanks(text) : text;
  if (rules.missing.contains(value)) {
    out = std::numeric_limits<double>::quiet_NaN();
    return outcome;
  }
  if (!words_wanted) {
    const CellNumber number = read_cell(value, rules.decimal);
    if (number.meaning == CellMeaning::number) {
      out = number.value;
      return outcome;
    }
    if (number.meaning == CellMeaning::words) words_seen_[column] = 1;
  }
  out = std::bit_cast<double>(kTextBits | texts_.size());
  texts_.push_back(cell);
  return outcome;
}

}  // namespace chainrule
