// Reads text tables from strings, for the tests of the readers.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "chainrule/data/csv_table.h"
#include "data/table_files.h"

namespace chainrule::test {

using Texts = std::vector<std::string>;
using Kinds = std::vector<std::optional<ColumnReading>>;

inline constexpr std::size_t kReadAheads[] = {1, 7, kReadAhead};

// Reads the table with several read-ahead sizes of the file and of the record reader, and checks that the
// results agree.
inline Table read_text(const std::string& text, const ReadOptions& options = {}) {
  const Table table = read_csv(source_of(text), options);
  for (const std::size_t read_ahead : kReadAheads) {
    expect_equal(read_csv(source_of(text, read_ahead), options, read_ahead), table);
  }
  return table;
}

inline ErrorText error_of(const std::string& text, const ReadOptions& options = {}) {
  const ErrorText report = data_error_of([&] { read_csv(source_of(text), options); });
  for (const std::size_t read_ahead : kReadAheads) {
    const ErrorText other =
        data_error_of([&] { read_csv(source_of(text, read_ahead), options, read_ahead); });
    EXPECT_EQ(format_answers(other), format_answers(report)) << read_ahead;
  }
  return report;
}

inline std::vector<std::string> texts(const Table& table, std::size_t column) {
  std::vector<std::string> cells;
  for (std::size_t r = 0; r < table.rows(); ++r)
    cells.push_back(table.columns[column].text(r));
  return cells;
}

}  // namespace chainrule::test
