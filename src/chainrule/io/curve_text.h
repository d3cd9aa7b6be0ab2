// A loss curve for a terminal, drawn in braille dots.
#pragma once

#include <cstddef>
#include <string>

#include "chainrule/train/history.h"

namespace chainrule {

// `width` by `height` characters, with axis labels.
std::string render_curve_text(const History& history, std::size_t width, std::size_t height);

}  // namespace chainrule
