// Layers are plain descriptions in a closed variant. They own no numbers: those are in the network's
// parameter array.
//
// Each layer has a file of its own, with its equation and its operations: dense.h, dropout.h, rbf.h.
// layer_operations.h lists what every layer offers. The functions here visit the layer that a variant holds.
#pragma once

#include <cstddef>
#include <iterator>
#include <optional>
#include <variant>

#include "chainrule/base/names.h"
#include "chainrule/model/dense.h"
#include "chainrule/model/dropout.h"
#include "chainrule/model/rbf.h"
#include "chainrule/tensor/activation.h"

namespace chainrule {

using Layer = std::variant<Dense, Dropout, Rbf>;

// The alternatives of Layer, in their order.
enum class LayerKind { dense, dropout, rbf };

template <>
struct EnumNames<LayerKind> {
  static constexpr std::string_view kind = "layer kind";
  static constexpr EnumName<LayerKind> table[] = {
      {LayerKind::dense, "dense", "every input is connected to every unit"},
      {LayerKind::dropout, "dropout", "silences random units while training"},
      {LayerKind::rbf, "rbf", "radial basis functions: a unit responds to the distance from its centre"},
  };
};

inline LayerKind kind_of(const Layer& layer) {
  return static_cast<LayerKind>(layer.index());
}
static_assert(std::variant_size_v<Layer> == std::size(EnumNames<LayerKind>::table));

// A layer of this kind with the defaults of its fields, for the caller to fill.
Layer make_layer(LayerKind kind);

std::size_t layer_inputs(const Layer& layer);
std::size_t layer_outputs(const Layer& layer);
ParameterParts layer_parameters(const Layer& layer);
LayerTraits layer_traits(const Layer& layer);
LayerCaption layer_caption(const Layer& layer);
std::optional<Activation> layer_activation(const Layer& layer, std::size_t unit);

}  // namespace chainrule
