// A window of the file is cut into pieces that threads read in parallel; then other threads hand the columns
// to their typers while the next window is read:
//
//   window -> pieces [rows][columns] -> one ColumnTyper per column -> Column
//
// The result is that of one sequential reader, whatever the pieces are. A piece counts only if it begins
// where the previous one ended; otherwise it is read again from there. At a fault, reading continues row by
// row (csv_records.h), and the fault is reported or mended.
#include "chainrule/data/csv_table.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <deque>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
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
#include "chainrule/data/csv_window.h"
#include "chainrule/data/known_names.h"
#include "chainrule/data/last_row.h"
#include "chainrule/data/missing_cells.h"
#include "chainrule/data/reading_advice.h"
#include "chainrule/data/repeated_header.h"

namespace chainrule {
namespace {

// The options of each column: most of them share one.
class TyperWishes {
 public:
  TyperWishes(const Table& names, const ReadOptions& options);

  const TyperOptions& of(std::size_t column) const {
    const auto own = own_.find(column);
    return own == own_.end() ? usual_ : own->second;
  }

 private:
  TyperOptions usual_;
  std::unordered_map<std::size_t, TyperOptions> own_;
};

TyperWishes::TyperWishes(const Table& names, const ReadOptions& options)
    : usual_({.form = number_form_of(options),
              .is_decimal_given = options.decimal.has_value(),
              .mends = options.leniency == Leniency::lenient}) {
  const auto wish_of = [&](std::size_t column) -> TyperOptions& {
    return own_.emplace(column, usual_).first->second;
  };
  if (!options.column_kinds.empty() || !options.column_readings.empty()) {
    const ColumnFinder place_of(names);
    for (const auto& [name, kind] : options.column_kinds)
      wish_of(place_of(name)).kind = kind;
    for (const auto& [name, reading] : options.column_readings) {
      TyperOptions& wish = wish_of(place_of(name));
      wish.kind = reading.kind;
      wish.form = with_options(reading.form, options);
      wish.is_settled = true;
    }
  }
}

// Reads a whole table, window after window: the pieces in parallel, then the columns in parallel.
//
// Columns take the pieces in order. The reader of records reports faults: it continues at the record where a
// piece stopped.
class WholeTable {
 public:
  WholeTable(TextSource& source, const ReadOptions& options, std::size_t piece_bytes)
      : source_(source),
        options_(options),
        piece_bytes_(std::max<std::size_t>(piece_bytes, 1)),
        missing_(MissingWords(missing_word_lists(options, {}).words)),
        mends_(options.leniency == Leniency::lenient),
        start_(find_start(source, options, missing_.all(), mends_ ? &table_.repairs : nullptr)),
        window_(source) {}

  Table read(TableLayout* found_layout);
  const CsvStart& start() const { return start_; }
  std::uint64_t first_row_line() const { return first_row_line_; }

 private:
  // A few waiting pieces even out the work; more would only take memory.
  static constexpr std::size_t kPiecesForEachThread = 4;
  // A small first window shows which columns hold words: a piece that finds out at its end is read twice.
  static constexpr std::size_t kFirstBytes = 16 * 1024;
  static constexpr std::size_t kColumnsTogether = 8;  // a cache line of a row of cells

  CsvRecords records_of(CsvRecords::Supply supply, std::uint64_t first_line) const {
    return {std::move(supply), source_.display_name(), start_.dialect, kFirstBytes, {}, first_line};
  }
  void read_in_pieces(CsvRows& rows);
  // False if the reader of records must continue from `next`.
  bool read_window(const CsvPieceRules& rules, const char*& next);
  void add_columns(std::size_t first, std::size_t count);
  void read_row_by_row(CsvRows& rows, const char* from);
  void respell_early_rows();
  // Whether the sample weight in a row is 0.
  bool is_weightless(const CsvPiece& piece, std::size_t row) const;
  bool is_weightless(const CsvCell& weight) const;
  void judge_header();
  void judge_index(const TableLayout& layout);

  TextSource& source_;
  const ReadOptions& options_;
  std::size_t piece_bytes_;
  MissingCells missing_;  // with lists of columns once these are known
  MissingWordCounter missing_words_;
  bool mends_;
  Table table_;
  CsvStart start_;
  CsvWindow window_;
  std::optional<TyperWishes> wishes_;
  std::deque<ColumnTyper> typers_;  // whose memory is freed one by one
  std::optional<std::size_t> weight_column_;
  std::uint64_t line_ = 1;  // of the next row
  std::uint64_t first_row_line_ = 0;

