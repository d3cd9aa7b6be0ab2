#include "chainrule/model/forward.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <type_traits>

#include "chainrule/base/error.h"
#include "chainrule/base/random.h"
#include "chainrule/model/layer_parameters.h"
#include "chainrule/model/rbf.h"
#include "chainrule/tensor/activation_kernels.h"
#include "chainrule/tensor/kernels.h"
#include "chainrule/tensor/softmax.h"

namespace chainrule {
namespace {

template <typename T>
void net_input(const Compute& compute, Products products, LayerBelow below, const Dense& layer,
               DenseParameters<const T> parameters, MatrixView<const T> x, Bf16Operands& bf16,
               MatrixView<T> z) {
  if constexpr (std::is_same_v<T, float>) {
    if (products == Products::bf16 && takes_bf16(layer))
      return net_input_bf16(compute, below, x, parameters.w, parameters.b, bf16, z);
  }
  multiply(compute, x, parameters.w, parameters.b, z);
}

template <typename T>
void activate_dense(const Compute& compute, const Dense& layer, DenseParameters<const T> parameters,
                    MatrixView<const T> z, MatrixView<T> a) {
  if (layer.activation == Activation::softmax) {
    softmax_rows<T>(compute, z, a);
    return;
  }
  for_each_activation_run<T>(
      layer, parameters.activation,
      [&](Activation f, std::size_t first, std::size_t count, std::span<const T> values) {
        activate<T>(compute, f, values, z.column_block(first, count), a.column_block(first, count));
      });
}

// Masks depend on (seed, step, layer, element) only; the layer is folded into the seed so that two dropout
// layers differ. An empty mask: nothing is silenced.
template <typename T>
void forward_dropout(const Dropout& layer, std::size_t index, DropoutKey dropout, RowBlock rows,
                     MatrixView<const T> x, MatrixView<T> mask, MatrixView<T> a) {
  if (mask.rows == 0) {
    for (std::size_t r = 0; r < x.rows; ++r)
      std::copy_n(x.row(r), x.columns, a.row(r));
    return;
  }
  const double keep = 1 - layer.rate;
  const T kept = static_cast<T>(1 / keep);
  const double threshold = keep * 0x1.0p32;
  const RandomKey key{.seed = dropout.seed + 0x9E3779B97F4A7C15ull * (index + 1),
                      .purpose = RandomPurpose::dropout,
                      .step = dropout.step};
  std::array<std::uint32_t, 64> words;
  for (std::size_t r = 0; r < x.rows; ++r) {
    const std::size_t first = (rows.first + r) * layer.units;
    for (std::size_t column = 0; column < x.columns; column += words.size()) {
      const std::size_t count = std::min(words.size(), x.columns - column);
      random_u32s(key, first + column, std::span(words).first(count));
      for (std::size_t i = 0; i < count; ++i) {
        const std::size_t c = column + i;
        const T factor = words[i] < threshold ? kept : T(0);
        mask(r, c) = factor;
        a(r, c) = x(r, c) * factor;
      }
    }
  }
}

}  // namespace

template <typename T>
void prepare_forward(const Network& network, std::size_t rows, Mode mode, Workspace<T>& workspace) {
  workspace.layers.resize(network.layers.size());
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    LayerState<T>& state = workspace.layers[i];
    const std::size_t outputs = layer_outputs(network.layers[i]);
    state.a.resize(rows, outputs);
    if (const auto* dropout = std::get_if<Dropout>(&network.layers[i])) {
      const bool silences = mode == Mode::train && dropout->rate != 0;
      state.mask.resize(silences ? rows : 0, outputs);
    } else {
      state.z.resize(rows, outputs);
    }
  }
}

template <typename T>
void forward_rows(const Compute& compute, const Network& network, std::span<const T> parameters,
                  MatrixView<const T> x, RowBlock rows, Mode mode, DropoutKey dropout,
                  Workspace<T>& workspace) {
  assert(rows.first + rows.count <= x.rows);
  const Products products = mode == Mode::train ? workspace.products : Products::full;
  assert(products == Products::full || rows.count == x.rows);
  x = x.row_block(rows);
  std::size_t offset = 0;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    LayerState<T>& state = workspace.layers[i];
    const MatrixView<T> a = state.a.view().row_block(rows);
    if (const auto* dense = std::get_if<Dense>(&network.layers[i])) {
      const auto slice = dense_parameters<const T>(*dense, parameters.subspan(offset));
      const LayerBelow below = i == 0 ? LayerBelow::absent : LayerBelow::present;
      const MatrixView<T> z = state.z.view().row_block(rows);
      net_input<T>(compute, products, below, *dense, slice, x, state.bf16, z);
      activate_dense<T>(compute, *dense, slice, z, a);
      offset += slice.size();
    } else if (const auto* rbf = std::get_if<Rbf>(&network.layers[i])) {
      const auto slice = rbf_parameters<const T>(*rbf, parameters.subspan(offset));
      assert(rows.count == state.a.rows());
      forward_rbf<T>(compute, *rbf, slice, x, state);
      offset += slice.size();
    } else {
      const MatrixView<T> mask =
          mode == Mode::train && state.mask.rows() != 0 ? state.mask.view().row_block(rows) : MatrixView<T>();
      forward_dropout<T>(std::get<Dropout>(network.layers[i]), i, dropout, rows, x, mask, a);
    }
    x = a;
  }
}

template <typename T>
MatrixView<const T> forward(const Compute& compute, const Network& network, std::span<const T> parameters,
                            MatrixView<const T> x, Mode mode, DropoutKey dropout, Workspace<T>& workspace) {
  if (x.columns != network.inputs()) {
    throw StateError({.what = "the inputs do not fit the network",
                      .where = "layer 1",
                      .expected = std::to_string(network.inputs()) + " columns",
                      .got = std::to_string(x.columns)});
  }
  prepare_forward<T>(network, x.rows, mode, workspace);
  forward_rows<T>(compute, network, parameters, x, {0, x.rows}, mode, dropout, workspace);
  return workspace.layers.back().a.view();
}

#define CHAINRULE_INSTANTIATE(T)                                                                         \
  template MatrixView<const T> forward<T>(const Compute&, const Network&, std::span<const T>,            \
                                          MatrixView<const T>, Mode, DropoutKey, Workspace<T>&);         \
  template void prepare_forward<T>(const Network&, std::size_t, Mode, Workspace<T>&);                    \
  template void forward_rows<T>(const Compute&, const Network&, std::span<const T>, MatrixView<const T>, \
                                RowBlock, Mode, DropoutKey, Workspace<T>&);
CHAINRULE_INSTANTIATE(float)
CHAINRULE_INSTANTIATE(double)
#undef CHAINRULE_INSTANTIATE

}  // namespace chainrule
