// The curve is drawn in a field of dots, 2 x 4 to a character (Unicode's braille patterns, U+2800 to U+28FF),
// so that a curve of 72 x 11 characters has 144 x 44 dots. Circles are on top of it. The
// axis of the losses is linear or logarithmic, as io/svg chooses for the page.
#include "chainrule/io/curve_text.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

#include "chainrule/base/text.h"
#include "chainrule/io/svg.h"

namespace chainrule {

namespace {

std::string spaces(std::size_t count) {
  return std::string(count, ' ');
}

// A field of dots, two columns and four rows per character, drawn with Unicode's braille patterns.
class BrailleField {
 public:
  BrailleField(std::size_t width, std::size_t height)
      : width_(width), height_(height), bits_(width * height, 0) {}

  std::size_t dots_across() const { return 2 * width_; }
  std::size_t dots_down() const { return 4 * height_; }

  void set(std::size_t x, std::size_t y) {
    static constexpr unsigned char kBits[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    bits_[y / 4 * width_ + x / 2] |= kBits[y % 4][x % 2];
  }

  // A straight line of dots between two places (Bresenham's idea, by the longer side).
  void line(double x0, double y0, double x1, double y1) {
    const double steps = std::max({1.0, std::fabs(x1 - x0), std::fabs(y1 - y0)});
    for (double i = 0; i <= steps; ++i) {
      const double t = i / steps;
      set(static_cast<std::size_t>(std::lround(x0 + (x1 - x0) * t)),
          static_cast<std::size_t>(std::lround(y0 + (y1 - y0) * t)));
    }
  }

  std::string character(std::size_t column, std::size_t row) const {
    const unsigned bits = bits_[row * width_ + column];
    if (bits == 0) return " ";
    // U+2800 + bits in UTF-8
    return {'\xe2', static_cast<char>(0xa0 | (bits >> 6)), static_cast<char>(0x80 | (bits & 0x3f))};
  }

 private:
  std::size_t width_, height_;
  std::vector<unsigned char> bits_;
};

// The index, of `count`, that is nearest to `share`: 0 is the first, 1 the last.
std::size_t place_at(double share, std::size_t count) {
  return static_cast<std::size_t>(std::lround(share * static_cast<double>(count - 1)));
}

std::vector<double> losses_of(const CurveText& curve) {
  std::vector<double> losses = curve.line;
  for (const std::optional<double>& loss : curve.circles)
    if (loss) losses.push_back(*loss);
  return losses;
}

bool has_value(const std::optional<double>& loss) {
  return loss && std::isfinite(*loss);
}

// Rows of characters from top to bottom: the curve beside the labels of its axis, the axis of the places, its
// labels, the legend.
class CurvePlot {
 public:
  CurvePlot(const CurveText& curve, std::size_t width, std::size_t height)
      : curve_(curve), height_(std::max<std::size_t>(height, kRowsBelow + 2) - kRowsBelow) {
    const std::vector<double> losses = losses_of(curve);
    scale_ = choose_scale(losses);
    y_ = make_axis(losses, scale_, AxisEnds::at_data, 4);
    labelled_ = height_ >= 5 ? std::vector<std::size_t>{0, height_ / 2, height_ - 1}
                             : std::vector<std::size_t>{0, height_ - 1};
    for (const std::size_t row : labelled_)
      label_width_ = std::max(label_width_, label_at(row).size());
    width_ = std::max(width, label_width_ + kAxisWidth + kNarrowest) - label_width_ - kAxisWidth;
  }

  std::string text() const { return curve_rows() + axis_row() + labels_row() + legend_row(); }

 private:
  static constexpr std::size_t kRowsBelow = 3;
  static constexpr std::size_t kAxisWidth = 2;
  static constexpr std::size_t kNarrowest = 8;

  std::string label_at(std::size_t row) const {
    const double place = 1 - static_cast<double>(row) / static_cast<double>(height_ - 1);
    return format_significant(scale_ == AxisScale::linear || y_.scale == AxisScale::linear
                                  ? y_.low + (y_.high - y_.low) * place
                                  : y_.low * std::pow(y_.high / y_.low, place),
                              3);
  }

  // The share of the way from the first place to the last.
  double across(double place) const {
    const double first = curve_.places.front(), last = curve_.places.back();
    return last > first ? (place - first) / (last - first) : 0.5;
  }

