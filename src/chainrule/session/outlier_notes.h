// Sentences about numbers that are far from all others of their column (data/outliers.h).
#pragma once

#include <span>
#include <vector>

#include "chainrule/base/message.h"
#include "chainrule/data/encode_inputs.h"
#include "chainrule/data/fit_encoder.h"

namespace chainrule {

// One sentence for each of the first columns with such numbers in the training rows, and one for the rest.
std::vector<Message> outlier_notes(const Table& table, std::span<const OutlyingColumn> outlying,
                                   Outliers way);

// The same for the held-out rows, from their report.
std::vector<Message> held_out_far_notes(const EncodeReport& report);

}  // namespace chainrule
