#include "chainrule/teach/lesson.h"

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/teach/graph_lessons.h"

namespace chainrule {
namespace {

constexpr Lesson kLessons[] = {
    {"graph-xyz", {"A computational graph: (x + y) z", "计算图：(x + y) z"}, "S3.20", write_graph_xyz_lesson},
    {"graph-sigmoid",
     {"A logistic neuron, gate by gate", "逐门计算一个逻辑斯谛神经元"},
     "S1.38-S1.40 E1.11-E1.12",
     write_graph_sigmoid_lesson},
};

}  // namespace

std::span<const Lesson> all_lessons() {
  return kLessons;
}

const Lesson& find_lesson(std::string_view name) {
  std::vector<std::string> names;
  for (const Lesson& lesson : kLessons) {
    if (lesson.name == name) return lesson;
    names.emplace_back(lesson.name);
  }
  const std::string nearest = nearest_name(name, names);
  throw UsageError({.what = "no such lesson",
                    .expected = join(names, ", "),
                    .got = quoted(name),
                    .advice = nearest.empty() ? "" : "did you mean " + quoted(nearest) + "?"});
}

LessonPage write_lesson(const Lesson& lesson, Language language) {
  LessonPage page(language);
  lesson.write(page);
  return page;
}

}  // namespace chainrule
