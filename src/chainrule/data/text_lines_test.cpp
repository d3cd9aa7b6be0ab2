#include "chainrule/data/text_lines.h"

#include <gtest/gtest.h>

#include <vector>

#include "data/table_files.h"

namespace chainrule {
namespace {

using Words = std::vector<std::string>;

Words lines_of(const std::string& text, std::size_t read_ahead) {
  const auto source = test::source_of(text, read_ahead);
  TextLines lines(*source);
  Words found;
  while (lines.next())
    found.push_back(std::to_string(lines.number()) + "|" + std::string(lines.line()));
  return found;
}

TEST(TextLines, EndAtLineFeedsAndLoseBlanksAndAByteOrderMark) {
  for (const std::size_t read_ahead : {std::size_t{1}, std::size_t{7}, kReadAhead}) {
    EXPECT_EQ(lines_of("\xef\xbb\xbf"
                       "a b \r\n\n\t c\nlast",
                       read_ahead),
              (Words{"1|a b", "2|", "3|c", "4|last"}));
    EXPECT_EQ(lines_of("one\n", read_ahead), (Words{"1|one"}));
    EXPECT_EQ(lines_of("", read_ahead), Words{});
  }
}

TEST(TextLines, BytesThatAreNoTextHaveTheirLine) {
  const auto source = test::source_of("a\nb\xff\n");
  TextLines lines(*source);
  EXPECT_TRUE(lines.next());
  EXPECT_EQ(test::data_error_of([&] { lines.next(); }).where, "t.csv:2");
}

TEST(TextLines, APipeIsKeptToBeReadTwice) {
  const auto source = rereadable(test::source_of("a\nb\n"));
  ASSERT_TRUE(source->can_rewind());
  EXPECT_EQ(source->display_name(), "t.csv");
  TextLines lines(*source);
  for (int time = 0; time < 2; ++time) {
    EXPECT_TRUE(lines.next());
    EXPECT_EQ(lines.line(), "a");
    EXPECT_TRUE(lines.next());
    EXPECT_FALSE(lines.next());
    lines.rewind();
  }
}

TEST(TakeField, TakesFieldsOffTheFront) {
  std::string_view text = "  1\t-2  x ";
  EXPECT_EQ(take_field(text), "1");
  EXPECT_EQ(take_field(text), "-2");
  EXPECT_EQ(take_field(text), "x");
  EXPECT_EQ(take_field(text), "");
}

}  // namespace
}  // namespace chainrule