  // The line, broken where it is not finite.
  BrailleField field_of_line() const {
    BrailleField field(width_, height_);
    double from_x = -1;
    double from_y = 0;
    for (std::size_t i = 0; i < curve_.places.size(); ++i) {
      if (!std::isfinite(curve_.line[i])) {
        from_x = -1;
        continue;
      }
      const double to_x = across(curve_.places[i]) * static_cast<double>(field.dots_across() - 1);
      const double to_y = (1 - y_.place(curve_.line[i])) * static_cast<double>(field.dots_down() - 1);
      if (from_x < 0) {
        field.set(static_cast<std::size_t>(std::lround(to_x)), static_cast<std::size_t>(std::lround(to_y)));
      } else {
        field.line(from_x, from_y, to_x, to_y);
      }
      from_x = to_x;
      from_y = to_y;
    }
    return field;
  }

  // The row of the circle in each column; height_ for none.
  std::vector<std::size_t> circle_rows() const {
    std::vector<std::size_t> rows(width_, height_);
    for (std::size_t i = 0; i < curve_.circles.size(); ++i) {
      if (has_value(curve_.circles[i]))
        rows[place_at(across(curve_.places[i]), width_)] =
            place_at(1 - y_.place(*curve_.circles[i]), height_);
    }
    return rows;
  }

  std::string curve_rows() const {
    const BrailleField field = field_of_line();
    const std::vector<std::size_t> circles = circle_rows();
    std::string out;
    for (std::size_t row = 0; row < height_; ++row) {
      const bool has_label = std::ranges::find(labelled_, row) != labelled_.end();
      const std::string label = has_label ? label_at(row) : "";
      std::string line = spaces(label_width_ - label.size()) + label + (has_label ? " ┤" : " │");
      for (std::size_t column = 0; column < width_; ++column) {
        // A circle every third column leaves room to see the curve behind it.
        const bool is_circle =
            circles[column] == row && (column % 3 == 0 || width_ > 3 * curve_.places.size());
        line += is_circle ? "o" : field.character(column, row);
      }
      line.erase(line.find_last_not_of(' ') + 1);
      out += line + "\n";
    }
    return out;
  }

  std::string axis_row() const {
    const std::size_t marked_column =
        curve_.marked ? place_at(std::clamp(across(*curve_.marked), 0.0, 1.0), width_) : width_;
    std::string axis;
    for (std::size_t column = 0; column < width_; ++column)
      axis += column == marked_column ? "┴" : "─";
    return spaces(label_width_) + " └" + axis + "\n";
  }

  std::string labels_row() const {
    const std::string start = spaces(label_width_ + kAxisWidth);
    if (curve_.places.size() == 1) return start + curve_.last + "\n";
    const std::size_t used = curve_.first.size() + curve_.last.size();
    return start + curve_.first + spaces(width_ > used ? width_ - used : 1) + curve_.last + "\n";
  }

  std::string legend_row() const {
    std::string out = spaces(label_width_ + kAxisWidth) + "⠒⠒ " + curve_.line_name;
    if (std::ranges::any_of(curve_.circles, has_value)) out += "  o " + curve_.circles_name;
    if (y_.scale == AxisScale::logarithmic) out += ", log scale";
    if (curve_.marked) out += "  ┴ " + curve_.mark_name;
    return out + "\n";
  }

  const CurveText& curve_;
  std::size_t height_;  // of the curve, in characters
  std::size_t width_ = 0;
  AxisScale scale_ = AxisScale::linear;
  Axis y_;
  std::vector<std::size_t> labelled_;  // rows
  std::size_t label_width_ = 0;
};

}  // namespace

std::string render_text_of_curve(const CurveText& curve, std::size_t width, std::size_t height) {
  return CurvePlot(curve, width, height).text();
}

std::string render_curve_text(const History& history, std::size_t width, std::size_t height) {
  if (history.epochs.empty()) return "no epochs were run\n";
  CurveText curve;
  curve.first = std::to_string(history.epochs.front().epoch);
  curve.last = "epoch " + std::to_string(history.epochs.back().epoch);
  curve.line_name = "training loss";
  curve.circles_name = "validation loss";
  for (const EpochReport& epoch : history.epochs) {
    curve.places.push_back(static_cast<double>(epoch.epoch));
    curve.line.push_back(epoch.training_loss);
    curve.circles.push_back(epoch.validation_loss);
  }
  if (history.best_epoch != 0) {
    curve.marked = static_cast<double>(history.best_epoch);
    curve.mark_name = "best epoch " + std::to_string(history.best_epoch);
  }
  return render_text_of_curve(curve, width, height);
}

}  // namespace chainrule
