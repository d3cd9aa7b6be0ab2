// Measures each layer's gradient, judges it, and words the advice (gradient_health.h has the concepts).
//
//   delta_length_l = sqrt(units_l) * rms(delta_l),   delta_ratio_l = delta_length_l / delta_length_last
//   flat           |f'(z)| < max |f'| / 200;  a unit is stuck when it is flat on every row
//
// In order: the limits with the measurements behind them, the verdicts, the notes for one pass, those for a
// training run.
#include "chainrule/train/gradient_health.h"

#include <algorithm>
#include <cmath>

#include "chainrule/base/text.h"
#include "chainrule/model/backward.h"
#include "chainrule/model/forward.h"
#include "chainrule/optim/gradient_clipping.h"
#include "chainrule/tensor/kernels.h"

namespace chainrule {
namespace {

// A delta 10,000 times shorter in the lowest layer: a step of gradient descent that moves the last layer's
// weights by a hundredth moves those of the first by a millionth. Measured on the moons, 16 units per layer:
// logistic networks of up to 10 hidden layers learn, with median ratios over the training from 1 down to
// 1.5e-3; the one with 12 does not: its ratio is 3.7e-8. relu, tanh, elu, gelu and softplus stay between 1
// and 20 for 2 to 20 layers, and single epochs between 0.005 and 240.
constexpr double kVanishing = 1e-4;
constexpr double kExploding = 1e4;
// Relative to the first step's gradient. Healthy training makes gradients shorter in the end; in the networks
// above, batches with a badly fitted row had gradients up to 41 times as long.
constexpr double kExplodedInTime = 1e3;
// Units of narrow, deep relu networks also die by chance: 10 of 16 in one layer of twelve, and the network
// still learned. Learning rates a thousand times too large leave 72 % or more of a layer dead.
constexpr double kStuckShare = 2.0 / 3;
// For hidden layers without relu, whose values are flat half of the time by design.
constexpr double kFlatShare = 0.9;
// Below leaky_relu's slope of 0.01, which is small on purpose. tanh is flat beyond |z| = 3.3, logistic beyond
// 6.7.
constexpr double kFlat = 0.005;
// A note is given after this many epochs without any delta in the first layer: one small batch may happen to
// activate no relu unit.
constexpr std::size_t kSilentEpochs = 10;
// The rows of the batch that are measured each epoch. With the pass at the end, measuring takes 1.9 % of the
// instructions of a short training (the penguins: 103 epochs of 9 steps), and less when epochs have more
// steps.
constexpr std::size_t kDeltaRows = 8;

bool is_hidden(const GradientHealth& health, std::size_t i) {
  return i + 1 < health.layers.size();
}

bool uses(const Network& network, std::size_t layer, Activation activation) {
  for (std::size_t unit = 0; unit < layer_outputs(network.layers[layer]); ++unit) {
    if (layer_activation(network.layers[layer], unit) == activation) return true;
  }
  return false;
}

// The activation that all units share, or nothing.
std::optional<Activation> common_activation(const Layer& layer) {
  const std::optional<Activation> first = layer_activation(layer, 0);
  for (std::size_t unit = 1; unit < layer_outputs(layer); ++unit) {
    if (layer_activation(layer, unit) != first) return std::nullopt;
  }
  return first;
}

bool any_hidden_uses(const Network& network, const GradientHealth& health, Activation activation) {
  for (std::size_t i = 0; is_hidden(health, i); ++i) {
    if (uses(network, health.layers[i].gradient.layer, activation)) return true;
  }
  return false;
}

// "layer 2 (32 relu units)"; "layer 1 (rbf)" where the units have no activation function.
std::string layer_text(const Network& network, const LayerGradient& gradient) {
  const Layer& layer = network.layers[gradient.layer];
  const std::string number = "layer " + std::to_string(gradient.layer + 1);
  if (!layer_activation(layer, 0)) return number + " (" + std::string(name_of(kind_of(layer))) + ")";
  const std::optional<Activation> activation = common_activation(layer);
  const std::string_view word = activation ? name_of(*activation) : std::string_view("mixed");
  return number + " (" + count_of(gradient.units, std::string(word) + " unit") + ")";
}

template <typename T>
double root_mean_square(std::span<const T> values) {
  return std::sqrt(sum_of_squares<T>({}, values) / static_cast<double>(values.size()));
}

template <typename T>
void count_flat(const Compute& compute, const Layer& layer, std::span<const T> parameters,
                const LayerState<T>& state, LayerHealth& health) {
  const Matrix<T> slope = std::visit(
      [&](const auto& one) { return activation_slopes<T>(one, compute, parameters, state); }, layer);
  if (slope.values().empty()) return;
  std::size_t flat = 0;
  for (std::size_t c = 0; c < slope.columns(); ++c) {
    const double limit = kFlat * properties_of(*layer_activation(layer, c)).derivative_maximum;
    std::size_t flat_rows = 0;
    for (std::size_t r = 0; r < slope.rows(); ++r)
      flat_rows += std::abs(static_cast<double>(slope(r, c))) < limit;
    flat += flat_rows;
    health.stuck_units += flat_rows == slope.rows();
  }
  health.flat_share = static_cast<double>(flat) / static_cast<double>(slope.values().size());
}

// More than one unit, all with the same weights, bias and activation.
template <typename T>
bool has_identical_units(const Layer& layer, std::span<const T> parameters) {
  if (layer_outputs(layer) < 2 || !common_activation(layer)) return false;
  bool has_weights = false;
  std::size_t offset = 0;
  for (const ParameterPart& part : layer_parameters(layer)) {
    has_weights = has_weights || part.role == ParameterRole::weight;
    const bool is_compared = part.role == ParameterRole::weight || part.role == ParameterRole::bias;
    for (std::size_t k = 0; is_compared && k < part.rows; ++k) {
      const std::span<const T> row = parameters.subspan(offset + k * part.columns, part.columns);
      if (std::any_of(row.begin(), row.end(), [&](T w) { return w != row.front(); })) return false;
    }
    offset += part.size();
  }
  return has_weights;
}

GradientVerdict judge(const Network& network, const GradientHealth& health, std::size_t i) {
  const LayerHealth& layer = health.layers[i];
  const bool is_relu = uses(network, layer.gradient.layer, Activation::relu);
  const bool is_stuck = layer.flat_share && static_cast<double>(layer.stuck_units) >=
                                                kStuckShare * static_cast<double>(layer.gradient.units);
  if (is_stuck && is_relu) return GradientVerdict::dead;
  // In the output layer flat units only mean confident predictions.
  const bool is_flat = is_stuck || (!is_relu && layer.flat_share.value_or(0) > kFlatShare);
  if (is_flat && is_hidden(health, i)) return GradientVerdict::saturated;
  if (layer.gradient.delta_rms == 0) return GradientVerdict::no_gradient;
  if (!layer.delta_ratio) return GradientVerdict::healthy;
  if (*layer.delta_ratio < kVanishing) return GradientVerdict::vanishing;
  if (*layer.delta_ratio > kExploding) return GradientVerdict::exploding;
  return GradientVerdict::healthy;
}

// The verdicts that follow from the numbers; `identical` was already found in the weights.
void judge_all(const Network& network, GradientHealth& health) {
  for (std::size_t i = 0; i < health.layers.size(); ++i) {
    GradientVerdict& verdict = health.layers[i].verdict;
    if (verdict != GradientVerdict::identical) verdict = judge(network, health, i);
  }
}

std::optional<double> ratio_to_last(const std::vector<LayerGradient>& layers, std::size_t i) {
  const std::optional<double> length = delta_length(layers[i]), last = delta_length(layers.back());
  if (!length || !last || !(*last > 0) || !std::isfinite(*length / *last)) return std::nullopt;
  return *length / *last;
}

template <typename T>
Dataset<T> spread_rows(const Dataset<T>& data, std::size_t rows) {
  const std::size_t count = std::min(rows, data.rows());
  Dataset<T> chosen{.inputs = Matrix<T>(count, data.inputs.columns()),
                    .targets = Matrix<T>(count, data.targets.columns())};
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t row = data.rows() * i / count;
    std::copy_n(data.inputs.row(row), data.inputs.columns(), chosen.inputs.row(i));
    std::copy_n(data.targets.row(row), data.targets.columns(), chosen.targets.row(i));
    if (!data.row_weights.empty()) chosen.row_weights.push_back(data.row_weights[row]);
  }
  return chosen;
}

// "27,000,000", rounded to two digits.
std::string times_text(double times) {
  if (!(times < 1e12)) return format_significant(times, 2);
  return format_count(static_cast<std::uint64_t>(*parse_double(format_significant(times, 2))));
}

Message vanishing_note(const Network& network, const GradientHealth& health, const LayerHealth& layer) {
  const bool is_relu = any_hidden_uses(network, health, Activation::relu);
  return "The gradient vanishes on its way down: in " + layer_text(network, layer.gradient) +
         " the delta is " + times_text(1 / *layer.delta_ratio) +
         " times shorter than in the last layer, so the lower layers hardly learn. Try " +
         (is_relu ? "fewer hidden layers" + where_settable(", or other initial weights (" +
                                                           set_to(Setting::initializer, "he_normal") + ")")
                  : "relu or softplus (" + set_to(Setting::activation, "relu") + "), fewer hidden layers" +
                        where_settable(", or other initial weights (" + named(Setting::initializer) + ")")) +
         ".";
}

// The advice to use smaller initial weights, and what follows it, unless they are automatic already.
Message weights_advice(const UsedRemedies& used, const std::string& then) {
  if (used.has_automatic_weights) return "";
  return where_settable("smaller initial weights (" + set_to(Setting::initializer, "automatic") + ")" + then);
}

Message exploding_note(const Network& network, const LayerHealth& layer, const UsedRemedies& used) {
  return "The gradient explodes on its way down: in " + layer_text(network, layer.gradient) +
         " the delta is " + times_text(*layer.delta_ratio) + " times as long as in the last layer. Try " +
         weights_advice(used, ", or ") + limit_advice(used.clip_norm) + ".";
}

// One note for all layers with this verdict, `words` for each; empty when there is no such layer.
template <typename Words>
Message joined_note(const GradientHealth& health, GradientVerdict verdict, const std::string& first,
                    Words&& words, const Message& last) {
  std::vector<std::string> parts;
  for (const LayerHealth& layer : health.layers) {
    if (layer.verdict == verdict) parts.push_back(words(layer));
  }
  return parts.empty() ? Message() : first + join(parts, "; ") + last;
}

// The median of a layer's ratios over the epochs that have one.
std::optional<double> median_ratio(const History& history, std::size_t i) {
  std::vector<double> ratios;
  for (const EpochReport& epoch : history.epochs) {
    if (i >= epoch.layers.size()) continue;
    if (const std::optional<double> ratio = ratio_to_last(epoch.layers, i)) ratios.push_back(*ratio);
  }
  if (ratios.empty()) return std::nullopt;
  std::nth_element(ratios.begin(), ratios.begin() + static_cast<std::ptrdiff_t>(ratios.size() / 2),
                   ratios.end());
  return ratios[ratios.size() / 2];
}

double total_norm(std::span<const LayerGradient> layers) {
  double sum = 0;
  for (const LayerGradient& layer : layers)
    sum += layer.gradient_norm * layer.gradient_norm;
  return std::sqrt(sum);
}

Message exploded_note(const History& history, const UsedRemedies& used) {
  const auto worst = std::max_element(
      history.epochs.begin(), history.epochs.end(),
      [](const EpochReport& a, const EpochReport& b) { return a.gradient_norm < b.gradient_norm; });
  const double start = total_norm(history.first_step);
  if (worst == history.epochs.end() || !(start > 0) || worst->gradient_norm <= kExplodedInTime * start) {
    return "";
  }
  return "The gradient exploded: in epoch " + std::to_string(worst->epoch) + " it was " +
         times_text(worst->gradient_norm / start) +
         " times as long as in the first step. Try a smaller learning rate (" +
         named(Setting::learning_rate) + "), or " + limit_advice(used.clip_norm) + ".";
}

// Does the output have a gradient, but not the lowest layer?
bool is_cut_off(const GradientHealth& health) {
  return !health.layers.empty() && health.layers.front().gradient.delta_rms == 0 &&
         health.layers.back().gradient.delta_rms > 0;
}

bool is_silent(const EpochReport& epoch) {
  return !epoch.layers.empty() && epoch.layers.front().delta_rms == 0 && epoch.layers.back().delta_rms > 0;
}

// In the last epochs the first layer received no gradient at all, although the outputs were wrong.
Message died_note(const Network& network, const History& history) {
  std::size_t silent = 0;
  while (silent < history.epochs.size() && is_silent(history.epochs[history.epochs.size() - 1 - silent]))
    ++silent;
  if (silent < kSilentEpochs) return "";
  const EpochReport& from = history.epochs[history.epochs.size() - silent];
  return "From epoch " + std::to_string(from.epoch) + " on no gradient at all reached " +
         layer_text(network, from.layers.front()) +
         ": units above it were dead or saturated on every row. Try a smaller learning rate (" +
         named(Setting::learning_rate) + "), or leaky_relu (" + set_to(Setting::activation, "leaky_relu") +
         ").";
}

}  // namespace

