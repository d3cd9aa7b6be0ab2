#include "chainrule/data/csv_reader.h"

#include <algorithm>
#include <limits>
#include <unordered_map>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/cell_text.h"
#include "chainrule/data/column_typer.h"
#include "chainrule/data/csv_layout.h"
#include "chainrule/data/csv_records.h"

namespace chainrule {

namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::size_t kRowsToEstimateFrom = 256;
constexpr double kMissingNumber = std::numeric_limits<double>::quiet_NaN();

// Words keep the blanks that stand inside quotes; for numbers and missing values they never count.
std::string_view value_of(const CsvCell& cell) {
  return cell.is_quoted ? trim_blanks(cell.text()) : cell.text();
}

void check_delimiter(char delimiter) {
  const unsigned char byte = static_cast<unsigned char>(delimiter);
  const bool is_alphanumeric = (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z');
  const bool is_control = byte < 0x20 && delimiter != '\t';
  if (!is_alphanumeric && !is_control && byte < 0x7f &&
      std::string_view("\".+-_").find(delimiter) == std::string::npos) {
    return;
  }
  throw UsageError(
      {.what = "this character cannot be a delimiter",
       .expected = "a character that does not stand in names and numbers, such as , ; | or a tab",
       .got = quoted(std::string_view(&delimiter, 1))});
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
  CsvRows(CsvRecords records, std::string display_name, RowText row_text)
      : records_(std::move(records)), display_name_(std::move(display_name)), row_text_(row_text) {}

  // Reads the header, or the first record to count the columns. Throws DataError when there is no record at
  // all.
  void start(TableLayout& layout);
  bool next();
  std::span<const CsvCell> cells() const { return records_.cells(); }
  std::uint64_t line() const { return records_.line(); }
  // The row in hand as it stands in the file, when rows are kept.
  std::string_view text() const { return records_.text(); }
  std::string place(std::uint64_t line, std::size_t column) const {
    return records_.cell_place(line, column);
  }

 private:
  bool is_blank() const { return cells().size() == 1 && !cells()[0].is_quoted && cells()[0].text().empty(); }
  void check_width() const;
  void take_header(TableLayout& layout);

  CsvRecords records_;
  std::string display_name_;
  RowText row_text_;
  std::size_t columns_ = 0;
  std::uint64_t first_line_ = 0;
  HeaderChoice header_ = HeaderChoice::absent;
  bool is_first_pending_ = false;  // the record in hand is the first row, not yet given out
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
  columns_ = cells().size();
  first_line_ = records_.line();
  if (layout.has_header) {
    header_ = HeaderChoice::present;
    take_header(layout);
  } else {
    layout.column_names = numbered_columns(columns_);
    is_first_pending_ = true;
  }
  records_.keep_text(row_text_);
  records_.set_column_names(layout.column_names);
}

void CsvRows::take_header(TableLayout& layout) {
  layout.header_text = records_.text();
  std::unordered_map<std::string, std::size_t> seen;
  for (std::size_t c = 0; c < columns_; ++c) {
    std::string name(value_of(cells()[c]));
    const std::string place = file_position(display_name_, first_line_, c + 1);
    constexpr std::string_view kNoHeader =
        "; when the first row is not a header, say so with --header absent";
    if (name.empty()) {
      throw DataError({.what = "a column without a name",
                       .where = place,
                       .expected = "a name for every column",
                       .got = "an empty cell in the header",
                       .advice = "name the column, or remove it" + std::string(kNoHeader)});
    }
    const auto [first, is_new] = seen.emplace(name, c);
    if (!is_new) {
      throw DataError(
          {.what = "two columns have the same name",
           .where = place,
           .expected = "names that differ",
           .got = quoted(name) + ", the name of column " + std::to_string(first->second + 1) + " already",
           .advice = "rename one of them" + std::string(kNoHeader)});
    }
    layout.column_names.push_back(std::move(name));
  }
}

bool CsvRows::next() {
  if (is_first_pending_) {
    is_first_pending_ = false;
    return true;
  }
  do {
    if (!records_.next()) return false;
  } while (columns_ > 1 && is_blank());
  if (cells().size() != columns_) check_width();
  return true;
}

void CsvRows::check_width() const {
  const std::string_view model = header_ == HeaderChoice::present ? "the header" : "the first row";
  throw DataError({.what = cells().size() < columns_ ? "a row has too few cells" : "a row has too many cells",
                   .where = file_position(display_name_, line(), 0),
                   .expected = count_of(columns_, "cell") + ", as in " + std::string(model) + " (line " +
                               std::to_string(first_line_) + ")",
                   .got = count_of(cells().size(), "cell"),
                   .advice =
                       "mend the row: a cell that holds the delimiter or a line break must stand in double "
                       "quotes; or name the delimiter with --delimiter"});
}

TableLayout find_layout(ByteSource& source, const ReadOptions& options, const MissingWords& missing) {
  if (options.delimiter) check_delimiter(*options.delimiter);
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
  }
  layout.delimiter = options.delimiter.value_or(',');
  layout.has_header = options.header == HeaderChoice::present;
  // Nothing to find: no waiting for the first megabyte of a slow pipe.
  if (options.delimiter && options.header != HeaderChoice::find) return layout;
  const TableStart start = peek_start(source);
  const CsvSample sample = options.delimiter ? take_sample(start.text, start.state, *options.delimiter)
                                             : find_delimiter(start.text, start.state);
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
        layout_(find_layout(*source_, options, missing_)),
        rows_(CsvRecords([file = source_.get()](std::span<char> bytes) { return file->read(bytes); },
                         source_->display_name(), layout_.delimiter, read_ahead),
              source_->display_name(), row_text_) {
    rows_.start(layout_);
  }

  const TableLayout& layout() const override { return layout_; }
  Table next_rows(std::size_t max_rows, std::span<const std::optional<ColumnKind>> kinds) override;

 private:
  std::unique_ptr<ByteSource> source_;
  MissingWords missing_;
  RowText row_text_;
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
      const CellNumber number = read_cell(value);
      if (number.meaning != CellMeaning::number) {
        std::string place = rows_.place(rows_.line(), c);
        if (number.meaning == CellMeaning::too_large) throw_too_large(value, std::move(place));
        throw_not_a_number(value, std::move(place), column.name);
      }
      column.numbers.push_back(number.value);
    }
  }
  for (const std::size_t c : wanted)
    table.columns[c].words = words[c].take_words();
  return table;
}

