#include "chainrule/data/batch_iterator.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <limits>
#include <numeric>
#include <type_traits>

#include "chainrule/base/error.h"
#include "chainrule/base/random.h"
#include "chainrule/base/text.h"

namespace chainrule {
namespace {

// From this many numbers on, several threads gather a batch: 256 KiB of floats, about 25 microseconds on one
// thread.
constexpr std::size_t kParallelNumbers = 65'536;

// A call to memcpy costs as much as copying 15 numbers in pieces.
template <typename T>
inline void copy_row(const T* from, std::size_t count, T* to) {
  if (count > 15) {
    std::memcpy(to, from, count * sizeof(T));
    return;
  }
  const auto copy_piece = [&](auto size) {
    if ((count & size) == 0) return;
    std::memcpy(to, from, size * sizeof(T));
    from += size;
    to += size;
  };
  copy_piece(std::integral_constant<std::size_t, 8>());
  copy_piece(std::integral_constant<std::size_t, 4>());
  copy_piece(std::integral_constant<std::size_t, 2>());
  copy_piece(std::integral_constant<std::size_t, 1>());
}

}  // namespace

template <typename T>
BatchIterator<T>::BatchIterator(DatasetView<T> data, std::size_t batch_size, RowOrder order,
                                std::uint64_t seed)
    : data_(data), batch_size_(batch_size), row_order_(order), seed_(seed), order_(data.rows()) {
  if (batch_size == 0) {
    throw UsageError({.what = "the batch size is 0",
                      .setting = Setting::batch_size,
                      .expected = "at least 1",
                      .advice = "use " + set_to(Setting::batch_size, "32")});
  }
  if (data.targets.rows != data.rows() ||
      (!data.row_weights.empty() && data.row_weights.size() != data.rows())) {
    throw StateError({.what = "inputs, targets and weights have different numbers of rows",
                      .expected = count_of(data.rows(), "row"),
                      .got = count_of(data.targets.rows, "row") + " of targets, " +
                             format_count(data.row_weights.size()) + " weights"});
  }
  assert(data.rows() <= std::numeric_limits<std::uint32_t>::max());
  std::iota(order_.begin(), order_.end(), 0u);
}

template <typename T>
std::size_t BatchIterator<T>::batches_per_epoch() const {
  return order_.size() / batch_size_ + (order_.size() % batch_size_ != 0 ? 1 : 0);
}

template <typename T>
void BatchIterator<T>::start_epoch(std::uint32_t epoch) {
  if (row_order_ == RowOrder::given) return;
  // Starts from the given order and not from the last epoch's: the order is a function of (seed, epoch)
  // alone.
  std::iota(order_.begin(), order_.end(), 0u);
  shuffle_indices({.seed = seed_, .purpose = RandomPurpose::shuffle, .step = epoch}, order_);
}

template <typename T>
void BatchIterator<T>::fetch(std::size_t i, Batch<T>& batch, const Compute& compute) const {
  assert(i < batches_per_epoch());
  const std::size_t first = i * batch_size_;
  const std::size_t count = std::min(batch_size_, order_.size() - first);
  const MatrixView<const T> all_inputs = data_.inputs, all_targets = data_.targets;
  const std::size_t inputs = all_inputs.columns, targets = all_targets.columns;
  Matrix<T>& gathered = data_.map == nullptr ? batch.inputs : batch.unmapped;
  gathered.resize(count, inputs);
  batch.targets.resize(count, targets);
  batch.row_weights.resize(data_.row_weights.empty() ? 0 : count);
  const std::uint32_t* const order = order_.data() + first;
  const T* const from_weights = data_.row_weights.empty() ? nullptr : data_.row_weights.data();
  T* const to_inputs = gathered.values().data();
  T* const to_targets = batch.targets.values().data();
  T* const to_weights = batch.row_weights.data();
  const auto gather = [=](std::size_t first_row, std::size_t rows) {
    for (std::size_t r = first_row; r < first_row + rows; ++r) {
      const std::size_t row = order[r];
      copy_row(all_inputs.row(row), inputs, to_inputs + r * inputs);
      copy_row(all_targets.row(row), targets, to_targets + r * targets);
      if (from_weights != nullptr) to_weights[r] = from_weights[row];
    }
  };
  if (compute.pool == nullptr || count * inputs < kParallelNumbers) {
    gather(0, count);
  } else {
    for_each_tile(compute.pool, count, std::max<std::size_t>(1, kParallelNumbers / 4 / inputs), gather);
  }
  if (data_.map == nullptr) return;
  batch.inputs.resize(count, data_.map->columns);
  data_.map->apply(gathered.view(), batch.inputs.view());
}

template class BatchIterator<float>;
template class BatchIterator<double>;

}  // namespace chainrule
