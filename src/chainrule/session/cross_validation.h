// Cross-validation: how good the models are that a way to train yields, measured on rows that each of them
// never saw.
//
// Every row is held out once per repeat (fold_plan.h) and scored by a model that was trained on the other
// folds (fold_training.h). The scores of the folds give a mean with a corrected standard error
// (train/resampled_scores.h). Two settings are compared on the same folds; a learning curve repeats the folds
// of the first repeat with smaller parts of their training rows. The result has the same bytes on any number
// of threads, unless a time budget ends a training.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "chainrule/session/fold_training.h"
#include "chainrule/train/metric_table.h"
#include "chainrule/train/resampled_scores.h"

namespace chainrule {

struct CrossValidationRequest {
  TrainRequest training;
  std::optional<TrainRequest> other;  // a setting to compare with, on the same table and folds
  FoldOptions folds;
  bool has_learning_curve = false;
  // Asked by several threads during each training, which then ends early. The observer throws, or the result
  // has the scores of trainings that were cut short.
  std::function<bool()> is_asked_to_stop = {};
};

struct CrossValidationProgress {
  std::size_t done = 0, trainings = 0;
  bool is_other = false;
  const FoldScore& score;
};

// Called on any thread, one call at a time.
using CrossValidationObserver = std::function<void(const CrossValidationProgress&)>;

struct MetricSummary {
  const MetricEntry* metric = nullptr;
  ScoreSummary summary;
};

struct CurvePoint {
  double training_rows = 0;  // mean over the folds
  std::vector<double> scores;
  ScoreSummary summary;
};

struct LearningCurve {
  std::vector<CurvePoint> points;  // ascending; the last one has all training rows
  double gain_per_doubling = 0;    // least squares on the logarithm of the rows
  PairedComparison last_step;      // of the last two points, fold by fold
};

struct CrossValidation {
  Task task = Task::classes;
  const MetricEntry* score = nullptr;  // the one that rates: headline(), or an error where it is undefined
  FoldOptions folds;
  double test_ratio = 0;
  std::vector<FoldScore> scores, other_scores;        // repeat by repeat, fold by fold
  std::vector<MetricSummary> metrics, other_metrics;  // those that every fold has; the rating one first
  double baseline = 0;                                // mean over the folds (FoldScore::baseline)
  std::optional<double> pooled_r2;             // of a regression: over all rows held out in the first repeat
  std::optional<PairedComparison> comparison;  // of the other setting with the first
  std::optional<LearningCurve> curve;
  std::vector<Message> notes;
};

// Throws DataError, UsageError and what a training throws.
CrossValidation cross_validate(FileSystem& file_system, const Compute& compute,
                               const CrossValidationRequest& request,
                               const CrossValidationObserver& observer = {});
// The same for a table in memory.
CrossValidation cross_validate(FileSystem& file_system, const Compute& compute,
                               const CrossValidationRequest& request, const SharedTable& shared,
                               const CrossValidationObserver& observer = {});

// The numbers of one metric, fold by fold.
std::vector<double> values_of(const std::vector<FoldScore>& scores, const MetricEntry& metric);

}  // namespace chainrule
