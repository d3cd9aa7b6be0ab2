// How much each kind of member of a mixture counts, and how sure the mixture is of its classes: chosen by
// outputs for rows that the members were not trained on.
//
//   shares       greedy selection with replacement (Caruana et al., "Ensemble selection from libraries of
//                models", ICML 2004): each of 20 rounds adds the kind that lowers the loss most
//   temperature  T, by which the outputs of a classification are divided (Guo et al., "On calibration of
//                modern neural networks", ICML 2017), if that lowers the loss
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "chainrule/model/batch_loss.h"
#include "chainrule/tensor/compute.h"
#include "chainrule/tensor/matrix.h"

namespace chainrule {

template <typename T>
struct Vote {
  std::vector<std::size_t> times;  // that each kind was chosen; at least one is above 0
  double temperature = 1;
  // [rows][outputs] of the vote, before and after the activation
  Matrix<T> z, outputs;
  double loss = 0;  // of those outputs
  // Of the first kind alone, with a temperature of its own; nothing if there is no other kind.
  std::optional<double> loss_of_first;
};

// z_of_kind: of each kind the outputs for all rows, before the activation [rows][outputs]. row_weights: one
// per row, or empty: all 1; rows of weight 0 choose nothing and have outputs. The loss is the mean over the
// rows, without label smoothing, which is for training.
template <typename T>
Vote<T> choose_vote(const Compute& compute, const LossOptions& loss, Activation activation,
                    MatrixView<const T> targets, std::span<const T> row_weights,
                    const std::vector<Matrix<T>>& z_of_kind);

// The loss by which votes are judged.
template <typename T>
double loss_of_vote(const Compute& compute, LossOptions loss, MatrixView<const T> z,
                    MatrixView<const T> outputs, MatrixView<const T> targets, std::span<const T> row_weights);

}  // namespace chainrule
