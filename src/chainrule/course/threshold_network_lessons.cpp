// The lessons on several layers of threshold units: o = f(v . f(W x - T) - T'), f the step or the sign.
//
//   xor-two-layer      XOR as NAND of two units, its hidden codes, and the same with logistic units of gain 8
//   decision-regions   half-plane, convex region, any region by one, two, three layers; a slip in the table
//
// Source: document 003 (S3.17 to S3.19, slip E3.9).
#include "chainrule/course/threshold_network_lessons.h"

#include <array>

#include "chainrule/base/text.h"
#include "chainrule/course/texts.h"
#include "chainrule/course/threshold_words.h"
#include "chainrule/model/separability.h"
#include "chainrule/model/threshold_network.h"

namespace chainrule {
namespace {

using Numbers = std::vector<double>;

const Numbers kCorners = {0, 0, 0, 1, 1, 0, 1, 1};
const MatrixView<const double> kCornerRows(kCorners.data(), 4, 2);

// "-x1 + x2 + 0.5", the net input of a unit over variables with this letter.
std::string net_text(const ThresholdLayer& layer, std::size_t unit, const std::string& letter) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < layer.weights[unit].size(); ++i)
    names.push_back(letter + std::to_string(i + 1));
  std::string text = equation_text({layer.weights[unit], layer.thresholds[unit]}, names);
  return text.substr(0, text.size() - std::string_view(" = 0").size());
}

// The region in which a network outputs yes, on a square part of the plane.
PlanePlot region_plot(const std::string& title, const ThresholdNetwork& network, double from, double to) {
  PlanePlot picture{
      .title = title, .x_label = "x1", .y_label = "x2", .x_range = {{from, to}}, .y_range = {{from, to}}};
  picture.region = [network](double x1, double x2) { return says_yes(network, std::array{x1, x2}) ? 1 : 0; };
  return picture;
}

// Marked points with a name for the legend.
PlaneSeries points_series(const std::string& name, std::vector<SvgPoint> points) {
  return {.name = name, .points = std::move(points), .marking = PlaneMarking::points};
}

// The network as formulas, then every corner through both layers.
void realisation(LessonPage& page, OutputCode code) {
  const ThresholdNetwork network = xor_network(code);
  const std::string f = code == OutputCode::binary ? "step" : "sgn";
  page.formulas({"y1 = " + f + "(" + net_text(network.layers[0], 0, "x") + ")",
                 "y2 = " + f + "(" + net_text(network.layers[0], 1, "x") + ")",
                 "o  = " + f + "(" + net_text(network.layers[1], 0, "y") + ")"});
  std::vector<std::vector<std::string>> rows;
  for (std::size_t r = 0; r < 4; ++r) {
    const ThresholdRun result = run_layers(network, kCornerRows.row_span(r));
    rows.push_back({vector_text(kCornerRows.row_span(r)), vector_text(result.nets[0]),
                    vector_text(result.outputs[0]), short_number(result.nets[1][0]),
                    short_number(result.outputs[1][0])});
  }
  page.table({verbatim("x"), "xor-two-layer.column.hidden_nets"_text, "xor-two-layer.column.code_y"_text,
              "xor-two-layer.column.output_net"_text, verbatim("o")},
             std::move(rows));
}

}  // namespace

// --- XOR in two layers -------------------------------------------------------------------------------------

