// The threshold of a binary model (train/threshold.h): which requests make no sense, how training settles it,
// and how predictions and scores override it per run.
#pragma once

#include <span>

#include "chainrule/session/scoring.h"
#include "chainrule/session/train_request.h"
#include "chainrule/session/training.h"
#include "chainrule/session/training_plan.h"

namespace chainrule {

// Throws UsageError for a threshold that is not between 0 and 1, for one where the model is not to give
// probabilities of two classes, and for one that is to be chosen without rows to choose it on.
void refuse_threshold_misfits(const TrainRequest& request, const TrainingPlan& plan);

// Chooses the threshold for request.goal on `judged`, the scored held-out rows (or rows out of fold), which
// are then scored by it. Sets outcome.threshold and the model's, and adds a note. judged: null if training
// was stopped before there were such rows.
void settle_threshold(const ThresholdRequest& request, std::span<const double> weights, Scored* judged,
                      TrainOutcome& outcome);

// Replaces the threshold of a loaded model. Throws UsageError like refuse_threshold_misfits.
void override_threshold(double threshold, Model& model);

}  // namespace chainrule
