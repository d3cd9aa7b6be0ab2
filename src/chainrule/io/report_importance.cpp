// Bars for the most important columns, and a table of all that were measured (session/importance.h).
#include "chainrule/io/report_importance.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "chainrule/base/text.h"
#include "chainrule/io/chart.h"
#include "chainrule/io/html.h"
#include "chainrule/io/importance_text.h"
#include "chainrule/io/report_words.h"

namespace chainrule {

namespace {

constexpr std::size_t kMostBars = 20;

std::string bars_figure(const Importance& importance) {
  BarChart chart{.id = "importance-chart",
                 .title = "Importance of the columns",
                 .description = "One bar per column, the most important first.",
                 .x_label = "rise of the loss when the column is shuffled"};
  for (const ColumnImportance& one : importance.columns) {
    if (chart.bars.size() == kMostBars) break;
    chart.bars.push_back({.name = one.column,
                          .value = one.loss_rise,
                          .spread = one.loss_spread,
                          .css_class = one.is_beyond_chance() ? "" : "chance",
                          .hint = one.column + ": the loss rises by " + number_text(one.loss_rise) +
                                  ", spread " + number_text(one.loss_spread)});
  }
  return "<div class=\"large\" role=\"region\" tabindex=\"0\" aria-label=\"Importance\">\n" +
         html::figure("Importance", bar_chart(chart)) + "</div>\n";
}

std::string columns_table(const Importance& importance, Task task) {
  const std::string of_error = importance.is_of_quantiles ? "Pinball loss rises by"
                               : task == Task::regression ? "Rmse rises by"
                                                          : "Accuracy falls by";
  html::Table table{.headings = {{"Column", Align::left},
                                 {"Loss rises by", Align::right},
                                 {"Spread", Align::right},
                                 {of_error, Align::right},
                                 {"Verdict", Align::left}}};
  for (const ColumnImportance& one : importance.columns) {
    table.rows.push_back({one.column, number_text(one.loss_rise), number_text(one.loss_spread),
                          number_text(one.error_rise), verdict_text(one)});
  }
  return html::scrolling("Importance of the columns", table.html());
}

std::string rows_sentence(const ReportContents& contents) {
  const Importance& importance = contents.reasons.importance;
  const std::string rows =
      importance.rows < importance.all_rows
          ? format_count(importance.rows) + " of " + rows_text(contents) + ", chosen at random"
          : rows_text(contents);
  if (!contents.held_out) {
    return "Measured on " + rows +
           ": rows that the network was trained on. It shows what the network uses, not "
           "what helps on new rows.";
  }
  return "Measured on " + rows +
         (is_out_of_fold(contents) ? ": each row is predicted by the networks that were not trained on it."
                                   : ", which the network was not trained on.");
}

}  // namespace

std::string importance_section(const ReportContents& contents) {
  const Importance& importance = contents.reasons.importance;
  if (importance.columns.empty()) {
    if (importance.all_rows < 2) return "";
    return html::section("importance", "Which columns matter",
                         html::paragraph("Not measured: with so many columns it would take too long."));
  }
  std::string how =
      "The cells of one column are shuffled among the rows, " + format_count(kImportanceShuffles) +
      " times, and the loss (" + number_text(importance.loss) +
      " without shuffling) rises by as much as the predictions depend on the column: its mean is the "
      "bar, the standard deviation the line on it. Grey bars may be chance. Columns that say the "
      "same share their importance: each alone may seem dispensable. ";
  how += screening_text(importance);
  return html::section("importance", "Which columns matter",
                       bars_figure(importance) + columns_table(importance, shown_metrics(contents).task) +
                           html::paragraph(rows_sentence(contents)) + html::paragraph(how, "quiet"));
}

}  // namespace chainrule
