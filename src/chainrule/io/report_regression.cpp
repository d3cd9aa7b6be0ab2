// Two plots per target: predicted against true, where a perfect prediction lies on the diagonal, and the
// residuals (predicted minus true), which should be centred on 0. Many rows are thinned evenly, to keep pages
// small. For quantiles, a table instead.
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

// Every k-th row, spread evenly: the same plot each time.
std::string scatter_figure(const ReportContents& contents, std::size_t target, std::size_t rows) {
  const std::string name = target_name(contents.model.encoder.target, target);
  const std::size_t shown = std::min(rows, kMostScatterPoints);
  ScatterChart chart{.id = "scatter-" + std::to_string(target + 1),
                     .title = "Predicted against true " + name,
                     .description = count_of(shown, "point") + "; the nearer to the diagonal the better.",
                     .x_label = "true",
                     .y_label = "predicted"};
  for (std::size_t i = 0; i < shown; ++i) {
    const std::size_t row = rows * i / shown;
    chart.points.push_back({contents.truth(row, target), contents.predicted(row, target)});
  }
  return html::figure(cut_to_width(name, 40), scatter_chart(chart));
}

std::string residuals_figure(const ReportContents& contents, std::size_t target, std::size_t rows) {
  const std::string name = target_name(contents.model.encoder.target, target);
  HistogramChart chart{
      .id = "residuals-" + std::to_string(target + 1),
      .title = "Residuals of " + name,
      .description = "How many rows were predicted too low (left of 0) and too high (right).",
      .x_label = "predicted minus true",
      .y_label = "rows"};
  for (std::size_t row = 0; row < rows; ++row)
    chart.values.push_back(contents.predicted(row, target) - contents.truth(row, target));
  return html::figure("Residuals of " + cut_to_width(name, 40), histogram_chart(chart));
}

// "" without rows.
std::string plots_section(const ReportContents& contents, const std::string& where) {
  const std::size_t rows = std::min(contents.truth.rows(), contents.predicted.rows());
  const std::size_t targets = std::min(contents.truth.columns(), contents.predicted.columns());
  const std::size_t panels = std::min(targets, kMostPanels);
  if (rows == 0 || panels == 0) return "";
  std::string scatters;
  std::string histograms;
  for (std::size_t t = 0; t < panels; ++t) {
    scatters += scatter_figure(contents, t, rows);
    histograms += residuals_figure(contents, t, rows);
  }
  std::string note;
  if (kMostScatterPoints < rows) {
    note += "The points are " + format_count(kMostScatterPoints) + " of " + format_count(rows) +
            " rows, evenly spaced. ";
  }
  if (panels < targets)
    note += "Only the first " + format_count(panels) + " of " + format_count(targets) + " targets are shown.";
  return html::section("predicted-true", "Predicted against true" + where,
                       "<div class=\"side\">\n" + scatters + histograms + "</div>\n" +
                           (note.empty() ? "" : html::paragraph(note, "quiet")));
}

std::string targets_section(const ReportContents& contents, const std::string& where) {
  const Metrics& metrics = shown_metrics(contents);
  if (metrics.rmse_per_target.empty()) return "";
  html::Table table{.headings = {{"Target", Align::left},
                                 {"Root mean square error", Align::right},
                                 {"Mean absolute error", Align::right},
                                 {"R²", Align::right}}};
  for (std::size_t t = 0; t < metrics.rmse_per_target.size(); ++t) {
    table.rows.push_back({target_name(contents.model.encoder.target, t),
                          number_text(metrics.rmse_per_target[t]), number_text(metrics.mae_per_target.at(t)),
                          number_text(metrics.r2_per_target.at(t), 3)});
  }
  return html::section(
      "per-target", "Errors by target" + where,
      html::scrolling("Targets", table.html()) +
          html::paragraph(
              "Errors are in the target's own units. R² is 1 where every prediction is right and 0 "
              "where they are no better than always predicting the mean.",
              "quiet"));
}

std::string quantiles_section(const ReportContents& contents, const std::string& where) {
  html::Table table{.headings = {{"Quantile", Align::right},
                                 {"Rows at or below it", Align::right},
                                 {"Pinball loss", Align::right}}};
  for (const QuantileMetrics& one : shown_metrics(contents).per_quantile)
    table.rows.push_back(
        {format_number(one.quantile), percent_text(one.coverage), number_text(one.pinball_loss)});
  return html::section(
      "quantiles", "Quantiles" + where,
      table.html() + html::paragraph("The share of the rows at or below a good quantile is about "
                                     "that quantile. The pinball loss is in the target's units.",
                                     "quiet"));
}

}  // namespace

std::string regression_sections(const ReportContents& contents) {
  const std::string where = " (" + rows_text(contents) + ")";
  if (shown_metrics(contents).is_of_quantiles()) return quantiles_section(contents, where);
  return plots_section(contents, where) + targets_section(contents, where);
}

}  // namespace chainrule
