// Station 2: inputs through the layers. BP-0 of the lectures: z = a_below W + b, a = f(z).
#pragma once

#include <cstdint>
#include <span>

#include "chainrule/model/network.h"
#include "chainrule/model/workspace.h"
#include "chainrule/tensor/compute.h"

namespace chainrule {

enum class Mode { predict, train };

// Dropout draws its masks from (seed, dropout, step, layer, element): the same step gives the same mask.
struct DropoutKey {
  std::uint64_t seed = 0;
  std::uint32_t step = 0;
};

// x [rows][network.inputs()] -> view of the last layer's a [rows][network.outputs()], valid until the
// workspace is used again. All z and a stay in the workspace. Throws StateError when sizes do not fit.
template <typename T>
MatrixView<const T> forward(const Compute& compute, const Network& network, std::span<const T> parameters,
                            MatrixView<const T> x, Mode mode, DropoutKey dropout, Workspace<T>& workspace);

// The same in two parts: room for a batch of so many rows, and then any blocks of its rows, in any order, on any
// threads. x is the whole batch. A network with radial basis functions takes its rows in one block.
template <typename T>
void prepare_forward(const Network& network, std::size_t rows, Mode mode, Workspace<T>& workspace);
template <typename T>
void forward_rows(const Compute& compute, const Network& network, std::span<const T> parameters,
                  MatrixView<const T> x, RowBlock rows, Mode mode, DropoutKey dropout,
                  Workspace<T>& workspace);

}  // namespace chainrule
