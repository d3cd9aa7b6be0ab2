// A page collects blocks in one language; lesson_text.cpp decides their appearance.
#include "chainrule/course/lesson_page.h"

#include <utility>

#include "chainrule/base/error.h"

namespace chainrule {

void LessonPage::heading(Words words) {
  blocks_.emplace_back(LessonHeading{pick(words)});
}

void LessonPage::say(Words words, const std::vector<std::string>& values) {
  blocks_.emplace_back(LessonParagraph{filled(words.in(language_), values)});
}

void LessonPage::formulas(std::vector<std::string> lines) {
  blocks_.emplace_back(LessonFormulas{std::move(lines)});
}

void LessonPage::table(const std::vector<Words>& columns, std::vector<std::vector<std::string>> rows) {
  LessonTable table;
  for (const Words& column : columns)
    table.columns.push_back(pick(column));
  table.rows = std::move(rows);
  blocks_.emplace_back(std::move(table));
}

void LessonPage::plot(Words caption, const std::vector<PlanePlot>& panels) {
  plot(caption, plane_text(panels), plane_svg(panels, pick(caption)));
}

void LessonPage::plot(Words caption, std::string text, std::string svg) {
  if (!svg.empty() && !this->svg().empty())
    throw StateError({.what = "a lesson has only one plot", .got = "a second one: " + pick(caption)});
  blocks_.emplace_back(LessonPlot{pick(caption), std::move(text), std::move(svg)});
}

void LessonPage::try_next(const SuggestedCommand& suggested) {
  blocks_.emplace_back(LessonCommand{std::string(suggested.command), pick(suggested.why)});
}

std::string LessonPage::svg() const {
  for (const LessonBlock& block : blocks_) {
    const LessonPlot* const picture = std::get_if<LessonPlot>(&block);
    if (picture != nullptr && !picture->svg.empty()) return picture->svg;
  }
  return {};
}

}  // namespace chainrule
