#include "chainrule/data/table.h"

#include <gtest/gtest.h>

#include <limits>

#include <string>

#include "chainrule/base/error.h"
#include "support/test_tables.h"

namespace chainrule {
namespace {

using namespace testing_support;  // NOLINT(google-build-using-namespace)

TEST(Column, TextIsTheShortestNumberTheWordOrNothing) {
  const Column x = numbers("x", {0.1, -3, kMissing, 1e30});
  EXPECT_EQ(x.text(0), "0.1");
  EXPECT_EQ(x.text(1), "-3");
  EXPECT_EQ(x.text(2), "");
  EXPECT_EQ(x.text(3), "1e+30");
  const Column island = words("island", {"Dream", "", "Biscoe", "Dream"});
  EXPECT_EQ(island.text(0), "Dream");
  EXPECT_EQ(island.text(1), "");
  EXPECT_EQ(island.text(2), "Biscoe");
  EXPECT_EQ(island.text(3), "Dream");
}

TEST(Column, MissingIsNotANumberOrTheMissingCode) {
  const Column x = numbers("x", {0, kMissing});
  EXPECT_FALSE(x.is_missing(0));
  EXPECT_TRUE(x.is_missing(1));
  const Column w = words("w", {"", "a"});
  EXPECT_TRUE(w.is_missing(0));
  EXPECT_FALSE(w.is_missing(1));
}

TEST(Table, RowsAreThoseOfTheColumnsThatWereRead) {
  EXPECT_EQ(Table{}.rows(), 0u);
  const Table table = table_of({words("not_read", {}), numbers("x", {1, 2, 3})});
  EXPECT_EQ(table.rows(), 3u);
}

TEST(Table, ColumnIsFoundByItsExactName) {
  const Table table = table_of({numbers("a", {1}), numbers("A", {2})});
  EXPECT_EQ(table.column_index("a"), 0u);
  EXPECT_EQ(table.column_index("A"), 1u);
}

TEST(Table, UnknownColumnIsAnErrorWithTheNearestName) {
  const Table table = table_of({words("species", {"x"}), numbers("bill", {1})});
  const ErrorText report = report_of<DataError>([&] { table.column_index("specie"); });
  EXPECT_EQ(report.what, "there is no column \"specie\"");
  EXPECT_EQ(report.where, "t.csv");
  EXPECT_EQ(report.expected, "one of species, bill");
  EXPECT_EQ(report.advice, "did you mean \"species\"?");
}

TEST(Table, AThousandColumnNamesAreNotListed) {
  std::vector<Column> columns;
  for (int c = 0; c < 1000; ++c)
    columns.push_back(numbers("pixel_" + std::to_string(c + 1), {0}));
  const ErrorText report = report_of<DataError>([&] { table_of(columns).column_index("label"); });
  EXPECT_TRUE(report.expected.ends_with("pixel_19, pixel_20, ... (1,000 columns)")) << report.expected;
  EXPECT_EQ(report.advice, "");
}

TEST(Table, CellPositionIsFileLineColumnOrRowAndName) {
  Table table = table_of({numbers("a", {1, 2}), numbers("b", {3, 4})});
  EXPECT_EQ(table.cell_position(1, 0), "t.csv:3:1");
  table.lines.clear();
  table.source = "images.idx";
  EXPECT_EQ(table.cell_position(1, 1), "images.idx, row 2, column b");
}

TEST(ColumnIndex, OfATableOfOneColumnAsksForTheDelimiter) {
  Table table;
  table.columns = {{.name = "column_1"}};
  try {
    table.column_index("species");
    FAIL();
  } catch (const DataError& error) {
    EXPECT_NE(text_of(error.report()).advice.find(".data.read.delimiter"), std::string::npos);
  }
}

TEST(DropRowsWithout, KeepsTheRestInOrderWithItsLines) {
  Table table;
  table.source = "t.csv";
  const double missing = std::numeric_limits<double>::quiet_NaN();
  table.columns = {
      {.name = "x", .numbers = {1, 2, 3, 4}},
      {.name = "y", .kind = ColumnKind::category, .codes = {0, kMissingCode, 1, 0}, .words = {"a", "b"}},
      {.name = "z", .numbers = {1, 2, missing, 4}},
      {.name = "not read"}};
  table.lines = {2, 3, 4, 6};
  Table once = table;
  const std::string y[] = {"y"};
  EXPECT_EQ(drop_rows_without(once, y), 1u);
  EXPECT_EQ(once.columns[0].numbers, (std::vector<double>{1, 3, 4}));
  EXPECT_EQ(once.columns[1].codes, (std::vector<std::int32_t>{0, 1, 0}));
  EXPECT_EQ(once.lines, (std::vector<std::uint64_t>{2, 4, 6}));
  const std::string both[] = {"y", "z"};
  EXPECT_EQ(drop_rows_without(table, both), 2u);
  EXPECT_EQ(table.lines, (std::vector<std::uint64_t>{2, 6}));
  EXPECT_EQ(drop_rows_without(table, both), 0u);
  const std::string none[] = {"q"};
  EXPECT_THROW(drop_rows_without(table, none), DataError);
}

TEST(ColumnFinder, FindsWhatColumnIndexFinds) {
  Table table;
  table.source = "t.csv";
  for (const char* const name : {"a", "b", "c"})
    table.columns.push_back({.name = name});
  const ColumnFinder place_of(table);
  EXPECT_EQ(place_of("c"), 2u);
  EXPECT_EQ(place_of("a"), table.column_index("a"));
  EXPECT_THROW(place_of("d"), DataError);
}

}  // namespace
}  // namespace chainrule
