// What one batch leaves behind on its way through a network: net inputs z, activations a, deltas d_z, dropout
// masks.
//
// It is passed in, so that a network and its parameters stay const and a step allocates nothing after the
// first.
#pragma once

#include <vector>

#include "chainrule/model/bf16_products.h"
#include "chainrule/model/network.h"
#include "chainrule/tensor/matrix.h"

namespace chainrule {

template <typename T>
struct LayerState {
  Matrix<T> z;            // dense: net input [rows][outputs]; rbf: -|x - c|^2 / (2 s^2) [rows][units]
  Matrix<T> a;            // output of the layer [rows][outputs]
  Matrix<T> d_z;          // dense and rbf: dLoss/dz (the delta)
  Matrix<T> mask;         // dropout: 0 or 1 / (1 - rate); no rows when nothing is silenced
  Matrix<T> d_parameter;  // dense with learnable activation: its gradient row by row; rbf: delta / s^2
  AlignedVector<T> unit_factors;  // rbf: one number a unit
  Bf16Operands bf16;              // dense, when its products are in bfloat16: of the whole batch
};

template <typename T>
struct Workspace {
  std::vector<LayerState<T>> layers;  // one a layer of the network
  Matrix<T> d_a;  // dLoss/da on its way down: [rows][widest layer], the columns in use first
  Products products = Products::full;  // of training, and bf16 is for float
};

}  // namespace chainrule
