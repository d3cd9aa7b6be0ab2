// The intermediate numbers of one batch in one layer: z, a, the delta, the dropout mask.
#pragma once

#include "chainrule/model/bf16_products.h"
#include "chainrule/tensor/matrix.h"

namespace chainrule {

template <typename T>
struct LayerState {
  Matrix<T> z;            // dense: pre-activation [rows][outputs]; rbf: -|x - c|^2 / (2 s^2) [rows][units]
  Matrix<T> a;            // output of the layer [rows][outputs]
  Matrix<T> d_z;          // dense and rbf: dLoss/dz (the delta)
  Matrix<T> mask;         // dropout: 0 or 1 / (1 - rate); no rows when nothing is silenced
  Matrix<T> d_parameter;  // dense with learnable activation: its gradient row by row; rbf: delta / s^2
  AlignedVector<T> unit_factors;  // rbf: one number per unit
  Bf16Operands bf16;              // dense, when its products are in bfloat16: of the whole batch
};

}  // namespace chainrule
