// Each chart is drawn from back to front: grid and axes, then marks, then the data. A plot area maps values
// to pixels,
//
//   x = left + width * (share along the x axis),   y = top + height * (1 - share along the y axis),
//
// since SVG counts y downwards. The margins are as wide as their labels need.
#include "chainrule/io/chart.h"

#include <algorithm>
#include <cmath>

#include "chainrule/base/text.h"

namespace chainrule {

namespace {

constexpr double kFontSize = 12;
constexpr std::size_t kMostCurvePoints = 1000;  // more than a page is wide in pixels
constexpr std::size_t kPointLayers = 6;         // of a scatter plot
constexpr std::size_t kLongestName = 24;        // in display columns

// The rectangle in which values are drawn.
struct PlotArea {
  double left, top, width, height;
  Axis x, y;

  SvgPoint place(SvgPoint value) const {
    return {left + width * x.place(value.x), top + height * (1 - y.place(value.y))};
  }
  double right() const { return left + width; }
  double bottom() const { return top + height; }
};

double widest(const std::vector<std::string>& words) {
  double result = 0;
  for (const std::string& word : words)
    result = std::max(result, text_width(word, kFontSize));
  return result;
}

// Leaves room for the labels of both axes; the y axis's own label is above it.
PlotArea make_area(double width, double height, Axis x, Axis y) {
  const double left = std::max(28.0, widest(y.labels) + 12);
  const double right = 16;
  const double top = 30;
  const double bottom = 42;
  return {left, top, width - left - right, height - top - bottom, std::move(x), std::move(y)};
}

void draw_axes(SvgWriter& svg, const PlotArea& area, std::string_view x_label, std::string_view y_label) {
  std::vector<std::pair<SvgPoint, SvgPoint>> grid;
  for (std::size_t i = 0; i < area.y.ticks.size(); ++i) {
    const double y = area.bottom() - area.height * area.y.place(area.y.ticks[i]);
    grid.push_back({{area.left, y}, {area.right(), y}});
    svg.text({area.left - 7, y + 4}, area.y.labels[i], "tick", TextAnchor::end);
  }
  double free_from = -1e9;
  for (std::size_t i = 0; i < area.x.ticks.size(); ++i) {
    const double x = area.left + area.width * area.x.place(area.x.ticks[i]);
    grid.push_back({{x, area.bottom()}, {x, area.bottom() + 4}});
    const double half = text_width(area.x.labels[i], kFontSize) / 2;
    if (x - half < free_from) continue;  // would overlap the previous label
    free_from = x + half + 6;
    svg.text({x, area.bottom() + 18}, area.x.labels[i], "tick", TextAnchor::middle);
  }
  svg.lines(grid, "grid");
  svg.line({area.left, area.bottom()}, {area.right(), area.bottom()}, "frame");
  svg.text({area.right(), area.bottom() + 36}, x_label, "label", TextAnchor::end);
  svg.text({0, 14}, y_label, "label", TextAnchor::start);
}

bool is_finite(SvgPoint point) {
  return std::isfinite(point.x) && std::isfinite(point.y);
}

// The legend is above the plot, aligned with its right edge.
void draw_legend(SvgWriter& svg, const PlotArea& area, const std::vector<ChartSeries>& series) {
  double legend = area.right();
  for (std::size_t i = series.size(); i-- > 0;) {
    const ChartSeries& one = series[i];
    if (one.name.empty()) continue;
    legend -= text_width(one.name, kFontSize);
    svg.text({legend, 14}, one.name, "label", TextAnchor::start);
    svg.line({legend - 28, 10}, {legend - 6, 10}, "line " + one.css_class);
    legend -= 46;
  }
}

// A vertical line at x. Its label is above or below, wherever the first curve leaves room.
void draw_mark(SvgWriter& svg, const PlotArea& area, const LineChart& chart) {
  if (!chart.marked_x || !std::isfinite(*chart.marked_x)) return;
  const double x = area.place({*chart.marked_x, 0}).x;
  svg.line({x, area.top}, {x, area.bottom()}, "mark");
  const bool is_left = x < area.left + area.width * 0.75;
  double curve = 0;
  for (const SvgPoint& point : chart.series[0].points) {
    if (point.x <= *chart.marked_x && is_finite(point)) curve = area.y.place(point.y);
  }
  const double words_y = curve > 0.5 ? area.bottom() - 8 : area.top + 10;
  svg.text({is_left ? x + 5 : x - 5, words_y}, chart.marked_label, "note",
           is_left ? TextAnchor::start : TextAnchor::end);
}

// A value that is not finite breaks the line in two; a value between two of them is a dot.
void draw_series(SvgWriter& svg, const PlotArea& area, const ChartSeries& series) {
  std::vector<SvgPoint> run;
  const auto draw_run = [&] {
    if (run.size() == 1) svg.circle(area.place(run[0]), 3.5, "dot " + series.css_class);
    if (run.size() > 1) {
      std::vector<SvgPoint> places = thin_out(run, kMostCurvePoints);
      for (SvgPoint& point : places)
        point = area.place(point);
      svg.polyline(places, "line " + series.css_class);
    }
    run.clear();
  };
  for (const SvgPoint& point : series.points) {
    if (is_finite(point)) {
      run.push_back(point);
    } else {
      draw_run();
    }
  }
  draw_run();
}

// The places and the size of a heat map's cells, so that the longest text fits.
struct HeatMapLayout {
  explicit HeatMapLayout(const HeatMap& map)
      : rows(map.cells.size()), columns(rows == 0 ? 0 : map.cells[0].size()) {
    for (const std::string& name : map.row_names)
      row_names.push_back(cut_to_width(name, kLongestName));
    for (const std::string& name : map.column_names)
      column_names.push_back(cut_to_width(name, kLongestName));
    cell_width = rows <= 6 ? 84 : rows <= 12 ? 56 : 30;
    bool has_second_line = false;
    for (const std::vector<HeatCell>& row : map.cells) {
      for (const HeatCell& cell : row) {
        cell_width = std::max({cell_width, text_width(cell.words, kFontSize) + 10,
                               text_width(cell.small_words, kFontSize - 2) + 10});
        has_second_line = has_second_line || !cell.small_words.empty();
      }
    }
    cell_height = has_second_line ? (rows <= 6 ? 52 : 42) : 24;
    const double widest_column = widest(column_names);
    is_turned = widest_column > cell_width - 6;
    left = 22 + widest(row_names) + 12;
    top = 26 + (is_turned ? 0.71 * widest_column + 14 : 20);
    overhang = is_turned ? 0.71 * widest_column : 0;
  }

