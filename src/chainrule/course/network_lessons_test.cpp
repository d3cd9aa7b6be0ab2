#include "chainrule/course/network_lessons.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "chainrule/base/text.h"
#include "chainrule/course/lesson_text.h"

namespace chainrule {
namespace {

std::string text_of(std::string_view name) {
  const Lesson& lesson = find_lesson(name);
  return lesson_text(lesson, write_lesson(lesson, Language::en), 200);
}

void expect_words(const std::string& text, std::initializer_list<const char*> words) {
  for (const char* const part : words)
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
}

// The numbers are those of named_only_systems in tests/golden/worked_examples.json.
TEST(NetworkLessons, RbfSolvesExclusiveOr) {
  expect_words(text_of("rbf"), {"w1 = w2 = -2.502650 and b = 2.841347", "0.1353", "0.3679"});
}

TEST(NetworkLessons, MoreCentresFollowThePointsAndLoseTheCurve) {
  const LessonPage page = write_lesson(find_lesson("rbf"), Language::en);
  const LessonTable* errors = nullptr;
  for (const LessonBlock& block : page.blocks()) {
    const auto* table = std::get_if<LessonTable>(&block);
    if (table != nullptr && table->columns.front() == "centres") errors = table;
  }
  ASSERT_NE(errors, nullptr);
  double before = 1e9, smallest = 1e9;
  for (const std::vector<std::string>& row : errors->rows) {
    EXPECT_LE(parse_double(row[1]).value(), before);
    before = parse_double(row[1]).value();
    smallest = std::min(smallest, parse_double(row[2]).value());
  }
  EXPECT_GT(parse_double(errors->rows.front()[2]).value(), 2 * smallest) << "too few";
  EXPECT_GT(parse_double(errors->rows.back()[2]).value(), 1.2 * smallest) << "too many";
}

TEST(NetworkLessons, HopfieldFallsFromMinus2ToMinus14AndRecallsTheLetters) {
  const std::string text = text_of("hopfield");
  expect_words(text, {"The energy falls from -2 to -14", "+-+-+-", "yes"});
  EXPECT_EQ(text.find("  no"), std::string::npos) << text;
}

TEST(NetworkLessons, GraphNetworkHasTheWorkedNumbersAndProvesItsGradient) {
  expect_words(text_of("graph-network"),
               {"0.6792", "0.4073", "0.6027", "0.3874", "0.5927", "0.4533", "0.4583"});
}

}  // namespace
}  // namespace chainrule
