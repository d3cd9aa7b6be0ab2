// Small hand-written tables for tests.
#pragma once

#include <cstdint>
#include <limits>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/data/table.h"

namespace chainrule::testing_support {

inline constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

inline Column numbers(std::string name, std::vector<double> values) {
  Column column;
  column.name = std::move(name);
  column.numbers = std::move(values);
  return column;
}

// "" is a missing cell.
inline Column words(std::string name, const std::vector<std::string>& cells) {
  Column column;
  column.name = std::move(name);
  column.kind = ColumnKind::category;
  for (const std::string& cell : cells) {
    std::size_t code = 0;
    while (code < column.words.size() && column.words[code] != cell)
      ++code;
    if (!cell.empty() && code == column.words.size()) column.words.push_back(cell);
    column.codes.push_back(cell.empty() ? kMissingCode : static_cast<std::int32_t>(code));
  }
  return column;
}

// A table as if read from "t.csv", with a header in line 1 and no line breaks in cells.
inline Table table_of(std::vector<Column> columns) {
  Table table;
  table.source = "t.csv";
  table.columns = std::move(columns);
  table.lines.push_back_run(2, table.rows());
  return table;
}

inline std::vector<std::uint32_t> all_rows(const Table& table) {
  std::vector<std::uint32_t> rows(table.rows());
  std::iota(rows.begin(), rows.end(), 0u);
  return rows;
}

// The report of the E that `call` throws, empty if it throws nothing; other exceptions pass through.
template <typename E, typename Call>
ErrorText report_of(Call call) {
  try {
    call();
  } catch (const E& error) {
    return text_of(error.report());
  }
  return {};
}

}  // namespace chainrule::testing_support
