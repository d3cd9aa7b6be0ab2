#include "chainrule/train/predictor.h"

#include <algorithm>
#include <string>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/model/layer_parameters.h"
#include "chainrule/model/rbf.h"
#include "chainrule/tensor/activation_kernels.h"
#include "chainrule/tensor/kernels.h"
#include "chainrule/tensor/softmax.h"

namespace chainrule {
namespace {

// Rows that go through all layers together: with layers of 128 units two buffers of 128 KiB, in the level-2 cache.
constexpr std::size_t kBlockRows = 256;

// Multiply-adds below which a batch stays on one thread.
constexpr std::size_t kParallelWork = 2'000'000;

std::size_t size_of_parameters(const Layer& layer) {
  if (const auto* rbf = std::get_if<Rbf>(&layer)) return (rbf->inputs + 1) * rbf->units;
  const auto* dense = std::get_if<Dense>(&layer);
  if (dense == nullptr) return 0;
  return (dense->inputs + (dense->bias == BiasUse::present ? 1 : 0) +
          (dense->parameter_use == ParameterUse::learnable ? 1 : 0)) *
         dense->outputs;
}

}  // namespace

template <typename T>
Predictor<T>::Predictor(const Compute& compute, Network network, std::span<const T> parameters,
                        ReadAt read_at)
    : compute_(compute), network_(std::move(network)), parameters_(parameters), read_at_(read_at) {
  if (network_.layers.empty()) throw StateError({.what = "a network without layers has no answer"});
  std::size_t count = 0;
  for (const Layer& layer : network_.layers)
    count += size_of_parameters(layer);
  if (parameters.size() < count) {
    throw StateError({.what = "the parameters do not fit the network",
                      .expected = std::to_string(count) + " numbers",
                      .got = std::to_string(parameters.size())});
  }
  for (const Layer& layer : network_.layers)
    widest_ = std::max(widest_, layer_outputs(layer));
  buffers_.resize(compute.pool == nullptr ? 1 : compute.pool->threads());
  for (AlignedVector<T>& between : buffers_[0].between)
    between.resize(widest_);
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
    if (const auto* dense = std::get_if<Dense>(&layer)) {
      const auto slice = dense_parameters<const T>(*dense, parameters_.subspan(offset));
      offset += slice.size();
      multiply<T>(compute, x, slice.w, slice.b, y);
      if (is_last && read_at_ == ReadAt::net_input) return;
      if (dense->activation == Activation::softmax) {
        softmax_rows<T>(compute, y, y);
      } else {
        for_each_activation_run<T>(
            *dense, slice.activation,
            [&](Activation f, std::size_t first, std::size_t count, std::span<const T> values) {
              const MatrixView<T> block = y.column_block(first, count);
              if (f != Activation::identity) activate<T>(compute, f, values, block, block);
            });
      }
      x = y;
      next = 1 - next;
    } else if (const auto* rbf = std::get_if<Rbf>(&layer)) {
      const auto slice = rbf_parameters<const T>(*rbf, parameters_.subspan(offset));
      offset += slice.size();
      forward_rbf<T>(compute, *rbf, slice, x, buffers.rbf);
      const MatrixView<const T> a = buffers.rbf.a.view();
      for (std::size_t r = 0; r < rows; ++r)
        std::copy_n(a.row(r), a.columns, y.row(r));
      x = y;
      next = 1 - next;
    } else if (is_last) {  // dropout changes nothing here
      for (std::size_t r = 0; r < rows; ++r)
        std::copy_n(x.row(r), x.columns, y.row(r));
    }
  }
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

template class Predictor<float>;
template class Predictor<double>;

}  // namespace chainrule
