// Text as markup, axes with round ticks, and the writer of shapes.
//
// Ticks are at multiples of 1, 2 or 5 times a power of ten (Heckbert, "Nice numbers for graph labels",
// Graphics Gems, 1990); on logarithmic axes at the decades, and at 2 and 5 times them where there are fewer
// than three. An axis accepts any values: its ends stay finite and distinct, and their difference or ratio
// can be computed in double.
#include "chainrule/io/svg.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "chainrule/base/text.h"

namespace chainrule {

namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";
constexpr std::string_view kEllipsis = "\xe2\x80\xa6";
// Larger numbers are drawn at the end of an axis, so that sums and differences of two ends stay finite.
constexpr double kLargest = 1e300;
constexpr std::size_t kMostTicks = 50;

// Length of the UTF-8 character at the front of a text that is not empty; 0 when there is none.
std::size_t character_length(std::string_view text) {
  for (std::size_t length = 1; length <= 4 && length <= text.size(); ++length) {
    if (is_valid_utf8(text.substr(0, length))) return length;
  }
  return 0;
}

// Control characters that XML and HTML allow neither as characters nor as references.
bool is_forbidden_control(std::string_view character) {
  const unsigned char first = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return (first < 0x20 && first != '\t' && first != '\n') || first == 0x7f;
  return character.size() == 2 && first == 0xc2 &&
         static_cast<unsigned char>(character[1]) < 0xa0;  // U+0080..U+009F
}

// 1, 2, 5 or 10 times a power of ten, near `value`.
double round_step(double value) {
  const double power = std::pow(10.0, std::floor(std::log10(value)));
  const double lead = value / power;
  if (lead < 1.5) return power;
  if (lead < 3.5) return 2 * power;
  if (lead < 7.5) return 5 * power;
  return 10 * power;
}

// The digits needed to tell apart neighbours that differ by `step`, for numbers as large as `largest`.
int digits_for(double largest, double step) {
  if (largest == 0) return 6;
  const double digits = std::floor(std::log10(largest)) - std::floor(std::log10(step)) + 1;
  return static_cast<int>(std::clamp(digits, 6.0, 17.0));
}

void set_linear_ticks(Axis& axis, double step) {
  const double first = std::ceil(axis.low / step - 1e-9);
  const int digits = digits_for(std::max(std::fabs(axis.low), std::fabs(axis.high)), step);
  for (std::size_t i = 0; i < kMostTicks; ++i) {
    const double tick = (first + static_cast<double>(i)) * step;
    if (tick > axis.high + 1e-9 * step) break;
    std::string label = format_significant(tick, digits);
    // Two ticks with the same label are closer than a double can distinguish.
    if (!axis.labels.empty() && axis.labels.back() == label) continue;
    axis.ticks.push_back(std::clamp(tick, axis.low, axis.high));
    axis.labels.push_back(std::move(label));
  }
}

void set_logarithmic_ticks(Axis& axis, std::size_t wanted) {
  // Whole decades inside the axis; if there are few, 2 and 5 times them as well.
  const int first = static_cast<int>(std::ceil(std::log10(axis.low)));
  const int last = static_cast<int>(std::floor(std::log10(axis.high)));
  const bool has_few = last - first < 3;
  const int stride =
      has_few ? 1 : static_cast<int>(std::lround((last - first) / static_cast<double>(wanted)));
  for (int decade = has_few ? first - 1 : first; decade <= last; decade += std::max(stride, 1)) {
    for (const int lead : {1, 2, 5}) {
      if (lead != 1 && !has_few) continue;
      const double tick = lead * std::pow(10.0, decade);
      if (tick < axis.low || tick > axis.high) continue;
      axis.ticks.push_back(tick);
      axis.labels.push_back(format_significant(tick, 2));
    }
  }
}

}  // namespace

std::string escape_markup(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    const std::string_view character = text.substr(0, std::max<std::size_t>(length, 1));
    if (length == 0 || is_forbidden_control(character)) {
      result += kReplacement;
    } else if (character != "\n" && character != "\t" && !escape_of_first(character).empty()) {
      result += escape_of_first(character);  // it would change the direction of the text around it
    } else if (character == "&") {
      result += "&amp;";
    } else if (character == "<") {
      result += "&lt;";
    } else if (character == ">") {
      result += "&gt;";
    } else if (character == "\"") {
      result += "&quot;";
    } else if (character == "'") {
      result += "&#39;";
    } else {
      result += character;
    }
    text.remove_prefix(character.size());
  }
  return result;
}

