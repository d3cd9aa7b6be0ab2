// The counters of a training run between two steps as JSON, and back: the text "progress" of a checkpoint
// (docs/checkpoints.md). The arrays, parameters and moments, are tensors beside it.
#pragma once

#include <cstdint>

#include "chainrule/io/json.h"
#include "chainrule/train/training_progress.h"

namespace chainrule {

// Everything but the arrays and the tables of the history.
template <typename T>
JsonTree to_json(const TrainingProgress<T>& progress);

// The contents of the text. Arrays are empty, and the history has no epochs yet.
template <typename T>
struct ProgressCounters {
  TrainingProgress<T> progress;
  std::uint64_t epochs = 0;  // at most, as each epoch's report says
  bool has_good = false;     // there is a state to go back to
};

// Throws ModelFileError for anything but such counters.
template <typename T>
ProgressCounters<T> progress_from(const JsonValue& value);

// Refuses counters that contradict each other or the history, which must be complete.
template <typename T>
void check_counters(const ProgressCounters<T>& counters, const JsonValue& value);

}  // namespace chainrule
