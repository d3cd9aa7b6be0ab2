// Lessons on the quantity that training minimises: a penalty on large weights, and a first classification in
// batches.
#pragma once

#include "chainrule/course/lesson_page.h"

namespace chainrule {

void write_regularisation_lesson(LessonPage& page);
void write_two_moons_lesson(LessonPage& page);

}  // namespace chainrule
