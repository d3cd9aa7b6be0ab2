#include "chainrule/model/network.h"

#include <algorithm>
#include <cmath>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"

namespace chainrule {
namespace {

std::string layer_name(std::size_t index) {
  return "layer " + std::to_string(index + 1);
}

void validate_dense(const Dense& layer, std::size_t index, bool is_last) {
  if (layer.inputs == 0 || layer.outputs == 0) {
    throw StateError(
        {.what = "a dense layer needs at least one input and one output",
         .where = layer_name(index),
         .got = std::to_string(layer.inputs) + " inputs, " + std::to_string(layer.outputs) + " outputs"});
  }
  if (!std::isfinite(layer.activation_parameter)) {
    throw StateError(
        {.what = "the parameter of an activation must be a finite number", .where = layer_name(index)});
  }
  if (!layer.unit_activations.empty() && layer.unit_activations.size() != layer.outputs) {
    throw StateError({.what = "one activation a unit is needed",
                      .where = layer_name(index),
                      .expected = count_of(layer.outputs, "activation"),
                      .got = std::to_string(layer.unit_activations.size())});
  }
  const bool uses_softmax = layer.activation == Activation::softmax;
  const bool mixes_softmax =
      std::count(layer.unit_activations.begin(), layer.unit_activations.end(), Activation::softmax) != 0;
  if (mixes_softmax || (uses_softmax && !is_last)) {
    throw StateError({.what = "softmax belongs to the whole output layer",
                      .where = layer_name(index),
                      .advice = "use another activation in hidden layers and in mixed layers"});
  }
}

void validate_rbf(const Rbf& layer, std::size_t index) {
  if (layer.inputs > 0 && layer.units > 0) return;
  throw StateError(
      {.what = "a layer of radial basis functions needs at least one input and one unit",
       .where = layer_name(index),
       .got = std::to_string(layer.inputs) + " inputs, " + std::to_string(layer.units) + " units"});
}

// Sums and products of sizes are calculated without further checks.
void require_countable_parameters(const Network& network) {
  constexpr std::size_t kMost = std::size_t{1} << 48;
  std::size_t left = kMost;
  for (const ParameterSegment& segment : parameter_segments(network)) {
    if (segment.rows != 0 && segment.columns > left / segment.rows) {
      throw StateError({.what = "a network of more parameters than any memory holds",
                        .where = segment.name,
                        .expected = "at most " + format_count(kMost),
                        .got = format_count(segment.rows) + " x " + format_count(segment.columns)});
    }
    left -= segment.rows * segment.columns;
  }
}

}  // namespace

std::size_t Network::inputs() const {
  return layers.empty() ? 0 : layer_inputs(layers.front());
}

std::size_t Network::outputs() const {
  return layers.empty() ? 0 : layer_outputs(layers.back());
}

Activation Network::output_activation() const {
  for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
    if (const auto* dense = std::get_if<Dense>(&*layer)) return dense->activation;
  }
  return Activation::identity;
}

void validate(const Network& network) {
  if (network.layers.empty() || !std::holds_alternative<Dense>(network.layers.back())) {
    throw StateError(
        {.what = "a network ends with a dense layer", .where = layer_name(network.layers.size())});
  }
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const Layer& layer = network.layers[i];
    if (const auto* dense = std::get_if<Dense>(&layer)) {
      validate_dense(*dense, i, i + 1 == network.layers.size());
    } else if (const auto* rbf = std::get_if<Rbf>(&layer)) {
      validate_rbf(*rbf, i);
    } else if (const auto& dropout = std::get<Dropout>(layer);
               dropout.units == 0 || !(dropout.rate >= 0 && dropout.rate < 1)) {
      throw StateError({.what = "a dropout rate must be at least 0 and below 1",
                        .where = layer_name(i),
                        .got = format_number(dropout.rate)});
    }
    if (i > 0 && layer_inputs(layer) != layer_outputs(network.layers[i - 1])) {
      throw StateError({.what = "neighbouring layers do not fit",
                        .where = layer_name(i),
                        .expected = count_of(layer_outputs(network.layers[i - 1]), "input"),
                        .got = std::to_string(layer_inputs(layer)),
                        .advice = "give each layer as many inputs as the one before has outputs"});
    }
  }
  require_countable_parameters(network);
}

