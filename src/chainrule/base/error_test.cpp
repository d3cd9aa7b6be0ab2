#include "chainrule/base/error.h"

#include <gtest/gtest.h>

namespace chainrule {
namespace {

TEST(Error, MessageAnswersTheFiveQuestionsInOrder) {
  const DataError error({.what = "text in a numeric column",
                         .where = "t.csv:3:2",
                         .expected = "a number",
                         .got = "\"tall\"",
                         .advice = "correct the cell"});
  EXPECT_STREQ(error.what(),
               "text in a numeric column\n  at:       t.csv:3:2\n  expected: a number\n  got:      \"tall\"\n"
               "  try:      correct the cell");
  EXPECT_EQ(error.report().where, "t.csv:3:2");
}

TEST(Error, EmptyAnswersAreLeftOut) {
  EXPECT_EQ(format_error({.what = "no rows", .advice = "add rows"}), "no rows\n  try:      add rows");
}

TEST(Error, PlaceAndValuesAreOneLineWhateverTheyHold) {
  EXPECT_EQ(format_error({.what = "no rows", .where = "a\n  try:      b\r\t\x1b[2J\x7f\u00e4.csv"}),
            "no rows\n  at:       a\\n  try:      b\\r\\t\\x1b[2J\\x7f\u00e4.csv");
  EXPECT_EQ(format_error({.what = "another file", .expected = "a\nb", .got = "\x1b[31mc"}),
            "another file\n  expected: a\\nb\n  got:      \\x1b[31mc");
}

TEST(Error, NamesASettingAsTheFaceDoes) {
  const UsageError error({.what = "a batch of more rows than there are",
                          .setting = Setting::batch_size,
                          .advice = "use all rows at once (" + set_to(Setting::batch_size, "all") + ")"});
  EXPECT_STREQ(error.what(),
               "a batch of more rows than there are\n  at:       .batch_size\n"
               "  try:      use all rows at once (.batch_size = 0)");
  EXPECT_EQ(format_error(error.report(), Face::json),
            "a batch of more rows than there are\n  at:       batch-size\n"
            "  try:      use all rows at once (batch-size all)");
  EXPECT_EQ(text_of(error.report(), Face::python).where, "batch_size");
}

TEST(Error, APlaceOfItsOwnComesBeforeTheSetting) {
  const ErrorReport report = {.what = "no rows", .where = "a.csv", .setting = Setting::data};
  EXPECT_EQ(text_of(report, Face::command_line).where, "a.csv");
}

TEST(FilePosition, CountsFromOneAndLeavesOutZero) {
  EXPECT_EQ(file_position("a.csv", 12, 3), "a.csv:12:3");
  EXPECT_EQ(file_position("a.csv", 12, 0), "a.csv:12");
  EXPECT_EQ(file_position("a.csv", 0, 3), "a.csv");
}

}  // namespace
}  // namespace chainrule
