// Plots of a plane, from one description as characters and as SVG.
//
//   text   56 x 17 characters per panel: regions first, then series over them, axes and legend around
//   SVG    panels of 420 x 320, three in a row; light and dark by the reader's own setting
//
// Both place a point by its share of the axis (Axis::place, 0 to 1), so that scales and ranges are decided
// once.
#include "chainrule/course/plane_plot.h"

#include <algorithm>
#include <cmath>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"

namespace chainrule {
namespace {

constexpr std::string_view kMarks = "*+ox#@";
constexpr std::string_view kShades = " .:%";
constexpr std::size_t kTextColumns = 56, kTextRows = 17;  // a character is about twice as high as wide
constexpr double kPanelWidth = 420, kPanelHeight = 320;
constexpr std::size_t kPanelsInARow = 3;
constexpr std::size_t kRegionCells = 96;  // in each direction

constexpr std::string_view kStyle =
    "text{font:12px sans-serif;fill:#1b1b24}.title{font-size:14px;font-weight:600}"
    ".tick,.label{fill:#555b70}.grid{stroke:#d8dbe6;stroke-width:1;fill:none}.frame{stroke:#8a8fa3;stroke-"
    "width:1}"
    ".curve{fill:none;stroke-width:2;stroke-linejoin:round}.points{fill:none;stroke-width:7;stroke-linecap:"
    "round}"
    ".s0{stroke:#2457c5}.s1{stroke:#c0392b}.s2{stroke:#14722f}.s3{stroke:#8e44ad}.s4{stroke:#b7791f}.s5{"
    "stroke:"
    "#0e7490}"
    ".r1{fill:#bcd0f7}.r2{fill:#f7c9c2}.r3{fill:#bfe5c8}"
    "@media(prefers-color-scheme:dark){svg{background:#15161c}text{fill:#e8e9f0}.tick,.label{fill:#a9aec2}"
    ".grid{stroke:#30323e}.s0{stroke:#7ea6ff}.s1{stroke:#ff9d93}.s2{stroke:#7ddc94}.s3{stroke:#d3a6ee}"
    ".r1{fill:#223766}.r2{fill:#5c2b26}.r3{fill:#1f4a2b}}";

bool is_finite(SvgPoint point) {
  return std::isfinite(point.x) && std::isfinite(point.y);
}

struct Axes {
  Axis x, y;
};

// A given range is used unchanged; a range taken from the data ends at round numbers (y) or at the data (x).
Axis axis_of(const std::optional<std::pair<double, double>>& range, std::vector<double> values,
             AxisScale scale, AxisEnds ends, std::size_t ticks) {
  if (range) {
    values = {range->first, range->second};
    ends = AxisEnds::at_data;
  }
  return make_axis(values, scale, ends, ticks);
}

// Values that are not finite have no place and do not stretch an axis.
Axes axes_of(const PlanePlot& picture) {
  std::vector<double> xs, ys;
  for (const PlaneSeries& series : picture.series) {
    for (const SvgPoint& point : series.points) {
      if (!is_finite(point)) continue;
      xs.push_back(point.x);
      ys.push_back(point.y);
    }
  }
  return {axis_of(picture.x_range, std::move(xs), picture.x_scale, AxisEnds::at_data, 6),
          axis_of(picture.y_range, std::move(ys), picture.y_scale, AxisEnds::at_ticks, 5)};
}

// Whether the plot shows the point, which may be outside a given range.
bool is_shown(const Axes& axes, SvgPoint point) {
  return is_finite(point) && point.x >= axes.x.low && point.x <= axes.x.high && point.y >= axes.y.low &&
         point.y <= axes.y.high;
}

void require_drawable(const PlanePlot& picture) {
  if (picture.series.size() > kMarks.size()) {
    throw StateError({.what = "too many series for one plot",
                      .where = picture.title,
                      .expected = "at most " + std::to_string(kMarks.size()),
                      .got = std::to_string(picture.series.size())});
  }
  if (picture.region && !(picture.x_range && picture.y_range)) {
    throw StateError({.what = "regions need both ranges of the plane", .where = picture.title});
  }
}

// --- text --------------------------------------------------------------------------------------------------

// The characters of one panel.
class TextField {
 public:
  TextField() : rows_(kTextRows, std::string(kTextColumns, ' ')) {}

  std::string& row(std::size_t index) { return rows_[index]; }
  // Places are shares of the axes, 0 to 1 from left and from below.
  void put(double across, double up, char mark) {
    const auto column = static_cast<std::size_t>(std::lround(across * (kTextColumns - 1)));
    const auto line = static_cast<std::size_t>(std::lround((1 - up) * (kTextRows - 1)));
    rows_[line][column] = mark;
  }
  void put_line(double x0, double y0, double x1, double y1, char mark) {
    const double steps = std::max({1.0, std::ceil(std::fabs(x1 - x0) * (kTextColumns - 1)),
                                   std::ceil(std::fabs(y1 - y0) * (kTextRows - 1))});
    for (double i = 0; i <= steps; ++i)
      put(x0 + (x1 - x0) * i / steps, y0 + (y1 - y0) * i / steps, mark);
  }

