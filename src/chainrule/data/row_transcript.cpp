// RowSource (names, rows of cells) -> TranscriptFile, a file of CSV text -> csv_reader or csv_table -> Table.
//
// The text is written block by block, as it is read. Its header is line 0, and blank lines stand for the
// lines of the file that are not rows, so that the reader of CSV counts the lines of the file. If a line
// holds several rows (compact JSON), it counts rows instead; places in errors are then reworded, and the
// table has no lines.
#include "chainrule/data/row_transcript.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "chainrule/base/error.h"
#include "chainrule/data/csv_reader.h"
#include "chainrule/data/csv_table.h"

namespace chainrule {
namespace {

constexpr std::size_t kBlockBytes = 64 * 1024;

// The CSV text, as a file.
class TranscriptFile final : public ReadableFile {
 public:
  explicit TranscriptFile(RowSource& rows) : rows_(rows) { write_names(); }

  std::size_t read(std::span<std::byte> bytes) override {
    if (at_ == text_.size()) write_rows();
    const std::size_t count = std::min(bytes.size(), text_.size() - at_);
    std::memcpy(bytes.data(), text_.data() + at_, count);
    at_ += count;
    return count;
  }
  bool can_rewind() const override { return rows_.file().can_rewind(); }
  void rewind() override {
    rows_.rewind();
    write_names();
  }
  bool would_wait() const override { return at_ == text_.size() && rows_.would_wait(); }

 private:
  void write_names() {
    text_.clear();
    at_ = 0;
    RowWriter row(text_);
    for (const std::string& name : rows_.names())
      row.add_quoted(name);
    text_ += '\n';
    line_ = 1;
  }
  void write_rows() {
    text_.clear();
    at_ = 0;
    std::string row;
    while (text_.size() < kBlockBytes && (text_.empty() || !rows_.would_wait())) {
      row.clear();
      const std::uint64_t line = rows_.next(row);
      if (line == 0) return;
      // In a table of one column a blank line is a row.
      if (line > line_ && rows_.names().size() > 1) text_.append(line - line_, '\n');
      line_ = std::max(line_, line) + 1;
      text_ += row;
      text_ += '\n';
    }
  }

  RowSource& rows_;
  std::string text_;
  std::size_t at_ = 0;
  std::uint64_t line_ = 1;  // of what comes next
};

void refuse_text_options(const ReadOptions& options, const RowSource& rows) {
  const ReadOptions usual;
  std::optional<Setting> unfit;
  if (options.delimiter) unfit = Setting::delimiter;
  if (options.header == HeaderChoice::absent) unfit = Setting::header;
  if (options.skip != 0) unfit = Setting::skip;
  if (options.skip_last != 0) unfit = Setting::skip_last;
  if (options.comment) unfit = Setting::comment;
  if (options.quote != usual.quote) unfit = Setting::quote;
  if (options.escape) unfit = Setting::escape;
  if (!unfit) return;
  throw UsageError({.what = "this setting is for tables whose cells are separated by a delimiter",
                    .where = rows.file().display_name(),
                    .setting = unfit,
                    .got = std::string(description_of(rows.format())),
                    .advice = "leave " + named(*unfit) + " out"});
}

ReadOptions transcript_options(const ReadOptions& options, const RowSource& rows) {
  refuse_text_options(options, rows);
  ReadOptions own = options;
  own.delimiter = ',';
  own.header = HeaderChoice::present;
  own.known_names.clear();
  own.has_lines = false;
  for (const auto& [name, kind] : rows.kinds()) {
    const bool is_given =
        std::ranges::any_of(options.column_kinds, [&name](const auto& given) { return given.first == name; });
    if (!is_given) own.column_kinds.emplace_back(name, kind);
  }
  for (const std::string& word : rows.own_words())
    std::erase(own.missing_words, word);
  // An empty cell is how a missing one is written here.
  if (std::ranges::find(own.missing_words, "") == own.missing_words.end()) own.missing_words.emplace_back();
  return own;
}

std::unique_ptr<ByteSource> transcript_of(RowSource& rows) {
  auto text = std::make_unique<ByteSource>(
      std::make_unique<TranscriptFile>(rows),
      ByteSourceOptions{.path = rows.file().path(), .read_ahead = kReadAhead, .first_line = 0});
  if (rows.file().stops_at_pauses()) text->stop_at_pauses();
  return text;
}

void complete_layout(TableLayout& layout, const RowSource& rows) {
  layout.format = rows.format();
  layout.compressed = rows.file().is_compressed();
  layout.compression = rows.file().compression();
}

// Where rows are counted, "t.json:7:3 (column "x")" is row 7.
ErrorReport by_row(ErrorReport report, const RowSource& rows) {
  const std::string start = rows.file().display_name() + ":", where = report.where.text();
  if (!rows.counts_rows() || !where.starts_with(start)) return report;
  const std::size_t end = std::min(where.find_first_not_of("0123456789", start.size()), where.size());
  const std::size_t column = where.find(" (column ");
  report.where = rows.file().display_name() + ", row " + where.substr(start.size(), end - start.size()) +
                 (column == std::string::npos ? "" : where.substr(column));
  return report;
}

template <typename Read>
auto with_places_of(const RowSource& rows, Read read) {
  try {
    return read();
  } catch (const DataError& error) {
    if (!rows.counts_rows()) throw;
    throw DataError(by_row(error.report(), rows));
  }
}

class TranscriptReader final : public TableReader {
 public:
  TranscriptReader(std::unique_ptr<RowSource> rows, const ReadOptions& options)
      : rows_(std::move(rows)), csv_(open_csv(transcript_of(*rows_), transcript_options(options, *rows_))) {
    layout_ = csv_->layout();
    complete_layout(layout_, *rows_);
  }

