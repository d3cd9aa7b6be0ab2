#include "chainrule/train/predictor.h"

#include <algorithm>
#include <string>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/model/dense.h"
#include "chainrule/tensor/copy_rows.h"

namespace chainrule {
namespace {

// Rows that pass through all layers together: with layers of 128 units two buffers of 128 KiB, in the level-2
// cache.
constexpr std::size_t kBlockRows = 256;

// Looking for the zeros of fixed weights costs about as much as a row or two.
constexpr std::size_t kRowsWorthALook = 16;

// With fewer multiply-adds a batch stays on one thread.
constexpr std::size_t kParallelWork = 2'000'000;

}  // namespace

template <typename T>
Predictor<T>::Predictor(const Compute& compute, Network network, std::span<const T> parameters,
                        ReadAt read_at, Weights weights)
    : network_(std::move(network)), parameters_(parameters) {
  if (network_.layers.empty()) throw StateError({.what = "a network without layers cannot predict"});
  std::size_t count = 0;
  for (const Layer& layer : network_.layers)
    count += layer_parameters(layer).size();
  if (parameters.size() < count) {
    throw StateError({.what = "the parameters do not fit the network",
                      .expected = std::to_string(count) + " numbers",
                      .got = std::to_string(parameters.size())});
  }
  blocks_.resize(network_.layers.size());
  if (weights == Weights::fixed) find_blocks();
  for (const Layer& layer : network_.layers)
    widest_ = std::max(widest_, layer_outputs(layer));
  use(compute, read_at);
  for (AlignedVector<T>& between : buffers_[0].between)
    between.resize(widest_);
}

template <typename T>
void Predictor<T>::find_blocks() {
  std::size_t offset = 0;
  for (std::size_t i = 0; i < network_.layers.size(); ++i) {
    const std::size_t size = layer_parameters(network_.layers[i]).size();
    if (const auto* dense = std::get_if<Dense>(&network_.layers[i]))
      blocks_[i] = weight_blocks<T>(dense_parameters<const T>(*dense, parameters_.subspan(offset, size)).w);
    offset += size;
  }
}

template <typename T>
void Predictor<T>::use(const Compute& compute, ReadAt read_at) {
  buffers_.resize(compute.pool == nullptr ? 1 : compute.pool->threads());
  compute_ = compute;
  read_at_ = read_at;
}

template <typename T>
void Predictor<T>::predict_block(const Compute& compute, MatrixView<const T> inputs, MatrixView<T> outputs,
                                 Buffers& buffers) {
  const std::size_t rows = inputs.rows;
  for (AlignedVector<T>& between : buffers.between) {
    if (between.size() < rows * widest_) between.resize(rows * widest_);
  }
  MatrixView<const T> x = inputs;
  std::size_t offset = 0;
  std::size_t next = 0;  // the buffer that x is not in
  for (std::size_t i = 0; i < network_.layers.size(); ++i) {
    const Layer& layer = network_.layers[i];
    const bool is_last = i + 1 == network_.layers.size();
    const MatrixView<T> y =
        is_last ? outputs : MatrixView<T>(buffers.between[next].data(), rows, layer_outputs(layer));
    const std::size_t size = layer_parameters(layer).size();
    const std::span<const T> parameters = parameters_.subspan(offset, size);
    const ReadAt read_at = is_last ? read_at_ : ReadAt::activation;
    if (!blocks_[i].blocks.empty()) {
      const auto& dense = std::get<Dense>(layer);
      predict_blocks<T>(dense, compute, parameters, blocks_[i], x, read_at, y);
      x = y;
    } else {
      x = std::visit(
          [&](const auto& one) {
            return chainrule::predict<T>(one, compute, parameters, x, read_at, buffers.scratch, y);
          },
          layer);
    }
    offset += size;
    if (x.data == y.data) next = 1 - next;
  }
  if (x.data != outputs.data) copy_rows<T>(x, outputs);
}

template <typename T>
void Predictor<T>::predict(MatrixView<const T> inputs, MatrixView<T> outputs) {
  if (inputs.columns != network_.inputs() || outputs.columns != network_.outputs() ||
      inputs.rows != outputs.rows) {
    throw StateError({.what = "inputs or outputs do not fit the network",
                      .expected = "rows of " + std::to_string(network_.inputs()) + " inputs and as many of " +
                                  std::to_string(network_.outputs()) + " outputs",
                      .got = std::to_string(inputs.rows) + " of " + std::to_string(inputs.columns) + " and " +
                             std::to_string(outputs.rows) + " of " + std::to_string(outputs.columns)});
  }
  const std::size_t rows = inputs.rows;
  const std::size_t threads = buffers_.size();
  const auto run = [&](const Compute& compute, std::size_t first, std::size_t end, Buffers& buffers) {
    for (; first < end; first += kBlockRows) {
      const std::size_t count = std::min(kBlockRows, end - first);
      predict_block(compute, inputs.row_block(first, count), outputs.row_block(first, count), buffers);
    }
  };
  if (threads == 1 || rows < 2 * threads || rows * parameters_.size() < kParallelWork) {
    return run(compute_, 0, rows, buffers_[0]);
  }
  const std::size_t share = (rows + threads - 1) / threads;
  const Compute alone{.path = compute_.path};
  compute_.pool->run(threads, [&](std::size_t i) {
    run(alone, std::min(rows, i * share), std::min(rows, (i + 1) * share), buffers_[i]);
  });
}

template <typename T>
void Predictor<T>::predict(std::span<const T> inputs, std::span<T> outputs) {
  predict({inputs.data(), 1, inputs.size()}, {outputs.data(), 1, outputs.size()});
}

template <typename T>
void predict_rows(const Compute& compute, const Network& network, std::span<const T> parameters,
                  MatrixView<const T> inputs, MatrixView<T> outputs, ReadAt read_at) {
  const Weights weights = inputs.rows < kRowsWorthALook ? Weights::may_change : Weights::fixed;
  Predictor<T>(compute, network, parameters, read_at, weights).predict(inputs, outputs);
}

#define CHAINRULE_INSTANTIATE(T)                                                                         \
  template class Predictor<T>;                                                                           \
  template void predict_rows<T>(const Compute&, const Network&, std::span<const T>, MatrixView<const T>, \
                                MatrixView<T>, ReadAt);
CHAINRULE_INSTANTIATE(float)
CHAINRULE_INSTANTIATE(double)
#undef CHAINRULE_INSTANTIATE

}  // namespace chainrule
