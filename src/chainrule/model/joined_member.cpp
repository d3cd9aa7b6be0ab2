// From below, layer by layer: the units of the member are a range, behind those of the members before it. Its
// last layer is found among the sum units, or is the last layer of all.
#include "chainrule/model/joined_member.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <variant>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"

namespace chainrule {
namespace {

[[noreturn]] void refuse(const std::string& what, const std::string& where = {}) {
  throw StateError({.what = "these are not the members of this network: " + what, .where = where});
}

std::string place_of(std::size_t l) {
  return "layer " + std::to_string(l + 1) + " of the members";
}

// Positions from `first` on.
struct Units {
  std::size_t first = 0, count = 0;

  bool has(std::size_t unit) const { return unit >= first && unit - first < count; }
};

// Where the units of all members are.
class JoinedLayout {
 public:
  JoinedLayout(const Network& joined, std::span<const JoinedPart> parts) : parts_(parts) {
    for (const Layer& layer : joined.layers) {
      const auto* const dense = std::get_if<Dense>(&layer);  // the one kind of layer that is joined
      if (dense == nullptr) refuse("a layer is not dense");
      layers_.push_back(dense);
    }
    std::size_t depth = 0;
    for (const JoinedPart& part : parts)
      depth = std::max(depth, part.hidden.size() + 1);
    if (depth != layers_.size())
      refuse("they have " + count_of(depth, "layer") + ", it has " + format_count(layers_.size()));
    for (std::size_t l = 0; l < depth; ++l)
      check_units(l);
  }

  std::size_t depth() const { return layers_.size(); }
  const Dense& layer(std::size_t l) const { return *layers_[l]; }
  std::size_t outputs() const { return layers_.back()->outputs; }
  // Of the hidden units of a member in layer l.
  Units units(std::size_t which, std::size_t l) const {
    Units units{.count = parts_[which].hidden[l]};
    for (std::size_t k = 0; k < which; ++k)
      units.first += l < parts_[k].hidden.size() ? parts_[k].hidden[l] : 0;
    return units;
  }
  // The units that hold the sums over the members that end in layer l or below: the last ones of it.
  Units sums(std::size_t l) const {
    const bool has_sums = l + 1 == depth() || std::ranges::any_of(parts_, [&](const JoinedPart& part) {
                            return part.hidden.size() <= l;
                          });
    return {layer(l).outputs - (has_sums ? outputs() : 0), has_sums ? outputs() : 0};
  }

 private:
  void check_units(std::size_t l) const {
    // No sum of sizes that a file made up may overflow.
    std::size_t left = layer(l).outputs;
    const auto take = [&](std::size_t units) {
      if (units > left) refuse("they have more units", place_of(l));
      left -= units;
    };
    for (const JoinedPart& part : parts_) {
      if (l >= part.hidden.size()) continue;
      if (part.hidden[l] == 0) refuse("one has a layer without units", place_of(l));
      take(part.hidden[l]);
    }
    const bool has_sums = l + 1 == depth() || std::ranges::any_of(parts_, [&](const JoinedPart& part) {
                            return part.hidden.size() <= l;
                          });
    take(has_sums ? outputs() : 0);
    if (left != 0) refuse("they have fewer units", place_of(l));
  }

