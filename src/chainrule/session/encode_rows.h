// From prepared tables to what training reads: inputs, targets and weights of the rows to learn from and of
// those held out. The tables are used up on the way: their cells are given back as they are encoded.
#pragma once

#include <optional>
#include <string>

#include "chainrule/data/dataset.h"
#include "chainrule/session/prepare_training.h"
#include "chainrule/session/train_request.h"
#include "chainrule/tensor/compute.h"

namespace chainrule {

template <typename T>
struct EncodedRows {
  Dataset<T> training;
  std::optional<Dataset<T>> validation;  // empty: no row is held out

  const Dataset<T>* held_out() const { return validation ? &*validation : nullptr; }
  // The rows a model is judged by: the held-out rows, or the training rows when there are none.
  const Dataset<T>& judged() const { return validation ? *validation : training; }
};

// Of two errors in one file the one in the training rows is thrown. Throws DataError, UsageError.
template <typename T>
EncodedRows<T> encode_rows(const Compute& compute, const TrainRequest& request, const Encoder& encoder,
                           PreparedTables tables);

// Of inputs, targets and weights.
template <typename T>
std::string hash_of(const Dataset<T>& data);

}  // namespace chainrule
