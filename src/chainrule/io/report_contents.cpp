// Sections describe the held-out rows if there are any, and name the rows they describe.
#include "chainrule/io/report_contents.h"

#include "chainrule/base/text.h"
#include "chainrule/io/report_words.h"
#include "chainrule/io/svg.h"

namespace chainrule {

const Metrics& shown_metrics(const ReportContents& contents) {
  return contents.held_out ? *contents.held_out : contents.training;
}

bool is_out_of_fold(const ReportContents& contents) {
  return contents.held_out && contents.model.provenance.validation_rows == 0;
}

std::string rows_text(const ReportContents& contents) {
  if (is_out_of_fold(contents)) return count_of(shown_metrics(contents).rows, "row") + ", out of fold";
  return count_of(shown_metrics(contents).rows, contents.held_out ? "held-out row" : "training row");
}

std::string score_label(const Metrics& metrics) {
  if (metrics.is_of_quantiles()) return "D² (pinball loss)";
  return metrics.task == Task::regression ? "R²" : "accuracy";
}

std::string score_text(const Metrics& metrics) {
  const double score = headline(metrics).second;
  return metrics.task == Task::regression ? number_text(score, 3) : percent_text(score);
}

std::string names_text(const std::vector<std::string>& names, std::size_t limit) {
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < limit; ++i) {
    if (i != 0) text += ", ";
    text += cut_to_width(names[i], 40);
  }
  if (names.size() > limit) text += ", …";
  return text;
}

std::string data_name(const Provenance& provenance) {
  return provenance.data_name.empty() ? "unnamed table" : provenance.data_name;
}

}  // namespace chainrule
