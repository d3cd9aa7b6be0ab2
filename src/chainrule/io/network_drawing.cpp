// Columns of units from left to right: the inputs, then one column per layer. Wide layers show their first
// and last units, deep networks their first and last layers, with a hole or a gap between. Lines are the
// weights between drawn units, grouped by sign and by size relative to the largest weight of their layer, so
// that a layer takes nine elements regardless of its number of lines.
#include "chainrule/io/network_drawing.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "chainrule/base/text.h"
#include "chainrule/io/report_words.h"
#include "chainrule/io/svg.h"

namespace chainrule {

namespace {

constexpr std::size_t kMostUnits = 12;
constexpr std::size_t kMostDrawnColumns = 16;  // the first half and the last half are drawn
constexpr std::size_t kLongestName = 20;       // display columns
constexpr double kFontSize = 12;
constexpr double kUnitDistance = 24;
constexpr double kColumnDistance = 150;
constexpr double kRadius = 7;

// One column of the drawing; a gap replaces the layers that are left out.
struct UnitColumn {
  std::optional<std::size_t> layer;  // empty: the inputs, or a gap
  bool is_gap = false;
  std::size_t units = 0;
  std::vector<std::string> captions;  // below
  double x = 0;
};

// The units that are drawn; the hole in a tall column takes one place.
std::vector<std::size_t> drawn_units(std::size_t units) {
  std::vector<std::size_t> drawn;
  if (units <= kMostUnits) {
    for (std::size_t i = 0; i < units; ++i)
      drawn.push_back(i);
    return drawn;
  }
  for (std::size_t i = 0; i < kMostUnits / 2; ++i)
    drawn.push_back(i);
  for (std::size_t i = units - kMostUnits / 2; i < units; ++i)
    drawn.push_back(i);
  return drawn;
}

// Places of the drawn units from the top, centred in `height`; the place of the hole goes to `hole`.
std::vector<double> unit_places(std::size_t units, double top, double height, double* hole) {
  const std::size_t drawn = std::min(units, kMostUnits);
  const bool has_hole = units > kMostUnits;
  const double places = static_cast<double>(drawn + (has_hole ? 1 : 0));
  std::vector<double> result;
  const double first = top + (height - (places - 1) * kUnitDistance) / 2;
  for (std::size_t i = 0; i < drawn; ++i) {
    const std::size_t place = has_hole && i >= kMostUnits / 2 ? i + 1 : i;
    result.push_back(first + static_cast<double>(place) * kUnitDistance);
  }
  *hole = first + static_cast<double>(kMostUnits / 2) * kUnitDistance;
  return result;
}

std::vector<std::string> captions_of(const Layer& layer) {
  const LayerCaption caption = layer_caption(layer);
  std::vector<std::string> lines = {caption.title};
  if (!caption.detail.empty()) lines.push_back(cut_to_width(caption.detail, kLongestName));
  if (layer_traits(layer).is_fully_connected)
    lines.push_back(format_count(layer_inputs(layer)) + " × " + format_count(layer_outputs(layer)));
  const std::size_t parameters = layer_parameters(layer).size();
  if (parameters > 0) lines.push_back(count_of(parameters, "parameter"));
  return lines;
}

std::vector<UnitColumn> make_columns(const Network& network) {
  std::vector<UnitColumn> columns;
  columns.push_back({.units = network.inputs(), .captions = {"inputs", format_count(network.inputs())}});
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const Layer& layer = network.layers[i];
    columns.push_back({.layer = i, .units = layer_outputs(layer), .captions = captions_of(layer)});
  }
  if (columns.size() > kMostDrawnColumns) {
    const std::size_t left_out = columns.size() - kMostDrawnColumns;
    const auto first = columns.begin() + kMostDrawnColumns / 2;
    columns.erase(first, first + static_cast<std::ptrdiff_t>(left_out));
    columns.insert(columns.begin() + kMostDrawnColumns / 2,
                   UnitColumn{.is_gap = true, .captions = {"…", count_of(left_out, "layer") + " more"}});
  }
  return columns;
}

// Weights [inputs][outputs] of a dense layer, as doubles; empty when they do not fit or are not finite, and
// for other layers: centres are positions, not strengths, so all their strokes look alike.
std::vector<double> layer_weights(const Model& model, std::size_t layer) {
  for (const ParameterSegment& segment : parameter_segments(model.network)) {
    if (segment.layer != layer || segment.role != ParameterRole::weight) continue;
    return std::visit(
        [&](const auto& parameters) -> std::vector<double> {
          if (parameters.size() < segment.offset + segment.size()) return {};
          std::vector<double> weights(
              parameters.begin() + static_cast<std::ptrdiff_t>(segment.offset),
              parameters.begin() + static_cast<std::ptrdiff_t>(segment.offset + segment.size()));
          const bool is_finite =
              std::all_of(weights.begin(), weights.end(), [](double w) { return std::isfinite(w); });
          return is_finite ? weights : std::vector<double>{};
        },
        model.parameters);
  }
  return {};
}

using Strokes = std::vector<std::pair<SvgPoint, SvgPoint>>;

void draw_weights(SvgWriter& svg, const Model& model, const UnitColumn& from,
                  const std::vector<double>& from_places, const UnitColumn& to,
                  const std::vector<double>& to_places) {
  const std::vector<std::size_t> inputs = drawn_units(from.units);
  const std::vector<std::size_t> outputs = drawn_units(to.units);
  const auto stroke = [&](std::size_t i, std::size_t j) {
    return std::pair{SvgPoint{from.x + kRadius, from_places[i]}, SvgPoint{to.x - kRadius, to_places[j]}};
  };
  const std::vector<double> weights = layer_weights(model, *to.layer);
  double largest = 0;
  for (const double weight : weights)
    largest = std::max(largest, std::fabs(weight));
  Strokes plain;
  Strokes by_size[2][4];  // [sign][size]
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    for (std::size_t j = 0; j < outputs.size(); ++j) {
      if (largest == 0) {
        plain.push_back(stroke(i, j));
        continue;
      }
      const double weight = weights[inputs[i] * to.units + outputs[j]] / largest;
      const int size = std::min(3, static_cast<int>(std::fabs(weight) * 4));
      by_size[weight < 0 ? 1 : 0][size].push_back(stroke(i, j));
    }
  }
  svg.lines(plain, "weight");
  for (int size = 0; size < 4; ++size) {
    svg.lines(by_size[0][size], "weight plus w" + std::to_string(size));
    svg.lines(by_size[1][size], "weight minus w" + std::to_string(size));
  }
}

