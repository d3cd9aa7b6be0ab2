// What two trainings must have in common to be the same one: a checkpoint is gone on with by its own training
// only.
#pragma once

#include <string>
#include <string_view>

#include "chainrule/io/checkpoint_file.h"
#include "chainrule/session/training.h"

namespace chainrule {

// data, held_out: hashes of the encoded rows; held_out is empty when there are none.
TrainingIdentity identity_of(const TrainRequest& request, const TrainingPlan& plan, std::string_view data,
                             std::string_view held_out);

// Throws UsageError when they are not: it names the first difference and the options that are given otherwise
// now, or, where the options are the same, the tables of `request` that changed.
void require_same_training(const CheckpointDescription& checkpoint, const CheckpointDescription& now,
                           const TrainRequest& request, const std::string& where);

}  // namespace chainrule
