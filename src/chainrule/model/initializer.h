// Initial values of the parameters. Weights are random, near zero and never all equal: equal hidden units
// would get equal gradients and stay equal forever. Biases start at 0. Each layer's `initialize` says which
// of its parameters are drawn and what the others start with.
//
//   glorot_uniform  uniform in +-sqrt(6 / (inputs + outputs))     Glorot, Bengio 2010
//   glorot_normal   normal, variance 2 / (inputs + outputs)
//   he_uniform      uniform in +-sqrt(6 / inputs)                 He et al. 2015
//   he_normal       normal, variance 2 / inputs
//   lecun_uniform   uniform in +-sqrt(3 / inputs)                 LeCun et al. 1998
//   lecun_normal    normal, variance 1 / inputs
//   small_random    uniform in +-scale
//   constant        every weight = scale (for demonstrations)
//   automatic       he_normal for the relu family, lecun_normal for selu, glorot_uniform else, layer by layer
#pragma once

#include <cstdint>
#include <span>

#include "chainrule/base/names.h"
#include "chainrule/base/random.h"
#include "chainrule/model/network.h"
#include "chainrule/tensor/matrix.h"

namespace chainrule {

enum class Initializer {
  automatic,
  glorot_uniform,
  glorot_normal,
  he_uniform,
  he_normal,
  lecun_uniform,
  lecun_normal,
  small_random,
  constant,
};

struct InitializerRow : EnumName<Initializer> {
  bool uses_scale = false;  // InitializerOptions::scale
};

template <>
struct EnumNames<Initializer> {
  static constexpr std::string_view kind = "initializer";
  static constexpr InitializerRow table[] = {
      {{Initializer::automatic, "automatic", "chosen for each layer's activation"}},
      {{Initializer::glorot_uniform, "glorot_uniform", "uniform in +-sqrt(6 / (inputs + outputs))"}},
      {{Initializer::glorot_normal, "glorot_normal", "normal with variance 2 / (inputs + outputs)"}},
      {{Initializer::he_uniform, "he_uniform", "uniform in +-sqrt(6 / inputs)"}},
      {{Initializer::he_normal, "he_normal", "normal with variance 2 / inputs"}},
      {{Initializer::lecun_uniform, "lecun_uniform", "uniform in +-sqrt(3 / inputs)"}},
      {{Initializer::lecun_normal, "lecun_normal", "normal with variance 1 / inputs"}},
      {{Initializer::small_random, "small_random", "uniform in +-scale"}, true},
      {{Initializer::constant, "constant", "every weight equal to scale"}, true},
  };
  static constexpr EnumSynonym synonyms[] = {
      {"auto default", "automatic"},      {"xavier_uniform", "glorot_uniform"},
      {"xavier_normal", "glorot_normal"}, {"kaiming_uniform", "he_uniform"},
      {"kaiming_normal", "he_normal"},    {"random", "small_random"},
  };
  static constexpr EnumHint hints[] = {
      {"xavier glorot", "did you mean \"glorot_uniform\" or \"glorot_normal\"?"},
      {"kaiming he", "did you mean \"he_uniform\" or \"he_normal\"?"},
      {"lecun", "did you mean \"lecun_uniform\" or \"lecun_normal\"?"},
  };
};

static_assert(is_complete_table<Initializer>(std::size_t(Initializer::constant) + 1));
static_assert(has_sound_synonyms<Initializer>());

constexpr bool uses_scale(Initializer initializer) {
  return EnumNames<Initializer>::table[static_cast<std::size_t>(initializer)].uses_scale;
}

struct InitializerOptions {
  Initializer kind = Initializer::automatic;
  double scale = 0.1;  // of the kinds that use it
  std::uint64_t seed = 1;
};

// Fills the whole parameter array. Draw i of (seed, initial_weights, layer) makes weight i of that layer, so
// a layer's values do not depend on those of other layers. To start from given values, copy them into the
// array instead.
template <typename T>
void initialize_parameters(const Network& network, const InitializerOptions& options,
                           std::span<T> parameters);

// The weights that layers draw. w [inputs][outputs] without gaps, row by row: element i is draw i of the key.
// Only the automatic choice depends on the activation.
template <typename T>
void draw_weights(const InitializerOptions& options, Activation activation, const RandomKey& key,
                  MatrixView<T> w);
template <typename T>
void draw_standard_normal(const RandomKey& key, MatrixView<T> values);

}  // namespace chainrule
