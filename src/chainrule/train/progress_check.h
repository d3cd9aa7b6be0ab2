// Whether a progress to go on from is that of the training at hand, as far as its numbers show.
#pragma once

#include <cstddef>

#include "chainrule/train/trainer.h"

namespace chainrule {

// The rows of a batch; of the last one of an epoch there may be fewer.
std::size_t rows_of_batch(const TrainerOptions& options, std::size_t training_rows);

// Throws StateError where parameters or counters do not fit. train() asks it too.
template <typename T>
void require_fitting_progress(const Network& network, const TrainerOptions& options,
                              std::size_t training_rows, const TrainingProgress<T>& progress);

}  // namespace chainrule
