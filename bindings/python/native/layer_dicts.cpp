#include "layer_dicts.h"

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <string>
#include <type_traits>
#include <vector>

#include "chainrule/base/error.h"

namespace chainrule::python {
namespace nb = nanobind;
namespace {

template <typename T>
concept Enumeration = std::is_enum_v<T>;

template <Enumeration E>
std::string plain(E value) {
  return std::string(name_of(value));
}
std::size_t plain(std::size_t size) {
  return size;
}
double plain(double number) {
  return number;
}
template <Enumeration E>
std::vector<std::string> plain(const std::vector<E>& values) {
  std::vector<std::string> words;
  for (const E value : values)
    words.push_back(plain(value));
  return words;
}

template <typename V>
V member(const nb::dict& dict, const std::string& name) {
  V value{};
  if (dict.contains(name.c_str()) && nb::try_cast<V>(dict[name.c_str()], value)) return value;
  throw StateError({.what = "this is not the description of a layer",
                    .where = name,
                    .advice = "pass what layer_descriptions returned"});
}

template <typename T>
void read_field(const nb::dict& dict, const std::string& name, T& field) {
  field = member<T>(dict, name);
}
template <Enumeration E>
void read_field(const nb::dict& dict, const std::string& name, E& field) {
  field = parse_name<E>(member<std::string>(dict, name));
}
template <Enumeration E>
void read_field(const nb::dict& dict, const std::string& name, std::vector<E>& field) {
  field.clear();
  for (const std::string& word : member<std::vector<std::string>>(dict, name))
    field.push_back(parse_name<E>(word));
}

// How a summary shows each type of field. A new type of field does not compile until it has a line here.
struct SummaryWriter {
  nb::dict& dict;

  void operator()(std::string_view, std::size_t) const {}  // shown as inputs and outputs
  void operator()(std::string_view name, double number) const { dict[key(name).c_str()] = number; }
  void operator()(std::string_view name, Activation f) const { dict[key(name).c_str()] = plain(f); }
  void operator()(std::string_view name, BiasUse bias) const {
    dict[key(name).c_str()] = bias == BiasUse::present;
  }
  void operator()(std::string_view, ParameterUse) const {}
  void operator()(std::string_view, const std::vector<Activation>&) const {}

  static std::string key(std::string_view name) { return std::string(name); }
};

}  // namespace

nb::dict description_of(const Layer& layer) {
  nb::dict dict;
  dict["kind"] = plain(kind_of(layer));
  const auto write = [&](std::string_view name, const auto& field) {
    dict[std::string(name).c_str()] = plain(field);
  };
  std::visit([&](const auto& one) { for_each_field(one, write); }, layer);
  return dict;
}

Layer layer_of(const nb::dict& description) {
  Layer layer = make_layer(parse_name<LayerKind>(member<std::string>(description, "kind")));
  const auto read = [&](std::string_view name, auto& field) {
    read_field(description, std::string(name), field);
  };
  std::visit([&](auto& one) { for_each_field(one, read); }, layer);
  return layer;
}

nb::dict summary_of(const Layer& layer) {
  nb::dict dict;
  dict["kind"] = plain(kind_of(layer));
  dict["inputs"] = layer_inputs(layer);
  dict["outputs"] = layer_outputs(layer);
  std::visit([&](const auto& one) { for_each_field(one, SummaryWriter{dict}); }, layer);
  return dict;
}

}  // namespace chainrule::python
