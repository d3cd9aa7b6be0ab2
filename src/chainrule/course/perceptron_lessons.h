// Lessons on threshold units in one layer: gates and their lines, the perceptron rule, and its limit.
#pragma once

#include "chainrule/course/lesson_page.h"

namespace chainrule {

void write_gates_lesson(LessonPage& page);
void write_perceptron_rule_lesson(LessonPage& page);
void write_xor_limit_lesson(LessonPage& page);

}  // namespace chainrule