// Both output codes (binary, bipolar), the plane of the hidden codes, and smooth units instead of steps.
void write_xor_two_layer_lesson(LessonPage& page) {
  page.say("xor-two-layer.intro"_text);
  page.heading("xor-two-layer.heading.binary"_text);
  realisation(page, OutputCode::binary);
  page.heading("xor-two-layer.heading.bipolar"_text);
  page.say("xor-two-layer.bipolar"_text);
  realisation(page, OutputCode::bipolar);
  page.heading("xor-two-layer.heading.internal_representation"_text);
  const ThresholdNetwork network = xor_network(OutputCode::binary);
  Numbers codes;
  std::vector<int> sides;
  std::vector<SvgPoint> yes_codes, no_codes, yes_corners, no_corners;
  for (std::size_t r = 0; r < 4; ++r) {
    const Numbers code = run_layers(network, kCornerRows.row_span(r)).outputs[0];
    const bool is_yes = says_yes(network, kCornerRows.row_span(r));
    codes.insert(codes.end(), code.begin(), code.end());
    sides.push_back(is_yes ? 1 : -1);
    (is_yes ? yes_codes : no_codes).push_back({code[0], code[1]});
    (is_yes ? yes_corners : no_corners).push_back({kCornerRows(r, 0), kCornerRows(r, 1)});
  }
  const SeparabilityAnswer in_x = decide_separability(kCornerRows, sides);
  const SeparabilityAnswer in_y = decide_separability({codes.data(), 4, 2}, sides);
  page.say("xor-two-layer.code"_text,
           {vector_text(std::span(codes).first(2)), page.pick(verdict_words(in_x.verdict)),
            page.pick(verdict_words(in_y.verdict))});
  const double gain = 8;
  page.say("xor-two-layer.smooth"_text,
           {short_number(gain), short_number(smooth_output(network, gain, kCornerRows.row_span(0))),
            short_number(smooth_output(network, gain, kCornerRows.row_span(1))),
            short_number(smooth_output(network, gain, kCornerRows.row_span(2))),
            short_number(smooth_output(network, gain, kCornerRows.row_span(3)))});
  const std::string yes = page.pick("word.yes"_text), no = page.pick("word.no"_text);
  PlanePlot inputs = region_plot(page.pick("xor-two-layer.label.inputs_step_units"_text), network, -0.5, 1.5);
  inputs.series = {points_series(yes, yes_corners), points_series(no, no_corners)};
  PlanePlot hidden = region_plot(page.pick("xor-two-layer.label.hidden_codes"_text),
                                 {.layers = {network.layers[1]}, .code = network.code}, -0.5, 1.5);
  hidden.x_label = "y1";
  hidden.y_label = "y2";
  hidden.series = {points_series(yes, yes_codes), points_series(no, no_codes)};
  PlanePlot smooth = inputs;
  smooth.title = page.pick("xor-two-layer.label.inputs_logistic_units"_text);
  smooth.region = [network, gain](double x1, double x2) {
    const double y = smooth_output(network, gain, std::array{x1, x2});
    return y > 0.75 ? 3 : y > 0.5 ? 2 : y > 0.25 ? 1 : 0;
  };
  page.plot("xor-two-layer.picture"_text, {inputs, hidden, smooth});
  page.try_next("xor-two-layer.try.four_rows"_command);
  page.try_next("xor-two-layer.try.network_that_finds"_command);
  page.try_next("xor-two-layer.try.which_regions"_command);
}

// --- decision regions --------------------------------------------------------------------------------------

