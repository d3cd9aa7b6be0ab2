// Options as the command line spells them, for tests of what a message says there.
#pragma once

#include <string>
#include <string_view>

namespace chainrule::testing_support {

// flag("skip 2") is the option skip, with two dashes, and its value.
inline std::string flag(std::string_view option_and_value) {
  return std::string(2, '-').append(option_and_value);
}

}  // namespace chainrule::testing_support
