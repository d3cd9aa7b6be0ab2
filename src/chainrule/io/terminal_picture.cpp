// The terminal's half of report.h. Every line fits what the caller asked for in display columns
// (base/text.h), so names in any script stay aligned; control characters in names are written as escapes, so
// that no name moves the cursor.
#include <algorithm>
#include <cmath>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/base/text_layout.h"
#include "chainrule/io/report.h"
#include "chainrule/io/report_words.h"
#include "chainrule/io/svg.h"
#include "chainrule/model/network.h"

namespace chainrule {

namespace {

constexpr std::size_t kLongestName = 24;    // display columns
constexpr std::size_t kWidestMatrix = 100;  // display columns; wider lines break in most terminals
constexpr std::size_t kMostMistakes = 10;

// --- tables of text ----------------------------------------------------------------------------------------

std::string spaces(std::size_t count) {
  return std::string(count, ' ');
}

struct TextTable {
  std::vector<Align> aligns;
  std::vector<std::vector<std::string>> rows;  // the headings first

  std::string text() const { return aligned(rows, aligns); }
};

// A name from the data as it may stand in a terminal: on one line, without control characters, not too long.
std::string plain_name(const std::string& name) {
  const std::string safe = quoted(name);
  const bool is_plain = safe.size() == name.size() + 2;  // nothing was escaped or cut off
  return cut_to_width(is_plain ? name : safe.substr(1, safe.size() - 2), kLongestName);
}

// --- metrics -----------------------------------------------------------------------------------------------

std::string confusion_text(const Metrics& metrics, const TargetEncoding& target) {
  const std::size_t classes = metrics.confusion.size();
  std::vector<std::string> names;
  for (std::size_t i = 0; i < classes; ++i)
    names.push_back(plain_name(class_name(target, i)));

  TextTable table{.aligns = {Align::left}, .rows = {{"true \\ predicted"}}};
  for (std::size_t c = 0; c < classes; ++c) {
    table.aligns.push_back(Align::right);
    table.rows[0].push_back(names[c]);
  }
  for (std::size_t r = 0; r < classes; ++r) {
    std::vector<std::string> row = {names[r]};
    for (const std::uint64_t count : metrics.confusion[r])
      row.push_back(format_count(count));
    table.rows.push_back(std::move(row));
  }
  const auto width = [](const std::string& text) { return display_width(text.substr(0, text.find('\n'))); };
  std::string text = table.text();
  if (width(text) <= kWidestMatrix) return text;
  // Too wide with names over the columns: numbers instead, which stand before the names of the rows too.
  for (std::size_t i = 0; i < classes; ++i) {
    table.rows[0][i + 1] = std::to_string(i + 1);
    table.rows[i + 1][0] = std::to_string(i + 1) + " " + names[i];
  }
  text = table.text();
  if (width(text) <= kWidestMatrix) return text;
  const std::vector<Mistake> mistakes = frequent_mistakes(metrics.confusion, kMostMistakes);
  if (mistakes.empty()) return "no mistakes among " + format_count(classes) + " classes\n";
  TextTable list{.aligns = {Align::left, Align::left, Align::right}, .rows = {{"true", "predicted", "rows"}}};
  for (const Mistake& mistake : mistakes) {
    list.rows.push_back({names[mistake.truth], names[mistake.predicted], format_count(mistake.rows)});
  }
  return "most frequent mistakes\n" + list.text();
}

// --- curves ------------------------------------------------------------------------------------------------

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

std::string render_network_text(const Network& network) {
  std::string summary = "inputs " + std::to_string(network.layers.empty() ? 0 : network.inputs());
  const std::vector<ParameterSegment> segments = parameter_segments(network);
  TextTable table{
      .aligns = {Align::right, Align::left, Align::right, Align::right, Align::left, Align::right},
      .rows = {{"", "layer", "inputs", "outputs", "activation", "parameters"}}};
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const Layer& layer = network.layers[i];
    std::uint64_t parameters = 0;
    for (const ParameterSegment& segment : segments) {
      if (segment.layer == i) parameters += segment.size();
    }
    std::vector<std::string> row = {std::to_string(i + 1)};
    summary += " -> ";
    if (const Dense* dense = std::get_if<Dense>(&layer)) {
      const std::string activation = activation_text(*dense);
      summary += "dense " + std::to_string(dense->outputs) + " " + activation;
      row.push_back(dense->bias == BiasUse::present ? "dense" : "dense without bias");
      row.insert(row.end(), {format_count(dense->inputs), format_count(dense->outputs), activation});
    } else if (const Rbf* rbf = std::get_if<Rbf>(&layer)) {
      summary += "rbf " + std::to_string(rbf->units);
      row.insert(row.end(), {"rbf", format_count(rbf->inputs), format_count(rbf->units), "gaussian"});
    } else {
      const Dropout& dropout = std::get<Dropout>(layer);
      const std::string words = "dropout " + format_significant(dropout.rate, 4);
      summary += words;
      row.insert(row.end(), {words, format_count(dropout.units), format_count(dropout.units), ""});
    }
    row.push_back(format_count(parameters));
    table.rows.push_back(std::move(row));
  }
  return summary + ", " + count_of(parameter_count(network), "parameter") + "\n\n" + table.text();
}

std::string render_metrics_text(const Metrics& metrics, const TargetEncoding& target) {
  TextTable table;
  std::string out;
  if (metrics.task == Task::regression) {
    table.aligns = {Align::left, Align::right, Align::right, Align::right};
    table.rows = {{"target", "rmse", "mae", "r2"}};
    for (std::size_t i = 0; i < metrics.rmse_per_target.size(); ++i) {
      table.rows.push_back({plain_name(target_name(target, i)), number_text(metrics.rmse_per_target[i]),
                            number_text(metrics.mae_per_target.at(i)),
                            number_text(metrics.r2_per_target.at(i))});
    }
    return table.text();
  }
  if (!metrics.confusion.empty()) out = confusion_text(metrics, target) + "\n";
  table.aligns = {Align::left, Align::right, Align::right, Align::right, Align::right};
  table.rows = {{metrics.task == Task::multi_label ? "label" : "class", "precision", "recall", "f1", "rows"}};
  for (std::size_t i = 0; i < metrics.per_class.size(); ++i) {
    const ClassMetrics& one = metrics.per_class[i];
    table.rows.push_back({plain_name(class_name(target, i)), percent_text(one.precision),
                          percent_text(one.recall), percent_text(one.f1), format_count(one.support)});
  }
  return out + table.text();
}

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

std::string render_picture_text(const std::vector<double>& pixels, std::size_t height, std::size_t width,
                                TerminalColour colour) {
  if (pixels.size() != height * width) {
    throw StateError({.what = "a picture's size does not fit its pixels",
                      .expected = std::to_string(height) + " x " + std::to_string(width) + " pixels",
                      .got = std::to_string(pixels.size()) + " pixels",
                      .advice = "give height and width of the picture the pixels came from"});
  }
  const auto grey = [&](std::size_t row, std::size_t column) {
    const double value = pixels[row * width + column];
    return std::isnan(value) ? 0.0 : std::clamp(value, 0.0, 255.0);
  };
  std::string out;
  for (std::size_t row = 0; row < height; row += 2) {
    const bool has_lower = row + 1 < height;
    if (colour == TerminalColour::none) {
      static constexpr std::string_view kShades = " .:-=+*#%@";
      for (std::size_t column = 0; column < width; ++column) {
        const double value = has_lower ? (grey(row, column) + grey(row + 1, column)) / 2 : grey(row, column);
        out += kShades[static_cast<std::size_t>(
            std::lround(value / 255 * static_cast<double>(kShades.size() - 1)))];
      }
      out += '\n';
      continue;
    }
    // The 256-colour palette has greys at 232 to 255. The upper half block takes the text colour for the
    // upper pixel and the background for the lower; a last row without a partner leaves the terminal's own
    // background.
    constexpr int kNone = -1;
    int text_colour = kNone;
    int background = kNone;
    for (std::size_t column = 0; column < width; ++column) {
      const int upper = 232 + static_cast<int>(std::lround(grey(row, column) / 255 * 23));
      const int lower =
          has_lower ? 232 + static_cast<int>(std::lround(grey(row + 1, column) / 255 * 23)) : kNone;
      if (upper != text_colour) out += "\x1b[38;5;" + std::to_string(upper) + "m";
      if (lower != background) out += "\x1b[48;5;" + std::to_string(lower) + "m";
      text_colour = upper;
      background = lower;
      out += "▀";
    }
    out += "\x1b[0m\n";
  }
  return out;
}

}  // namespace chainrule
