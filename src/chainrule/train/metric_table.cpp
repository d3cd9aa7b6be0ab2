#include "chainrule/train/metric_table.h"

namespace chainrule {
namespace {

template <auto kMember>
std::optional<double> member(const Metrics& metrics) {
  return metrics.*kMember;
}

template <auto kMember>
std::optional<double> mean_error(const Metrics& metrics) {
  if (!metrics.has_mean_errors()) return std::nullopt;
  return metrics.*kMember;
}
template <auto kMember>
std::optional<double> of_quantiles(const Metrics& metrics) {
  if (!metrics.is_of_quantiles()) return std::nullopt;
  return metrics.*kMember;
}

bool is_ordinal(Task task) {
  return task == Task::ordinal;
}
bool is_binary(Task task) {
  return task == Task::binary;
}
bool is_multi_label(Task task) {
  return task == Task::multi_label;
}
bool is_regression(Task task) {
  return task == Task::regression;
}
bool is_any(Task) {
  return true;
}

constexpr MetricEntry kMetrics[] = {
    {"accuracy", member<&Metrics::accuracy>, Better::higher, is_classification},
    {"balanced_accuracy", member<&Metrics::balanced_accuracy>, Better::higher, is_classification},
    {"macro_f1", member<&Metrics::macro_f1>, Better::higher, is_classification},
    {"exact_match", member<&Metrics::exact_match>, Better::higher, is_multi_label},
    {"class_distance", member<&Metrics::class_distance>, Better::lower, is_ordinal},
    {"auc", member<&Metrics::auc>, Better::higher, is_of_one_class, true, true},
    {"average_precision", member<&Metrics::average_precision>, Better::higher, is_binary, true, true},
    {"log_loss", member<&Metrics::log_loss>, Better::lower, is_of_one_class, true},
    {"brier", member<&Metrics::brier>, Better::lower, is_of_one_class, true},
    {"calibration_error", member<&Metrics::calibration_error>, Better::lower, is_of_one_class, true, true},
    {.word = "d2_pinball",
     .value = of_quantiles<&Metrics::d2_pinball>,
     .better = Better::higher,
     .has = is_regression,
     .needs_quantiles = true},
    {.word = "pinball_loss",
     .value = of_quantiles<&Metrics::pinball_loss>,
     .better = Better::lower,
     .has = is_regression,
     .needs_quantiles = true},
    {.word = "r2",
     .value = mean_error<&Metrics::r2>,
     .better = Better::higher,
     .has = is_regression,
     .needs_mean = true},
    {.word = "rmse",
     .value = mean_error<&Metrics::rmse>,
     .better = Better::lower,
     .has = is_regression,
     .needs_mean = true},
    {.word = "mae",
     .value = mean_error<&Metrics::mae>,
     .better = Better::lower,
     .has = is_regression,
     .needs_mean = true},
    {"loss", member<&Metrics::loss>, Better::lower, is_any},
};

}  // namespace

std::span<const MetricEntry> metric_table() {
  return kMetrics;
}

}  // namespace chainrule