namespace {

struct Region {
  std::string name;
  ThresholdNetwork network;
};

// The regions in which the networks output yes.
void answers_at_points(LessonPage& page, const std::vector<Region>& regions) {
  // Points in each region, beside it, and between its parts.
  const std::vector<Numbers> points = {{0.25, 0.25}, {0.75, 0.75},  {2.5, 2.5},
                                       {-0.5, 0.25}, {0.125, 0.75}, {1.375, 1.375},
                                       {3.25, 2.5},  {2.25, 2.875}, {0.5, -0.25}};
  std::vector<std::vector<std::string>> rows;
  for (const Region& region : regions) {
    std::vector<std::string> units;
    for (const ThresholdLayer& layer : region.network.layers)
      units.push_back(std::to_string(layer.weights.size()));
    std::string answers;
    for (const Numbers& point : points)
      answers += says_yes(region.network, point) ? '1' : '0';
    rows.push_back(
        {region.name, std::to_string(region.network.layers.size() - 1), "2-" + join(units, "-"), answers});
  }
  page.table({"decision-regions.column.region"_text, "word.hidden_layers"_text,
              "decision-regions.column.units"_text, "decision-regions.column.answers_at_the_points"_text},
             std::move(rows));
  std::vector<std::string> names;
  for (const Numbers& point : points)
    names.push_back(vector_text(point));
  page.say("decision-regions.points"_text, {join(names, " ")});
}

// One hidden layer need not give a convex region: XOR is yes at two corners and no halfway between them
// (E3.9). The same test on a grid for every region. Returns the plot of the counterexample.
PlanePlot slip_in_the_table(LessonPage& page, const std::vector<Region>& regions) {
  page.heading("decision-regions.heading.slip_in_the_table"_text);
  const ThresholdNetwork exclusive_or = xor_network(OutputCode::binary);
  const std::vector<Numbers> corners = {{0, 0}, {0, 1}, {1, 0}, {1, 1}};
  const std::vector<ConvexityCounterexample> found = midpoints_outside(exclusive_or, corners);
  const ConvexityCounterexample& example = found.at(0);
  page.say("decision-regions.convex_slip"_text,
           {vector_text(example.a), vector_text(example.b), vector_text(example.between)});
  std::vector<std::string> lines = {"o = step(" + net_text(exclusive_or.layers[1], 0, "y") + ")"};
  for (std::size_t j = 0; j < 2; ++j)
    lines.push_back("y" + std::to_string(j + 1) + " = 0 " + page.pick("decision-regions.label.where"_text) +
                    " " + net_text(exclusive_or.layers[0], j, "x") + " <= 0");
  page.formulas(lines);
  std::vector<Numbers> grid;
  for (double a = -0.5; a <= 3.5; a += 0.25) {
    for (double b = -0.5; b <= 3.5; b += 0.25)
      grid.push_back({a, b});
  }
  std::vector<std::vector<std::string>> tested;
  for (const Region& region : regions)
    tested.push_back({region.name, std::to_string(midpoints_outside(region.network, grid).size())});
  tested.push_back({"XOR", std::to_string(midpoints_outside(exclusive_or, grid).size())});
  page.say("decision-regions.pairs"_text, {std::to_string(grid.size())});
  page.table({"decision-regions.column.region"_text, "decision-regions.column.pairs_against_convexity"_text},
             std::move(tested));
  PlanePlot strip =
      region_plot(page.pick("decision-regions.label.xor_not_convex"_text), exclusive_or, -0.5, 1.5);
  strip.series = {
      points_series(page.pick("word.yes"_text), {{example.a[0], example.a[1]}, {example.b[0], example.b[1]}}),
      points_series(page.pick("decision-regions.label.no_between_them"_text),
                    {{example.between[0], example.between[1]}})};
  return strip;
}

}  // namespace

void write_decision_regions_lesson(LessonPage& page) {
  const std::vector<Region> regions = {
      {page.pick("decision-regions.label.half_plane"_text), half_plane_network()},
      {page.pick("decision-regions.label.triangle"_text), triangle_network()},
      {page.pick("decision-regions.label.triangle_or_square"_text), triangle_or_square_network()},
  };
  page.say("decision-regions.intro"_text);
  answers_at_points(page, regions);
  const PlanePlot counterexample = slip_in_the_table(page, regions);
  std::vector<PlanePlot> panels;
  for (const Region& region : regions)
    panels.push_back(region_plot(region.name, region.network, -0.5, 3.5));
  panels.push_back(counterexample);
  page.plot("decision-regions.picture"_text, panels);
  page.try_next("decision-regions.try.disc_in_a_ring"_command);
  page.try_next("decision-regions.try.one_line"_command);
  page.try_next("decision-regions.try.hidden_layer_closes"_command);
}

}  // namespace chainrule
