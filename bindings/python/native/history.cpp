#include "history.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <cmath>

namespace chainrule::python {

namespace nb = nanobind;

nb::dict history_dict(const History& history) {
  std::vector<double> loss, validation_loss, validation_score;
  std::vector<std::uint64_t> corrections;
  for (const EpochReport& epoch : history.epochs) {
    loss.push_back(epoch.training_loss);
    if (epoch.validation_loss) validation_loss.push_back(*epoch.validation_loss);
    if (epoch.validation_score) validation_score.push_back(*epoch.validation_score);
    if (epoch.corrections) corrections.push_back(*epoch.corrections);
  }
  nb::dict dict;
  dict["loss"] = loss;
  dict["validation_loss"] = validation_loss;
  dict["validation_score"] = validation_score;
  dict["corrections"] = corrections;
  dict["epochs"] = history.epochs_run();
  dict["best_epoch"] = history.best_epoch;
  dict["stop_reason"] = std::string(name_of(history.stop_reason));
  return dict;
}

nb::dict metrics_dict(const Metrics& metrics) {
  nb::dict dict;
  dict["rows"] = metrics.rows;
  if (!std::isnan(metrics.loss)) dict["loss"] = metrics.loss;
  if (metrics.is_of_quantiles()) {
    dict["d2_pinball"] = metrics.d2_pinball;
    dict["pinball_loss"] = metrics.pinball_loss;
    nb::dict coverage;
    for (const QuantileMetrics& one : metrics.per_quantile)
      coverage[nb::float_(one.quantile)] = one.coverage;
    dict["coverage"] = coverage;
    if (!metrics.has_mean_errors()) return dict;
  }
  if (metrics.task == Task::regression) {
    dict["mae"] = metrics.mae;
    dict["rmse"] = metrics.rmse;
    dict["r2"] = metrics.r2;
  } else {
    dict["accuracy"] = metrics.accuracy;
    if (metrics.class_distance) dict["class_distance"] = *metrics.class_distance;
    dict["balanced_accuracy"] = metrics.balanced_accuracy;
    dict["macro_f1"] = metrics.macro_f1;
    if (metrics.task != Task::multi_label) {
      dict["log_loss"] = metrics.log_loss;
      dict["brier"] = metrics.brier;
      if (metrics.soft_labels) return dict;
      dict["auc"] = metrics.auc;
      if (metrics.task == Task::binary) dict["average_precision"] = metrics.average_precision;
      dict["calibration_error"] = metrics.calibration_error;
    }
  }
  return dict;
}

}  // namespace chainrule::python
