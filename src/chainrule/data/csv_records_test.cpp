#include "chainrule/data/csv_records.h"

#include <gtest/gtest.h>

#include "data/table_files.h"

namespace chainrule {
namespace {

using test::data_error_of;

// Gives at most `at_a_time` bytes per call.
CsvRecords records_of(std::string text, char delimiter = ',', std::size_t read_ahead = kReadAhead,
                      CsvLimits limits = {}) {
  auto file = std::make_shared<test::MemoryFile>(std::move(text));
  return {[file](std::span<char> bytes) { return file->read(std::as_writable_bytes(bytes)); }, "t.csv",
          delimiter, read_ahead, limits};
}

struct Record {
  std::uint64_t line = 0;
  std::vector<std::string> cells;
  bool operator==(const Record&) const = default;
};
using Records = std::vector<Record>;

std::ostream& operator<<(std::ostream& out, const Record& record) {
  out << record.line << ":";
  for (const std::string& cell : record.cells)
    out << " [" << cell << "]";
  return out;
}

Records all_records(CsvRecords records) {
  Records all;
  while (records.next()) {
    Record& record = all.emplace_back(Record{.line = records.line()});
    for (const CsvCell& cell : records.cells())
      record.cells.emplace_back(cell.text());
  }
  return all;
}

void expect_records(const std::string& text, const Records& expected, char delimiter = ',') {
  for (const std::size_t read_ahead : {std::size_t{1}, std::size_t{2}, std::size_t{7}, kReadAhead}) {
    EXPECT_EQ(all_records(records_of(text, delimiter, read_ahead)), expected) << read_ahead;
  }
}

TEST(CsvRecords, LineEndsOfAllKindsEndARecordAndCountOneLine) {
  expect_records("a,b\n1,2\n", {{1, {"a", "b"}}, {2, {"1", "2"}}});
  expect_records("a,b\r\n1,2\r\n", {{1, {"a", "b"}}, {2, {"1", "2"}}});
  expect_records("a,b\r1,2\r", {{1, {"a", "b"}}, {2, {"1", "2"}}});
  expect_records("a\n\r\nb\r\rc", {{1, {"a"}}, {2, {""}}, {3, {"b"}}, {4, {""}}, {5, {"c"}}});
}

TEST(CsvRecords, LastLineNeedsNoEnd) {
  expect_records("a,b\n1,2", {{1, {"a", "b"}}, {2, {"1", "2"}}});
  expect_records("a,b\n1,", {{1, {"a", "b"}}, {2, {"1", ""}}});
  expect_records("\"a\"", {{1, {"a"}}});
  expect_records("a\r", {{1, {"a"}}});
  expect_records("", {});
}

TEST(CsvRecords, QuotedCellsMayHoldDelimitersQuotesAndLineBreaks) {
  expect_records("\"a,b\",\"say \"\"hi\"\"\",\"\"\"\"\n", {{1, {"a,b", "say \"hi\"", "\""}}});
  // Three line breaks inside (LF, CRLF, CR), so the next record starts at line 1 + 3 + 1.
  expect_records("\"1\n2\r\n3\r4\",x\ny,z\n", {{1, {"1\n2\r\n3\r4", "x"}}, {5, {"y", "z"}}});
  expect_records("\"\",\"\"\n", {{1, {"", ""}}});
}

TEST(CsvRecords, BlanksCountInsideQuotesOnly) {
  expect_records(" a ,\t\" b \" , c d \n", {{1, {"a", " b ", "c d"}}});
  expect_records("   \n", {{1, {""}}});
  // With a tab as delimiter only spaces are blanks.
  expect_records(" a \t\t\"b\" \n", {{1, {"a", "", "b"}}}, '\t');
  expect_records("a  b\n", {{1, {"a", "", "b"}}}, ' ');
}

TEST(CsvRecords, TextIsTheRecordAsWrittenWithoutItsLineEnd) {
  for (const std::size_t read_ahead : {std::size_t{1}, std::size_t{7}, kReadAhead}) {
    CsvRecords records = records_of("dropped\n 1 , \"a \"\"b\"\"\r\nc\" \r\n\r\nlast,", ',', read_ahead);
    ASSERT_TRUE(records.next());
    EXPECT_EQ(records.text(), "");
    records.keep_text(RowText::keep);
    std::vector<std::string> texts;
    while (records.next())
      texts.emplace_back(records.text());
    EXPECT_EQ(texts, (std::vector<std::string>{" 1 , \"a \"\"b\"\"\r\nc\" ", "", "last,"}));
  }
}

TEST(CsvRecords, QuoteInsideAPlainCellIsItself) {
  expect_records("5'10\",a\"b\"\n", {{1, {"5'10\"", "a\"b\""}}});
}

TEST(CsvRecords, CellsMayHoldAllOfUtf8) {
  expect_records("\u00e9,\u732b,\U0001f427\n", {{1, {"\u00e9", "\u732b", "\U0001f427"}}});
}

ErrorText error_of(const std::string& text, CsvLimits limits = {}) {
  ErrorText first;
  for (const std::size_t read_ahead : {kReadAhead, std::size_t{1}, std::size_t{7}}) {
    const ErrorText report = data_error_of([&] { all_records(records_of(text, ',', read_ahead, limits)); });
    if (read_ahead == kReadAhead) first = report;
    EXPECT_EQ(format_answers(report), format_answers(first)) << read_ahead;
  }
  return first;
}

TEST(CsvRecords, UnclosedQuoteNamesTheLineWhereItOpened) {
  // The record starts at line 2; its first cell holds a line break, so the open quote is on line 3, cell 2.
  const ErrorText report = error_of("a,b\n\"x\ny\",\"never\nclosed\n,\n");
  EXPECT_EQ(report.what, "a quote is opened and never closed");
  EXPECT_EQ(report.where, "t.csv:3:2");
}

TEST(CsvRecords, TextAfterAClosingQuoteIsAnError) {
  const ErrorText report = error_of("a,b\n1,\"x\"y\n");
  EXPECT_EQ(report.what, "text after a closing quote");
  EXPECT_EQ(report.where, "t.csv:2:2");
  EXPECT_EQ(report.got, "\"\\\"x\\\"y\"");
}

TEST(CsvRecords, InvalidUtf8IsAnErrorAtItsCell) {
  for (const std::string bytes :
       {"caf\xe9", "\xc0\x80", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\x80", "\xe2\x82"}) {
    const ErrorText report = error_of("a,b\n1,2\n3," + bytes + "\n");
    EXPECT_EQ(report.what, "text that is not UTF-8");
    EXPECT_EQ(report.where, "t.csv:3:2");
  }
  EXPECT_TRUE(error_of("caf\xe9,x\n").got.starts_with("byte 0xE9")) << error_of("caf\xe9,x\n").got;
  EXPECT_TRUE(error_of("\u00e9\u732bx\xff,x\n").got.starts_with("byte 0xFF"));
}

TEST(CsvRecords, NulByteIsAnErrorAtItsCell) {
  using std::string_literals::operator""s;
  const ErrorText report = error_of("a,b,c\n1,2,x\0y\n"s);
  EXPECT_EQ(report.what, "a NUL byte in a text table");
  EXPECT_EQ(report.where, "t.csv:2:3");
}

TEST(CsvRecords, CellAndRecordMayBeAsLongAsTheLimitAndNotLonger) {
  const CsvLimits limits = {.longest_cell = 10, .longest_record = 25};
  const std::string ten(10, 'x');
  EXPECT_EQ(all_records(records_of(ten + ",\"" + ten + "\"\n", ',', 1, limits)), (Records{{1, {ten, ten}}}));

  const ErrorText plain = error_of("a,b\n1," + ten + "x,3\n", limits);
  EXPECT_EQ(plain.what, "a cell is longer than 10 bytes");
  EXPECT_EQ(plain.where, "t.csv:2:2");
  const ErrorText open_quote = error_of("a,b\n1,\"2\n3\n4\n5\n6\n7\n8,9\n", limits);
  EXPECT_EQ(open_quote.what, "a cell is longer than 10 bytes");
  EXPECT_EQ(open_quote.where, "t.csv:2:2");
  EXPECT_EQ(open_quote.advice, "close the quote that opens the cell");
  const ErrorText record = error_of("a,b\n" + ten + "," + ten + ",12345\n", limits);
  EXPECT_EQ(record.what, "a row is longer than 25 bytes");
  EXPECT_EQ(record.where, "t.csv:2");
}

TEST(CsvRecords, ARecordOfTooManyCellsIsRefusedBeforeItsEnd) {
  CsvLimits limits;
  limits.most_cells = 3;
  EXPECT_EQ(all_records(records_of("1,2,3\n", ',', kReadAhead, limits)), (Records{{1, {"1", "2", "3"}}}));
  for (const std::size_t read_ahead : {std::size_t{1}, kReadAhead}) {
    const ErrorText report = data_error_of(
        [&] { all_records(records_of("1,2,3\n1,2,3,\"never closed", ',', read_ahead, limits)); });
    EXPECT_EQ(report.what, "too many columns");
    EXPECT_EQ(report.where, "t.csv:2");
    EXPECT_EQ(report.expected, "at most 3 columns");
  }
}

TEST(CsvRecords, TheRealLimitsAreOneAndSixtyFourMebibytes) {
  const std::string longest(std::size_t{1} << 20, 'x');
  EXPECT_EQ(all_records(records_of("a," + longest + "\n")).front().cells[1].size(), longest.size());
  EXPECT_EQ(data_error_of([&] { all_records(records_of("a," + longest + "x\n")); }).what,
            "a cell is longer than 1,048,576 bytes");
  std::string row;
  for (int i = 0; i < 65; ++i)
    row += longest + ",";
  EXPECT_EQ(data_error_of([&] { all_records(records_of(row)); }).what,
            "a row is longer than 67,108,864 bytes");
}

TEST(CsvRecords, AMendedLineBeyondTheLimitsIsRefusedWhenThatIsSeen) {
  // What follows the stray quote is one plain cell, or many, and the line does not end.
  const auto refused = [](std::string beginning, char filler, CsvLimits limits, std::size_t& supplied) {
    TableRepairs repairs;
    CsvRecords records(
        [&](std::span<char> bytes) {
          std::fill(bytes.begin(), bytes.end(), filler);
          if (supplied == 0) std::copy(beginning.begin(), beginning.end(), bytes.begin());
          supplied += bytes.size();
          return bytes.size();
        },
        "t.csv", ',', 64, limits);
    records.mend(repairs);
    return data_error_of([&] { records.next(); });
  };
  std::size_t supplied = 0;
  const ErrorText cell = refused("1,\"2\"3,", 'x', {.longest_cell = 1000}, supplied);
  EXPECT_EQ(cell.what, "a cell is longer than 1,000 bytes");
  EXPECT_EQ(cell.where, "t.csv:1:3");
  EXPECT_LE(supplied, 4000u);
  supplied = 0;
  const ErrorText open_quote = refused("1,\"", '"', {.longest_cell = 1000}, supplied);
  EXPECT_EQ(open_quote.where, "t.csv:1:2");
  EXPECT_LE(supplied, 4000u);
  supplied = 0;
  EXPECT_EQ(refused("\"2\"3", ',', {.most_cells = 1000}, supplied).what, "too many columns");
  EXPECT_LE(supplied, 4000u);
  supplied = 0;
  EXPECT_EQ(refused("\"2\"3,", ' ', {.longest_cell = 1000, .longest_record = 9000}, supplied).what,
            "a row is longer than 9,000 bytes");
}

TEST(CsvRecords, AnErrorOfTheFilePassesThrough) {
  int calls = 0;
  CsvRecords records(
      [&calls](std::span<char> bytes) -> std::size_t {
        if (++calls == 2) throw DataError({.what = "cannot read", .where = "t.csv"});
        std::copy_n("a,b\n1", 5, bytes.data());
        return 5;
      },
      "t.csv", ',', kReadAhead);
  EXPECT_TRUE(records.next());
  EXPECT_EQ(data_error_of([&] { records.next(); }).what, "cannot read");
}

}  // namespace
}  // namespace chainrule
