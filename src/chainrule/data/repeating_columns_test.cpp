#include "chainrule/data/repeating_columns.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/test_tables.h"

namespace chainrule {
namespace {

using testing_support::numbers;
using testing_support::table_of;
using testing_support::words;

TEST(RepeatingColumns, KnowsTheNamesOfSubjects) {
  for (const char* name : {"patient", "Patient_ID", "customerId", "subject no", "user", "STUDENT", "id"})
    EXPECT_TRUE(names_a_subject(name)) << name;
  for (const char* name : {"width", "island", "idea", "species", "paid", "", "period"})
    EXPECT_FALSE(names_a_subject(name)) << name;
}

Table visits(const std::string& name, int subjects) {
  std::vector<std::string> who, y;
  std::vector<double> x;
  for (int r = 0; r < 60; ++r) {
    who.push_back("P" + std::to_string(r % subjects));
    x.push_back(r % 7 + 0.5);
    y.push_back(r % 2 == 0 ? "a" : "b");
  }
  return table_of({words(name, who), numbers("x", x), words("y", y)});
}

std::vector<Message> notes_for(const Table& table) {
  Split split;
  for (std::uint32_t row = 0; row < table.rows(); ++row)
    (row % 5 == 0 ? split.validation : split.training).push_back(row);
  std::vector<Message> notes;
  note_repeating_columns(table, make_schema(table, {}), "", split, notes);
  return notes;
}

TEST(RepeatingColumns, AreNotedWithTheSettingThatKeepsTheirRowsTogether) {
  const std::vector<Message> notes = notes_for(visits("patient", 12));
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_EQ(notes.front().text(Face::command_line),
            "\"patient\" repeats over the rows: 12 of the 12 held-out rows have a \"patient\" that training "
            "rows have too; use --group patient to keep the rows of each on one side.");
}

TEST(RepeatingColumns, AreNotNotedWithFewValuesOrAnotherName) {
  EXPECT_TRUE(notes_for(visits("patient", 3)).empty());
  EXPECT_TRUE(notes_for(visits("island", 12)).empty());
}

}  // namespace
}  // namespace chainrule
