#include "chainrule/train/metrics.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

#include "chainrule/tensor/kernels.h"

namespace chainrule {
namespace {

double ratio(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

ClassMetrics class_metrics(std::uint64_t right, std::uint64_t predicted, std::uint64_t support) {
  return {.support = support,
          .precision = ratio(right, predicted),
          .recall = ratio(right, support),
          .f1 = ratio(2 * right, predicted + support)};
}

// Means over the classes that occur (recall) and over those that occur or were predicted (f1).
void average_classes(Metrics& metrics, std::span<const std::uint64_t> predicted) {
  double recalls = 0, f1s = 0;
  std::size_t occurring = 0, seen = 0;
  for (std::size_t c = 0; c < metrics.per_class.size(); ++c) {
    const ClassMetrics& one = metrics.per_class[c];
    if (one.support > 0) {
      recalls += one.recall;
      ++occurring;
    }
    if (one.support > 0 || predicted[c] > 0) {
      f1s += one.f1;
      ++seen;
    }
  }
  metrics.balanced_accuracy = occurring == 0 ? 0 : recalls / static_cast<double>(occurring);
  metrics.macro_f1 = seen == 0 ? 0 : f1s / static_cast<double>(seen);
}

}  // namespace

template <typename T>
std::vector<std::uint32_t> predicted_classes(Task task, MatrixView<const T> outputs) {
  std::vector<std::uint32_t> classes(outputs.rows);
  for (std::size_t r = 0; r < outputs.rows; ++r) {
    const T* row = outputs.row(r);
    classes[r] = task == Task::binary
                     ? row[0] >= T(0.5)
                     : static_cast<std::uint32_t>(std::max_element(row, row + outputs.columns) - row);
  }
  return classes;
}

Metrics classification_metrics(Task task, std::span<const std::uint32_t> truth,
                               std::span<const std::uint32_t> predicted, std::size_t classes) {
  assert(truth.size() == predicted.size());
  Metrics metrics{.task = task, .rows = truth.size()};
  if (classes <= kMostConfusionClasses)
    metrics.confusion.assign(classes, std::vector<std::uint64_t>(classes, 0));
  std::vector<std::uint64_t> right(classes, 0), predicted_counts(classes, 0), support(classes, 0);
  for (std::size_t r = 0; r < truth.size(); ++r) {
    if (!metrics.confusion.empty()) ++metrics.confusion[truth[r]][predicted[r]];
    ++support[truth[r]];
    ++predicted_counts[predicted[r]];
    right[truth[r]] += truth[r] == predicted[r];
  }
  for (std::size_t c = 0; c < classes; ++c)
    metrics.per_class.push_back(class_metrics(right[c], predicted_counts[c], support[c]));
  metrics.accuracy = ratio(std::accumulate(right.begin(), right.end(), std::uint64_t{0}), metrics.rows);
  average_classes(metrics, predicted_counts);
  return metrics;
}

template <typename T>
Metrics multi_label_metrics(MatrixView<const T> outputs, MatrixView<const T> targets) {
  Metrics metrics{.task = Task::multi_label, .rows = outputs.rows};
  const std::size_t labels = outputs.columns;
  std::vector<std::uint64_t> both(labels, 0), predicted(labels, 0), support(labels, 0);
  std::uint64_t right = 0, exact = 0;
  for (std::size_t r = 0; r < outputs.rows; ++r) {
    bool all_right = true;
    for (std::size_t j = 0; j < labels; ++j) {
      const bool yes = outputs(r, j) >= T(0.5), truth = targets(r, j) >= T(0.5);
      both[j] += yes && truth;
      predicted[j] += yes;
      support[j] += truth;
      right += yes == truth;
      all_right = all_right && yes == truth;
    }
    exact += all_right;
  }
  for (std::size_t j = 0; j < labels; ++j) {
    metrics.per_class.push_back(class_metrics(both[j], predicted[j], support[j]));
  }
  metrics.accuracy = ratio(right, metrics.rows * labels);
  metrics.exact_match = ratio(exact, metrics.rows);
  average_classes(metrics, predicted);
  return metrics;
}

Metrics regression_metrics(MatrixView<const double> predictions, MatrixView<const double> targets) {
  assert(predictions.rows == targets.rows && predictions.columns == targets.columns);
  Metrics metrics{.task = Task::regression, .rows = targets.rows};
  if (targets.rows == 0) return metrics;
  const double rows = static_cast<double>(targets.rows), columns = static_cast<double>(targets.columns);
  std::vector<double> terms(targets.rows);
  const auto sum_of = [&](auto&& term) {
    for (std::size_t r = 0; r < targets.rows; ++r)
      terms[r] = term(r);
    return block_tree_sum(terms);
  };
  double squares = 0;
  for (std::size_t c = 0; c < targets.columns; ++c) {
    const double mean = sum_of([&](std::size_t r) { return targets(r, c); }) / rows;
    // The mean of equal numbers may be rounded: how far they are from it says nothing then.
    bool varies = false;
    for (std::size_t r = 1; r < targets.rows && !varies; ++r)
      varies = targets(r, c) != targets(0, c);
    const double total =
        varies ? sum_of([&](std::size_t r) { return (targets(r, c) - mean) * (targets(r, c) - mean); }) : 0;
    const double error = sum_of([&](std::size_t r) {
      const double e = predictions(r, c) - targets(r, c);
      return e * e;
    });
    const double absolute =
        sum_of([&](std::size_t r) { return std::abs(predictions(r, c) - targets(r, c)); });
    squares += error;
    metrics.rmse_per_target.push_back(std::sqrt(error / rows));
    metrics.mae_per_target.push_back(absolute / rows);
    // A target that does not vary: 1 when it is met exactly, else 0, as scikit-learn does.
    metrics.r2_per_target.push_back(total > 0 ? 1 - error / total : error == 0 ? 1.0 : 0.0);
    metrics.mae += metrics.mae_per_target.back() / columns;
    metrics.r2 += metrics.r2_per_target.back() / columns;
  }
  metrics.rmse = std::sqrt(squares / (rows * columns));
  return metrics;
}

std::pair<std::string, double> headline(const Metrics& metrics) {
  if (metrics.task == Task::regression) return {"r2", metrics.r2};
  return {"accuracy", metrics.accuracy};
}

template std::vector<std::uint32_t> predicted_classes<float>(Task, MatrixView<const float>);
template std::vector<std::uint32_t> predicted_classes<double>(Task, MatrixView<const double>);
template Metrics multi_label_metrics<float>(MatrixView<const float>, MatrixView<const float>);
template Metrics multi_label_metrics<double>(MatrixView<const double>, MatrixView<const double>);

}  // namespace chainrule
