#include "chainrule/session/intervals.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"

namespace chainrule {

std::vector<double> interval_half_widths(const Model& model, double coverage) {
  if (model.encoder.target.task != Task::regression) {
    throw UsageError({.what = "an interval is for the prediction of a number",
                      .setting = Setting::interval,
                      .expected = "a model with the task regression",
                      .got = "task " + std::string(name_of(model.encoder.target.task)),
                      .advice = "leave " + named(Setting::interval) + " out" +
                                where_settable(", or see " + named(Setting::probabilities))});
  }
  if (!model.encoder.target.quantiles.empty()) {
    throw UsageError({.what = "the model predicts quantiles: two of them are an interval already",
                      .setting = Setting::interval,
                      .expected = "a model of the number itself",
                      .got = count_of(model.encoder.target.quantiles.size(), "quantile"),
                      .advice = "leave " + named(Setting::interval) +
                                " out: 90 % of the targets lie between the quantiles 0.05 and 0.95"});
  }
  if (!(coverage > 0 && coverage < 1)) {
    throw UsageError({.what = "the coverage of an interval is out of range",
                      .setting = Setting::interval,
                      .expected = "a share of the targets above 0 and below 1",
                      .got = format_number(coverage)});
  }
  const std::uint64_t rows = model.residuals.rows();
  if (rows == 0) {
    throw UsageError({.what = "the model cannot give intervals: it has no errors of rows that it was not "
                              "trained on",
                      .setting = Setting::interval,
                      .expected = "a model trained with held-out rows",
                      .got = "none",
                      .advice = "train it again with held-out rows" +
                                where_settable(" (" + set_to(Setting::validation, "0.2") + ", or " +
                                               set_to(Setting::members, "4") + ")")});
  }
  const std::optional<std::vector<double>> widths = interval_half_widths(model.residuals, coverage);
  if (widths) return *widths;
  const double most = std::floor(1000 * static_cast<double>(rows) / static_cast<double>(rows + 1)) / 1000;
  throw UsageError(
      {.what = "the model was trained with too few held-out rows for this coverage",
       .setting = Setting::interval,
       .expected = count_of(rows_for_coverage(coverage), "held-out row") + " for " + format_number(coverage),
       .got = count_of(rows, "row"),
       .advice = "use at most " + format_number(most) + ", or train again with more held-out rows"});
}

Interval interval_around(const Model& model, double prediction, double half_width) {
  const bool is_count = properties_of(model.loss.kind).output_is_logarithm;
  const double low = prediction - half_width;
  return {.low = is_count ? std::max(low, 0.0) : low, .high = prediction + half_width};
}

}  // namespace chainrule
