#include "chainrule/io/learning_rate_report.h"

#include <cmath>
#include <utility>

#include "chainrule/base/text.h"
#include "chainrule/io/chart.h"
#include "chainrule/io/curve_text.h"
#include "chainrule/io/html.h"
#include "chainrule/io/report.h"
#include "chainrule/io/report_style.h"
#include "chainrule/io/report_words.h"
#include "chainrule/io/svg.h"

namespace chainrule {
namespace {

std::string rate_text(double rate) {
  return format_cell_number(*parse_double(format_significant(rate, 2)));
}

std::string end_text(RangeEnd end) {
  for (const EnumName<RangeEnd>& entry : enum_table<RangeEnd>())
    if (entry.value == end) return std::string(entry.description);
  return "";
}

std::string loss_figure(const LearningRateRange& range) {
  LineChart chart{.id = "rate-range-chart",
                  .title = "Loss over the learning rate",
                  .x_label = "learning rate, logarithmic scale",
                  .y_label = "loss",
                  .x_scale = AxisScale::logarithmic,
                  .width = 900,
                  .height = 320};
  ChartSeries smoothed{.name = "smoothed", .css_class = "training"};
  std::vector<double> losses;
  for (const RangeStep& step : range.steps) {
    smoothed.points.push_back({step.learning_rate, step.smoothed_loss});
    losses.push_back(step.smoothed_loss);
  }
  chart.series.push_back(std::move(smoothed));
  chart.scale = choose_scale(losses);
  if (chart.scale == AxisScale::logarithmic) chart.y_label += ", logarithmic scale";
  chart.description = "The smoothed loss is " + number_text(range.initial_loss) +
                      " while the rate is too low to matter, and lowest, " +
                      number_text(range.steps[range.lowest].smoothed_loss) + ", at the rate " +
                      rate_text(range.steps[range.lowest].learning_rate) + ".";
  if (range.suggested) {
    chart.marked_x = *range.suggested;
    chart.marked_label = "suggested: " + rate_text(*range.suggested);
  }
  return "<div class=\"large\" role=\"region\" tabindex=\"0\" aria-label=\"Loss\">\n" +
         html::figure("Loss of the batches, smoothed", line_chart(chart)) + "</div>\n";
}

}  // namespace

std::string suggestion_text(const LearningRateRange& range) {
  if (!range.suggested) return "none";
  return rate_text(*range.suggested) + ": a tenth of the rate with the lowest loss, " +
         rate_text(range.steps[range.lowest].learning_rate);
}

std::string tested_text(const LearningRateRange& range) {
  if (range.steps.empty()) return "nothing; " + end_text(range.end);
  return count_of(range.steps.size(), "rate") + " from " + rate_text(range.steps.front().learning_rate) +
         " to " + rate_text(range.steps.back().learning_rate) + "; " + end_text(range.end);
}

std::string render_range_text(const LearningRateRange& range, std::size_t width, std::size_t height) {
  if (range.steps.empty()) return "";
  CurveText curve;
  curve.first = rate_text(range.steps.front().learning_rate);
  curve.last = "learning rate " + rate_text(range.steps.back().learning_rate);
  curve.line_name = "loss of the batches, smoothed";
  for (const RangeStep& step : range.steps) {
    curve.places.push_back(std::log(step.learning_rate));
    curve.line.push_back(step.smoothed_loss);
  }
  if (range.suggested) {
    curve.marked = std::log(*range.suggested);
    curve.mark_name = "suggested rate " + rate_text(*range.suggested);
  }
  return render_text_of_curve(curve, width, height);
}

std::string render_learning_rate_report(const LearningRateReport& report) {
  const LearningRateRange& range = report.range;
  const std::string title = report.data_name + ": search for a learning rate";
  std::string out = std::string(kReportStart) + escape_markup(title) + "</title>\n";
  out += "<style>" + std::string(report_style()) + "</style>\n</head>\n<body>\n<main>\n";
  out += "<header>\n<h1>" + escape_markup(title) + "</h1>\n<p class=\"score\">" +
         (range.suggested ? rate_text(*range.suggested) : "none") + "</p>\n" +
         html::paragraph(range.suggested ? "suggested learning rate" : "no learning rate is suggested",
                         "measure");
  if (range.suggested) {
    out += html::paragraph("It is a tenth of the rate at which the smoothed loss is lowest, " +
                               rate_text(range.steps[range.lowest].learning_rate) +
                               ". This is a measurement of a few hundred steps; no model was written.",
                           "learned");
  }
  if (!report.command.empty())
    out += "<p>Train with it: <code>" + escape_markup(report.command) + "</code></p>\n";
  out += "</header>\n";
  if (!range.steps.empty()) out += html::section("curve", "Loss over the learning rate", loss_figure(range));
  html::Table tested{.caption = "What was tested",
                     .headings = {{"What", Align::left}, {"Value", Align::left}},
                     .rows = {{"data", report.data_name},
                              {"network", report.network},
                              {"optimizer", report.optimizer},
                              {"training rows", format_count(report.training_rows)},
                              {"rows in a batch", format_count(report.batch_size)},
                              {"tested", tested_text(range)},
                              {"initial loss", number_text(range.initial_loss)}}};
  out += html::section("tested", "The test", tested.html());
  if (!report.notes.empty()) {
    std::string notes = "<ul>\n";
    for (const Message& note : report.notes)
      notes += "<li>" + escape_markup(note.text(report.face)) + "</li>\n";
    out += html::section("notes", "Notes", notes + "</ul>\n");
  }
  return out + "</main>\n</body>\n</html>\n";
}

}  // namespace chainrule
