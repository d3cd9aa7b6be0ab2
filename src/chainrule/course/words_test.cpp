#include "chainrule/course/words.h"

#include <gtest/gtest.h>

#include <vector>

#include "chainrule/base/error.h"

namespace chainrule {
namespace {

TEST(Filled, PutsValuesIntoTheirPlacesInAnyOrder) {
  const std::vector<std::string> values = {"7", "12"};
  EXPECT_EQ(filled("{0} of {1}", values), "7 of 12");
  EXPECT_EQ(filled("{1} 次中 {0} 次", values), "12 次中 7 次");
  EXPECT_EQ(filled("{0}{0}", values), "77");
}

TEST(Filled, LeavesOtherBracesAlone) {
  EXPECT_EQ(filled("the set {x, y}, w_{ij} and {0", std::vector<std::string>{"1"}),
            "the set {x, y}, w_{ij} and {0");
  EXPECT_EQ(filled("", {}), "");
}

TEST(Filled, RefusesAPlaceWithoutAValue) {
  EXPECT_THROW(filled("{1}", std::vector<std::string>{"a"}), StateError);
  EXPECT_THROW(filled("{-1}", std::vector<std::string>{"a"}), StateError);
}

}  // namespace
}  // namespace chainrule
