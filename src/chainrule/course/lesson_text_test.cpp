#include "chainrule/course/lesson_text.h"

#include <gtest/gtest.h>

namespace chainrule {
namespace {

void write_sample(LessonPage& page) {
  page.heading({"Numbers", "数"});
  page.say({"one two three", "一二三"});
  page.formulas({"a = 1", "b = 2"});
  page.table({{"name", "名"}, {"value", "值"}}, {{"a|b", "-1.5"}, {"c", "20"}});
  page.plot({"dots", "点"}, "*\n**\n", "<svg/>");
  page.try_next({"chainrule graph \"x\" x=1", {"look", "看"}});
}

constexpr Lesson kSample = {"sample", {"A sample", "样例"}, "S1.1 S1.2", write_sample};

TEST(LessonText, IsWhatATerminalShows) {
  EXPECT_EQ(lesson_text(kSample, write_lesson(kSample, Language::en), 80),
            "A sample\n========\n\nItems: S1.1 S1.2\n"
            "\nNumbers\n-------\n"
            "\none two three\n"
            "\n    a = 1\n    b = 2\n"
            "\n    name  value\n    a|b    -1.5\n    c        20\n"
            "\ndots\n\n    *\n    **\n"
            "\nTry next\n--------\n\n"
            "  look:\n    chainrule graph \"x\" x=1\n");
}

TEST(LessonText, UnderlinesChineseAsWideAsItIs) {
  const std::string text = lesson_text(kSample, write_lesson(kSample, Language::zh), 80);
  EXPECT_TRUE(text.starts_with("样例\n====\n")) << text;
}

TEST(LessonMarkdown, EscapesWhatMarkdownWouldRead) {
  EXPECT_EQ(lesson_markdown(kSample, write_lesson(kSample, Language::en), "sample.svg"),
            "# A sample\n\nItems: S1.1 S1.2\n"
            "\n## Numbers\n"
            "\none two three\n"
            "\n```\na = 1\nb = 2\n```\n"
            "\n| name | value |\n|---|---:|\n| a\\|b | -1.5 |\n| c | 20 |\n"
            "\n![dots](sample.svg)\n"
            "\n## Try next\n\n"
            "- look: `chainrule graph \"x\" x=1`\n");
}

}  // namespace
}  // namespace chainrule
