#include "chainrule/model/layer.h"

namespace chainrule {

Dense make_dense(std::size_t inputs, std::size_t outputs, Activation activation) {
  const ActivationProperties properties = properties_of(activation);
  return {.inputs = inputs,
          .outputs = outputs,
          .activation = activation,
          .activation_parameter = properties.default_parameter,
          .parameter_use = properties.parameter};
}

std::size_t layer_inputs(const Layer& layer) {
  if (const auto* dense = std::get_if<Dense>(&layer)) return dense->inputs;
  if (const auto* rbf = std::get_if<Rbf>(&layer)) return rbf->inputs;
  return std::get<Dropout>(layer).units;
}

std::size_t layer_outputs(const Layer& layer) {
  if (const auto* dense = std::get_if<Dense>(&layer)) return dense->outputs;
  if (const auto* rbf = std::get_if<Rbf>(&layer)) return rbf->units;
  return std::get<Dropout>(layer).units;
}

}  // namespace chainrule