// A layer that connects no units, such as dropout, leaves each unit in place: one line per unit.
void draw_passing(SvgWriter& svg, const UnitColumn& from, const UnitColumn& to,
                  const std::vector<double>& places) {
  Strokes strokes;
  for (const double place : places)
    strokes.push_back({{from.x + kRadius, place}, {to.x - kRadius, place}});
  svg.lines(strokes, "weight");
}

double widest(const std::vector<std::string>& words) {
  double width = 0;
  for (const std::string& word : words)
    width = std::max(width, 0.58 * kFontSize * static_cast<double>(display_width(word)));
  return width;
}

// Names appear beside the units if all units are drawn and there is one name for each input and output.
std::vector<std::string> input_names(const Model& model) {
  if (model.network.inputs() > kMostUnits || model.encoder.features() != model.network.inputs()) return {};
  std::vector<std::string> names;
  for (const std::string& name : model.encoder.feature_names())
    names.push_back(cut_to_width(name, kLongestName));
  return names;
}

std::vector<std::string> output_names(const Model& model) {
  const TargetEncoding& target = model.encoder.target;
  const std::vector<std::string> names =
      target.task == Task::regression ? prediction_columns(target) : target.class_names;
  if (target.task == Task::binary && names.size() == 2) {
    const std::string column = target.columns.empty() || target.soft_labels ? "" : target.columns[0] + "=";
    return {cut_to_width(column + names[1], kLongestName)};
  }
  if (target.task == Task::ordinal && names.size() == model.network.outputs() + 1 &&
      model.network.outputs() <= kMostUnits) {
    std::vector<std::string> above;
    for (std::size_t k = 0; k < model.network.outputs(); ++k)
      above.push_back(cut_to_width("above " + names[k], kLongestName));
    return above;
  }
  if (model.network.outputs() > kMostUnits || names.size() != model.network.outputs()) return {};
  std::vector<std::string> cut;
  for (const std::string& name : names)
    cut.push_back(cut_to_width(name, kLongestName));
  return cut;
}

