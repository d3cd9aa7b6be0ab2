// From prepared tables to what training reads: inputs, targets and weights of the training rows and of the
// validation rows. The tables are consumed: the memory of their cells is freed as they are encoded.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "chainrule/data/dataset.h"
#include "chainrule/data/encode_inputs.h"
#include "chainrule/session/prepare_training.h"
#include "chainrule/session/train_request.h"
#include "chainrule/tensor/compute.h"

namespace chainrule {

template <typename T>
struct EncodedRows {
  Dataset<T> training;
  std::optional<Dataset<T>> validation;  // empty: no validation rows
  EncodeReport validation_report;
  // The sample weight of each row (row_weights.h), without class weights; empty: all 1.
  std::vector<double> training_weights, validation_weights;

  const Dataset<T>* held_out() const { return validation ? &*validation : nullptr; }
  // The rows used to judge the model: the validation rows, or the training rows if there are none.
  const Dataset<T>& judged() const { return validation ? *validation : training; }
  std::span<const double> judged_weights() const {
    return validation ? validation_weights : training_weights;
  }
};

// Throws DataError, UsageError. If both training and validation rows have an error, that of the training rows
// is thrown.
template <typename T>
EncodedRows<T> encode_rows(const Compute& compute, const TrainRequest& request, const Encoder& encoder,
                           PreparedTables tables);

// The hash of inputs, targets and weights.
template <typename T>
std::string hash_of(const Dataset<T>& data);

}  // namespace chainrule
