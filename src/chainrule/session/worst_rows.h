// The rows that a model predicts worst, for a reader who wants to look at them in the table.
//
//   binary, classes  loss = -ln p(true class)
//   soft labels      loss = -sum of t ln p over the classes
//   multi_label      loss = mean over the labels of -ln p(the value that the row has)
//   regression       loss = mean over the targets of ((predicted - true) / deviation of the target)^2
//
// A wrong row may be an error in the table, an unusual case, or a sign of a column that is missing.
#pragma once

#include <cstddef>
#include <vector>

#include "chainrule/session/scoring.h"
#include "chainrule/train/reasons.h"

namespace chainrule {

inline constexpr std::size_t kWorstRows = 10;

// The worst first; of equal ones the first. WorstRow::row counts the scored rows. Empty for threshold units,
// which say yes or no. Rows whose loss is not finite are left out.
std::vector<WorstRow> worst_rows(const Model& model, const Scored& scored, std::size_t limit = kWorstRows);

}  // namespace chainrule
