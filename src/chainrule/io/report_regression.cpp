#include "chainrule/io/report_regression.h"

#include <algorithm>

#include "chainrule/base/text.h"
#include "chainrule/io/chart.h"
#include "chainrule/io/html.h"
#include "chainrule/io/report_words.h"

namespace chainrule {

namespace {

constexpr std::size_t kMostScatterPoints = 2000;
constexpr std::size_t kMostPanels = 9;

}  // namespace

std::string regression_sections(const ReportContents& contents) {
  const Metrics& metrics = shown_metrics(contents);
  const TargetEncoding& target = contents.model.encoder.target;
  const std::string where = " (" + rows_text(contents) + ")";
  const Matrix<double>& truth = contents.truth;
  const Matrix<double>& predicted = contents.predicted;
  const std::size_t rows = std::min(truth.rows(), predicted.rows());
  const std::size_t targets = std::min(truth.columns(), predicted.columns());
  const std::size_t panels = std::min(targets, kMostPanels);
  std::string out;
  if (rows != 0 && panels != 0) {
    // Every k-th row, spread evenly: the same picture each time.
    const std::size_t shown = std::min(rows, kMostScatterPoints);
    std::string scatters;
    std::string histograms;
    for (std::size_t t = 0; t < panels; ++t) {
      const std::string name = target_name(target, t);
      const std::string id = std::to_string(t + 1);
      ScatterChart scatter{
          .id = "scatter-" + id,
          .title = "Predicted against true " + name,
          .description = count_of(shown, "point") + "; the nearer to the diagonal the better.",
          .x_label = "true",
          .y_label = "predicted"};
      for (std::size_t i = 0; i < shown; ++i) {
        const std::size_t row = rows * i / shown;
        scatter.points.push_back({truth(row, t), predicted(row, t)});
      }
      scatters += html::figure(cut_to_width(name, 40), scatter_chart(scatter));
      HistogramChart histogram{
          .id = "residuals-" + id,
          .title = "Residuals of " + name,
          .description = "How many rows were predicted too low (left of 0) and too high (right).",
          .x_label = "predicted minus true",
          .y_label = "rows"};
      for (std::size_t row = 0; row < rows; ++row)
        histogram.values.push_back(predicted(row, t) - truth(row, t));
      histograms += html::figure("Residuals of " + cut_to_width(name, 40), histogram_chart(histogram));
    }
    std::string note;
    if (shown < rows) {
      note +=
          "The points are " + format_count(shown) + " of " + format_count(rows) + " rows, evenly spread. ";
    }
    if (panels < targets) {
      note += "Shown are the first " + format_count(panels) + " of " + format_count(targets) + " targets.";
    }
    out += html::section("predicted-true", "Predicted against true" + where,
                         "<div class=\"side\">\n" + scatters + histograms + "</div>\n" +
                             (note.empty() ? "" : html::paragraph(note, "quiet")));
  }
  if (!metrics.rmse_per_target.empty()) {
    html::Table table{.headings = {{"Target", Align::left},
                                   {"Root mean square error", Align::right},
                                   {"Mean absolute error", Align::right},
                                   {"R²", Align::right}}};
    for (std::size_t t = 0; t < metrics.rmse_per_target.size(); ++t) {
      table.rows.push_back({target_name(target, t), number_text(metrics.rmse_per_target[t]),
                            number_text(metrics.mae_per_target.at(t)),
                            number_text(metrics.r2_per_target.at(t), 3)});
    }
    out += html::section(
        "per-target", "Target by target" + where,
        html::scrolling("Targets", table.html()) +
            html::paragraph(
                "Errors are in the target's own units. R² is 1 where every prediction is right and 0 "
                "where they are no better than always answering the mean.",
                "quiet"));
  }
  return out;
}

}  // namespace chainrule
