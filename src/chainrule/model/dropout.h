// Dropout: silences random units during training.
//
//   training    a = m * x,  d_x = m * d_a,  m = 1 / (1 - rate) with probability 1 - rate, else 0
//   prediction  a = x
//     x, m, a and their gradients [rows][units]
//
// The factor 1 / (1 - rate) keeps the expected activation the same, so prediction needs no correction. A mask
// is a function of (seed, step, layer, row, unit) alone: it does not depend on threads or blocks of rows.
//
// Source: Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", JMLR 15,
// 2014.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "chainrule/model/layer_operations.h"
#include "chainrule/tensor/activation.h"

namespace chainrule {

struct Dropout {
  std::size_t units = 0;
  double rate = 0.5;

  bool operator==(const Dropout&) const = default;
};

template <MaybeConst<Dropout> Layer, typename Visit>
void for_each_field(Layer& layer, Visit&& visit) {
  auto& [units, rate] = layer;
  visit("units", units);
  visit("rate", rate);
}

// The operations of a layer (layer_operations.h). Dropout has no parameters and no activation function.
inline std::size_t inputs_of(const Dropout& layer) {
  return layer.units;
}
inline std::size_t outputs_of(const Dropout& layer) {
  return layer.units;
}
inline ParameterParts parameters_of(const Dropout&) {
  return {};
}
LayerTraits traits_of(const Dropout& layer);
LayerCaption caption_of(const Dropout& layer);
inline std::optional<Activation> activation_of(const Dropout&, std::size_t) {
  return std::nullopt;
}

void validate(const Dropout& layer, LayerPlace place);
template <typename T>
void initialize(const Dropout& layer, const InitializerOptions& options, const RandomKey& key,
                std::span<T> parameters);

template <typename T>
void prepare_forward(const Dropout& layer, std::size_t rows, Mode mode, LayerState<T>& state);
template <typename T>
void forward(const Dropout& layer, const LayerPass& pass, std::span<const T> parameters,
             MatrixView<const T> x, LayerState<T>& state);

template <typename T>
void prepare_backward(const Dropout& layer, LayerPlace place, std::size_t rows, LayerState<T>& state);
// Returns the gradient unchanged when nothing was silenced.
template <typename T>
MatrixView<const T> backward(const Dropout& layer, const LayerPass& pass, std::span<const T> parameters,
                             MatrixView<const T> x, OutputGradient<T> d_output, LayerState<T>& state,
                             MatrixView<T> d_x, std::span<T> gradient);
template <typename T>
void parameter_gradient(const Dropout& layer, const LayerPass& pass, MatrixView<const T> x, GradientAt place,
                        const LayerState<T>& state, std::span<T> gradient);

// Returns x.
template <typename T>
MatrixView<const T> predict(const Dropout& layer, const Compute& compute, std::span<const T> parameters,
                            MatrixView<const T> x, ReadAt read_at, LayerState<T>& scratch, MatrixView<T> y);
template <typename T>
Matrix<T> activation_slopes(const Dropout& layer, const Compute& compute, std::span<const T> parameters,
                            const LayerState<T>& state);

}  // namespace chainrule
