// A window of the file is cut into pieces that threads read in parallel; then other threads hand the columns
// to their typers while the next window is read:
//
//   window -> pieces [rows][columns] -> one ColumnTyper per column -> Column
//
// The result is that of one sequential reader, whatever the pieces are. A piece counts only if it begins
// where the one before it ended; otherwise it is read again from there. At a fault, reading continues row by
// row (csv_records.h), which reports or mends it.
#include "chainrule/data/csv_table.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/cell_text.h"
#include "chainrule/data/column_typer.h"
#include "chainrule/data/csv_piece.h"
#include "chainrule/data/csv_records.h"
#include "chainrule/data/csv_rows.h"
#include "chainrule/data/csv_start.h"

namespace chainrule {
namespace {

// The bytes that are read but not yet cut into rows, and the rest of the file.
class CsvWindow {
 public:
  // A source that cannot be read twice is kept, for the rows that are needed again.
  explicit CsvWindow(ByteSource& source) : source_(source), keeps_text_(!source.can_rewind()) {}

  const char* begin() const { return bytes_.data(); }
  const char* end() const { return bytes_.data() + size_; }
  std::size_t size() const { return size_; }
  InputState state() const { return state_; }
  std::string_view kept_text() const { return kept_text_; }

  // Prepares the next window: `wanted` bytes from `from` on, fewer only at the end. The current bytes stay
  // valid until turn().
  void read_on(const char* from, std::size_t wanted) {
    const auto rest = static_cast<std::size_t>(end() - from);
    next_size_ = std::max(rest, wanted);
    if (next_.size() < next_size_ + kPaddingBytes) next_.resize(next_size_ + kPaddingBytes);
    std::memcpy(next_.data(), from, rest);
    next_size_ = rest + read(std::span(next_).subspan(rest, next_size_ - rest));
    std::memset(next_.data() + next_size_, '\n', kPaddingBytes);
  }
  void turn() {
    bytes_.swap(next_);
    size_ = next_size_;
  }
  // Reads the bytes of the file after the window.
  std::size_t read(std::span<char> bytes) {
    const std::size_t count = state_ == InputState::ended ? 0 : source_.read_fully(bytes);
    if (count < bytes.size()) state_ = InputState::ended;
    if (keeps_text_) kept_text_.append(bytes.data(), count);
    return count;
  }

 private:
  ByteSource& source_;
  bool keeps_text_;
  std::string kept_text_;
  std::vector<char> bytes_ = std::vector<char>(kPaddingBytes, '\n');
  std::vector<char> next_;
  std::size_t size_ = 0;
  std::size_t next_size_ = 0;
  InputState state_ = InputState::more_may_come;
};

CsvRecords::Supply text_supply(std::string_view text) {
  return [text](std::span<char> bytes) mutable {
    const std::size_t count = text.copy(bytes.data(), bytes.size());
    text.remove_prefix(count);
    return count;
  };
}

std::vector<ColumnTyper> make_typers(const Table& names, const ReadOptions& options) {
  std::vector<std::optional<ColumnKind>> given(names.columns.size());
  const ColumnFinder place_of(names);
  for (const auto& [name, kind] : options.column_kinds)
    given[place_of(name)] = kind;
  std::vector<ColumnTyper> typers;
  typers.reserve(names.columns.size());
  for (std::size_t c = 0; c < given.size(); ++c)
    typers.emplace_back(names.columns[c].name, given[c], options.decimal,
                        options.leniency == Leniency::lenient);
  return typers;
}

// Reads a whole table, window after window: the pieces in parallel, then the columns in parallel.
//
// Columns take the pieces in order. The reader of records reports faults: it continues at the record where a
// piece stopped.
class WholeTable {
 public:
  WholeTable(ByteSource& source, const ReadOptions& options, std::size_t piece_bytes)
      : source_(source),
        options_(options),
        piece_bytes_(std::max<std::size_t>(piece_bytes, 1)),
        missing_(options.missing_words),
        mends_(options.leniency == Leniency::lenient),
        layout_before_names_(find_layout(source, options, missing_, mends_ ? &table_.repairs : nullptr)),
        window_(source) {}

