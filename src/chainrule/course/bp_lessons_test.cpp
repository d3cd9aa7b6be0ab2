#include "chainrule/course/bp_lessons.h"

#include <gtest/gtest.h>

#include "chainrule/course/lesson_text.h"

namespace chainrule {
namespace {

std::string text_of(std::string_view name) {
  const Lesson& lesson = find_lesson(name);
  return lesson_text(lesson, write_lesson(lesson, Language::en), 2000);
}

void expect_words(const std::string& text, std::initializer_list<const char*> words) {
  for (const char* const word : words)
    EXPECT_NE(text.find(word), std::string::npos) << word;
}

// The numbers are those of the reference values: omega_23 of L1, and delta of L1 if the new weights were
// used.
TEST(BpLessons, UnitByUnit) {
  expect_words(text_of("bp-3-3-2"), {"= 20 parameters", "0.679688 - 0.5 · 0.00030691 = 0.679534",
                                     "would be -0.000130849 instead of -3.58519e-05", "δ_·2^L1"});
}

TEST(BpLessons, Matrices) {
  expect_words(text_of("bp-matrix"),
               {"[7.19816e-05, -0.00142763; 0.0001033, -0.00204879; -9.64553e-05, 0.00191303]", "0.254587",
                "0.0848623", "w_(3,5)", "ω_32^L2"});
}

TEST(BpLessons, TheExampleAndItsSlips) {
  expect_words(text_of("bp-2-3-2-1"),
               {"7.979583862", "-6.141631332e-06", "rises to 6.857751871e-06", "falls to 3.078442976e-06",
                "Of 37 printed numbers 28 differ", "explains 17 of them"});
}

TEST(BpLessons, XorAtTheDocumentsIterations) {
  expect_words(text_of("xor-by-bp"), {"starts at 0.501", "is 0.167 at 8000 and 0.00776 at 11050",
                                      "neither the initial weights, nor the learning rate"});
}

}  // namespace
}  // namespace chainrule
