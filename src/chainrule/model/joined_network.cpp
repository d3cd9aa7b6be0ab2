#include "chainrule/model/joined_network.h"

#include <string>
#include <variant>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"

namespace chainrule {
namespace {

[[noreturn]] void refuse(const std::string& what) {
  throw StateError({.what = "these networks cannot be joined: " + what});
}

// A dense layer of a member and where its parameters begin.
struct MemberLayer {
  const Dense* dense = nullptr;
  std::size_t offset = 0;
};

std::vector<MemberLayer> dense_layers(const Network& network) {
  std::vector<MemberLayer> layers;
  std::size_t offset = 0;
  for (const Layer& layer : network.layers) {
    if (const auto* const dense = std::get_if<Dense>(&layer)) {  // the one kind of layer that is joined
      layers.push_back({dense, offset});
    } else if (!std::holds_alternative<Dropout>(layer)) {
      refuse("a layer is neither dense nor dropout");
    }
    offset += parameter_count({.layers = {layer}});
  }
  return layers;
}

// The layer of all members, of which only the number of units may differ.
Dense joined_layer(std::span<const std::vector<MemberLayer>> members, std::size_t l, std::size_t inputs,
                   bool is_last) {
  Dense joined = *members.front()[l].dense;
  joined.inputs = inputs;
  if (!joined.unit_activations.empty()) refuse("the units of a layer have several activations");
  for (const std::vector<MemberLayer>& member : members.subspan(1)) {
    Dense layer = *member[l].dense;
    if (!is_last) joined.outputs += layer.outputs;
    layer.inputs = joined.inputs;
    if (!is_last) layer.outputs = joined.outputs;
    if (layer != joined) refuse("layer " + std::to_string(l + 1) + " is not of one kind in all of them");
  }
  if (is_last && joined.parameter_use == ParameterUse::learnable)
    refuse("the activation of the output is learnable");
  return joined;
}

}  // namespace

template <typename T>
JoinedNetwork<T> join_networks(std::size_t inputs, std::span<const JoinedMember<T>> members) {
  if (members.empty()) refuse("there are none");
  std::vector<std::vector<MemberLayer>> layers;
  for (const JoinedMember<T>& member : members) {
    layers.push_back(dense_layers(*member.network));
    if (layers.back().size() != layers.front().size() || layers.back().empty())
      refuse("they differ in the number of layers");
  }
  const std::size_t depth = layers.front().size();
  JoinedNetwork<T> joined;
  std::size_t width = inputs;
  for (std::size_t l = 0; l < depth; ++l) {
    joined.network.layers.emplace_back(joined_layer(layers, l, width, l + 1 == depth));
    width = std::get<Dense>(joined.network.layers.back()).outputs;
  }
  validate(joined.network);
  joined.parameters.assign(parameter_count(joined.network), T{0});

  std::span<T> rest(joined.parameters);
  for (std::size_t l = 0; l < depth; ++l) {
    const Dense& whole = std::get<Dense>(joined.network.layers[l]);
    const DenseParameters<T> to = dense_parameters<T>(whole, rest);
    const bool is_last = l + 1 == depth;
    std::size_t first_input = 0, first_unit = 0;
    for (std::size_t k = 0; k < members.size(); ++k) {
      const Dense& part = *layers[k][l].dense;
      const DenseParameters<const T> from =
          dense_parameters<const T>(part, members[k].parameters.subspan(layers[k][l].offset));
      const T share = is_last ? static_cast<T>(members[k].share) : T{1};
      for (std::size_t i = 0; i < part.inputs; ++i) {
        const std::span<const std::size_t> read = members[k].inputs;
        const std::size_t input = l == 0 ? (read.empty() ? i : read[i]) : first_input + i;
        for (std::size_t j = 0; j < part.outputs; ++j)
          to.w(input, first_unit + j) += share * from.w(i, j);
      }
      for (std::size_t j = 0; j < from.b.size(); ++j)
        to.b[first_unit + j] += share * from.b[j];
      for (std::size_t j = 0; j < from.activation.size(); ++j)
        to.activation[first_unit + j] = from.activation[j];
      first_input += part.inputs;
      if (!is_last) first_unit += part.outputs;
    }
    rest = rest.subspan(to.size());
  }
  return joined;
}

template JoinedNetwork<float> join_networks<float>(std::size_t, std::span<const JoinedMember<float>>);
template JoinedNetwork<double> join_networks<double>(std::size_t, std::span<const JoinedMember<double>>);

}  // namespace chainrule
