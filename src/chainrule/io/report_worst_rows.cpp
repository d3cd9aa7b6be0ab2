// Classes are shown with their probabilities, numbers with the prediction's error, labels by those that are
// wrong (session/worst_rows.h).
#include "chainrule/io/report_worst_rows.h"

#include <cmath>
#include <utility>
#include <vector>

#include "chainrule/base/text.h"
#include "chainrule/io/html.h"
#include "chainrule/io/report_words.h"
#include "chainrule/io/svg.h"

namespace chainrule {

namespace {

constexpr std::size_t kLongestName = 40;      // display columns
constexpr std::size_t kMostTargetsShown = 4;  // of one row

std::string place_text(const WorstRow& row) {
  return format_count(row.line != 0 ? row.line : row.row + 1);
}

std::string class_text_of(const TargetEncoding& target, std::size_t i) {
  return cut_to_width(class_name(target, i), kLongestName);
}

html::Table classes_table(const std::vector<WorstRow>& rows, const TargetEncoding& target,
                          const std::string& place) {
  html::Table table{.headings = {{place, Align::right},
                                 {"True class", Align::left},
                                 {"Its probability", Align::right},
                                 {"Predicted", Align::left},
                                 {"Its probability", Align::right}}};
  for (const WorstRow& row : rows) {
    table.rows.push_back({place_text(row), class_text_of(target, row.true_class),
                          percent_text(row.true_probability), class_text_of(target, row.predicted_class),
                          percent_text(row.predicted_probability)});
  }
  return table;
}

// The labels whose value is not the more probable one; without any, the least sure one.
std::string wrong_labels(const WorstRow& row, const TargetEncoding& target) {
  std::vector<std::string> wrong;
  for (std::size_t c = 0; c < row.truth.size(); ++c) {
    const bool is_true = row.truth[c] >= 0.5;
    if ((row.predicted[c] >= 0.5) == is_true) continue;
    wrong.push_back(class_text_of(target, c) + ": " + (is_true ? "yes" : "no") + ", predicted with " +
                    percent_text(is_true ? row.predicted[c] : 1 - row.predicted[c]));
  }
  if (wrong.empty()) return "none";
  const std::size_t more = wrong.size() > kMostTargetsShown ? wrong.size() - kMostTargetsShown : 0;
  wrong.resize(wrong.size() - more);
  return join(wrong, "; ") + (more > 0 ? "; and " + format_count(more) + " more" : "");
}

html::Table labels_table(const std::vector<WorstRow>& rows, const TargetEncoding& target,
                         const std::string& place) {
  html::Table table{
      .headings = {{place, Align::right}, {"Wrong labels", Align::left}, {"Loss", Align::right}}};
  for (const WorstRow& row : rows)
    table.rows.push_back({place_text(row), wrong_labels(row, target), number_text(row.loss)});
  return table;
}

html::Table numbers_table(const std::vector<WorstRow>& rows, const TargetEncoding& target,
                          const std::string& place) {
  html::Table table{.headings = {{place, Align::right}}};
  const std::size_t shown = std::min(target.columns.size(), kMostTargetsShown);
  for (std::size_t c = 0; c < shown; ++c) {
    const std::string of =
        target.columns.size() == 1 ? "" : " " + cut_to_width(target_name(target, c), kLongestName);
    table.headings.emplace_back("True" + of, Align::right);
    table.headings.emplace_back("Predicted" + of, Align::right);
    table.headings.emplace_back("Error" + of, Align::right);
  }
  for (const WorstRow& row : rows) {
    std::vector<std::string> cells = {place_text(row)};
    for (std::size_t c = 0; c < std::min(shown, row.truth.size()); ++c) {
      cells.push_back(number_text(row.truth[c], 6));
      cells.push_back(number_text(row.predicted[c], 6));
      cells.push_back(number_text(row.predicted[c] - row.truth[c]));
    }
    table.rows.push_back(std::move(cells));
  }
  return table;
}

html::Table quantiles_table(const std::vector<WorstRow>& rows, const TargetEncoding& target,
                            const std::string& place) {
  html::Table table{.headings = {{place, Align::right}, {"True", Align::right}}};
  for (const double quantile : target.quantiles)
    table.headings.emplace_back("Quantile " + number_text(quantile), Align::right);
  for (const WorstRow& row : rows) {
    std::vector<std::string> cells = {place_text(row), number_text(row.truth[0], 6)};
    for (const double predicted : row.predicted)
      cells.push_back(number_text(predicted, 6));
    table.rows.push_back(std::move(cells));
  }
  return table;
}

}  // namespace

std::string worst_rows_section(const ReportContents& contents) {
  const std::vector<WorstRow>& rows = contents.reasons.worst_rows;
  if (rows.empty()) return "";
  const TargetEncoding& target = contents.model.encoder.target;
  const bool has_lines = rows.front().line != 0;
  const std::string place = has_lines ? "Line" : "Row";
  const html::Table table = !target.quantiles.empty()          ? quantiles_table(rows, target, place)
                            : target.task == Task::regression  ? numbers_table(rows, target, place)
                            : target.task == Task::multi_label ? labels_table(rows, target, place)
                                                               : classes_table(rows, target, place);
  const std::string& file = contents.reasons.worst_rows_file;
  return html::section(
      "worst-rows", "The rows predicted worst (" + rows_text(contents) + ")",
      html::scrolling("Rows predicted worst", table.html()) +
          html::paragraph(
              (file.empty() ? std::string("Rows are counted from 1.")
               : has_lines  ? "Lines are those of " + file + "."
                            : "Rows are those of " + file + ", counted from 1.") +
                  (!target.quantiles.empty() ? " These rows have the largest pinball loss"
                   : target.task == Task::regression
                       ? " These rows have the largest errors"
                       : " In these rows the truth had the smallest probability") +
                  ": look for mistakes in the table, for unusual cases, and for what sets them apart "
                  "that no column says.",
              "quiet"));
}

}  // namespace chainrule
