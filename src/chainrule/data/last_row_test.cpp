#include "chainrule/data/last_row.h"

#include <gtest/gtest.h>

#include <string>

#include "chainrule/data/csv_reader.h"
#include "data/csv_reading.h"
#include "support/flag.h"

namespace chainrule {
namespace {

using testing_support::flag;

using test::read_text;
using test::source_of;

std::string notes(const std::string& text, const ReadOptions& options = {}) {
  std::string all;
  for (const Message& note : notes_of(read_csv(source_of(text), options)))
    all += note.text(Face::command_line) + "\n";
  return all;
}

std::string rows(int count) {
  std::string text = "name,a,b\n";
  for (int i = 0; i < count; ++i)
    text += "p" + std::to_string(i) + "," + std::to_string(i % 7) + ".5," + std::to_string(10 + i % 3) + "\n";
  return text;
}

TEST(LastRow, AWordSaysThatItIsATotal) {
  for (const char* word :
       {"Total", "TOTAL:", "Sum", "Mean", "Average", "Summe", "Gesamt", "合计", "Grand Total"}) {
    EXPECT_NE(notes(rows(6) + word + ",1,2\n").find("t.csv:8: the last row looks like a total"),
              std::string::npos)
        << word;
  }
  EXPECT_EQ(notes(rows(6)), "");
  // A category that occurs more than once is one.
  EXPECT_EQ(notes("kind,a\nmean,1\nbest,2\nmean,3\n"), "");
}

TEST(LastRow, NumbersThatAreSumsSayIt) {
  EXPECT_NE(notes("a,b\n1,2.5\n2,3.5\n3,4.25\n6,10.25\n").find("sum of the column above"), std::string::npos);
  EXPECT_NE(notes("a,b,c,d\n10,2.5,80,x\n20,4.5,30,y\n60,9.5,10,x\n30,5.5,40,\n").find("mean of the column"),
            std::string::npos);
  EXPECT_NE(notes("a,b\n0.333,1\n0.333,2\n0.333,3\n1.0,6\n").find("sum of the column"), std::string::npos);
  EXPECT_EQ(notes("a,b\n1,2.5\n2,3.5\n3,4.25\n6,10.5\n"), "");
}

TEST(LastRow, TruthTablesAndConstantsHaveNoTotal) {
  for (const char* text :
       {"a,b,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n", "a,b,y\n0,0,0\n0,1,0\n1,0,0\n1,1,1\n",
        "a,b,y\n0,0,0\n0,1,0\n1,0,1\n1,1,1\n", "a,b\n0,0\n0,0\n0,0\n0,0\n", "a,b\n5,1\n5,1\n5,1\n5,1\n"})
    EXPECT_EQ(notes(text), "") << text;
}

TEST(LastRow, ALenientReaderLeavesItOut) {
  const ReadOptions lenient = {.leniency = Leniency::lenient};
  const Table table = read_text(rows(6) + "Total,1,2\n", lenient);
  EXPECT_EQ(table.rows(), 6u);
  EXPECT_EQ(table.repairs.count(Repair::total), 1u);
  EXPECT_EQ(read_text(rows(6) + "Total,1,2\n", {.skip_last = 1}).rows(), 6u);
}

TEST(LastRow, SeveralAreNotedAndLeftOutTogether) {
  const std::string text = rows(6) + "Total,1,2\nMean,3,4\n";
  EXPECT_NE(notes(text).find("t.csv:8: the last 2 rows look like totals"), std::string::npos) << notes(text);
  EXPECT_NE(notes(text).find(flag("skip-last 2")), std::string::npos) << notes(text);
  EXPECT_EQ(read_text(text, {.leniency = Leniency::lenient}).rows(), 6u);
  EXPECT_EQ(read_text(text, {.leniency = Leniency::lenient}).repairs.count(Repair::total), 2u);
  const auto reader = open_csv(source_of(text), {});
  const std::vector<std::optional<ColumnReading>> kinds(3, ColumnKind::category);
  while (reader->next_rows(3, kinds).rows() != 0) {
  }
  ASSERT_EQ(reader->notes().size(), 1u);
  EXPECT_NE(reader->notes()[0].text(Face::command_line).find("t.csv:8: the last 2 rows"), std::string::npos);
}

TEST(LastRow, IsFoundBelowSixtyThousandRows) {
  EXPECT_NE(notes(rows(60000) + "Total,1,2\n").find("t.csv:60002"), std::string::npos);
}

TEST(LastRow, AReaderOfRowsNotesItsWord) {
  const auto reader = open_csv(source_of(rows(6) + "Total,1,2\n"), {});
  const std::vector<std::optional<ColumnReading>> kinds = {ColumnKind::category, ColumnKind::numeric,
                                                           ColumnKind::numeric};
  while (reader->next_rows(3, kinds).rows() != 0) {
  }
  ASSERT_EQ(reader->notes().size(), 1u);
  EXPECT_NE(reader->notes()[0].text().find("t.csv:8"), std::string::npos);
}

TEST(LastRow, ANoteOnTheTableIsNoted) {
  const std::string found = notes(rows(6) + "Source: office,1,2\n");
  EXPECT_NE(found.find("t.csv:8: the last row looks like a note on the table"), std::string::npos) << found;
  EXPECT_NE(found.find(flag("skip-last 1")), std::string::npos) << found;
  EXPECT_EQ(notes("kind,a\na: x,1\nb: y,2\nc: z,3\n"), "");
}

}  // namespace
}  // namespace chainrule