  std::span<const JoinedPart> parts_;
  std::vector<const Dense*> layers_;
};

// The w with share * w = product. The quotient is at most one unit in the last place from it.
template <typename T>
T divided(T product, T share) {
  const T quotient = product / share;
  constexpr T kInfinity = std::numeric_limits<T>::infinity();
  for (const T w : {quotient, std::nextafter(quotient, -kInfinity), std::nextafter(quotient, kInfinity)})
    if (share * w == product) return w;
  return quotient;
}

// The parameters of each layer.
template <typename T>
std::vector<DenseParameters<const T>> all_parameters(const JoinedLayout& layout,
                                                     std::span<const T> parameters) {
  std::vector<DenseParameters<const T>> all;
  for (std::size_t l = 0; l < layout.depth(); ++l) {
    all.push_back(dense_parameters<const T>(layout.layer(l), parameters));
    parameters = parameters.subspan(all.back().size());
  }
  return all;
}

// The sum units pass on those below, and their biases are the sums of those of the members.
template <typename T>
void check_sums(const JoinedLayout& layout, std::span<const DenseParameters<const T>> all,
                std::span<const JoinedPart> parts) {
  for (std::size_t l = 0; l < layout.depth(); ++l) {
    const Units here = layout.sums(l), below = l == 0 ? Units() : layout.sums(l - 1);
    for (std::size_t i = 0; i < below.count; ++i) {
      for (std::size_t j = 0; j < here.count; ++j)
        if (all[l].w(below.first + i, here.first + j) != (i == j ? T{1} : T{0}))
          refuse("a sum is not passed on as it is", place_of(l));
    }
    const bool has_bias = here.count != 0 && !all[l].b.empty();
    for (std::size_t j = 0; has_bias && j < here.count; ++j) {
      T sum = 0;
      for (const JoinedPart& part : parts)
        if (part.hidden.size() == l && !part.bias.empty())
          sum += static_cast<T>(part.share) * static_cast<T>(part.bias[j]);
      if (sum != all[l].b[here.first + j]) refuse("their biases do not add up to its", place_of(l));
    }
  }
}

// Copies one layer of the member, whose rows of W are `read` and whose columns are `units`.
template <typename T>
void copy_layer(const DenseParameters<const T>& from, std::span<const std::size_t> read, Units units,
                const DenseParameters<T>& to) {
  for (std::size_t j = 0; j < units.count; ++j) {
    for (std::size_t i = 0; i < read.size(); ++i)
      to.w(i, j) = from.w(read[i], units.first + j);
    if (!from.b.empty()) to.b[j] = from.b[units.first + j];
    if (!from.activation.empty()) to.activation[j] = from.activation[units.first + j];
  }
}

// Units of the member must read only those in `read`, and no others may read those. The units of its last
// layer are those of all members; an input may be read by all of them.
template <typename T>
void check_block(const DenseParameters<const T>& from, std::span<const std::size_t> read, Units units,
                 bool is_last, std::size_t l) {
  std::vector<bool> is_own(from.w.rows, false);
  for (const std::size_t i : read)
    is_own[i] = true;
  for (std::size_t i = 0; i < from.w.rows; ++i) {
    for (std::size_t j = 0; j < from.w.columns; ++j) {
      const bool is_between = units.has(j) ? !is_own[i] && !is_last : is_own[i] && l > 0;
      if (is_between && from.w(i, j) != 0) refuse("a weight between two members is not 0", place_of(l));
    }
  }
}

std::vector<std::size_t> positions(Units units) {
  std::vector<std::size_t> all(units.count);
  std::iota(all.begin(), all.end(), units.first);
  return all;
}

// The layer of the member as it was before it was joined: its units alone.
Dense own_layer(const JoinedLayout& layout, const JoinedPart& part, std::size_t l, std::size_t inputs) {
  const bool is_last = l == part.hidden.size();
  Dense layer = is_last ? layout.layer(layout.depth() - 1) : layout.layer(l);
  if (!is_last) layer.unit_activations.clear();
  layer.inputs = inputs;
  layer.outputs = is_last ? layout.outputs() : part.hidden[l];
  return layer;
}

}  // namespace

template <typename T>
JoinedNetwork<T> take_member(const Network& joined, std::span<const T> parameters,
                             std::span<const JoinedPart> parts, std::size_t which) {
  if (parameters.size() != parameter_count(joined)) refuse("it has another number of parameters");
  if (which >= parts.size()) refuse("there is no such member");
  const JoinedLayout layout(joined, parts);
  for (const JoinedPart& part : parts) {
    const std::size_t biases =
        layout.layer(layout.depth() - 1).bias == BiasUse::present ? layout.outputs() : 0;
    if (part.bias.size() != biases) refuse("they have another number of biases");
    const auto is_beyond = [&](std::size_t input) { return input >= joined.inputs(); };
    if (std::ranges::any_of(part.inputs, is_beyond)) refuse("one reads an input that there is not");
  }
  const std::vector<DenseParameters<const T>> all = all_parameters(layout, parameters);
  check_sums<T>(layout, all, parts);

  const JoinedPart& part = parts[which];
  const auto is_linear = [](const JoinedPart& one) { return one.hidden.empty(); };
  if (is_linear(part) && std::ranges::count_if(parts, is_linear) > 1)
    refuse("the weights of those without a hidden layer were added up, and cannot be taken apart");
  const T share = static_cast<T>(part.share);
  if (share == 0 || !std::isfinite(share)) refuse("a share is 0 or not finite");
  std::vector<std::size_t> read(part.inputs.begin(), part.inputs.end());
  if (read.empty()) read = positions({0, joined.inputs()});
  JoinedNetwork<T> member;
  for (std::size_t l = 0; l <= part.hidden.size(); ++l) {
    const bool is_last = l == part.hidden.size();
    const Dense layer = own_layer(layout, part, l, read.size());
    const Units units = is_last ? layout.sums(l) : layout.units(which, l);
    check_block<T>(all[l], read, units, is_last, l);
    const std::size_t offset = member.parameters.size();
    member.network.layers.emplace_back(layer);
    member.parameters.resize(parameter_count(member.network));
    const DenseParameters<T> to = dense_parameters<T>(layer, std::span(member.parameters).subspan(offset));
    copy_layer<T>(all[l], read, units, to);
    if (is_last) {
      for (std::size_t i = 0; i < to.w.rows; ++i)
        for (std::size_t j = 0; j < to.w.columns; ++j)
          to.w(i, j) = divided(to.w(i, j), share);
      for (std::size_t j = 0; j < to.b.size(); ++j)
        to.b[j] = static_cast<T>(part.bias[j]);
    }
    read = positions(units);
  }
  validate(member.network);
  return member;
}

std::vector<std::size_t> hidden_units(const Network& network) {
  std::vector<std::size_t> units;
  for (const Layer& layer : network.layers)
    if (const auto* const dense = std::get_if<Dense>(&layer)) units.push_back(dense->outputs);
  if (!units.empty()) units.pop_back();
  return units;
}

template <typename T>
std::span<const T> output_bias(const Network& network, std::span<const T> parameters) {
  const auto* const last = std::get_if<Dense>(&network.layers.back());  // as in every network
  if (last == nullptr || last->bias == BiasUse::absent) return {};
  const std::size_t before = parameter_count({.layers = {network.layers.begin(), network.layers.end() - 1}});
  return dense_parameters<const T>(*last, parameters.subspan(before)).b;
}

template JoinedNetwork<float> take_member<float>(const Network&, std::span<const float>,
                                                 std::span<const JoinedPart>, std::size_t);
template JoinedNetwork<double> take_member<double>(const Network&, std::span<const double>,
                                                   std::span<const JoinedPart>, std::size_t);
template std::span<const float> output_bias<float>(const Network&, std::span<const float>);
template std::span<const double> output_bias<double>(const Network&, std::span<const double>);

}  // namespace chainrule
