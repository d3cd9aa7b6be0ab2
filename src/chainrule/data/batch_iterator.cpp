#include "chainrule/data/batch_iterator.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <numeric>

#include "chainrule/base/error.h"
#include "chainrule/base/random.h"
#include "chainrule/base/text.h"

namespace chainrule {

template <typename T>
BatchIterator<T>::BatchIterator(const Dataset<T>& dataset, std::size_t batch_size, RowOrder order,
                                std::uint64_t seed)
    : dataset_(&dataset), batch_size_(batch_size), row_order_(order), seed_(seed), order_(dataset.rows()) {
  if (batch_size == 0) {
    throw UsageError(
        {.what = "the batch size is 0", .expected = "at least 1", .advice = "use --batch-size 32"});
  }
  if (dataset.targets.rows() != dataset.rows() ||
      (!dataset.row_weights.empty() && dataset.row_weights.size() != dataset.rows())) {
    throw StateError({.what = "inputs, targets and weights have different numbers of rows",
                      .expected = count_of(dataset.rows(), "row"),
                      .got = count_of(dataset.targets.rows(), "row") + " of targets, " +
                             format_count(dataset.row_weights.size()) + " weights"});
  }
  assert(dataset.rows() <= std::numeric_limits<std::uint32_t>::max());
  std::iota(order_.begin(), order_.end(), 0u);
}

template <typename T>
std::size_t BatchIterator<T>::batches_per_epoch() const {
  return order_.size() / batch_size_ + (order_.size() % batch_size_ != 0 ? 1 : 0);
}

template <typename T>
void BatchIterator<T>::start_epoch(std::uint32_t epoch) {
  if (row_order_ == RowOrder::given) return;
  // From the given order every time, not from the last epoch's: the order is a function of (seed, epoch)
  // alone.
  std::iota(order_.begin(), order_.end(), 0u);
  shuffle_indices({.seed = seed_, .purpose = RandomPurpose::shuffle, .step = epoch}, order_);
}

template <typename T>
void BatchIterator<T>::fetch(std::size_t i, Batch<T>& batch) const {
  assert(i < batches_per_epoch());
  const std::size_t first = i * batch_size_;
  const std::size_t count = std::min(batch_size_, order_.size() - first);
  const std::size_t inputs = dataset_->inputs.columns(), targets = dataset_->targets.columns();
  batch.inputs.resize(count, inputs);
  batch.targets.resize(count, targets);
  batch.row_weights.resize(dataset_->row_weights.empty() ? 0 : count);
  for (std::size_t r = 0; r < count; ++r) {
    const std::uint32_t row = order_[first + r];
    std::copy_n(dataset_->inputs.row(row), inputs, batch.inputs.row(r));
    std::copy_n(dataset_->targets.row(row), targets, batch.targets.row(r));
    if (!batch.row_weights.empty()) batch.row_weights[r] = dataset_->row_weights[row];
  }
}

template class BatchIterator<float>;
template class BatchIterator<double>;

}  // namespace chainrule
