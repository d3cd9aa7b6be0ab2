#include "chainrule/model/backward.h"

#include <algorithm>
#include <cassert>

namespace chainrule {

template <typename T>
void prepare_backward(const Network& network, std::size_t rows, Workspace<T>& workspace) {
  std::size_t widest = 0;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    if (i > 0) widest = std::max(widest, layer_inputs(network.layers[i]));
    const LayerPlace place{.index = i, .is_last = i + 1 == network.layers.size()};
    std::visit([&](const auto& layer) { prepare_backward<T>(layer, place, rows, workspace.layers[i]); },
               network.layers[i]);
  }
  workspace.d_a.resize(rows, widest);
}

template <typename T>
void backward_rows(const Compute& compute, const Network& network, std::span<const T> parameters,
                   MatrixView<const T> x, MatrixView<const T> d_output, GradientAt place, RowBlock rows,
                   Workspace<T>& workspace, std::span<T> gradient) {
  const MatrixView<T> room = workspace.d_a.view().row_block(rows);
  OutputGradient<T> d_a{.values = d_output.row_block(rows), .at = place};
  std::size_t end = parameters.size();
  for (std::size_t i = network.layers.size(); i-- > 0;) {
    const MatrixView<const T> below = i == 0 ? x : workspace.layers[i - 1].a.view();
    const MatrixView<T> d_below =
        i == 0 ? MatrixView<T>() : room.column_block(0, layer_inputs(network.layers[i]));
    const LayerPass pass{.compute = compute, .rows = rows, .layer = i, .products = workspace.products};
    const std::size_t size = layer_parameters(network.layers[i]).size();
    end -= size;
    d_a.values = std::visit(
        [&](const auto& layer) {
          return backward<T>(layer, pass, parameters.subspan(end, size), below.row_block(rows), d_a,
                             workspace.layers[i], d_below, gradient.subspan(end, size));
        },
        network.layers[i]);
    d_a.at = GradientAt::output;
  }
}

template <typename T>
void parameter_gradients(const Compute& compute, const Network& network, GradientAt place,
                         MatrixView<const T> x, const Workspace<T>& workspace, std::span<T> gradient) {
  std::size_t offset = 0;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const MatrixView<const T> below = i == 0 ? x : workspace.layers[i - 1].a.view();
    const bool is_last = i + 1 == network.layers.size();
    const LayerPass pass{.compute = compute, .rows = {0, x.rows}, .layer = i, .products = workspace.products};
    const std::size_t size = layer_parameters(network.layers[i]).size();
    std::visit(
        [&](const auto& layer) {
          parameter_gradient<T>(layer, pass, below, is_last ? place : GradientAt::output, workspace.layers[i],
                                gradient.subspan(offset, size));
        },
        network.layers[i]);
    offset += size;
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

#define CHAINRULE_INSTANTIATE(T)                                                                          \
  template void backward<T>(const Compute&, const Network&, std::span<const T>, MatrixView<const T>,      \
                            MatrixView<const T>, GradientAt, Workspace<T>&, std::span<T>);                \
  template void prepare_backward<T>(const Network&, std::size_t, Workspace<T>&);                          \
  template void backward_rows<T>(const Compute&, const Network&, std::span<const T>, MatrixView<const T>, \
                                 MatrixView<const T>, GradientAt, RowBlock, Workspace<T>&, std::span<T>); \
  template void parameter_gradients<T>(const Compute&, const Network&, GradientAt, MatrixView<const T>,   \
                                       const Workspace<T>&, std::span<T>);
CHAINRULE_INSTANTIATE(float)
CHAINRULE_INSTANTIATE(double)
#undef CHAINRULE_INSTANTIATE

}  // namespace chainrule
