// Prediction intervals of a trained model (train/prediction_interval.h), in the units of its targets.
#pragma once

#include <vector>

#include "chainrule/tensor/matrix.h"
#include "chainrule/train/model.h"

namespace chainrule {

// q of each target: the target lies within the prediction -+ q with this probability. Throws UsageError for a
// coverage that is not between 0 and 1, a model that predicts quantiles or no numbers or was trained without
// held-out rows, and for too few of these.
std::vector<double> interval_half_widths(const Model& model, double coverage);

struct Interval {
  double low = 0, high = 0;
};
// Around a prediction of a target. A count (poisson) is at least 0.
Interval interval_around(const Model& model, double prediction, double half_width);

}  // namespace chainrule