  double x(std::size_t column) const { return left + cell_width * static_cast<double>(column); }
  double y(std::size_t row) const { return top + cell_height * static_cast<double>(row); }
  double width() const {
    return left + cell_width * static_cast<double>(columns) + std::max(2.0, overhang - cell_width / 2 + 10);
  }
  double height() const { return top + cell_height * static_cast<double>(rows) + 2; }

  std::size_t rows, columns;
  std::vector<std::string> row_names, column_names;  // as they are drawn
  double cell_width = 0, cell_height = 0;
  bool is_turned = false;  // the column names are rotated by 45 degrees
  double left = 0, top = 0;
  double overhang = 0;  // of the last column's name, beyond its cell
};

void draw_cell(SvgWriter& svg, const HeatMapLayout& layout, const HeatCell& cell, double x, double y) {
  const double share = std::isfinite(cell.share) ? std::clamp(cell.share, 0.0, 1.0) : 0.0;
  const std::string shade = " shade" + std::to_string(static_cast<int>(std::lround(share * 9)));
  svg.rectangle({x + 1, y + 1}, layout.cell_width - 2, layout.cell_height - 2,
                "cell " + cell.css_class + shade, cell.hint);
  const double centre = x + layout.cell_width / 2;
  const double line = y + layout.cell_height / 2 + 4;
  if (!cell.words.empty()) {
    svg.text({centre, cell.small_words.empty() ? line : line - 7}, cell.words,
             "count " + cell.css_class + shade, TextAnchor::middle);
  }
  if (!cell.small_words.empty())
    svg.text({centre, line + 9}, cell.small_words, "share " + cell.css_class + shade, TextAnchor::middle);
}

}  // namespace

double text_width(std::string_view words, double font_size) {
  return 0.58 * font_size * static_cast<double>(display_width(words));
}

std::vector<SvgPoint> thin_out(std::span<const SvgPoint> points, std::size_t limit) {
  limit = std::max<std::size_t>(limit, 4);
  if (points.size() <= limit) return {points.begin(), points.end()};
  const std::size_t stretches = limit / 2 - 1;
  const std::span<const SvgPoint> inner = points.subspan(1, points.size() - 2);
  std::vector<SvgPoint> kept = {points.front()};
  for (std::size_t i = 0; i < stretches; ++i) {
    const std::size_t first = inner.size() * i / stretches;
    const std::size_t last = inner.size() * (i + 1) / stretches;
    std::size_t low = first;
    std::size_t high = first;
    for (std::size_t j = first; j < last; ++j) {
      if (inner[j].y < inner[low].y) low = j;
      if (inner[j].y > inner[high].y) high = j;
    }
    kept.push_back(inner[std::min(low, high)]);
    if (low != high) kept.push_back(inner[std::max(low, high)]);
  }
  kept.push_back(points.back());
  return kept;
}

std::string line_chart(const LineChart& chart) {
  std::vector<double> xs;
  std::vector<double> ys;
  for (const ChartSeries& series : chart.series) {
    for (const SvgPoint& point : series.points) {
      if (!is_finite(point)) continue;
      xs.push_back(point.x);
      ys.push_back(chart.lowest ? std::max(point.y, *chart.lowest) : point.y);
    }
  }
  SvgWriter svg(chart.id, chart.width, chart.height, chart.title, chart.description);
  if (xs.empty()) {
    svg.text({chart.width / 2, chart.height / 2}, "no values to draw", "label", TextAnchor::middle);
    return svg.finish();
  }
  const auto [first_x, last_x] = std::minmax_element(xs.begin(), xs.end());
  Axis x = chart.x_scale == AxisScale::linear ? make_counting_axis(*first_x, *last_x, 8)
                                              : make_axis(xs, chart.x_scale, AxisEnds::at_data, 8);
  const PlotArea area =
      make_area(chart.width, chart.height, std::move(x), make_axis(ys, chart.scale, AxisEnds::at_ticks, 5));
  draw_axes(svg, area, chart.x_label, chart.y_label);
  draw_legend(svg, area, chart.series);
  draw_mark(svg, area, chart);
  for (const ChartSeries& series : chart.series)
    draw_series(svg, area, series);
  return svg.finish();
}

std::string scatter_chart(const ScatterChart& chart) {
  std::vector<double> values;
  std::vector<SvgPoint> points;
  for (const SvgPoint& point : chart.points) {
    if (!is_finite(point)) continue;
    points.push_back(point);
    values.push_back(point.x);
    values.push_back(point.y);
  }
  const Axis axis = make_axis(values, AxisScale::linear, AxisEnds::at_ticks, 5);
  const PlotArea area = make_area(chart.width, chart.height, axis, axis);
  SvgWriter svg(chart.id, chart.width, chart.height, chart.title, chart.description);
  draw_axes(svg, area, chart.x_label, chart.y_label);
  svg.line({area.left, area.bottom()}, {area.right(), area.top}, "diagonal");
  // Overlapping dots in one element do not darken each other, so several half-transparent layers show where
  // points are dense.
  std::vector<SvgPoint> layers[kPointLayers];
  for (std::size_t i = 0; i < points.size(); ++i)
    layers[i % kPointLayers].push_back(area.place(points[i]));
  for (const std::vector<SvgPoint>& layer : layers)
    svg.dots(layer, "points");
  return svg.finish();
}

std::string histogram_chart(const HistogramChart& chart) {
  std::vector<double> values;
  for (const double value : chart.values) {
    if (std::isfinite(value)) values.push_back(value);
  }
  SvgWriter svg(chart.id, chart.width, chart.height, chart.title, chart.description);
  if (values.empty()) {
    svg.text({chart.width / 2, chart.height / 2}, "no values to draw", "label", TextAnchor::middle);
    return svg.finish();
  }
  // About the square root of the number of values, the rule of thumb, but never more bars than the eye can
  // tell apart.
  const double wanted = std::clamp(std::sqrt(static_cast<double>(values.size())), 5.0, 24.0);
  const Axis bins =
      make_axis(values, AxisScale::linear, AxisEnds::at_ticks, static_cast<std::size_t>(wanted) / 2);
  // Ticks are a round step apart from end to end; each bar is half a step wide.
  const std::size_t bars = 2 * std::max<std::size_t>(bins.ticks.size() - 1, 1);
  std::vector<double> counts(bars, 0);
  for (const double value : values) {
    const double place = bins.place(value) * static_cast<double>(bars);
    counts[std::min(static_cast<std::size_t>(place), bars - 1)] += 1;
  }
  std::vector<double> count_range = counts;
  count_range.push_back(0);
  Axis x = make_axis(std::vector{bins.low, bins.high}, AxisScale::linear, AxisEnds::at_data, 5);
  const PlotArea area = make_area(chart.width, chart.height, std::move(x),
                                  make_axis(count_range, AxisScale::linear, AxisEnds::at_ticks, 4));
  draw_axes(svg, area, chart.x_label, chart.y_label);
  const double bar_width = area.width / static_cast<double>(bars);
  for (std::size_t i = 0; i < bars; ++i) {
    if (counts[i] == 0) continue;
    const double height = area.height * area.y.place(counts[i]);
    const auto border = [&](std::size_t b) {
      return format_significant(
          bins.low + (bins.high - bins.low) * static_cast<double>(b) / static_cast<double>(bars), 4);
    };
    svg.rectangle(
        {area.left + bar_width * static_cast<double>(i) + 0.5, area.bottom() - height}, bar_width - 1, height,
        "bar",
        border(i) + " to " + border(i + 1) + ": " + count_of(static_cast<std::uint64_t>(counts[i]), "row"));
  }
  if (bins.low < 0 && bins.high > 0) {
    const double zero = area.place({0, 0}).x;
    svg.line({zero, area.top}, {zero, area.bottom()}, "mark");
  }
  return svg.finish();
}

std::string bar_chart(const BarChart& chart) {
  constexpr double kLine = 24;
  std::vector<double> ends = {0};
  std::vector<std::string> names;
  for (const NamedBar& bar : chart.bars) {
    names.push_back(cut_to_width(bar.name, kLongestName));
    if (!std::isfinite(bar.value)) continue;
    ends.push_back(bar.value);
    for (const double end : {bar.value - bar.spread, bar.value + bar.spread})
      if (std::isfinite(end)) ends.push_back(end);
  }
  const double left = widest(names) + 14, top = 8;
  const double bars_height = kLine * static_cast<double>(names.size());
  PlotArea area{left,
                top,
                chart.width - left - 24,
                bars_height,
                make_axis(ends, AxisScale::linear, AxisEnds::at_ticks, 6),
                Axis{}};
  SvgWriter svg(chart.id, chart.width, top + bars_height + 44, chart.title, chart.description);
  std::vector<std::pair<SvgPoint, SvgPoint>> grid;
  for (std::size_t i = 0; i < area.x.ticks.size(); ++i) {
    const double x = area.place({area.x.ticks[i], 0}).x;
    grid.push_back({{x, area.top}, {x, area.bottom() + 4}});
    svg.text({x, area.bottom() + 18}, area.x.labels[i], "tick", TextAnchor::middle);
  }
  svg.lines(grid, "grid");
  svg.text({area.right(), area.bottom() + 36}, chart.x_label, "label", TextAnchor::end);
  const double zero = area.place({0, 0}).x;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const NamedBar& bar = chart.bars[i];
    const double y = area.top + kLine * static_cast<double>(i);
    svg.text({left - 8, y + kLine / 2 + 4}, names[i], "tick", TextAnchor::end);
    if (!std::isfinite(bar.value)) continue;
    const double end = area.place({bar.value, 0}).x;
    svg.rectangle({std::min(zero, end), y + 4}, std::fabs(end - zero), kLine - 8,
                  bar.css_class.empty() ? "bar" : "bar " + bar.css_class, bar.hint);
    if (!(bar.spread > 0) || !std::isfinite(bar.spread)) continue;
    svg.line({area.place({bar.value - bar.spread, 0}).x, y + kLine / 2},
             {area.place({bar.value + bar.spread, 0}).x, y + kLine / 2}, "whisker");
  }
  svg.line({zero, area.top}, {zero, area.bottom()}, "frame");
  return svg.finish();
}