 private:
  std::vector<std::string> rows_;
};

void draw_regions(const PlanePlot& picture, const Axes& axes, TextField& field) {
  for (std::size_t r = 0; r < kTextRows; ++r) {
    const double up = 1 - static_cast<double>(r) / (kTextRows - 1);
    for (std::size_t c = 0; c < kTextColumns; ++c) {
      const double across = static_cast<double>(c) / (kTextColumns - 1);
      const int shade = picture.region(axes.x.low + (axes.x.high - axes.x.low) * across,
                                       axes.y.low + (axes.y.high - axes.y.low) * up);
      field.put(across, up, kShades[static_cast<std::size_t>(std::clamp(shade, 0, 3))]);
    }
  }
}

void draw_series(const PlaneSeries& series, const Axes& axes, char mark, TextField& field) {
  for (std::size_t i = 0; i < series.points.size(); ++i) {
    const SvgPoint to = series.points[i];
    if (!is_shown(axes, to)) continue;
    const double x = axes.x.place(to.x), y = axes.y.place(to.y);
    if (series.marking == PlaneMarking::curve && i > 0 && is_shown(axes, series.points[i - 1])) {
      const SvgPoint from = series.points[i - 1];
      field.put_line(axes.x.place(from.x), axes.y.place(from.y), x, y, mark);
    } else {
      field.put(x, y, mark);
    }
  }
}

// Title, field, axes, legend. A label that would run into the one before it is left out.
std::string panel_text(const PlanePlot& picture) {
  const Axes axes = axes_of(picture);
  TextField field;
  if (picture.region) draw_regions(picture, axes, field);
  for (std::size_t s = 0; s < picture.series.size(); ++s)
    draw_series(picture.series[s], axes, kMarks[s], field);

  std::vector<std::string> labels(kTextRows);
  std::size_t label_width = 0;
  for (std::size_t i = 0; i < axes.y.ticks.size(); ++i) {
    const auto row =
        static_cast<std::size_t>(std::lround((1 - axes.y.place(axes.y.ticks[i])) * (kTextRows - 1)));
    labels[row] = axes.y.labels[i];
    label_width = std::max(label_width, display_width(labels[row]));
  }
  std::string out = picture.title + "\n" + std::string(label_width + 2, ' ') + picture.y_label + "\n";
  for (std::size_t r = 0; r < kTextRows; ++r) {
    std::string line = std::string(label_width - display_width(labels[r]), ' ') + labels[r] +
                       (labels[r].empty() ? " |" : " +") + field.row(r);
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  std::string base(kTextColumns, '-'), numbers;
  for (std::size_t i = 0; i < axes.x.ticks.size(); ++i) {
    const auto column =
        static_cast<std::size_t>(std::lround(axes.x.place(axes.x.ticks[i]) * (kTextColumns - 1)));
    base[column] = '+';
    const std::string& label = axes.x.labels[i];
    const std::size_t start = column > label.size() / 2 ? column - label.size() / 2 : 0;
    if (!numbers.empty() && start < numbers.size() + 1) continue;  // would overlap the previous label
    numbers += std::string(start - numbers.size(), ' ') + label;
  }
  const std::string margin(label_width + 2, ' ');
  out += std::string(label_width + 1, ' ') + "+" + base + "\n" + margin + numbers + "  " + picture.x_label +
         "\n";
  std::string legend;
  for (std::size_t s = 0; s < picture.series.size(); ++s) {
    if (picture.series[s].name.empty()) continue;
    legend += (legend.empty() ? "" : "   ") + std::string(1, kMarks[s]) + " " + picture.series[s].name;
  }
  return legend.empty() ? out : out + margin + legend + "\n";
}

// --- SVG ---------------------------------------------------------------------------------------------------

// The part of the file that one plot occupies.
struct Panel {
  double left, top, width, height;
  Axes axes;

  SvgPoint place(SvgPoint at) const {
    return {left + width * axes.x.place(at.x), top + height * (1 - axes.y.place(at.y))};
  }
  double right() const { return left + width; }
  double bottom() const { return top + height; }
};

// Neighbours of one shade in a row are one rectangle.
void draw_regions(const PlanePlot& picture, const Panel& panel, SvgWriter& svg) {
  const double cell_width = panel.width / kRegionCells, cell_height = panel.height / kRegionCells;
  const Axes& axes = panel.axes;
  for (std::size_t r = 0; r < kRegionCells; ++r) {
    const double y = axes.y.high - (axes.y.high - axes.y.low) * (static_cast<double>(r) + 0.5) / kRegionCells;
    std::size_t start = 0;
    int shade = 0;
    for (std::size_t c = 0; c <= kRegionCells; ++c) {
      int next = 0;
      if (c < kRegionCells) {
        const double x =
            axes.x.low + (axes.x.high - axes.x.low) * (static_cast<double>(c) + 0.5) / kRegionCells;
        next = std::clamp(picture.region(x, y), 0, 3);
      }
      if (next == shade && c < kRegionCells) continue;
      if (shade != 0) {
        svg.rectangle({panel.left + static_cast<double>(start) * cell_width,
                       panel.top + static_cast<double>(r) * cell_height},
                      static_cast<double>(c - start) * cell_width, cell_height + 0.2,
                      "r" + std::to_string(shade));
      }
      start = c;
      shade = next;
    }
  }
}

// Horizontal lines at the ticks of y, unless regions fill the panel; short strokes at those of x.
void draw_axes(const PlanePlot& picture, const Panel& panel, SvgWriter& svg) {
  const Axes& axes = panel.axes;
  std::vector<std::pair<SvgPoint, SvgPoint>> grid;
  for (std::size_t i = 0; i < axes.y.ticks.size(); ++i) {
    const double y = panel.place({axes.x.low, axes.y.ticks[i]}).y;
    if (!picture.region) grid.push_back({{panel.left, y}, {panel.right(), y}});
    svg.text({panel.left - 6, y + 4}, axes.y.labels[i], "tick", TextAnchor::end);
  }
  for (std::size_t i = 0; i < axes.x.ticks.size(); ++i) {
    const double x = panel.place({axes.x.ticks[i], axes.y.low}).x;
    grid.push_back({{x, panel.bottom()}, {x, panel.bottom() + 4}});
    svg.text({x, panel.bottom() + 17}, axes.x.labels[i], "tick", TextAnchor::middle);
  }
  svg.lines(grid, "grid");
  svg.line({panel.left, panel.bottom()}, {panel.right(), panel.bottom()}, "frame");
  svg.line({panel.left, panel.top}, {panel.left, panel.bottom()}, "frame");
  svg.text({panel.right(), panel.bottom() + 33}, picture.x_label, "label", TextAnchor::end);
  svg.text({panel.left, panel.top - 8}, picture.y_label, "label", TextAnchor::start);
}

void draw_series(const PlaneSeries& series, std::size_t index, const Panel& panel, SvgWriter& svg) {
  const std::string colour = " s" + std::to_string(index);
  std::vector<SvgPoint> stroke;
  const auto end_stroke = [&] {
    if (series.marking == PlaneMarking::points) {
      if (!stroke.empty()) svg.dots(stroke, "points" + colour);
    } else if (stroke.size() > 1) {
      svg.polyline(stroke, "curve" + colour);
    }
    stroke.clear();
  };
  for (const SvgPoint& point : series.points) {
    if (is_shown(panel.axes, point)) {
      stroke.push_back(panel.place(point));
    } else if (series.marking == PlaneMarking::curve) {
      end_stroke();
    }
  }
  end_stroke();
}

void draw_legend(const PlanePlot& picture, const Panel& panel, SvgWriter& svg) {
  double left = panel.left;
  const double y = panel.bottom() + 52;
  for (std::size_t s = 0; s < picture.series.size(); ++s) {
    const std::string& name = picture.series[s].name;
    if (name.empty()) continue;
    const std::string colour = " s" + std::to_string(s);
    if (picture.series[s].marking == PlaneMarking::curve) {
      svg.line({left, y - 4}, {left + 18, y - 4}, "curve" + colour);
    } else {
      const std::vector<SvgPoint> dot = {{left + 9, y - 4}};
      svg.dots(dot, "points" + colour);
    }
    svg.text({left + 24, y}, name, "label", TextAnchor::start);
    left += 36 + 7.0 * static_cast<double>(display_width(name));
  }
}

}  // namespace

std::string plane_text(const std::vector<PlanePlot>& panels) {
  std::string out;
  for (const PlanePlot& picture : panels) {
    require_drawable(picture);
    if (!out.empty()) out += "\n";
    out += panel_text(picture);
  }
  return out;
}

std::string plane_svg(const std::vector<PlanePlot>& panels, const std::string& description) {
  const std::size_t columns = std::min(std::max<std::size_t>(panels.size(), 1), kPanelsInARow);
  const std::size_t rows = (panels.size() + columns - 1) / columns;
  SvgWriter svg("plane", kPanelWidth * static_cast<double>(columns), kPanelHeight * static_cast<double>(rows),
                panels.empty() ? "" : panels.front().title, description);
  for (std::size_t i = 0; i < panels.size(); ++i) {
    require_drawable(panels[i]);
    const double x = kPanelWidth * static_cast<double>(i % columns);
    const double y = kPanelHeight * static_cast<double>(i / columns);
    const Panel panel = {x + 56, y + 46, kPanelWidth - 80, kPanelHeight - 46 - 66, axes_of(panels[i])};
    svg.text({x + 56, y + 18}, panels[i].title, "title", TextAnchor::start);
    if (panels[i].region) draw_regions(panels[i], panel, svg);
    draw_axes(panels[i], panel, svg);
    for (std::size_t s = 0; s < panels[i].series.size(); ++s)
      draw_series(panels[i].series[s], s, panel, svg);
    draw_legend(panels[i], panel, svg);
  }
  return standalone_svg(svg.finish(), kStyle);
}

}  // namespace chainrule
