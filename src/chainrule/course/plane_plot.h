// Plots of a plane: curves, marked points and shaded regions over two axes, as characters for a terminal and
// as SVG.
//
// Both come from one description, so the terminal and the file show the same.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chainrule/io/svg.h"

namespace chainrule {

enum class PlaneMarking { curve, points };

struct PlaneSeries {
  std::string name;  // for the legend; "" for none
  std::vector<SvgPoint> points;
  PlaneMarking marking = PlaneMarking::curve;
};

struct PlanePlot {
  std::string title;
  std::string x_label = "x", y_label = "y";
  std::vector<PlaneSeries> series;  // at most 6: each has its own colour and its own character
  // The visible part of the plane; empty: the range of the series.
  std::optional<std::pair<double, double>> x_range, y_range;
  AxisScale x_scale = AxisScale::linear, y_scale = AxisScale::linear;
  // 0 for a point that stays white, 1 to 3 for shades; empty: no regions. Needs both ranges, linear scales.
  std::function<int(double x, double y)> region;
};

// One panel after another, each about 64 columns wide. Series are drawn with * + o x # @, regions with . : %.
std::string plane_text(const std::vector<PlanePlot>& panels);

// A whole SVG file, at most three panels in a row. Throws StateError if there are more series than colours.
std::string plane_svg(const std::vector<PlanePlot>& panels, const std::string& description);

}  // namespace chainrule
