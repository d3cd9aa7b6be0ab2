#include "chainrule/data/column_notes.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "chainrule/base/text.h"
#include "support/test_tables.h"

namespace chainrule {
namespace {

using namespace testing_support;  // NOLINT(google-build-using-namespace)

TEST(QuotedList, ShowsTheFirstNames) {
  const std::vector<std::string> names = {"a", "b", "c"};
  EXPECT_EQ(quoted_list(names, 3), "\"a\", \"b\", \"c\"");
  EXPECT_EQ(quoted_list(names, 2), "\"a\", \"b\", ...");
}

// 2^53 + 2 is a double; whether the file said 2^53 + 1 is no longer known. From 2^64 on numbers count as
// measurements.
TEST(NoteOddCells, ReportsRoundedIntegersAndNumbersAmongWords) {
  const Table table = table_of({numbers("large", {9007199254740994, 1}), numbers("huge", {1e20, 1}),
                                words("mixed", {"12", "twelve"}), words("plain", {"a", "b"})});
  const std::vector<ColumnSummary> summaries = summarise_table(table);
  std::vector<Message> notes;
  note_odd_cells(table, std::vector<std::size_t>{0, 1, 2, 3}, summaries, notes);
  ASSERT_EQ(notes.size(), 2u);
  EXPECT_NE(notes[0].text().find("are rounded (\"large\")"), std::string::npos) << notes[0].text();
  EXPECT_NE(notes[1].text().find("(\"mixed\")"), std::string::npos) << notes[1].text();
  notes.clear();
  note_odd_cells(table, std::vector<std::size_t>{1, 3}, summaries, notes);
  EXPECT_TRUE(notes.empty());
}

TEST(NoteLoneRows, NamesClassesOfOneRow) {
  std::vector<Message> notes;
  note_lone_rows(words("y", {"a", "a", "b"}), notes);
  note_lone_rows(numbers("n", {1, 2, 2, kMissing}), notes);
  note_lone_rows(words("z", {"a", "a"}), notes);
  ASSERT_EQ(notes.size(), 2u);
  EXPECT_NE(notes[0].text().find("1 class of one row only (\"b\")"), std::string::npos) << notes[0].text();
  EXPECT_NE(notes[1].text().find("1 class of one row only (\"1\")"), std::string::npos) << notes[1].text();
}

std::vector<Message> sentinel_notes(const std::vector<double>& values) {
  const Table table = table_of({numbers("a", values)});
  std::vector<Message> notes;
  note_sentinels(table, std::vector<std::size_t>{0}, summarise_table(table), notes);
  return notes;
}

TEST(NoteSentinels, NumbersFarFromAllOthersAreNoted) {
  for (const double sentinel : {-999.0, 9999.0, -1.0, 99999.0}) {
    std::vector<double> values;
    for (int i = 0; i < 60'000; ++i)
      values.push_back(i < 59'998 ? 50 + i % 7 : sentinel);
    const std::vector<Message> notes = sentinel_notes(values);
    ASSERT_EQ(notes.size(), 1u);
    const std::string value = format_number(sentinel);
    EXPECT_EQ(notes[0].text(Face::command_line),
              "\"a\" is " + value + " in 2 rows, far from its other values (50 to 56); use --missing " +
                  value + " when that stands for a missing cell and the file spells it so.");
  }
}

TEST(NoteSentinels, NearOrLoneOrOtherNumbersAreNot) {
  EXPECT_TRUE(sentinel_notes({-1, -1, 0, 1, 2, 3}).empty());
  EXPECT_TRUE(sentinel_notes({-999, 1, 2, 3, 4}).empty());
  EXPECT_TRUE(sentinel_notes({-1234, -1234, 1, 2, 3, 4}).empty());
  EXPECT_TRUE(sentinel_notes({-1, -1, 1, 1}).empty());
  EXPECT_TRUE(sentinel_notes({99, 99, 95, 90, 80, 97}).empty());
  EXPECT_EQ(sentinel_notes({-999, -999, -99, -99, 1, 2, 3, 9999, 9999}).size(), 3u);
}

}  // namespace
}  // namespace chainrule
