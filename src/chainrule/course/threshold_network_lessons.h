// Lessons on threshold units in several layers: the exclusive or, and the shapes of decision regions.
#pragma once

#include "chainrule/course/lesson_page.h"

namespace chainrule {

void write_xor_two_layer_lesson(LessonPage& page);
void write_decision_regions_lesson(LessonPage& page);

}  // namespace chainrule
