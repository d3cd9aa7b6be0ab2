#include "chainrule/model/backward.h"

#include <algorithm>
#include <cassert>

#include "chainrule/base/error.h"
#include "chainrule/model/layer_parameters.h"
#include "chainrule/model/rbf.h"
#include "chainrule/tensor/kernels.h"

namespace chainrule {
namespace {

template <typename T>
void softmax_delta(MatrixView<const T> a, MatrixView<const T> d_a, MatrixView<T> d_z) {
  for (std::size_t r = 0; r < a.rows; ++r) {
    T dot = 0;
    for (std::size_t j = 0; j < a.columns; ++j)
      dot += d_a(r, j) * a(r, j);
    for (std::size_t j = 0; j < a.columns; ++j)
      d_z(r, j) = a(r, j) * (d_a(r, j) - dot);
  }
}

void refuse_threshold_units(const Dense& layer, std::size_t index) {
  const auto refuse = [index](Activation activation) {
    if (properties_of(activation).is_differentiable) return;
    throw StateError(
        {.what = "threshold units have no gradient",
         .where = "layer " + std::to_string(index + 1) + ", activation " + std::string(name_of(activation)),
         .advice = "use logistic or tanh for training; sign and step are for forward use"});
  };
  refuse(layer.activation);
  std::for_each(layer.unit_activations.begin(), layer.unit_activations.end(), refuse);
}

// The gradient of the learnable slopes or betas: dL/dp_j = sum over the batch of d_a df/dp.
template <typename T>
void activation_parameter_gradient(const Compute& compute, const Dense& layer, std::span<const T> learnable,
                                   MatrixView<const T> d_a, LayerState<T>& state, std::span<T> gradient) {
  if (learnable.empty()) return;
  state.d_parameter.resize(d_a.rows, d_a.columns);
  for_each_activation_run<T>(
      layer, learnable, [&](Activation f, std::size_t first, std::size_t count, std::span<const T> values) {
        const MatrixView<T> block = state.d_parameter.view().column_block(first, count);
        if (properties_of(f).parameter == ParameterUse::none) {
          for (std::size_t r = 0; r < block.rows; ++r)
            std::fill_n(block.row(r), count, T(0));
          return;
        }
        activate_parameter_backward<T>(compute, f, values, state.z.view().column_block(first, count),
                                       d_a.column_block(first, count), block);
      });
  column_sums<T>(compute, state.d_parameter.view(), gradient);
}

}  // namespace

template <typename T>
void activation_delta(const Compute& compute, const Dense& layer, std::span<const T> learnable,
                      MatrixView<const T> z, MatrixView<const T> a, MatrixView<const T> d_a,
                      MatrixView<T> d_z) {
  if (layer.activation == Activation::softmax) {
    softmax_delta<T>(a, d_a, d_z);
    return;
  }
  for_each_activation_run<T>(
      layer, learnable, [&](Activation f, std::size_t first, std::size_t count, std::span<const T> values) {
        activate_backward<T>(compute, f, values, z.column_block(first, count), a.column_block(first, count),
                             d_a.column_block(first, count), d_z.column_block(first, count));
      });
}

template <typename T>
void input_gradient(const Compute& compute, MatrixView<const T> d_z, MatrixView<const T> w,
                    MatrixView<T> d_x) {
  multiply_transposed<T>(compute, d_z, w, d_x);
}

template <typename T>
void weight_gradient(const Compute& compute, MatrixView<const T> x, MatrixView<const T> d_z,
                     MatrixView<T> d_w) {
  outer_product_sum<T>(compute, x, d_z, d_w);
}

template <typename T>
void bias_gradient(const Compute& compute, MatrixView<const T> d_z, std::span<T> d_b) {
  column_sums<T>(compute, d_z, d_b);
}

template <typename T>
void backward(const Compute& compute, const Network& network, std::span<const T> parameters,
              MatrixView<const T> x, MatrixView<const T> d_output, GradientAt place, Workspace<T>& workspace,
              std::span<T> gradient) {
  assert(parameters.size() == gradient.size());
  MatrixView<const T> d_a = d_output;
  GradientAt d_a_place = place;
  std::size_t end = parameters.size();
  for (std::size_t i = network.layers.size(); i-- > 0;) {
    LayerState<T>& state = workspace.layers[i];
    const bool is_first = i == 0;
    const MatrixView<const T> below = is_first ? x : MatrixView<const T>(workspace.layers[i - 1].a.view());

    if (const auto* dropout = std::get_if<Dropout>(&network.layers[i])) {
      if (is_first || state.mask.rows() == 0) continue;  // mask left out: rate 0
      const MatrixView<T> masked = workspace.d_a.view();
      for (std::size_t r = 0; r < masked.rows; ++r) {
        for (std::size_t c = 0; c < dropout->units; ++c)
          masked(r, c) *= state.mask(r, c);
      }
      continue;
    }

    if (const auto* rbf = std::get_if<Rbf>(&network.layers[i])) {
      const std::size_t size = rbf_parameters<const T>(*rbf, parameters).size();
      const auto slice = rbf_parameters<const T>(*rbf, parameters.subspan(end - size, size));
      const auto d_slice = rbf_parameters<T>(*rbf, gradient.subspan(end - size, size));
      end -= size;
      backward_rbf<T>(compute, *rbf, slice, below, d_a, state, d_slice);
      if (!is_first) {
        workspace.d_a.resize(below.rows, rbf->inputs);
        rbf_input_gradient<T>(compute, slice, below, state, workspace.d_a.view());
        d_a = workspace.d_a.view();
      }
      continue;
    }

    const Dense& layer = std::get<Dense>(network.layers[i]);
    refuse_threshold_units(layer, i);
    const std::size_t size = dense_parameters<const T>(layer, parameters.first(end)).size();
    const auto slice = dense_parameters<const T>(layer, parameters.subspan(end - size, size));
    const auto d_slice = dense_parameters<T>(layer, gradient.subspan(end - size, size));
    end -= size;

    state.d_z.resize(d_a.rows, layer.outputs);
    if (d_a_place == GradientAt::net_input) {
      for (std::size_t r = 0; r < d_a.rows; ++r)
        std::copy_n(d_a.row(r), d_a.columns, state.d_z.row(r));
      std::fill(d_slice.activation.begin(), d_slice.activation.end(), T(0));
    } else {
      activation_delta<T>(compute, layer, slice.activation, state.z.view(), state.a.view(), d_a,
                          state.d_z.view());
      activation_parameter_gradient<T>(compute, layer, slice.activation, d_a, state, d_slice.activation);
    }
    const MatrixView<const T> d_z = state.d_z.view();
    weight_gradient<T>(compute, below, d_z, d_slice.w);
    if (!d_slice.b.empty()) bias_gradient<T>(compute, d_z, d_slice.b);
    if (!is_first) {
      workspace.d_a.resize(d_z.rows, layer.inputs);
      input_gradient<T>(compute, d_z, slice.w, workspace.d_a.view());
      d_a = workspace.d_a.view();
      d_a_place = GradientAt::output;
    }
  }
}

#define CHAINRULE_INSTANTIATE(T)                                                                             \
  template void activation_delta<T>(const Compute&, const Dense&, std::span<const T>, MatrixView<const T>,   \
                                    MatrixView<const T>, MatrixView<const T>, MatrixView<T>);                \
  template void input_gradient<T>(const Compute&, MatrixView<const T>, MatrixView<const T>, MatrixView<T>);  \
  template void weight_gradient<T>(const Compute&, MatrixView<const T>, MatrixView<const T>, MatrixView<T>); \
  template void bias_gradient<T>(const Compute&, MatrixView<const T>, std::span<T>);                         \
  template void backward<T>(const Compute&, const Network&, std::span<const T>, MatrixView<const T>,         \
                            MatrixView<const T>, GradientAt, Workspace<T>&, std::span<T>);
CHAINRULE_INSTANTIATE(float)
CHAINRULE_INSTANTIATE(double)
#undef CHAINRULE_INSTANTIATE

}  // namespace chainrule
