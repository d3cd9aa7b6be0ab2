#include "chainrule/io/report_limits.h"

#include "chainrule/base/text.h"
#include "chainrule/io/html.h"
#include "chainrule/io/report_words.h"

namespace chainrule {

std::string limits_section(const ReportContents& contents) {
  const Contradictions& found = contents.reasons.contradictions;
  if (found.rows == 0 || found.all_rows == 0) return "";
  const Task task = shown_metrics(contents).task;
  std::string text =
      format_count(found.rows) + " of the " + count_of(found.all_rows, "training row") +
      (found.rows == 1 ? " has" : " have") +
      " the inputs of another row and another target. No model that reads only these columns can be "
      "right on ";
  if (task == Task::regression) {
    text += "all of them.";
  } else {
    const double most = static_cast<double>(found.most_right) / static_cast<double>(found.all_rows);
    text += "more than " + percent_text(most) + " of the training rows" +
            (task == Task::multi_label ? ", with all labels." : ".");
  }
  return html::section("limits", "What the table allows",
                       html::paragraph(text + " What would help is a column that sets these rows apart."));
}

}  // namespace chainrule