  struct ReadPiece {
    CsvPiece* piece = nullptr;
    std::uint64_t line = 0;                            // its first
    std::optional<std::vector<std::uint32_t>> counts;  // the rows that count, if some have no weight

    std::size_t rows() const { return counts ? counts->size() : piece->rows(); }
    std::size_t row(std::size_t i) const { return counts ? (*counts)[i] : i; }
  };
  // Finds the rows that count in the pieces that were read.
  void leave_out_weightless();
  std::vector<CsvPiece> pieces_;
  std::vector<ReadPiece> read_pieces_;  // the pieces that count, in order
  std::vector<CellTaking> takings_;
};

Table WholeTable::read(TableLayout* found_layout) {
  TableLayout layout = start_.layout;
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
                   start_.layout.first_line),
               source_.display_name(), options_.row_text, mends_ ? &table_.repairs : nullptr);
  const TableRepairs repairs_before_rows = table_.repairs;
  rows.expect(start_.expectations);
  rows.start(layout);
  // Without a header, the record was the first row, which is read again below.
  if (!layout.has_header) table_.repairs = repairs_before_rows;
  if (found_layout != nullptr) *found_layout = layout;
  table_.source = source_.display_name();
  table_.columns.resize(layout.column_names.size());
  missing_ = MissingCells(options_, layout.column_names);
  for (std::size_t c = 0; c < table_.columns.size(); ++c)
    table_.columns[c].name = std::move(layout.column_names[c]);
  std::vector<std::string>().swap(layout.column_names);
  table_.missing_words = missing_.lists();
  wishes_.emplace(table_, options_);
  for (std::size_t c = 0; c < table_.columns.size(); ++c)
    typers_.emplace_back(table_.columns[c], wishes_->of(c));
  if (!options_.weight_column.empty()) {
    const auto place = std::ranges::find(table_.columns, options_.weight_column, &Column::name);
    if (place != table_.columns.end())
      weight_column_ = static_cast<std::size_t>(place - table_.columns.begin());
  }
  line_ = first_row_line_ = rows.first_row_line();
  window_.read_on(window_.begin() + rows.first_row_offset(), kFirstBytes);
  window_.turn();
  window_.free_last();  // the header
  rows.release_header([this](std::size_t column) -> std::string_view {
    return column < table_.columns.size() ? table_.columns[column].name : std::string_view();
  });
  if (options_.row_text == RowText::keep || mends_) {
    read_row_by_row(rows, window_.begin());
  } else {
    read_in_pieces(rows);
  }
  std::vector<CsvPiece>().swap(pieces_);
  for (std::size_t c = 0; c < typers_.size(); ++c) {
    typers_[c].decide([&](std::uint64_t line) { return rows.place(line, c); }, table_.repairs);
    if (start_.layout.delimiter == ';') typers_[c].examine_points();
  }
  table_.repairs.require_few(source_.display_name());
  respell_early_rows();
  std::vector<FormNote> found;
  while (!typers_.empty()) {
    if (typers_.front().note() != nullptr) found.push_back(*typers_.front().note());
    typers_.front().finish();
    typers_.pop_front();
  }
  table_.missing_words_found = missing_words_.counts(missing_);
  std::ranges::move(notes_on_forms(found), std::back_inserter(table_.notes));
  judge_header();
  judge_index(layout);
  if (!mends_ && start_.layout.has_header) refuse_repeated_header(table_);
  table_.notes.insert(table_.notes.begin(), std::make_move_iterator(start_.notes.begin()),
                      std::make_move_iterator(start_.notes.end()));
  return std::move(table_);
}

// A header that was found because its kind differs from that of the first cells below: the kind of all
// cells is known now.
void WholeTable::judge_header() {
  const HeaderGuess& guess = start_.guess;
  if (!guess.has_header || guess.kind_columns.empty()) return;
  const auto is_numeric = [this](std::size_t c) { return table_.columns[c].kind == ColumnKind::numeric; };
  if (std::ranges::none_of(guess.kind_columns, is_numeric))
    table_.notes.push_back(note_on_header(table_.source, true));
}

