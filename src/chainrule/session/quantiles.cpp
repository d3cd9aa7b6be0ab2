#include "chainrule/session/quantiles.h"

#include <algorithm>
#include <string>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"

namespace chainrule {

std::vector<double> wanted_quantiles(const TrainRequest& request) {
  std::vector<double> quantiles = request.quantiles;
  if (quantiles.empty()) return quantiles;
  for (const double quantile : quantiles) {
    if (quantile > 0 && quantile < 1) continue;
    throw UsageError({.what = "a quantile is out of range",
                      .setting = Setting::quantiles,
                      .expected = "numbers above 0 and below 1",
                      .got = format_number(quantile)});
  }
  std::ranges::sort(quantiles);
  if (const auto twice = std::ranges::adjacent_find(quantiles); twice != quantiles.end()) {
    throw UsageError({.what = "a quantile is given twice",
                      .setting = Setting::quantiles,
                      .expected = "each quantile once",
                      .got = format_number(*twice) + " twice"});
  }
  if (request.model != ModelType::mlp) {
    throw UsageError({.what = "quantiles are learned by descent",
                      .setting = Setting::quantiles,
                      .got = "the model " + std::string(name_of(request.model)),
                      .advice = "leave the quantiles out, or use " + set_to(Setting::model, "mlp")});
  }
  if (request.cross_entropy || request.loss.value_or(Loss::quantile) != Loss::quantile) {
    throw UsageError({.what = "quantiles are learned by the loss " + std::string(name_of(Loss::quantile)),
                      .setting = Setting::loss,
                      .expected = std::string(name_of(Loss::quantile)),
                      .got = std::string(request.loss ? name_of(*request.loss) : "cross_entropy"),
                      .advice = "leave the loss out, or leave " + named(Setting::quantiles) + " out"});
  }
  if (request.quantile != TrainRequest().quantile) {
    throw UsageError({.what = "one quantile and a list of quantiles are given",
                      .setting = Setting::quantile,
                      .got = format_number(request.quantile),
                      .advice = "give all of them with " + named(Setting::quantiles)});
  }
  return quantiles;
}

void refuse_quantile_misfits(const TrainRequest& request, const Schema& schema) {
  if (request.quantiles.empty()) return;
  if (schema.task != Task::regression) {
    throw UsageError({.what = "quantiles are those of a number, but the target is one of classes",
                      .setting = Setting::quantiles,
                      .expected = "task regression",
                      .got = "task " + std::string(name_of(schema.task)),
                      .advice = schema.soft_labels
                                    ? "leave " + named(Setting::quantiles) + " out"
                                    : "leave the quantiles out, or, if the target is an amount, say so (" +
                                          set_to(Setting::task, "regression") + ")"});
  }
  const auto targets = std::ranges::count(schema.columns, ColumnRole::target, &SchemaColumn::role);
  if (targets == 1) return;
  throw UsageError({.what = "quantiles are those of one number",
                    .setting = Setting::quantiles,
                    .expected = "one target",
                    .got = count_of(static_cast<std::uint64_t>(targets), "target"),
                    .advice = "train a model for each target"});
}

}  // namespace chainrule
