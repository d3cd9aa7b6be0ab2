#include "chainrule/data/known_names.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace chainrule {
namespace {

const std::vector<std::string> kKnown = {"weight", "height", "grade"};

TEST(KnownNames, AreFoundInTheFirstLineThatHoldsThem) {
  for (const char* const line : {"weight,height", "grade;weight;height", "weight\theight", "weight  height",
                                 "weight", "\"weight\",\"height\",other,more"}) {
    const auto found = find_known_names("A title\n\n" + std::string(line) + "\r\n1,2\n", kKnown);
    ASSERT_TRUE(found) << line;
    EXPECT_EQ(found->lines_above, 2u) << line;
  }
  EXPECT_FALSE(find_known_names("1,2\n3,4\n", kKnown));
  EXPECT_FALSE(find_known_names("weight,1,2,3\n3,4,5,6\n", kKnown));
  EXPECT_TRUE(find_known_names("weight,age\n3,4\n", std::span(kKnown).first(2)));
  EXPECT_FALSE(find_known_names("weight,4\n3,4\n", std::span(kKnown).first(2)));
  EXPECT_FALSE(find_known_names("weight,height\n", {}));
}

TEST(KnownNames, ThatAreNumbersMayBeCells) {
  const std::vector<std::string> years = {"2018", "2019"};
  EXPECT_FALSE(find_known_names("2018,2019\n", years));
}

}  // namespace
}  // namespace chainrule
