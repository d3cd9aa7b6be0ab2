#include "chainrule/session/front_plan.h"

#include <algorithm>
#include <string>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"

namespace chainrule {
namespace {

// A front layer is trained as a whole matrix, with its zeros.
constexpr double kMostWeights = 4e6;

bool is_scaled(const TrainRequest& request) {
  return request.input_scaling == InputScaling::learned;
}

bool has_front(const TrainRequest& request) {
  return is_scaled(request) || request.number_embedding != NumberEmbedding::none ||
         request.word_embedding != 0;
}

[[noreturn]] void refuse(std::string what, Setting setting, std::string got, Message advice) {
  throw UsageError(
      {.what = std::move(what), .setting = setting, .got = std::move(got), .advice = std::move(advice)});
}

Message leave_out(Setting setting) {
  return "leave " + named(setting) + " out";
}

// Those that the request asks for, with their values.
struct Asked {
  Setting setting;
  bool is_asked;
  std::string value;
};

std::vector<Asked> asked_for(const TrainRequest& request) {
  return {
      {Setting::input_scaling, is_scaled(request), std::string(name_of(request.input_scaling))},
      {Setting::parametrization, request.parametrization != Parametrization::standard,
       std::string(name_of(request.parametrization))},
      {Setting::number_embedding, request.number_embedding != NumberEmbedding::none,
       std::string(name_of(request.number_embedding))},
      {Setting::word_embedding, request.word_embedding != 0, format_count(request.word_embedding)},
  };
}

// The linear layers, behind the waves.
FrontLayers linear_layers(const TrainRequest& request, const FrontInputs& inputs, std::size_t features,
                          std::uint64_t seed) {
  FrontLayers front;
  std::size_t width = features;
  const std::size_t numbers =
      request.number_embedding == NumberEmbedding::periodic ? inputs.numbers.size() : 0;
  const bool has_words = request.word_embedding != 0 && !inputs.words.empty();
  if (numbers != 0 || has_words) {
    front.layers.push_back(embedding_layer(
        features, numbers, has_words ? std::span(inputs.words) : std::span<const WordInputs>(),
        request.word_embedding, seed));
    width = front.layers.back().layer.outputs;
  }
  if (is_scaled(request)) front.layers.push_back(scale_layer(width));
  return front;
}

FrontLayer fixed_layer(PiecewiseColumns<double> columns) {
  return {.layer = std::move(columns.layer),
          .parameters = {columns.parameters.begin(), columns.parameters.end()},
          .rates = {}};
}

}  // namespace

FrontInputs front_inputs_of(const Encoder& encoder) {
  FrontInputs inputs;
  for (const ColumnEncoding& column : encoder.inputs) {
    if (column.kind == ColumnKind::numeric)
      inputs.numbers.push_back(inputs.features);
    else if (column.words.size() > kMostPlainWords)
      inputs.words.push_back({inputs.features, column.features()});
    inputs.features += column.features();
  }
  return inputs;
}

void refuse_front_misfits(const TrainRequest& request) {
  for (const auto& [setting, is_asked, value] : asked_for(request)) {
    if (!is_asked) continue;
    if (request.model != ModelType::mlp) {
      refuse("this is for networks of dense layers, trained by descent", setting,
             value + " with the model " + std::string(name_of(request.model)),
             leave_out(setting) + ", or use " + set_to(Setting::model, "mlp"));
    }
    const bool is_linear = setting == Setting::input_scaling || setting == Setting::word_embedding;
    if (is_linear && request.hidden.empty()) {
      refuse("without a hidden layer a network is linear in its inputs, and stays so", setting, value,
             leave_out(setting) + ", or add a hidden layer");
    }
  }
  if (request.parametrization != Parametrization::ntk) return;
  if (properties_of(request.optimizer.kind).needs_all_rows) {
    refuse("the parametrization sets the learning rates of the layers, and the optimizer has none",
           Setting::parametrization, "ntk with the optimizer " + std::string(name_of(request.optimizer.kind)),
           leave_out(Setting::parametrization) + ", or use " + set_to(Setting::optimizer, "adam"));
  }
  if (request.initializer != Initializer::automatic) {
    refuse("the parametrization ntk says how the weights start", Setting::initializer,
           std::string(name_of(request.initializer)), leave_out(Setting::initializer));
  }
}

void refuse_front_misfits(const TrainRequest& request, const Encoder& encoder) {
  if (!has_front(request)) return;
  const FrontInputs inputs = front_inputs_of(encoder);
  if (encoder.image_rows != 0) {
    for (const auto& [setting, is_asked, value] : asked_for(request)) {
      if (is_asked && setting != Setting::parametrization)
        refuse("the pixels of an image are not columns of a table", setting, value, leave_out(setting));
    }
  }
  if (request.number_embedding != NumberEmbedding::none && inputs.numbers.empty()) {
    refuse("no input is a number, so there is none to embed", Setting::number_embedding,
           std::string(name_of(request.number_embedding)), leave_out(Setting::number_embedding));
  }
  if (request.word_embedding != 0 && inputs.words.empty()) {
    refuse("no input column has more than " + format_count(kMostPlainWords) +
               " words, so there is none to embed",
           Setting::word_embedding, format_count(request.word_embedding), leave_out(Setting::word_embedding));
  }
  if (front_weights(request, inputs.features, inputs.numbers.size(), 0) <= kMostWeights) return;
  for (const auto& [setting, is_asked, value] : asked_for(request)) {
    if (!is_asked || setting == Setting::parametrization) continue;
    refuse("the table has too many inputs for a layer in front of the network", setting,
           format_count(inputs.features) + " inputs", leave_out(setting));
  }
}

FrontLayers front_of_network(const TrainRequest& request, const FrontInputs& inputs,
                             const Knots<double>& knots) {
  FrontLayers front;
  std::size_t features = inputs.features;
  if (request.number_embedding == NumberEmbedding::periodic) {
    front.layers.push_back(wave_layer(features, inputs.numbers, WaveUse::learned, request.seed));
  } else if (request.number_embedding == NumberEmbedding::piecewise) {
    front.layers.push_back(fixed_layer(piecewise_columns(knots)));
    features = front.layers.back().layer.outputs;
  }
  for (FrontLayer& layer : linear_layers(request, inputs, features, request.seed).layers)
    front.layers.push_back(std::move(layer));
  return front;
}

FrontLayers front_of_member(const TrainRequest& request, const FrontInputs& inputs, std::size_t columns,
                            std::uint64_t seed) {
  return linear_layers(request, inputs, inputs.features + columns, seed);
}

bool has_rate_factors(const TrainRequest& request) {
  return has_front(request) || request.parametrization != Parametrization::standard;
}

RateFactors rate_factors_of(const TrainRequest& request, const FrontLayers& front, const Network& network) {
  RateFactors factors;
  for (const LayerRate& rate : rates_of(front, network, request.parametrization))
    append_rate_factor(factors, {.range = {rate.offset, rate.size}, .factor = rate.factor});
  return factors;
}

InitializerOptions initializer_of(const TrainRequest& request, std::uint64_t seed) {
  const bool is_ntk = request.parametrization == Parametrization::ntk;
  return {.kind = is_ntk ? Initializer::lecun_normal : request.initializer,
          .scale = request.initializer_scale,
          .seed = seed};
}

double front_weights(const TrainRequest& request, std::size_t features, std::size_t numbers,
                     std::size_t added) {
  const double plain = static_cast<double>(features + added), count = static_cast<double>(numbers);
  double width = plain, weights = 0;
  if (request.number_embedding == NumberEmbedding::periodic) {
    width = plain + static_cast<double>(kValuesPerNumber) * count;
    weights += (plain + static_cast<double>(kWavesPerNumber) * count) * width;
  } else if (request.word_embedding != 0) {
    weights += plain * plain;
  }
  return weights + (is_scaled(request) ? width * width : 0);
}

}  // namespace chainrule
