// A lesson as text: for a terminal, and as Markdown for docs/lessons.
#pragma once

#include <cstddef>
#include <string>

#include "chainrule/course/lesson.h"

namespace chainrule {

// Lines of at most `width` columns, except formulas, tables and plots, which stay unchanged.
std::string lesson_text(const Lesson& lesson, const LessonPage& page, std::size_t width);
// `svg_name` is the file that the plot links to; "" leaves the link out.
std::string lesson_markdown(const Lesson& lesson, const LessonPage& page, const std::string& svg_name);

}  // namespace chainrule