std::string reliability_chart(const ReliabilityChart& chart) {
  constexpr double kSmallest = 3, kLargest = 12;  // radius
  const Axis axis = make_axis(std::vector{0.0, 1.0}, AxisScale::linear, AxisEnds::at_ticks, 5);
  const PlotArea area = make_area(chart.width, chart.height, axis, axis);
  SvgWriter svg(chart.id, chart.width, chart.height, chart.title, chart.description);
  draw_axes(svg, area, chart.x_label, chart.y_label);
  svg.line({area.left, area.bottom()}, {area.right(), area.top}, "diagonal");
  double largest = 0;
  for (const ShareBubble& bubble : chart.bubbles)
    largest = std::max(largest, bubble.weight);
  const auto is_drawn = [](const ShareBubble& bubble) {
    return is_finite({bubble.predicted, bubble.observed}) && bubble.weight > 0;
  };
  std::vector<std::pair<SvgPoint, SvgPoint>> gaps;
  for (const ShareBubble& bubble : chart.bubbles) {
    if (!is_drawn(bubble)) continue;
    gaps.emplace_back(area.place({bubble.predicted, bubble.predicted}),
                      area.place({bubble.predicted, bubble.observed}));
  }
  svg.lines(gaps, "gap");
  for (const ShareBubble& bubble : chart.bubbles) {
    if (!is_drawn(bubble)) continue;
    svg.circle(area.place({bubble.predicted, bubble.observed}),
               std::max(kSmallest, kLargest * std::sqrt(bubble.weight / largest)), "bubble", bubble.hint);
  }
  return svg.finish();
}

