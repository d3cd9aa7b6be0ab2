#include "chainrule/base/text_layout.h"

#include <gtest/gtest.h>

namespace chainrule {
namespace {

TEST(Wrapped, BreaksBetweenWordsAndIndentsWhatFollows) {
  // 4 columns for "ab: ", 20 left: "one two three four" takes 18, with " five" 23.
  EXPECT_EQ(wrapped("ab: ", "one two three four five six", 24), "ab: one two three four\n    five six\n");
}

TEST(Wrapped, KeepsLineBreaksAndTheirOwnIndent) {
  EXPECT_EQ(wrapped("- ", "what\n  at: here", 60), "- what\n    at: here\n");
}

TEST(Wrapped, NeverCutsAWord) {
  const std::string word(80, 'x');
  EXPECT_EQ(wrapped("", word + " y", 40), word + "\ny\n");
}

TEST(Wrapped, BreaksBetweenChineseCharactersButNotBeforeAMark) {
  // Room for 20 columns, ten characters; the comma may not begin the second line, so 十 goes with it.
  EXPECT_EQ(wrapped("", "一二三四五六七八九十，甲乙 x", 20), "一二三四五六七八九\n十，甲乙 x\n");
  EXPECT_EQ(wrapped("", "一二三四五六七八九（甲）", 20), "一二三四五六七八九\n（甲）\n");
  EXPECT_EQ(wrapped("", "权重w是double", 40), "权重w是double\n");
}

TEST(Wrapped, CountsColourAsNothing) {
  EXPECT_EQ(wrapped("\x1b[1mab\x1b[0m  ", "c\nd", 40), "\x1b[1mab\x1b[0m  c\n    d\n");
}

TEST(Aligned, PutsCellsIntoColumnsWithoutBlanksAtTheEnds) {
  EXPECT_EQ(aligned({{"name", "n", ""}, {"x", "12", "z"}}, {Align::left, Align::right}, 1),
            " name   n\n x     12  z\n");
}

TEST(Aligned, CountsWideLettersTwice) {
  EXPECT_EQ(aligned({{"日本", "a"}, {"abc", "b"}}, {}), "日本  a\nabc   b\n");
}

}  // namespace
}  // namespace chainrule
