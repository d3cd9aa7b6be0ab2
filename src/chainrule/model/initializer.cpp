#include "chainrule/model/initializer.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "chainrule/base/random.h"
#include "chainrule/tensor/math_functions.h"

namespace chainrule {
namespace {

Initializer chosen_for(Activation activation) {
  switch (properties_of(activation).weight_scale) {
    case WeightScale::glorot:
      return Initializer::glorot_uniform;
    case WeightScale::he:
      return Initializer::he_normal;
    case WeightScale::lecun:
      return Initializer::lecun_normal;
  }
  return Initializer::glorot_uniform;
}

enum class Shape { uniform, normal, constant };

struct Distribution {
  Shape shape;
  double width;  // half width, standard deviation, or the value
};

Distribution distribution_of(Initializer kind, double scale, double inputs, double outputs) {
  switch (kind) {
    case Initializer::glorot_uniform:
      return {Shape::uniform, std::sqrt(6 / (inputs + outputs))};
    case Initializer::glorot_normal:
      return {Shape::normal, std::sqrt(2 / (inputs + outputs))};
    case Initializer::he_uniform:
      return {Shape::uniform, std::sqrt(6 / inputs)};
    case Initializer::he_normal:
      return {Shape::normal, std::sqrt(2 / inputs)};
    case Initializer::lecun_uniform:
      return {Shape::uniform, std::sqrt(3 / inputs)};
    case Initializer::lecun_normal:
      return {Shape::normal, std::sqrt(1 / inputs)};
    case Initializer::small_random:
      return {Shape::uniform, scale};
    case Initializer::automatic:
    case Initializer::constant:
      break;
  }
  return {Shape::constant, scale};
}

double draw(const Distribution& distribution, const RandomKey& key, std::uint64_t index) {
  // Half a unit added: strictly inside (0, 1), where the normal quantile is finite.
  const double u = random_uniform(key, index) + 0x1.0p-54;
  switch (distribution.shape) {
    case Shape::uniform:
      return distribution.width * (2 * u - 1);
    case Shape::normal:
      return distribution.width * math::normal_quantile(u);
    case Shape::constant:
      return distribution.width;
  }
  return 0;
}

}  // namespace

template <typename T>
void initialize_parameters(const Network& network, const InitializerOptions& options,
                           std::span<T> parameters) {
  assert(parameters.size() == parameter_count(network));
  for (const ParameterSegment& segment : parameter_segments(network)) {
    const std::span<T> values = parameters.subspan(segment.offset, segment.size());
    const RandomKey key{.seed = options.seed,
                        .purpose = RandomPurpose::initial_weights,
                        .step = static_cast<std::uint32_t>(segment.layer)};
    if (segment.role == ParameterRole::centre) {
      for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = static_cast<T>(draw({Shape::normal, 1}, key, i));
      continue;
    }
    if (segment.role == ParameterRole::width) {
      const double inputs = static_cast<double>(layer_inputs(network.layers[segment.layer]));
      std::fill(values.begin(), values.end(), static_cast<T>(std::sqrt(inputs)));
      continue;
    }
    const Dense& layer = std::get<Dense>(network.layers[segment.layer]);
    if (segment.role == ParameterRole::bias) {
      std::fill(values.begin(), values.end(), T(0));
    } else if (segment.role == ParameterRole::activation) {
      for (std::size_t j = 0; j < values.size(); ++j) {
        values[j] = static_cast<T>(layer.unit_activations.empty()
                                       ? layer.activation_parameter
                                       : properties_of(layer.unit_activations[j]).default_parameter);
      }
    } else {
      const Initializer kind =
          options.kind == Initializer::automatic ? chosen_for(layer.activation) : options.kind;
      const Distribution distribution = distribution_of(
          kind, options.scale, static_cast<double>(layer.inputs), static_cast<double>(layer.outputs));
      for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = static_cast<T>(draw(distribution, key, i));
    }
  }
}

template void initialize_parameters<float>(const Network&, const InitializerOptions&, std::span<float>);
template void initialize_parameters<double>(const Network&, const InitializerOptions&, std::span<double>);

}  // namespace chainrule
