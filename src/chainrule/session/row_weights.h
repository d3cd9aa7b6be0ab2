// How much each row counts in the loss:
//
//   weight(row) = class weight(class of the row) * sample weight(row)
//
// Balanced class weights are rows / (classes * rows of the class), so that all classes count equally; rows
// are counted by their sample weights.
//
// A sample weight is the number of times that the row counts: weight k means k copies, in the encoder, the
// loss and every metric, and weight 0 means that the row is absent. A class weight affects only the loss.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "chainrule/data/encoder.h"
#include "chainrule/data/table.h"
#include "chainrule/session/train_request.h"
#include "chainrule/tensor/matrix.h"

namespace chainrule {

// The sample weights of some rows, from a column. Empty without a column (""). Throws DataError for a cell
// that is not a number of at least 0.
std::vector<double> sample_weights(const Table& table, const std::string& column,
                                   std::span<const std::uint32_t> rows);

// Removes the rows of weight 0, so that they affect neither split, nor categories, nor classes. Returns how
// many there were, including those that the reader left out (Table::weightless_rows). Throws DataError for a
// cell that is not a weight, and if no row is left.
std::size_t drop_rows_of_no_weight(Table& table, const std::string& column);

// One weight per class of the encoder. classes: the class of each training row; weights: its sample weight,
// or empty. Throws UsageError for a task without classes, an unknown class or an impossible weight.
std::vector<double> weights_of_classes(const TrainRequest& request, const Encoder& encoder,
                                       std::span<const std::uint32_t> classes,
                                       std::span<const double> weights);

// Empty without sample weights and class weights. Throws DataError if no weight is above 0 after conversion
// to T.
template <typename T>
AlignedVector<T> row_weights(const Encoder& encoder, const Table& table, std::span<const std::uint32_t> rows,
                             std::span<const double> samples, std::span<const double> class_weights);

}  // namespace chainrule
