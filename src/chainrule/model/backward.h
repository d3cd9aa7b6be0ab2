// Station 4: the chain rule from the loss to every parameter, layer by layer from the last to the first. The
// formulas are in the layers' own files; the four core formulas of the lectures, BP-1 to BP-4, in dense.h.
#pragma once

#include <span>

#include "chainrule/model/batch_loss.h"
#include "chainrule/model/network.h"
#include "chainrule/model/workspace.h"
#include "chainrule/tensor/compute.h"

namespace chainrule {

// The whole pass: fills `gradient` (parallel to the parameters, overwritten). d_output is dLoss/da or
// dLoss/dz of the last layer, as `place` says; it may be that layer's d_z in the workspace, where it ends up.
// The workspace must hold the forward pass of the same x in Mode::train. Parameters are only read: every
// gradient is formed before anything is updated. Throws StateError for threshold units (sign, step), which
// have no gradient.
template <typename T>
void backward(const Compute& compute, const Network& network, std::span<const T> parameters,
              MatrixView<const T> x, MatrixView<const T> d_output, GradientAt place, Workspace<T>& workspace,
              std::span<T> gradient);

// The same in three parts: memory for the deltas; BP-1 and BP-2 for any blocks of rows, in any order, on any
// threads; BP-3 and BP-4, which sum over the whole batch. Layers that do not take blocks (LayerTraits) need
// all rows in one.
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
