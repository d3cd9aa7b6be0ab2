// How much each row counts in the loss:
//
//   weight(row) = class weight(class of the row) * sample weight(row)
//
// Balanced class weights are rows / (classes * rows of the class), so that all classes count alike.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "chainrule/data/encoder.h"
#include "chainrule/data/table.h"
#include "chainrule/session/train_request.h"
#include "chainrule/tensor/matrix.h"

namespace chainrule {

// One weight per class of the encoder. classes: the class of each training row. Throws UsageError for a task
// without classes, an unknown class or an impossible weight.
std::vector<double> weights_of_classes(const TrainRequest& request, const Encoder& encoder,
                                       std::span<const std::uint32_t> classes);

// Empty when the request has neither a weight column nor class weights. Throws DataError for a cell that is
// not a weight, and when no weight is above 0 as a number of type T.
template <typename T>
AlignedVector<T> row_weights(const TrainRequest& request, const Encoder& encoder, const Table& table,
                             std::span<const std::uint32_t> rows, std::span<const double> class_weights);

}  // namespace chainrule
