#include "chainrule/data/table.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <type_traits>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"

namespace chainrule {

bool Column::is_missing(std::size_t row) const {
  return kind == ColumnKind::numeric ? std::isnan(numbers[row]) : codes[row] == kMissingCode;
}

std::string Column::text(std::size_t row) const {
  if (is_missing(row)) return {};
  return kind == ColumnKind::numeric ? format_cell_number(numbers[row])
                                     : words[static_cast<std::size_t>(codes[row])];
}

std::size_t Table::rows() const {
  for (const Column& column : columns) {
    if (column.rows() != 0) return column.rows();
  }
  return 0;
}

std::size_t Table::column_index(std::string_view name) const {
  std::vector<std::string> names;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    if (columns[c].name == name) return c;
    names.push_back(columns[c].name);
  }
  constexpr std::size_t kShown = 20;
  const std::string nearest = nearest_name(name, names);
  std::string expected = "one of ";
  expected += join(std::span(names).first(std::min(names.size(), kShown)), ", ");
  if (names.size() > kShown) expected += ", ... (" + count_of(names.size(), "column") + ")";
  throw DataError({.what = "there is no column " + quoted(name),
                   .where = source,
                   .expected = expected,
                   .got = quoted(name),
                   .advice = !nearest.empty() ? "did you mean " + quoted(nearest) + "?"
                             : columns.size() == 1
                                 ? "a table of one column often has another delimiter: name it with " +
                                       named(Setting::delimiter)
                                 : ""});
}

std::string Table::cell_position(std::size_t row, std::size_t column) const {
  if (row < lines.size()) return file_position(source, lines[row], column + 1);
  std::string text = source;
  if (!text.empty()) text += ", ";
  return text + "row " + std::to_string(row + 1) + ", column " + columns[column].name;
}

std::vector<Message> notes_of(const Table& table) {
  std::vector<Message> notes = table.notes;
  for (Message& repair : table.repairs.notes(table.source))
    notes.push_back(std::move(repair));
  return notes;
}

std::size_t drop_rows(Table& table, std::span<const char> is_kept) {
  const std::size_t rows = is_kept.size();
  const auto dropped = static_cast<std::size_t>(std::count(is_kept.begin(), is_kept.end(), 0));
  if (dropped == 0) return 0;
  const auto keep = [&](auto& values) {
    if (values.size() != rows) return;  // a column that was not read, rows without lines
    std::remove_reference_t<decltype(values)> kept;
    for (std::size_t row = 0; row < rows; ++row) {
      if (is_kept[row] != 0) kept.push_back(std::move(values[row]));
    }
    values = std::move(kept);
  };
  for (Column& column : table.columns) {
    keep(column.numbers);
    keep(column.codes);
  }
  keep(table.lines);
  keep(table.row_text);
  return dropped;
}

std::size_t drop_rows_without(Table& table, std::span<const std::string> columns) {
  const std::size_t rows = table.rows();
  std::vector<char> is_kept(rows, 1);
  for (const std::string& name : columns) {
    const Column& column = table.columns[table.column_index(name)];
    for (std::size_t row = 0; row < rows; ++row) {
      if (column.is_missing(row)) is_kept[row] = 0;
    }
  }
  return drop_rows(table, is_kept);
}

ColumnFinder::ColumnFinder(const Table& table) : table_(table) {
  for (std::size_t c = 0; c < table.columns.size(); ++c)
    places_.emplace(table.columns[c].name, c);
}

std::size_t ColumnFinder::operator()(std::string_view name) const {
  const auto found = places_.find(name);
  return found != places_.end() ? found->second : table_.column_index(name);  // which throws, with the names
}

}  // namespace chainrule