// A first column without a name must number or name the rows to the end.
void WholeTable::judge_index(const TableLayout& layout) {
  if (!layout.has_index) return;
  const Column& column = table_.columns.front();
  bool is_index = false;
  if (column.kind == ColumnKind::category) {
    is_index = column.words.size() == column.codes.size();
  } else {
    std::vector<double> sorted = column.numbers.to_vector();
    std::ranges::sort(sorted);
    is_index = std::ranges::adjacent_find(sorted) == sorted.end() &&
               std::ranges::all_of(sorted, [](double value) { return std::trunc(value) == value; });
  }
  if (is_index) return;
  const std::string place = file_position(table_.source, layout.first_line, 1);
  if (mends_) {
    table_.repairs.add(Repair::name, [&] { return place; });
    return;
  }
  throw DataError({.what = "a column without a name",
                   .where = place,
                   .expected = "a name, or whole numbers that are all different, such as row numbers",
                   .got = "an empty name above other cells",
                   .advice = "name the column, or remove it"});
}

void WholeTable::read_in_pieces(CsvRows& rows) {
  std::vector<const NumberReader*> readers;
  readers.reserve(typers_.size());
  for (const ColumnTyper& typer : typers_)
    readers.push_back(&typer.reader());
  const CsvPieceRules rules(start_.dialect, std::move(readers), missing_);
  const std::size_t threads = options_.pool == nullptr ? 1 : options_.pool->threads();
  const std::size_t usual_bytes = piece_bytes_ * (threads == 1 ? 1 : kPiecesForEachThread * threads);
  while (window_.size() != 0) {
    const char* next = window_.begin();
    const bool is_good = read_window(rules, next);
    leave_out_weightless();
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
    for (const ReadPiece& read : read_pieces_) {
      if (read.counts) {
        for (std::size_t r = 0; r < read.rows(); ++r)
          table_.lines.push_back(read.line + read.piece->lines()[read.row(r)]);
      } else {
        table_.lines.append(read.piece->lines(), read.line);
      }
      missing_words_.add(read.piece->missing_words());
    }
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
  takings_.clear();
  takings_.reserve(typers_.size());
  for (const ColumnTyper& typer : typers_) {
    takings_.push_back(typer.has_words()                      ? CellTaking::text
                       : typer.reader().takes_plain_numbers() ? CellTaking::numbers
                                                              : CellTaking::unusual_numbers);
  }

  run_tasks(options_.pool, count, [&](std::size_t i) {
    const char* first = begin + i * piece_bytes_;
    const char* const limit = begin + std::min((i + 1) * piece_bytes_, window_.size());
    if (i != 0) {
      const void* const feed = std::memchr(first - 1, '\n', static_cast<std::size_t>(limit - (first - 1)));
      first = feed == nullptr ? limit : static_cast<const char*>(feed) + 1;
    }
    pieces_[i].read(rules, takings_, first, limit, end, state);
  });

  read_pieces_.clear();
  CsvPiece::End last = CsvPiece::End::limit;
  for (CsvPiece& piece : std::span(pieces_).first(count)) {
    if (next >= piece.limit()) continue;
    if (piece.begin() != next) piece.read(rules, takings_, next, piece.limit(), end, state);
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
      takings_[c] = CellTaking::text;
      has_news = true;
    }
  }
  if (has_news) {
    run_tasks(options_.pool, read_pieces_.size(), [&](std::size_t i) {
      CsvPiece& piece = *read_pieces_[i].piece;
      piece.read(rules, takings_, piece.begin(), piece.limit(), end, state);
    });
  }
  return last != CsvPiece::End::fault;
}

bool WholeTable::is_weightless(const CsvPiece& piece, std::size_t row) const {
  const double cell = piece.row(row)[*weight_column_];
  return CsvPiece::is_text(cell) ? is_weightless(piece.text(cell)) : cell == 0;
}

bool WholeTable::is_weightless(const CsvCell& weight) const {
  const NumberReader reader(number_form_of(options_), NumberReader::Stage::typed_as_numbers);
  const CellNumber number = reader(value_of(weight));
  return number.meaning == CellMeaning::number && number.value == 0;
}

void WholeTable::leave_out_weightless() {
  if (!weight_column_) return;
  for (ReadPiece& read : read_pieces_) {
    std::vector<std::uint32_t> counts;
    for (std::size_t r = 0; r < read.piece->rows(); ++r) {
      if (!is_weightless(*read.piece, r)) counts.push_back(static_cast<std::uint32_t>(r));
    }
    table_.weightless_rows += read.piece->rows() - counts.size();
    if (counts.size() != read.piece->rows()) read.counts = std::move(counts);
  }
}

