// Lessons on back-propagation: the 3-3-2 network unit by unit, the 2-3-2-2 network in matrices, the worked
// example of lecture 004 with its slips, and XOR.
#pragma once

#include "chainrule/course/lesson_page.h"

namespace chainrule {

void write_bp_3_3_2_lesson(LessonPage& page);
void write_bp_matrix_lesson(LessonPage& page);
void write_bp_2_3_2_1_lesson(LessonPage& page);
void write_xor_by_bp_lesson(LessonPage& page);

}  // namespace chainrule
