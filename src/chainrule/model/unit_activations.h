// The activation of the units of a dense layer, which may differ from unit to unit.
#pragma once

#include <span>

#include "chainrule/model/dense.h"
#include "chainrule/tensor/compute.h"
#include "chainrule/tensor/matrix.h"

namespace chainrule {

// a = f(z), both [rows][outputs]; they may be the same matrix. `learnable`: the layer's activation parameters
// [outputs], or empty.
template <typename T>
void activate_units(const Compute& compute, const Dense& layer, std::span<const T> learnable,
                    MatrixView<const T> z, MatrixView<T> a);

}  // namespace chainrule
