// One score for each task: accuracy, or R² for regression. Beside it is the score of a constant prediction
// (the majority class, the mean), since a score means little without a baseline.
#include "chainrule/io/report_headline.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "chainrule/base/names.h"
#include "chainrule/base/text.h"
#include "chainrule/io/html.h"
#include "chainrule/io/report_words.h"
#include "chainrule/io/svg.h"
#include "chainrule/train/threshold.h"

namespace chainrule {

namespace {

// The majority class.
std::size_t majority_class(const Metrics& metrics) {
  const auto largest =
      std::max_element(metrics.per_class.begin(), metrics.per_class.end(),
                       [](const ClassMetrics& a, const ClassMetrics& b) { return a.support < b.support; });
  return static_cast<std::size_t>(largest - metrics.per_class.begin());
}

std::string quantiles_learned(const Metrics& metrics, const std::string& what, const std::string& rows) {
  std::string text = "The network predicts " + count_of(metrics.per_quantile.size(), "quantile") + " of " +
                     what + " with a pinball loss of " + number_text(metrics.pinball_loss) + " on " + rows +
                     ".";
  if (metrics.d2_pinball <= 0)
    return text + " Always predicting the quantiles of these rows would be as good or better.";
  return text + " That is " + percent_text(metrics.d2_pinball) +
         " less than always predicting the quantiles of these rows.";
}

std::string what_was_learned(const ReportContents& contents) {
  const Metrics& metrics = shown_metrics(contents);
  const TargetEncoding& target = contents.model.encoder.target;
  const std::string what = names_text(target.columns, 5);
  const std::string rows = rows_text(contents);
  switch (metrics.task) {
    case Task::binary:
    case Task::classes:
    case Task::ordinal: {
      std::string text = "The network distinguishes the " + format_count(target.class_names.size()) +
                         (target.soft_labels ? " classes (" : " classes of " + what + " (") +
                         names_text(target.class_names, 6) + ") and is right on " +
                         percent_text(metrics.accuracy) + " of " + rows + ".";
      if (!metrics.per_class.empty() && metrics.rows != 0) {
        const std::size_t common = majority_class(metrics);
        text += " Always predicting " + cut_to_width(class_name(target, common), 40) + " would be right on " +
                percent_text(metrics.per_class[common].support / metrics.total()) + ".";
      }
      if (metrics.class_distance) {
        text += " The classes have an order: on average a prediction is off by " +
                number_text(*metrics.class_distance) + " classes.";
      }
      return text;
    }
    case Task::multi_label:
      return "The network says which of " + count_of(target.class_names.size(), "label") + " apply (" +
             names_text(target.class_names, 6) + "): " + percent_text(metrics.accuracy) +
             " of the single predictions are right, and all labels of a row in " +
             percent_text(metrics.exact_match) + " of " + rows + ".";
    case Task::regression: {
      if (metrics.is_of_quantiles()) return quantiles_learned(metrics, what, rows);
      std::string text = "The network predicts " + what + " with a typical error of " +
                         number_text(metrics.rmse) + " (root mean square; mean absolute error " +
                         number_text(metrics.mae) + ") on " + rows + ".";
      if (!std::isfinite(metrics.r2)) return text;
      if (metrics.r2 <= 0) return text + " Always predicting the mean would be as good or better.";
      return text + " It explains " + percent_text(metrics.r2) + " of the variance.";
    }
  }
  return "";
}

std::string epoch_text(const History& history) {
  if (history.best_epoch != 0) return format_count(history.best_epoch);
  return history.epochs.empty() ? "none" : "none; the last epoch's weights are kept";
}

std::string stop_text(StopReason reason) {
  for (const EnumName<StopReason>& entry : enum_table<StopReason>()) {
    if (entry.value == reason) return std::string(entry.description);
  }
  return "";
}

}  // namespace

std::string page_title(const ReportContents& contents) {
  return data_name(contents.model.provenance) + ": " + names_text(contents.model.encoder.target.columns, 5);
}

std::string headline_section(const ReportContents& contents) {
  const Metrics& metrics = shown_metrics(contents);
  const Provenance& provenance = contents.model.provenance;
  std::string out = "<header>\n<h1>" + escape_markup(page_title(contents)) + "</h1>\n";
  out += "<p class=\"score\">" + escape_markup(score_text(metrics)) + "</p>\n";
  out += html::paragraph(score_label(metrics) + " on " + rows_text(contents), "measure");
  out += html::paragraph(what_was_learned(contents), "learned");
  if (!contents.held_out) {
    out += html::paragraph(
        "No rows were held out: these are the rows the network was trained on. Expect it to do worse on new "
        "rows.");
  }
  if (is_out_of_fold(contents)) {
    out += html::paragraph(
        "Each row was predicted by networks that other rows trained, stopped and weighed. The curves below "
        "are those of the first network.");
  } else if (contents.held_out && contents.history.best_epoch != 0 && contents.history.epochs.size() > 1 &&
             contents.model.network.output_activation() != Activation::sign) {
    out += html::paragraph(
        "The epoch whose weights are kept was chosen on the held-out rows, so expect slightly worse on new "
        "rows.");
  }
  if (contents.threshold) {
    out += html::paragraph("The threshold " + number_text(contents.threshold->threshold) +
                           " was chosen on the same rows, for the best " +
                           std::string(name_of(contents.threshold->goal)) + " (" +
                           number_text(contents.threshold->score) +
                           "), so the scores of the predicted classes are slightly too good.");
  }
  std::vector<std::pair<std::string, std::string>> facts = {
      {"Data", data_name(provenance)},
      {"Training rows", format_count(provenance.training_rows)},
  };
  if (contents.held_out) {
    facts.push_back({is_out_of_fold(contents) ? "Rows, out of fold" : "Held-out rows",
                     format_count(contents.held_out->rows)});
    const std::string label = score_label(metrics);
    facts.push_back(
        {(label == "accuracy" ? "Accuracy" : label) + " on training rows", score_text(contents.training)});
  }
  if (is_of_one_class(metrics.task)) {
    facts.push_back({"Balanced accuracy", percent_text(metrics.balanced_accuracy)});
    facts.push_back({"Macro F1", percent_text(metrics.macro_f1)});
    for (const auto& [term, value] : {std::pair{"ROC area (AUC)", metrics.auc},
                                      {"Average precision", metrics.average_precision},
                                      {"Off by (classes)", metrics.class_distance},
                                      {"Log loss", metrics.log_loss},
                                      {"Brier score", metrics.brier},
                                      {"Calibration error", metrics.calibration_error}}) {
      if (value) facts.push_back({term, number_text(*value)});
    }
    if (const double threshold = contents.model.encoder.target.threshold; threshold != kUsualThreshold)
      facts.push_back({"Threshold", number_text(threshold)});
  }
  if (metrics.task == Task::multi_label) facts.push_back({"Macro F1", percent_text(metrics.macro_f1)});
  facts.push_back({is_out_of_fold(contents) ? "Loss out of fold"
                   : contents.held_out      ? "Loss on held-out rows"
                                            : "Loss",
                   number_text(metrics.loss)});
  facts.push_back({"Epochs run", format_count(contents.history.epochs_run())});
  facts.push_back({"Best epoch", epoch_text(contents.history)});
  facts.push_back({"Stopped because", stop_text(contents.history.stop_reason)});
  facts.push_back({"Time", duration_text(contents.seconds)});
  facts.push_back({"Parameters", format_count(parameter_count(contents.model.network))});
  out += "<dl>\n";
  for (const auto& [term, words] : facts) {
    out += "<div><dt>" + escape_markup(term) + "</dt><dd>" + escape_markup(words) + "</dd></div>\n";
  }
  return out + "</dl>\n</header>\n";
}

}  // namespace chainrule