std::optional<double> delta_length(const LayerGradient& layer) {
  if (!layer.delta_rms) return std::nullopt;
  return std::sqrt(static_cast<double>(layer.units)) * *layer.delta_rms;
}

template <typename T>
std::vector<LayerGradient> layer_gradients(const Network& network, std::span<const ParameterSegment> segments,
                                           std::span<const T> gradient, const Workspace<T>& workspace) {
  std::vector<LayerGradient> layers;
  for (std::size_t s = 0; s < segments.size();) {
    // The segments of a layer are adjacent.
    const std::size_t layer = segments[s].layer;
    std::size_t size = 0;
    const std::size_t offset = segments[s].offset;
    for (; s < segments.size() && segments[s].layer == layer; ++s)
      size += segments[s].size();
    LayerGradient result{.layer = layer,
                         .units = layer_outputs(network.layers[layer]),
                         .gradient_norm = std::sqrt(sum_of_squares<T>({}, gradient.subspan(offset, size)))};
    const Matrix<T>& d_z = workspace.layers[layer].d_z;
    if (d_z.rows() > 0 && d_z.columns() == result.units) {
      const std::size_t count = std::min(d_z.rows(), kDeltaRows) * d_z.columns();
      result.delta_rms = root_mean_square<T>(d_z.values().first(count));
    }
    layers.push_back(result);
  }
  return layers;
}

