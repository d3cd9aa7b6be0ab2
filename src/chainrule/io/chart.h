// The kinds of plot in a report, each as one SVG element: curves over epochs, points over a diagonal, bars of
// a histogram, bars with names, predicted against observed shares, shaded cells.
//
// Values that are not finite are left out. CSS classes used: frame, grid, tick, label, note, line, mark,
// diagonal, points, bar, whisker, gap, bubble, cell and shade0..shade9, the shade by a cell's share; and
// those that the caller names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chainrule/io/svg.h"

namespace chainrule {

struct ChartSeries {
  std::string name;
  std::string css_class;         // besides "line"
  std::vector<SvgPoint> points;  // x ascending
};

struct LineChart {
  std::string id, title, description;
  std::string x_label, y_label;
  std::vector<ChartSeries> series;
  AxisScale scale = AxisScale::linear;    // of y
  AxisScale x_scale = AxisScale::linear;  // linear: whole numbers
  std::optional<double> lowest;           // values below are drawn on the lower edge
  std::optional<double> marked_x;         // a vertical line
  std::string marked_label;
  double width = 640, height = 280;
};
std::string line_chart(const LineChart& chart);

// At most `limit` points (at least 4) that keep the shape of the curve: from each stretch of neighbours the
// first point with the smallest and the first with the largest y, and always the curve's first and last
// point.
std::vector<SvgPoint> thin_out(std::span<const SvgPoint> points, std::size_t limit);

struct ScatterChart {
  std::string id, title, description;
  std::string x_label, y_label;
  std::vector<SvgPoint> points;
  double width = 360, height = 340;
};
// Both axes are alike, so the diagonal is x = y.
std::string scatter_chart(const ScatterChart& chart);

struct HistogramChart {
  std::string id, title, description;
  std::string x_label, y_label;
  std::vector<double> values;
  double width = 360, height = 240;
};
// Bars of equal, round width. 0 is always a border between two bars, and is marked if it is inside the plot.
std::string histogram_chart(const HistogramChart& chart);

struct NamedBar {
  std::string name;
  double value = 0;
  double spread = 0;      // a whisker from value - spread to value + spread
  std::string css_class;  // besides "bar"
  std::string hint;
};

struct BarChart {
  std::string id, title, description;
  std::string x_label;
  std::vector<NamedBar> bars;  // from top to bottom
  double width = 900;
};
// Horizontal bars from 0, as high as their number needs.
std::string bar_chart(const BarChart& chart);

struct ShareBubble {
  double predicted = 0, observed = 0;  // shares, 0 to 1
  double weight = 0;                   // the area of its circle
  std::string hint;
};

struct ReliabilityChart {
  std::string id, title, description;
  std::string x_label, y_label;
  std::vector<ShareBubble> bubbles;
  double width = 440, height = 400;
};
// Both axes run from 0 to 1. A stroke joins each bubble with the diagonal, where both shares are equal.
std::string reliability_chart(const ReliabilityChart& chart);

struct HeatCell {
  double share = 0;         // 0 to 1: how dark
  std::string css_class;    // besides "cell"; sets the colour
  std::string words;        // "" for none
  std::string small_words;  // second line
  std::string hint;
};

struct HeatMap {
  std::string id, title, description;
  std::string row_label, column_label;
  std::vector<std::string> row_names, column_names;
  std::vector<std::vector<HeatCell>> cells;  // [row][column]
};
std::string heat_map(const HeatMap& map);

// The approximate width of a text in pixels, for making room.
double text_width(std::string_view words, double font_size);

}  // namespace chainrule
