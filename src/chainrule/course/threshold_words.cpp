// Weights in the threshold lessons are round numbers, so four digits suffice and rounding errors are hidden.
#include "chainrule/course/threshold_words.h"

#include <cmath>
#include <vector>

#include "chainrule/base/text.h"
#include "chainrule/course/texts.h"

namespace chainrule {

std::string short_number(double value) {
  return std::abs(value) < 1e-12 ? "0" : format_significant(value, 4);
}

std::string vector_text(std::span<const double> values) {
  std::vector<std::string> parts;
  for (const double value : values)
    parts.push_back(short_number(value));
  return "(" + join(parts, ", ") + ")";
}

Words verdict_words(Separability verdict) {
  switch (verdict) {
    case Separability::separable:
      return "word.separable"_text;
    case Separability::not_separable:
      return "word.not_separable"_text;
    case Separability::undecided:
      break;
  }
  return "word.not_decided"_text;
}

}  // namespace chainrule
