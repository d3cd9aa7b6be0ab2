#include "chainrule/data/equal_texts.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "chainrule/data/equal_rows.h"
#include "support/test_tables.h"

namespace chainrule {
namespace {

using testing_support::table_of;
using testing_support::words;

// 40 rows, twice: a number for each row, a measurement and a word.
Table doubled() {
  std::vector<std::string> number, x, y;
  for (int row = 0; row < 80; ++row) {
    number.push_back(std::to_string(row + 1));
    x.push_back(std::to_string(row % 40) + (row < 40 ? ".5" : ".50"));
    y.push_back(row % 2 == 0 ? "a" : "b");
  }
  return table_of({words("n", number), words("x", x), words("y", y)});
}

TEST(EqualTexts, NumbersAreComparedByValueAndCountersNotAtAll) {
  const EqualTexts equal = equal_texts(doubled(), "");
  EXPECT_EQ(count_repeats(equal.firsts), 40u);
  EXPECT_EQ(equal.firsts[41], 1u);
  EXPECT_FALSE(equal.may_coincide);
}

TEST(EqualTexts, RowsOfFewValuesMayCoincide) {
  std::vector<std::string> a, y;
  for (int row = 0; row < 80; ++row) {
    a.push_back(std::to_string(row % 3));
    y.push_back(row % 2 == 0 ? "a" : "b");
  }
  EXPECT_TRUE(equal_texts(table_of({words("a", a), words("y", y)}), "y").may_coincide);
}

}  // namespace
}  // namespace chainrule
