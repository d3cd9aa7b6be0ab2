// The curve is drawn in a field of dots, 2 x 4 to a character (Unicode's braille patterns, U+2800 to U+28FF),
// so that a curve of 72 x 11 characters has 144 x 44 dots. Validation losses are circles on top of it. The
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

std::vector<double> losses_of(const History& history) {
  std::vector<double> losses;
  for (const EpochReport& epoch : history.epochs) {
    losses.push_back(epoch.training_loss);
    if (epoch.validation_loss) losses.push_back(*epoch.validation_loss);
  }
  return losses;
}

bool has_value(const std::optional<double>& loss) {
  return loss && std::isfinite(*loss);
}

// Rows of characters from top to bottom: the curve beside the labels of its axis, the axis of the epochs, its
// numbers, the legend.
class CurvePlot {
 public:
  CurvePlot(const History& history, std::size_t width, std::size_t height)
      : history_(history), height_(std::max<std::size_t>(height, kRowsBelow + 2) - kRowsBelow) {
    const std::vector<double> losses = losses_of(history);
    scale_ = choose_scale(losses);
    y_ = make_axis(losses, scale_, AxisEnds::at_data, 4);
    labelled_ = height_ >= 5 ? std::vector<std::size_t>{0, height_ / 2, height_ - 1}
                             : std::vector<std::size_t>{0, height_ - 1};
    for (const std::size_t row : labelled_)
      label_width_ = std::max(label_width_, label_at(row).size());
    width_ = std::max(width, label_width_ + kAxisWidth + kNarrowest) - label_width_ - kAxisWidth;
  }

  std::string text() const { return curve_rows() + axis_row() + numbers_row() + legend_row(); }

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

  // The share of the way from the first epoch to the last.
  double across(std::uint64_t epoch) const {
    const double first = static_cast<double>(history_.epochs.front().epoch);
    const double last = static_cast<double>(history_.epochs.back().epoch);
    return last > first ? (static_cast<double>(epoch) - first) / (last - first) : 0.5;
  }

  // The training loss as a line, broken where it is not finite.
  BrailleField curve() const {
    BrailleField field(width_, height_);
    double from_x = -1;
    double from_y = 0;
    for (const EpochReport& epoch : history_.epochs) {
      if (!std::isfinite(epoch.training_loss)) {
        from_x = -1;
        continue;
      }
      const double to_x = across(epoch.epoch) * static_cast<double>(field.dots_across() - 1);
      const double to_y = (1 - y_.place(epoch.training_loss)) * static_cast<double>(field.dots_down() - 1);
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

  // The row of the validation loss in each column; height_ for none.
  std::vector<std::size_t> validation_rows() const {
    std::vector<std::size_t> rows(width_, height_);
    for (const EpochReport& epoch : history_.epochs) {
      if (has_value(epoch.validation_loss))
        rows[place_at(across(epoch.epoch), width_)] = place_at(1 - y_.place(*epoch.validation_loss), height_);
    }
    return rows;
  }

  std::string curve_rows() const {
    const BrailleField field = curve();
    const std::vector<std::size_t> circles = validation_rows();
    std::string out;
    for (std::size_t row = 0; row < height_; ++row) {
      const bool has_label = std::ranges::find(labelled_, row) != labelled_.end();
      const std::string label = has_label ? label_at(row) : "";
      std::string line = spaces(label_width_ - label.size()) + label + (has_label ? " ┤" : " │");
      for (std::size_t column = 0; column < width_; ++column) {
        // A circle every third column leaves room to see the curve behind it.
        const bool is_circle =
            circles[column] == row && (column % 3 == 0 || width_ > 3 * history_.epochs.size());
        line += is_circle ? "o" : field.character(column, row);
      }
      line.erase(line.find_last_not_of(' ') + 1);
      out += line + "\n";
    }
    return out;
  }

  bool has_best() const { return history_.best_epoch != 0; }

  std::string axis_row() const {
    const std::size_t best_column =
        has_best() ? place_at(std::clamp(across(history_.best_epoch), 0.0, 1.0), width_) : width_;
    std::string axis;
    for (std::size_t column = 0; column < width_; ++column)
      axis += column == best_column ? "┴" : "─";
    return spaces(label_width_) + " └" + axis + "\n";
  }

  std::string numbers_row() const {
    const std::string first = std::to_string(history_.epochs.front().epoch);
    const std::string last = "epoch " + std::to_string(history_.epochs.back().epoch);
    const std::string start = spaces(label_width_ + kAxisWidth);
    if (history_.epochs.size() == 1) return start + last + "\n";
    const std::size_t used = first.size() + last.size();
    return start + first + spaces(width_ > used ? width_ - used : 1) + last + "\n";
  }

  std::string legend_row() const {
    std::string out = spaces(label_width_ + kAxisWidth) + "⠒⠒ training loss";
    const auto is_validated = [](const EpochReport& epoch) { return has_value(epoch.validation_loss); };
    if (std::ranges::any_of(history_.epochs, is_validated)) out += "  o validation loss";
    if (y_.scale == AxisScale::logarithmic) out += ", log scale";
    if (has_best()) out += "  ┴ best epoch " + std::to_string(history_.best_epoch);
    return out + "\n";
  }

  const History& history_;
  std::size_t height_;  // of the curve, in characters
  std::size_t width_ = 0;
  AxisScale scale_ = AxisScale::linear;
  Axis y_;
  std::vector<std::size_t> labelled_;  // rows
  std::size_t label_width_ = 0;
};

}  // namespace

std::string render_curve_text(const History& history, std::size_t width, std::size_t height) {
  if (history.epochs.empty()) return "no epochs were run\n";
  return CurvePlot(history, width, height).text();
}

}  // namespace chainrule
