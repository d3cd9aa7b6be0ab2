// Station 1 of a training step: the rows of each batch, in a new random order each epoch.
//
// The order of epoch e is a function of (seed, e) alone, so any epoch can be made without those before it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "chainrule/base/names.h"
#include "chainrule/data/dataset.h"
#include "chainrule/tensor/compute.h"

namespace chainrule {

enum class RowOrder { shuffled, given };

// One batch, gathered: inputs, targets, weights of the chosen rows. Buffers are reused, so a step allocates
// nothing.
template <typename T>
struct Batch {
  Matrix<T> inputs;
  Matrix<T> targets;
  AlignedVector<T> row_weights;  // empty: all 1
  Matrix<T> unmapped = {};       // the inputs before DatasetView::map
  std::size_t rows() const { return inputs.rows(); }
};

template <typename T>
class BatchIterator {
 public:
  // batch_size >= 1; the last batch of an epoch is smaller if the rows do not divide evenly. The data must
  // outlive the iterator.
  BatchIterator(DatasetView<T> data, std::size_t batch_size, RowOrder order, std::uint64_t seed);

  std::size_t batches_per_epoch() const;
  void start_epoch(std::uint32_t epoch);
  // Fills `batch` with batch number i of the started epoch.
  void fetch(std::size_t i, Batch<T>& batch, const Compute& compute = {}) const;
  std::span<const std::uint32_t> order() const { return order_; }

 private:
  DatasetView<T> data_;
  std::size_t batch_size_;
  RowOrder row_order_;
  std::uint64_t seed_;
  std::vector<std::uint32_t> order_;
};

}  // namespace chainrule
