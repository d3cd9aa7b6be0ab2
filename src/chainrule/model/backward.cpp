#include "chainrule/model/backward.h"

#include <algorithm>
#include <cassert>
#include <type_traits>

#include "chainrule/base/error.h"
#include "chainrule/model/layer_parameters.h"
#include "chainrule/model/rbf.h"
#include "chainrule/tensor/activation_kernels.h"
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

// The gradient of the learnable slopes or betas, row by row: d_a df/dp.
template <typename T>
void activation_parameter_delta(const Compute& compute, const Dense& layer, std::span<const T> learnable,
                                MatrixView<const T> z, MatrixView<const T> d_a, MatrixView<T> d_parameter) {
  for_each_activation_run<T>(
      layer, learnable, [&](Activation f, std::size_t first, std::size_t count, std::span<const T> values) {
        const MatrixView<T> block = d_parameter.column_block(first, count);
        if (properties_of(f).parameter == ParameterUse::none) {
          for (std::size_t r = 0; r < block.rows; ++r)
            std::fill_n(block.row(r), count, T(0));
          return;
        }
        activate_parameter_backward<T>(compute, f, values, z.column_block(first, count),
                                       d_a.column_block(first, count), block);
      });
}

template <typename T>
void copy_rows(MatrixView<const T> from, MatrixView<T> to) {
  for (std::size_t r = 0; r < from.rows; ++r)
    std::copy_n(from.row(r), from.columns, to.row(r));
}

// What bf16_products.h has for float alone; the trainer refuses double.
template <typename T>
void delta_products_bf16(const Compute& compute, bool is_first, MatrixView<const T> d_z,
                         Bf16Operands& operands, MatrixView<T> d_x) {
  if constexpr (std::is_same_v<T, float>) {
    input_gradient_bf16(compute, is_first ? LayerBelow::absent : LayerBelow::present, d_z, operands, d_x);
  }
}
template <typename T>
void weight_products_bf16(const Compute& compute, const Bf16Operands& operands, MatrixView<T> d_w) {
  if constexpr (std::is_same_v<T, float>) weight_gradient_bf16(compute, operands, d_w);
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
void prepare_backward(const Network& network, std::size_t rows, Workspace<T>& workspace) {
  std::size_t widest = 0;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    if (i > 0) widest = std::max(widest, layer_inputs(network.layers[i]));
    const auto* dense = std::get_if<Dense>(&network.layers[i]);
    if (dense == nullptr) continue;
    refuse_threshold_units(*dense, i);
    LayerState<T>& state = workspace.layers[i];
    state.d_z.resize(rows, dense->outputs);
    if (dense->parameter_use == ParameterUse::learnable) state.d_parameter.resize(rows, dense->outputs);
  }
  workspace.d_a.resize(rows, widest);
}

template <typename T>
void backward_rows(const Compute& compute, const Network& network, std::span<const T> parameters,
                   MatrixView<const T> x, MatrixView<const T> d_output, GradientAt place, RowBlock rows,
                   Workspace<T>& workspace, std::span<T> gradient) {
  const auto of_block = [&](auto view) { return view.row_block(rows); };
  const MatrixView<T> room = of_block(workspace.d_a.view());
  MatrixView<const T> d_a = of_block(d_output);
  GradientAt d_a_place = place;
  std::size_t end = parameters.size();
  for (std::size_t i = network.layers.size(); i-- > 0;) {
    LayerState<T>& state = workspace.layers[i];
    const bool is_first = i == 0;
    const MatrixView<T> d_below =
        is_first ? MatrixView<T>() : room.column_block(0, layer_inputs(network.layers[i]));

    if (std::holds_alternative<Dropout>(network.layers[i])) {
      if (is_first || state.mask.rows() == 0) continue;
      const MatrixView<const T> mask = of_block(state.mask.view());
      for (std::size_t r = 0; r < d_below.rows; ++r) {
        for (std::size_t c = 0; c < d_below.columns; ++c)
          d_below(r, c) = d_a(r, c) * mask(r, c);
      }
      d_a = d_below;
      continue;
    }

    if (const auto* rbf = std::get_if<Rbf>(&network.layers[i])) {
      assert(rows.count == state.a.rows());
      const MatrixView<const T> below = is_first ? x : MatrixView<const T>(workspace.layers[i - 1].a.view());
      const std::size_t size = rbf_parameters<const T>(*rbf, parameters).size();
      const auto slice = rbf_parameters<const T>(*rbf, parameters.subspan(end - size, size));
      const auto d_slice = rbf_parameters<T>(*rbf, gradient.subspan(end - size, size));
      end -= size;
      backward_rbf<T>(compute, *rbf, slice, below, d_a, state, d_slice);
      if (!is_first) {
        rbf_input_gradient<T>(compute, slice, below, state, d_below);
        d_a = d_below;
      }
      continue;
    }

    const Dense& layer = std::get<Dense>(network.layers[i]);
    const std::size_t size = dense_parameters<const T>(layer, parameters.first(end)).size();
    const auto slice = dense_parameters<const T>(layer, parameters.subspan(end - size, size));
    end -= size;

    const MatrixView<T> d_z = of_block(state.d_z.view());
    if (d_a_place == GradientAt::net_input) {
      if (d_a.data != d_z.data) copy_rows<T>(d_a, d_z);
    } else {
      const MatrixView<const T> z = of_block(state.z.view());
      if (!slice.activation.empty()) {
        activation_parameter_delta<T>(compute, layer, slice.activation, z, d_a,
                                      of_block(state.d_parameter.view()));
      }
      activation_delta<T>(compute, layer, slice.activation, z, of_block(state.a.view()), d_a, d_z);
    }
    const bool is_bf16 = workspace.products == Products::bf16 && takes_bf16(layer);
    if (is_bf16) delta_products_bf16<T>(compute, is_first, d_z, state.bf16, d_below);
    if (!is_first) {
      if (!is_bf16) input_gradient<T>(compute, d_z, slice.w, d_below);
      d_a = d_below;
      d_a_place = GradientAt::output;
    }
  }
}

