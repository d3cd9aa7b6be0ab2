#include "chainrule/io/curve_text.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "chainrule/base/text.h"
#include "chainrule/io/svg.h"

namespace chainrule {

namespace {

std::string spaces(std::size_t count) {
  return std::string(count, ' ');
}

// A field of dots, two columns and four rows of them a character, drawn with Unicode's braille patterns.
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

}  // namespace

std::string render_curve_text(const History& history, std::size_t width, std::size_t height) {
  if (history.epochs.empty()) return "no epochs were run\n";
  std::vector<double> losses;
  bool has_validation = false;
  for (const EpochReport& epoch : history.epochs) {
    losses.push_back(epoch.training_loss);
    if (epoch.validation_loss) {
      losses.push_back(*epoch.validation_loss);
      has_validation = has_validation || std::isfinite(*epoch.validation_loss);
    }
  }
  const AxisScale scale = choose_scale(losses);
  const Axis y = make_axis(losses, scale, AxisEnds::at_data, 4);
  const double first = static_cast<double>(history.epochs.front().epoch);
  const double last = static_cast<double>(history.epochs.back().epoch);

  // Two lines below the curves: the axis with its numbers, and the legend.
  const std::size_t plot_height = std::max<std::size_t>(height, 5) - 3;
  const auto label_at = [&](std::size_t row) {
    const double place = 1 - static_cast<double>(row) / static_cast<double>(plot_height - 1);
    return format_significant(scale == AxisScale::linear || y.scale == AxisScale::linear
                                  ? y.low + (y.high - y.low) * place
                                  : y.low * std::pow(y.high / y.low, place),
                              3);
  };
  const std::vector<std::size_t> labelled =
      plot_height >= 5 ? std::vector<std::size_t>{0, plot_height / 2, plot_height - 1}
                       : std::vector<std::size_t>{0, plot_height - 1};
  std::size_t label_width = 0;
  for (const std::size_t row : labelled)
    label_width = std::max(label_width, label_at(row).size());
  const std::size_t plot_width = std::max<std::size_t>(width, label_width + 2 + 8) - label_width - 2;

  BrailleField field(plot_width, plot_height);
  std::vector<std::size_t> validation_rows(plot_width, plot_height);  // plot_height: none
  const auto across = [&](std::uint64_t epoch) {
    return last > first ? (static_cast<double>(epoch) - first) / (last - first) : 0.5;
  };
  double from_x = -1;
  double from_y = 0;
  for (const EpochReport& epoch : history.epochs) {
    const double place = across(epoch.epoch);
    if (epoch.validation_loss && std::isfinite(*epoch.validation_loss)) {
      const std::size_t column =
          static_cast<std::size_t>(std::lround(place * static_cast<double>(plot_width - 1)));
      validation_rows[column] = static_cast<std::size_t>(
          std::lround((1 - y.place(*epoch.validation_loss)) * static_cast<double>(plot_height - 1)));
    }
    if (!std::isfinite(epoch.training_loss)) {
      from_x = -1;
      continue;
    }
    const double to_x = place * static_cast<double>(field.dots_across() - 1);
    const double to_y = (1 - y.place(epoch.training_loss)) * static_cast<double>(field.dots_down() - 1);
    if (from_x < 0) {
      field.set(static_cast<std::size_t>(std::lround(to_x)), static_cast<std::size_t>(std::lround(to_y)));
    } else {
      field.line(from_x, from_y, to_x, to_y);
    }
    from_x = to_x;
    from_y = to_y;
  }

  std::string out;
  for (std::size_t row = 0; row < plot_height; ++row) {
    const bool has_label = std::find(labelled.begin(), labelled.end(), row) != labelled.end();
    const std::string label = has_label ? label_at(row) : "";
    std::string line = spaces(label_width - label.size()) + label + (has_label ? " ┤" : " │");
    for (std::size_t column = 0; column < plot_width; ++column) {
      // A circle every third column leaves room to see the curve behind it.
      const bool is_circle =
          validation_rows[column] == row && (column % 3 == 0 || plot_width > 3 * history.epochs.size());
      line += is_circle ? "o" : field.character(column, row);
    }
    while (line.back() == ' ')
      line.pop_back();
    out += line + "\n";
  }

  std::string axis;
  const bool has_best = history.best_epoch != 0;
  const std::size_t best_column =
      has_best ? static_cast<std::size_t>(std::lround(std::clamp(across(history.best_epoch), 0.0, 1.0) *
                                                      static_cast<double>(plot_width - 1)))
               : plot_width;
  for (std::size_t column = 0; column < plot_width; ++column)
    axis += column == best_column ? "┴" : "─";
  out += spaces(label_width) + " └" + axis + "\n";
  const std::string left_label = std::to_string(history.epochs.front().epoch);
  const std::string right_label = "epoch " + std::to_string(history.epochs.back().epoch);
  std::string numbers = spaces(label_width + 2);
  if (history.epochs.size() == 1) {
    numbers += right_label;
  } else {
    const std::size_t used = left_label.size() + right_label.size();
    numbers += left_label + spaces(plot_width > used ? plot_width - used : 1) + right_label;
  }
  out += numbers + "\n";
  out += spaces(label_width + 2) + "⠒⠒ training loss";
  if (has_validation) out += "  o validation loss";
  if (y.scale == AxisScale::logarithmic) out += ", log scale";
  if (has_best) out += "  ┴ best epoch " + std::to_string(history.best_epoch);
  return out + "\n";
}

}  // namespace chainrule
