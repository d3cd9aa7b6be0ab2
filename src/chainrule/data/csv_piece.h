// One piece of a text table: a thread reads it while others read the next ones.
//
// A piece takes the records that begin in [begin, limit); the last of them may end beyond the limit. The
// beginning of every piece but the first is a guess (after the next line feed, which may be inside quotes);
// the guess is right if the previous piece ends there. Numbers are converted at once; any other cell is kept
// as text. A fault only ends the piece: the reader of records (csv_records.h) then reads it again and reports
// the fault.
#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "chainrule/data/cell_text.h"
#include "chainrule/data/csv_records.h"
#include "chainrule/data/missing_cells.h"
#include "chainrule/data/read_number.h"
#include "chainrule/data/row_lines.h"

namespace chainrule {

// What the pieces of one table have in common.
struct CsvPieceRules {
  // The readers, one per column, must outlive this object.
  CsvPieceRules(const CsvDialect& dialect, std::vector<const NumberReader*> readers,
                const MissingCells& missing, CsvLimits limits = {});

  CsvTokenizer tokenizer;
  std::vector<const NumberReader*> readers;
  const MissingCells& missing;
  CsvLimits limits;
  std::array<bool, 256> starts_number =
      {};  // by first byte: digits, '-' and '.', unless a number for a missing cell begins with it
};

// How the cells of a column are read. numbers: numbers as numbers, the rest as text. text: all as text.
// unusual_numbers: as `numbers`, without the short cut for plain digits, which mean something else here.
enum class CellTaking : char { numbers, text, unusual_numbers };

// The number of bytes after a piece that may be read; the first of them is '\n'.
inline constexpr std::size_t kPaddingBytes = 8;

class CsvPiece {
 public:
  enum class End { limit, need_more, fault };

  // Reads the records in [begin, end) that begin before `limit`; kPaddingBytes follow `end`.
  void read(const CsvPieceRules& rules, std::span<const CellTaking> takings, const char* begin,
            const char* limit, const char* end, InputState state);

  const char* begin() const { return begin_; }
  const char* limit() const { return limit_; }
  // The first record that is not in the piece.
  const char* next() const { return next_; }
  End end() const { return end_; }
  std::size_t rows() const { return lines_.size(); }
  // The line of each row; the first line of the piece is 0.
  const RowLines& lines() const { return lines_; }
  std::uint64_t line_breaks() const { return line_breaks_; }
  // By column: whether a cell is neither missing nor a number.
  std::span<const char> words_seen() const { return words_seen_; }

  // The missing cells that are not empty: they hold a word such as NA.
  std::span<const MissingCell> missing_words() const { return missing_words_; }

  // The cells of a row: a number, NaN with the sign bit for a text, another NaN if missing.
  const double* row(std::size_t r) const { return cells_.data() + r * columns_; }
  static bool is_text(double cell) { return std::isnan(cell) && std::signbit(cell); }
  const CsvCell& text(double cell) const { return texts_[std::bit_cast<std::uint64_t>(cell) & kTextMask]; }

 private:
  static constexpr std::uint64_t kTextBits = 0xFFF8000000000000u;
  static constexpr std::uint64_t kTextMask = 0x0007FFFFFFFFFFFFu;

  enum class RecordEnd { row, blank, need_more, fault };
  RecordEnd read_record(const CsvPieceRules& rules, std::span<const CellTaking> takings, const char*& p,
                        const char* end, InputState state, std::uint64_t& breaks);
  // Reads a cell at p that is more than digits. Any outcome but record and need_more means a fault.
  CsvOutcome read_cell_at(const CsvPieceRules& rules, CellTaking taking, std::size_t column, const char*& p,
                          const char* end, InputState state, std::uint64_t& breaks);

  const char* begin_ = nullptr;
  const char* limit_ = nullptr;
  const char* next_ = nullptr;
  End end_ = End::limit;
  std::size_t columns_ = 0;
  RowLines lines_;
  std::uint64_t line_breaks_ = 0;
  std::vector<double> cells_;  // [rows][columns], and room after them
  std::vector<CsvCell> texts_;
  std::vector<MissingCell> missing_words_;
  std::vector<char> words_seen_;
  std::string storage_;
  bool cell_is_blank_ = false;   // of the last cell that was more than digits
  bool has_open_quote_ = false;  // a cell of the record has opened a quote in its middle
};

}  // namespace chainrule
