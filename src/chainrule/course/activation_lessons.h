// Lessons on activation functions: what they are, how gradients fade through them, and how weights must not
// start.
#pragma once

#include "chainrule/course/lesson_page.h"

namespace chainrule {

void write_activations_lesson(LessonPage& page);
void write_first_weights_lesson(LessonPage& page);
void write_vanishing_gradient_lesson(LessonPage& page);

}  // namespace chainrule
