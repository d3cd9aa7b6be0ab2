#include "chainrule/train/accuracy.h"

#include <algorithm>
#include <cassert>
#include <numeric>

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

// Means over the classes that occur (recall), and over those that occur or are predicted (f1).
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

template std::vector<std::uint32_t> predicted_classes<float>(Task, MatrixView<const float>);
template std::vector<std::uint32_t> predicted_classes<double>(Task, MatrixView<const double>);
template Metrics multi_label_metrics<float>(MatrixView<const float>, MatrixView<const float>);
template Metrics multi_label_metrics<double>(MatrixView<const double>, MatrixView<const double>);

}  // namespace chainrule
