#include "chainrule/data/csv_piece.h"

#include <gtest/gtest.h>

#include <limits>

#include "chainrule/base/text.h"
#include "data/table_files.h"

namespace chainrule {
namespace {

const std::string kMissingWords[] = {"", "NA", "-1"};

struct Reading {
  explicit Reading(std::string given, std::size_t columns, CsvLimits limits = {})
      : text(std::move(given) + std::string(kPaddingBytes, '\n')),
        rules(',', std::vector<const NumberReader*>(columns, &reader), missing, limits),
        takings(columns) {}

  void read(std::size_t limit = std::string::npos, InputState state = InputState::ended) {
    const std::size_t size = text.size() - kPaddingBytes;
    piece.read(rules, takings, text.data(), text.data() + std::min(limit, size), text.data() + size, state);
  }
  std::size_t next() const { return static_cast<std::size_t>(piece.next() - text.data()); }
  std::string cell(std::size_t row, std::size_t column) const {
    const double value = piece.row(row)[column];
    if (CsvPiece::is_text(value)) return "'" + std::string(piece.text(value).text()) + "'";
    return std::isnan(value) ? "missing" : format_number(value);
  }

  MissingCells missing{MissingWords(kMissingWords)};
  NumberReader reader{{}, NumberReader::Stage::typed};
  std::string text;
  CsvPieceRules rules;
  std::vector<CellTaking> takings;
  CsvPiece piece;
};

TEST(CsvPiece, NumbersMissingCellsAndTextsAreDistinguished) {
  Reading reading("1.5,,x\n NA , 2e3,\"7\"\r\n-1,-0.25,\"a \"\"b\"\"\"\n", 3);
  reading.read();
  ASSERT_EQ(reading.piece.end(), CsvPiece::End::limit);
  ASSERT_EQ(reading.piece.rows(), 3u);
  const char* const expected[3][3] = {
      {"1.5", "missing", "'x'"}, {"missing", "2000", "7"}, {"missing", "-0.25", "'a \"\"b\"\"'"}};
  for (std::size_t r = 0; r < 3; ++r) {
    for (std::size_t c = 0; c < 3; ++c)
      EXPECT_EQ(reading.cell(r, c), expected[r][c]) << r << ", " << c;
  }
  EXPECT_EQ(reading.piece.words_seen()[0] + reading.piece.words_seen()[1], 0);
  EXPECT_EQ(reading.piece.words_seen()[2], 1);
}

TEST(CsvPiece, EveryPresentCellIsTextWhereWordsAreWanted) {
  Reading reading("007,1\n,2\n", 2);
  reading.takings[0] = CellTaking::text;
  reading.read();
  EXPECT_EQ(reading.cell(0, 0), "'007'");
  EXPECT_EQ(reading.cell(1, 0), "missing");
  EXPECT_EQ(reading.cell(1, 1), "2");
}

TEST(CsvPiece, TakesTheRecordsThatBeginBeforeItsLimit) {
  Reading reading("1,2\n3,4\n5,6\n", 2);
  reading.read(5);
  EXPECT_EQ(reading.piece.rows(), 2u);
  EXPECT_EQ(reading.next(), 8u);
  reading.read(4);
  EXPECT_EQ(reading.piece.rows(), 1u);
  EXPECT_EQ(reading.next(), 4u);
}

TEST(CsvPiece, LinesCountBlankOnesAndBreaksInQuotes) {
  Reading reading("1,2\n\n\"a\nb\",4\n5,6\n", 2);
  reading.read();
  EXPECT_EQ(reading.piece.lines(), (RowLines{0, 2, 4}));
  EXPECT_EQ(reading.piece.line_breaks(), 5u);
}

TEST(CsvPiece, AnIncompleteRecordWaitsForMore) {
  for (const std::string rest : {"3", "3,", "3,4", "\"3", "\"3\"", "3,4\r"}) {
    Reading reading("1,2\n" + rest, 2);
    reading.read(std::string::npos, InputState::more_may_come);
    EXPECT_EQ(reading.piece.end(), CsvPiece::End::need_more) << rest;
    EXPECT_EQ(reading.piece.rows(), 1u) << rest;
    EXPECT_EQ(reading.next(), 4u) << rest;
  }
  Reading reading("1,2\n3,4", 2);
  reading.read();
  EXPECT_EQ(reading.piece.rows(), 2u);
}

TEST(CsvPiece, AFaultEndsItBeforeTheRecord) {
  for (const std::string& record :
       std::vector<std::string>{"3", "3,4,5", "\"3\"x,4", "\"3", "\xff,4", std::string("\0,4", 3)}) {
    Reading reading("1,2\n" + record + "\n5,6\n", 2);
    reading.read();
    EXPECT_EQ(reading.piece.end(), CsvPiece::End::fault) << record;
    EXPECT_EQ(reading.piece.rows(), 1u) << record;
    EXPECT_EQ(reading.next(), 4u) << record;
  }
  Reading long_cell("1,2\n3,abcde\n", 2, {.longest_cell = 4});
  long_cell.read();
  EXPECT_EQ(long_cell.piece.end(), CsvPiece::End::fault);
  Reading long_record("1,2\n3,4\n11111,22222\n", 2, {.longest_record = 10});
  long_record.read();
  EXPECT_EQ(long_record.piece.end(), CsvPiece::End::fault);
  EXPECT_EQ(long_record.piece.rows(), 2u);
}

}  // namespace
}  // namespace chainrule
