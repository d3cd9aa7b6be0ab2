#include "chainrule/data/text_source.h"

#include <gtest/gtest.h>

#include <string>

#include "data/table_files.h"

namespace chainrule {
namespace {

// The text, rewritten in parts of any size.
std::string rewritten_in_parts(const std::string& text, const LineRules& rules) {
  const std::string whole = rewritten(text, InputState::ended, rules);
  for (const std::size_t part : {std::size_t{1}, std::size_t{3}, std::size_t{7}}) {
    LineRewriter rewriter(rules);
    std::string out;
    for (std::size_t at = 0; at < text.size(); at += part)
      rewriter.add(std::string_view(text).substr(at, part), InputState::more_may_come, out);
    rewriter.add("", InputState::ended, out);
    EXPECT_EQ(out, whole) << part;
  }
  return whole;
}

TEST(LineRewriter, JoinsBlanksOutsideQuotes) {
  LineRules rules = {.dialect = ' ', .joins_blanks = true};
  EXPECT_EQ(rewritten_in_parts("  a\t b  \n1   2\r\n\n\"x  y\"  \"\"\"z  \"\n", rules),
            "a b\n1 2\r\n\n\"x  y\" \"\"\"z  \"\n");
  rules.dialect.comment = '#';
  EXPECT_EQ(rewritten_in_parts("# don't  \"\n1  2\n", rules), "# don't  \"\n1 2\n");
}

TEST(LineRewriter, TakesOffDelimitersAtTheEndOfRows) {
  LineRules rules = {.end_delimiter = EndDelimiter::drop};
  EXPECT_EQ(rewritten_in_parts("a,b\n1,2,\n3,, \n\"x,\ny\",4,\n5\"\",6,", rules),
            "a,b\n1,2\n3,\n\"x,\ny\",4\n5\"\",6");
  rules.end_delimiters = 2;
  EXPECT_EQ(rewritten_in_parts("a,b,,\n1,,,\n", rules), "a,b\n1,\n");
  rules.end_delimiter = EndDelimiter::drop_in_header;
  rules.end_delimiters = 1;
  EXPECT_EQ(rewritten_in_parts("\na,b,\n1,\n", rules), "\na,b\n1,\n");
}

TEST(LineRewriter, PutsATextBeforeTheFirstRow) {
  EXPECT_EQ(rewritten_in_parts("\na,b\n1,2,3\n", {.header_prefix = ","}), "\n,a,b\n1,2,3\n");
}

TEST(LineRewriter, HoldsBackTheLastLines) {
  EXPECT_EQ(rewritten_in_parts("a\nb\nc\n", {.skip_last = 1}), "a\nb\n");
  EXPECT_EQ(rewritten_in_parts("a\r\nb\r\n\r\nc", {.skip_last = 2}), "a\r\n");
  EXPECT_EQ(rewritten_in_parts("a\nb\n\n \n", {.skip_last = 1}), "a\n");
  EXPECT_EQ(rewritten_in_parts("a\n", {.skip_last = 5}), "");
}

std::string rest_of(TextSource& source) {
  std::string text(100, '\0');
  text.resize(source.read_fully(text));
  return text;
}

TEST(TextSource, RestartsAtTheTable) {
  for (const bool is_file : {true, false}) {
    const auto bytes =
        is_file ? test::file_of("top\na,b\n1,2,\nend\n") : test::source_of("top\na,b\n1,2,\nend\n");
    TextSource source(*bytes, TextSource::Keep::all);
    EXPECT_EQ(source.peek(3), "top");
    std::string skipped(4, '\0');
    source.read_fully(skipped);
    source.start_table({.end_delimiter = EndDelimiter::drop, .skip_last = 1});
    EXPECT_EQ(rest_of(source), "a,b\n1,2\n");
    source.restart();
    EXPECT_EQ(rest_of(source), "a,b\n1,2\n");
    EXPECT_EQ(source.text_from_start(100).text, "top\na,b\n1,2,\nend\n");
    EXPECT_EQ(source.text_from_start(9).text, "top\na,b\n");
  }
}

}  // namespace
}  // namespace chainrule
