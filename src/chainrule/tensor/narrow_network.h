// Narrow networks, chains of dense layers of at most 8 units: forward, loss, deltas and gradient of a batch
// in one pass.
//
// A product of 4 x 2 x 3 takes less time than calling a kernel. Here the lanes of the vectors hold the rows
// of a batch for forward, loss and deltas, and the outputs of a layer for its gradient; nothing but the
// gradient and the losses is written back. Every number has the bits that the kernels of kernels.h,
// activation_kernels.h and loss_kernels.h give it.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "chainrule/tensor/activation.h"
#include "chainrule/tensor/compute.h"
#include "chainrule/tensor/loss.h"
#include "chainrule/tensor/matrix.h"

namespace chainrule {

inline constexpr std::size_t kNarrowWidth = 8;
inline constexpr std::size_t kNarrowLayers = 8;

// One layer: W [inputs][outputs] and then b [outputs], if it has one, start at `offset` of the parameters.
struct NarrowLayer {
  std::size_t inputs = 0;
  std::size_t outputs = 0;
  Activation activation = Activation::identity;
  double activation_parameter = 0;
  bool has_bias = true;
  std::size_t offset = 0;
};

// Can this path run these layers with this loss? Softmax only as the last layer and with its cross-entropy.
bool is_narrow(const Compute& compute, std::span<const NarrowLayer> layers, Loss loss);

template <typename T>
struct NarrowStep {
  std::span<const NarrowLayer> layers;
  std::span<const T> parameters;
  MatrixView<const T> inputs;   // [rows][inputs of the first layer]
  MatrixView<const T> targets;  // [rows][outputs of the last layer]
  Loss loss = Loss::mean_squared_error;
  double huber_delta = 1;
  double quantile = 0.5;
  std::span<const double> quantiles = {};  // one per output; empty: `quantile` for all
  double label_smoothing = 0;
  std::span<const T> factors;    // of the derivative of the loss: one per row, or one for all
  std::span<double> row_losses;  // one per row, without the factor
  std::span<T> gradient;         // parallel to the parameters, overwritten
};

// is_narrow must hold.
template <typename T>
void narrow_step(const Compute& compute, const NarrowStep<T>& step);

}  // namespace chainrule