// Hands the cells of some columns from the pieces to their typers.
void WholeTable::add_columns(std::size_t first, std::size_t count) {
  constexpr std::size_t kRowsTogether = 256;
  double cells[kColumnsTogether][kRowsTogether];
  count = std::min(count, typers_.size() - first);
  std::string storage;
  for (const ReadPiece& read : read_pieces_) {
    const CsvPiece& piece = *read.piece;
    for (std::size_t begin = 0; begin < read.rows(); begin += kRowsTogether) {
      const std::size_t rows = std::min(kRowsTogether, read.rows() - begin);
      for (std::size_t r = 0; r < rows; ++r) {
        const double* const row = piece.row(read.row(begin + r)) + first;
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
            typer.add(cell.is_quoted ? trim_blanks(text) : text, text,
                      read.line + piece.lines()[read.row(begin + r)]);
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
    if (weight_column_ && is_weightless(cells[*weight_column_])) {
      ++table_.weightless_rows;
      continue;
    }
    table_.lines.push_back(rows.line());
    if (options_.row_text == RowText::keep) table_.row_text.emplace_back(rows.text());
    for (std::size_t c = 0; c < typers_.size(); ++c) {
      const std::string_view value = value_of(cells[c]);
      const std::size_t word = missing_.word_of(c, value, cells[c].is_quoted);
      if (word != MissingCells::kPresent) {
        typers_[c].add_missing();
        if (value.empty()) continue;
        const MissingCell cell = {static_cast<std::uint32_t>(c), static_cast<std::uint16_t>(word),
                                  cells[c].is_quoted};
        missing_words_.add({&cell, 1});
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
  std::size_t last = *std::ranges::max_element(rows_to_respell);
  if (last == 0) return;
  source_.restart();
  TableRepairs already_counted;
  CsvRows rows(
      records_of([this](std::span<char> bytes) { return source_.read(bytes); }, start_.layout.first_line),
      source_.display_name(), RowText::drop, mends_ ? &already_counted : nullptr);
  TableLayout layout = start_.layout;
  rows.expect(start_.expectations);
  rows.start(layout);
  const auto require = [&](bool is_as_before) {
    if (is_as_before) return;
    throw DataError({.what = "the file changed while it was being read",
                     .where = file_position(source_.display_name(), rows.line(), 0),
                     .advice = "read it again when no program is writing to it"});
  };
  require(layout.column_names.size() == typers_.size());
  std::vector<ColumnTyper::PlaceOfLine> places;
  std::vector<NumberReader> readers;
  for (std::size_t c = 0; c < typers_.size(); ++c) {
    places.emplace_back([&rows, c](std::uint64_t line) { return rows.place(line, c); });
    readers.push_back(typers_[c].early_reader());
  }
  for (std::size_t r = 0; r < last; ++r) {
    do {
      require(rows.next());
    } while (weight_column_ && is_weightless(rows.cells()[*weight_column_]));
    for (std::size_t c = 0; c < typers_.size(); ++c) {
      if (r >= rows_to_respell[c]) continue;
      const CsvCell& cell = rows.cells()[c];
      const std::string_view value = value_of(cell);
      const double before = typers_[c].early_number(r);
      if (missing_.contains(c, value, cell.is_quoted)) {
        require(std::isnan(before));
        typers_[c].respell_missing();
      } else {
        require(readers[c](value).value == before);
        const bool was_examined = typers_[c].is_examined();
        typers_[c].respell(value, cell.text(), rows.line(), places[c]);
        if (!was_examined || typers_[c].is_examined()) continue;
        rows_to_respell[c] = 0;
        last = *std::ranges::max_element(rows_to_respell);
      }
    }
  }
}

// More of the file is not read again for an advice.
constexpr std::size_t kMostTriedBytes = std::size_t{1} << 26;

// Whether the table can be read, with as many of the names that a model knows as the file has, and with so
// many columns (0: at least two).
bool reads_with(const std::string& text, const std::string& path, const ReadOptions& options,
                std::size_t known_names, std::size_t columns) {
  try {
    const std::unique_ptr<ByteSource> bytes = source_of_text(text, path);
    TextSource source(*bytes, TextSource::Keep::start);
    const Table table = WholeTable(source, options, kPieceBytes).read(nullptr);
    std::vector<std::string> names;
    for (const Column& column : table.columns)
      names.push_back(column.name);
    const bool fits =
        columns == 0 ? table.columns.size() >= (known_names == 0 ? 2 : 1) : table.columns.size() == columns;
    return fits && table.rows() != 0 && count_known_names(names, options.known_names) >= known_names;
  } catch (const Error&) {
    return false;
  }
}

// Reads the text again, with other options, in place of the source.
Table read_again(const TextSource::Start& start, const TextSource& source, const ReadOptions& options,
                 std::size_t piece_bytes, TableLayout* found_layout) {
  const std::unique_ptr<ByteSource> bytes = source_of_text(start.text, source.path());
  TextSource text(*bytes, TextSource::Keep::start);
  Table table = WholeTable(text, options, piece_bytes).read(found_layout);
  if (found_layout != nullptr) found_layout->compressed = source.is_compressed();
  return table;
}

// With last rows that are totals left out, or noted.
Table without_total(Table table, TextSource& source, const ReadOptions& options, std::size_t piece_bytes,
                    TableLayout* found_layout) {
  const std::optional<TotalRows> totals = total_rows(table);
  if (!totals) return table;
  const std::string place = file_position(table.source, table.lines[table.rows() - totals->rows], 0);
  if (options.leniency == Leniency::lenient && !totals->are_notes) {
    ReadOptions shorter = options;
    shorter.skip_last += totals->rows;
    const std::size_t rows = table.rows();
    Table rest = read_again(source.text_from_start(SIZE_MAX - 1), source, shorter, piece_bytes, found_layout);
    if (rest.rows() + totals->rows == rows) {
      rest.repairs.add(
          Repair::total, [&] { return place; }, totals->rows);
      return rest;
    }
  }
  const TotalsLeftOut left_out = totals->are_notes ? TotalsLeftOut::never : TotalsLeftOut::if_lenient;
  table.notes.push_back(note_on_totals(place, *totals, left_out, options.has_lines));
  return table;
}

}  // namespace

ErrorReport advised_report(const ErrorReport& report, TextSource& source, const ReadOptions& options,
                           std::size_t columns) {
  if (report.what == "the table has no rows" && (options.skip != 0 || options.skip_last != 0)) {
    ErrorReport of_left_out = report;
    of_left_out.got = "none besides the " + count_of(options.skip + options.skip_last, "line") + " left out";
    of_left_out.advice =
        "leave fewer lines out with " + named(options.skip_last != 0 ? Setting::skip_last : Setting::skip);
    return of_left_out;
  }
  try {
    const TextSource::Start start = source.text_from_start(kMostTriedBytes);
    const std::optional<KnownLine> known = find_known_names(start.text, options.known_names);
    const std::size_t known_names = known ? known->names : 0;
    return with_working_advice(report, start, source.display_name(), options, [&](const ReadOptions& tried) {
      return reads_with(start.text, source.path(), tried, known_names, columns);
    });
  } catch (const std::exception&) {
    return report;  // the file cannot be read again, or memory is short: the fault itself is known
  }
}

Table read_csv(std::unique_ptr<ByteSource> bytes, const ReadOptions& options, std::size_t piece_bytes,
               TableLayout* found_layout) {
  TextSource source(*bytes, TextSource::Keep::all);
  std::unique_ptr<WholeTable> reader;
  try {
    reader = std::make_unique<WholeTable>(source, options, piece_bytes);
    Table table = reader->read(found_layout);
    reader.reset();
    return without_total(std::move(table), source, options, piece_bytes, found_layout);
  } catch (const DataError& error) {
    const bool may_be_header =
        reader != nullptr && options.header == HeaderChoice::find && !reader->start().layout.has_header &&
        !reader->start().guess.has_fractions && reader->first_row_line() != 0 &&
        line_of_place(error.report().where.text(), source.display_name()) == reader->first_row_line();
    reader.reset();
    if (may_be_header) {
      ReadOptions with_header = options;
      with_header.header = HeaderChoice::present;
      try {
        return read_again(source.text_from_start(SIZE_MAX - 1), source, with_header, piece_bytes,
                          found_layout);
      } catch (const DataError&) {  // the first fault is reported
      }
    }
    throw DataError(advised_report(error.report(), source, options));
  }
}

}  // namespace chainrule
