#include "chainrule/data/row_lines.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace chainrule {
namespace {

using Lines = std::vector<std::uint64_t>;

Lines listed(const RowLines& lines) {
  return {lines.begin(), lines.end()};
}

TEST(RowLines, GivesBackTheLinesItWasGiven) {
  const RowLines lines = {2, 3, 5, 9, 10, 11};
  EXPECT_EQ(lines.size(), 6u);
  EXPECT_EQ(listed(lines), (Lines{2, 3, 5, 9, 10, 11}));
  EXPECT_EQ(lines[0], 2u);
  EXPECT_EQ(lines[5], 11u);
  EXPECT_TRUE(RowLines().empty());
}

TEST(RowLines, AreEqualHoweverTheyWereAdded) {
  RowLines lines;
  lines.push_back_run(2, 2);
  lines.push_back_run(4, 0);
  lines.push_back_run(4, 1);
  EXPECT_EQ(lines, (RowLines{2, 3, 4}));
  EXPECT_FALSE(lines == (RowLines{2, 3, 5}));
  EXPECT_FALSE(lines == (RowLines{2, 3}));
  lines.clear();
  EXPECT_EQ(lines, RowLines());
}

RC_GTEST_PROP(RowLines, PartsJoinWithTheirOffsets, ()) {
  const auto parts = *rc::gen::arbitrary<std::vector<std::vector<std::uint8_t>>>();
  RowLines lines;
  Lines expected;
  std::uint64_t offset = 1;
  for (const std::vector<std::uint8_t>& steps : parts) {
    Lines part;
    std::uint64_t line = 0;
    for (const std::uint8_t step : steps) {
      part.push_back(line);
      expected.push_back(offset + line);
      line += 1 + step % 3;
    }
    lines.append(RowLines(part), offset);
    offset += line;
  }
  RC_ASSERT(listed(lines) == expected);
  RC_ASSERT(lines == RowLines(expected));
  for (std::size_t r = 0; r < expected.size(); ++r)
    RC_ASSERT(lines[r] == expected[r]);
}

}  // namespace
}  // namespace chainrule
