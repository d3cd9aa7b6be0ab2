// The loss takes the whole width; below it are score and learning rate side by side, then the gradient of
// each layer. The plot's description has a sentence per curve, for readers who cannot see it.
#include "chainrule/io/report_curves.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "chainrule/base/text.h"
#include "chainrule/io/chart.h"
#include "chainrule/io/html.h"
#include "chainrule/io/report_words.h"

namespace chainrule {

namespace {

constexpr std::size_t kMostLayerCurves = 6;  // as many as the style sheet has colours for

template <typename ValueOf>
ChartSeries curve(const History& history, std::string name, std::string css_class, ValueOf&& value_of) {
  ChartSeries series{.name = std::move(name), .css_class = std::move(css_class)};
  for (const EpochReport& epoch : history.epochs) {
    const std::optional<double> value = value_of(epoch);
    if (value) series.points.push_back({static_cast<double>(epoch.epoch), *value});
  }
  return series;
}

// "training goes from 1.2 in epoch 1 to 0.03 in epoch 200. "
std::string course_text(const ChartSeries& series) {
  if (series.points.empty()) return series.name + ": no values. ";
  const SvgPoint& first = series.points.front();
  const SvgPoint& last = series.points.back();
  return series.name + " goes from " + number_text(first.y) + " in epoch " + number_text(first.x, 9) +
         " to " + number_text(last.y) + " in epoch " + number_text(last.x, 9) + ". ";
}

std::vector<double> heights(const std::vector<ChartSeries>& series) {
  std::vector<double> values;
  for (const ChartSeries& one : series) {
    for (const SvgPoint& point : one.points)
      values.push_back(point.y);
  }
  return values;
}

// A chart as wide as the page.
std::string large_figure(std::string_view label, std::string_view caption, const LineChart& chart) {
  return "<div class=\"large\" role=\"region\" tabindex=\"0\" aria-label=\"" + std::string(label) + "\">\n" +
         html::figure(caption, line_chart(chart)) + "</div>\n";
}

// The gradient's length in each layer; in deep networks some of the layers, always with the first and the
// last.
std::string gradient_figure(const History& history) {
  const std::size_t layers = history.epochs.front().layers.size();
  const std::size_t shown = std::min(layers, kMostLayerCurves);
  if (shown == 0) return "";
  LineChart chart{.id = "gradient-chart",
                  .title = "Gradient, layer by layer, over the epochs",
                  .x_label = "epoch",
                  .y_label = "gradient norm",
                  .width = 900,
                  .height = 260};
  for (std::size_t i = 0; i < shown; ++i) {
    const std::size_t k = shown == 1 ? 0 : (layers - 1) * i / (shown - 1);
    const std::size_t colour = shown == 1 ? 0 : (kMostLayerCurves - 1) * i / (shown - 1);  // spread out
    const std::string number = std::to_string(history.epochs.front().layers[k].layer + 1);
    chart.series.push_back(curve(history, "layer " + number, "layer" + std::to_string(colour),
                                 [k](const EpochReport& epoch) -> std::optional<double> {
                                   if (k >= epoch.layers.size()) return std::nullopt;
                                   return epoch.layers[k].gradient_norm;
                                 }));
    chart.description += course_text(chart.series.back());
  }
  chart.scale = choose_scale(heights(chart.series));
  if (chart.scale == AxisScale::logarithmic) chart.y_label += ", logarithmic scale";
  return large_figure("Gradient", "Gradient of each layer", chart) +
         html::paragraph(
             "The length of the gradient of each layer's parameters in the last step of each epoch. "
             "Layers whose lines are far below the others hardly learn.",
             "quiet");
}

std::string loss_figure(const History& history) {
  LineChart chart{.id = "loss-chart", .title = "Loss over the epochs", .x_label = "epoch"};
  chart.series.push_back(curve(history, "training", "training",
                               [](const EpochReport& e) { return std::optional(e.training_loss); }));
  ChartSeries validation =
      curve(history, "held-out", "validation", [](const EpochReport& e) { return e.validation_loss; });
  if (!validation.points.empty()) chart.series.push_back(std::move(validation));
  const std::vector<double> losses = heights(chart.series);
  chart.scale = choose_scale(losses);
  const bool is_logarithmic = chart.scale == AxisScale::logarithmic;
  chart.y_label = is_logarithmic ? "loss, logarithmic scale" : "loss";
  for (const ChartSeries& series : chart.series)
    chart.description += course_text(series);
  if (is_logarithmic && std::find(losses.begin(), losses.end(), 0.0) != losses.end())
    chart.description += "Values of 0 are drawn on the lower edge. ";
  if (history.best_epoch != 0) {
    chart.marked_x = static_cast<double>(history.best_epoch);
    chart.marked_label = "best epoch " + format_count(history.best_epoch);
    chart.description += "The weights of epoch " + format_count(history.best_epoch) + " are kept.";
  }
  chart.width = 900;
  chart.height = 320;
  return large_figure("Loss", "Loss", chart);
}

// "" if no rows were held out.
std::string score_figure(const History& history, const std::string& label) {
  LineChart chart{.id = "score-chart",
                  .title = "Score on held-out rows over the epochs",
                  .x_label = "epoch",
                  .y_label = label,
                  .width = 440,
                  .height = 240};
  chart.series.push_back(
      curve(history, "held-out", "validation", [](const EpochReport& e) { return e.validation_score; }));
  if (chart.series[0].points.empty()) return "";
  const std::vector<double> scores = heights(chart.series);
  // R² may begin anywhere below 0, which would flatten the interesting part of the curve.
  const bool is_deep = std::any_of(scores.begin(), scores.end(), [](double value) { return value < -1; });
  if (is_deep) chart.lowest = -1, chart.y_label += ", below -1 cut off";
  chart.description = course_text(chart.series[0]);
  if (history.best_epoch != 0) {
    chart.marked_x = static_cast<double>(history.best_epoch);
    chart.marked_label = "best";
  }
  return html::figure("Score", line_chart(chart));
}

// Optimizers that need all rows have no learning rate.
std::string rate_figure(const History& history) {
  const bool has_rate = std::any_of(history.epochs.begin(), history.epochs.end(),
                                    [](const EpochReport& epoch) { return epoch.learning_rate != 0; });
  if (!has_rate) return "";
  LineChart chart{.id = "rate-chart",
                  .title = "Learning rate over the epochs",
                  .x_label = "epoch",
                  .y_label = "learning rate",
                  .width = 440,
                  .height = 240};
  chart.series.push_back(
      curve(history, "", "training", [](const EpochReport& e) { return std::optional(e.learning_rate); }));
  chart.description = "The learning rate" + course_text(chart.series[0]);
  chart.scale = choose_scale(heights(chart.series));
  if (chart.scale == AxisScale::logarithmic) chart.y_label += ", logarithmic scale";
  return html::figure("Learning rate", line_chart(chart));
}

}  // namespace

std::string curves_section(const ReportContents& contents) {
  const History& history = contents.history;
  if (history.epochs.empty()) {
    return html::section(
        "curves", "How training went",
        html::paragraph(history.stop_reason == StopReason::closed_form
                            ? "There were no epochs: the output weights were computed in closed form."
                            : "No epochs were run: the network is as it was initialised."));
  }
  return html::section("curves", "How training went",
                       loss_figure(history) + "<div class=\"side\">\n" +
                           score_figure(history, score_label(shown_metrics(contents))) +
                           rate_figure(history) + "</div>\n" + gradient_figure(history));
}

}  // namespace chainrule
