// The numbers that rate a model, by name: which tasks have each, and whether higher or lower is better.
#pragma once

#include <span>
#include <string_view>

#include "chainrule/data/task.h"
#include "chainrule/train/metrics.h"

namespace chainrule {

enum class Better { higher, lower };

struct MetricEntry {
  std::string_view word;
  double Metrics::*value;
  Better better;
  bool (*has)(Task);
};

// In the order in which they are reported.
std::span<const MetricEntry> metric_table();

}  // namespace chainrule