std::string heat_map(const HeatMap& map) {
  const HeatMapLayout layout(map);
  SvgWriter svg(map.id, layout.width(), layout.height(), map.title, map.description);
  svg.text({layout.left, 14}, map.column_label, "label", TextAnchor::start);
  const double middle = layout.top + layout.cell_height * static_cast<double>(layout.rows) / 2;
  svg.text({14, middle}, map.row_label, "label", TextAnchor::middle, -90);
  for (std::size_t c = 0; c < layout.columns && c < layout.column_names.size(); ++c) {
    const double x = layout.left + layout.cell_width * (static_cast<double>(c) + 0.5);
    if (layout.is_turned) {
      svg.text({x, layout.top - 8}, layout.column_names[c], "tick", TextAnchor::start, -45);
    } else {
      svg.text({x, layout.top - 8}, layout.column_names[c], "tick", TextAnchor::middle);
    }
  }
  for (std::size_t r = 0; r < layout.rows; ++r) {
    const double y = layout.y(r);
    if (r < layout.row_names.size())
      svg.text({layout.left - 8, y + layout.cell_height / 2 + 4}, layout.row_names[r], "tick",
               TextAnchor::end);
    for (std::size_t c = 0; c < map.cells[r].size(); ++c)
      draw_cell(svg, layout, map.cells[r][c], layout.x(c), y);
  }
  return svg.finish();
}

}  // namespace chainrule
