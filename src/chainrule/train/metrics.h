// The metrics of a model's predictions, by task.
//
// accuracy.h calculates those of classes and labels (accuracy, precision, recall, F1, confusion matrix),
// probability_metrics.h those of their probabilities (log loss, areas under curves, calibration),
// regression_metrics.h those of numbers (RMSE, MAE, R^2), quantile_metrics.h those of quantiles.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chainrule/data/task.h"

namespace chainrule {

struct ClassMetrics {
  double support = 0;    // rows of this class, or the sum of their weights
  double precision = 0;  // of the rows predicted as this class, the share of true ones
  double recall = 0;     // of the rows of this class, the share predicted as it
  double f1 = 0;         // harmonic mean of both; 0 when both are
};

// The rows whose largest probability is in one of the bins of the calibration error (probability_metrics.h).
struct CalibrationBin {
  double support = 0;     // rows, or the sum of their weights
  double right = 0;       // of these, those of the class with the largest probability
  double confidence = 0;  // the sum of the largest probabilities
};

struct QuantileMetrics {
  double quantile = 0.5;
  double pinball_loss = 0;  // in the target's own units
  double coverage = 0;  // share of the rows whose target is at or below the prediction; ideally `quantile`
};

// With 10,000 classes the confusion matrix would take 800 MB, and most of the time of each epoch's score.
inline constexpr std::size_t kMostConfusionClasses = 1000;

// Everything that `evaluate` reports. Fields of other tasks stay empty. With row weights every number is
// as if a row of weight k stood k times in the table: support and confusion are sums of weights.
struct Metrics {
  Task task = Task::classes;
  std::uint64_t rows = 0;
  std::optional<double> weight_sum;  // of the row weights; empty without weights
  double loss = 0;
  // binary, classes, multi_label
  double accuracy = 0;           // multi_label: share of correct labels
  double exact_match = 0;        // multi_label: share of rows with all labels correct
  double balanced_accuracy = 0;  // mean recall over the classes that occur; multi_label: its mean over labels
  double macro_f1 = 0;           // mean f1 over the classes that occur or were predicted, or over all labels
  std::vector<ClassMetrics> per_class;
  // [true][predicted]; empty for multi_label and with more classes than kMostConfusionClasses
  std::vector<std::vector<double>> confusion;
  // binary, classes: from the probabilities, empty where they are not defined (probability_metrics.h)
  std::optional<double> log_loss, brier, auc, calibration_error;
  std::optional<double> average_precision;  // binary
  std::vector<CalibrationBin> calibration;  // the bins of calibration_error, from 0 to 1
  std::optional<double> class_distance;     // ordinal: how many classes predictions are off by, on average
  // Whether the targets are probabilities (data/soft_labels.h). Then the class of a row is its most probable
  // one, and log_loss and brier compare with the probabilities.
  bool soft_labels = false;
  // regression, over all targets and one by one, in the target's own units
  double rmse = 0;  // mean over the targets, as the two below
  double mae = 0;
  double r2 = 0;  // 1 - sum of squared errors / sum of squared deviations; mean over the targets
  std::vector<double> rmse_per_target, mae_per_target, r2_per_target;
  // regression by quantiles (quantile_metrics.h); rmse, mae and r2 are those of the median, if any
  std::vector<QuantileMetrics> per_quantile;
  double pinball_loss = 0;  // mean over the quantiles
  double d2_pinball = 0;    // 1 - pinball loss / that of the quantiles of these targets; at most 1

  bool is_of_quantiles() const { return !per_quantile.empty(); }
  // Whether rmse, mae and r2 are defined.
  bool has_mean_errors() const {
    return task == Task::regression && (!is_of_quantiles() || !rmse_per_target.empty());
  }

  // The rows, or the sum of their weights.
  double total() const { return weight_sum.value_or(static_cast<double>(rows)); }
};

// The one number that rates a model: accuracy, r2 for regression, d2_pinball for quantiles. Higher is better.
std::pair<std::string, double> headline(const Metrics& metrics);

}  // namespace chainrule