// --- whole tables ------------------------------------------------------------------------------------------

std::string read_rest(ByteSource& source) {
  std::string text;
  if (source.length()) text.reserve(static_cast<std::size_t>(*source.length()) + 1);
  for (;;) {
    const std::size_t before = text.size();
    // One byte more than a file of known length has: its end is then seen without growing.
    text.resize(std::max(text.capacity(), before + kSampleBytes));
    const std::size_t count = source.read_fully(std::span(text).subspan(before));
    text.resize(before + count);
    if (count == 0) return text;
  }
}

CsvRecords records_of_text(std::string_view text, const ByteSource& source, char delimiter,
                           std::size_t read_ahead) {
  auto supply = [text](std::span<char> bytes) mutable {
    const std::size_t count = text.copy(bytes.data(), bytes.size());
    text.remove_prefix(count);
    return count;
  };
  return {std::move(supply), source.display_name(), delimiter, read_ahead};
}

std::vector<ColumnTyper> make_typers(const Table& names, const ReadOptions& options) {
  std::vector<std::optional<ColumnKind>> given(names.columns.size());
  const ColumnFinder place_of(names);
  for (const auto& [name, kind] : options.column_kinds)
    given[place_of(name)] = kind;
  std::vector<ColumnTyper> typers;
  typers.reserve(names.columns.size());
  for (std::size_t c = 0; c < given.size(); ++c)
    typers.emplace_back(names.columns[c].name, given[c]);
  return typers;
}

}  // namespace

std::unique_ptr<TableReader> open_csv(std::unique_ptr<ByteSource> source, const ReadOptions& options,
                                      std::size_t read_ahead) {
  return std::make_unique<CsvTableReader>(std::move(source), options, read_ahead);
}

Table read_csv(std::unique_ptr<ByteSource> source, const ReadOptions& options, std::size_t read_ahead,
               TableLayout* found_layout) {
  const MissingWords missing(options.missing_words);
  TableLayout layout = find_layout(*source, options, missing);
  const std::string text = read_rest(*source);
  const auto start_rows = [&](TableLayout& found) {
    CsvRows rows(records_of_text(text, *source, found.delimiter, read_ahead), source->display_name(),
                 options.row_text);
    rows.start(found);
    return rows;
  };
  const TableLayout layout_before_names = layout;
  CsvRows rows = start_rows(layout);
  if (found_layout != nullptr) *found_layout = layout;
  const std::size_t columns = layout.column_names.size();
  Table table = {.source = source->display_name()};
  table.columns.resize(columns);
  for (std::size_t c = 0; c < columns; ++c)
    table.columns[c].name = layout.column_names[c];
  std::vector<ColumnTyper> typers = make_typers(table, options);

  std::uint64_t sample_bytes = 0;
  while (rows.next()) {
    const std::span<const CsvCell> cells = rows.cells();
    table.lines.push_back(rows.line());
    if (options.row_text == RowText::keep) table.row_text.emplace_back(rows.text());
    if (table.lines.size() <= kRowsToEstimateFrom) {
      sample_bytes += static_cast<std::uint64_t>(cells.back().end - cells.front().begin) + 1;
      if (table.lines.size() == kRowsToEstimateFrom) {
        // Growing by copies would touch twice the memory; what is reserved too much is never touched.
        const std::size_t estimate = text.size() / (sample_bytes / kRowsToEstimateFrom) + kRowsToEstimateFrom;
        table.lines.reserve(estimate);
        for (ColumnTyper& typer : typers)
          typer.reserve(estimate);
      }
    }
    for (std::size_t c = 0; c < columns; ++c) {
      const std::string_view value = value_of(cells[c]);
      if (missing.contains(value)) {
        typers[c].add_missing();
      } else {
        typers[c].add(value, cells[c].text(), rows.line());
      }
    }
  }

  std::vector<std::size_t> rows_to_respell(columns);
  for (std::size_t c = 0; c < columns; ++c) {
    typers[c].decide([&](std::uint64_t line) { return rows.place(line, c); });
    rows_to_respell[c] = typers[c].rows_to_respell();
  }
  const std::size_t last = *std::max_element(rows_to_respell.begin(), rows_to_respell.end());
  if (last != 0) {
    TableLayout again = layout_before_names;
    CsvRows early_rows = start_rows(again);
    for (std::size_t r = 0; r < last && early_rows.next(); ++r) {
      for (std::size_t c = 0; c < columns; ++c) {
        if (r >= rows_to_respell[c]) continue;
        const CsvCell& cell = early_rows.cells()[c];
        if (missing.contains(value_of(cell))) {
          typers[c].respell_missing();
        } else {
          typers[c].respell(cell.text());
        }
      }
    }
  }
  for (std::size_t c = 0; c < columns; ++c)
    table.columns[c] = typers[c].take_column();
  return table;
}

}  // namespace chainrule
