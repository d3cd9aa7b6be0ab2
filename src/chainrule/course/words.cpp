// Fills the places of a text from left to right; each value may be used more than once, and in any order.
#include "chainrule/course/words.h"

#include <optional>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"

namespace chainrule {

std::string filled(std::string_view text, std::span<const std::string> values) {
  std::string result;
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    if (open == std::string_view::npos) break;
    const std::size_t close = text.find('}', open);
    if (close == std::string_view::npos) break;
    result += text.substr(0, open);
    const std::string_view inside = text.substr(open + 1, close - open - 1);
    const std::optional<std::int64_t> place = parse_integer(inside);
    if (place) {
      if (*place < 0 || static_cast<std::size_t>(*place) >= values.size()) {
        throw StateError({.what = "a sentence has a place without a value",
                          .expected = "values for all of {0}, {1}, ...",
                          .got = quoted(text)});
      }
      result += values[static_cast<std::size_t>(*place)];
      text.remove_prefix(close + 1);
    } else {
      result += '{';
      text.remove_prefix(open + 1);
    }
  }
  return result + std::string(text);
}

}  // namespace chainrule
