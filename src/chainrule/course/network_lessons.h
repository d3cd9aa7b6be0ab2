// Lessons on networks other than layered perceptrons: radial basis functions, feedback, a graph.
#pragma once

#include "chainrule/course/lesson_page.h"

namespace chainrule {

void write_rbf_lesson(LessonPage& page);
void write_hopfield_lesson(LessonPage& page);
void write_graph_network_lesson(LessonPage& page);

}  // namespace chainrule
