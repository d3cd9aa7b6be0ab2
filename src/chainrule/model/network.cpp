#include "chainrule/model/network.h"

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"

namespace chainrule {
namespace {

std::string layer_name(std::size_t index) {
  return "layer " + std::to_string(index + 1);
}

// Below this limit sums and products of sizes need no further checks.
void require_countable_parameters(const Network& network) {
  constexpr std::size_t kMost = std::size_t{1} << 48;
  std::size_t left = kMost;
  for (const ParameterSegment& segment : parameter_segments(network)) {
    if (segment.rows != 0 && segment.columns > left / segment.rows) {
      throw StateError({.what = "the network has too many parameters",
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
    // By type: only a dense layer may end a network, and a loss depends on the activation of the whole layer,
    // which activation_of (one unit) does not give.
    if (const auto* dense = std::get_if<Dense>(&*layer)) return dense->activation;
  }
  return Activation::identity;
}

void validate(const Network& network) {
  if (network.layers.empty() || !layer_traits(network.layers.back()).may_end_network) {
    throw StateError(
        {.what = "a network ends with a dense layer", .where = layer_name(network.layers.size())});
  }
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const Layer& layer = network.layers[i];
    const LayerPlace place{.index = i, .is_last = i + 1 == network.layers.size()};
    std::visit([place](const auto& one) { validate(one, place); }, layer);
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

std::vector<ParameterSegment> parameter_segments(const Network& network) {
  std::vector<ParameterSegment> segments;
  std::size_t offset = 0;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    for (const ParameterPart& part : layer_parameters(network.layers[i])) {
      segments.push_back({.name = "layers." + std::to_string(i) + "." + std::string(name_of(part.role)),
                          .layer = i,
                          .role = part.role,
                          .offset = offset,
                          .rows = part.rows,
                          .columns = part.columns});
      offset += part.size();
    }
  }
  return segments;
}

std::size_t parameter_count(const Network& network) {
  std::size_t count = 0;
  for (const Layer& layer : network.layers)
    count += layer_parameters(layer).size();
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
    throw StateError({.what = "give one activation for all hidden layers or one per hidden layer",
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
