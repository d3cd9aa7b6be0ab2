#include "chainrule/base/hash.h"

namespace chainrule {

std::string Hash::text() const {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (int shift = 60; shift >= 0; shift -= 4)
    text += kDigits[(value() >> shift) & 15];
  return text;
}

}  // namespace chainrule
