// The contents of a lesson: headings, sentences, formulas, tables, a plot, and commands to try next.
//
// A lesson writes itself into a page in one language; the page is shown in a terminal or becomes Markdown
// (lesson_text.h).
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "chainrule/course/plane_plot.h"
#include "chainrule/course/words.h"

namespace chainrule {

struct LessonHeading {
  std::string text;
};
struct LessonParagraph {
  std::string text;
};
// Lines that are shown unchanged: formulas, calculations.
struct LessonFormulas {
  std::vector<std::string> lines;
};
struct LessonTable {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
};
struct LessonPlot {
  std::string caption;
  std::string text;  // for a terminal
  std::string svg;   // a whole file; "" when there is only the text
};
// A command to try, which runs unchanged in any folder, and what it shows.
struct SuggestedCommand {
  std::string_view command;  // "chainrule graph ..."
  Words why;
};
// The same on a page, in one language.
struct LessonCommand {
  std::string command;
  std::string why;
};
using LessonBlock =
    std::variant<LessonHeading, LessonParagraph, LessonFormulas, LessonTable, LessonPlot, LessonCommand>;

// Grows from top to bottom; blocks never change after they are added.
class LessonPage {
 public:
  explicit LessonPage(Language language) : language_(language) {}

  void heading(Words words);
  // {0}, {1}, ... in the words are replaced by the values.
  void say(Words words, const std::vector<std::string>& values = {});
  void formulas(std::vector<std::string> lines);
  void table(const std::vector<Words>& columns, std::vector<std::vector<std::string>> rows);
  // At most one plot with an SVG per lesson. Throws StateError for a second.
  void plot(Words caption, const std::vector<PlanePlot>& panels);
  void plot(Words caption, std::string text, std::string svg = {});
  // At the end of the lesson.
  void try_next(const SuggestedCommand& suggested);

  Language language() const { return language_; }
  std::string pick(Words words) const { return std::string(words.in(language_)); }
  const std::vector<LessonBlock>& blocks() const { return blocks_; }
  // The SVG of the lesson's plot; "" if it has none.
  std::string svg() const;

 private:
  Language language_;
  std::vector<LessonBlock> blocks_;
};

}  // namespace chainrule
