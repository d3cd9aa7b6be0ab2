// The history of a training as two tables of numbers, and back: the tensors "history" and "first_step" of a checkpoint
// (docs/checkpoints.md).
//
//   history     [epochs][11 + 3 layers]   a row an epoch: its losses, score, learning rate, ..., then 3 numbers a layer
//   first_step  [layers][5]               a row a layer: index, units, and the same 3 numbers after the first step
//
// What may be absent takes two numbers: 1 and the number, or 0 and 0.
#pragma once

#include <cstdint>

#include "chainrule/io/container_header.h"
#include "chainrule/tensor/matrix.h"
#include "chainrule/train/history.h"

namespace chainrule {

// Throws StateError when an epoch has other layers than the first step.
Matrix<double> epoch_table(const History& history);
Matrix<double> first_step_table(const History& history);

// The reverse: adds the epochs, of `epochs` at most, and the first step to the history. `header` refuses what the tables
// cannot mean.
void add_history(MatrixView<const double> epoch_table, MatrixView<const double> first_step_table,
                 std::uint64_t epochs, const ContainerHeaderReader& header, History& history);

}  // namespace chainrule
