// Lessons on activation functions: their properties, the gradients that fade through them, and why initial
// weights must differ.
#pragma once

#include "chainrule/course/lesson_page.h"

namespace chainrule {

void write_activations_lesson(LessonPage& page);
void write_first_weights_lesson(LessonPage& page);
void write_vanishing_gradient_lesson(LessonPage& page);

}  // namespace chainrule
