#include "chainrule/data/csv_start.h"

#include <gtest/gtest.h>

#include <cstring>
#include <span>
#include <stdexcept>

#include "chainrule/base/error.h"
#include "chainrule/data/csv_reader.h"
#include "data/csv_reading.h"

namespace chainrule {
namespace {

using test::error_of;
using test::expect_equal;
using test::Kinds;
using test::read_text;
using test::source_of;
using test::Texts;

TEST(FindLayout, ReadsPastTheByteOrderMarkAndTheLineThatNamesTheDelimiter) {
  const auto source = source_of("\xef\xbb\xbfsep=;\na;b\n1;2\n");
  TextSource text(*source, TextSource::Keep::start);
  const TableLayout layout = find_start(text, {}, MissingWords(ReadOptions{}.missing_words), nullptr).layout;
  EXPECT_TRUE(layout.has_byte_order_mark);
  EXPECT_EQ(layout.delimiter, ';');
  EXPECT_EQ(layout.preamble_bytes, 3u + 6u);
  EXPECT_EQ(layout.first_line, 2u);
  EXPECT_TRUE(layout.has_header);
  EXPECT_EQ(source->peek(3), "a;b");
}

TEST(ReadCsv, ByteOrderMarkAndLineEndsDoNotCount) {
  const Table plain = read_text("a,b\n1,x\n2,y\n");
  expect_equal(read_text("\xef\xbb\xbf"
                         "a,b\r\n1,x\r\n2,y\r\n"),
               plain);
  expect_equal(read_text("a,b\r1,x\r2,y"), plain);
  const auto reader = open_csv(source_of("\xef\xbb\xbf"
                                         "a,b\n1,2\n"),
                               {});
  EXPECT_TRUE(reader->layout().has_byte_order_mark);
  EXPECT_EQ(reader->layout().column_names[0], "a");
}

TEST(ReadCsv, HeaderAndDelimiterMayBeGiven) {
  EXPECT_EQ(read_text("1,2\n3,4\n", {.header = HeaderChoice::present}).columns[1].name, "2");
  EXPECT_EQ(read_text("a,b\n1,2\n", {.header = HeaderChoice::absent}).rows(), 2u);
  EXPECT_EQ(read_text("a;b,c\n1;x,y\n", {.delimiter = ';'}).columns[1].name, "b,c");
  EXPECT_EQ(read_text("a:b\n1:2\n", {.delimiter = ':', .header = HeaderChoice::present}).columns.size(), 2u);
  EXPECT_EQ(read_text("a b\n1 2\n", {.delimiter = ' '}).columns.size(), 2u);
}

TEST(ReadCsv, DelimiterThatOccursInNumbersOrNamesIsAUsageError) {
  for (const char delimiter : {'a', '0', '.', '"', '\n', '-', '\0', '\x80'}) {
    EXPECT_THROW(read_csv(source_of("a,b\n1,2\n"), {.delimiter = delimiter}), UsageError)
        << static_cast<int>(delimiter);
  }
}

TEST(ReadCsv, EmptyFileIsAnError) {
  EXPECT_EQ(error_of("").what, "the file is empty");
  EXPECT_EQ(error_of("").where, "t.csv");
  EXPECT_EQ(error_of(test::gzip("")).what, "the file is empty");
  EXPECT_EQ(error_of("\n \r\n\n").what, "the table has no rows");
  EXPECT_EQ(error_of("\xef\xbb\xbf").what, "the table has no rows");
}

TEST(OpenCsv, NothingIsReadAheadToFindWhatIsGiven) {
  // A pipe with only two lines so far must already give its first row.
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

TEST(FindLayout, NamesTheControlCharacterBetweenCells) {
  const auto error = [](const std::string& sign) {
    return error_of("x" + sign + "y\n1" + sign + "2\n3" + sign + "4\n");
  };
  EXPECT_NE(error("\x1f").what.find("0x1F"), std::string::npos) << error("\x1f").what;
  EXPECT_NE(error("\x1f").advice.find("tr '\\037'"), std::string::npos) << error("\x1f").advice;
  EXPECT_NE(error("\x1e").what.find("0x1E"), std::string::npos);
  EXPECT_NE(error("\x01").what.find("0x01"), std::string::npos);
}

TEST(FindLayout, RefusesAMarkdownTableWithTheLineThatConvertsIt) {
  for (const char* const text :
       {"| a | b |\n|---|:--:|\n| 1 | x |\n| 2 | y |\n", "a | b\n--- | ---\n1 | x\n2 | y\n"}) {
    EXPECT_EQ(error_of(text).what, "a table in Markdown");
    EXPECT_NE(error_of(text).advice.find("sed -e"), std::string::npos);
  }
}

TEST(FindLayout, BlanksDoNotCutANumberFromItsUnit) {
  EXPECT_EQ(read_text("5 kg\n20 kg\n7 kg\n").columns.size(), 1u);
  EXPECT_EQ(read_text("1 m\n2 f\n3 m\n").columns.size(), 2u);
  EXPECT_EQ(read_text("5 kg 1\n20 kg 2\n7 kg 3\n").columns.size(), 3u);
}

TEST(FindLayout, NamesThatAModelKnowsBelowTheFirstLineAreNoRows) {
  ReadOptions options;
  options.known_names = {"a", "b"};
  const auto error = error_of("Station: 5\n\na,b\n5,300\n", options);
  EXPECT_NE(error.expected.find("they are in line 3"), std::string::npos) << error.expected;
  EXPECT_NE(error.advice.find("skip"), std::string::npos) << error.advice;
  EXPECT_EQ(read_text("\n\na,b\n5,300\n", options).columns[1].name, "b");
  EXPECT_EQ(read_text("1,2\n5,300\n", options).rows(), 2u);
}

}  // namespace
}  // namespace chainrule