// A description for readers who cannot see the drawing.
std::string description_of(const Network& network) {
  std::string description = count_of(network.inputs(), "input");
  for (const Layer& layer : network.layers)
    description += ", " + layer_caption(layer).sentence;
  return description;
}

// Whether its units correspond to those of the layer below, one to one.
bool passes_units(const Network& network, const UnitColumn& column) {
  return column.layer && !layer_traits(network.layers[*column.layer]).is_fully_connected;
}

bool is_off(const Network& network, const UnitColumn& column) {
  return column.layer && layer_traits(network.layers[*column.layer]).is_identity_in_prediction;
}

// The drawing between the top and the bottom of the columns.
struct DrawingBody {
  double top = 14;
  double height = 0;
};

void draw_column(SvgWriter& svg, const Network& network, const UnitColumn& column, const DrawingBody& body,
                 const std::vector<double>& places, double hole) {
  for (const double place : places)
    svg.circle({column.x, place}, kRadius, is_off(network, column) ? "unit off" : "unit");
  if (column.units > kMostUnits) svg.text({column.x, hole + 4}, "⋮", "label strong", TextAnchor::middle);
  if (column.is_gap)
    svg.text({column.x, body.top + body.height / 2 + 4}, "…", "label strong", TextAnchor::middle);
  for (std::size_t i = 0; i < column.captions.size(); ++i) {
    svg.text({column.x, body.top + body.height + 20 + 16 * static_cast<double>(i)}, column.captions[i],
             i == 0 ? "strong" : "label", TextAnchor::middle);
  }
}

}  // namespace

std::string network_drawing(const Model& model) {
  const Network& network = model.network;
  std::vector<UnitColumn> columns = make_columns(network);
  const std::vector<std::string> inputs = input_names(model), outputs = output_names(model);

  std::size_t tallest = 1;
  for (const UnitColumn& column : columns)
    tallest = std::max(tallest, std::min(column.units, kMostUnits + 1));
  const DrawingBody body = {.height = kUnitDistance * static_cast<double>(tallest)};
  const double left = std::max(60.0, widest(inputs) + 24);
  const double right = std::max(70.0, widest(outputs) + 24);
  const double width = left + kColumnDistance * static_cast<double>(columns.size() - 1) + right;
  SvgWriter svg("network-drawing", width, body.top + body.height + 80, "The network",
                description_of(network));

  std::vector<std::vector<double>> places(columns.size());
  std::vector<double> holes(columns.size(), 0);
  for (std::size_t c = 0; c < columns.size(); ++c) {
    columns[c].x = left + kColumnDistance * static_cast<double>(c);
    places[c] = unit_places(columns[c].units, body.top, body.height, &holes[c]);
  }
  for (std::size_t c = 1; c < columns.size(); ++c) {
    if (columns[c].is_gap || columns[c - 1].is_gap) continue;
    if (passes_units(network, columns[c])) {
      draw_passing(svg, columns[c - 1], columns[c], places[c]);
    } else {
      draw_weights(svg, model, columns[c - 1], places[c - 1], columns[c], places[c]);
    }
  }
  for (std::size_t c = 0; c < columns.size(); ++c)
    draw_column(svg, network, columns[c], body, places[c], holes[c]);
  for (std::size_t i = 0; i < inputs.size(); ++i)
    svg.text({columns.front().x - 14, places.front()[i] + 4}, inputs[i], "tick", TextAnchor::end);
  for (std::size_t i = 0; i < outputs.size(); ++i)
    svg.text({columns.back().x + 14, places.back()[i] + 4}, outputs[i], "tick", TextAnchor::start);
  return svg.finish();
}

}  // namespace chainrule
