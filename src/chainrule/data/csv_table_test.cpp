#include "chainrule/data/csv_table.h"

#include <gtest/gtest.h>

#include <clocale>
#include <cmath>
#include <cstring>
#include <locale>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "data/csv_reading.h"

namespace chainrule {
namespace {

using test::data_error_of;
using test::error_of;
using test::file_of;
using test::read_text;
using test::source_of;
using test::texts;
using test::Texts;

TEST(ReadCsv, TypesColumnsByLookingAndKeepsTheLines) {
  const Table table = read_text("species,mass,year\nAdelie,3750,2007\nGentoo,NA,2008\n\nAdelie,3.5e3,2009\n");
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

TEST(ReadCsv, MissingWordsCountQuotedOrNotAndWithBlanksAround) {
  const Table table = read_text("a,b\n1,x\n NA ,\"?\"\n\"\", \n\" n/a \",y\n2,null\n");
  EXPECT_EQ(texts(table, 0), (Texts{"1", "", "", "", "2"}));
  EXPECT_EQ(texts(table, 1), (Texts{"x", "", "", "y", ""}));
}

TEST(ReadCsv, MissingWordsMayBeGivenAndMayBeNumbers) {
  const Table table = read_text("a,b\n1,-\n-999,x\n", {.missing_words = {"-999", "-"}});
  EXPECT_EQ(texts(table, 0), (Texts{"1", ""}));
  EXPECT_EQ(texts(table, 1), (Texts{"", "x"}));
}

TEST(ReadCsv, ColumnOfMissingCellsIsNumeric) {
  const Table table = read_text("a,b\nNA,1\n,2\n");
  EXPECT_EQ(table.columns[0].kind, ColumnKind::numeric);
  EXPECT_TRUE(table.columns[0].is_missing(0) && table.columns[0].is_missing(1));
}

TEST(ReadCsv, NumbersBeforeTheFirstWordKeepTheSpellingOfTheFile) {
  // Four numbers and three words: less than nine tenths are numbers. "1" and "1.0" are two words.
  const Table table = read_text("id,x\n007,1\n,1\n1.0,1\nab,1\n1,1\n007,1\ncd,1\nab,1\n");
  EXPECT_EQ(table.columns[0].kind, ColumnKind::category);
  EXPECT_EQ(table.columns[0].words, (Texts{"007", "1.0", "ab", "1", "cd"}));
  EXPECT_EQ(texts(table, 0), (Texts{"007", "", "1.0", "ab", "1", "007", "cd", "ab"}));
}

TEST(ReadCsv, MissingCellsBeforeTheFirstWordStayMissing) {
  const Table table = read_text("id,x\n,1\nNA,2\nab,3\n");
  EXPECT_EQ(table.columns[0].codes, (std::vector<std::int32_t>{-1, -1, 0}));
}

TEST(ReadCsv, WordsKeepTheBlanksInsideTheirQuotes) {
  const Table table = read_text("a,b\n x ,1\n\" x \",2\n");
  EXPECT_EQ(table.columns[0].words, (Texts{"x", " x "}));
}

TEST(ReadCsv, KindsMayBeGiven) {
  const Table table =
      read_text("zip,b\n00501,1\n10001,2\n", {.column_kinds = {{"zip", ColumnKind::category}}});
  EXPECT_EQ(table.columns[0].words, (Texts{"00501", "10001"}));
  const ErrorText report = error_of("a,b\nx,1\ny,2\n3,4\n", {.column_kinds = {{"a", ColumnKind::numeric}}});
  EXPECT_EQ(report.what, "text in a numeric column");
  EXPECT_EQ(report.where, "t.csv:2:1 (column \"a\")");
  EXPECT_EQ(error_of("mass,b\n1,2\n", {.column_kinds = {{"masss", ColumnKind::numeric}}}).advice,
            "did you mean \"mass\"?");
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
            "correct the cell, say that the word stands for a missing value with "
            ".data.read.missing_words.push_back(\"tall\"), or treat the "
            "column as a "
            "category with .data.read.column_kinds = {{\"mass\", ColumnKind::category}}; or repair the "
            "table, with a report, with "
            ".data.read.leniency = Leniency::lenient");
  EXPECT_EQ(read_csv(source_of(text), {.column_kinds = {{"mass", ColumnKind::category}}}).lines[59'999],
            120'000u);
}

TEST(ReadCsv, NineTenthsAreTheBorderBetweenNumbersAndCategories) {
  // 9 of 10 cells present are numbers: a numeric column with a stray word. The missing cell does not count.
  EXPECT_EQ(error_of("a\n1\n2\n3\n4\n\n5\n6\nx\n7\n8\n9\n").where, "t.csv:9:1 (column \"a\")");
  // 8 of 9 are fewer than nine tenths.
  EXPECT_EQ(read_text("a\n1\n2\n3\n4\n\n5\n6\nx\n7\n8\n").columns[0].kind, ColumnKind::category);
  // The same with the word first.
  EXPECT_EQ(error_of("a,b\nx,0\n1,0\n2,0\n3,0\n4,0\n5,0\n6,0\n7,0\n8,0\n9,0\n").where,
            "t.csv:2:1 (column \"a\")");
}

TEST(ReadCsv, InfiniteAndTooLargeNumbersAreErrorsAtTheirCell) {
  for (const std::string cell : {"inf", "-Infinity", "1e999", "1e308", "3.4028236e38", "-1e39"}) {
    const ErrorText report = error_of("a,b\n1,2\n3," + cell + "\n5,6\n");
    EXPECT_EQ(report.what, "the number is too large") << cell;
    EXPECT_EQ(report.where, "t.csv:3:2 (column \"b\")");
    EXPECT_EQ(report.got, quoted(cell));
  }
  EXPECT_EQ(read_text("a,b\n1,3.4028235e38\n2,-3.4028235e38\n").columns[1].kind, ColumnKind::numeric);
  // Among words "inf" is a word.
  EXPECT_EQ(read_text("a,b\n1,inf\n2,one\n3,two\n").columns[1].words, (Texts{"inf", "one", "two"}));
}

TEST(ReadCsv, HexadecimalAmongOthersIsAWord) {
  EXPECT_EQ(read_text("a\n0x10\n12\n").columns[0].kind, ColumnKind::category);
  EXPECT_EQ(read_text("a\n0x10\n0x11\n").columns[0].numbers[1], 17);
}

TEST(ReadCsv, ColumnOfDecimalCommasIsAnErrorAndNotACategory) {
  const ErrorText report = error_of("name;mass\nbob;3\nann;3,14\neva;2,5\n");
  EXPECT_EQ(report.what, "a number with a decimal comma");
  EXPECT_EQ(report.where, "t.csv:3:2 (column \"mass\")");
  EXPECT_EQ(report.got, "\"3,14\"");
  EXPECT_TRUE(report.advice.starts_with("read the table with .data.read.decimal = DecimalMark::comma"))
      << report.advice;
  EXPECT_EQ(error_of("1,5;2,5\n3,5;4,5\n").where, "t.csv:1:1 (column \"column_1\")");
  // The user may choose the kind.
  EXPECT_EQ(
      read_text("a;b\nx;3,14\ny;2,5\n", {.column_kinds = {{"b", ColumnKind::category}}}).columns[1].words,
      (Texts{"3,14", "2,5"}));
}

TEST(ReadCsv, ColumnOfDigitsGroupedInSeveralWaysIsAnErrorAndNotACategory) {
  const ErrorText report = error_of("name,my mass\nbob,\"1,234.5\"\nann,\"12.000,5\"\neva,1 234\n");
  EXPECT_EQ(report.what, "a number with separators between its digits, which others of its column have not");
  EXPECT_EQ(report.where, "t.csv:2:2 (column \"my mass\")");
  EXPECT_TRUE(report.advice.ends_with("{{\"my mass\", ColumnKind::category}}")) << report.advice;
}

TEST(ReadCsv, AMixtureOfWordsAndCommaNumbersIsACategory) {
  EXPECT_EQ(read_text("a;b\nx;3,14\ny;big\nz;small\n").columns[1].kind, ColumnKind::category);
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
  // Each step copies what was read before: with steps of equal size, time would grow as the square of the
  // size.
  constexpr std::size_t kMebibytes = 8;
  for (const char blank : {'\n', ' '}) {
    std::size_t calls = 0;
    std::string text(kMebibytes << 20, blank);
    text += "\na,b\n1,2\n";
    ByteSourceOptions options{.path = "t.csv"};
    const Table table =
        read_csv(std::make_unique<ByteSource>(std::make_unique<CountingFile>(text, calls), options),
                 {.delimiter = ',', .header = HeaderChoice::present});
    EXPECT_EQ(table.rows(), 1u);
    EXPECT_LE(calls, text.size() / kReadAhead + 16);
  }
}

TEST(ReadCsv, FileThatChangesBetweenItsReadingsIsRefused) {
  // Gives other bytes when it is read again, which happens if numbers turn out to be words.
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
  const Table table = read_text(kLocaleTable);
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
