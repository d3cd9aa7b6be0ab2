// Station 2: inputs through the layers, one after the other. What a layer does is in its own file (layer.h).
#pragma once

#include <span>

#include "chainrule/model/network.h"
#include "chainrule/model/workspace.h"
#include "chainrule/tensor/compute.h"

namespace chainrule {

// x [rows][network.inputs()] -> view of the last layer's a [rows][network.outputs()], valid until the
// workspace is used again. All z and a stay in the workspace. Throws StateError when sizes do not fit.
template <typename T>
MatrixView<const T> forward(const Compute& compute, const Network& network, std::span<const T> parameters,
                            MatrixView<const T> x, Mode mode, DropoutKey dropout, Workspace<T>& workspace);

// The same in two parts: memory for a batch of `rows` rows, and then any blocks of its rows, in any order, on
// any threads. x is the whole batch. Layers that do not take blocks (LayerTraits) need all rows in one.
template <typename T>
void prepare_forward(const Network& network, std::size_t rows, Mode mode, Workspace<T>& workspace);
template <typename T>
void forward_rows(const Compute& compute, const Network& network, std::span<const T> parameters,
                  MatrixView<const T> x, RowBlock rows, Mode mode, DropoutKey dropout,
                  Workspace<T>& workspace);

}  // namespace chainrule
