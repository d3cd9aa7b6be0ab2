// Layers in front of a network that prepare its inputs, built from ordinary dense layers.
//
//   waves        x -> [x_1 ... x_n, cos(2 pi w_ik x_i + b_ik) of each number i, k = 1 ... 16]
//                w ~ N(0, 0.1^2), b uniform in [-pi, pi]
//   embeddings   each number i: [x_i, V_i cos(...) + c_i], 3 values beside the number itself
//                each column of words: its features, one of which is 1, times E: the row of E that belongs to
//                the word, N values. V, c uniform in +-1/4 (+-1 / sqrt(16)); E ~ N(0, 1)
//                other inputs as they are
//   scales       x_i -> s_i x_i, s_i = 1 at first, learned 6 times as fast as the rest
//
// Such a layer is dense with a pattern: units that pass an input on, and blocks. The numbers outside of the
// pattern are fixed (optim/rate_factors.h), so the zeros stay 0 and a number that is passed on keeps its
// factor 1. Everything that works on dense layers works on these.
//
// Source: D. Holzmüller, L. Grinsztajn, I. Steinwart, "Better by default: strong pre-tuned MLPs and
// boosted trees on tabular data", NeurIPS 2024 (RealMLP: scaling layer, PBLD embeddings, embeddings of
// categories with more than nine words, parametrization); Y. Gorishniy, I. Rubachev, A. Babenko, "On
// embeddings for numerical features in tabular deep learning", NeurIPS 2022.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "chainrule/base/names.h"
#include "chainrule/model/network.h"

namespace chainrule {

enum class InputScaling { none, learned };

template <>
struct EnumNames<InputScaling> {
  static constexpr std::string_view kind = "input scaling";
  static constexpr EnumName<InputScaling> table[] = {
      {InputScaling::none, "none", "the inputs as they are encoded"},
      {InputScaling::learned, "learned", "a factor for each input, initially 1, learned with the weights"},
  };
};

enum class NumberEmbedding { none, piecewise, periodic };

template <>
struct EnumNames<NumberEmbedding> {
  static constexpr std::string_view kind = "embedding of numbers";
  static constexpr EnumName<NumberEmbedding> table[] = {
      {NumberEmbedding::none, "none", "a number is one input"},
      {NumberEmbedding::piecewise, "piecewise", "and how far it has come between neighbouring quantiles"},
      {NumberEmbedding::periodic, "periodic", "and learned combinations of cosines of it"},
  };
};

//   standard   z = W x + b, with initial weights by the initializer
//   ntk        z = W x / sqrt(inputs) + b, W ~ N(0, 1): the weights W / sqrt(inputs) of the network learn at
//              1 / sqrt(inputs) times the rate ("neural tangent kernel")
enum class Parametrization { standard, ntk };

template <>
struct EnumNames<Parametrization> {
  static constexpr std::string_view kind = "parametrization";
  static constexpr EnumName<Parametrization> table[] = {
      {Parametrization::standard, "standard", "z = W x + b"},
      {Parametrization::ntk, "ntk", "z = W x / sqrt(inputs) + b, W initially standard normal"},
  };
};

// How often the learning rate of the network is that of a parameter: a range of a layer's own parameters.
struct LayerRate {
  std::size_t offset = 0, size = 0;
  double factor = 1;

  bool operator==(const LayerRate&) const = default;
};

// A layer with its initial numbers. What is outside of `rates`, in ascending order, is fixed.
struct FrontLayer {
  Dense layer;
  std::vector<double> parameters;
  std::vector<LayerRate> rates;
};

// Inputs [first, first + count) of a column of words.
struct WordInputs {
  std::size_t first = 0, count = 0;

  bool operator==(const WordInputs&) const = default;
};

inline constexpr std::size_t kWavesPerNumber = 16;
inline constexpr std::size_t kValuesPerNumber = 3;  // beside the number
inline constexpr double kRateOfScales = 6;

enum class WaveUse { learned, fixed };

// The seeds make the draws; two layers of one network need the same seed only once.
// [inputs] -> [inputs + 16 numbers]. numbers: which inputs, ascending.
FrontLayer wave_layer(std::size_t inputs, std::span<const std::size_t> numbers, WaveUse use,
                      std::uint64_t seed);

// [inputs + 16 numbers] -> the units of the embeddings: the inputs that are not those of a column in `words`,
// then the values of each such column, then 3 for each number. words: ascending. Without numbers no biases.
FrontLayer embedding_layer(std::size_t inputs, std::size_t numbers, std::span<const WordInputs> words,
                           std::size_t values_per_word, std::uint64_t seed);

FrontLayer scale_layer(std::size_t inputs);

// Layers behind one another: the inputs of each are the outputs of the one before.
struct FrontLayers {
  std::vector<FrontLayer> layers;

  std::size_t parameters() const;
};

// The network behind these layers; its first layer is dense and gets their outputs as inputs.
Network with_front(const FrontLayers& front, Network network);

// The rates of all parameters of a network that begins with `front`; ranges of factors other than 0. Empty if
// all of them are 1.
std::vector<LayerRate> rates_of(const FrontLayers& front, const Network& network,
                                Parametrization parametrization);

// Writes the initial numbers of the front layers to the beginning of the array.
template <typename T>
void set_front_parameters(const FrontLayers& front, std::span<T> parameters);

template <typename T>
struct FoldedNetwork {
  Network network;
  AlignedVector<T> parameters;
};

// The same function without the first `count` layers, which are dense with identity units: multiplied into
// the dense layer behind them, in double. (x F + c) W + b = x (F W) + (c W + b)
template <typename T>
FoldedNetwork<T> fold_layers(const Network& network, std::span<const T> parameters, std::size_t count);

}  // namespace chainrule