void undo_clipping(double gradient_norm, std::span<LayerGradient> layers) {
  const double now = total_norm(layers);
  if (!(now > 0) || gradient_norm <= now * (1 + 1e-6)) return;
  for (LayerGradient& layer : layers)
    layer.gradient_norm *= gradient_norm / now;
}

template <typename T>
GradientHealth measure_gradient_health(const Compute& compute, const Network& network,
                                       std::span<const T> parameters, const LossOptions& loss,
                                       const Dataset<T>& data, std::size_t rows) {
  const Dataset<T> chosen = spread_rows<T>(data, rows);
  const std::vector<ParameterSegment> segments = parameter_segments(network);
  LossOptions joined = loss;
  if (joined.reduction == Reduction::single) joined.reduction = Reduction::mean;
  Workspace<T> workspace;
  LossScratch<T> scratch;
  GradientHealth health{.rows = chosen.rows()};
  const MatrixView<const T> output =
      forward<T>(compute, network, parameters, chosen.inputs.view(), Mode::train, {}, workspace);
  Matrix<T> d_output(chosen.rows(), network.outputs());
  health.loss = evaluate_loss<T>(compute, joined, workspace.layers.back().z.view(), output,
                                 chosen.targets.view(), chosen.row_weights, d_output.view(), scratch);
  AlignedVector<T> gradient(parameters.size());
  backward<T>(compute, network, parameters, chosen.inputs.view(), d_output.view(),
              properties_of(loss.kind).gradient_at, workspace, gradient);

  std::vector<LayerGradient> gradients = layer_gradients<T>(network, segments, gradient, workspace);
  for (LayerGradient& one : gradients) {  // all rows here
    if (one.delta_rms) one.delta_rms = root_mean_square<T>(workspace.layers[one.layer].d_z.values());
  }
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    const std::size_t index = gradients[i].layer;
    const LayerState<T>& state = workspace.layers[index];
    LayerHealth layer{.gradient = gradients[i], .delta_ratio = ratio_to_last(gradients, i)};
    if (state.z.rows() == chosen.rows() && state.z.columns() > 0) {
      layer.z_rms = root_mean_square<T>(state.z.values());
    }
    const auto segment = std::find_if(segments.begin(), segments.end(),
                                      [&](const ParameterSegment& s) { return s.layer == index; });
    const std::span<const T> slice = parameters.subspan(segment->offset);
    count_flat<T>(compute, network.layers[index], slice, state, layer);
    if (i + 1 < gradients.size() && has_identical_units<T>(network.layers[index], slice)) {
      layer.verdict = GradientVerdict::identical;
    }
    health.layers.push_back(layer);
  }
  judge_all(network, health);
  return health;
}