  const TableLayout& layout() const override { return layout_; }
  Table next_rows(std::size_t max_rows, std::span<const std::optional<ColumnReading>> kinds) override {
    Table table = with_places_of(*rows_, [&] { return csv_->next_rows(max_rows, kinds); });
    if (rows_->counts_rows()) table.lines.clear();
    return table;
  }
  bool would_wait() const override { return csv_->would_wait(); }
  TableRepairs repairs() const override { return csv_->repairs(); }
  std::vector<Message> notes() const override {
    std::vector<Message> notes = rows_->notes();
    for (Message& note : csv_->notes())
      notes.push_back(std::move(note));
    return notes;
  }

 private:
  std::unique_ptr<RowSource> rows_;
  std::unique_ptr<TableReader> csv_;
  TableLayout layout_;
};

}  // namespace

void RowWriter::add(std::string_view cell) {
  if (cell.find_first_of(",\"\r\n") != std::string_view::npos) return add_quoted(cell);
  next_cell();
  text_ += cell;
}

void RowWriter::add_quoted(std::string_view word) {
  next_cell();
  text_ += '"';
  for (const char c : word) {
    if (c == '"') text_ += '"';
    text_ += c == '\n' || c == '\r' ? ' ' : c;
  }
  text_ += '"';
}

void RowWriter::add_zeros(std::size_t count) {
  if (count == 0) return;
  next_cell();
  text_ += '0';
  for (std::size_t i = 1; i < count; ++i)
    text_ += ",0";
}

std::unique_ptr<TableReader> open_transcript(std::unique_ptr<RowSource> rows, const ReadOptions& options) {
  return std::make_unique<TranscriptReader>(std::move(rows), options);
}

Table read_transcript(std::unique_ptr<RowSource> rows, const ReadOptions& options, TableLayout* layout) {
  const ReadOptions own = transcript_options(options, *rows);
  Table table =
      with_places_of(*rows, [&] { return read_csv(transcript_of(*rows), own, kPieceBytes, layout); });
  if (layout != nullptr) complete_layout(*layout, *rows);
  if (rows->counts_rows()) table.lines.clear();
  table.notes.insert(table.notes.begin(), rows->notes().begin(), rows->notes().end());
  return table;
}

}  // namespace chainrule
