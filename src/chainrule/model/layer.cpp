#include "chainrule/model/layer.h"

#include <array>
#include <utility>

namespace chainrule {

Layer make_layer(LayerKind kind) {
  constexpr auto kMakers = []<std::size_t... Index>(std::index_sequence<Index...>) {
    return std::array{+[] { return Layer(std::in_place_index<Index>); }...};
  }
  (std::make_index_sequence<std::variant_size_v<Layer>>());
  return kMakers[static_cast<std::size_t>(kind)]();
}

std::size_t layer_inputs(const Layer& layer) {
  return std::visit([](const auto& one) { return inputs_of(one); }, layer);
}

std::size_t layer_outputs(const Layer& layer) {
  return std::visit([](const auto& one) { return outputs_of(one); }, layer);
}

ParameterParts layer_parameters(const Layer& layer) {
  return std::visit([](const auto& one) { return parameters_of(one); }, layer);
}

LayerTraits layer_traits(const Layer& layer) {
  return std::visit([](const auto& one) { return traits_of(one); }, layer);
}

LayerCaption layer_caption(const Layer& layer) {
  return std::visit([](const auto& one) { return caption_of(one); }, layer);
}

std::optional<Activation> layer_activation(const Layer& layer, std::size_t unit) {
  return std::visit([unit](const auto& one) { return activation_of(one, unit); }, layer);
}

}  // namespace chainrule
