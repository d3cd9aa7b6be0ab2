#include "chainrule/course/graph_lessons.h"

#include <gtest/gtest.h>

#include "support/lessons.h"

namespace chainrule {
namespace {

using testing_support::text_of;

TEST(GraphLessons, XyzHasTheNumbersOfTheSlide) {
  const std::string text = text_of("graph-xyz");
  for (const char* const words : {"q = x + y = -2 + 5 = 3", "f = q z = 3 * (-4) = -12", "df/dz = 1 * q = 3",
                                  "df/dx = df/dq * 1 = -4", "df/dy = df/dq * 1 = -4"})
    EXPECT_NE(text.find(words), std::string::npos) << words;
}

TEST(GraphLessons, SigmoidHasTheNumbersOfTheSlides) {
  const std::string text = text_of("graph-sigmoid");
  for (const char* const words : {"sees 1.37 and passes back -1/1.37^2 * 1.00 = -0.53", "0.73 * 0.27 = 0.20"})
    EXPECT_NE(text.find(words), std::string::npos) << words;
}

}  // namespace
}  // namespace chainrule
