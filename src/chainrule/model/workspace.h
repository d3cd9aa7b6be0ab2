// The intermediate numbers of one batch in a network: the state of each layer (layer_state.h).
//
// It is passed in, so that a network and its parameters stay const and a step allocates nothing after the
// first.
#pragma once

#include <vector>

#include "chainrule/model/layer_state.h"
#include "chainrule/model/network.h"
#include "chainrule/tensor/matrix.h"

namespace chainrule {

template <typename T>
struct Workspace {
  std::vector<LayerState<T>> layers;  // one per layer of the network
  Matrix<T> d_a;  // dLoss/da of the current layer: [rows][widest layer], the columns in use first
  Products products = Products::full;  // of training; bf16 only for float
};

}  // namespace chainrule
