// Which layers prepare the inputs of the networks (model/front_layers.h), and how fast each parameter learns.
//
// One network keeps them as its first layers, where `explain` shows them. Of a mixture's networks only the
// waves or piecewise-linear columns remain, in one layer that all members read; what is linear behind them is
// multiplied into the first layer of each member after its training. Side by side, such layers would have
// members^2 times the weights of one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "chainrule/data/encoder.h"
#include "chainrule/model/front_layers.h"
#include "chainrule/model/piecewise_columns.h"
#include "chainrule/optim/rate_factors.h"
#include "chainrule/session/train_request.h"

namespace chainrule {

// A column of more words is embedded.
inline constexpr std::size_t kMostPlainWords = 9;

// Where the columns are among the features.
struct FrontInputs {
  std::size_t features = 0;
  std::vector<std::size_t> numbers;  // the features of numeric columns
  std::vector<WordInputs> words;     // those of columns with more than kMostPlainWords words
};

FrontInputs front_inputs_of(const Encoder& encoder);

// Throws UsageError for options that have no meaning with the rest of the request.
void refuse_front_misfits(const TrainRequest& request);
// The same once the columns are known: nothing to embed, images, more inputs than a front layer can take.
void refuse_front_misfits(const TrainRequest& request, const Encoder& encoder);

// All layers of one network. knots: of the inputs, for piecewise-linear columns.
FrontLayers front_of_network(const TrainRequest& request, const FrontInputs& inputs,
                             const Knots<double>& knots);
// Those of a member of a mixture that are trained and then multiplied into the layer behind them. columns:
// the piecewise-linear ones that are added to the features.
FrontLayers front_of_member(const TrainRequest& request, const FrontInputs& inputs, std::size_t columns,
                            std::uint64_t seed);

// Whether parameters learn at rates of their own: with layers in front, and with the parametrization ntk.
bool has_rate_factors(const TrainRequest& request);
RateFactors rate_factors_of(const TrainRequest& request, const FrontLayers& front, const Network& network);

// How the layers behind the front start.
InitializerOptions initializer_of(const TrainRequest& request, std::uint64_t seed);

// With the parametrization ntk steps are smaller by sqrt(inputs): the usual rate is this many times that of
// the optimizer, so that a layer of 256 inputs learns at the optimizer's usual rate.
inline constexpr double kRateOfNtk = 16;

// Weights of the front layers of a network with so many features, numbers among them, and added columns: what
// training costs (effort.h).
double front_weights(const TrainRequest& request, std::size_t features, std::size_t numbers,
                     std::size_t added);

}  // namespace chainrule
