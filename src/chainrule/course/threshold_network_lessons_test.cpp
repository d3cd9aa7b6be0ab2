#include "chainrule/course/threshold_network_lessons.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "chainrule/course/lesson_text.h"

namespace chainrule {
namespace {

std::string text_of(std::string_view name) {
  const Lesson& lesson = find_lesson(name);
  std::string text = lesson_text(lesson, write_lesson(lesson, Language::en), 4000);
  const auto both_blank = [](char a, char b) { return a == ' ' && b == ' '; };
  text.erase(std::unique(text.begin(), text.end(), both_blank), text.end());
  return text;
}

TEST(ThresholdNetworkLessons, TwoLayersHaveBothRealisationsAndTheirCodes) {
  const std::string text = text_of("xor-two-layer");
  for (const char* const words :
       {"y1 = step(-x1 + x2 + 0.5)", "o = step(-y1 - y2 + 1.5)", "o = sgn(-y1 - y2 + 1)",
        "(0, 1) (1.5, -0.5) (1, 0) 0.5 1", "(0, 1) (1.5, -0.5) (1, -1) 1 1", "share one code, (1, 1)",
        "plane of x not separable, in the plane of y separable"})
    EXPECT_NE(text.find(words), std::string::npos) << words << "\n" << text;
}

TEST(ThresholdNetworkLessons, RegionsHaveTheirTableAndTheCounterexample) {
  const std::string text = text_of("decision-regions");
  for (const char* const words :
       {"half-plane 0 2-1 011001110", "triangle 1 2-3-1 100010000", "triangle or square 2 2-7-2-1 101010010",
        "yes at (0, 1) and at (1, 0), but no at (0.5, 0.5)", "triangle 0\n"})
    EXPECT_NE(text.find(words), std::string::npos) << words << "\n" << text;
  const std::string svg = write_lesson(find_lesson("decision-regions"), Language::en).svg();
  EXPECT_NE(svg.find("XOR: one hidden layer, not convex"), std::string::npos);
}

}  // namespace
}  // namespace chainrule
