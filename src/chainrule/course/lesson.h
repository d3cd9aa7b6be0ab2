// The lessons: each works through a few items of the lecture documents with numbers calculated when it is
// shown.
//
// Items are named as docs/seeds.md lists them: S0.1 to S4.21 for what the five documents describe, E0.1 to
// E4.13 for their slips.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chainrule/course/lesson_page.h"

namespace chainrule {

struct Lesson {
  std::string_view name;  // "xor-by-bp"
  Words title;
  std::string_view items;  // "S1.3 S1.4 S3.10-S3.11"
  void (*write)(LessonPage& page);
};

// In the recommended order.
std::span<const Lesson> all_lessons();
// Throws a UsageError that lists the names and suggests the nearest one.
const Lesson& find_lesson(std::string_view name);
// The whole lesson.
LessonPage write_lesson(const Lesson& lesson, Language language);

}  // namespace chainrule
