// The help of a command, generated from its options.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "chainrule/toolkit/command_line.h"

namespace chainrule::cli {

// The help of a command: examples first, then usage and the options by headings. `highlight` marks headings.
std::string help_text(const Command& command, std::string_view program, std::size_t width,
                      const std::function<std::string(std::string_view)>& highlight);

}  // namespace chainrule::cli
