// Lessons on how large a network should be: approximation, depth and width.
#pragma once

#include "chainrule/course/lesson_page.h"

namespace chainrule {

void write_universal_approximation_lesson(LessonPage& page);
void write_architecture_sweep_lesson(LessonPage& page);

}  // namespace chainrule