  Table read(TableLayout* found_layout);

 private:
  // A few waiting pieces even out the work; more would only take memory.
  static constexpr std::size_t kPiecesForEachThread = 4;
  // A small first window shows which columns hold words: a piece that finds out at its end is read twice.
  static constexpr std::size_t kFirstBytes = 16 * 1024;
  static constexpr std::size_t kColumnsTogether = 8;  // a cache line of a row of cells

  CsvRecords records_of(CsvRecords::Supply supply, std::uint64_t first_line) const {
    return {std::move(supply), source_.display_name(), layout_before_names_.delimiter, kFirstBytes, {},
            first_line};
  }
  void read_in_pieces(CsvRows& rows);
  // False if the reader of records must continue from `next`.
  bool read_window(const CsvPieceRules& rules, const char*& next);
  void add_columns(std::size_t first, std::size_t count);
  void read_row_by_row(CsvRows& rows, const char* from);
  void respell_early_rows();

  ByteSource& source_;
  const ReadOptions& options_;
  std::size_t piece_bytes_;
  MissingWords missing_;
  bool mends_;
  Table table_;
  TableLayout layout_before_names_;
  CsvWindow window_;
  std::vector<ColumnTyper> typers_;
  std::uint64_t line_ = 1;  // of the next row

  struct ReadPiece {
    CsvPiece* piece = nullptr;
    std::uint64_t line = 0;  // its first
  };
  std::vector<CsvPiece> pieces_;
  std::vector<ReadPiece> read_pieces_;  // the pieces that count, in order
  std::vector<char> words_wanted_;
};

Table WholeTable::read(TableLayout* found_layout) {
  TableLayout layout = layout_before_names_;
  std::size_t served = 0;
  CsvRows rows(records_of(
                   [&](std::span<char> bytes) {
                     // The window keeps the bytes of the header, since the rows come after it. It doubles,
                     // because each step copies it.
                     if (served == window_.size()) {
                       window_.read_on(window_.begin(), std::max(kFirstBytes, 2 * window_.size()));
                       window_.turn();
                     }
                     const std::size_t count = std::min(bytes.size(), window_.size() - served);
                     std::memcpy(bytes.data(), window_.begin() + served, count);
                     served += count;
                     return count;
                   },
                   layout_before_names_.first_line),
               source_.display_name(), options_.row_text, mends_ ? &table_.repairs : nullptr);
  const TableRepairs repairs_before_rows = table_.repairs;
  rows.start(layout);
  // Without a header, the record was the first row, which is read again below.
  if (!layout.has_header) table_.repairs = repairs_before_rows;
  if (found_layout != nullptr) *found_layout = layout;
  table_.source = source_.display_name();
  table_.columns.resize(layout.column_names.size());
  for (std::size_t c = 0; c < table_.columns.size(); ++c)
    table_.columns[c].name = layout.column_names[c];
  typers_ = make_typers(table_, options_);
  line_ = rows.first_row_line();
  window_.read_on(window_.begin() + rows.first_row_offset(), kFirstBytes);
  window_.turn();
  if (options_.row_text == RowText::keep || mends_) {
    read_row_by_row(rows, window_.begin());
  } else {
    read_in_pieces(rows);
  }
  std::vector<CsvPiece>().swap(pieces_);
  for (std::size_t c = 0; c < typers_.size(); ++c)
    typers_[c].decide([&](std::uint64_t line) { return rows.place(line, c); }, table_.repairs);
  table_.repairs.require_few(source_.display_name());
  respell_early_rows();
  for (std::size_t c = 0; c < typers_.size(); ++c)
    table_.columns[c] = typers_[c].take_column();
  return std::move(table_);
}

void WholeTable::read_in_pieces(CsvRows& rows) {
  const CsvPieceRules rules(layout_before_names_.delimiter, typers_.size(), missing_, {}, options_.decimal);
  const std::size_t threads = options_.pool == nullptr ? 1 : options_.pool->threads();
  const std::size_t usual_bytes = piece_bytes_ * (threads == 1 ? 1 : kPiecesForEachThread * threads);
  while (window_.size() != 0) {
    const char* next = window_.begin();
    const bool is_good = read_window(rules, next);
    // A record that does not fit needs more bytes, as long as no cell can be too long.
    const bool is_stuck = next == window_.begin() && window_.size() > rules.limits.longest_cell;
    const std::size_t wanted = next == window_.begin() ? 2 * window_.size() + usual_bytes : usual_bytes;
    const std::size_t groups = (typers_.size() + kColumnsTogether - 1) / kColumnsTogether;
    // For a few rows, waking threads would take longer than reading them.
    ThreadPool* const pool = window_.size() > kFirstBytes ? options_.pool : nullptr;
    run_tasks(pool, groups + 1, [&](std::size_t i) {
      if (i != 0) return add_columns((i - 1) * kColumnsTogether, kColumnsTogether);
      if (is_good && !is_stuck) window_.read_on(next, wanted);
    });
    for (const ReadPiece& read : read_pieces_)
      table_.lines.append(read.piece->lines(), read.line);
    if (!is_good || is_stuck) return read_row_by_row(rows, next);
    window_.turn();
  }
}

bool WholeTable::read_window(const CsvPieceRules& rules, const char*& next) {
  const char* const begin = window_.begin();
  const char* const end = window_.end();
  const InputState state = window_.state();
  const std::size_t count = (window_.size() + piece_bytes_ - 1) / piece_bytes_;
  if (pieces_.size() < count) pieces_.resize(count);
  words_wanted_.clear();
  for (const ColumnTyper& typer : typers_)
    words_wanted_.push_back(typer.has_words() ? 1 : 0);

  run_tasks(options_.pool, count, [&](std::size_t i) {
    const char* first = begin + i * piece_bytes_;
    const char* const limit = begin + std::min((i + 1) * piece_bytes_, window_.size());
    if (i != 0) {
      const void* const feed = std::memchr(first - 1, '\n', static_cast<std::size_t>(limit - (first - 1)));
      first = feed == nullptr ? limit : static_cast<const char*>(feed) + 1;
    }
    pieces_[i].read(rules, words_wanted_, first, limit, end, state);
  });

  read_pieces_.clear();
  CsvPiece::End last = CsvPiece::End::limit;
  for (CsvPiece& piece : std::span(pieces_).first(count)) {
    if (next >= piece.limit()) continue;
    if (piece.begin() != next) piece.read(rules, words_wanted_, next, piece.limit(), end, state);
    read_pieces_.push_back({.piece = &piece, .line = line_});
    line_ += piece.line_breaks();
    next = piece.next();
    last = piece.end();
    if (last != CsvPiece::End::limit) break;
  }

  // If a column turned out to hold words, its numbers are needed as the file spells them, too.
  bool has_news = false;
  for (const ReadPiece& read : read_pieces_) {
    for (std::size_t c = 0; c < typers_.size(); ++c) {
      if (read.piece->words_seen()[c] == 0) continue;
      words_wanted_[c] = 1;
      has_news = true;
    }
  }
  if (has_news) {
    run_tasks(options_.pool, read_pieces_.size(), [&](std::size_t i) {
      CsvPiece& piece = *read_pieces_[i].piece;
      piece.read(rules, words_wanted_, piece.begin(), piece.limit(), end, state);
    });
  }
  return last != CsvPiece::End::fault;
}

// Hands the cells of some columns from the pieces to their typers.
void WholeTable::add_columns(std::size_t first, std::size_t count) {
  constexpr std::size_t kRowsTogether = 256;
  double cells[kColumnsTogether][kRowsTogether];
  count = std::min(count, typers_.size() - first);
  std::string storage;
  for (const ReadPiece& read : read_pieces_) {
    const CsvPiece& piece = *read.piece;
    for (std::size_t begin = 0; begin < piece.rows(); begin += kRowsTogether) {
      const std::size_t rows = std::min(kRowsTogether, piece.rows() - begin);
      for (std::size_t r = 0; r < rows; ++r) {
        const double* const row = piece.row(begin + r) + first;
        for (std::size_t c = 0; c < count; ++c)
          cells[c][r] = row[c];
      }
      for (std::size_t c = 0; c < count; ++c) {
        ColumnTyper& typer = typers_[first + c];
        const std::span<const double> column(cells[c], rows);
        if (!typer.has_words() && std::ranges::none_of(column, CsvPiece::is_text)) {
          typer.add_numbers(column);
          continue;
        }
        for (std::size_t r = 0; r < rows; ++r) {
          if (CsvPiece::is_text(column[r])) {
            const CsvCell& cell = piece.text(column[r]);
            const std::string_view text = joined_text(cell, storage);
            typer.add(cell.is_quoted ? trim_blanks(text) : text, text, read.line + piece.lines()[begin + r]);
          } else if (std::isnan(column[r])) {
            typer.add_missing();
          } else {
            typer.add_numbers(column.subspan(r, 1));
          }
        }
      }
    }
  }
}

// Reads from `from` to the end of the file.
void WholeTable::read_row_by_row(CsvRows& rows, const char* from) {
  std::string_view rest(from, static_cast<std::size_t>(window_.end() - from));
  rows.go_on(records_of(
      [this, rest](std::span<char> bytes) mutable {
        if (rest.empty()) return window_.read(bytes);
        const std::size_t count = rest.copy(bytes.data(), bytes.size());
        rest.remove_prefix(count);
        return count;
      },
      line_));
  while (rows.next()) {
    const std::span<const CsvCell> cells = rows.cells();
    table_.lines.push_back(rows.line());
    if (options_.row_text == RowText::keep) table_.row_text.emplace_back(rows.text());
    for (std::size_t c = 0; c < typers_.size(); ++c) {
      const std::string_view value = value_of(cells[c]);
      if (missing_.contains(value)) {
        typers_[c].add_missing();
      } else {
        typers_[c].add(value, cells[c].text(), rows.line());
      }
    }
  }
}

void WholeTable::respell_early_rows() {
  std::vector<std::size_t> rows_to_respell;
  for (const ColumnTyper& typer : typers_)
    rows_to_respell.push_back(typer.rows_to_respell());
  const std::size_t last = *std::ranges::max_element(rows_to_respell);
  if (last == 0) return;
  CsvRecords::Supply supply = text_supply(window_.kept_text());
  if (source_.can_rewind()) {
    source_.rewind();
    std::string preamble(layout_before_names_.preamble_bytes, '\0');
    source_.read_fully(preamble);
    supply = [this](std::span<char> bytes) { return source_.read(bytes); };
  }
  TableRepairs already_counted;
  CsvRows rows(records_of(std::move(supply), layout_before_names_.first_line), source_.display_name(),
               RowText::drop, mends_ ? &already_counted : nullptr);
  TableLayout layout = layout_before_names_;
  rows.start(layout);
  const auto require = [&](bool is_as_before) {
    if (is_as_before) return;
    throw DataError({.what = "the file changed while it was being read",
                     .where = file_position(source_.display_name(), rows.line(), 0),
                     .advice = "read it again when no program is writing to it"});
  };
  require(layout.column_names.size() == typers_.size());
  for (std::size_t r = 0; r < last; ++r) {
    require(rows.next());
    for (std::size_t c = 0; c < typers_.size(); ++c) {
      if (r >= rows_to_respell[c]) continue;
      const CsvCell& cell = rows.cells()[c];
      const std::string_view value = value_of(cell);
      const double before = typers_[c].early_number(r);
      if (missing_.contains(value)) {
        require(std::isnan(before));
        typers_[c].respell_missing();
      } else {
        require(read_cell(value, options_.decimal).value == before);
        typers_[c].respell(cell.text());
      }
    }
  }
}

}  // namespace

Table read_csv(std::unique_ptr<ByteSource> source, const ReadOptions& options, std::size_t piece_bytes,
               TableLayout* found_layout) {
  return WholeTable(*source, options, piece_bytes).read(found_layout);
}

}  // namespace chainrule