std::string cut_to_width(std::string_view text, std::size_t columns) {
  std::size_t width = 0;
  std::size_t end_with_ellipsis = 0;  // how much stays if something after it does not fit
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t length = std::max<std::size_t>(character_length(text.substr(at)), 1);
    width += display_width(text.substr(at, length));
    if (width > columns) return std::string(text.substr(0, end_with_ellipsis)).append(kEllipsis);
    at += length;
    if (width < columns) end_with_ellipsis = at;
  }
  return std::string(text);
}

std::string svg_number(double value) {
  if (std::isnan(value)) return "0";
  std::array<char, 32> buffer;
  const std::to_chars_result end = std::to_chars(buffer.data(), buffer.data() + buffer.size(),
                                                 std::clamp(value, -1e6, 1e6), std::chars_format::fixed, 2);
  std::string text(buffer.data(), end.ptr);
  while (text.back() == '0')
    text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;  // -0.001, say
}

double Axis::place(double value) const {
  if (std::isnan(value)) return 0;
  if (scale == AxisScale::linear) return std::clamp((value - low) / (high - low), 0.0, 1.0);
  if (value <= low) return 0;
  return std::clamp(std::log(value / low) / std::log(high / low), 0.0, 1.0);
}

AxisScale choose_scale(std::span<const double> values) {
  double smallest = std::numeric_limits<double>::infinity();
  double largest = 0;
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    if (value < 0) return AxisScale::linear;
    if (value == 0) continue;
    smallest = std::min(smallest, value);
    largest = std::max(largest, value);
  }
  return largest / 100 > smallest ? AxisScale::logarithmic : AxisScale::linear;
}

Axis make_axis(std::span<const double> values, AxisScale scale, AxisEnds ends, std::size_t ticks) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  Axis axis{.low = kInfinity, .high = -kInfinity, .scale = scale};
  for (const double value : values) {
    if (!std::isfinite(value) || (scale == AxisScale::logarithmic && value <= 0)) continue;
    axis.low = std::min(axis.low, value);
    axis.high = std::max(axis.high, value);
  }
  ticks = std::clamp<std::size_t>(ticks, 1, kMostTicks / 4);
  if (axis.low > axis.high) axis.low = 0, axis.high = 1, axis.scale = AxisScale::linear;
  if (axis.scale == AxisScale::logarithmic) {
    // The ratio of the ends, margins included, must stay finite below.
    axis.low = std::clamp(axis.low, 1e-140, 1e140);
    axis.high = std::clamp(axis.high, axis.low, 1e140);
    const double margin = axis.high > axis.low ? std::pow(axis.high / axis.low, 0.03) : 2;
    axis.low /= margin;
    axis.high *= margin;
    set_logarithmic_ticks(axis, ticks);
    return axis;
  }
  axis.low = std::clamp(axis.low, -kLargest, kLargest);
  axis.high = std::clamp(axis.high, -kLargest, kLargest);
  const double size = std::max(std::fabs(axis.low), std::fabs(axis.high));
  // If all values are equal: an interval around them that still has room for ticks.
  if (size < 1e-290) {
    axis.low = 0, axis.high = 1;
  } else if (axis.high - axis.low < 1e-12 * size) {
    axis.low -= 0.1 * size;
    axis.high += 0.1 * size;
  }
  const double step = round_step((axis.high - axis.low) / static_cast<double>(ticks));
  if (ends == AxisEnds::at_ticks) {
    axis.low = std::floor(axis.low / step + 1e-9) * step;
    axis.high = std::ceil(axis.high / step - 1e-9) * step;
  }
  set_linear_ticks(axis, step);
  return axis;
}

Axis make_counting_axis(double low, double high, std::size_t ticks) {
  Axis axis{.low = low, .high = high};
  const double step = std::max(
      1.0, round_step(std::max(1.0, (high - low) / static_cast<double>(std::max<std::size_t>(ticks, 1)))));
  if (high - low < 1) {
    axis.low = low - 0.5;
    axis.high = high + 0.5;
  }
  set_linear_ticks(axis, step);
  // The first number always has a tick. A tick that is too close to it is removed.
  if (axis.ticks.empty() || axis.ticks.front() > low) {
    if (!axis.ticks.empty() && axis.ticks.front() - low < step / 2) {
      axis.ticks.erase(axis.ticks.begin());
      axis.labels.erase(axis.labels.begin());
    }
    axis.ticks.insert(axis.ticks.begin(), low);
    axis.labels.insert(axis.labels.begin(), format_significant(low, 15));
  }
  return axis;
}

