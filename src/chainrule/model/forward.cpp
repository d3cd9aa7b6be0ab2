#include "chainrule/model/forward.h"

#include "chainrule/base/error.h"
#include "chainrule/base/random.h"
#include "chainrule/model/layer_parameters.h"
#include "chainrule/model/rbf.h"
#include "chainrule/tensor/kernels.h"

namespace chainrule {
namespace {

template <typename T>
void forward_dense(const Compute& compute, const Dense& layer, DenseParameters<const T> parameters,
                   MatrixView<const T> x, LayerState<T>& state) {
  state.z.resize(x.rows, layer.outputs);
  state.a.resize(x.rows, layer.outputs);
  multiply(compute, x, parameters.w, parameters.b, state.z.view());
  if (layer.activation == Activation::softmax) {
    softmax_rows<T>(compute, state.z.view(), state.a.view(), {});
    return;
  }
  for_each_activation_run<T>(
      layer, parameters.activation,
      [&](Activation f, std::size_t first, std::size_t count, std::span<const T> values) {
        activate<T>(compute, f, values, state.z.view().column_block(first, count),
                    state.a.view().column_block(first, count));
      });
}

// Masks depend on (seed, step, layer, element) only; the layer is folded into the seed so that two dropout
// layers differ.
template <typename T>
void forward_dropout(const Dropout& layer, std::size_t index, Mode mode, DropoutKey dropout,
                     MatrixView<const T> x, LayerState<T>& state) {
  state.a.resize(x.rows, layer.units);
  if (mode == Mode::predict || layer.rate == 0) {
    state.mask.resize(0, 0);
    for (std::size_t r = 0; r < x.rows; ++r)
      std::copy_n(x.row(r), x.columns, state.a.row(r));
    return;
  }
  state.mask.resize(x.rows, layer.units);
  const double keep = 1 - layer.rate;
  const T kept = static_cast<T>(1 / keep);
  const double threshold = keep * 0x1.0p32;
  const RandomKey key{.seed = dropout.seed + 0x9E3779B97F4A7C15ull * (index + 1),
                      .purpose = RandomPurpose::dropout,
                      .step = dropout.step};
  for (std::size_t r = 0; r < x.rows; ++r) {
    for (std::size_t c = 0; c < x.columns; ++c) {
      const T factor = random_u32(key, r * layer.units + c) < threshold ? kept : T(0);
      state.mask(r, c) = factor;
      state.a(r, c) = x(r, c) * factor;
    }
  }
}

}  // namespace

template <typename T>
MatrixView<const T> forward(const Compute& compute, const Network& network, std::span<const T> parameters,
                            MatrixView<const T> x, Mode mode, DropoutKey dropout, Workspace<T>& workspace) {
  if (x.columns != network.inputs()) {
    throw StateError({.what = "the inputs do not fit the network",
                      .where = "layer 1",
                      .expected = std::to_string(network.inputs()) + " columns",
                      .got = std::to_string(x.columns)});
  }
  workspace.layers.resize(network.layers.size());
  std::size_t offset = 0;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    LayerState<T>& state = workspace.layers[i];
    if (const auto* dense = std::get_if<Dense>(&network.layers[i])) {
      const auto slice = dense_parameters<const T>(*dense, parameters.subspan(offset));
      forward_dense<T>(compute, *dense, slice, x, state);
      offset += slice.size();
    } else if (const auto* rbf = std::get_if<Rbf>(&network.layers[i])) {
      const auto slice = rbf_parameters<const T>(*rbf, parameters.subspan(offset));
      forward_rbf<T>(compute, *rbf, slice, x, state);
      offset += slice.size();
    } else {
      forward_dropout<T>(std::get<Dropout>(network.layers[i]), i, mode, dropout, x, state);
    }
    x = state.a.view();
  }
  return x;
}

template MatrixView<const float> forward<float>(const Compute&, const Network&, std::span<const float>,
                                                MatrixView<const float>, Mode, DropoutKey, Workspace<float>&);
template MatrixView<const double> forward<double>(const Compute&, const Network&, std::span<const double>,
                                                  MatrixView<const double>, Mode, DropoutKey,
                                                  Workspace<double>&);

}  // namespace chainrule
