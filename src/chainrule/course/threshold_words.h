// Numbers and vectors as the lessons on threshold units write them.
#pragma once

#include <span>
#include <string>

#include "chainrule/course/words.h"
#include "chainrule/model/separability.h"

namespace chainrule {

// Four significant digits without trailing zeros; rounding errors (below 1e-12) become 0.
std::string short_number(double value);
// "(0.5, 1, -1, 0)"
std::string vector_text(std::span<const double> values);
// "separable", "not separable", "not decided".
Words verdict_words(Separability verdict);

}  // namespace chainrule
