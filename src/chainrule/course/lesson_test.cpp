#include "chainrule/course/lesson.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "support/test_tables.h"

namespace chainrule {
namespace {

// Whether the text holds a Chinese character or one of its marks (three bytes from U+2E80 on).
bool has_chinese(const std::string& text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) {
                       return static_cast<unsigned char>(c) >= 0xE3 && static_cast<unsigned char>(c) <= 0xE9;
                     }) ||
         text.find("（") != std::string::npos;
}

TEST(Lessons, AreTheOnesThatAreNamed) {
  std::set<std::string_view> names;
  for (const Lesson& lesson : all_lessons()) {
    EXPECT_TRUE(names.insert(lesson.name).second) << lesson.name << " twice";
    EXPECT_EQ(&find_lesson(lesson.name), &lesson);
    EXPECT_FALSE(lesson.items.empty()) << lesson.name;
  }
}

TEST(Lessons, SayWhichIsNearest) {
  const ErrorText report = testing_support::report_of<UsageError>([] { find_lesson("graph-xzy"); });
  EXPECT_EQ(report.advice, "did you mean \"graph-xyz\"?");
}

TEST(Lessons, AreWrittenWholeInBothLanguages) {
  for (const Lesson& lesson : all_lessons()) {
    SCOPED_TRACE(lesson.name);
    const LessonPage english = write_lesson(lesson, Language::en),
                     chinese = write_lesson(lesson, Language::zh);
    ASSERT_EQ(english.blocks().size(), chinese.blocks().size());
    bool has_commands = false;
    for (std::size_t i = 0; i < english.blocks().size(); ++i) {
      ASSERT_EQ(english.blocks()[i].index(), chinese.blocks()[i].index());
      if (const auto* paragraph = std::get_if<LessonParagraph>(&english.blocks()[i])) {
        EXPECT_FALSE(has_chinese(paragraph->text)) << paragraph->text;
        const std::string& other = std::get<LessonParagraph>(chinese.blocks()[i]).text;
        EXPECT_TRUE(has_chinese(other)) << other;
        EXPECT_TRUE(is_valid_utf8(other));
      } else if (const auto* heading = std::get_if<LessonHeading>(&english.blocks()[i])) {
        EXPECT_TRUE(has_chinese(std::get<LessonHeading>(chinese.blocks()[i]).text)) << heading->text;
      } else if (const auto* table = std::get_if<LessonTable>(&english.blocks()[i])) {
        EXPECT_FALSE(table->rows.empty());
        for (const std::vector<std::string>& row : table->rows)
          EXPECT_EQ(row.size(), table->columns.size());
      } else if (const auto* command = std::get_if<LessonCommand>(&english.blocks()[i])) {
        has_commands = true;
        EXPECT_TRUE(command->command.starts_with("chainrule ")) << command->command;
      } else {
        EXPECT_FALSE(has_commands) << "the commands to try come last";
      }
    }
    EXPECT_TRUE(has_commands) << "it ends with what to try next";
  }
}

TEST(Lessons, AreTheSameEachTime) {
  for (const Lesson& lesson : all_lessons()) {
    const LessonPage first = write_lesson(lesson, Language::en), second = write_lesson(lesson, Language::en);
    for (std::size_t i = 0; i < first.blocks().size(); ++i) {
      const auto* table = std::get_if<LessonTable>(&first.blocks()[i]);
      if (table == nullptr) continue;
      EXPECT_EQ(table->rows, std::get<LessonTable>(second.blocks()[i]).rows) << lesson.name;
    }
  }
}

}  // namespace
}  // namespace chainrule
