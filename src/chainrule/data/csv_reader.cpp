#include "chainrule/data/csv_reader.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <unordered_map>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/cell_text.h"
#include "chainrule/data/column_typer.h"
#include "chainrule/data/csv_layout.h"
#include "chainrule/data/csv_piece.h"
#include "chainrule/data/csv_records.h"

namespace chainrule {

namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr double kMissingNumber = std::numeric_limits<double>::quiet_NaN();

// Words keep the blanks that stand inside quotes; for numbers and missing values they never count.
std::string_view value_of(const CsvCell& cell) {
  return cell.is_quoted ? trim_blanks(cell.text()) : cell.text();
}

// `where`: of the file that names it; "" for an option.
void check_delimiter(char delimiter, std::string where) {
  const unsigned char byte = static_cast<unsigned char>(delimiter);
  const bool is_alphanumeric = (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z');
  const bool is_control = byte < 0x20 && delimiter != '\t';
  if (!is_alphanumeric && !is_control && byte < 0x7f &&
      std::string_view("\".+-_").find(delimiter) == std::string::npos) {
    return;
  }
  const bool is_option = where.empty();
  ErrorReport report = {
      .what = "this character cannot be a delimiter",
      .where = std::move(where),
      .expected = "a character that does not stand in names and numbers, such as , ; | or a tab",
      .got = quoted(std::string_view(&delimiter, 1)),
      .advice = is_option ? ""
                          : "mend the line sep=, or take it out and name the delimiter with " +
                                named(Setting::delimiter)};
  if (is_option) throw UsageError(std::move(report));
  throw DataError(std::move(report));
}

std::vector<std::string> numbered_columns(std::size_t count) {
  std::vector<std::string> names;
  for (std::size_t c = 1; c <= count; ++c)
    names.push_back("column_" + std::to_string(c));
  return names;
}

// The start of the table that the search for delimiter and header looks at: 1 MiB, or more when that does not
// hold two records under any delimiter.
struct TableStart {
  std::string_view text;
  InputState state = InputState::ended;
};

TableStart peek_start(ByteSource& source) {
  for (std::size_t wanted = kSampleBytes;; wanted *= 4) {
    const std::string_view text = source.peek(wanted);
    if (text.size() < wanted) return {text, InputState::ended};
    const bool has_two_lines =
        std::count(text.begin(), text.end(), '\n') + std::count(text.begin(), text.end(), '\r') >= 4;
    if (has_two_lines || wanted >= CsvLimits{}.longest_record) return {text, InputState::more_may_come};
  }
}

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
  // The row in hand as it stands in the file, when rows are kept; mended: with as many cells as there are columns.
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

void CsvRows::start(TableLayout& layout) {
  records_.keep_text(RowText::keep);
  do {
    if (!records_.next()) {
      throw DataError({.what = "the table has no rows",
                       .where = display_name_,
                       .expected = "a header and rows, or rows",
                       .got = "only blank lines",
                       .advice = "check that this is the right file"});
    }
  } while (is_blank());
  columns_ = records_.cells().size();
  first_line_ = records_.line();
  cells_.assign(records_.cells().begin(), records_.cells().end());
  text_ = records_.text();
  if (layout.has_header) {
    header_ = HeaderChoice::present;
    take_header(layout);
  } else {
    layout.column_names = numbered_columns(columns_);
    is_first_pending_ = true;
  }
  names_ = layout.column_names;
  records_.keep_text(row_text_);
  records_.set_column_names(names_);
}

void CsvRows::go_on(CsvRecords records) {
  records_ = std::move(records);
  if (repairs_ != nullptr) records_.mend(*repairs_);
  records_.keep_text(row_text_);
  records_.set_column_names(names_);
  is_first_pending_ = false;
}

void CsvRows::take_header(TableLayout& layout) {
  layout.header_text = records_.text();
  std::unordered_map<std::string, std::size_t> seen;
  for (std::size_t c = 0; c < columns_; ++c) {
    std::string name(value_of(cells()[c]));
    const std::string place = file_position(display_name_, first_line_, c + 1);
    written_names_.push_back(name);
    if (repairs_ != nullptr && (name.empty() || seen.contains(name))) {
      repairs_->add(Repair::name, [&] { return place; });
      const std::string stem = name.empty() ? "column" : name;
      for (std::size_t number = c + 1; name.empty() || seen.contains(name); ++number)
        name = stem + "_" + std::to_string(number);
    }
    const auto or_no_header = [] {
      return "; when the first row is not a header, say so with " + set_to(Setting::header, "absent");
    };
    if (name.empty()) {
      throw DataError({.what = "a column without a name",
                       .where = place,
                       .expected = "a name for every column",
                       .got = "an empty cell in the header",
                       .advice = "name the column, or remove it" + or_no_header()});
    }
    const auto [first, is_new] = seen.emplace(name, c);
    if (!is_new) {
      throw DataError(
          {.what = "two columns have the same name",
           .where = place,
           .expected = "names that differ",
           .got = quoted(name) + ", the name of column " + std::to_string(first->second + 1) + " already",
           .advice = "rename one of them" + or_no_header()});
    }
    layout.column_names.push_back(std::move(name));
  }
}

bool CsvRows::next() {
  if (is_first_pending_) {
    is_first_pending_ = false;
    if (repairs_ != nullptr) repairs_->add_row(false);
    return true;
  }
  for (;;) {
    const std::uint64_t mended = repairs_ == nullptr ? 0 : repairs_->total();
    do {
      if (!records_.next()) return false;
    } while (columns_ > 1 && is_blank());
    if (repairs_ == nullptr) {
      if (records_.cells().size() != columns_) check_width();
      return true;
    }
    const bool is_row = mend_row();
    if (is_row || repairs_->total() != mended) repairs_->add_row(repairs_->total() != mended);
    if (is_row) return true;
  }
}

bool CsvRows::mend_row() {
  const auto place = [this] { return file_position(display_name_, line(), 0); };
  const std::span<const CsvCell> found = records_.cells();
  cells_.assign(found.begin(), found.end());
  text_ = records_.text();
  const bool is_header = header_ == HeaderChoice::present && found.size() == columns_ &&
                         std::equal(found.begin(), found.end(), written_names_.begin(),
                                    [](const CsvCell& cell, const std::string& name) {
                                      return is_name_again(value_of(cell), name);
                                    });
  if (is_header) {
    repairs_->add(Repair::header_again, place);
    return false;
  }
  if (found.size() == columns_) return true;
  if (!found[0].is_quoted && found[0].text().starts_with('#')) {
    repairs_->add(Repair::comment, place);
    return false;
  }
  const CsvCell empty = {.begin = "", .end = ""};
  while (cells_.size() > columns_ && !cells_.back().is_quoted && cells_.back().text().empty())
    cells_.pop_back();
  if (cells_.size() > columns_) {
    repairs_->add(Repair::long_row, place);
    return false;
  }
  if (cells_.size() == columns_) {
    repairs_->add(Repair::empty_end, place);
    for (std::size_t cell = columns_; cell < found.size() && !text_.empty(); ++cell)
      text_.resize(text_.rfind(records_.delimiter()));
    return true;
  }
  if (found.size() < columns_) repairs_->add(Repair::short_row, place);
  text_.append(columns_ - found.size(), records_.delimiter());
  cells_.resize(columns_, empty);
  return true;
}

void CsvRows::check_width() const {
  const std::string_view model = header_ == HeaderChoice::present ? "the header" : "the first row";
  throw DataError(
      {.what = cells().size() < columns_ ? "a row has too few cells" : "a row has too many cells",
       .where = file_position(display_name_, line(), 0),
       .expected = count_of(columns_, "cell") + ", as in " + std::string(model) + " (line " +
                   std::to_string(first_line_) + ")",
       .got = count_of(cells().size(), "cell"),
       .advice = "mend the row: a cell that holds the delimiter or a line break must stand in double "
                 "quotes; or name the delimiter with " +
                 named(Setting::delimiter)});
}

// Reads past what stands before the table: a line sep=; (the delimiter, as spreadsheets name it), and for a lenient reader
// comment lines. Returns the delimiter that was named.
std::optional<char> skip_preamble(ByteSource& source, const ReadOptions& options, TableLayout& layout,
                                  TableRepairs* repairs) {
  constexpr std::size_t kLongestPreambleLine = 4096;
  std::optional<char> named;
  for (;;) {
    // Four bytes are enough for most tables: no waiting for more of a slow pipe.
    const bool may_name_delimiter = layout.first_line == 1 && source.peek(4) == "sep=";
    if (!may_name_delimiter && !(repairs != nullptr && source.peek(1) == "#")) return named;
    const std::string_view text = source.peek(kLongestPreambleLine);
    const std::size_t end = text.find_first_of("\r\n");
    if (end == std::string_view::npos) return named;
    const std::string_view line = text.substr(0, end);
    if (may_name_delimiter && line.size() != 5) return named;
    if (may_name_delimiter) {
      check_delimiter(line[4], file_position(source.display_name(), layout.first_line, 0));
      named = line[4];
    } else {
      repairs->add(Repair::comment,
                   [&] { return file_position(source.display_name(), layout.first_line, 0); });
    }
    const std::size_t bytes = end + (text.substr(end).starts_with("\r\n") ? 2 : 1);
    std::string skipped(bytes, '\0');
    source.read_fully(skipped);
    layout.preamble_bytes += bytes;
    ++layout.first_line;
    if (options.leniency == Leniency::strict) return named;
  }
}

// repairs: null for a strict reader.
TableLayout find_layout(ByteSource& source, const ReadOptions& options, const MissingWords& missing,
                        TableRepairs* repairs) {
  if (options.delimiter) check_delimiter(*options.delimiter, "");
  TableLayout layout = {
      .path = source.path(), .format = TableFormat::text, .compressed = source.is_compressed()};
  if (source.peek(1).empty()) {
    throw DataError({.what = "the file is empty",
                     .where = source.display_name(),
                     .expected = "a table: a header and rows",
                     .got = "0 bytes",
                     .advice = "check that this is the right file, and that writing it had ended"});
  }
  if (source.peek(kByteOrderMark.size()) == kByteOrderMark) {
    layout.has_byte_order_mark = true;
    char mark[3];
    source.read_fully(mark);
    layout.preamble_bytes = kByteOrderMark.size();
  }
  const std::optional<char> named = skip_preamble(source, options, layout, repairs);
  layout.delimiter = options.delimiter.value_or(named.value_or(','));
  layout.has_header = options.header == HeaderChoice::present;
  // Nothing to find: no waiting for the first megabyte of a slow pipe.
  const std::optional<char> known = options.delimiter ? options.delimiter : named;
  if (known && options.header != HeaderChoice::find) return layout;
  const TableStart start = peek_start(source);
  const CsvSample sample =
      known ? take_sample(start.text, start.state, *known) : find_delimiter(start.text, start.state);
  layout.delimiter = sample.delimiter;
  if (options.header == HeaderChoice::find) layout.has_header = has_header(sample, missing);
  return layout;
}

// --- in chunks ---------------------------------------------------------------------------------------------

class CsvTableReader final : public TableReader {
 public:
  CsvTableReader(std::unique_ptr<ByteSource> source, const ReadOptions& options, std::size_t read_ahead)
      : source_(std::move(source)),
        missing_(options.missing_words),
        row_text_(options.row_text),
        decimal_(options.decimal),
        mends_(options.leniency == Leniency::lenient),
        layout_(find_layout(*source_, options, missing_, mends_ ? &repairs_ : nullptr)),
        rows_(CsvRecords([file = source_.get()](std::span<char> bytes) { return file->read(bytes); },
                         source_->display_name(), layout_.delimiter, read_ahead, {}, layout_.first_line),
              source_->display_name(), row_text_, mends_ ? &repairs_ : nullptr) {
    rows_.start(layout_);
  }

  const TableLayout& layout() const override { return layout_; }
  Table next_rows(std::size_t max_rows, std::span<const std::optional<ColumnKind>> kinds) override;
  TableRepairs repairs() const override { return repairs_; }

 private:
  std::unique_ptr<ByteSource> source_;
  MissingWords missing_;
  RowText row_text_;
  DecimalMark decimal_;
  bool mends_;
  TableRepairs repairs_;
  TableLayout layout_;
  CsvRows rows_;
};

Table CsvTableReader::next_rows(std::size_t max_rows, std::span<const std::optional<ColumnKind>> kinds) {
  const std::size_t columns = layout_.column_names.size();
  if (kinds.size() != columns) {
    throw StateError({.what = "next_rows needs one kind a column",
                      .where = source_->display_name(),
                      .expected = count_of(columns, "kind"),
                      .got = count_of(kinds.size(), "kind")});
  }
  Table table = {.source = source_->display_name()};
  table.columns.resize(columns);
  std::vector<WordList> words(columns);
  std::vector<std::size_t> wanted;
  for (std::size_t c = 0; c < columns; ++c) {
    table.columns[c].name = layout_.column_names[c];
    table.columns[c].kind = kinds[c].value_or(ColumnKind::numeric);
    if (kinds[c]) wanted.push_back(c);
  }
  while (table.lines.size() < max_rows && rows_.next()) {
    const std::span<const CsvCell> cells = rows_.cells();
    table.lines.push_back(rows_.line());
    if (row_text_ == RowText::keep) table.row_text.emplace_back(rows_.text());
    bool is_mended = false;
    for (const std::size_t c : wanted) {
      Column& column = table.columns[c];
      const std::string_view value = value_of(cells[c]);
      if (column.kind == ColumnKind::category) {
        column.codes.push_back(missing_.contains(value) ? kMissingCode : words[c].code_of(cells[c].text()));
        continue;
      }
      if (missing_.contains(value)) {
        column.numbers.push_back(kMissingNumber);
        continue;
      }
      const CellNumber number = read_cell(value, decimal_);
      if (number.meaning != CellMeaning::number && mends_) {
        repairs_.add(Repair::cell, [&] { return mended_cell_text(value, rows_.place(rows_.line(), c)); });
        column.numbers.push_back(kMissingNumber);
        is_mended = true;
        continue;
      }
      if (number.meaning != CellMeaning::number) {
        std::string place = rows_.place(rows_.line(), c);
        if (number.meaning == CellMeaning::too_large) throw_too_large(value, std::move(place));
        throw_not_a_number(value, std::move(place), column.name);
      }
      column.numbers.push_back(number.value);
    }
    if (is_mended) repairs_.mend_last_row();
  }
  repairs_.require_few(source_->display_name());
  for (const std::size_t c : wanted)
    table.columns[c].words = words[c].take_words();
  return table;
}

// --- whole tables ------------------------------------------------------------------------------------------

// What is read of the file and not yet cut into rows, and the file behind it.
class CsvWindow {
 public:
  // What cannot be read twice is kept, for the rows that are needed once more.
  explicit CsvWindow(ByteSource& source) : source_(source), keeps_text_(!source.can_rewind()) {}

  const char* begin() const { return bytes_.data(); }
  const char* end() const { return bytes_.data() + size_; }
  std::size_t size() const { return size_; }
  InputState state() const { return state_; }
  std::string_view kept_text() const { return kept_text_; }

  // Prepares the next window: the bytes from `from` on and as many behind them as make `wanted`, fewer only at the end.
  // The bytes in hand stay as they are until turn().
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
  // Past the window: the bytes of the file behind it.
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

// Reads a whole table: pieces of the text side by side, then their columns side by side, and so on.
//
// The table is that of one reader that goes from the first byte to the last, whatever the pieces are: a piece counts when
// it begins where the one before it ended, and is read again from there when its beginning was guessed wrong; columns
// take the pieces in order; what is wrong is told by the reader of records, from the record on that a piece stumbled over.
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
  // Pieces that wait for a thread even out the work; more would only take memory.
  static constexpr std::size_t kPiecesForEachThread = 4;
  // The first rows show which columns hold words: a piece that learns it only at its end is read twice.
  static constexpr std::size_t kFirstBytes = 16 * 1024;
  static constexpr std::size_t kColumnsTogether = 8;  // a cache line of a row of cells

  CsvRecords records_of(CsvRecords::Supply supply, std::uint64_t first_line) const {
    return {std::move(supply), source_.display_name(), layout_before_names_.delimiter, kFirstBytes, {},
            first_line};
  }
  void read_in_pieces(CsvRows& rows);
  // False when the reader of records must go on from `next`.
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
  std::vector<ReadPiece> read_pieces_;  // those that count, in order
  std::vector<char> words_wanted_;
};

Table WholeTable::read(TableLayout* found_layout) {
  TableLayout layout = layout_before_names_;
  std::size_t served = 0;
  CsvRows rows(records_of(
                   [&](std::span<char> bytes) {
                     // The window keeps what the header is read from: the rows stand behind it. It doubles, as
                     // each step copies it.
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
  // Without a header that was the first row, which is read again below.
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
    // A record that does not fit: more bytes, as long as no cell can be too long.
    const bool is_stuck = next == window_.begin() && window_.size() > rules.limits.longest_cell;
    const std::size_t wanted = next == window_.begin() ? 2 * window_.size() + usual_bytes : usual_bytes;
    const std::size_t groups = (typers_.size() + kColumnsTogether - 1) / kColumnsTogether;
    // Waking threads for a few rows would take longer than the rows.
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

  // Where a column turned out to hold words, its numbers are wanted in the spelling of the file too.
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

// The cells of some columns, from the pieces to the typers.
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

// From `from` on, to the end of the file.
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
  TableRepairs told_already;
  CsvRows rows(records_of(std::move(supply), layout_before_names_.first_line), source_.display_name(),
               RowText::drop, mends_ ? &told_already : nullptr);
  TableLayout layout = layout_before_names_;
  rows.start(layout);
  const auto require = [&](bool is_as_before) {
    if (is_as_before) return;
    throw DataError({.what = "the file changed while it was being read",
                     .where = file_position(source_.display_name(), rows.line(), 0),
                     .advice = "read it again when nothing writes to it any more"});
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

std::unique_ptr<TableReader> open_csv(std::unique_ptr<ByteSource> source, const ReadOptions& options,
                                      std::size_t read_ahead) {
  return std::make_unique<CsvTableReader>(std::move(source), options, read_ahead);
}

Table read_csv(std::unique_ptr<ByteSource> source, const ReadOptions& options, std::size_t piece_bytes,
               TableLayout* found_layout) {
  return WholeTable(*source, options, piece_bytes).read(found_layout);
}

}  // namespace chainrule
