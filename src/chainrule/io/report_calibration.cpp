// A reliability diagram (Murphy and Winkler, 1977; Guo et al., 2017) with the bins of the calibration error
// (train/probability_metrics.h).
#include "chainrule/io/report_calibration.h"

#include <utility>
#include <vector>

#include "chainrule/base/text.h"
#include "chainrule/io/chart.h"
#include "chainrule/io/html.h"
#include "chainrule/io/report_words.h"

namespace chainrule {

std::string calibration_section(const ReportContents& contents) {
  const Metrics& metrics = shown_metrics(contents);
  if (metrics.calibration.empty() || !metrics.calibration_error) return "";
  const std::string rows_or_weight = metrics.weight_sum ? "weight" : "rows";
  ReliabilityChart chart{
      .id = "calibration",
      .title = "Share of right predictions against their probability",
      .description = "One circle per bin of rows with similar probabilities; on the diagonal both are equal.",
      .x_label = "mean probability of the predicted class",
      .y_label = "share of right predictions"};
  html::Table table{.headings = {{"Probability", Align::left},
                                 {"Mean probability", Align::right},
                                 {"Right", Align::right},
                                 {metrics.weight_sum ? "Weight" : "Rows", Align::right}}};
  const auto bins = static_cast<double>(metrics.calibration.size());
  for (std::size_t b = 0; b < metrics.calibration.size(); ++b) {
    const CalibrationBin& bin = metrics.calibration[b];
    if (!(bin.support > 0)) continue;
    const double mean = bin.confidence / bin.support, right = bin.right / bin.support;
    chart.bubbles.push_back({.predicted = mean,
                             .observed = right,
                             .weight = bin.support,
                             .hint = weight_text(bin.support) + " " + rows_or_weight +
                                     " with a mean probability of " + percent_text(mean) + ": " +
                                     percent_text(right) + " right"});
    table.rows.push_back({percent_text(static_cast<double>(b) / bins) + " to " +
                              percent_text(static_cast<double>(b + 1) / bins),
                          percent_text(mean), percent_text(right), weight_text(bin.support)});
  }
  return html::section(
      "calibration-plot", "How far its probabilities can be trusted (" + rows_text(contents) + ")",
      "<div class=\"side\">\n" +
          html::figure("Right predictions by their probability", reliability_chart(chart)) + "<div>\n" +
          html::scrolling("Bins", table.html()) + "</div>\n</div>\n" +
          html::paragraph(
              "The rows are sorted into " + format_count(metrics.calibration.size()) +
                  " bins by their largest probability. Of the rows predicted with 80%, 80% should be "
                  "right: circles below the diagonal are too sure, those above not sure enough. The "
                  "larger a circle, the more rows; small circles may be far from the diagonal by chance. The "
                  "calibration error, " +
                  number_text(*metrics.calibration_error) +
                  ", is the mean distance of the rows' bins from the diagonal.",
              "quiet"));
}

}  // namespace chainrule
