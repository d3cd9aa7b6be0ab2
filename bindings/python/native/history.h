// The history of a training run as a dict.
#pragma once

#include <nanobind/nanobind.h>

#include "chainrule/train/history.h"

namespace chainrule::python {

// loss_curve_ has an entry for each epoch, as in scikit-learn, up to this many epochs.
inline constexpr std::size_t kMostEpochsInPython = 1'000'000;

nanobind::dict history_dict(const History& history);

}  // namespace chainrule::python
