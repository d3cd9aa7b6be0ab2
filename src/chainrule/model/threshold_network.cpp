#include "chainrule/model/threshold_network.h"

#include <algorithm>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/tensor/math_functions.h"

namespace chainrule {
namespace {

std::vector<double> nets_of(const ThresholdLayer& layer, std::span<const double> x) {
  std::vector<double> nets;
  for (std::size_t j = 0; j < layer.weights.size(); ++j) {
    double sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i)
      sum += layer.weights[j][i] * x[i];
    nets.push_back(sum - layer.thresholds[j]);
  }
  return nets;
}

void require_inputs(const ThresholdNetwork& network, std::size_t given) {
  validate(network);
  const std::size_t expected = network.layers.front().weights.front().size();
  if (given == expected) return;
  throw StateError({.what = "the inputs do not fit the network",
                    .where = "layer 1",
                    .expected = count_of(expected, "input"),
                    .got = std::to_string(given)});
}

}  // namespace

void validate(const ThresholdNetwork& network) {
  if (network.layers.empty()) throw StateError({.what = "a network needs at least one layer"});
  std::size_t inputs = 0;
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    const ThresholdLayer& layer = network.layers[l];
    const std::string where = "layer " + std::to_string(l + 1);
    if (layer.weights.empty() || layer.thresholds.size() != layer.weights.size()) {
      throw StateError({.what = "each unit needs its weights and a threshold",
                        .where = where,
                        .expected = "as many thresholds as units, at least one",
                        .got = count_of(layer.weights.size(), "unit") + ", " +
                               count_of(layer.thresholds.size(), "threshold")});
    }
    if (l == 0) inputs = layer.weights.front().size();
    for (std::size_t j = 0; j < layer.weights.size(); ++j) {
      if (layer.weights[j].size() == inputs && inputs > 0) continue;
      throw StateError({.what = "a unit does not have as many weights as the layer has inputs",
                        .where = where + ", unit " + std::to_string(j + 1),
                        .expected = std::to_string(inputs),
                        .got = std::to_string(layer.weights[j].size())});
    }
    inputs = layer.weights.size();
  }
}

ThresholdRun run_layers(const ThresholdNetwork& network, std::span<const double> x) {
  require_inputs(network, x.size());
  ThresholdRun result;
  for (const ThresholdLayer& layer : network.layers) {
    const std::span<const double> below = result.outputs.empty() ? x : result.outputs.back();
    std::vector<double> nets = nets_of(layer, below), y;
    for (const double net : nets)
      y.push_back(threshold_output(net, network.code, SignOfZero::minus));
    result.nets.push_back(std::move(nets));
    result.outputs.push_back(std::move(y));
  }
  return result;
}

bool says_yes(const ThresholdNetwork& network, std::span<const double> x) {
  return run_layers(network, x).outputs.back().front() == 1;
}

double smooth_output(const ThresholdNetwork& network, double gain, std::span<const double> x) {
  require_inputs(network, x.size());
  if (!(gain > 0)) {
    throw StateError({.what = "the gain of smooth units is a number above 0", .got = format_number(gain)});
  }
  std::vector<double> y(x.begin(), x.end());
  double last = 0;
  for (const ThresholdLayer& layer : network.layers) {
    y = nets_of(layer, y);
    for (double& value : y)
      value = math::logistic(gain * value);
    last = y.front();
    if (network.code == OutputCode::bipolar) {
      for (double& value : y)
        value = 2 * value - 1;
    }
  }
  return last;
}

ThresholdNetwork xor_network(OutputCode code) {
  // With +-1 units two yes sum to 2, and a yes and a no to 0, so the threshold is -1.
  const double out_threshold = code == OutputCode::binary ? -1.5 : -1;
  return {.layers = {{.weights = {{-1, 1}, {1, -1}}, .thresholds = {-0.5, -0.5}},
                     {.weights = {{-1, -1}}, .thresholds = {out_threshold}}},
          .code = code};
}

ThresholdNetwork half_plane_network() {
  return {.layers = {{.weights = {{1, 1}}, .thresholds = {1}}}};
}

ThresholdNetwork triangle_network() {
  return {.layers = {{.weights = {{1, 0}, {0, 1}, {-1, -1}}, .thresholds = {0, 0, -1}},
                     {.weights = {{1, 1, 1}}, .thresholds = {2.5}}}};
}

ThresholdNetwork triangle_or_square_network() {
  return {.layers = {{.weights = {{1, 0}, {0, 1}, {-1, -1}, {1, 0}, {-1, 0}, {0, 1}, {0, -1}},
                      .thresholds = {0, 0, -1, 2, -3, 2, -3}},
                     {.weights = {{1, 1, 1, 0, 0, 0, 0}, {0, 0, 0, 1, 1, 1, 1}}, .thresholds = {2.5, 3.5}},
                     {.weights = {{1, 1}}, .thresholds = {0.5}}}};
}

std::vector<std::vector<bool>> region_map(const ThresholdNetwork& network, GridRange x1_range,
                                          GridRange x2_range, std::size_t columns, std::size_t rows) {
  const auto centre = [](GridRange range, std::size_t i, std::size_t count) {
    return range.from + (range.to - range.from) * (static_cast<double>(i) + 0.5) / static_cast<double>(count);
  };
  std::vector<std::vector<bool>> map(rows, std::vector<bool>(columns));
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < columns; ++c) {
      const double point[] = {centre(x1_range, c, columns), centre(x2_range, rows - 1 - r, rows)};
      map[r][c] = says_yes(network, point);
    }
  }
  return map;
}

std::vector<ConvexityCounterexample> midpoints_outside(const ThresholdNetwork& network,
                                                       std::span<const std::vector<double>> points) {
  std::vector<std::vector<double>> inside;
  for (const std::vector<double>& point : points) {
    if (says_yes(network, point)) inside.push_back(point);
  }
  std::vector<ConvexityCounterexample> found;
  for (std::size_t a = 0; a < inside.size(); ++a) {
    for (std::size_t b = a + 1; b < inside.size(); ++b) {
      std::vector<double> between;
      for (std::size_t i = 0; i < inside[a].size(); ++i)
        between.push_back((inside[a][i] + inside[b][i]) / 2);
      if (!says_yes(network, between)) found.push_back({inside[a], inside[b], std::move(between)});
    }
  }
  return found;
}

}  // namespace chainrule
