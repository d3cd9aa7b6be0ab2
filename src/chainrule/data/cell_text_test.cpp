#include "chainrule/data/cell_text.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "chainrule/base/text.h"

namespace chainrule {
namespace {

TEST(ReadCell, TakesDecimalNumbersOfEveryUsualForm) {
  const std::pair<const char*, double> cells[] = {
      {"0", 0},
      {"7", 7},
      {"-2.5", -2.5},
      {"+4", 4},
      {".5", 0.5},
      {"5.", 5},
      {"1e3", 1000},
      {"1E-3", 0.001},
      {"-0.1", -0.1},
      {"1e-400", 0},
      {"3.4028235e38", 3.4028235e38},
      {"-3.4028235e38", -3.4028235e38},
      {"0.000000000000001", 1e-15},
      {"123456789012345678", 123456789012345678.0},
  };
  for (const auto& [text, value] : cells) {
    EXPECT_EQ(read_cell(text).meaning, CellMeaning::number) << text;
    EXPECT_EQ(read_cell(text).value, value) << text;
  }
  EXPECT_TRUE(std::signbit(read_cell("-0").value));
}

TEST(ReadCell, TakesNothingElseForANumber) {
  for (const char* text :
       {"",      "-",   "+",   ".",        "-.",  "+-1",   "-+1",   "1,5", "1 000", "0x1F", "1e", "e5",
        "1.2.3", "nan", "NaN", "infinite", "12a", "1_000", "1\xd9", "5%",  "$5",    "1d3",  "1f", "-inf-"}) {
    EXPECT_EQ(read_cell(text).meaning, CellMeaning::words) << text;
  }
  EXPECT_EQ(read_cell(std::string(2, '-') + "1").meaning, CellMeaning::words);
}

TEST(ReadCell, DistinguishesInfinitiesAndMagnitudesOverFloatFromWords) {
  for (const char* text : {"inf", "-inf", "+Inf", "INF", "infinity", "-Infinity", "1e999", "-1e999", "1e308",
                           "3.4028236e38", "-3.4028236e38", "1e39"}) {
    EXPECT_EQ(read_cell(text).meaning, CellMeaning::too_large) << text;
  }
}

RC_GTEST_PROP(ReadCell, ShortCutGivesTheBitsOfTheFullParser, ()) {
  const auto whole = std::to_string(*rc::gen::inRange<std::int64_t>(0, 10'000'000'000));
  const auto fraction = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("0123456789")));
  const std::string text =
      (*rc::gen::arbitrary<bool>() ? "-" : "") + whole + (fraction.empty() ? "" : "." + fraction);
  const CellNumber number = read_cell(text);
  RC_ASSERT(number.meaning == CellMeaning::number);
  RC_ASSERT(std::bit_cast<std::uint64_t>(number.value) == std::bit_cast<std::uint64_t>(*parse_double(text)));
}

RC_GTEST_PROP(ReadCell, ReadsBackTheShortestTextOfAnyFloat, (std::uint32_t bits)) {
  const float value = std::bit_cast<float>(bits);
  RC_PRE(std::isfinite(value));
  RC_ASSERT(static_cast<float>(read_cell(format_number(value)).value) == value);
}

TEST(ReadCell, WithADecimalCommaAPointIsNotPartOfANumber) {
  EXPECT_EQ(read_cell("-3,25", DecimalMark::comma).value, -3.25);
  EXPECT_EQ(read_cell("3,25", DecimalMark::point).meaning, CellMeaning::words);
  EXPECT_EQ(read_cell("1,5e3", DecimalMark::comma).value, 1500);
  EXPECT_EQ(read_cell("42", DecimalMark::comma).value, 42);
  EXPECT_EQ(read_cell("1.000", DecimalMark::comma).meaning, CellMeaning::words);
  EXPECT_EQ(read_cell("1.000,5", DecimalMark::comma).meaning, CellMeaning::words);
  EXPECT_EQ(read_cell("1,000,5", DecimalMark::comma).meaning, CellMeaning::words);
  EXPECT_EQ(read_cell("1e39", DecimalMark::comma).meaning, CellMeaning::too_large);
}

TEST(NotationOf, KnowsDecimalCommas) {
  for (const char* text : {"3,14", "-2,5", "+0,1", "1,5e3", "1,5E-3", ",5", "12345,678", "1,2345"}) {
    EXPECT_EQ(notation_of(text), NumberNotation::decimal_comma) << text;
  }
}

TEST(NotationOf, KnowsGroupedDigits) {
  for (const char* text :
       {"1,234", "-1,234.5", "1.234.567", "1.234,5", "12 345", "1'234'567", "1\u00a0234,5", "1\u202f234"}) {
    EXPECT_EQ(notation_of(text), NumberNotation::grouped_digits) << text;
  }
}

TEST(NotationOf, LeavesWordsAlone) {
  for (const char* text :
       {"", "a", "1,2,3", "1,5x", "12,34 kg", ",", "-", "1 23", "1,234,56", "2024-01-31", "1;2", "1,5e"}) {
    EXPECT_EQ(notation_of(text), NumberNotation::words) << text;
  }
}

TEST(MissingWords, AreMatchedWhole) {
  const std::vector<std::string> words = {"", "NA", " - ", "-999"};
  const MissingWords missing(words);
  for (const char* text : {"", "NA", "-", "-999"})
    EXPECT_TRUE(missing.contains(text)) << text;
  for (const char* text : {"N", "NAN", "na", "-9", "-9990", "0"})
    EXPECT_FALSE(missing.contains(text)) << text;
  EXPECT_FALSE(missing.contains(std::string(2, '-')));
  EXPECT_FALSE(MissingWords({}).contains(""));
}

TEST(WordList, NumbersWordsInOrderOfFirstAppearance) {
  WordList list;
  EXPECT_EQ(list.code_of("b"), 0);
  EXPECT_EQ(list.code_of("a"), 1);
  EXPECT_EQ(list.code_of("b"), 0);
  EXPECT_EQ(list.words(), (std::vector<std::string>{"b", "a"}));
}

}  // namespace
}  // namespace chainrule