std::vector<Message> gradient_notes(const Network& network, const GradientHealth& health,
                                    const UsedRemedies& used) {
  std::vector<Message> notes;
  const auto add = [&](Message note) {
    if (!note.empty()) notes.push_back(std::move(note));
  };
  const auto name = [&](const LayerHealth& layer) { return layer_text(network, layer.gradient); };
  const std::string rows = count_of(health.rows, "row");
  add(joined_note(health, GradientVerdict::identical, "All units compute the same in ", name,
                  ": they started equal, so their gradients stay equal." +
                      where_settable(" Try random initial weights (" +
                                     set_to(Setting::initializer, "automatic") + ").")));
  add(joined_note(
      health, GradientVerdict::dead,
      "Dead units, whose slope is 0 on each of " + rows + ", no longer learn: ",
      [&](const LayerHealth& layer) { return std::to_string(layer.stuck_units) + " in " + name(layer); },
      ". Try a smaller learning rate (" + named(Setting::learning_rate) + "), leaky_relu (" +
          set_to(Setting::activation, "leaky_relu") + "), or " + limit_advice(used.clip_norm) + "."));
  add(joined_note(
      health, GradientVerdict::saturated, "Saturated units hardly learn: ",
      [&](const LayerHealth& layer) {
        return format_significant(100 * layer.flat_share.value_or(0), 3) + " % of the outputs of " +
               name(layer);
      },
      " lie where the function is nearly flat. Try a smaller learning rate (" +
          named(Setting::learning_rate) + "), " + weights_advice(used, ", ") + "scaled inputs, or relu (" +
          set_to(Setting::activation, "relu") + ")."));
  if (notes.empty() && is_cut_off(health)) {
    add("No gradient at all reaches " + name(health.layers.front()) +
        ": it is lost on the way down. Try relu or leaky_relu (" + named(Setting::activation) +
        "), fewer hidden layers" +
        where_settable(", or other initial weights (" + named(Setting::initializer) + ")") + ".");
  }
  // Of several vanishing or exploding layers only the lowest, the worst, gets a note.
  const auto lowest = [&](GradientVerdict verdict) {
    return std::find_if(health.layers.begin(), health.layers.end(),
                        [&](const LayerHealth& layer) { return layer.verdict == verdict; });
  };
  const auto vanishing = lowest(GradientVerdict::vanishing), exploding = lowest(GradientVerdict::exploding);
  if (vanishing != health.layers.end()) add(vanishing_note(network, health, *vanishing));
  if (exploding != health.layers.end()) add(exploding_note(network, *exploding, used));
  return notes;
}