template <typename T>
void parameter_gradients(const Compute& compute, const Network& network, GradientAt place,
                         MatrixView<const T> x, const Workspace<T>& workspace, std::span<T> gradient) {
  std::size_t offset = 0;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const LayerState<T>& state = workspace.layers[i];
    const MatrixView<const T> below = i == 0 ? x : workspace.layers[i - 1].a.view();
    if (const auto* rbf = std::get_if<Rbf>(&network.layers[i])) {
      offset += rbf_parameters<T>(*rbf, gradient.subspan(offset)).size();  // backward_rows has done it
      continue;
    }
    const auto* layer = std::get_if<Dense>(&network.layers[i]);
    if (layer == nullptr) continue;
    const auto d_slice = dense_parameters<T>(*layer, gradient.subspan(offset));
    offset += d_slice.size();
    if (workspace.products == Products::bf16 && takes_bf16(*layer)) {
      weight_products_bf16<T>(compute, state.bf16, d_slice.w);
    } else {
      weight_gradient<T>(compute, below, state.d_z.view(), d_slice.w);
    }
    if (!d_slice.b.empty()) bias_gradient<T>(compute, state.d_z.view(), d_slice.b);
    if (d_slice.activation.empty()) continue;
    if (place == GradientAt::net_input && i + 1 == network.layers.size()) {
      std::fill(d_slice.activation.begin(), d_slice.activation.end(), T(0));
    } else {
      column_sums<T>(compute, state.d_parameter.view(), d_slice.activation);
    }
  }
}

template <typename T>
void backward(const Compute& compute, const Network& network, std::span<const T> parameters,
              MatrixView<const T> x, MatrixView<const T> d_output, GradientAt place, Workspace<T>& workspace,
              std::span<T> gradient) {
  assert(parameters.size() == gradient.size());
  prepare_backward<T>(network, x.rows, workspace);
  backward_rows<T>(compute, network, parameters, x, d_output, place, {0, x.rows}, workspace, gradient);
  parameter_gradients<T>(compute, network, place, x, workspace, gradient);
}

#define CHAINRULE_INSTANTIATE(T)                                                                             \
  template void activation_delta<T>(const Compute&, const Dense&, std::span<const T>, MatrixView<const T>,   \
                                    MatrixView<const T>, MatrixView<const T>, MatrixView<T>);                \
  template void input_gradient<T>(const Compute&, MatrixView<const T>, MatrixView<const T>, MatrixView<T>);  \
  template void weight_gradient<T>(const Compute&, MatrixView<const T>, MatrixView<const T>, MatrixView<T>); \
  template void bias_gradient<T>(const Compute&, MatrixView<const T>, std::span<T>);                         \
  template void backward<T>(const Compute&, const Network&, std::span<const T>, MatrixView<const T>,         \
                            MatrixView<const T>, GradientAt, Workspace<T>&, std::span<T>);                   \
  template void prepare_backward<T>(const Network&, std::size_t, Workspace<T>&);                             \
  template void backward_rows<T>(const Compute&, const Network&, std::span<const T>, MatrixView<const T>,    \
                                 MatrixView<const T>, GradientAt, RowBlock, Workspace<T>&, std::span<T>);    \
  template void parameter_gradients<T>(const Compute&, const Network&, GradientAt, MatrixView<const T>,      \
                                       const Workspace<T>&, std::span<T>);
CHAINRULE_INSTANTIATE(float)
CHAINRULE_INSTANTIATE(double)
#undef CHAINRULE_INSTANTIATE

}  // namespace chainrule
