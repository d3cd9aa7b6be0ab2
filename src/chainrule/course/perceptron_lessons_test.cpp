#include "chainrule/course/perceptron_lessons.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "chainrule/course/lesson_text.h"

namespace chainrule {
namespace {

// Runs of blanks become one, so that column widths do not matter.
std::string text_of(std::string_view name) {
  const Lesson& lesson = find_lesson(name);
  std::string text = lesson_text(lesson, write_lesson(lesson, Language::en), 4000);
  const auto both_blank = [](char a, char b) { return a == ' ' && b == ' '; };
  text.erase(std::unique(text.begin(), text.end(), both_blank), text.end());
  return text;
}

void expect_words(const std::string& text, std::initializer_list<const char*> all) {
  for (const char* const words : all)
    EXPECT_NE(text.find(words), std::string::npos) << words << "\n" << text;
}

TEST(PerceptronLessons, GatesHaveTheLecturesLines) {
  expect_words(text_of("gates"), {"x1 = -x2 + 1.5", "x1 = -x2 + 0.5", "AND 0.5 x1 + 0.5 x2 - 0.75 = 0",
                                  "0.3536", "nand (-1, -1) -1.5 (0, 0) 0 1"});
}

TEST(PerceptronLessons, TheRuleShowsTheWholeRunTheBoundAndTheSignOfZero) {
  const std::string text = text_of("perceptron-rule");
  expect_words(text,
               {"7 corrections in 12 presentations", "W = (0.3, -0.2, 0.3, 0.5)",
                "1 1 1 2.5 1 -1 -2 0.7 0.8 -0.6 0", "12 4 3 -0.2 -1 1 2 0.3 -0.2 0.3 0.5",
                "15 5 3 0.45 1 1 0 0.3 -0.2 0.3 0.5", "R^2 |w*|^2 / gamma^2 = 282", "nearer to 0 than 0.1",
                "-1 2 9 (0, -2, -1, 2) 282", "0 3 6 (1, -3, 1, 2) 1128", "1 4 9 (4, -4, 0, 3) 282"});
}

TEST(PerceptronLessons, TheLimitHasItsPeriodAndItsProof) {
  expect_words(text_of("xor-limit"),
               {"After epoch 2 the weights are the same as after epoch 1, (-0.25, -0.5, 0.125)",
                "the period is 1 epoch", "sum 0 0 0", "The sum is exactly 0",
                "XOR not separable (1, 1, 1, 1) without rounding", "OR separable"});
}

}  // namespace
}  // namespace chainrule
