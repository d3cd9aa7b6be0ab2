#include "chainrule/course/lesson_page.h"

#include <gtest/gtest.h>

#include "chainrule/base/error.h"

namespace chainrule {
namespace {

TEST(LessonPage, SpeaksOneLanguage) {
  for (const Language language : {Language::en, Language::zh}) {
    LessonPage page(language);
    page.say({"{0} corrections", "修正 {0} 次"}, {"7"});
    EXPECT_EQ(std::get<LessonParagraph>(page.blocks().at(0)).text,
              language == Language::en ? "7 corrections" : "修正 7 次");
  }
}

TEST(LessonPage, KeepsOnePictureForAFile) {
  LessonPage page(Language::en);
  EXPECT_EQ(page.svg(), "");
  page.plot({"text only", "仅文字"}, "***\n");
  EXPECT_EQ(page.svg(), "");
  page.plot({"a line", "直线"}, {{.title = "line", .series = {{"", {{0, 0}, {1, 1}}}}}});
  EXPECT_TRUE(page.svg().starts_with("<svg "));
  EXPECT_THROW(page.plot({"b", "乙"}, "x\n", "<svg/>"), StateError);
}

}  // namespace
}  // namespace chainrule
