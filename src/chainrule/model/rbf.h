// A layer of radial basis functions: the value of a unit depends on the distance of x from its centre.
//
//   d_rj   = sum_k (x_rk - c_kj)^2
//   phi_rj = exp(z_rj),  z_rj = -d_rj / (2 s_j^2)
//     x [rows][inputs], c centres [inputs][units], s widths [units], phi [rows][units]
//
// Backward, with delta_rj = dL/dphi_rj phi_rj and g_rj = delta_rj / s_j^2:
//   dL/dc_kj = sum_r g_rj (x_rk - c_kj) = sum_r x_rk g_rj - c_kj sum_r g_rj
//   dL/ds_j  = sum_r delta_rj d_rj / s_j^3 = -2 / s_j sum_r delta_rj z_rj
//   dL/dx_rk = sum_j g_rj (c_kj - x_rk) = sum_j g_rj c_kj - x_rk sum_j g_rj
// Source: Broomhead, Lowe, "Multivariable functional interpolation and adaptive networks", Complex Systems 2,
// 1988.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "chainrule/model/layer_operations.h"
#include "chainrule/tensor/activation.h"

namespace chainrule {

struct Rbf {
  std::size_t inputs = 0;
  std::size_t units = 0;

  bool operator==(const Rbf&) const = default;
};

template <MaybeConst<Rbf> Layer, typename Visit>
void for_each_field(Layer& layer, Visit&& visit) {
  auto& [inputs, units] = layer;
  visit("inputs", inputs);
  visit("units", units);
}

// The layer's slice of the parameter array, or of its gradient.
template <typename T>
struct RbfParameters {
  MatrixView<T> centre;  // [inputs][units]
  std::span<T> width;    // [units]

  std::size_t size() const { return centre.rows * centre.columns + width.size(); }
};

// The parts of an array that begins with the layer's slice.
template <typename T>
RbfParameters<T> rbf_parameters(const Rbf& layer, std::span<T> parameters) {
  const std::size_t coordinates = layer.inputs * layer.units;
  return {.centre = {parameters.data(), layer.inputs, layer.units},
          .width = parameters.subspan(coordinates, layer.units)};
}

// The operations of a layer (layer_operations.h). Its exponential is not an activation that can be chosen: it
// defines the layer.
inline std::size_t inputs_of(const Rbf& layer) {
  return layer.inputs;
}
inline std::size_t outputs_of(const Rbf& layer) {
  return layer.units;
}
ParameterParts parameters_of(const Rbf& layer);
LayerTraits traits_of(const Rbf& layer);
LayerCaption caption_of(const Rbf& layer);
inline std::optional<Activation> activation_of(const Rbf&, std::size_t) {
  return std::nullopt;
}

void validate(const Rbf& layer, LayerPlace place);
// Centres are drawn from the standard normal distribution, as scaled inputs are. Widths are sqrt(inputs),
// close to the distance between two such points, sqrt(2 inputs). Fitting (train/rbf_fitting.h) finds better
// ones.
template <typename T>
void initialize(const Rbf& layer, const InitializerOptions& options, const RandomKey& key,
                std::span<T> parameters);

template <typename T>
void prepare_forward(const Rbf& layer, std::size_t rows, Mode mode, LayerState<T>& state);
// All rows of the batch at once. phi is even in s: the sign of a width does not matter.
template <typename T>
void forward(const Rbf& layer, const LayerPass& pass, std::span<const T> parameters, MatrixView<const T> x,
             LayerState<T>& state);

template <typename T>
void prepare_backward(const Rbf& layer, LayerPlace place, std::size_t rows, LayerState<T>& state);
// All rows of the batch at once: also writes dL/dc and dL/ds to `gradient`. Leaves delta in state.d_z and g
// in state.d_parameter.
template <typename T>
MatrixView<const T> backward(const Rbf& layer, const LayerPass& pass, std::span<const T> parameters,
                             MatrixView<const T> x, OutputGradient<T> d_output, LayerState<T>& state,
                             MatrixView<T> d_x, std::span<T> gradient);
// Does nothing: backward has written the whole gradient.
template <typename T>
void parameter_gradient(const Rbf& layer, const LayerPass& pass, MatrixView<const T> x, GradientAt place,
                        const LayerState<T>& state, std::span<T> gradient);

template <typename T>
MatrixView<const T> predict(const Rbf& layer, const Compute& compute, std::span<const T> parameters,
                            MatrixView<const T> x, ReadAt read_at, LayerState<T>& scratch, MatrixView<T> y);
template <typename T>
Matrix<T> activation_slopes(const Rbf& layer, const Compute& compute, std::span<const T> parameters,
                            const LayerState<T>& state);

}  // namespace chainrule
