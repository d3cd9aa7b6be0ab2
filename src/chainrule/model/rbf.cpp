#include "chainrule/model/rbf.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <string>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/model/initializer.h"
#include "chainrule/tensor/activation_kernels.h"
#include "chainrule/tensor/copy_rows.h"
#include "chainrule/tensor/kernels.h"

namespace chainrule {

ParameterParts parameters_of(const Rbf& layer) {
  ParameterParts parts;
  parts.add_matrix(ParameterRole::centre, layer.inputs, layer.units);
  parts.add_vector(ParameterRole::width, layer.units);
  return parts;
}

LayerTraits traits_of(const Rbf& layer) {
  return {.takes_row_blocks = false, .multiply_adds = layer.inputs * layer.units};
}

LayerCaption caption_of(const Rbf& layer) {
  return {.kind = "rbf",
          .activation = "gaussian",
          .chain = "rbf " + std::to_string(layer.units),
          .sentence = "layer of " + count_of(layer.units, "radial basis function"),
          .title = "rbf " + format_count(layer.units),
          .detail = "gaussian"};
}

void validate(const Rbf& layer, LayerPlace place) {
  if (layer.inputs > 0 && layer.units > 0) return;
  throw StateError(
      {.what = "a layer of radial basis functions needs at least one input and one unit",
       .where = "layer " + std::to_string(place.index + 1),
       .got = std::to_string(layer.inputs) + " inputs, " + std::to_string(layer.units) + " units"});
}

template <typename T>
void initialize(const Rbf& layer, const InitializerOptions&, const RandomKey& key, std::span<T> parameters) {
  const RbfParameters<T> slice = rbf_parameters<T>(layer, parameters);
  draw_standard_normal<T>(key, slice.centre);
  std::fill(slice.width.begin(), slice.width.end(),
            static_cast<T>(std::sqrt(static_cast<double>(layer.inputs))));
}

// --- forward -----------------------------------------------------------------------------------------------

template <typename T>
void prepare_forward(const Rbf& layer, std::size_t rows, Mode, LayerState<T>& state) {
  state.a.resize(rows, layer.units);
  state.z.resize(rows, layer.units);
  state.unit_factors.resize(layer.units);
}

template <typename T>
void forward(const Rbf& layer, const LayerPass& pass, std::span<const T> parameters, MatrixView<const T> x,
             LayerState<T>& state) {
  assert(pass.rows.count == state.a.rows());
  const auto [centre, width] = rbf_parameters<const T>(layer, parameters);
  squared_distances<T>(pass.compute, x, centre, state.z.view());
  for (std::size_t j = 0; j < layer.units; ++j)
    state.unit_factors[j] = T(-0.5) / (width[j] * width[j]);
  for (std::size_t r = 0; r < x.rows; ++r) {
    T* z = state.z.row(r);
    for (std::size_t j = 0; j < layer.units; ++j)
      z[j] *= state.unit_factors[j];
  }
  exponential<T>(pass.compute, state.z.values(), state.a.values());
}

template <typename T>
MatrixView<const T> predict(const Rbf& layer, const Compute& compute, std::span<const T> parameters,
                            MatrixView<const T> x, ReadAt, LayerState<T>& scratch, MatrixView<T> y) {
  prepare_forward<T>(layer, x.rows, Mode::predict, scratch);
  forward<T>(layer, {.compute = compute, .rows = {0, x.rows}}, parameters, x, scratch);
  copy_rows<T>(scratch.a.view(), y);
  return y;
}

// --- backward ----------------------------------------------------------------------------------------------

namespace {

// sum + a b, rounded once; twice on the plain path (docs/numerics.md, rule 7).
template <typename T>
T multiply_add(const Compute& compute, T a, T b, T sum) {
  return compute.path == KernelPath::plain ? sum + a * b : std::fma(a, b, sum);
}

// dL/dx = g c^T - x * (sum of g over the units)
template <typename T>
void rbf_input_gradient(const Compute& compute, MatrixView<const T> g, MatrixView<const T> centre,
                        MatrixView<const T> x, MatrixView<T> d_x) {
  multiply_transposed<T>(compute, g, centre, d_x);
  for (std::size_t r = 0; r < x.rows; ++r) {
    T sum = 0;
    for (std::size_t j = 0; j < g.columns; ++j)
      sum += g(r, j);
    for (std::size_t k = 0; k < x.columns; ++k)
      d_x(r, k) = multiply_add<T>(compute, -x(r, k), sum, d_x(r, k));
  }
}

}  // namespace

template <typename T>
void prepare_backward(const Rbf& layer, LayerPlace, std::size_t rows, LayerState<T>& state) {
  state.d_z.resize(rows, layer.units);
  state.d_parameter.resize(rows, layer.units);
}

template <typename T>
MatrixView<const T> backward(const Rbf& layer, const LayerPass& pass, std::span<const T> parameters,
                             MatrixView<const T> x, OutputGradient<T> d_output, LayerState<T>& state,
                             MatrixView<T> d_x, std::span<T> gradient) {
  assert(pass.rows.count == state.a.rows() && d_output.at == GradientAt::output);
  const Compute& compute = pass.compute;
  const std::size_t units = layer.units;
  const auto [centre, width] = rbf_parameters<const T>(layer, parameters);
  const auto [d_centre, d_width] = rbf_parameters<T>(layer, gradient);

  // dL/ds: delta z summed over the batch.
  for (std::size_t r = 0; r < x.rows; ++r) {
    for (std::size_t j = 0; j < units; ++j) {
      state.d_z(r, j) = d_output.values(r, j) * state.a(r, j);
      state.d_parameter(r, j) = state.d_z(r, j) * state.z(r, j);
    }
  }
  column_sums<T>(compute, state.d_parameter.view(), d_width);
  for (std::size_t j = 0; j < units; ++j)
    d_width[j] *= T(-2) / width[j];

  // g = delta / s^2, and its sums over the batch.
  for (std::size_t j = 0; j < units; ++j)
    state.unit_factors[j] = 1 / (width[j] * width[j]);
  for (std::size_t r = 0; r < x.rows; ++r) {
    for (std::size_t j = 0; j < units; ++j)
      state.d_parameter(r, j) = state.d_z(r, j) * state.unit_factors[j];
  }
  const MatrixView<const T> g = state.d_parameter.view();
  outer_product_sum<T>(compute, x, g, d_centre);
  column_sums<T>(compute, g, state.unit_factors);
  for (std::size_t k = 0; k < layer.inputs; ++k) {
    for (std::size_t j = 0; j < units; ++j)
      d_centre(k, j) = multiply_add<T>(compute, -centre(k, j), state.unit_factors[j], d_centre(k, j));
  }

  if (pass.below() == LayerBelow::present) rbf_input_gradient<T>(compute, g, centre, x, d_x);
  return d_x;
}

template <typename T>
void parameter_gradient(const Rbf&, const LayerPass&, MatrixView<const T>, GradientAt, const LayerState<T>&,
                        std::span<T>) {}

template <typename T>
Matrix<T> activation_slopes(const Rbf&, const Compute&, std::span<const T>, const LayerState<T>&) {
  return {};
}

CHAINRULE_LAYER_OPERATIONS(Rbf, float)
CHAINRULE_LAYER_OPERATIONS(Rbf, double)

}  // namespace chainrule