std::vector<Message> gradient_notes(const Network& network, const History& history, GradientHealth health,
                                    const UsedRemedies& used) {
  for (std::size_t i = 0; i < health.layers.size(); ++i) {
    // Small batches may activate no relu unit of a small network: then the measurement over all rows counts.
    const double ratio = median_ratio(history, i).value_or(0);
    if (ratio > 0) health.layers[i].delta_ratio = ratio;
  }
  judge_all(network, health);
  std::vector<Message> notes = gradient_notes(network, health, used);
  if (Message note = exploded_note(history, used); !note.empty()) notes.push_back(std::move(note));
  if (notes.empty()) {
    if (Message note = died_note(network, history); !note.empty()) notes.push_back(std::move(note));
  }
  return notes;
}

#define CHAINRULE_INSTANTIATE(T)                                                                            \
  template std::vector<LayerGradient> layer_gradients<T>(const Network&, std::span<const ParameterSegment>, \
                                                         std::span<const T>, const Workspace<T>&);          \
  template GradientHealth measure_gradient_health<T>(const Compute&, const Network&, std::span<const T>,    \
                                                     const LossOptions&, const Dataset<T>&, std::size_t);
CHAINRULE_INSTANTIATE(float)
CHAINRULE_INSTANTIATE(double)
#undef CHAINRULE_INSTANTIATE

}  // namespace chainrule
