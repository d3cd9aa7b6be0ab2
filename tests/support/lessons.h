// Lessons for tests: their English text, and the numbers of their tables.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chainrule/base/text.h"
#include "chainrule/course/lesson.h"
#include "chainrule/course/lesson_text.h"

namespace chainrule::testing_support {

inline std::string text_of(std::string_view name) {
  const Lesson& lesson = find_lesson(name);
  return lesson_text(lesson, write_lesson(lesson, Language::en), 100);
}

inline std::vector<LessonTable> tables_of(std::string_view name) {
  std::vector<LessonTable> tables;
  const LessonPage page = write_lesson(find_lesson(name), Language::en);
  for (const LessonBlock& block : page.blocks()) {
    if (const auto* table = std::get_if<LessonTable>(&block)) tables.push_back(*table);
  }
  return tables;
}

// The number of a cell, "97.5%" too. Not std::stod, which follows the locale.
inline double number_in(std::string_view cell) {
  if (cell.ends_with('%')) cell.remove_suffix(1);
  return parse_double(cell).value_or(-1e300);
}

inline std::vector<double> column(const LessonTable& table, std::size_t c) {
  std::vector<double> values;
  for (const std::vector<std::string>& row : table.rows)
    values.push_back(number_in(row[c]));
  return values;
}

}  // namespace chainrule::testing_support
