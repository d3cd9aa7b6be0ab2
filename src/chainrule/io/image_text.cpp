#include "chainrule/io/image_text.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "chainrule/base/error.h"

namespace chainrule {

std::string render_image_text(const std::vector<double>& pixels, std::size_t height, std::size_t width,
                              TerminalColour colour) {
  if (pixels.size() != height * width) {
    throw StateError({.what = "the size of an image does not match its pixels",
                      .expected = std::to_string(height) + " x " + std::to_string(width) + " pixels",
                      .got = std::to_string(pixels.size()) + " pixels",
                      .advice = "give the height and width of the image that the pixels come from"});
  }
  const auto grey = [&](std::size_t row, std::size_t column) {
    const double value = pixels[row * width + column];
    return std::isnan(value) ? 0.0 : std::clamp(value, 0.0, 255.0);
  };
  std::string out;
  for (std::size_t row = 0; row < height; row += 2) {
    const bool has_lower = row + 1 < height;
    if (colour == TerminalColour::none) {
      static constexpr std::string_view kShades = " .:-=+*#%@";
      for (std::size_t column = 0; column < width; ++column) {
        const double value = has_lower ? (grey(row, column) + grey(row + 1, column)) / 2 : grey(row, column);
        out += kShades[static_cast<std::size_t>(
            std::lround(value / 255 * static_cast<double>(kShades.size() - 1)))];
      }
      out += '\n';
      continue;
    }
    // The 256-colour palette has greys at 232 to 255. The upper half block takes the text colour for the
    // upper pixel and the background for the lower; a last row without a partner leaves the terminal's own
    // background.
    constexpr int kNone = -1;
    int text_colour = kNone;
    int background = kNone;
    for (std::size_t column = 0; column < width; ++column) {
      const int upper = 232 + static_cast<int>(std::lround(grey(row, column) / 255 * 23));
      const int lower =
          has_lower ? 232 + static_cast<int>(std::lround(grey(row + 1, column) / 255 * 23)) : kNone;
      if (upper != text_colour) out += "\x1b[38;5;" + std::to_string(upper) + "m";
      if (lower != background) out += "\x1b[48;5;" + std::to_string(lower) + "m";
      text_colour = upper;
      background = lower;
      out += "▀";
    }
    out += "\x1b[0m\n";
  }
  return out;
}

}  // namespace chainrule
