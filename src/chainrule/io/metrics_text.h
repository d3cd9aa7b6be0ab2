// Metrics for a terminal. Every line fits the terminal in display columns (base/text.h), so that names in any
// script stay aligned; control characters in names are written as escapes, so that no name moves the cursor.
#pragma once

#include <string>

#include "chainrule/data/encoder.h"
#include "chainrule/train/metrics.h"

namespace chainrule {

// Confusion matrix with class names, aligned; per-class precision, recall, f1.
std::string render_metrics_text(const Metrics& metrics, const TargetEncoding& target);

}  // namespace chainrule
