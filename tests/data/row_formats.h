// Reads tables in the formats of row_transcript.h from strings, for their tests: as a regular file and as
// pipes that deliver their bytes one by one, by seven or all at once. The tables and the errors agree.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "chainrule/data/row_transcript.h"
#include "data/table_files.h"

namespace chainrule::test {

using OpenRows = std::function<std::unique_ptr<RowSource>(std::unique_ptr<ByteSource>, const ReadOptions&)>;

inline Table read_rows(const OpenRows& open, const std::string& text, const ReadOptions& options = {}) {
  const auto read = [&](std::unique_ptr<ByteSource> source) {
    return read_transcript(open(std::move(source), options), options, nullptr);
  };
  Table table = read(file_of(text));
  for (const std::size_t read_ahead : {std::size_t{1}, std::size_t{7}, kReadAhead})
    expect_equal(read(source_of(text, read_ahead)), table);
  return table;
}

inline ErrorText error_of_rows(const OpenRows& open, const std::string& text,
                               const ReadOptions& options = {}) {
  const auto read = [&](std::unique_ptr<ByteSource> source) {
    return data_error_of([&] { read_transcript(open(std::move(source), options), options, nullptr); });
  };
  const ErrorText report = read(file_of(text));
  for (const std::size_t read_ahead : {std::size_t{1}, std::size_t{7}, kReadAhead})
    EXPECT_EQ(format_answers(read(source_of(text, read_ahead))), format_answers(report)) << read_ahead;
  EXPECT_FALSE(report.advice.empty()) << report.what;
  return report;
}

inline std::vector<std::string> names_of(const Table& table) {
  std::vector<std::string> names;
  for (const Column& column : table.columns)
    names.push_back(column.name);
  return names;
}

inline std::vector<std::string> cells_of(const Table& table, const std::string& name) {
  std::vector<std::string> cells;
  const Column& column = table.columns[table.column_index(name)];
  for (std::size_t row = 0; row < table.rows(); ++row)
    cells.push_back(column.text(row));
  return cells;
}

}  // namespace chainrule::test
