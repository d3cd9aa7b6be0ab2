#include "chainrule/data/csv_rows.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/data/csv_reader.h"
#include "data/csv_reading.h"

namespace chainrule {
namespace {

using test::data_error_of;
using test::error_of;
using test::Kinds;
using test::read_text;
using test::source_of;
using test::texts;
using test::Texts;

TEST(ReadCsv, KeepsRowsAndHeaderUnchangedWhenAsked) {
  const std::string text = "\xef\xbb\xbf\"a\" , b\r\n1,\"x \"\"y\"\"\"\r\n\r\n 2 ,z";
  const Texts rows = {"1,\"x \"\"y\"\"\"", " 2 ,z"};
  EXPECT_EQ(read_text(text).row_text, Texts{});
  EXPECT_EQ(read_text(text, {.row_text = RowText::keep}).row_text, rows);
  const auto reader = open_csv(source_of(text), {.row_text = RowText::keep});
  EXPECT_EQ(reader->layout().header_text, "\"a\" , b");
  const Kinds none(2);
  EXPECT_EQ(reader->next_rows(1, none).row_text, Texts{rows[0]});
  EXPECT_EQ(reader->next_rows(9, none).row_text, Texts{rows[1]});
  EXPECT_EQ(open_csv(source_of("1,2\n"), {})->layout().header_text, "");
}

TEST(ReadCsv, HeaderOnlyIsATableWithoutRows) {
  for (const char* text : {"a,b\n", "a,b", "\n\na,b\n\n"}) {
    const Table table = read_text(text);
    ASSERT_EQ(table.columns.size(), 2u);
    EXPECT_EQ(table.columns[1].name, "b");
    EXPECT_EQ(table.rows(), 0u);
  }
}

TEST(ReadCsv, ColumnsWithoutAHeaderAreNumbered) {
  const Table table = read_text("5.1,setosa\n4.9,setosa\n");
  EXPECT_EQ(table.columns[0].name, "column_1");
  EXPECT_EQ(table.columns[1].name, "column_2");
  EXPECT_EQ(table.rows(), 2u);
  EXPECT_EQ(table.lines, (std::vector<std::uint64_t>{1, 2}));
}

TEST(ReadCsv, BlankLinesAreMissingCellsInATableOfOneColumn) {
  EXPECT_EQ(texts(read_text("a\n1\n\n3\n"), 0), (Texts{"1", "", "3"}));
}

TEST(ReadCsv, DoubledColumnNameIsAnErrorAtItsCell) {
  const ErrorText report = error_of("a,b,a\n1,2,3\n");
  EXPECT_EQ(report.what, "two columns have the same name");
  EXPECT_EQ(report.where, "t.csv:1:3");
  EXPECT_EQ(report.got, "\"a\", the name of column 1 already");
}

TEST(ReadCsv, EmptyColumnNameIsAnErrorAtItsCell) {
  const ErrorText report = error_of("\na,\" \",b\n1,2,3\n");
  EXPECT_EQ(report.what, "a column without a name");
  EXPECT_EQ(report.where, "t.csv:2:2");
}

TEST(ReadCsv, RaggedRowSaysHowManyCellsItHas) {
  const ErrorText many = error_of("a,b\n1,2\n1,2,3\n4,5\n");
  EXPECT_EQ(many.what, "a row has too many cells");
  EXPECT_EQ(many.where, "t.csv:3");
  EXPECT_EQ(many.expected, "2 cells, as in the header (line 1)");
  EXPECT_EQ(many.got, "3 cells");
  const ErrorText few = error_of("1,2\n1\n");
  EXPECT_EQ(few.what, "a row has too few cells");
  EXPECT_EQ(few.where, "t.csv:2");
  EXPECT_EQ(few.expected, "2 cells, as in the first row (line 1)");
  EXPECT_EQ(few.got, "1 cell");
}

TEST(ReadCsv, StandardInputIsNamedInErrors) {
  const auto source = [](std::string text) {
    return std::make_unique<ByteSource>(std::make_unique<test::MemoryFile>(std::move(text)),
                                        ByteSourceOptions{.path = "-"});
  };
  EXPECT_EQ(data_error_of([&] { read_csv(source("a,b\n1\n"), {}); }).where, "<stdin>:2");
  EXPECT_EQ(read_csv(source("a\n1\n"), {}).source, "<stdin>");
  EXPECT_EQ(open_csv(source("a\n1\n"), {})->layout().path, "-");
}

}  // namespace
}  // namespace chainrule
