#include "chainrule/data/repeated_header.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/cell_text.h"
#include "chainrule/data/csv_layout.h"
#include "chainrule/data/table_reader.h"

namespace chainrule {
namespace {

bool is_name(const Column& column, std::size_t row) {
  if (column.is_missing(row)) return column.name == kIndexName;
  if (column.kind == ColumnKind::category) return is_name_again(column.text(row), column.name);
  const CellNumber number = read_cell(column.name);
  return number.meaning != CellMeaning::words && NumberCursor(column.numbers)(row) == number.value;
}

}  // namespace

void refuse_repeated_header(const Table& table) {
  const std::vector<Column>& columns = table.columns;
  if (columns.size() < 2) return;
  // The rows that hold the name of the first column whose name is a word.
  const auto column = std::ranges::find_if(columns, [](const Column& candidate) {
    return candidate.kind == ColumnKind::category && candidate.name != kIndexName &&
           read_cell(candidate.name).meaning == CellMeaning::words;
  });
  if (column == columns.end()) return;
  for (std::size_t code = 0; code < column->words.size(); ++code) {
    if (!is_name_again(column->words[code], column->name)) continue;
    for (std::size_t row = 0; row < column->codes.size(); ++row) {
      if (column->codes[row] == static_cast<std::int32_t>(code) &&
          std::ranges::all_of(columns, [&](const Column& other) { return is_name(other, row); }))
        throw_repeated_names(file_position(table.source, table.lines[row], 0), columns.front().name);
    }
  }
}

void throw_repeated_names(std::string place, const std::string& first_name) {
  throw DataError({.what = "the names of the columns appear among the rows: the header is repeated",
                   .where = std::move(place),
                   .expected = "the names in the first line only",
                   .got = quoted(first_name) + " and the other names",
                   .advice = "remove the line; when the first line of the table is a row, say so with " +
                             set_to(Setting::header, "absent")});
}

}  // namespace chainrule
