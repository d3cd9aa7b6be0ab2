#include "chainrule/data/csv_reader.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/cell_text.h"
#include "chainrule/data/column_typer.h"
#include "chainrule/data/csv_layout.h"
#include "chainrule/data/csv_rows.h"
#include "chainrule/data/csv_start.h"
#include "chainrule/data/csv_table.h"
#include "chainrule/data/last_row.h"
#include "chainrule/data/missing_cells.h"
#include "chainrule/data/repeated_header.h"

namespace chainrule {
namespace {

constexpr double kMissingNumber = std::numeric_limits<double>::quiet_NaN();

class CsvTableReader final : public TableReader {
 public:
  CsvTableReader(std::unique_ptr<ByteSource> source, const ReadOptions& options, std::size_t read_ahead)
      : bytes_(std::move(source)),
        source_(*bytes_, TextSource::Keep::start),
        options_(options),
        missing_(MissingWords(missing_word_lists(options, {}).words)),
        row_text_(options.row_text),
        mends_(options.leniency == Leniency::lenient) {
    try {
      CsvStart start = find_start(source_, options, missing_.all(), mends_ ? &repairs_ : nullptr);
      layout_ = std::move(start.layout);
      notes_ = std::move(start.notes);
      rows_.emplace(CsvRecords([this](std::span<char> span) { return source_.read(span); },
                               source_.display_name(), start.dialect, read_ahead, {}, layout_.first_line),
                    source_.display_name(), row_text_, mends_ ? &repairs_ : nullptr);
      expectations_ = std::move(start.expectations);
      rows_->expect(expectations_);
      rows_->start(layout_);
      missing_ = MissingCells(options_, layout_.column_names);
      has_word_as_name_ = layout_.has_header && layout_.column_names.size() > 1 &&
                          std::ranges::any_of(layout_.column_names, [](const std::string& name) {
                            return read_cell(name).meaning == CellMeaning::words;
                          });
    } catch (const DataError& error) {
      throw DataError(advised_report(error.report(), source_, options_));
    }
  }

  const TableLayout& layout() const override { return layout_; }
  Table next_rows(std::size_t max_rows, std::span<const std::optional<ColumnReading>> readings) override;
  TableRepairs repairs() const override { return repairs_; }
  std::vector<Message> notes() const override { return notes_; }
  bool would_wait() const override {
    return bytes_->stops_at_pauses() && !rows_->has_next() && source_.would_wait();
  }

 private:
  // In a strict reader; a lenient one leaves such rows out.
  bool is_header_again(std::span<const CsvCell> cells) const {
    const std::vector<std::string>& names = layout_.column_names;
    if (!has_word_as_name_ || mends_) return false;
    for (std::size_t c = 0; c < names.size(); ++c) {
      const bool is_index = c == 0 && layout_.has_index && cells[c].text().empty();
      if (!is_index && !is_name_again(value_of(cells[c]), names[c])) return false;
    }
    return true;
  }
  Table read_rows(std::size_t max_rows, std::span<const std::optional<ColumnReading>> readings);

  std::unique_ptr<ByteSource> bytes_;
  TextSource source_;
  ReadOptions options_;
  MissingCells missing_;
  RowText row_text_;
  bool mends_;
  TableRepairs repairs_;
  TableLayout layout_;
  std::vector<Message> notes_;
  RowExpectations expectations_;
  std::optional<CsvRows> rows_;
  LastTotals last_totals_;
  bool has_word_as_name_ = false;  // in a header of at least two names
};

Table CsvTableReader::next_rows(std::size_t max_rows,
                                std::span<const std::optional<ColumnReading>> readings) {
  try {
    return read_rows(max_rows, readings);
  } catch (const DataError& error) {
    ReadOptions options = options_;
    for (std::size_t c = 0; c < readings.size() && layout_.has_header; ++c)
      if (readings[c]) options.column_readings.emplace_back(layout_.column_names[c], *readings[c]);
    throw DataError(advised_report(error.report(), source_, options, readings.size()));
  }
}

Table CsvTableReader::read_rows(std::size_t max_rows,
                                std::span<const std::optional<ColumnReading>> readings) {
  const std::size_t columns = layout_.column_names.size();
  if (readings.size() != columns) {
    throw StateError({.what = "next_rows needs one kind per column",
                      .where = source_.display_name(),
                      .expected = count_of(columns, "kind"),
                      .got = count_of(readings.size(), "kind")});
  }
  Table table = {.source = source_.display_name(), .missing_words = missing_.lists()};
  table.columns.resize(columns);
  std::vector<WordList> words(columns);
  std::vector<std::size_t> wanted;
  std::vector<NumberReader> readers;
  for (std::size_t c = 0; c < columns; ++c) {
    table.columns[c].name = layout_.column_names[c];
    const ColumnReading reading = readings[c].value_or(ColumnReading());
    table.columns[c].kind = reading.kind;
    table.columns[c].form = with_options(reading.form, options_);
    readers.emplace_back(table.columns[c].form, NumberReader::Stage::settled);
    if (readings[c]) wanted.push_back(c);
  }
  while (table.lines.size() < max_rows && (table.lines.empty() || !would_wait())) {
    if (!rows_->next()) {
      const std::vector<std::string> totals = last_totals_.take();
      if (!totals.empty()) {
        notes_.push_back(note_on_totals(file_position(source_.display_name(), last_totals_.first_line(), 0),
                                        labelled_totals(totals), TotalsLeftOut::never, options_.has_lines));
      }
      break;
    }
    const std::span<const CsvCell> cells = rows_->cells();
    if (is_header_again(cells))
      throw_repeated_names(file_position(source_.display_name(), rows_->line(), 0), layout_.column_names[0]);
    last_totals_.add(cells.front().text(), rows_->line());
    table.lines.push_back(rows_->line());
    if (row_text_ == RowText::keep) table.row_text.emplace_back(rows_->text());
    bool is_mended = false;
    for (const std::size_t c : wanted) {
      Column& column = table.columns[c];
      const std::string_view value = value_of(cells[c]);
      const bool is_missing = missing_.contains(c, value, cells[c].is_quoted);
      if (column.kind == ColumnKind::category) {
        column.codes.push_back(is_missing ? kMissingCode : words[c].code_of(cells[c].text()));
        continue;
      }
      if (is_missing) {
        column.numbers.push_back(kMissingNumber);
        continue;
      }
      const CellNumber number = readers[c](value);
      if (number.meaning != CellMeaning::number && mends_) {
        repairs_.add(Repair::cell, [&] { return mended_cell_text(value, rows_->place(rows_->line(), c)); });
        column.numbers.push_back(kMissingNumber);
        is_mended = true;
        continue;
      }
      if (number.meaning != CellMeaning::number) {
        std::string place = rows_->place(rows_->line(), c);
        if (number.meaning == CellMeaning::too_large) throw_too_large(value, std::move(place));
        throw_not_a_number(value, std::move(place), column.name, *column.form);
      }
      column.numbers.push_back(number.value);
    }
    if (is_mended) repairs_.mend_last_row();
  }
  repairs_.require_few(source_.display_name());
  for (const std::size_t c : wanted)
    table.columns[c].words = words[c].take_words();
  return table;
}

}  // namespace

std::unique_ptr<TableReader> open_csv(std::unique_ptr<ByteSource> source, const ReadOptions& options,
                                      std::size_t read_ahead) {
  return std::make_unique<CsvTableReader>(std::move(source), options, read_ahead);
}

}  // namespace chainrule
