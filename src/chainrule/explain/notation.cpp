// The names of one quantity in the five documents (the table in notation.h), and the parameter that a name
// denotes.
//
// Each symbol is one function over the notations. Offsets: the documents count units from 1, 002 from 0;
// layers of weights begin with 1, or, where the inputs are layer 1 (000, 001), with 2; 000 gives a weight and
// its delta the number of the sending layer. To find a name, every parameter is written in every notation and
// compared, so no name is parsed.
#include "chainrule/explain/notation.h"

#include <algorithm>
#include <charconv>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"

namespace chainrule {
namespace {

std::string text(std::size_t n) {
  return std::to_string(n);
}
std::string in_parentheses(std::size_t n) {
  return "(" + text(n) + ")";
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
}

// A name reduced to the characters that matter.
std::string plain_name(std::string name) {
  replace_all(name, " of ", "");
  replace_all(name, "omega", "ω");
  replace_all(name, "Layer", "L");
  std::erase_if(name,
                [](char c) { return c == ' ' || c == '_' || c == '^' || c == '{' || c == '}' || c == '\\'; });
  return name;
}

// Every weight and bias, layer by layer, the weights of a unit before its bias.
std::vector<ParameterPlace> all_places(const WorkedNetwork& worked) {
  std::vector<ParameterPlace> places;
  for (std::size_t l = 0; l < worked.layers(); ++l) {
    for (std::size_t to = 0; to < worked.units(l); ++to) {
      for (std::size_t from = 0; from < worked.layer(l).inputs; ++from)
        places.push_back({l, to, from});
      if (worked.layer(l).bias == BiasUse::present) places.push_back({l, to, std::nullopt});
    }
  }
  return places;
}

// "W[0][1][2]": the name in every notation, as in the JSON files.
std::string array_name(const ParameterPlace& place) {
  return (place.from ? "W[" : "b[") + text(place.layer) + "][" + text(place.to) + "]" +
         (place.from ? "[" + text(*place.from) + "]" : "");
}

}  // namespace

Symbols::Symbols(Notation notation, const WorkedNetwork& worked)
    : notation_(notation),
      is_row_code_(notation == Notation::s003 && worked.network.output_activation() == Activation::softmax),
      has_rbf_(worked.has_rbf()) {
  sizes_.push_back(worked.entering());
  for (std::size_t l = 0; l < worked.layers(); ++l)
    sizes_.push_back(worked.units(l));
}

std::size_t Symbols::number_of(std::size_t layer, std::size_t unit) const {
  std::size_t number = unit + 1;
  for (std::size_t l = 0; l < layer; ++l)
    number += sizes_[l + 1];
  return number;
}

// Indices side by side, with a comma if one has two digits.
std::string Symbols::pair(std::size_t first, std::size_t second, std::size_t offset) const {
  first += offset;
  second += offset;
  return text(first) + (first > 9 || second > 9 ? "," : "") + text(second);
}

Formula Symbols::below(std::size_t layer, std::size_t unit) const {
  if (layer > 0) return output(layer - 1, unit);
  return has_rbf_ ? of_rbf("φ", unit) : input(unit);
}

// 002 counts from 0, the others from 1; no document draws radial basis functions.
Formula Symbols::of_rbf(std::string letter, std::size_t unit) const {
  return symbol(std::move(letter), text(unit + (notation_ == Notation::s002 ? 0 : 1)));
}

Formula Symbols::centre(std::size_t unit, std::size_t input) const {
  return symbol("c", pair(unit, input, notation_ == Notation::s002 ? 0 : 1));
}

Formula Symbols::input(std::size_t unit) const {
  if (notation_ == Notation::s002) return symbol("a", pair(0, unit, 0));
  return symbol("x", text(unit + 1));
}

Formula Symbols::net(std::size_t layer, std::size_t unit) const {
  switch (notation_) {
    case Notation::plain:
      return symbol("z", text(unit + 1), in_parentheses(layer + 1));
    case Notation::s000:
      return symbol("net", text(unit + 1), "L" + text(layer + 2));
    case Notation::s001:
      return symbol("z", text(unit + 1), in_parentheses(layer + 2));
    case Notation::s002:
      return symbol("z", pair(layer + 1, unit, 0));
    case Notation::s003:
      if (is_row_code_) return symbol("z", text(layer + 1) + "," + text(unit + 1));
      return symbol("net", text(unit + 1),
                    is_last(layer)  ? "o"
                    : layers() == 2 ? "y"
                                    : in_parentheses(layer + 1));
    case Notation::s004:
      return symbol("z", text(number_of(layer, unit)));
  }
  return {};
}

// The last layer has its own letters in some documents: o, ŷ.
Formula Symbols::output(std::size_t layer, std::size_t unit) const {
  switch (notation_) {
    case Notation::plain:
      return symbol("a", text(unit + 1), in_parentheses(layer + 1));
    case Notation::s000:
      return symbol("o", text(unit + 1), "L" + text(layer + 2));
    case Notation::s001:
      return symbol("a", text(unit + 1), in_parentheses(layer + 2));
    case Notation::s002:
      return is_last(layer) ? symbol("o", text(unit)) : symbol("a", pair(layer + 1, unit, 0));
    case Notation::s003:
      if (is_row_code_)
        return is_last(layer) ? symbol("ŷ", text(unit + 1))
                              : symbol("a", text(layer + 1) + "," + text(unit + 1));
      if (is_last(layer)) return symbol("o", text(unit + 1));
      return symbol("y", text(unit + 1), layers() == 2 ? "" : in_parentheses(layer + 1));
    case Notation::s004:
      return is_last(layer) ? symbol("ŷ", layers() > 0 && sizes_.back() > 1 ? text(unit + 1) : "")
                            : symbol("n", text(number_of(layer, unit)));
  }
  return {};
}

// The single output of document 004 has no index.
Formula Symbols::target(std::size_t unit) const {
  switch (notation_) {
    case Notation::plain:
      return symbol("t", text(unit + 1));
    case Notation::s000:
      return symbol("o", text(unit + 1), "T");
    case Notation::s002:
      return symbol("y", text(unit));
    case Notation::s003:
      return symbol(is_row_code_ ? "y" : "d", text(unit + 1));
    default:
      return symbol("y", notation_ == Notation::s004 && sizes_.back() == 1 ? "" : text(unit + 1));
  }
}

// The indices of 000 and 003 have from before to.
Formula Symbols::weight(std::size_t layer, std::size_t to, std::size_t from) const {
  switch (notation_) {
    case Notation::plain:
      return symbol("w", pair(to, from, 1), in_parentheses(layer + 1));
    case Notation::s000:
      return symbol("ω", pair(from, to, 1), "L" + text(layer + 1));
    case Notation::s001:
      return symbol("w", pair(to, from, 1), in_parentheses(layer + 2));
    case Notation::s002:
      return symbol("w", pair(to, from, 0), text(layer + 1));
    case Notation::s003:
      if (is_row_code_) return symbol("W", text(layer + 1) + "," + pair(from, to, 1));
      if (layers() <= 2) return symbol(is_last(layer) ? "w" : "v", pair(from, to, 1));
      return symbol("w", pair(from, to, 1), in_parentheses(layer + 1));
    case Notation::s004:
      return symbol("w", "(" + (layer == 0 ? "x" + text(from + 1) : text(number_of(layer - 1, from))) + "," +
                             text(number_of(layer, to)) + ")");
  }
  return {};
}

// In 003 a threshold: the weight from the input with the index 0.
Formula Symbols::bias(std::size_t layer, std::size_t unit) const {
  switch (notation_) {
    case Notation::plain:
      return symbol("b", text(unit + 1), in_parentheses(layer + 1));
    case Notation::s000:
      return symbol("b", text(unit + 1), "L" + text(layer + 2));
    case Notation::s001:
      return symbol("b", text(unit + 1), in_parentheses(layer + 2));
    case Notation::s002:
      return symbol("b", pair(layer + 1, unit, 0));
    case Notation::s003:
      if (is_row_code_) return symbol("b", text(layer + 1) + "," + text(unit + 1));
      if (layers() <= 2) return symbol(is_last(layer) ? "w" : "v", "0" + text(unit + 1));
      return symbol("w", "0" + text(unit + 1), in_parentheses(layer + 1));
    case Notation::s004:
      return symbol("b", text(number_of(layer, unit)));
  }
  return {};
}

// 002 has no letter: ∂C/∂z.
Formula Symbols::delta(std::size_t layer, std::size_t unit) const {
  switch (notation_) {
    case Notation::plain:
      return symbol("δ", text(unit + 1), in_parentheses(layer + 1));
    case Notation::s000:
      return symbol("δ", "·" + text(unit + 1), "L" + text(layer + 1));
    case Notation::s001:
      return symbol("δ", text(unit + 1), in_parentheses(layer + 2));
    case Notation::s002:
      return partial(loss(), net(layer, unit));
    case Notation::s003:
      if (is_row_code_) return symbol("δ", text(layer + 2) + "," + text(unit + 1));
      return symbol("δ", text(unit + 1),
                    is_last(layer)  ? "o"
                    : layers() == 2 ? "y"
                                    : in_parentheses(layer + 1));
    case Notation::s004:
      return symbol("δ", text(number_of(layer, unit)), in_parentheses(layer + 1));
  }
  return {};
}

Formula Symbols::loss() const {
  switch (notation_) {
    case Notation::s000:
      return symbol("E", "Total");
    case Notation::s002:
      return symbol("C");
    case Notation::s004:
      return symbol("L");
    case Notation::s003:
      return symbol(is_row_code_ ? "L" : "E");
    default:
      return symbol("E");
  }
}

// Only 001 and 002 have a separate letter for the loss of all samples.
Formula Symbols::total() const {
  switch (notation_) {
    case Notation::s001:
      return symbol("E", "total");
    case Notation::s002:
      return symbol("L");
    default:
      return loss();
  }
}

Formula Symbols::rate() const {
  return symbol(notation_ == Notation::s001 ? "μ" : "η");
}

Formula Symbols::weight_matrix(std::size_t layer) const {
  switch (notation_) {
    case Notation::s000:
      return symbol("ω", "", "L" + text(layer + 1));
    case Notation::s001:
      return symbol("W", "", in_parentheses(layer + 2));
    case Notation::s002:
      return symbol("w", "", text(layer + 1));
    case Notation::s003:
      if (is_row_code_) return symbol("W", text(layer + 1));
      return layers() <= 2 ? symbol(is_last(layer) ? "W" : "V") : symbol("W", "", in_parentheses(layer + 1));
    default:
      return symbol("W", "", in_parentheses(layer + 1));
  }
}

Formula Symbols::bias_vector(std::size_t layer) const {
  switch (notation_) {
    case Notation::s000:
      return symbol("b", "", "L" + text(layer + 2));
    case Notation::s001:
      return symbol("b", "", in_parentheses(layer + 2));
    case Notation::s002:
      return symbol("b", text(layer + 1));
    case Notation::s003:
      return is_row_code_ ? symbol("b", text(layer + 1)) : symbol("T", is_last(layer) ? "o" : "y");
    default:
      return symbol("b", "", in_parentheses(layer + 1));
  }
}

Formula Symbols::updated(Formula parameter) const {
  if (notation_ == Notation::s000) {
    parameter.has_hat = true;
  } else {
    parameter.above += parameter.above.empty() ? "new" : " new";
  }
  return parameter;
}

Formula Symbols::of(const ParameterPlace& place) const {
  return place.from ? weight(place.layer, place.to, *place.from) : bias(place.layer, place.to);
}

// First the array name, then the given notation, then any other notation if it alone has the name.
ParameterPlace find_parameter(const std::string& name, const WorkedNetwork& worked, OtherNotations others,
                              Notation& notation) {
  const std::string wanted = plain_name(name);
  const std::vector<ParameterPlace> places = all_places(worked);
  for (const ParameterPlace& place : places) {
    if (array_name(place) == wanted) return place;
  }
  const auto find_in = [&](Notation candidate) -> std::optional<ParameterPlace> {
    const Symbols symbols(candidate, worked);
    for (const ParameterPlace& place : places) {
      if (plain_name(formula_text(symbols.of(place))) == wanted) return place;
    }
    return std::nullopt;
  };
  if (const std::optional<ParameterPlace> place = find_in(notation)) return *place;
  std::vector<Notation> knowing;
  for (const EnumName<Notation>& entry : enum_table<Notation>()) {
    if (others == OtherNotations::tried && find_in(entry.value)) knowing.push_back(entry.value);
  }
  if (knowing.size() == 1) {
    notation = knowing.front();
    return *find_in(notation);
  }
  const Symbols symbols(notation, worked);
  const std::string examples = quoted(formula_text(symbols.of(places.front()))) + " or " +
                               quoted(formula_text(symbols.of(places.back()))) + ", or " +
                               quoted(array_name(places.front())) + " (layer, to, from; all from 0)";
  std::string several;
  for (const Notation one : knowing)
    several += (several.empty() ? "" : " and ") + std::string(name_of(one));
  throw UsageError(
      {.what = knowing.empty() ? "the network has no such parameter"
                               : "more than one notation has a parameter of this name: " + several,
       .setting = Setting::parameter,
       .expected = "a name in notation " + std::string(name_of(notation)) + ", such as " + examples,
       .got = quoted(name),
       .advice = knowing.empty()
                     ? "W[layer][to][from] and b[layer][unit] name every parameter in any notation"
                     : "say which with " + named(Setting::notation)});
}

}  // namespace chainrule
