#include "chainrule/data/number_spelling.h"

#include <gtest/gtest.h>

#include "chainrule/data/cell_text.h"

namespace chainrule {
namespace {

TEST(TrimAllBlanks, TakesOffBlanksThatNobodySees) {
  for (const std::string blank : {"\u00a0", "\u202f", "\u2009", "\u200b", "\ufeff", "\u3000", "\u2060",
                                  "\u200e", " \u00a0\t", "\ufeff \u200b"}) {
    EXPECT_EQ(trim_all_blanks(blank + "12.5" + blank), "12.5") << blank;
    EXPECT_EQ(trim_all_blanks(blank + "caf\u00e9" + blank), "caf\u00e9") << blank;
    EXPECT_EQ(trim_all_blanks(blank), "") << blank;
  }
  EXPECT_EQ(trim_all_blanks("\u732b"), "\u732b");
  EXPECT_EQ(trim_all_blanks("a\u00a0b"), "a\u00a0b");
}

TEST(ReadCell, TakesSpellingsThatMeanTheSameEverywhere) {
  const std::pair<std::string, double> kCells[] = {
      {"\u22125", -5},      {"\u221228.5", -28.5}, {"\u20135", -5},      {"\uff15\uff0e\uff15", 5.5},
      {"\uff0d\uff11", -1}, {"\uff0b7", 7},        {"8.7D+01", 87},      {"1.5d3", 1500},
      {"-2D-2", -0.02},     {"\u0663", 3},         {"1e\u22123", 0.001}, {"-8.8400D+01", -88.4}};
  for (const auto& [text, value] : kCells) {
    EXPECT_EQ(read_cell(text).meaning, CellMeaning::number) << text;
    EXPECT_EQ(read_cell(text).value, value) << text;
  }
  EXPECT_EQ(read_cell("\u22123,5", DecimalMark::comma).value, -3.5);
}

TEST(ReadCell, LeavesNamesThatLookAlike) {
  for (const std::string text : {"12D5", "18\u201325", "4D", "D+01", "\u2212", "\u2014", "5\u22123",
                                 "1.2.3D+1", "2024\u201101\u201131", "-", "\u00e9", "D"}) {
    EXPECT_EQ(read_cell(text).meaning, CellMeaning::words) << text;
  }
}

TEST(ReadCell, WholeDigitsThatBeginWithAZeroAreACode) {
  for (const std::string text : {"007", "00", "01234", "0123456789012345678", "\uff10\uff17"})
    EXPECT_EQ(read_cell(text).meaning, CellMeaning::code) << text;
  for (const std::string text : {"0", "0.5", "00.5", "-007", "+07", "007.", "0e3", "10"})
    EXPECT_EQ(read_cell(text).meaning, CellMeaning::number) << text;
  EXPECT_EQ(read_cell("007").value, 7);
  const std::string text = "01234,";
  const char* p = text.data();
  double value = 0;
  EXPECT_FALSE(read_plain_number(p, value));
}

}  // namespace
}  // namespace chainrule
