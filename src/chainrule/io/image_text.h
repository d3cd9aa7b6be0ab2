// A grey image for a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace chainrule {

enum class TerminalColour { none, ansi };

// An image of 8-bit grey values [height][width] as characters: grey half blocks where the terminal has
// colour, otherwise the shades " .:-=+*#%@". Lines end with \n.
std::string render_image_text(const std::vector<double>& pixels, std::size_t height, std::size_t width,
                              TerminalColour colour);

}  // namespace chainrule
