#include "chainrule/data/csv_reader.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <bit>
#include <clocale>
#include <cmath>
#include <cstring>
#include <functional>
#include <locale>

#include "chainrule/base/text.h"
#include "data/table_files.h"

namespace chainrule {
namespace {

using test::data_error_of;
using test::expect_equal;
using test::file_of;
using test::source_of;

constexpr std::size_t kReadAheads[] = {1, 7, kReadAhead};

// Reads the table with every read-ahead, of the file and of the cutter, and checks that they agree.
Table read(const std::string& text, const ReadOptions& options = {}) {
  const Table table = read_csv(source_of(text), options);
  for (const std::size_t read_ahead : kReadAheads) {
    expect_equal(read_csv(source_of(text, read_ahead), options, read_ahead), table);
  }
  return table;
}

ErrorText error_of(const std::string& text, const ReadOptions& options = {}) {
  const ErrorText report = data_error_of([&] { read_csv(source_of(text), options); });
  for (const std::size_t read_ahead : kReadAheads) {
    const ErrorText other =
        data_error_of([&] { read_csv(source_of(text, read_ahead), options, read_ahead); });
    EXPECT_EQ(format_error(other), format_error(report)) << read_ahead;
  }
  return report;
}

std::vector<std::string> texts(const Table& table, std::size_t column) {
  std::vector<std::string> cells;
  for (std::size_t r = 0; r < table.rows(); ++r)
    cells.push_back(table.columns[column].text(r));
  return cells;
}

using Texts = std::vector<std::string>;
using Kinds = std::vector<std::optional<ColumnKind>>;

TEST(ReadCsv, KeepsRowsAndHeaderAsTheyStandWhenAsked) {
  const std::string text = "\xef\xbb\xbf\"a\" , b\r\n1,\"x \"\"y\"\"\"\r\n\r\n 2 ,z";
  const Texts rows = {"1,\"x \"\"y\"\"\"", " 2 ,z"};
  EXPECT_EQ(read(text).row_text, Texts{});
  EXPECT_EQ(read(text, {.row_text = RowText::keep}).row_text, rows);
  const auto reader = open_csv(source_of(text), {.row_text = RowText::keep});
  EXPECT_EQ(reader->layout().header_text, "\"a\" , b");
  const Kinds none(2);
  EXPECT_EQ(reader->next_rows(1, none).row_text, Texts{rows[0]});
  EXPECT_EQ(reader->next_rows(9, none).row_text, Texts{rows[1]});
  EXPECT_EQ(open_csv(source_of("1,2\n"), {})->layout().header_text, "");
}

TEST(ReadCsv, TypesColumnsByLookingAndKeepsTheLines) {
  const Table table = read("species,mass,year\nAdelie,3750,2007\nGentoo,NA,2008\n\nAdelie,3.5e3,2009\n");
  ASSERT_EQ(table.columns.size(), 3u);
  EXPECT_EQ(table.source, "t.csv");
  EXPECT_EQ(table.columns[0].kind, ColumnKind::category);
  EXPECT_EQ(table.columns[0].words, (Texts{"Adelie", "Gentoo"}));
  EXPECT_EQ(table.columns[0].codes, (std::vector<std::int32_t>{0, 1, 0}));
  EXPECT_EQ(table.columns[1].kind, ColumnKind::numeric);
  EXPECT_EQ(table.columns[1].numbers[0], 3750);
  EXPECT_TRUE(std::isnan(table.columns[1].numbers[1]));
  EXPECT_EQ(table.columns[1].numbers[2], 3500);
  EXPECT_EQ(table.lines, (std::vector<std::uint64_t>{2, 3, 5}));
}

TEST(ReadCsv, ByteOrderMarkAndLineEndsDoNotCount) {
  const Table plain = read("a,b\n1,x\n2,y\n");
  expect_equal(read("\xef\xbb\xbf"
                    "a,b\r\n1,x\r\n2,y\r\n"),
               plain);
  expect_equal(read("a,b\r1,x\r2,y"), plain);
  const auto reader = open_csv(source_of("\xef\xbb\xbf"
                                         "a,b\n1,2\n"),
                               {});
  EXPECT_TRUE(reader->layout().has_byte_order_mark);
  EXPECT_EQ(reader->layout().column_names[0], "a");
}

TEST(ReadCsv, MissingWordsCountQuotedOrNotAndWithBlanksAround) {
  const Table table = read("a,b\n1,x\n NA ,\"?\"\n\"\", \n\" n/a \",y\n2,null\n");
  EXPECT_EQ(texts(table, 0), (Texts{"1", "", "", "", "2"}));
  EXPECT_EQ(texts(table, 1), (Texts{"x", "", "", "y", ""}));
}

TEST(ReadCsv, MissingWordsMayBeGivenAndMayBeNumbers) {
  const Table table = read("a,b\n1,-\n-999,x\n", {.missing_words = {"-999", "-"}});
  EXPECT_EQ(texts(table, 0), (Texts{"1", ""}));
  EXPECT_EQ(texts(table, 1), (Texts{"", "x"}));
}

TEST(ReadCsv, ColumnOfMissingCellsIsNumeric) {
  const Table table = read("a,b\nNA,1\n,2\n");
  EXPECT_EQ(table.columns[0].kind, ColumnKind::numeric);
  EXPECT_TRUE(table.columns[0].is_missing(0) && table.columns[0].is_missing(1));
}

TEST(ReadCsv, NumbersBeforeTheFirstWordKeepTheSpellingOfTheFile) {
  // Four numbers and three words: less than nine tenths are numbers. "1" and "1.0" are two words.
  const Table table = read("id,x\n007,1\n,1\n1.0,1\nab,1\n1,1\n007,1\ncd,1\nab,1\n");
  EXPECT_EQ(table.columns[0].kind, ColumnKind::category);
  EXPECT_EQ(table.columns[0].words, (Texts{"007", "1.0", "ab", "1", "cd"}));
  EXPECT_EQ(texts(table, 0), (Texts{"007", "", "1.0", "ab", "1", "007", "cd", "ab"}));
}

TEST(ReadCsv, MissingCellsBeforeTheFirstWordStayMissing) {
  const Table table = read("id,x\n,1\nNA,2\nab,3\n");
  EXPECT_EQ(table.columns[0].codes, (std::vector<std::int32_t>{-1, -1, 0}));
}

TEST(ReadCsv, WordsKeepTheBlanksInsideTheirQuotes) {
  const Table table = read("a,b\n x ,1\n\" x \",2\n");
  EXPECT_EQ(table.columns[0].words, (Texts{"x", " x "}));
}

TEST(ReadCsv, HeaderOnlyIsATableWithoutRows) {
  for (const char* text : {"a,b\n", "a,b", "\n\na,b\n\n"}) {
    const Table table = read(text);
    ASSERT_EQ(table.columns.size(), 2u);
    EXPECT_EQ(table.columns[1].name, "b");
    EXPECT_EQ(table.rows(), 0u);
  }
}

TEST(ReadCsv, ColumnsWithoutAHeaderAreNumbered) {
  const Table table = read("5.1,setosa\n4.9,setosa\n");
  EXPECT_EQ(table.columns[0].name, "column_1");
  EXPECT_EQ(table.columns[1].name, "column_2");
  EXPECT_EQ(table.rows(), 2u);
  EXPECT_EQ(table.lines, (std::vector<std::uint64_t>{1, 2}));
}

TEST(ReadCsv, HeaderAndDelimiterMayBeGiven) {
  EXPECT_EQ(read("1,2\n3,4\n", {.header = HeaderChoice::present}).columns[1].name, "2");
  EXPECT_EQ(read("a,b\n1,2\n", {.header = HeaderChoice::absent}).rows(), 2u);
  EXPECT_EQ(read("a;b,c\n1;x,y\n", {.delimiter = ';'}).columns[1].name, "b,c");
  EXPECT_EQ(read("a:b\n1:2\n", {.delimiter = ':', .header = HeaderChoice::present}).columns.size(), 2u);
  EXPECT_EQ(read("a b\n1 2\n", {.delimiter = ' '}).columns.size(), 2u);
}

TEST(ReadCsv, DelimiterThatStandsInNumbersOrNamesIsAUsageError) {
  for (const char delimiter : {'a', '0', '.', '"', '\n', '-', '\0', '\x80'}) {
    EXPECT_THROW(read_csv(source_of("a,b\n1,2\n"), {.delimiter = delimiter}), UsageError)
        << static_cast<int>(delimiter);
  }
}

TEST(ReadCsv, BlankLinesAreMissingCellsInATableOfOneColumn) {
  EXPECT_EQ(texts(read("a\n1\n\n3\n"), 0), (Texts{"1", "", "3"}));
}

TEST(ReadCsv, KindsMayBeGiven) {
  const Table table = read("zip,b\n00501,1\n10001,2\n", {.column_kinds = {{"zip", ColumnKind::category}}});
  EXPECT_EQ(table.columns[0].words, (Texts{"00501", "10001"}));
  const ErrorText report = error_of("a,b\nx,1\ny,2\n3,4\n", {.column_kinds = {{"a", ColumnKind::numeric}}});
  EXPECT_EQ(report.what, "text in a numeric column");
  EXPECT_EQ(report.where, "t.csv:2:1 (column \"a\")");
  EXPECT_EQ(error_of("mass,b\n1,2\n", {.column_kinds = {{"masss", ColumnKind::numeric}}}).advice,
            "did you mean \"mass\"?");
}

TEST(ReadCsv, EmptyFileIsAnError) {
  EXPECT_EQ(error_of("").what, "the file is empty");
  EXPECT_EQ(error_of("").where, "t.csv");
  EXPECT_EQ(error_of(test::gzip("")).what, "the file is empty");
  EXPECT_EQ(error_of("\n \r\n\n").what, "the table has no rows");
  EXPECT_EQ(error_of("\xef\xbb\xbf").what, "the table has no rows");
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

std::string column_of_numbers(int rows) {
  std::string text = "name,mass\n";
  for (int r = 0; r < rows; ++r)
    text += "\"two\nlines\"," + std::to_string(r) + "\n";
  return text;
}

TEST(ReadCsv, WordInAColumnOfNumbersIsNamedByLineAndColumnAtRowSixtyThousand) {
  // Every row takes two lines: row 60,000 (from 1) starts at line 1 + 2 * 59,999 + 1 = 120,000.
  std::string text = column_of_numbers(59'999) + "x,tall\ny,2\n";
  const ErrorText report = data_error_of([&] { read_csv(source_of(text), {}); });
  EXPECT_EQ(report.what, "text in a numeric column");
  EXPECT_EQ(report.where, "t.csv:120000:2 (column \"mass\")");
  EXPECT_EQ(report.expected, "a number");
  EXPECT_EQ(report.got, "\"tall\"");
  EXPECT_EQ(report.advice,
            "mend the cell, say that the word stands for a missing value with "
            ".data.read.missing_words.push_back(\"tall\"), or treat the "
            "column as a "
            "category with .data.read.column_kinds = {{\"mass\", ColumnKind::category}}");
  EXPECT_EQ(read_csv(source_of(text), {.column_kinds = {{"mass", ColumnKind::category}}}).lines[59'999],
            120'000u);
}

TEST(ReadCsv, NineTenthsAreTheBorderBetweenNumbersAndCategories) {
  // 9 of 10 cells present are numbers: a numeric column with a stray word. The missing cell does not count.
  EXPECT_EQ(error_of("a\n1\n2\n3\n4\n\n5\n6\nx\n7\n8\n9\n").where, "t.csv:9:1 (column \"a\")");
  // 8 of 9 are fewer than nine tenths.
  EXPECT_EQ(read("a\n1\n2\n3\n4\n\n5\n6\nx\n7\n8\n").columns[0].kind, ColumnKind::category);
  // The same with the word first.
  EXPECT_EQ(error_of("a,b\nx,0\n1,0\n2,0\n3,0\n4,0\n5,0\n6,0\n7,0\n8,0\n9,0\n").where,
            "t.csv:2:1 (column \"a\")");
}

TEST(ReadCsv, InfiniteAndTooLargeNumbersAreErrorsAtTheirCell) {
  for (const std::string cell : {"inf", "-Infinity", "1e999", "1e308", "3.4028236e38", "-1e39"}) {
    const ErrorText report = error_of("a,b\n1,2\n3," + cell + "\n5,6\n");
    EXPECT_EQ(report.what, "a number too large to compute with") << cell;
    EXPECT_EQ(report.where, "t.csv:3:2 (column \"b\")");
    EXPECT_EQ(report.got, quoted(cell));
  }
  EXPECT_EQ(read("a,b\n1,3.4028235e38\n2,-3.4028235e38\n").columns[1].kind, ColumnKind::numeric);
  // Among words "inf" is a word.
  EXPECT_EQ(read("a,b\n1,inf\n2,one\n3,two\n").columns[1].words, (Texts{"inf", "one", "two"}));
}

TEST(ReadCsv, HexadecimalIsAWord) {
  EXPECT_EQ(read("a\n0x10\n0x11\n").columns[0].kind, ColumnKind::category);
}

TEST(ReadCsv, ColumnOfDecimalCommasIsAnErrorAndNotACategory) {
  const ErrorText report = error_of("name;mass\nbob;3\nann;3,14\neva;2,5\n");
  EXPECT_EQ(report.what, "a number with a decimal comma");
  EXPECT_EQ(report.where, "t.csv:3:2 (column \"mass\")");
  EXPECT_EQ(report.got, "\"3,14\"");
  EXPECT_TRUE(report.advice.starts_with("read the table with .data.read.decimal = DecimalMark::comma"))
      << report.advice;
  EXPECT_EQ(error_of("1,5;2,5\n3,5;4,5\n").where, "t.csv:1:1 (column \"column_1\")");
  // The user may insist.
  EXPECT_EQ(read("a;b\nx;3,14\ny;2,5\n", {.column_kinds = {{"b", ColumnKind::category}}}).columns[1].words,
            (Texts{"3,14", "2,5"}));
}

TEST(ReadCsv, ColumnOfGroupedDigitsIsAnErrorAndNotACategory) {
  const ErrorText report = error_of("name,my mass\nbob,\"1,234.5\"\nann,\"12,000\"\n");
  EXPECT_EQ(report.what, "a number with a decimal comma, or with separators between its digits");
  EXPECT_EQ(report.where, "t.csv:2:2 (column \"my mass\")");
  EXPECT_TRUE(report.advice.ends_with("{{\"my mass\", ColumnKind::category}}")) << report.advice;
  EXPECT_EQ(error_of("a;b\nx;1\u00a0234\ny;2\u00a0345\n").what,
            "a number with a decimal comma, or with separators between its digits");
}

TEST(ReadCsv, AMixtureOfWordsAndCommaNumbersIsACategory) {
  EXPECT_EQ(read("a;b\nx;3,14\ny;big\nz;small\n").columns[1].kind, ColumnKind::category);
}

TEST(ReadCsv, TheFileNameOfStandardInputIsSaid) {
  const auto source = [](std::string text) {
    return std::make_unique<ByteSource>(std::make_unique<test::MemoryFile>(std::move(text)),
                                        ByteSourceOptions{.path = "-"});
  };
  EXPECT_EQ(data_error_of([&] { read_csv(source("a,b\n1\n"), {}); }).where, "<stdin>:2");
  EXPECT_EQ(read_csv(source("a\n1\n"), {}).source, "<stdin>");
  EXPECT_EQ(open_csv(source("a\n1\n"), {})->layout().path, "-");
}

TEST(OpenCsv, GivesRowsInChunksAndThenNone) {
  const auto reader = open_csv(source_of("a,b\n1,x\n2,y\n3,x\n4,z\n5,x\n"), {});
  EXPECT_EQ(reader->layout().column_names, (Texts{"a", "b"}));
  EXPECT_TRUE(reader->layout().has_header);
  const Kinds kinds = {ColumnKind::numeric, ColumnKind::category};
  const Table first = reader->next_rows(2, kinds);
  EXPECT_EQ(first.columns[0].numbers, (std::vector<double>{1, 2}));
  EXPECT_EQ(first.columns[1].words, (Texts{"x", "y"}));
  EXPECT_EQ(first.lines, (std::vector<std::uint64_t>{2, 3}));
  const Table second = reader->next_rows(2, kinds);
  EXPECT_EQ(texts(second, 1), (Texts{"x", "z"}));
  EXPECT_EQ(second.lines, (std::vector<std::uint64_t>{4, 5}));
  EXPECT_EQ(reader->next_rows(100, kinds).rows(), 1u);
  EXPECT_EQ(reader->next_rows(100, kinds).rows(), 0u);
  EXPECT_EQ(reader->next_rows(100, kinds).rows(), 0u);
}

TEST(OpenCsv, ColumnsThatAreNotWantedAreNotLookedAt) {
  const auto reader = open_csv(source_of("a,b\n1,x\n2,inf\n"), {});
  const Table table = reader->next_rows(10, Kinds{ColumnKind::numeric, std::nullopt});
  EXPECT_EQ(table.columns[0].numbers, (std::vector<double>{1, 2}));
  EXPECT_EQ(table.columns[1].name, "b");
  EXPECT_TRUE(table.columns[1].numbers.empty() && table.columns[1].codes.empty());
  EXPECT_EQ(table.lines.size(), 2u);
}

TEST(OpenCsv, CellThatDoesNotFitItsKindIsAnErrorAtItsPlace) {
  const auto first_error = [](const std::string& text) {
    return data_error_of([&] {
      open_csv(source_of(text), {})->next_rows(10, Kinds{ColumnKind::numeric, std::nullopt});
    });
  };
  EXPECT_EQ(first_error("a,b\n1,2\nx,3\n").where, "t.csv:3:1 (column \"a\")");
  EXPECT_EQ(first_error("a,b\n1,2\nx,3\n").what, "text in a numeric column");
  EXPECT_EQ(first_error("a,b\n1,2\n1e39,3\n").what, "a number too large to compute with");
  EXPECT_EQ(first_error("a;b\n1;2\n3,5;3\n").what, "a number with a decimal comma");
}

TEST(OpenCsv, WrongNumberOfKindsIsAStateError) {
  const auto reader = open_csv(source_of("a,b\n1,x\n"), {});
  EXPECT_THROW(reader->next_rows(1, Kinds{ColumnKind::numeric}), StateError);
}

TEST(OpenCsv, NothingIsReadAheadToFindWhatIsGiven) {
  // A pipe that has given two lines and no more must give its first row.
  int calls = 0;
  class TwoLines final : public ReadableFile {
   public:
    explicit TwoLines(int& calls) : calls_(calls) {}
    std::size_t read(std::span<std::byte> bytes) override {
      if (++calls_ > 1) throw std::runtime_error("waits for ever");
      std::memcpy(bytes.data(), "a,b\n1,2\n", 8);
      return 8;
    }

   private:
    int& calls_;
  };
  const auto reader = open_csv(
      std::make_unique<ByteSource>(std::make_unique<TwoLines>(calls), ByteSourceOptions{.path = "-"}),
      {.delimiter = ',', .header = HeaderChoice::present});
  EXPECT_EQ(reader->next_rows(1, Kinds{ColumnKind::numeric, ColumnKind::numeric}).rows(), 1u);
  EXPECT_EQ(calls, 1);
}

// Counts the calls that read a file.
class CountingFile final : public ReadableFile {
 public:
  CountingFile(std::string bytes, std::size_t& calls) : file_(std::move(bytes)), calls_(calls) {}
  std::size_t read(std::span<std::byte> bytes) override {
    ++calls_;
    return file_.read(bytes);
  }

 private:
  test::MemoryFile file_;
  std::size_t& calls_;
};

TEST(ReadCsv, ATableThatBeginsWithBlankLinesIsReadInGrowingSteps) {
  // Each step copies what was read before it: steps of one size would make the time grow as the square of the size.
  constexpr std::size_t kMebibytes = 8;
  for (const char blank : {'\n', ' '}) {
    std::size_t calls = 0;
    const std::string text = std::string(kMebibytes << 20, blank) + "\na,b\n1,2\n";
    ByteSourceOptions options{.path = "t.csv"};
    const Table table =
        read_csv(std::make_unique<ByteSource>(std::make_unique<CountingFile>(text, calls), options),
                 {.delimiter = ',', .header = HeaderChoice::present});
    EXPECT_EQ(table.rows(), 1u);
    EXPECT_LE(calls, text.size() / kReadAhead + 16);
  }
}

// --- properties --------------------------------------------------------------------------------------------

struct WrittenTable {
  std::vector<std::vector<std::string>> words;  // by row, then column; "" is missing
  std::string text;
  std::vector<std::uint64_t> lines;
};

// Cells of anything that is not a missing word, written with quotes where they are needed and sometimes where
// not.
WrittenTable random_table(char delimiter) {
  static const std::string kPieces[] = {"a",  "B",  "7",    " ",  ",",      ";",      "\t", "|",
                                        "\"", "\n", "\r\n", "\r", "\u00e9", "\u732b", "'",  "-1.5"};
  const auto columns = *rc::gen::inRange<std::size_t>(2, 5);
  const auto rows = *rc::gen::inRange<std::size_t>(1, 20);
  const std::string line_end = *rc::gen::elementOf(std::vector<std::string>{"\n", "\r\n", "\r"});
  WrittenTable table;
  if (*rc::gen::arbitrary<bool>()) table.text += "\xef\xbb\xbf";
  std::uint64_t line = 1;
  for (std::size_t c = 0; c < columns; ++c)
    table.text += (c == 0 ? "" : std::string(1, delimiter)) + "c" + std::to_string(c);
  table.text += line_end;
  ++line;
  for (std::size_t r = 0; r < rows; ++r) {
    table.lines.push_back(line);
    std::vector<std::string>& row = table.words.emplace_back();
    for (std::size_t c = 0; c < columns; ++c) {
      std::string word;
      const auto length = *rc::gen::inRange<std::size_t>(0, 5);
      for (std::size_t i = 0; i < length; ++i) {
        word += kPieces[*rc::gen::inRange<std::size_t>(0, std::size(kPieces))];
      }
      if (word.find_first_not_of(" \t") == std::string::npos) word.clear();  // blanks alone are missing
      row.push_back(word);
      if (c != 0) table.text += delimiter;
      const bool needs_quotes = word.find_first_of(std::string("\"\r\n \t") + delimiter) != std::string::npos;
      if (needs_quotes || *rc::gen::arbitrary<bool>()) {
        table.text += *rc::gen::elementOf(std::vector<std::string>{"", " "}) + "\"";
        for (const char letter : word)
          table.text += letter == '"' ? "\"\"" : std::string(1, letter);
        table.text += "\"" + *rc::gen::elementOf(std::vector<std::string>{"", "  "});
      } else {
        table.text += word;
      }
      for (std::size_t i = 0; i < word.size(); ++i) {
        if (word[i] == '\n' || (word[i] == '\r' && (i + 1 == word.size() || word[i + 1] != '\n'))) ++line;
      }
    }
    if (r + 1 < rows || *rc::gen::arbitrary<bool>()) table.text += line_end;
    ++line;
  }
  return table;
}

RC_GTEST_PROP(ReadCsv, RandomTablesWithRandomQuotingReadBackEqual, ()) {
  const char delimiter = *rc::gen::element(',', ';', '\t', '|');
  const WrittenTable written = random_table(delimiter);
  ReadOptions options = {.delimiter = delimiter, .header = HeaderChoice::present, .missing_words = {""}};
  for (std::size_t c = 0; c < written.words[0].size(); ++c) {
    options.column_kinds.emplace_back("c" + std::to_string(c), ColumnKind::category);
  }
  const std::size_t read_ahead = *rc::gen::inRange<std::size_t>(1, 40);
  const Table table = read_csv(source_of(written.text, read_ahead), options, read_ahead);
  RC_ASSERT(table.lines == written.lines);
  RC_ASSERT(table.rows() == written.words.size());
  for (std::size_t r = 0; r < table.rows(); ++r) {
    for (std::size_t c = 0; c < table.columns.size(); ++c)
      RC_ASSERT(table.columns[c].text(r) == written.words[r][c]);
  }
  // In chunks the same cells come.
  const auto reader = open_csv(source_of(written.text, read_ahead), options, read_ahead);
  const Kinds kinds(table.columns.size(), ColumnKind::category);
  const auto chunk = *rc::gen::inRange<std::size_t>(1, 6);
  std::size_t r = 0;
  for (Table rows = reader->next_rows(chunk, kinds); rows.rows() != 0;
       rows = reader->next_rows(chunk, kinds)) {
    RC_ASSERT(rows.rows() <= chunk);
    for (std::size_t i = 0; i < rows.rows(); ++i, ++r) {
      RC_ASSERT(rows.lines[i] == written.lines[r]);
      for (std::size_t c = 0; c < kinds.size(); ++c)
        RC_ASSERT(rows.columns[c].text(i) == written.words[r][c]);
    }
  }
  RC_ASSERT(r == table.rows());
}

RC_GTEST_PROP(ReadCsv, RandomNumbersReadBackEqualToTheLastBit, ()) {
  const auto bits = *rc::gen::nonEmpty(rc::gen::arbitrary<std::vector<std::uint64_t>>());
  std::vector<double> numbers;
  std::string text = "a,b\n";
  for (const std::uint64_t pattern : bits) {
    const double number = std::bit_cast<double>(pattern);
    const bool is_usable = std::abs(number) <= 3.4028235e38;
    numbers.push_back(is_usable ? number : std::nan(""));
    text += (is_usable ? format_number(number) : std::string("NA")) + ",1\n";
  }
  const Table table = read_csv(source_of(text), {});
  RC_ASSERT(table.columns[0].numbers.size() == numbers.size());
  for (std::size_t r = 0; r < numbers.size(); ++r) {
    RC_ASSERT(table.columns[0].is_missing(r) == std::isnan(numbers[r]));
    RC_ASSERT(std::isnan(numbers[r]) || table.columns[0].numbers[r] == numbers[r]);
  }
}

std::string outcome_of_reading(const std::function<Table()>& read_it) {
  try {
    const Table table = read_it();
    std::string outcome;
    for (const Column& column : table.columns) {
      outcome += "[" + column.name + " " + std::string(name_of(column.kind));
      for (std::size_t r = 0; r < column.rows(); ++r)
        outcome += "|" + column.text(r);
      outcome += "]";
    }
    for (const std::uint64_t line : table.lines)
      outcome += " " + std::to_string(line);
    return outcome;
  } catch (const DataError& error) {
    return error.what();
  }
}

// What comes of a text: the table or the message.
std::string outcome_of(const std::string& text, std::size_t read_ahead) {
  return outcome_of_reading([&] { return read_csv(source_of(text, read_ahead), {}, read_ahead); });
}

RC_GTEST_PROP(ReadCsv, AnyTextGivesATableOrADataErrorWhateverIsReadAhead, ()) {
  const auto text = *rc::gen::container<std::string>(
      rc::gen::elementOf(std::string("aab112,,,,;\t|\"\"\n\n\n\r .-\xc3\xa9\xff") + std::string(1, '\0')));
  const std::string outcome = outcome_of(text, kReadAhead);
  RC_ASSERT(outcome_of(text, 1) == outcome);
  RC_ASSERT(outcome_of(text, 7) == outcome);
}

// One reader of records from the first byte to the last: rows that are kept as they stand are not read in pieces.
std::string outcome_row_by_row(const std::string& text) {
  return outcome_of_reading([&] { return read_csv(source_of(text), {.row_text = RowText::keep}); });
}

// Rows of numbers and words with quotes, line breaks in cells, blank lines, and now and then something wrong. Long enough
// for several windows of small pieces.
std::string random_text() {
  static const std::string kCells[] = {"1",        "-2.5",
                                       "0.125",    "123456789.25",
                                       "1e3",      "",
                                       "NA",       " 7 ",
                                       "\"8\"",    "red",
                                       "\"a,b\"",  "\"two\nlines\"",
                                       "\"\r\n\"", "\"say \"\"so\"\"\"",
                                       "\u00e9",   "007",
                                       "-0",       "1234567890123456"};
  static const std::string kFaults[] = {"\"open", "\"x\"y", "\xff", "1,2,3,4,5", "1e99", "3;4"};
  const auto columns = *rc::gen::inRange<std::size_t>(1, 5);
  const auto rows = *rc::gen::inRange<std::size_t>(1, 400);
  const auto kinds = *rc::gen::inRange<std::size_t>(5, std::size(kCells) + 1);  // few: numbers only
  const std::string line_end = *rc::gen::elementOf(std::vector<std::string>{"\n", "\n", "\r\n", "\r"});
  const auto faulty_row = *rc::gen::inRange<std::size_t>(0, 1200);
  std::string text;
  for (std::size_t c = 0; c < columns; ++c)
    text += (c == 0 ? "c" : ",c") + std::to_string(c);
  text += line_end;
  for (std::size_t r = 0; r < rows; ++r) {
    if (r == faulty_row)
      text += *rc::gen::elementOf(std::vector<std::string>(std::begin(kFaults), std::end(kFaults)));
    // One draw a row: a draw a cell would take most of the time.
    auto draw = *rc::gen::arbitrary<std::uint32_t>();
    for (std::size_t c = 0; c < columns; ++c, draw = draw * 1664525u + 1013904223u)
      text += (c == 0 ? "" : ",") + kCells[(draw >> 8) % kinds];
    if (r + 1 != rows || draw % 2 == 0) text += line_end;
    if (draw % 16 == 0) text += line_end;
  }
  return text;
}

RC_GTEST_PROP(ReadCsv, PiecesAndThreadsChangeNeitherTableNorError, ()) {
  static ThreadPool two(2), three(3);
  const std::string text = random_text();
  const std::string expected = outcome_row_by_row(text);
  const auto piece_bytes = *rc::gen::inRange<std::size_t>(1, 300);
  for (const std::size_t bytes : {piece_bytes, kPieceBytes}) {
    for (ThreadPool* pool : {static_cast<ThreadPool*>(nullptr), &two, &three}) {
      // A file is read again for the spelling of its first rows, a pipe is kept.
      RC_ASSERT(outcome_of_reading([&] { return read_csv(file_of(text), {.pool = pool}, bytes); }) ==
                expected);
      RC_ASSERT(outcome_of_reading([&] { return read_csv(source_of(text, 11), {.pool = pool}, bytes); }) ==
                expected);
    }
  }
}

TEST(ReadCsv, TablesOfManyWindowsAreReadAsRowByRow) {
  ThreadPool pool(3);
  std::string text = "a,b,c\n";
  for (int r = 0; r < 60'000; ++r) {
    text +=
        std::to_string(r) + "," + std::to_string(r % 977) + ".5," + (r < 40'000 ? "1" : "\"x\ny\"") + "\n";
    if (r % 1000 == 0) text += "\n";
  }
  const std::string expected = outcome_row_by_row(text);
  EXPECT_EQ(outcome_of_reading([&] { return read_csv(file_of(text), {.pool = &pool}, 4096); }), expected);
  EXPECT_EQ(outcome_of_reading([&] { return read_csv(file_of(text), {.pool = &pool}); }), expected);
  EXPECT_EQ(outcome_of_reading([&] { return read_csv(file_of(test::gzip(text)), {.pool = &pool}); }),
            expected);
  text += "1,2\n";
  EXPECT_EQ(outcome_of_reading([&] { return read_csv(file_of(text), {.pool = &pool}, 4096); }),
            outcome_row_by_row(text));
}

TEST(ReadCsv, RowLongerThanAnyPieceIsReadAsARow) {
  std::string text = "a,b\n1,2\n";
  for (int r = 0; r < 3; ++r)
    text += "\"" + std::string(700'000, 'x') + "\",\"" + std::string(700'000, 'y') + "\"\n";
  const std::string expected = outcome_row_by_row(text);
  EXPECT_EQ(outcome_of_reading([&] { return read_csv(file_of(text), {}, 1000); }), expected);
  EXPECT_EQ(outcome_of_reading([&] { return read_csv(file_of(text), {}); }), expected);
}

TEST(ReadCsv, FileThatChangesBetweenItsReadingsIsRefused) {
  // Other bytes once it is read again, which happens when numbers turn out to be words.
  class ChangingFile final : public ReadableFile {
   public:
    explicit ChangingFile(std::string second) : bytes_("a,b\n1,2\n3,4\nx,5\n"), second_(std::move(second)) {}
    std::size_t read(std::span<std::byte> bytes) override {
      const std::size_t count = std::min(bytes.size(), bytes_.size() - at_);
      std::memcpy(bytes.data(), bytes_.data() + at_, count);
      at_ += count;
      return count;
    }
    bool can_rewind() const override { return true; }
    void rewind() override {
      bytes_ = second_;
      at_ = 0;
    }

   private:
    std::string bytes_, second_;
    std::size_t at_ = 0;
  };
  const auto error = [](const std::string& second) {
    return data_error_of([&] {
      read_csv(std::make_unique<ByteSource>(std::make_unique<ChangingFile>(second),
                                            ByteSourceOptions{.path = "t.csv"}),
               {});
    });
  };
  for (const std::string second :
       {"a,b\n1,2\n9,4\nx,5\n", "a,b\n1,2\n", "a,b\n1,2\n,4\nx,5\n", "a,b,c\n1,2,3\n"})
    EXPECT_EQ(error(second).what, "the file changed while it was being read") << second;
}

// --- locale ------------------------------------------------------------------------------------------------

constexpr const char* kLocaleTable = "a,b,c\n1.5,x,1e-3\n-2.25,y,123456.5\n";

void expect_locale_table() {
  const Table table = read(kLocaleTable);
  EXPECT_EQ(table.columns[0].numbers, (std::vector<double>{1.5, -2.25}));
  EXPECT_EQ(table.columns[2].numbers, (std::vector<double>{1e-3, 123456.5}));
}

TEST(ReadCsv, CommaLocaleOfTheStandardLibraryChangesNothing) {
  struct Commas : std::numpunct<char> {
    char do_decimal_point() const override { return ','; }
    char do_thousands_sep() const override { return '.'; }
    std::string do_grouping() const override { return "\3"; }
  };
  const std::locale before = std::locale::global(std::locale(std::locale(), new Commas));
  expect_locale_table();
  std::locale::global(before);
}

TEST(ReadCsv, CommaLocaleOfTheSystemChangesNothing) {
  // tests/support/main.cpp has set it.
  if (std::string(std::localeconv()->decimal_point) != ",") GTEST_SKIP() << "no German locale here";
  expect_locale_table();
}

}  // namespace
}  // namespace chainrule
