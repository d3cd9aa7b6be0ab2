#include "chainrule/data/read_number.h"

#include <gtest/gtest.h>

#include <vector>

namespace chainrule {
namespace {

void expect_words(const NumberForm& form, const std::vector<std::string>& cells) {
  for (const std::string& cell : cells)
    EXPECT_EQ(read_number(cell, form).meaning, CellMeaning::words) << cell;
}

void expect_values(const NumberForm& form, const std::vector<std::pair<std::string, double>>& cells) {
  for (const auto& [cell, value] : cells) {
    EXPECT_EQ(read_number(cell, form).meaning, CellMeaning::number) << cell;
    EXPECT_EQ(read_number(cell, form).value, value) << cell;
  }
}

TEST(ReadNumber, TakesTheUnitOff) {
  const NumberForm kilograms{.suffix = "kg"};
  expect_values(kilograms, {{"12 kg", 12},
                            {"12kg", 12},
                            {"-1.5 kg", -1.5},
                            {"12\u00a0kg", 12},
                            {"7", 7},
                            {"1e3 kg", 1000},
                            {"\u22123 kg", -3},
                            {"+4kg", 4},
                            {".5 kg", 0.5},
                            {"007 kg", 7}});
  expect_words(kilograms, {"12 lb", "kg", "kg 12", "12 kg 5", "12 kgs", "12 KG", "1,5 kg", "(5 kg)"});
  expect_values({.suffix = "%"}, {{"87%", 87}, {"87 %", 87}, {"87\uff05", 87}, {"0.5", 0.5}});
}

TEST(ReadNumber, TakesTheCurrencyOff) {
  const NumberForm dollars{.prefix = "$", .thousands = ","};
  expect_values(dollars, {{"$64.3", 64.3},
                          {"-$5", -5},
                          {"$-5", -5},
                          {"$ 5", 5},
                          {"$1,234.50", 1234.5},
                          {"$1,234,567", 1234567},
                          {"999", 999},
                          {"$12,34,567", 1234567}});
  expect_words(dollars, {"\u20ac5", "$1,23", "$", "($5)", R"(--$5)", "USD 5", "$0,123"});
  expect_values({.prefix = "EUR"}, {{"EUR 5", 5}, {"EUR5.25", 5.25}, {"5", 5}});
  expect_values({.suffix = "\u20ac"}, {{"5 \u20ac", 5}, {"5\u20ac", 5}});
}

TEST(ReadNumber, ReadsGroupsAndDecimalMarks) {
  expect_values(
      {.thousands = ".", .decimal = DecimalMark::comma},
      {{"1.299,99", 1299.99}, {"1.234", 1234}, {"-1.234.567", -1234567}, {"999", 999}, {"12,5", 12.5}});
  expect_words({.thousands = ".", .decimal = DecimalMark::comma}, {"1.5", "1299.99", "1.2345", "0.123"});
  expect_values({.thousands = " "}, {{"9 740", 9740}, {"9\u202f740.5", 9740.5}, {"9\u00a0740", 9740}});
  expect_values({}, {{"9'740", 9740}, {"9\u2019740.25", 9740.25}, {"9_740", 9740}, {"-1_234_567", -1234567}});
  expect_words({}, {"9 740", "9,740", "9_7", "97_40", "1__000", "12 kg", "(5)", "- 5"});
}

TEST(ReadNumber, ReadsParentheses) {
  const NumberForm accounts{.thousands = ",", .parentheses = Parentheses::negative};
  expect_values(accounts, {{"(87.4)", -87.4}, {"(1,234)", -1234}, {"12", 12}, {"( 5 )", -5}});
  expect_words(accounts, {"(-5)", "(5", "5)", "((5))", "-(5)", "()"});
  expect_values({.prefix = "$", .parentheses = Parentheses::negative}, {{"($5)", -5}, {"$(5)", -5}});
}

TEST(ReadNumber, ReadsHexadecimal) {
  const NumberForm hexadecimal{.prefix = "0x"};
  expect_values(hexadecimal, {{"0x36A", 874}, {"0xff", 255}, {"0X10", 16}, {"-0x1", -1}});
  expect_words(hexadecimal, {"36A", "12", "0x", "0x1G", "0x12345678901234"});
}

TEST(ReadNumber, TakesOffWhatTheUserNames) {
  const NumberForm form{.strip = {"~", "kg", "lb"}};
  expect_values(form, {{"12 kg", 12}, {"5lb", 5}, {"~3", 3}, {"~3 kg", 3}, {"-~3", -3}, {"8", 8}});
  expect_words(form, {"kg", "12 oz", "a lb"});
}

TEST(NumberReader, ReadsParenthesesThatTheTrainingTableDidNotHave) {
  const NumberReader plain(NumberForm(), NumberReader::Stage::settled);
  EXPECT_EQ(plain("(87.4)").value, -87.4);
  const NumberReader dollars(NumberForm{.prefix = "$"}, NumberReader::Stage::settled);
  EXPECT_EQ(dollars("($5)").value, -5);
  const NumberReader stripped(NumberForm{.strip = {"$"}}, NumberReader::Stage::settled);
  EXPECT_EQ(stripped("($5)").value, -5);
  EXPECT_FALSE(plain("(a)").is_number());
  EXPECT_FALSE(NumberReader(NumberForm(), NumberReader::Stage::typed)("(5)").is_number());
}

TEST(ReadNumber, FractionsAndPowersAreNoUnits) {
  for (const char* const text : {"1½", "10²", "5⁻¹", "3⅓"})
    EXPECT_FALSE(read_number(text, NumberForm{.suffix = std::string(text).substr(1)}).is_number()) << text;
  EXPECT_TRUE(read_number("12 m²", NumberForm{.suffix = "m²"}).is_number());
}

}  // namespace
}  // namespace chainrule
