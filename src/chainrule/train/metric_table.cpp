#include "chainrule/train/metric_table.h"

namespace chainrule {
namespace {

constexpr MetricEntry kMetrics[] = {
    {"accuracy", &Metrics::accuracy, Better::higher, is_classification},
    {"balanced_accuracy", &Metrics::balanced_accuracy, Better::higher, is_classification},
    {"macro_f1", &Metrics::macro_f1, Better::higher, is_classification},
    {"exact_match", &Metrics::exact_match, Better::higher,
     [](Task task) { return task == Task::multi_label; }},
    {"r2", &Metrics::r2, Better::higher, [](Task task) { return task == Task::regression; }},
    {"rmse", &Metrics::rmse, Better::lower, [](Task task) { return task == Task::regression; }},
    {"mae", &Metrics::mae, Better::lower, [](Task task) { return task == Task::regression; }},
    {"loss", &Metrics::loss, Better::lower, [](Task) { return true; }},
};

}  // namespace

std::span<const MetricEntry> metric_table() {
  return kMetrics;
}

}  // namespace chainrule
