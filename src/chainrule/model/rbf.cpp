#include "chainrule/model/rbf.h"

#include <cmath>

#include "chainrule/tensor/activation_kernels.h"
#include "chainrule/tensor/kernels.h"

namespace chainrule {
namespace {

// sum + a b: rounded once, on the plain path twice (docs/numerics.md, rule 7).
template <typename T>
T multiply_add(const Compute& compute, T a, T b, T sum) {
  return compute.path == KernelPath::plain ? sum + a * b : std::fma(a, b, sum);
}

}  // namespace

template <typename T>
void forward_rbf(const Compute& compute, const Rbf& layer, const RbfParameters<const T>& parameters,
                 MatrixView<const T> x, LayerState<T>& state) {
  state.z.resize(x.rows, layer.units);
  state.a.resize(x.rows, layer.units);
  state.unit_factors.resize(layer.units);
  squared_distances<T>(compute, x, parameters.centre, state.z.view());
  for (std::size_t j = 0; j < layer.units; ++j)
    state.unit_factors[j] = T(-0.5) / (parameters.width[j] * parameters.width[j]);
  for (std::size_t r = 0; r < x.rows; ++r) {
    T* z = state.z.row(r);
    for (std::size_t j = 0; j < layer.units; ++j)
      z[j] *= state.unit_factors[j];
  }
  exponential<T>(compute, state.z.values(), state.a.values());
}

template <typename T>
void backward_rbf(const Compute& compute, const Rbf& layer, const RbfParameters<const T>& parameters,
                  MatrixView<const T> x, MatrixView<const T> d_a, LayerState<T>& state,
                  const RbfParameters<T>& gradient) {
  const std::size_t units = layer.units;
  state.d_z.resize(x.rows, units);
  state.d_parameter.resize(x.rows, units);

  // dL/ds: delta z summed over the batch.
  for (std::size_t r = 0; r < x.rows; ++r) {
    for (std::size_t j = 0; j < units; ++j) {
      state.d_z(r, j) = d_a(r, j) * state.a(r, j);
      state.d_parameter(r, j) = state.d_z(r, j) * state.z(r, j);
    }
  }
  column_sums<T>(compute, state.d_parameter.view(), gradient.width);
  for (std::size_t j = 0; j < units; ++j)
    gradient.width[j] *= T(-2) / parameters.width[j];

  // g = delta / s^2, and its sums over the batch.
  state.unit_factors.resize(units);
  for (std::size_t j = 0; j < units; ++j)
    state.unit_factors[j] = 1 / (parameters.width[j] * parameters.width[j]);
  for (std::size_t r = 0; r < x.rows; ++r) {
    for (std::size_t j = 0; j < units; ++j)
      state.d_parameter(r, j) = state.d_z(r, j) * state.unit_factors[j];
  }
  const MatrixView<const T> g = state.d_parameter.view();
  outer_product_sum<T>(compute, x, g, gradient.centre);
  column_sums<T>(compute, g, state.unit_factors);
  for (std::size_t k = 0; k < layer.inputs; ++k) {
    for (std::size_t j = 0; j < units; ++j) {
      T& d_centre = gradient.centre(k, j);
      d_centre = multiply_add<T>(compute, -parameters.centre(k, j), state.unit_factors[j], d_centre);
    }
  }
}

template <typename T>
void rbf_input_gradient(const Compute& compute, const RbfParameters<const T>& parameters,
                        MatrixView<const T> x, const LayerState<T>& state, MatrixView<T> d_x) {
  const MatrixView<const T> g = state.d_parameter.view();
  multiply_transposed<T>(compute, g, parameters.centre, d_x);
  for (std::size_t r = 0; r < x.rows; ++r) {
    T sum = 0;
    for (std::size_t j = 0; j < g.columns; ++j)
      sum += g(r, j);
    for (std::size_t k = 0; k < x.columns; ++k)
      d_x(r, k) = multiply_add<T>(compute, -x(r, k), sum, d_x(r, k));
  }
}

#define CHAINRULE_INSTANTIATE(T)                                                                          \
  template void forward_rbf<T>(const Compute&, const Rbf&, const RbfParameters<const T>&,                 \
                               MatrixView<const T>, LayerState<T>&);                                      \
  template void backward_rbf<T>(const Compute&, const Rbf&, const RbfParameters<const T>&,                \
                                MatrixView<const T>, MatrixView<const T>, LayerState<T>&,                 \
                                const RbfParameters<T>&);                                                 \
  template void rbf_input_gradient<T>(const Compute&, const RbfParameters<const T>&, MatrixView<const T>, \
                                      const LayerState<T>&, MatrixView<T>);
CHAINRULE_INSTANTIATE(float)
CHAINRULE_INSTANTIATE(double)
#undef CHAINRULE_INSTANTIATE

}  // namespace chainrule
