// The quantiles of a number that a request asks for: one output each, trained by the pinball loss.
#pragma once

#include <vector>

#include "chainrule/data/schema.h"
#include "chainrule/session/train_request.h"

namespace chainrule {

// Ascending. Throws UsageError for a quantile that is not between 0 and 1 or is given twice, and for
// quantiles together with another loss or model.
std::vector<double> wanted_quantiles(const TrainRequest& request);

// Throws UsageError for quantiles of anything but one number.
void refuse_quantile_misfits(const TrainRequest& request, const Schema& schema);

}  // namespace chainrule
