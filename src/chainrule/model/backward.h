// Station 4: the chain rule from the loss to every parameter. The four core formulas of the lectures,
// as functions:
//
//   BP-1  delta of the output layer   d_z = d_a * f'(z)                        activation_delta
//   BP-2  delta one layer down        d_a = d_z_above W_above^T, then BP-1     input_gradient
//   BP-3  weight gradient             dW = a_below^T d_z, summed over rows     weight_gradient
//   BP-4  bias gradient               db = d_z summed over rows                bias_gradient
//
// The mean or sum over the batch is already in the deltas: evaluate_loss scales dL/d(output) by its
// reduction.
#pragma once

#include <span>

#include "chainrule/model/batch_loss.h"
#include "chainrule/model/network.h"
#include "chainrule/model/workspace.h"
#include "chainrule/tensor/compute.h"

namespace chainrule {

// d_z = d_a * f'(z), unit by unit; for softmax the full Jacobian: d_z_i = a_i (d_a_i - sum_j d_a_j a_j).
// `learnable` are the layer's activation parameters, or empty. All [rows][outputs].
template <typename T>
void activation_delta(const Compute& compute, const Dense& layer, std::span<const T> learnable,
                      MatrixView<const T> z, MatrixView<const T> a, MatrixView<const T> d_a,
                      MatrixView<T> d_z);

// d_x = d_z W^T: d_z [rows][outputs], w [inputs][outputs] -> d_x [rows][inputs].
template <typename T>
void input_gradient(const Compute& compute, MatrixView<const T> d_z, MatrixView<const T> w,
                    MatrixView<T> d_x);

// d_w = x^T d_z: x [rows][inputs], d_z [rows][outputs] -> d_w [inputs][outputs].
template <typename T>
void weight_gradient(const Compute& compute, MatrixView<const T> x, MatrixView<const T> d_z,
                     MatrixView<T> d_w);

// d_b[j] = sum over the rows of d_z[.][j].
template <typename T>
void bias_gradient(const Compute& compute, MatrixView<const T> d_z, std::span<T> d_b);

// All of it: fills `gradient` (parallel to the parameters, overwritten). d_output is dLoss/da of the last
// layer, or dLoss/dz as `place` says; it may be d_z of the last layer in the workspace, where it ends up. The workspace must hold the forward pass of the same x in Mode::train.
// Parameters are only read: every gradient is formed before anything is updated. Throws StateError for
// threshold units (sign, step), which have no gradient.
template <typename T>
void backward(const Compute& compute, const Network& network, std::span<const T> parameters,
              MatrixView<const T> x, MatrixView<const T> d_output, GradientAt place, Workspace<T>& workspace,
              std::span<T> gradient);

// The same in three parts: room for the deltas, then BP-1 and BP-2 for any blocks of rows, in any order, on any
// threads, then BP-3 and BP-4, which sum over the whole batch. A network with radial basis functions takes its rows in
// one block.
template <typename T>
void prepare_backward(const Network& network, std::size_t rows, Workspace<T>& workspace);
template <typename T>
void backward_rows(const Compute& compute, const Network& network, std::span<const T> parameters,
                   MatrixView<const T> x, MatrixView<const T> d_output, GradientAt place, RowBlock rows,
                   Workspace<T>& workspace, std::span<T> gradient);
template <typename T>
void parameter_gradients(const Compute& compute, const Network& network, GradientAt place,
                         MatrixView<const T> x, const Workspace<T>& workspace, std::span<T> gradient);

}  // namespace chainrule
