// The history of a training run and its metrics as dicts.
#pragma once

#include <nanobind/nanobind.h>

#include "chainrule/train/history.h"
#include "chainrule/train/metrics.h"

namespace chainrule::python {

// loss_curve_ has an entry for each epoch, as in scikit-learn, up to this many epochs.
inline constexpr std::size_t kMostEpochsInPython = 1'000'000;

nanobind::dict history_dict(const History& history);
// What is not defined for the rows is None.
nanobind::dict metrics_dict(const Metrics& metrics);

}  // namespace chainrule::python
