// When two training runs are the same: only the run that wrote a checkpoint may resume from it.
#pragma once

#include <string>
#include <string_view>

#include "chainrule/io/checkpoint_file.h"
#include "chainrule/session/training.h"

namespace chainrule {

// data, held_out: hashes of the encoded rows; held_out is empty when no rows are held out.
TrainingIdentity identity_of(const TrainRequest& request, const TrainingPlan& plan, std::string_view data,
                             std::string_view held_out);

// Throws UsageError if the two differ. The error names the first difference and the options that changed or,
// if the options are the same, the tables of `request` that changed.
void require_same_training(const CheckpointDescription& checkpoint, const CheckpointDescription& now,
                           const TrainRequest& request, const std::string& where);

}  // namespace chainrule
