// A layer of radial basis functions: each unit answers to the distance from its centre.
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

#include <span>

#include "chainrule/model/layer_parameters.h"
#include "chainrule/model/workspace.h"
#include "chainrule/tensor/compute.h"

namespace chainrule {

// Fills state.z and state.a, both [rows][units]. phi is even in s: the sign of a width does not matter.
template <typename T>
void forward_rbf(const Compute& compute, const Rbf& layer, const RbfParameters<const T>& parameters,
                 MatrixView<const T> x, LayerState<T>& state);

// Of the forward pass in `state`: d_a = dL/dphi [rows][units] -> gradient (overwritten). Leaves delta in state.d_z and g in
// state.d_parameter.
template <typename T>
void backward_rbf(const Compute& compute, const Rbf& layer, const RbfParameters<const T>& parameters,
                  MatrixView<const T> x, MatrixView<const T> d_a, LayerState<T>& state,
                  const RbfParameters<T>& gradient);

// After backward_rbf: d_x = dL/dx [rows][inputs].
template <typename T>
void rbf_input_gradient(const Compute& compute, const RbfParameters<const T>& parameters,
                        MatrixView<const T> x, const LayerState<T>& state, MatrixView<T> d_x);

}  // namespace chainrule
