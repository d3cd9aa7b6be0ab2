// A run is a list of trainings: the folds of the first setting, those of the other one, and those of the
// learning curve. They are independent of each other, and run side by side (run_trainings); each writes its
// own place of the result.
#include "chainrule/session/cross_validation.h"

#include <algorithm>
#include <cmath>
#include <mutex>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/tensor/math_functions.h"
#include "chainrule/train/regression_metrics.h"

namespace chainrule {
namespace {

constexpr std::size_t kCurvePoints = 5;
constexpr std::size_t kFewestCurveRows = 10;
constexpr double kSmallestCurveShare = 1.0 / 16;

struct Training {
  const TrainRequest* request = nullptr;
  FoldRows rows;
  FoldScore* result = nullptr;
  std::uint64_t seed = 1;
  std::size_t repeat = 0, fold = 0;
  bool is_other = false;
};

const MetricEntry& metric_named(std::string_view word) {
  return *std::ranges::find(metric_table(), word, &MetricEntry::word);
}

// Whether every fold has the number: a single row has neither classes to balance nor a spread to explain, and
// the square root of its squared error is its error.
bool is_defined(const MetricEntry& metric, const std::vector<FoldScore>& scores) {
  if (!metric.has(scores.front().metrics.task)) return false;
  const auto lacks = [&](const FoldScore& score) { return !metric.value(score.metrics); };
  if (std::ranges::any_of(scores, lacks)) return false;
  const bool needs_rows =
      metric.word == "balanced_accuracy" || metric.word == "macro_f1" || metric.word == "rmse";
  return std::ranges::all_of(scores, [&](const FoldScore& score) {
    if (metric.word == "r2" || metric.word == "d2_pinball") return score.has_r2;
    return !needs_rows || score.held_out_rows > 1;
  });
}

std::vector<MetricSummary> summarise(const std::vector<FoldScore>& scores, const MetricEntry& first,
                                     double test_ratio) {
  std::vector<MetricSummary> summaries;
  for (const MetricEntry& metric : metric_table()) {
    if (!is_defined(metric, scores)) continue;
    const MetricSummary summary{.metric = &metric,
                                .summary = summarise_scores(values_of(scores, metric), test_ratio)};
    summaries.insert(metric.word == first.word ? summaries.begin() : summaries.end(), summary);
  }
  return summaries;
}

// The numbers of rows of a learning curve, as shares of the training rows: a geometric series up to 1.
std::vector<double> curve_shares(const FoldPlan& plan, const Table& table, std::size_t folds) {
  std::size_t smallest = table.rows();
  for (std::size_t f = 0; f < folds; ++f)
    smallest = std::min(smallest, plan.folds[f].training.size());
  std::size_t classes = 0;
  if (!plan.ties.classes.empty()) {
    std::vector<std::uint32_t> different = plan.ties.classes;
    std::ranges::sort(different);
    classes = static_cast<std::size_t>(std::ranges::unique(different).begin() - different.begin());
  }
  const double rows = static_cast<double>(smallest);
  const double least = std::max({static_cast<double>(kFewestCurveRows), 2 * static_cast<double>(classes),
                                 std::round(rows * kSmallestCurveShare)});
  if (least > rows / 2) {
    throw DataError({.what = "there are too few rows for a learning curve",
                     .where = table.source,
                     .expected = "at least " + format_count(static_cast<std::uint64_t>(2 * least)) +
                                 " rows to train on in each fold",
                     .got = format_count(smallest),
                     .advice = "use more folds, or leave the learning curve out"});
  }
  std::vector<double> shares;
  for (std::size_t i = 0; i < kCurvePoints; ++i)
    shares.push_back(
        math::power(least / rows, static_cast<double>(kCurvePoints - 1 - i) / (kCurvePoints - 1)));
  return shares;
}

double log2(double x) {
  return math::log(x) / math::log(2.0);
}

// The slope of the mean score over the binary logarithm of the rows.
double slope_of(const std::vector<CurvePoint>& points) {
  double mean_x = 0, mean_y = 0, xy = 0, xx = 0;
  const double n = static_cast<double>(points.size());
  for (const CurvePoint& point : points) {
    mean_x += log2(point.training_rows) / n;
    mean_y += point.summary.mean / n;
  }
  for (const CurvePoint& point : points) {
    const double x = log2(point.training_rows) - mean_x;
    xy += x * (point.summary.mean - mean_y);
    xx += x * x;
  }
  return xy / xx;
}

double ratio_of(std::span<const FoldScore> scores) {
  double sum = 0;
  for (const FoldScore& score : scores)
    sum += static_cast<double>(score.held_out_rows) / static_cast<double>(score.training_rows);
  return sum / static_cast<double>(scores.size());
}

// by_size: [size][fold], without the last size, which is the first repeat of the folds themselves.
LearningCurve curve_of(std::vector<std::vector<FoldScore>> by_size, const std::vector<FoldScore>& scores,
                       std::size_t folds, const MetricEntry& metric) {
  by_size.emplace_back(scores.begin(), scores.begin() + static_cast<std::ptrdiff_t>(folds));
  LearningCurve curve;
  for (const std::vector<FoldScore>& of_size : by_size) {
    CurvePoint point;
    for (const FoldScore& score : of_size)
      point.training_rows += static_cast<double>(score.training_rows) / static_cast<double>(folds);
    point.scores = values_of(of_size, metric);
    point.summary = summarise_scores(point.scores, ratio_of(of_size));
    curve.points.push_back(std::move(point));
  }
  curve.gain_per_doubling = slope_of(curve.points);
  curve.last_step = compare_scores(curve.points[kCurvePoints - 2].scores, curve.points.back().scores,
                                   ratio_of(by_size.back()));
  return curve;
}

std::optional<double> r2_of_all(std::span<const FoldScore> scores) {
  if (scores.front().metrics.task != Task::regression || scores.front().metrics.is_of_quantiles())
    return std::nullopt;
  std::size_t rows = 0;
  for (const FoldScore& score : scores)
    rows += score.truth.rows();
  Matrix<double> truth(rows, scores.front().truth.columns()), predicted(rows, truth.columns());
  std::size_t row = 0;
  for (const FoldScore& score : scores) {
    for (std::size_t r = 0; r < score.truth.rows(); ++r, ++row) {
      std::copy_n(score.truth.row(r), truth.columns(), truth.row(row));
      std::copy_n(score.predicted.row(r), truth.columns(), predicted.row(row));
    }
  }
  return regression_metrics(predicted.view(), truth.view(), {}).r2;
}

void run(FileSystem& file_system, const Compute& compute, const SharedTable& shared,
         std::vector<Training>& trainings, const std::function<bool()>& is_asked_to_stop,
         const CrossValidationObserver& observer) {
  SessionObserver watcher;
  if (is_asked_to_stop) {
    watcher.on_step = [&](const StepReport&) { return is_asked_to_stop() ? Continue::stop : Continue::yes; };
    watcher.is_asked_to_stop = is_asked_to_stop;
  }
  std::mutex mutex;
  std::size_t done = 0;
  run_trainings(compute, shared.table, trainings.size(), [&](std::size_t i, const Compute& used) {
    Training& training = trainings[i];
    TrainRequest request = *training.request;
    request.seed = training.seed;
    *training.result = train_and_score(file_system, used, shared, training.rows, request, watcher);
    training.result->repeat = training.repeat;
    training.result->fold = training.fold;
    const std::lock_guard lock(mutex);
    ++done;
    if (observer) {
      observer({.done = done,
                .trainings = trainings.size(),
                .is_other = training.is_other,
                .score = *training.result});
    }
  });
}

}  // namespace

std::vector<double> values_of(const std::vector<FoldScore>& scores, const MetricEntry& metric) {
  std::vector<double> values;
  for (const FoldScore& score : scores)
    values.push_back(metric.value(score.metrics).value_or(0));
  return values;
}

CrossValidation cross_validate(FileSystem& file_system, const Compute& compute,
                               const CrossValidationRequest& request,
                               const CrossValidationObserver& observer) {
  return cross_validate(file_system, compute, request,
                        read_shared_table(file_system, compute, request.training), observer);
}

CrossValidation cross_validate(FileSystem& file_system, const Compute& compute,
                               const CrossValidationRequest& request, const SharedTable& shared,
                               const CrossValidationObserver& observer) {
  const FoldPlan plan = plan_folds(compute, request.training, shared.table, shared.schema, request.folds);
  const std::size_t folds = request.folds.folds;
  CrossValidation result;
  result.task = shared.schema.task;
  result.folds = request.folds;
  result.test_ratio = plan.test_ratio();
  result.notes = shared.notes;
  result.notes.insert(result.notes.end(), plan.notes.begin(), plan.notes.end());

  std::vector<Training> trainings;
  const auto add = [&](const TrainRequest& one, std::size_t i, FoldRows rows, FoldScore& place,
                       bool is_other) {
    trainings.push_back({.request = &one,
                         .rows = std::move(rows),
                         .result = &place,
                         .seed = seed_of_repeat(one.seed, i / folds),
                         .repeat = i / folds,
                         .fold = i % folds,
                         .is_other = is_other});
  };
  result.scores.resize(plan.folds.size());
  for (std::size_t i = 0; i < plan.folds.size(); ++i)
    add(request.training, i, plan.folds[i], result.scores[i], false);
  if (request.other) {
    result.other_scores.resize(plan.folds.size());
    for (std::size_t i = 0; i < plan.folds.size(); ++i)
      add(*request.other, i, plan.folds[i], result.other_scores[i], true);
  }
  std::vector<std::vector<FoldScore>> by_size;
  if (request.has_learning_curve) {
    const std::vector<double> shares = curve_shares(plan, shared.table, folds);
    by_size.assign(kCurvePoints - 1, std::vector<FoldScore>(folds));
    for (std::size_t size = 0; size + 1 < kCurvePoints; ++size) {
      for (std::size_t f = 0; f < folds; ++f) {
        FoldRows rows = plan.folds[f];
        const double count = std::round(shares[size] * static_cast<double>(rows.training.size()));
        rows.training =
            part_of_rows(plan, rows.training, static_cast<std::size_t>(count), request.training.seed);
        add(request.training, f, std::move(rows), by_size[size][f], false);
      }
    }
  }
  run(file_system, compute, shared, trainings, request.is_asked_to_stop, observer);

  const bool has_r2 = std::ranges::all_of(result.scores, &FoldScore::has_r2);
  const std::string usual = headline(result.scores.front().metrics).first;
  const std::string other = result.scores.front().metrics.is_of_quantiles() ? "pinball_loss" : "mae";
  const bool has_usual = result.task != Task::regression || has_r2;
  result.score = &metric_named(has_usual ? usual : other);
  if (!has_usual) {
    result.notes.push_back(usual + " is not defined in a fold of equal targets, or of one row: " + other +
                           " rates instead.");
  }
  result.metrics = summarise(result.scores, *result.score, result.test_ratio);
  for (const FoldScore& score : result.scores)
    result.baseline += score.baseline / static_cast<double>(result.scores.size());
  result.pooled_r2 = r2_of_all(std::span(result.scores).first(folds));
  if (request.other) {
    result.other_metrics = summarise(result.other_scores, *result.score, result.test_ratio);
    result.comparison = compare_scores(values_of(result.scores, *result.score),
                                       values_of(result.other_scores, *result.score), result.test_ratio);
  }
  if (request.has_learning_curve)
    result.curve = curve_of(std::move(by_size), result.scores, folds, *result.score);
  return result;
}

}  // namespace chainrule
