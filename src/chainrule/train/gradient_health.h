// Does the gradient reach every layer, and can every unit still learn from it?
//
// On its way down the delta is multiplied, layer by layer, by the weights and by f'(z):
//   delta_l = (W_{l+1} delta_{l+1}) * f'(z_l)
//
//   vanishing   logistic' is at most 1/4 and tanh' is below 1 away from 0: the product shrinks with depth
//   exploding   large weights let it grow
//   dead        a relu unit with z <= 0 on every row has slope 0 there: nothing reaches its weights any more
//   saturated   logistic and tanh units far from 0 have a slope of nearly 0
//   identical   hidden units that start with equal weights get equal gradients and stay equal
//
// Source: Hochreiter 1991 and Bengio, Simard, Frasconi 1994 (vanishing gradients); Glorot, Bengio 2010
// (saturation).
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "chainrule/base/names.h"
#include "chainrule/data/dataset.h"
#include "chainrule/model/batch_loss.h"
#include "chainrule/model/network.h"
#include "chainrule/model/workspace.h"
#include "chainrule/train/history.h"

namespace chainrule {

enum class GradientVerdict { healthy, vanishing, exploding, dead, saturated, identical, no_gradient };

template <>
struct EnumNames<GradientVerdict> {
  static constexpr std::string_view kind = "verdict on a layer's gradient";
  static constexpr EnumName<GradientVerdict> table[] = {
      {GradientVerdict::healthy, "healthy", "the gradient reaches it and its units react"},
      {GradientVerdict::vanishing, "vanishing", "the delta is less than 1/10,000 of the last layer's"},
      {GradientVerdict::exploding, "exploding", "the delta is more than 10,000 times the last layer's"},
      {GradientVerdict::dead, "dead", "two thirds of its units or more have slope 0 on every row"},
      {GradientVerdict::saturated, "saturated", "nearly all its values are where the function is flat"},
      {GradientVerdict::identical, "identical", "all its units compute the same value"},
      {GradientVerdict::no_gradient, "no_gradient", "the delta is exactly 0"},
  };
};

// The numbers of each layer after a backward pass: from `gradient` and from the deltas of the first few rows
// in the workspace. Cheap enough for every epoch.
template <typename T>
std::vector<LayerGradient> layer_gradients(const Network& network, std::span<const ParameterSegment> segments,
                                           std::span<const T> gradient, const Workspace<T>& workspace);

// Scales the layers' norms so that together they give `gradient_norm`, the norm before clipping.
void undo_clipping(double gradient_norm, std::span<LayerGradient> layers);

// The length of a row's delta, sqrt(units) * rms: unlike the rms it does not depend on the width of the layer
// (initialisers keep it, not the rms, equal from layer to layer). Empty when the layer has no delta.
std::optional<double> delta_length(const LayerGradient& layer);

struct LayerHealth {
  LayerGradient gradient;
  std::optional<double> delta_ratio;  // delta_length over the last layer's; empty when that is 0
  std::optional<double> z_rms;
  // A value is flat when |f'(z)| is below 1/200 of the largest possible |f'|; a unit is stuck when it is flat
  // on every row. Empty for softmax and for layers without activation.
  std::optional<double> flat_share;
  std::size_t stuck_units = 0;
  GradientVerdict verdict = GradientVerdict::healthy;
};

struct GradientHealth {
  std::vector<LayerHealth> layers;  // those that have parameters, lowest first
  std::size_t rows = 0;             // measured on
  double loss = 0;
};

// One forward and one backward pass in training mode over at most `rows` rows, evenly spread over `data`
// (files are often sorted by class). Nothing is changed. Throws StateError for threshold units.
template <typename T>
GradientHealth measure_gradient_health(const Compute& compute, const Network& network,
                                       std::span<const T> parameters, const LossOptions& loss,
                                       const Dataset<T>& data, std::size_t rows = 1024);

// Remedies that the training run already used: no note advises them again.
struct UsedRemedies {
  double clip_norm = 0;                // 0: no limit
  bool has_automatic_weights = false;  // the initial weights were chosen by activation
};

// The findings and what to try, a sentence or two each; empty for a healthy network.
std::vector<Message> gradient_notes(const Network& network, const GradientHealth& health,
                                    const UsedRemedies& used = {});
// The same after training: ratios between layers are medians over the epochs, and a gradient that exploded or
// died during training is reported too.
std::vector<Message> gradient_notes(const Network& network, const History& history, GradientHealth health,
                                    const UsedRemedies& used = {});

}  // namespace chainrule
