// The counters of a training between two of its steps as JSON, and back: the text "progress" of a checkpoint
// (docs/checkpoints.md). The arrays, parameters and moments, are tensors beside it.
#pragma once

#include <cstdint>

#include "chainrule/io/json.h"
#include "chainrule/train/training_progress.h"

namespace chainrule {

// All but the arrays and the tables of the history.
template <typename T>
JsonTree to_json(const TrainingProgress<T>& progress);

// What the text says. Arrays are empty, and the epochs of the history are still to come.
template <typename T>
struct ProgressCounters {
  TrainingProgress<T> progress;
  std::uint64_t epochs = 0;  // at most, as each epoch's report says
  bool has_good = false;     // there is a state to go back to
};

// Throws ModelFileError for what is no progress.
template <typename T>
ProgressCounters<T> progress_from(const JsonValue& value);

// Refuses counters that do not fit each other and the history, which is whole now.
template <typename T>
void check_counters(const ProgressCounters<T>& counters, const JsonValue& value);

}  // namespace chainrule