std::vector<std::size_t> ParameterSegment::shape() const {
  if (role == ParameterRole::weight || role == ParameterRole::centre) return {rows, columns};
  return {columns};
}

std::vector<ParameterSegment> parameter_segments(const Network& network) {
  std::vector<ParameterSegment> segments;
  std::size_t offset = 0;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const auto add = [&](std::string_view word, ParameterRole role, std::size_t rows, std::size_t columns) {
      segments.push_back({.name = "layers." + std::to_string(i) + "." + std::string(word),
                          .layer = i,
                          .role = role,
                          .offset = offset,
                          .rows = rows,
                          .columns = columns});
      offset += rows * columns;
    };
    if (const auto* rbf = std::get_if<Rbf>(&network.layers[i])) {
      add("centre", ParameterRole::centre, rbf->inputs, rbf->units);
      add("width", ParameterRole::width, 1, rbf->units);
    }
    const auto* dense = std::get_if<Dense>(&network.layers[i]);
    if (dense == nullptr) continue;
    add("weight", ParameterRole::weight, dense->inputs, dense->outputs);
    if (dense->bias == BiasUse::present) add("bias", ParameterRole::bias, 1, dense->outputs);
    if (dense->parameter_use == ParameterUse::learnable) {
      add("activation", ParameterRole::activation, 1, dense->outputs);
    }
  }
  return segments;
}

std::size_t parameter_count(const Network& network) {
  std::size_t count = 0;
  for (const ParameterSegment& segment : parameter_segments(network))
    count += segment.size();
  return count;
}

template <typename T>
void validate_parameters(const Network& network, std::span<const T> parameters) {
  for (const ParameterSegment& segment : parameter_segments(network)) {
    if (segment.role != ParameterRole::width) continue;
    for (std::size_t j = 0; j < segment.size(); ++j) {
      if (!(parameters[segment.offset + j] <= 0)) continue;
      throw StateError({.what = "the width of a radial basis function must be above 0",
                        .where = segment.name + ", unit " + std::to_string(j + 1),
                        .got = format_number(parameters[segment.offset + j])});
    }
  }
}

template void validate_parameters<float>(const Network&, std::span<const float>);
template void validate_parameters<double>(const Network&, std::span<const double>);

Network make_mlp(const MlpOptions& options) {
  if (options.hidden_activations.size() != 1 && options.hidden_activations.size() != options.hidden.size()) {
    throw StateError({.what = "give one activation for all hidden layers or one a hidden layer",
                      .expected = "1 or " + std::to_string(options.hidden.size()),
                      .got = std::to_string(options.hidden_activations.size())});
  }
  if (!(options.dropout >= 0 && options.dropout < 1)) {
    throw StateError(
        {.what = "a dropout rate must be at least 0 and below 1", .got = format_number(options.dropout)});
  }
  Network network;
  std::size_t width = options.inputs;
  for (std::size_t i = 0; i < options.hidden.size(); ++i) {
    const Activation activation = options.hidden_activations[options.hidden_activations.size() == 1 ? 0 : i];
    Dense dense = make_dense(width, options.hidden[i], activation);
    if (activation == Activation::swish) dense.parameter_use = options.swish_beta;
    network.layers.emplace_back(dense);
    width = options.hidden[i];
    if (options.dropout > 0) network.layers.emplace_back(Dropout{.units = width, .rate = options.dropout});
  }
  network.layers.emplace_back(make_dense(width, options.outputs, options.output_activation));
  validate(network);
  return network;
}

Network make_rbf_network(const RbfNetworkOptions& options) {
  Network network{.layers = {Rbf{.inputs = options.inputs, .units = options.units},
                             make_dense(options.units, options.outputs, options.output_activation)}};
  validate(network);
  return network;
}

}  // namespace chainrule
