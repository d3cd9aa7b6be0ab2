// Plots and drawings as SVG text, for an HTML page: a plain writer of shapes, and axes with round ticks.
//
// Shapes carry CSS classes, not colours: the page decides how they look in light, in dark and in print.
// Coordinates are pixels from the upper left corner, written with at most two decimals, so that the same
// plot gives the same bytes.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chainrule {

// Text for HTML and SVG, inside an element or inside an attribute in double quotes: & < > " ' become
// character references; control characters (other than tab and line end) and bytes that are not UTF-8 become
// U+FFFD.
std::string escape_markup(std::string_view text);

// The beginning of the text that fits in `columns` display columns; it ends in "…" if something was cut off.
std::string cut_to_width(std::string_view text, std::size_t columns);

// "3.5", at most two decimals, never an exponent. Not-a-number gives 0, values beyond +-1e6 are cut off
// there.
std::string svg_number(double value);

enum class AxisScale { linear, logarithmic };
// Whether the axis ends at the data or at the next round number.
enum class AxisEnds { at_data, at_ticks };

// An interval and the round numbers in it.
struct Axis {
  double low = 0;
  double high = 1;
  AxisScale scale = AxisScale::linear;
  std::vector<double> ticks;        // ascending, within [low, high]
  std::vector<std::string> labels;  // one per tick, no two alike

  // 0 at low, 1 at high; values outside get the nearer end, not-a-number the lower.
  double place(double value) const;
};

// Logarithmic if no value is negative and the positive ones span more than two decades; values that are not
// finite are ignored. A zero has no place on a logarithmic axis: Axis::place puts it on the lower end.
AxisScale choose_scale(std::span<const double> values);

// About `ticks` ticks over the finite values (over the positive ones where logarithmic). Equal values are in
// the middle of the axis; without values it runs from 0 to 1.
Axis make_axis(std::span<const double> values, AxisScale scale, AxisEnds ends, std::size_t ticks);
// Ticks are whole numbers, low <= high.
Axis make_counting_axis(double low, double high, std::size_t ticks);

struct SvgPoint {
  double x = 0;
  double y = 0;
};

enum class TextAnchor { start, middle, end };

class SvgWriter {
 public:
  // `id` is unique in the page; a screen reader reads title and description aloud.
  SvgWriter(std::string_view id, double width, double height, std::string_view title,
            std::string_view description);

  void line(SvgPoint from, SvgPoint to, std::string_view css_class);
  void polyline(std::span<const SvgPoint> points, std::string_view css_class);
  // Separate strokes, all in one element.
  void lines(std::span<const std::pair<SvgPoint, SvgPoint>> strokes, std::string_view css_class);
  // Many equal dots in one element; drawn with round line ends, so the class sets stroke and stroke-width.
  void dots(std::span<const SvgPoint> points, std::string_view css_class);
  // The hint appears while the mouse pointer rests on the shape; "" for none.
  void rectangle(SvgPoint corner, double width, double height, std::string_view css_class,
                 std::string_view hint = {});
  void circle(SvgPoint center, double radius, std::string_view css_class, std::string_view hint = {});
  void text(SvgPoint at, std::string_view words, std::string_view css_class, TextAnchor anchor,
            double degrees_clockwise = 0);
  // The whole element; the writer is empty afterwards.
  std::string finish();

 private:
  std::string out_;
};

// The element as a file of its own: with its style and the namespace that viewers require.
std::string standalone_svg(std::string element, std::string_view style);

}  // namespace chainrule
