// Each builder fills a dense layer of zeros with its pattern, and lists the parts of it that are learned in
// the order of the parameters: weights row by row, then biases (front_layers.h has the equations).
#include "chainrule/model/front_layers.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>
#include <variant>

#include "chainrule/base/random.h"
#include "chainrule/model/initializer.h"

namespace chainrule {
namespace {

constexpr double kDeviationOfWaves = 0.1;
constexpr double kHalfWidthOfValues = 0.25;  // 1 / sqrt(kWavesPerNumber)

// The series of draws of initial weights that no layer of a network has (initializer.h).
enum class Draws : std::uint32_t { frequencies = 0x8000'0000, phases, values, biases, words };

RandomKey key_of(std::uint64_t seed, Draws draws) {
  return {.seed = seed, .purpose = RandomPurpose::initial_weights, .step = static_cast<std::uint32_t>(draws)};
}

double symmetric_uniform(const RandomKey& key, std::uint64_t index) {
  return 2 * random_uniform(key, index) - 1;
}

Matrix<double> standard_normal(const RandomKey& key, std::size_t rows, std::size_t columns) {
  Matrix<double> values(rows, columns);
  draw_standard_normal<double>(key, values.view());
  return values;
}

FrontLayer empty_layer(std::size_t inputs, std::size_t outputs, BiasUse bias) {
  FrontLayer front;
  front.layer = make_dense(inputs, outputs, Activation::identity);
  front.layer.bias = bias;
  front.parameters.assign(parameter_count({.layers = {front.layer}}), 0.0);
  return front;
}

// Weights [row][first_unit, first_unit + count) are learned.
void learn_weights(FrontLayer& front, std::size_t row, std::size_t first_unit, std::size_t count,
                   double factor = 1) {
  front.rates.push_back({row * front.layer.outputs + first_unit, count, factor});
}

void learn_biases(FrontLayer& front, std::size_t first_unit, std::size_t count) {
  if (count != 0) front.rates.push_back({front.layer.inputs * front.layer.outputs + first_unit, count, 1});
}

DenseParameters<double> numbers_of(FrontLayer& front) {
  return dense_parameters<double>(front.layer, std::span(front.parameters));
}

const Dense& as_dense(const Layer& layer) {
  return std::get<Dense>(layer);
}

}  // namespace

FrontLayer wave_layer(std::size_t inputs, std::span<const std::size_t> numbers, WaveUse use,
                      std::uint64_t seed) {
  const std::size_t waves = kWavesPerNumber * numbers.size();
  FrontLayer front = empty_layer(inputs, inputs + waves, BiasUse::present);
  front.layer.unit_activations.assign(inputs, Activation::identity);
  front.layer.unit_activations.resize(inputs + waves, Activation::cosine);
  const DenseParameters<double> to = numbers_of(front);
  for (std::size_t i = 0; i < inputs; ++i)
    to.w(i, i) = 1;
  const Matrix<double> frequencies =
      standard_normal(key_of(seed, Draws::frequencies), numbers.size(), kWavesPerNumber);
  const RandomKey phases = key_of(seed, Draws::phases);
  for (std::size_t n = 0; n < numbers.size(); ++n) {
    const std::size_t first_unit = inputs + n * kWavesPerNumber;
    for (std::size_t k = 0; k < kWavesPerNumber; ++k) {
      to.w(numbers[n], first_unit + k) = 2 * std::numbers::pi * kDeviationOfWaves * frequencies(n, k);
      to.b[first_unit + k] = std::numbers::pi * symmetric_uniform(phases, n * kWavesPerNumber + k);
    }
    if (use == WaveUse::learned) learn_weights(front, numbers[n], first_unit, kWavesPerNumber);
  }
  if (use == WaveUse::learned) learn_biases(front, inputs, waves);
  return front;
}

FrontLayer embedding_layer(std::size_t inputs, std::size_t numbers, std::span<const WordInputs> words,
                           std::size_t values_per_word, std::uint64_t seed) {
  std::size_t embedded = 0;
  for (const WordInputs& column : words)
    embedded += column.count;
  const std::size_t passed = inputs - embedded;
  const std::size_t first_value = passed + words.size() * values_per_word;
  FrontLayer front = empty_layer(inputs + kWavesPerNumber * numbers, first_value + kValuesPerNumber * numbers,
                                 numbers == 0 ? BiasUse::absent : BiasUse::present);
  const DenseParameters<double> to = numbers_of(front);
  const Matrix<double> of_words = standard_normal(key_of(seed, Draws::words), embedded, values_per_word);
  std::size_t unit = 0, drawn = 0;
  auto column = words.begin();
  for (std::size_t i = 0; i < inputs;) {
    if (column == words.end() || i < column->first) {
      to.w(i++, unit++) = 1;
      continue;
    }
    const std::size_t first = passed + static_cast<std::size_t>(column - words.begin()) * values_per_word;
    for (const std::size_t end = i + column->count; i < end; ++i, ++drawn) {
      for (std::size_t v = 0; v < values_per_word; ++v)
        to.w(i, first + v) = of_words(drawn, v);
      learn_weights(front, i, first, values_per_word);
    }
    ++column;
  }
  const RandomKey values = key_of(seed, Draws::values), biases = key_of(seed, Draws::biases);
  for (std::size_t n = 0; n < numbers; ++n) {
    const std::size_t first = first_value + n * kValuesPerNumber;
    for (std::size_t k = 0; k < kWavesPerNumber; ++k) {
      const std::size_t wave = n * kWavesPerNumber + k;
      for (std::size_t v = 0; v < kValuesPerNumber; ++v)
        to.w(inputs + wave, first + v) =
            kHalfWidthOfValues * symmetric_uniform(values, wave * kValuesPerNumber + v);
      learn_weights(front, inputs + wave, first, kValuesPerNumber);
    }
    for (std::size_t v = 0; v < kValuesPerNumber; ++v)
      to.b[first + v] = kHalfWidthOfValues * symmetric_uniform(biases, n * kValuesPerNumber + v);
  }
  if (numbers != 0) learn_biases(front, first_value, kValuesPerNumber * numbers);
  return front;
}

FrontLayer scale_layer(std::size_t inputs) {
  FrontLayer front = empty_layer(inputs, inputs, BiasUse::absent);
  const DenseParameters<double> to = numbers_of(front);
  for (std::size_t i = 0; i < inputs; ++i) {
    to.w(i, i) = 1;
    learn_weights(front, i, i, 1, kRateOfScales);
  }
  return front;
}

std::size_t FrontLayers::parameters() const {
  std::size_t count = 0;
  for (const FrontLayer& one : layers)
    count += one.parameters.size();
  return count;
}

Network with_front(const FrontLayers& front, Network network) {
  if (front.layers.empty()) return network;
  std::get<Dense>(network.layers.front()).inputs = front.layers.back().layer.outputs;
  std::vector<Layer> layers;
  for (const FrontLayer& one : front.layers)
    layers.emplace_back(one.layer);
  network.layers.insert(network.layers.begin(), layers.begin(), layers.end());
  return network;
}

std::vector<LayerRate> rates_of(const FrontLayers& front, const Network& network,
                                Parametrization parametrization) {
  std::vector<LayerRate> rates;
  if (front.layers.empty() && parametrization == Parametrization::standard) return rates;
  std::size_t offset = 0;
  for (const FrontLayer& one : front.layers) {
    for (const LayerRate& rate : one.rates)
      rates.push_back({offset + rate.offset, rate.size, rate.factor});
    offset += one.parameters.size();
  }
  for (const ParameterSegment& segment : parameter_segments(network)) {
    if (segment.offset < offset) continue;
    const bool is_scaled = parametrization == Parametrization::ntk && segment.role == ParameterRole::weight;
    const double inputs = static_cast<double>(layer_inputs(network.layers[segment.layer]));
    rates.push_back({segment.offset, segment.size(), is_scaled ? 1 / std::sqrt(inputs) : 1});
  }
  return rates;
}

template <typename T>
void set_front_parameters(const FrontLayers& front, std::span<T> parameters) {
  std::size_t at = 0;
  for (const FrontLayer& one : front.layers)
    for (const double value : one.parameters)
      parameters[at++] = static_cast<T>(value);
}

template <typename T>
FoldedNetwork<T> fold_layers(const Network& network, std::span<const T> parameters, std::size_t count) {
  assert(count < network.layers.size());
  std::size_t offset = 0;
  // F and c of the layers so far: x F + c.
  Matrix<double> f(network.inputs(), network.inputs());
  std::vector<double> c(network.inputs(), 0.0);
  for (std::size_t i = 0; i < network.inputs(); ++i)
    f(i, i) = 1;
  FoldedNetwork<T> folded{.network = {.layers = {network.layers.begin() + static_cast<std::ptrdiff_t>(count),
                                                 network.layers.end()}},
                          .parameters = {}};
  for (std::size_t l = 0; l <= count; ++l) {
    const Dense& layer = as_dense(network.layers[l]);
    const DenseParameters<const T> from = dense_parameters<const T>(layer, parameters.subspan(offset));
    offset += from.size();
    Matrix<double> product(network.inputs(), layer.outputs);
    std::vector<double> sum(layer.outputs, 0.0);
    for (std::size_t j = 0; j < from.b.size(); ++j)
      sum[j] = from.b[j];
    for (std::size_t k = 0; k < layer.inputs; ++k) {
      const T* const w = from.w.row(k);
      for (std::size_t j = 0; j < layer.outputs; ++j)
        sum[j] += c[k] * w[j];
      for (std::size_t i = 0; i < network.inputs(); ++i) {
        const double factor = f(i, k);
        if (factor == 0) continue;
        double* const row = product.row(i);
        for (std::size_t j = 0; j < layer.outputs; ++j)
          row[j] += factor * w[j];
      }
    }
    f = std::move(product);
    c = std::move(sum);
  }
  Dense& first = std::get<Dense>(folded.network.layers.front());
  first.inputs = network.inputs();
  const bool has_bias = std::ranges::any_of(c, [](double one) { return one != 0; });
  if (has_bias) first.bias = BiasUse::present;
  folded.parameters.assign(parameter_count(folded.network), T{0});
  const DenseParameters<T> to = dense_parameters<T>(first, folded.parameters);
  std::ranges::transform(f.values(), to.w.data, [](double one) { return static_cast<T>(one); });
  for (std::size_t j = 0; j < to.b.size(); ++j)
    to.b[j] = static_cast<T>(c[j]);
  // Learnable activation parameters of that layer, and the layers behind it.
  const DenseParameters<const T> last = dense_parameters<const T>(
      as_dense(network.layers[count]),
      parameters.subspan(offset - parameter_count({.layers = {network.layers[count]}})));
  std::ranges::copy(last.activation, to.activation.begin());
  std::ranges::copy(parameters.subspan(offset),
                    folded.parameters.begin() + static_cast<std::ptrdiff_t>(to.size()));
  return folded;
}

template void set_front_parameters<float>(const FrontLayers&, std::span<float>);
template void set_front_parameters<double>(const FrontLayers&, std::span<double>);
template FoldedNetwork<float> fold_layers<float>(const Network&, std::span<const float>, std::size_t);
template FoldedNetwork<double> fold_layers<double>(const Network&, std::span<const double>, std::size_t);

}  // namespace chainrule
