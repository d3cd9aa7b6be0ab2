// Decimals for tables of lessons and graphs: as many as requested, but whole numbers stay whole, and a number
// that would round to 0 has two significant digits.
#include "chainrule/explain/number_text.h"

#include <charconv>
#include <cmath>

#include "chainrule/base/text.h"

namespace chainrule {

std::string decimal_text(double value, int decimals) {
  if (!std::isfinite(value)) return format_number(value);
  if (value == 0) return "0";
  const double magnitude = std::fabs(value);
  if (magnitude >= 1e6) return format_significant(value, 6);
  double scaled = magnitude;
  for (int i = 1; i < decimals; ++i)
    scaled *= 10;
  if (scaled < 1) return format_significant(value, 2);
  if (value == std::trunc(value)) return format_number(value);
  char text[64];
  const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed, decimals).ptr;
  return {text, end};
}

}  // namespace chainrule
