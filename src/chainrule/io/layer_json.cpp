// Every structure is taken apart by a structured binding: a member added to it later does not compile here
// until it is written to files, too.
#include "chainrule/io/layer_json.h"

#include <string>
#include <utility>
#include <variant>

#include "chainrule/base/names.h"
#include "chainrule/base/text.h"

namespace chainrule {

namespace {

JsonTree to_json(const Dense& layer) {
  const auto& [inputs, outputs, activation, activation_parameter, parameter_use, bias, unit_activations] =
      layer;
  JsonTree units = JsonTree::empty_list();
  for (const Activation unit : unit_activations)
    units.add(name_of(unit));
  return JsonTree::empty_object()
      .with("kind", name_of(LayerKind::dense))
      .with("inputs", inputs)
      .with("outputs", outputs)
      .with("activation", name_of(activation))
      .with("activation_parameter", activation_parameter)
      .with("parameter_use", name_of(parameter_use))
      .with("bias", name_of(bias))
      .with("unit_activations", std::move(units));
}

JsonTree to_json(const Dropout& layer) {
  const auto& [units, rate] = layer;
  return JsonTree::empty_object()
      .with("kind", name_of(LayerKind::dropout))
      .with("units", units)
      .with("rate", rate);
}

JsonTree to_json(const Rbf& layer) {
  const auto& [inputs, units] = layer;
  return JsonTree::empty_object()
      .with("kind", name_of(LayerKind::rbf))
      .with("inputs", inputs)
      .with("units", units);
}

Layer layer_from(const JsonValue& value) {
  switch (value.member("kind").word<LayerKind>()) {
    case LayerKind::dense: {
      value.require_members({"kind", "inputs", "outputs", "activation", "activation_parameter",
                             "parameter_use", "bias", "unit_activations"});
      Dense layer;
      layer.inputs = value.member("inputs").size();
      layer.outputs = value.member("outputs").size();
      layer.activation = value.member("activation").word<Activation>();
      layer.activation_parameter = value.member("activation_parameter").number();
      layer.parameter_use = value.member("parameter_use").word<ParameterUse>();
      layer.bias = value.member("bias").word<BiasUse>();
      for (const JsonValue unit : value.member("unit_activations").elements()) {
        layer.unit_activations.push_back(unit.word<Activation>());
      }
      return layer;
    }
    case LayerKind::dropout: {
      value.require_members({"kind", "units", "rate"});
      return Dropout{.units = value.member("units").size(), .rate = value.member("rate").number()};
    }
    case LayerKind::rbf: {
      value.require_members({"kind", "inputs", "units"});
      return Rbf{.inputs = value.member("inputs").size(), .units = value.member("units").size()};
    }
  }
  value.refuse("the model file holds an unknown layer kind", join(names_of_all<LayerKind>(), ", "), "");
}

}  // namespace

JsonTree to_json(const Network& network) {
  const auto& [layers] = network;
  JsonTree list = JsonTree::empty_list();
  for (const Layer& layer : layers)
    list.add(std::visit([](const auto& description) { return to_json(description); }, layer));
  return JsonTree::empty_object().with("layers", std::move(list));
}

Network network_from(const JsonValue& value) {
  value.require_members({"layers"});
  Network network;
  for (const JsonValue layer : value.member("layers").elements())
    network.layers.push_back(layer_from(layer));
  return network;
}

void check_sizes(const Network& network, std::uint64_t data_size, const ContainerHeaderReader& header) {
  std::size_t left = static_cast<std::size_t>(data_size) / sizeof(float);
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    if (std::holds_alternative<Dropout>(network.layers[i])) continue;
    const std::size_t inputs = layer_inputs(network.layers[i]);
    const std::size_t outputs = layer_outputs(network.layers[i]);
    if (inputs == 0 || outputs == 0) continue;
    if (outputs > left / inputs) {
      header.refuse(
          "the network has more parameters than the file holds, or the file is cut short",
          "network.layers[" + std::to_string(i) + "]",
          "room for " + format_count(inputs) + " x " + format_count(outputs) +
              (std::holds_alternative<Rbf>(network.layers[i]) ? " coordinates of centres" : " weights"),
          count_of(data_size, "byte") + " of tensors", kDamagedFileAdvice);
    }
    left -= inputs * outputs;
  }
}

}  // namespace chainrule
