#include "chainrule/toolkit/layout.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>

namespace chainrule::cli {
namespace {

using Words = std::vector<std::string>;

TEST(Shortened, CutsAtACharacterAndSaysSo) {
  EXPECT_EQ(shortened("abcdef", 6), "abcdef");
  EXPECT_EQ(shortened("abcdefg", 6), "abc...");
  EXPECT_EQ(shortened("äöüäöü", 5), "äö...");
}

TEST(Printable, LeavesNoControlCharacter) {
  EXPECT_EQ(printable("a\x1b[2J\n\t\x7f"), "a\\x1b[2J\\n\\t\\x7f");
  // U+009B is a control sequence introducer of its own.
  EXPECT_EQ(printable("\xc2\x9b"), "\\xc2\\x9b");
  EXPECT_EQ(printable("é日"), "é日");
}

TEST(NameList, JoinsAndCounts) {
  EXPECT_EQ(name_list({}), "");
  EXPECT_EQ(name_list({"a"}), "a");
  EXPECT_EQ(name_list({"a", "b", "c"}), "a, b and c");
  EXPECT_EQ(name_list({"a", "b", "c", "d"}, 2), "a, b and 2 more");
  // "and 1 more" would be longer than the name itself.
  EXPECT_EQ(name_list({"a", "b", "c"}, 2), "a, b and c");
}

TEST(ClockTime, CountsHoursOnlyWhenThereAreSome) {
  EXPECT_EQ(score_number(0.98551), "0.9855");
  EXPECT_EQ(score_number(-12345.678), "-12345.6780");
  EXPECT_EQ(score_number(-123456789012345678.0), "-1.23457e+17");
  EXPECT_EQ(score_number(std::nan("")), "nan");
  EXPECT_EQ(clock_time(7.4), "0:07");
  EXPECT_EQ(clock_time(59.6), "1:00");
  EXPECT_EQ(clock_time(3725), "1:02:05");
  EXPECT_EQ(clock_time(-1), "0:00");
}

TEST(ShellWord, QuotesOnlyWhereAShellWouldMisread) {
  EXPECT_EQ(shell_word("a/b-c_1.csv"), "a/b-c_1.csv");
  EXPECT_EQ(shell_word("my data.csv"), "'my data.csv'");
  EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_word(""), "''");
  EXPECT_EQ(shell_word("$(rm)"), "'$(rm)'");
}

TEST(SplitList, SplitsAtCommasOutsideQuotes) {
  EXPECT_EQ(split_list("a,b"), (Words{"a", "b"}));
  EXPECT_EQ(split_list(" a , b "), (Words{"a", "b"}));
  EXPECT_EQ(split_list("\"a,b\",c"), (Words{"a,b", "c"}));
  EXPECT_EQ(split_list("\"say \"\"hi\"\"\""), (Words{"say \"hi\""}));
  EXPECT_EQ(split_list(""), (Words{""}));
  EXPECT_EQ(split_list("a,"), (Words{"a", ""}));
}

TEST(SplitList, UndoesJoinedListForAnyParts) {
  const bool holds = rc::check("split_list(joined_list(parts)) == parts", [] {
    const auto parts = *rc::gen::nonEmpty<Words>();
    RC_ASSERT(split_list(joined_list(parts)) == parts);
  });
  EXPECT_TRUE(holds);
}

}  // namespace
}  // namespace chainrule::cli
