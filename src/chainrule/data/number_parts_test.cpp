#include "chainrule/data/number_parts.h"

#include <gtest/gtest.h>

namespace chainrule {
namespace {

// "prefix|body|suffix", with - for a sign and () for parentheses; "" for words.
std::string parts_of(const std::string& text, PrefixRule rule = PrefixRule::currencies) {
  const std::optional<NumberParts> parts = split_number(text, rule);
  if (!parts) return "";
  return std::string(parts->is_negative ? "-" : "") + (parts->has_parentheses ? "()" : "") + parts->prefix +
         "|" + parts->body + "|" + parts->suffix;
}

TEST(SplitNumber, TakesACellApart) {
  EXPECT_EQ(parts_of("12 kg"), "|12|kg");
  EXPECT_EQ(parts_of("-$1,234.50"), "-$|1,234.50|");
  EXPECT_EQ(parts_of("($5)"), "()$|5|");
  EXPECT_EQ(parts_of("(5)%"), "()|5|%");
  EXPECT_EQ(parts_of("EUR 1.299,99"), "EUR|1.299,99|");
  EXPECT_EQ(parts_of("9\u202f740 \u20ac"), "|9 740|\u20ac");
  EXPECT_EQ(parts_of("1.5e3 m/s"), "|1.5e3|m/s");
  EXPECT_EQ(parts_of("60 km/h"), "|60|km/h");
  EXPECT_EQ(parts_of("25 m2"), "|25|m2");
  EXPECT_EQ(parts_of("5'"), "|5|'");
  EXPECT_EQ(parts_of("4.5/5"), "|4.5|/5");
  EXPECT_EQ(parts_of("50+"), "|50|+");
  EXPECT_EQ(parts_of("~3.5"), "~|3.5|");
  EXPECT_EQ(parts_of("5 mg/100 ml"), "|5|mg/100 ml");
}

TEST(SplitNumber, LeavesWordsAlone) {
  for (const std::string text :
       {"",           "kg",         "A12",         "Q1",    "class 1",  "room 101",       "1st",
        "22nd",       "3rd",        "4th",         "18-25", "12:30",    "5 PM",           "192.168.0.1a:",
        "2024-01-31", "5 Jan 2024", "Jan 5, 2024", "v1.2",  "555-1234", "(555) 123-4567", "1/2/2024",
        "3f2a",       "0q0",        "5h 12m",      "<5",    ">=10",     "12, 13",         "No. 5",
        "5 (approx)"}) {
    EXPECT_EQ(parts_of(text), "") << text;
  }
  EXPECT_EQ(parts_of("Q1", PrefixRule::any), "Q|1|");
  EXPECT_EQ(parts_of("room 101", PrefixRule::any), "room|101|");
}

TEST(ReadBody, GroupsHaveThreeDigits) {
  const auto value = [](const char* body, const char* thousands, DecimalMark mark = DecimalMark::point) {
    const CellNumber number = read_body(body, thousands, mark);
    return number.is_number() ? number.value : -1;
  };
  EXPECT_EQ(value("1,234,567.5", ","), 1234567.5);
  EXPECT_EQ(value("12,34,567", ","), 1234567);
  EXPECT_EQ(value("1,23", ","), -1);
  EXPECT_EQ(value("1234,567", ","), -1);
  EXPECT_EQ(value("1,2345", ","), -1);
  EXPECT_EQ(value("0,123", ","), -1);
  EXPECT_EQ(value("1.234,5", ".", DecimalMark::comma), 1234.5);
  EXPECT_EQ(value("1.234.5", ".", DecimalMark::comma), -1);
  EXPECT_EQ(value("12.345.678", ","), -1);
  EXPECT_EQ(value("1,5", "", DecimalMark::comma), 1.5);
}

}  // namespace
}  // namespace chainrule
