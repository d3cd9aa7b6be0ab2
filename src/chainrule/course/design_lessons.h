// Lessons on what a network can be and how large it should be: approximation, depth and width, penalties, a first
// classification.
#pragma once

#include "chainrule/course/lesson_page.h"

namespace chainrule {

void write_universal_approximation_lesson(LessonPage& page);
void write_architecture_sweep_lesson(LessonPage& page);
void write_regularisation_lesson(LessonPage& page);
void write_two_moons_lesson(LessonPage& page);

}  // namespace chainrule
