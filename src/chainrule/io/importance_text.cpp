#include "chainrule/io/importance_text.h"

#include <vector>

#include "chainrule/base/text.h"
#include "chainrule/base/text_layout.h"
#include "chainrule/io/report_words.h"
#include "chainrule/io/svg.h"

namespace chainrule {

namespace {

constexpr std::size_t kLongestName = 40;  // display columns

// On one line, without control characters, not too long.
std::string plain_name(const std::string& name) {
  const std::string safe = quoted(name);
  const bool is_plain = safe.size() == name.size() + 2;  // nothing was escaped or cut off
  return cut_to_width(is_plain ? name : safe.substr(1, safe.size() - 2), kLongestName);
}

}  // namespace

std::string error_heading(const Importance& importance, Task task) {
  if (importance.is_of_quantiles) return "pinball loss rises by";
  return task == Task::regression ? "rmse rises by" : "accuracy falls by";
}

std::string verdict_text(const ColumnImportance& column) {
  if (column.is_beyond_chance()) return "";
  return column.loss_rise == 0 && column.loss_spread == 0 ? "no effect" : "may be chance";
}

std::string screening_text(const Importance& importance) {
  if (importance.screening_rows == 0) return "";
  return "Of " + count_of(importance.input_columns, "column") + ", these are the " +
         format_count(importance.columns.size()) + " whose loss rose most in a first shuffle of " +
         count_of(importance.screening_rows, "row") + ".";
}

std::string render_importance_text(const Importance& importance, Task task, std::size_t width) {
  if (importance.columns.empty()) return "";
  std::string how = "importance of columns: how much the loss (" + number_text(importance.loss) +
                    ") rises when the cells of a column are shuffled among " +
                    (importance.rows < importance.all_rows
                         ? format_count(importance.rows) + " of the " + count_of(importance.all_rows, "row")
                         : count_of(importance.rows, "row")) +
                    ", mean and spread of " + format_count(kImportanceShuffles) + " shuffles.";
  if (const std::string screening = screening_text(importance); !screening.empty()) how += " " + screening;
  std::vector<std::vector<std::string>> rows = {
      {"column", "loss rises by", "spread", error_heading(importance, task), ""}};
  for (const ColumnImportance& one : importance.columns) {
    rows.push_back({plain_name(one.column), number_text(one.loss_rise), number_text(one.loss_spread, 2),
                    number_text(one.error_rise), verdict_text(one)});
  }
  return wrapped("", how, width) +
         aligned(rows, {Align::left, Align::right, Align::right, Align::right, Align::left});
}

}  // namespace chainrule
