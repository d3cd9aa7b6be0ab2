#include "chainrule/train/accuracy.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

#include "chainrule/train/cumulative.h"

namespace chainrule {
namespace {

// Counts of rows are exact in double up to 2^53; with weights they are sums of weights.
double ratio(double part, double whole) {
  return whole == 0 ? 0 : part / whole;
}

ClassMetrics class_metrics(double right, double predicted, double support) {
  return {.support = support,
          .precision = ratio(right, predicted),
          .recall = ratio(right, support),
          .f1 = ratio(2 * right, predicted + support)};
}

// Means over the classes that occur (recall), and over those that occur or are predicted (f1).
void average_classes(Metrics& metrics, std::span<const double> predicted) {
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

double sum_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

void set_weight_sum(Metrics& metrics, std::span<const double> weights) {
  if (!weights.empty()) metrics.weight_sum = sum_of(weights);
}

// Of several labels, each is a task of its own with the classes yes and no. Their scores are averaged
// over all labels: f1 is that of yes, and 0 where yes neither occurs nor is predicted.
void average_labels(Metrics& metrics, const auto& both, const auto& predicted, double rows) {
  const double labels = static_cast<double>(metrics.per_class.size());
  metrics.balanced_accuracy = metrics.macro_f1 = 0;
  for (std::size_t j = 0; j < metrics.per_class.size(); ++j) {
    const ClassMetrics& yes = metrics.per_class[j];
    const double support = static_cast<double>(yes.support), others = rows - support;
    const double wrong = static_cast<double>(predicted[j]) - static_cast<double>(both[j]);
    const double recall_of_no = others > 0 ? (others - wrong) / others : yes.recall;
    metrics.balanced_accuracy += (support > 0 ? (yes.recall + recall_of_no) / 2 : recall_of_no) / labels;
    metrics.macro_f1 += yes.f1 / labels;
  }
}

}  // namespace

std::size_t class_count(Task task, std::size_t outputs) {
  return task == Task::binary ? 2 : task == Task::ordinal ? outputs + 1 : outputs;
}

template <typename T>
std::vector<std::uint32_t> predicted_classes(Task task, MatrixView<const T> outputs, double threshold) {
  if (task == Task::ordinal) {
    const Matrix<double> probabilities = cumulative::class_probabilities<T>(outputs);
    return predicted_classes<double>(Task::classes, probabilities.view());
  }
  std::vector<std::uint32_t> classes(outputs.rows);
  for (std::size_t r = 0; r < outputs.rows; ++r) {
    const T* row = outputs.row(r);
    classes[r] = task == Task::binary
                     ? static_cast<double>(row[0]) >= threshold
                     : static_cast<std::uint32_t>(std::max_element(row, row + outputs.columns) - row);
  }
  return classes;
}

Metrics classification_metrics(Task task, std::span<const std::uint32_t> truth,
                               std::span<const std::uint32_t> predicted, std::size_t classes,
                               std::span<const double> weights) {
  assert(truth.size() == predicted.size() && (weights.empty() || weights.size() == truth.size()));
  Metrics metrics{.task = task, .rows = truth.size()};
  set_weight_sum(metrics, weights);
  if (classes <= kMostConfusionClasses) metrics.confusion.assign(classes, std::vector<double>(classes, 0));
  std::vector<double> right(classes, 0), predicted_counts(classes, 0), support(classes, 0);
  double distance = 0;
  for (std::size_t r = 0; r < truth.size(); ++r) {
    const double weight = weights.empty() ? 1 : weights[r];
    if (!metrics.confusion.empty()) metrics.confusion[truth[r]][predicted[r]] += weight;
    support[truth[r]] += weight;
    predicted_counts[predicted[r]] += weight;
    if (truth[r] == predicted[r]) right[truth[r]] += weight;
    distance += weight * std::abs(static_cast<double>(truth[r]) - static_cast<double>(predicted[r]));
  }
  for (std::size_t c = 0; c < classes; ++c)
    metrics.per_class.push_back(class_metrics(right[c], predicted_counts[c], support[c]));
  metrics.accuracy = ratio(sum_of(right), metrics.total());
  if (task == Task::ordinal) metrics.class_distance = ratio(distance, metrics.total());
  average_classes(metrics, predicted_counts);
  return metrics;
}

template <typename T>
Metrics multi_label_metrics(MatrixView<const T> outputs, MatrixView<const T> targets,
                            std::span<const double> weights) {
  Metrics metrics{.task = Task::multi_label, .rows = outputs.rows};
  set_weight_sum(metrics, weights);
  const std::size_t labels = outputs.columns;
  std::vector<double> both(labels, 0), predicted(labels, 0), support(labels, 0);
  double right = 0, exact = 0;
  for (std::size_t r = 0; r < outputs.rows; ++r) {
    const double weight = weights.empty() ? 1 : weights[r];
    bool all_right = true;
    for (std::size_t j = 0; j < labels; ++j) {
      const bool yes = outputs(r, j) >= T(0.5), truth = targets(r, j) >= T(0.5);
      if (yes && truth) both[j] += weight;
      if (yes) predicted[j] += weight;
      if (truth) support[j] += weight;
      if (yes == truth) right += weight;
      all_right = all_right && yes == truth;
    }
    if (all_right) exact += weight;
  }
  for (std::size_t j = 0; j < labels; ++j) {
    metrics.per_class.push_back(class_metrics(both[j], predicted[j], support[j]));
  }
  metrics.accuracy = ratio(right, metrics.total() * static_cast<double>(labels));
  metrics.exact_match = ratio(exact, metrics.total());
  average_labels(metrics, both, predicted, metrics.total());
  return metrics;
}

template std::vector<std::uint32_t> predicted_classes<float>(Task, MatrixView<const float>, double);
template std::vector<std::uint32_t> predicted_classes<double>(Task, MatrixView<const double>, double);
template Metrics multi_label_metrics<float>(MatrixView<const float>, MatrixView<const float>,
                                            std::span<const double>);
template Metrics multi_label_metrics<double>(MatrixView<const double>, MatrixView<const double>,
                                             std::span<const double>);

}  // namespace chainrule
