// {"layers": [{"kind": "dense", "inputs": 4, ...}, ...]}, in the order of computation.
//
// A layer becomes an object with its kind and the fields that the layer itself lists (for_each_field in its
// header), so a new layer needs no code here.
#include "chainrule/io/layer_json.h"

#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "chainrule/base/names.h"
#include "chainrule/base/text.h"

namespace chainrule {

namespace {

template <typename T>
concept Enumeration = std::is_enum_v<T>;

template <Enumeration E>
JsonTree json_of(E value) {
  return name_of(value);
}
JsonTree json_of(std::size_t size) {
  return size;
}
JsonTree json_of(double number) {
  return number;
}
template <Enumeration E>
JsonTree json_of(const std::vector<E>& values) {
  JsonTree list = JsonTree::empty_list();
  for (const E value : values)
    list.add(name_of(value));
  return list;
}

template <Enumeration E>
void read_field(const JsonValue& json, E& value) {
  value = json.word<E>();
}
void read_field(const JsonValue& json, std::size_t& size) {
  size = json.size();
}
void read_field(const JsonValue& json, double& number) {
  number = json.number();
}
template <Enumeration E>
void read_field(const JsonValue& json, std::vector<E>& values) {
  values.clear();
  for (const JsonValue element : json.elements())
    values.push_back(element.word<E>());
}

JsonTree json_of(const Layer& layer) {
  JsonTree json = JsonTree::empty_object().with("kind", name_of(kind_of(layer)));
  const auto write = [&](std::string_view name, const auto& field) { json.add(name, json_of(field)); };
  std::visit([&](const auto& one) { for_each_field(one, write); }, layer);
  return json;
}

Layer layer_from(const JsonValue& json) {
  Layer layer = make_layer(json.member("kind").word<LayerKind>());
  std::visit(
      [&](auto& one) {
        std::vector<std::string_view> names = {"kind"};
        for_each_field(one, [&](std::string_view name, const auto&) { names.push_back(name); });
        json.require_members(names);
        for_each_field(one,
                       [&](std::string_view name, auto& field) { read_field(json.member(name), field); });
      },
      layer);
  return layer;
}

}  // namespace

JsonTree to_json(const Network& network) {
  const auto& [layers] = network;
  JsonTree list = JsonTree::empty_list();
  for (const Layer& layer : layers)
    list.add(json_of(layer));
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
    for (const ParameterPart& part : layer_parameters(network.layers[i])) {
      const RoleProperties role = properties_of(part.role);
      if (!role.is_matrix || part.rows == 0 || part.columns == 0) continue;
      if (part.columns > left / part.rows) {
        header.refuse("the network has more parameters than the file holds, or the file is cut short",
                      "network.layers[" + std::to_string(i) + "]",
                      "room for " + format_count(part.rows) + " x " + format_count(part.columns) + " " +
                          std::string(role.numbers),
                      count_of(data_size, "byte") + " of tensors", kDamagedFileAdvice);
      }
      left -= part.size();
    }
  }
}

}  // namespace chainrule
