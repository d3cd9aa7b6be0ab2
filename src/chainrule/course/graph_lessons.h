// Lessons on computational graphs: (x + y) z, and the logistic neuron of the slides.
#pragma once

#include "chainrule/course/lesson_page.h"

namespace chainrule {

void write_graph_xyz_lesson(LessonPage& page);
void write_graph_sigmoid_lesson(LessonPage& page);

}  // namespace chainrule
