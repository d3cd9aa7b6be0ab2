#include "chainrule/data/missing_notes.h"

#include <gtest/gtest.h>

#include "chainrule/data/csv_table.h"
#include "data/table_files.h"
#include "support/flag.h"

namespace chainrule {
namespace {

using testing_support::flag;

// The notes on a column of these cells beside a column of numbers.
std::vector<std::string> notes_on(const std::vector<std::string>& cells, bool is_target = false) {
  std::string text = "c,x\n";
  for (std::size_t row = 0; row < cells.size(); ++row)
    text += cells[row] + "," + std::to_string(row) + "\n";
  const Table table = read_csv(test::file_of(text), {});
  std::vector<Message> notes;
  const std::vector<ColumnSummary> summaries = summarise_table(table);
  const MissingWordPlace places[] = {{.column = 0, .is_target = is_target}, {.column = 1}};
  note_missing_words(table, places, summaries, notes);
  return texts_of(notes, Face::command_line);
}

std::vector<std::string> note(const std::string& cells, const std::string& word) {
  return {"\"c\": " + cells + " as missing; when \"" + word +
          "\" is a category, use --column c=category or " + flag("not-missing ") + word + "."};
}

TEST(MissingNotes, ACodeAmongCodesIsReported) {
  EXPECT_EQ(notes_on({"NA", "US", "DE", "NA"}), note("2 cells \"NA\" count", "NA"));
  EXPECT_EQ(notes_on({"NA", "EMEA", "APAC", "EU"}), note("1 cell \"NA\" counts", "NA"));
  EXPECT_EQ(notes_on({"na", "us", "de"}), note("1 cell \"na\" counts", "na"));
}

TEST(MissingNotes, NoneAmongWordsIsReported) {
  EXPECT_EQ(notes_on({"None", "Mild", "Severe"}), note("1 cell \"None\" counts", "None"));
  EXPECT_EQ(notes_on({"none", "mild", "none"}), note("2 cells \"none\" count", "none"));
  EXPECT_EQ(notes_on({"none", "1", "2"}), note("1 cell \"none\" counts", "none")) << "perhaps 0";
}

TEST(MissingNotes, AWordBesideOneOtherOrInATargetIsReported) {
  EXPECT_EQ(notes_on({"nan", "x", "nan"}), note("2 cells \"nan\" count", "nan"));
  EXPECT_EQ(notes_on({"null", "male", "female"}, true), note("1 cell \"null\" counts", "null"));
}

TEST(MissingNotes, MissingCellsThatLookLikeSuchAreNot) {
  EXPECT_EQ(notes_on({"NA", "male", "female"}), std::vector<std::string>{});
  EXPECT_EQ(notes_on({"NaN", "Adelie", "Gentoo"}), std::vector<std::string>{});
  EXPECT_EQ(notes_on({"?", "b", "?"}), std::vector<std::string>{});
  EXPECT_EQ(notes_on({"", "US", "DE"}), std::vector<std::string>{});
  EXPECT_EQ(notes_on({"None", "1", "2"}), std::vector<std::string>{}) << "a column of numbers";
}

TEST(MissingNotes, CellsInQuotesAreCountedApart) {
  EXPECT_EQ(notes_on({"NA", "\"NA\"", "\"NA\"", "\"DE\"", "\"FR\""}),
            std::vector<std::string>{
                "\"c\": 3 cells \"NA\" count as missing; when \"NA\" is a category, use " +
                flag("column c=category or --not-missing NA; when only the 2 in quotes are, use ") +
                flag("not-missing \"\\\"NA\\\"\".")});
}

TEST(MissingNotes, AWordFarDownALongColumnIsReported) {
  std::vector<std::string> cells(60'000, "US");
  cells[1] = "DE";
  cells.emplace_back("NA");
  EXPECT_EQ(notes_on(cells), note("1 cell \"NA\" counts", "NA"));
}

}  // namespace
}  // namespace chainrule
