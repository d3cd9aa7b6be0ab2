// The layers of the joined network from below: the hidden units of all members that have this layer, then the
// sum units (joined_network.h) of those that end here or further below.
#include "chainrule/model/joined_network.h"

#include <algorithm>
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

using MemberLayers = std::vector<MemberLayer>;

MemberLayers dense_layers(const Network& network) {
  MemberLayers layers;
  std::size_t offset = 0;
  for (const Layer& layer : network.layers) {
    if (const auto* const dense = std::get_if<Dense>(&layer)) {  // the one kind of layer that is joined
      if (!dense->unit_activations.empty()) refuse("the units of a layer have several activations");
      layers.push_back({dense, offset});
    } else if (!std::holds_alternative<Dropout>(layer)) {
      refuse("a layer is neither dense nor dropout");
    }
    offset += parameter_count({.layers = {layer}});
  }
  if (layers.empty()) refuse("one has no layers");
  return layers;
}

// Of all of them: layer l, whose sizes may differ.
void require_one_kind(std::span<const MemberLayers> members, std::size_t l, bool is_last) {
  const auto described = [&](const MemberLayers& member) {
    Dense dense = *(is_last ? member.back() : member[l]).dense;
    dense.inputs = 0;
    if (!is_last) dense.outputs = 0;
    return dense;
  };
  const MemberLayers* first = nullptr;
  for (const MemberLayers& member : members) {
    if (!is_last && l + 1 >= member.size()) continue;
    if (first == nullptr) first = &member;
    if (described(member) != described(*first))
      refuse("layer " + std::to_string(l + 1) + " is not of one kind in all of them");
  }
}

// The joined layer l, without its inputs.
Dense joined_layer(std::span<const MemberLayers> members, std::size_t l, std::size_t depth) {
  const Dense& output = *members.front().back().dense;
  require_one_kind(members, l, l + 1 == depth);
  if (l + 1 == depth) {
    if (output.parameter_use == ParameterUse::learnable) refuse("the activation of the output is learnable");
    return output;
  }
  Dense joined;
  bool has_sums = false;
  std::size_t units = 0;
  for (const MemberLayers& member : members) {
    if (l + 1 >= member.size()) {
      has_sums = true;
      continue;
    }
    if (units == 0) joined = *member[l].dense;
    units += member[l].dense->outputs;
  }
  joined.outputs = units;
  if (!has_sums) return joined;
  const bool has_parameter = joined.parameter_use != ParameterUse::none;
  if (has_parameter || joined.bias == BiasUse::absent)
    refuse("they differ in the number of layers, and their units have parameters or lack a bias");
  joined.unit_activations.assign(units, joined.activation);
  joined.unit_activations.resize(units + output.outputs, Activation::identity);
  joined.outputs += output.outputs;
  return joined;
}

// Adds `share` times a member's layer to the units from `first_unit` on, which read the inputs `read`.
template <typename T>
void add_layer(const Dense& part, std::span<const T> parameters, T share, std::size_t first_unit,
               const auto& read, const DenseParameters<T>& to) {
  const DenseParameters<const T> from = dense_parameters<const T>(part, parameters);
  for (std::size_t i = 0; i < part.inputs; ++i) {
    for (std::size_t j = 0; j < part.outputs; ++j)
      to.w(read(i), first_unit + j) += share * from.w(i, j);
  }
  for (std::size_t j = 0; j < from.b.size(); ++j)
    to.b[first_unit + j] += share * from.b[j];
  for (std::size_t j = 0; j < from.activation.size() && j < to.activation.size(); ++j)
    to.activation[first_unit + j] = from.activation[j];
}

}  // namespace

template <typename T>
JoinedNetwork<T> join_networks(std::size_t inputs, std::span<const JoinedMember<T>> members) {
  if (members.empty()) refuse("there are none");
  std::vector<MemberLayers> layers;
  std::size_t depth = 0;
  for (const JoinedMember<T>& member : members) {
    layers.push_back(dense_layers(*member.network));
    depth = std::max(depth, layers.back().size());
  }
  JoinedNetwork<T> joined;
  std::size_t width = inputs;
  for (std::size_t l = 0; l < depth; ++l) {
    Dense layer = joined_layer(layers, l, depth);
    layer.inputs = width;
    width = layer.outputs;
    joined.network.layers.emplace_back(std::move(layer));
  }
  validate(joined.network);
  joined.parameters.assign(parameter_count(joined.network), T{0});

  const std::size_t outputs = layers.front().back().dense->outputs;
  std::span<T> rest(joined.parameters);
  for (std::size_t l = 0; l < depth; ++l) {
    const Dense& whole = std::get<Dense>(joined.network.layers[l]);
    const DenseParameters<T> to = dense_parameters<T>(whole, rest);
    const std::size_t first_sum = whole.outputs - outputs;
    std::size_t first_input = 0, first_unit = 0;
    for (std::size_t k = 0; k < members.size(); ++k) {
      if (l >= layers[k].size()) continue;
      const bool is_last = l + 1 == layers[k].size();
      const Dense& part = *layers[k][l].dense;
      const auto read = [&](std::size_t i) {
        if (l > 0) return first_input + i;
        return members[k].inputs.empty() ? i : members[k].inputs[i];
      };
      add_layer<T>(part, members[k].parameters.subspan(layers[k][l].offset),
                   is_last ? static_cast<T>(members[k].share) : T{1}, is_last ? first_sum : first_unit, read,
                   to);
      first_input += part.inputs;
      if (!is_last) first_unit += part.outputs;
    }
    const bool has_sums_below =
        l > 0 && std::ranges::any_of(layers, [&](const MemberLayers& member) { return member.size() <= l; });
    for (std::size_t j = 0; has_sums_below && j < outputs; ++j)
      to.w(whole.inputs - outputs + j, first_sum + j) = 1;
    rest = rest.subspan(to.size());
  }
  return joined;
}

template JoinedNetwork<float> join_networks<float>(std::size_t, std::span<const JoinedMember<float>>);
template JoinedNetwork<double> join_networks<double>(std::size_t, std::span<const JoinedMember<double>>);

}  // namespace chainrule