SvgWriter::SvgWriter(std::string_view id, double width, double height, std::string_view title,
                     std::string_view description) {
  const std::string name = escape_markup(id);
  out_ = "<svg role=\"img\" viewBox=\"0 0 " + svg_number(width) + " " + svg_number(height) + "\" width=\"" +
         svg_number(width) + "\" height=\"" + svg_number(height) + "\" aria-labelledby=\"" + name +
         "-title " + name + "-desc\">\n<title id=\"" + name + "-title\">" + escape_markup(title) +
         "</title>\n<desc id=\"" + name + "-desc\">" + escape_markup(description) + "</desc>\n";
}

void SvgWriter::line(SvgPoint from, SvgPoint to, std::string_view css_class) {
  out_ += "<line class=\"" + escape_markup(css_class) + "\" x1=\"" + svg_number(from.x) + "\" y1=\"" +
          svg_number(from.y) + "\" x2=\"" + svg_number(to.x) + "\" y2=\"" + svg_number(to.y) + "\"/>\n";
}

void SvgWriter::polyline(std::span<const SvgPoint> points, std::string_view css_class) {
  out_ += "<polyline class=\"" + escape_markup(css_class) + "\" points=\"";
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (i != 0) out_ += ' ';
    out_ += svg_number(points[i].x) + "," + svg_number(points[i].y);
  }
  out_ += "\"/>\n";
}

void SvgWriter::lines(std::span<const std::pair<SvgPoint, SvgPoint>> strokes, std::string_view css_class) {
  if (strokes.empty()) return;
  out_ += "<path class=\"" + escape_markup(css_class) + "\" d=\"";
  for (const auto& [from, to] : strokes) {
    out_ +=
        "M" + svg_number(from.x) + " " + svg_number(from.y) + "L" + svg_number(to.x) + " " + svg_number(to.y);
  }
  out_ += "\"/>\n";
}

void SvgWriter::dots(std::span<const SvgPoint> points, std::string_view css_class) {
  if (points.empty()) return;
  out_ += "<path class=\"" + escape_markup(css_class) + "\" d=\"";
  for (const SvgPoint& point : points)
    out_ += "M" + svg_number(point.x) + " " + svg_number(point.y) + "h0";
  out_ += "\"/>\n";
}

void SvgWriter::rectangle(SvgPoint corner, double width, double height, std::string_view css_class,
                          std::string_view hint) {
  out_ += "<rect class=\"" + escape_markup(css_class) + "\" x=\"" + svg_number(corner.x) + "\" y=\"" +
          svg_number(corner.y) + "\" width=\"" + svg_number(width) + "\" height=\"" + svg_number(height) +
          "\"";
  out_ += hint.empty() ? "/>\n" : "><title>" + escape_markup(hint) + "</title></rect>\n";
}

void SvgWriter::circle(SvgPoint center, double radius, std::string_view css_class, std::string_view hint) {
  out_ += "<circle class=\"" + escape_markup(css_class) + "\" cx=\"" + svg_number(center.x) + "\" cy=\"" +
          svg_number(center.y) + "\" r=\"" + svg_number(radius) + "\"";
  out_ += hint.empty() ? "/>\n" : "><title>" + escape_markup(hint) + "</title></circle>\n";
}

void SvgWriter::text(SvgPoint at, std::string_view words, std::string_view css_class, TextAnchor anchor,
                     double degrees_clockwise) {
  const std::string x = svg_number(at.x);
  const std::string y = svg_number(at.y);
  out_ += "<text class=\"" + escape_markup(css_class) + "\" x=\"" + x + "\" y=\"" + y + "\"";
  if (anchor == TextAnchor::middle) out_ += " text-anchor=\"middle\"";
  if (anchor == TextAnchor::end) out_ += " text-anchor=\"end\"";
  if (degrees_clockwise != 0) {
    out_ += " transform=\"rotate(" + svg_number(degrees_clockwise) + " " + x + " " + y + ")\"";
  }
  out_ += ">" + escape_markup(words) + "</text>\n";
}

std::string SvgWriter::finish() {
  std::string result = std::move(out_);
  out_.clear();
  return result + "</svg>\n";
}

std::string standalone_svg(std::string element, std::string_view style) {
  constexpr std::string_view kOpen = "<svg ";
  element.insert(kOpen.size(), "xmlns=\"http://www.w3.org/2000/svg\" ");
  const std::size_t body = element.find(">\n") + 2;
  element.insert(body, "<style>" + std::string(style) + "</style>\n");
  return element;
}

}  // namespace chainrule
