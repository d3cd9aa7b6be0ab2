#include "chainrule/base/text.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <bit>
#include <clocale>
#include <cmath>
#include <limits>

namespace chainrule {
namespace {

TEST(ParseDouble, ReadsWholeDecimalNumbers) {
  EXPECT_EQ(parse_double("1"), 1.0);
  EXPECT_EQ(parse_double("-2.5e-3"), -0.0025);
  EXPECT_EQ(parse_double("+4"), 4.0);
  EXPECT_EQ(parse_double("+4e+2"), 400.0);
  EXPECT_EQ(parse_double(".5"), 0.5);
  EXPECT_EQ(parse_double("5."), 5.0);
  EXPECT_EQ(parse_double("1E3"), 1000.0);
  EXPECT_EQ(parse_double("007"), 7.0);
}

TEST(ParseDouble, KeepsTheSignOfZero) {
  const std::optional<double> zero = parse_double("-0");
  ASSERT_TRUE(zero.has_value());
  EXPECT_TRUE(std::signbit(*zero));
}

TEST(ParseDouble, RefusesWhatIsNotOneWholeNumber) {
  for (const char* text :
       {"",    "+",   "-",        ".",     "e5",    "+-1",   "-+1",  "++1", "1-",
        "1 ",  " 1",  "1,5",      "1.2.3", "1e",    "1e+",   "0x10", "inf", "-inf",
        "nan", "NaN", "infinity", "INF",   "1_000", "1'000", "one",  "1f",  "\xef\xbc\x91"}) {
    EXPECT_EQ(parse_double(text), std::nullopt) << text;
  }
  EXPECT_EQ(parse_double(std::string(2, '-') + "1"), std::nullopt);
  EXPECT_EQ(parse_double(std::string_view("1\0", 2)), std::nullopt);
}

TEST(ParseDouble, BeyondTheRangeIsInfiniteAndBelowItIsZero) {
  // The largest double is 1.7976931348623157e308, the smallest 4.9e-324.
  EXPECT_EQ(parse_double("1.7976931348623157e308"), std::numeric_limits<double>::max());
  EXPECT_EQ(parse_double("1e309"), std::numeric_limits<double>::infinity());
  EXPECT_EQ(parse_double("-1e400"), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(parse_double("1e99999999999999999999"), std::numeric_limits<double>::infinity());
  EXPECT_EQ(parse_double("1e-400"), 0.0);
  EXPECT_EQ(parse_double("5e-324"), std::numeric_limits<double>::denorm_min());
}

TEST(ParseDouble, RoundsToTheNearestDouble) {
  // 2^53 + 1 lies half way between two doubles: to even, so 2^53. One more digit, and it is above half way.
  EXPECT_EQ(parse_double("9007199254740993"), 9007199254740992.0);
  EXPECT_EQ(parse_double("9007199254740993.00000000000000000000000000000000001"), 9007199254740994.0);
}

TEST(ParseDouble, TakesNoNoticeOfTheLocale) {
  // German writes 1,5. If the locale is not installed, setlocale changes nothing, and this only repeats the
  // other tests.
  const std::string before = std::setlocale(LC_ALL, nullptr);
  std::setlocale(LC_ALL, "de_DE.UTF-8");
  EXPECT_EQ(parse_double("1.5"), 1.5);
  EXPECT_EQ(parse_double("1,5"), std::nullopt);
  EXPECT_EQ(format_number(1.5), "1.5");
  EXPECT_EQ(format_significant(1234.5, 5), "1234.5");
  std::setlocale(LC_ALL, before.c_str());
}

TEST(ParseInteger, ReadsTheWholeRangeAndNothingBeyond) {
  EXPECT_EQ(parse_integer("42"), 42);
  EXPECT_EQ(parse_integer("+42"), 42);
  EXPECT_EQ(parse_integer("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(parse_integer("9223372036854775807"), std::numeric_limits<std::int64_t>::max());
  for (const char* text :
       {"", "+", "-", "+-1", "1.0", "1e3", " 1", "1 ", "0x1", "9223372036854775808", "abc"}) {
    EXPECT_EQ(parse_integer(text), std::nullopt) << text;
  }
}

TEST(FormatNumber, IsTheShortestTextThatReadsBack) {
  EXPECT_EQ(format_number(0.1), "0.1");
  EXPECT_EQ(format_number(0.1f), "0.1");
  EXPECT_EQ(format_number(1e30), "1e+30");
  EXPECT_EQ(format_number(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(format_number(-0.0), "-0");
  EXPECT_EQ(format_number(3.0), "3");
}

TEST(FormatNumber, NamesWhatIsNotANumber) {
  EXPECT_EQ(format_number(std::numeric_limits<double>::quiet_NaN()), "nan");
  EXPECT_EQ(format_number(-std::numeric_limits<double>::quiet_NaN()), "nan");
  EXPECT_EQ(format_number(std::numeric_limits<double>::infinity()), "inf");
  EXPECT_EQ(format_number(-std::numeric_limits<double>::infinity()), "-inf");
}

TEST(FormatNumber, EveryFiniteDoubleReadsBackBitForBit) {
  EXPECT_TRUE(rc::check([](std::uint64_t bits) {
    const double value = std::bit_cast<double>(bits);
    RC_PRE(std::isfinite(value));
    const std::optional<double> back = parse_double(format_number(value));
    RC_ASSERT(back.has_value());
    RC_ASSERT(std::bit_cast<std::uint64_t>(*back) == bits);
  }));
}

TEST(FormatNumber, EveryFiniteFloatReadsBackBitForBit) {
  EXPECT_TRUE(rc::check([](std::uint32_t bits) {
    const float value = std::bit_cast<float>(bits);
    RC_PRE(std::isfinite(value));
    const std::optional<double> back = parse_double(format_number(value));
    RC_ASSERT(back.has_value());
    RC_ASSERT(std::bit_cast<std::uint32_t>(static_cast<float>(*back)) == bits);
  }));
}

TEST(FormatSignificant, RoundsAndDropsTrailingZeros) {
  EXPECT_EQ(format_significant(0.123456, 3), "0.123");
  EXPECT_EQ(format_significant(2.5, 4), "2.5");
  EXPECT_EQ(format_significant(100, 4), "100");
  EXPECT_EQ(format_significant(99.96, 3), "100");
  EXPECT_EQ(format_significant(-0.0, 3), "0");
  EXPECT_EQ(format_significant(1.5e-7, 3), "1.5e-07");
  EXPECT_EQ(format_significant(std::numeric_limits<double>::infinity(), 3), "inf");
}

TEST(FormatSignificant, TakesDigitsOutOfRangeAsTheNearestSensible) {
  EXPECT_EQ(format_significant(1.25, 0), "1");
  EXPECT_EQ(format_significant(0.1, 1000), "0.10000000000000001");  // 17 digits
}

TEST(FormatCount, GroupsByThousands) {
  EXPECT_EQ(format_count(0), "0");
  EXPECT_EQ(format_count(999), "999");
  EXPECT_EQ(format_count(1000), "1,000");
  EXPECT_EQ(format_count(12345678), "12,345,678");
  EXPECT_EQ(format_count(std::numeric_limits<std::uint64_t>::max()), "18,446,744,073,709,551,615");
}

TEST(CountOf, KnowsOneFromMany) {
  EXPECT_EQ(count_of(1, "row"), "1 row");
  EXPECT_EQ(count_of(3, "row"), "3 rows");
  EXPECT_EQ(count_of(0, "row"), "0 rows");
  EXPECT_EQ(count_of(2, "category", "categories"), "2 categories");
  EXPECT_EQ(count_of(1200, "row"), "1,200 rows");
}

TEST(Join, PutsTheSeparatorBetween) {
  EXPECT_EQ(join({}, ", "), "");
  EXPECT_EQ(join(std::vector<std::string>{"a"}, ", "), "a");
  EXPECT_EQ(join(std::vector<std::string>{"a", "", "b"}, ", "), "a, , b");
}

TEST(SplitText, KeepsEmptyParts) {
  EXPECT_EQ(split_text("", ','), std::vector<std::string>{""});
  EXPECT_EQ(split_text("a", ','), std::vector<std::string>{"a"});
  EXPECT_EQ(split_text(",a,,b,", ','), (std::vector<std::string>{"", "a", "", "b", ""}));
}

TEST(SplitText, IsUndoneByJoin) {
  EXPECT_TRUE(
      rc::check([](const std::string& text) { RC_ASSERT(join(split_text(text, ','), ",") == text); }));
}

TEST(Trim, TakesBlanksOffBothEnds) {
  EXPECT_EQ(trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(trim("a"), "a");
  EXPECT_EQ(trim(" \n "), "");
  EXPECT_EQ(trim(""), "");
}

TEST(LowerCaseAscii, LeavesOtherBytesAlone) {
  EXPECT_EQ(lower_case_ascii("AbZ9 \xc3\x84"), "abz9 \xc3\x84");
}

TEST(Quoted, EscapesWhatATerminalWouldObey) {
  EXPECT_EQ(quoted("tall"), "\"tall\"");
  EXPECT_EQ(quoted(""), "\"\"");
  EXPECT_EQ(quoted("a\nb\tc\r"), "\"a\\nb\\tc\\r\"");
  EXPECT_EQ(quoted("\x1b[2J"), "\"\\x1b[2J\"");
  EXPECT_EQ(quoted("4\u00a0\ufeff"), "\"4\\u00a0\\ufeff\"");  // a terminal would show a plain 4
  EXPECT_EQ(quoted("\u202e\u200b"), "\"\\u202e\\u200b\"");
  EXPECT_EQ(quoted("say \"x\\y\""), "\"say \\\"x\\\\y\\\"\"");
  EXPECT_EQ(quoted(std::string_view("\0\x7f", 2)), "\"\\x00\\x7f\"");
  EXPECT_EQ(quoted("gr\xc3\xbc\xc3\x9f"), "\"gr\xc3\xbc\xc3\x9f\"");
}

TEST(Quoted, EscapesC1ControlsAndBytesThatAreNotUtf8) {
  EXPECT_EQ(quoted("\xc2\x9b"
                   "2J"),
            "\"\\xc2\\x9b2J\"");
  EXPECT_EQ(quoted("a\xff"), "\"a\\xff\"");
  EXPECT_EQ(quoted("\xe2\x82"), "\"\\xe2\\x82\"");
}

TEST(Quoted, CutsLongTextAtACharacterBoundary) {
  EXPECT_EQ(quoted(std::string(60, 'x')), "\"" + std::string(60, 'x') + "\"");
  EXPECT_EQ(quoted(std::string(61, 'x')), "\"" + std::string(60, 'x') + "...\"");
  // The two bytes of the last letter would be bytes 60 and 61.
  EXPECT_EQ(quoted(std::string(59, 'x') + "\xc3\xa4" + "yyy"), "\"" + std::string(59, 'x') + "...\"");
}

TEST(Quoted, NeverHoldsAControlCharacterNorMoreThanFourBytesForOne) {
  EXPECT_TRUE(rc::check([](const std::string& text) {
    const std::string result = quoted(text);
    RC_ASSERT(result.size() <= 4 * 60 + 5);
    for (const char c : result)
      RC_ASSERT(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
    RC_ASSERT(is_valid_utf8(result));
  }));
}

TEST(Printable, EscapesWhatIsNoVisibleCharacter) {
  EXPECT_EQ(printable("a\x1b[31m\n\t\r\x07\x7f"), "a\\x1b[31m\\n\\t\\r\\x07\\x7f");
  EXPECT_EQ(printable("\u202e\u2066\u200b\u200d\u2028\u2029\ufeff\u00ad\u061c"),
            "\\u202e\\u2066\\u200b\\u200d\\u2028\\u2029\\ufeff\\u00ad\\u061c");
  EXPECT_EQ(printable("\U000e0041"), "\\U000e0041");
  EXPECT_EQ(printable("\xc2\x9b\x9b\xff"), "\\xc2\\x9b\\x9b\\xff");
  EXPECT_EQ(printable("Größe 日本 \u00a0 🙂 \"a\\b\""), "Größe 日本 \u00a0 🙂 \"a\\b\"");
}

TEST(Printable, LinesKeepTheirBreaks) {
  EXPECT_EQ(printable_lines("a,\tb\n\x1b\u202e\n"), "a,\tb\n\\x1b\\u202e\n");
}

TEST(FormatCellNumber, HasNoExponentWhereTablesHaveNone) {
  EXPECT_EQ(format_cell_number(100000), "100000");
  EXPECT_EQ(format_cell_number(-2e6), "-2000000");
  EXPECT_EQ(format_cell_number(0.0001), "0.0001");
  EXPECT_EQ(format_cell_number(0), "0");
  EXPECT_EQ(format_cell_number(1234567.25), "1234567.25");
  EXPECT_EQ(format_cell_number(1e17), "1e+17");
  EXPECT_EQ(format_cell_number(1e-8), "1e-08");
  EXPECT_EQ(format_cell_number(9007199254740992), "9007199254740992");
}

TEST(EditDistance, CountsInsertionsDeletionsReplacementsAndSwaps) {
  EXPECT_EQ(edit_distance("", ""), 0u);
  EXPECT_EQ(edit_distance("relu", "relu"), 0u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("relu", "elu"), 1u);
  EXPECT_EQ(edit_distance("relu", "reul"), 1u);  // neighbours swapped
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
}

TEST(EditDistance, IsSymmetricAndBoundedByTheLongerWord) {
  EXPECT_TRUE(rc::check([](const std::string& a, const std::string& b) {
    const std::size_t distance = edit_distance(a, b);
    RC_ASSERT(distance == edit_distance(b, a));
    RC_ASSERT(distance <= std::max(a.size(), b.size()));
    RC_ASSERT(distance >= std::max(a.size(), b.size()) - std::min(a.size(), b.size()));
    RC_ASSERT((distance == 0) == (a == b));
  }));
}

TEST(NearestName, FindsATypingMistakeIgnoringCase) {
  const std::vector<std::string> names = {"logistic", "tanh", "relu", "leaky_relu", "Species"};
  EXPECT_EQ(nearest_name("rleu", names), "relu");
  EXPECT_EQ(nearest_name("RELU", names), "relu");
  EXPECT_EQ(nearest_name("003", std::vector<std::string>{"000", "001"}), "") << "another number";
  EXPECT_EQ(nearest_name("specie", names), "Species");
  EXPECT_EQ(nearest_name("leakyrelu", names), "leaky_relu");
}

TEST(NearestName, SaysNothingWhenNoneIsNear) {
  const std::vector<std::string> names = {"relu", "tanh"};
  EXPECT_EQ(nearest_name("adam", names), "");  // 3 of 4 letters differ from tanh
  EXPECT_EQ(nearest_name("", names), "");
  EXPECT_EQ(nearest_name("x", {}), "");
  EXPECT_EQ(nearest_name(std::string(100'000, 'r'), names), "");
}

TEST(NearestName, TakesTheFirstOfEquallyNear) {
  EXPECT_EQ(nearest_name("abcx", std::vector<std::string>{"abcd", "abce"}), "abcd");
}

TEST(ValidUtf8, RefusesOverlongFormsSurrogatesAndCutCharacters) {
  EXPECT_TRUE(is_valid_utf8(""));
  EXPECT_TRUE(is_valid_utf8("plain \xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80"));
  EXPECT_FALSE(is_valid_utf8("\x80"));
  EXPECT_FALSE(is_valid_utf8("\xc0\xaf"));          // '/' in two bytes
  EXPECT_FALSE(is_valid_utf8("\xe0\x80\xaf"));      // '/' in three
  EXPECT_FALSE(is_valid_utf8("\xf0\x80\x80\xaf"));  // and in four
  EXPECT_FALSE(is_valid_utf8("\xed\xa0\x80"));      // surrogate U+D800
  EXPECT_FALSE(is_valid_utf8("\xf4\x90\x80\x80"));  // U+110000
  EXPECT_FALSE(is_valid_utf8("\xf5\x80\x80\x80"));
  EXPECT_FALSE(is_valid_utf8("\xe2\x82"));
  EXPECT_FALSE(is_valid_utf8("\xc3("));
}

TEST(DisplayWidth, CountsCodePointsAndWideOnesTwice) {
  EXPECT_EQ(display_width(""), 0u);
  EXPECT_EQ(display_width("abc"), 3u);
  EXPECT_EQ(display_width("gr\xc3\xbc\xc3\x9f"), 4u);
  EXPECT_EQ(display_width("\xe6\x97\xa5\xe6\x9c\xac"), 4u);  // two Han characters
  EXPECT_EQ(display_width("\xf0\x9f\x98\x80"), 2u);          // U+1F600
  EXPECT_EQ(display_width("e\xcc\x81"), 1u);                 // e and a combining accent
  EXPECT_EQ(display_width("\xff\xfe"), 2u);                  // two bytes that are not UTF-8
}

}  // namespace
}  // namespace chainrule
