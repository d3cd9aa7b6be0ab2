#include "chainrule/data/column_notes.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

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

}  // namespace
}  // namespace chainrule
