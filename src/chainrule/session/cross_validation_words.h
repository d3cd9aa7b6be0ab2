// What a cross-validation allows to say, in sentences.
#pragma once

#include <string>

#include "chainrule/session/cross_validation.h"

namespace chainrule {

// A difference counts as shown if one as large has at most this probability between equally good settings.
inline constexpr double kShownBelow = 0.05;

// "the other setting is better in 9 of 10 folds: accuracy +0.012, standard error 0.005; ..." Needs a
// comparison.
std::string comparison_text(const CrossValidation& result);

// "from 120 to 240 rows accuracy changed by +0.012, standard error 0.005, ..." Needs a learning curve.
std::string curve_text(const CrossValidation& result);

// "leave one out", "5 folds", "3 times 5 folds", "5 windows of time"
std::string folds_text(const CrossValidation& result);

}  // namespace chainrule
