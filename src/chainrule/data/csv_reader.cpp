#include "chainrule/data/csv_reader.h"

#include <limits>
#include <utility>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/cell_text.h"
#include "chainrule/data/column_typer.h"
#include "chainrule/data/csv_rows.h"
#include "chainrule/data/csv_start.h"

namespace chainrule {
namespace {

constexpr double kMissingNumber = std::numeric_limits<double>::quiet_NaN();

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
    throw StateError({.what = "next_rows needs one kind per column",
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

}  // namespace

std::unique_ptr<TableReader> open_csv(std::unique_ptr<ByteSource> source, const ReadOptions& options,
                                      std::size_t read_ahead) {
  return std::make_unique<CsvTableReader>(std::move(source), options, read_ahead);
}

}  // namespace chainrule
