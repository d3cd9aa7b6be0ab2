// Does the progress to resume from belong to this training run, as far as its numbers show?
#pragma once

#include <cstddef>

#include "chainrule/train/trainer.h"

namespace chainrule {

// The rows of a batch; the last one of an epoch may have fewer.
std::size_t rows_of_batch(const TrainerOptions& options, std::size_t training_rows);

// Throws StateError when parameters or counters do not fit. train() calls it too.
template <typename T>
void require_fitting_progress(const Network& network, const TrainerOptions& options,
                              std::size_t training_rows, const TrainingProgress<T>& progress);

}  // namespace chainrule
