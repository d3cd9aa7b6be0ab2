// Loss curves for a terminal, drawn in braille dots.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "chainrule/train/history.h"

namespace chainrule {

// A line of losses, and circles on top of it.
struct CurveText {
  std::vector<double> places;  // along the axis below, ascending, each with a loss of the line
  std::vector<double> line;
  std::vector<std::optional<double>> circles;  // as many, or none
  std::optional<double> marked;                // a place on the axis
  std::string first, last;                     // labels of the ends of the axis
  std::string line_name, circles_name, mark_name;
};

// `width` by `height` characters, with axis labels. Needs a place.
std::string render_text_of_curve(const CurveText& curve, std::size_t width, std::size_t height);

// The losses of the epochs in a plot of the same kind.
std::string render_curve_text(const History& history, std::size_t width, std::size_t height);

}  // namespace chainrule
