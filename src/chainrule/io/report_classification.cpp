// The confusion matrix as a heat map, one line per true class. If there are many classes, it shows those most
// often confused; the tables below it list the most frequent mistakes and every class.
#include "chainrule/io/report_classification.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "chainrule/base/text.h"
#include "chainrule/io/chart.h"
#include "chainrule/io/html.h"
#include "chainrule/io/report_words.h"

namespace chainrule {

namespace {

constexpr std::size_t kMostMatrixClasses = 30;
constexpr std::size_t kMostMatrixClassesWithShares = 12;
constexpr std::size_t kMostMistakes = 10;

std::string confusion_figure(const Metrics& metrics, const TargetEncoding& target) {
  const std::vector<std::size_t> classes = most_confused_classes(metrics.confusion, kMostMatrixClasses);
  const bool has_shares = classes.size() <= kMostMatrixClassesWithShares;
  HeatMap map{.id = "confusion",
              .title = "Confusion matrix",
              .description = "One row per true class, one column per predicted class; the diagonal is right.",
              .row_label = "true class",
              .column_label = "predicted class"};
  for (const std::size_t r : classes) {
    const std::string name = class_name(target, r);
    map.row_names.push_back(name);
    map.column_names.push_back(name);
    const double total = row_total(metrics.confusion[r]);
    std::vector<HeatCell> row;
    for (const std::size_t c : classes) {
      const double count = metrics.confusion[r].at(c);
      const double share = total == 0 ? 0 : count / total;
      // A few mistakes among many right predictions must stay visible: mistakes are shaded by the square root
      // of their share, and no cell with a count is paler than the first shade.
      const double depth = count == 0 ? 0 : std::max(r == c ? share : std::sqrt(share), 1.0 / 9);
      HeatCell cell{.share = depth, .css_class = r == c ? "right" : "wrong"};
      if (count != 0 || has_shares) cell.words = weight_text(count);
      if (count != 0 && has_shares) cell.small_words = percent_text(share);
      if (count != 0) {
        cell.hint = name + " predicted as " + class_name(target, c) + ": " +
                    (metrics.weight_sum ? "weight " + weight_text(count)
                                        : count_of(static_cast<std::uint64_t>(count), "row")) +
                    ", " + percent_text(share) + " of the class";
      }
      row.push_back(std::move(cell));
    }
    map.cells.push_back(std::move(row));
  }
  std::string out = html::wide("Confusion matrix", heat_map(map));
  if (classes.size() < metrics.confusion.size()) {
    out += html::paragraph(
        "Only the " + format_count(classes.size()) + " of " + format_count(metrics.confusion.size()) +
            " classes are shown, those most often confused; predictions of other classes are left out.",
        "quiet");
  }
  out += html::paragraph(
      std::string(has_shares
                      ? "Counts of rows, and their share of the true class (the line). "
                      : "Counts of rows; the darker, the larger their share of the true class (the line). ") +
          "Blue is right, orange is wrong.",
      "quiet");
  return out;
}

std::string mistakes_table(const Metrics& metrics, const TargetEncoding& target) {
  html::Table table{.caption = "Most frequent mistakes",
                    .headings = {{"True class", Align::left},
                                 {"Predicted", Align::left},
                                 {"Rows", Align::right},
                                 {"Of the class", Align::right}}};
  for (const Mistake& mistake : frequent_mistakes(metrics.confusion, kMostMistakes)) {
    const double share = mistake.rows / row_total(metrics.confusion[mistake.truth]);
    table.rows.push_back({class_name(target, mistake.truth), class_name(target, mistake.predicted),
                          weight_text(mistake.rows), percent_text(share)});
  }
  if (table.rows.empty()) return html::paragraph("No row was misclassified.");
  return table.html();
}

std::string classes_table(const Metrics& metrics, const TargetEncoding& target) {
  const bool is_labels = metrics.task == Task::multi_label;
  html::Table table{.headings = {{is_labels ? "Label" : "Class", Align::left},
                                 {"Precision", Align::right},
                                 {"Recall", Align::right},
                                 {"F1", Align::right},
                                 {metrics.weight_sum ? "Weight" : "Rows", Align::right}}};
  for (std::size_t i = 0; i < metrics.per_class.size(); ++i) {
    const ClassMetrics& one = metrics.per_class[i];
    table.rows.push_back({class_name(target, i), percent_text(one.precision), percent_text(one.recall),
                          percent_text(one.f1), weight_text(one.support)});
  }
  return html::scrolling(is_labels ? "Labels" : "Classes", table.html()) +
         html::paragraph(
             is_labels
                 ? "Precision: the share of rows with the label predicted that have it. Recall: the share of "
                   "rows with the label for which it is predicted. F1: the harmonic mean of both. Rows: "
                   "the number of rows with the label."
                 : "Precision: the share of rows predicted as the class that belong to it. Recall: the "
                   "share of rows of the class that are predicted as it. F1: the harmonic mean of both. "
                   "Rows: the number of rows of the class.",
             "quiet");
}

}  // namespace

std::string classification_sections(const ReportContents& contents) {
  const Metrics& metrics = shown_metrics(contents);
  const TargetEncoding& target = contents.model.encoder.target;
  const std::string where = " (" + rows_text(contents) + ")";
  std::string out;
  if (!metrics.confusion.empty()) {
    out += html::section("confusion-matrix", "Which classes are confused" + where,
                         confusion_figure(metrics, target) + mistakes_table(metrics, target));
  }
  if (!metrics.per_class.empty()) {
    out += html::section("per-class",
                         (metrics.task == Task::multi_label ? "Scores by label" : "Scores by class") + where,
                         classes_table(metrics, target));
  }
  return out;
}

}  // namespace chainrule
