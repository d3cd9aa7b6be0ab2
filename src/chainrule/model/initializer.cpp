#include "chainrule/model/initializer.h"

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

template <typename T>
void draw_all(const Distribution& distribution, const RandomKey& key, MatrixView<T> values) {
  assert(values.stride == values.columns);
  for (std::size_t i = 0; i < values.rows * values.columns; ++i)
    values.data[i] = static_cast<T>(draw(distribution, key, i));
}

}  // namespace

template <typename T>
void draw_weights(const InitializerOptions& options, Activation activation, const RandomKey& key,
                  MatrixView<T> w) {
  const Initializer kind = options.kind == Initializer::automatic ? chosen_for(activation) : options.kind;
  const Distribution distribution =
      distribution_of(kind, options.scale, static_cast<double>(w.rows), static_cast<double>(w.columns));
  draw_all<T>(distribution, key, w);
}

template <typename T>
void draw_standard_normal(const RandomKey& key, MatrixView<T> values) {
  draw_all<T>({Shape::normal, 1}, key, values);
}

template <typename T>
void initialize_parameters(const Network& network, const InitializerOptions& options,
                           std::span<T> parameters) {
  assert(parameters.size() == parameter_count(network));
  std::size_t offset = 0;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const RandomKey key{.seed = options.seed,
                        .purpose = RandomPurpose::initial_weights,
                        .step = static_cast<std::uint32_t>(i)};
    const std::size_t size = layer_parameters(network.layers[i]).size();
    std::visit(
        [&](const auto& layer) { initialize<T>(layer, options, key, parameters.subspan(offset, size)); },
        network.layers[i]);
    offset += size;
  }
}

#define CHAINRULE_INSTANTIATE(T)                                                                         \
  template void draw_weights<T>(const InitializerOptions&, Activation, const RandomKey&, MatrixView<T>); \
  template void draw_standard_normal<T>(const RandomKey&, MatrixView<T>);                                \
  template void initialize_parameters<T>(const Network&, const InitializerOptions&, std::span<T>);
CHAINRULE_INSTANTIATE(float)
CHAINRULE_INSTANTIATE(double)
#undef CHAINRULE_INSTANTIATE

}  // namespace chainrule
