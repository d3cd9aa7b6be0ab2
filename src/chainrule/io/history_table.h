// The history of a training run as two tables of numbers, and back: the tensors "history" and "first_step" of
// a checkpoint (docs/checkpoints.md).
//
//   history     [epochs][12 + 3 layers]  per epoch: its number, losses, score, ...; 3 numbers per layer
//   first_step  [layers][5]              per layer: index, units, the same 3 numbers after the first step
//
// An optional number takes two columns: 1 and the number, or 0 and 0. Version 1 of the format had every epoch
// and no numbers of epochs.
#pragma once

#include <cstdint>

#include "chainrule/io/container_header.h"
#include "chainrule/tensor/matrix.h"
#include "chainrule/train/history.h"

namespace chainrule {

// Throws StateError if the layers of an epoch differ from those of the first step.
Matrix<double> epoch_table(const History& history);
Matrix<double> first_step_table(const History& history);

// The reverse, for tables of this version of the format: adds the epochs, of a limit of `epochs`, and the
// first step to the history. `header` reports tables that make no sense.
void add_history(MatrixView<const double> epoch_table, MatrixView<const double> first_step_table,
                 std::uint64_t version, std::uint64_t epochs, const ContainerHeaderReader& header,
                 History& history);

}  // namespace chainrule
