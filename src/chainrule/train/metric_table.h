// The numbers that rate a model, by name: which tasks have each, and whether higher or lower is better.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "chainrule/data/task.h"
#include "chainrule/train/metrics.h"

namespace chainrule {

enum class Better { higher, lower };

struct MetricEntry {
  std::string_view word;
  std::optional<double> (*value)(const Metrics&);  // empty if these rows do not define it
  Better better;
  bool (*has)(Task);
  bool needs_probabilities = false;  // of classes, which a perceptron lacks
  bool needs_true_class = false;     // of each row, which soft labels lack
  bool needs_mean = false;           // of numbers: not of quantiles without the median
  bool needs_quantiles = false;      // of numbers
};

// In the order in which they are reported.
std::span<const MetricEntry> metric_table();

}  // namespace chainrule
