#include "chainrule/model/forward.h"

#include <cassert>

#include "chainrule/base/error.h"

namespace chainrule {

template <typename T>
void prepare_forward(const Network& network, std::size_t rows, Mode mode, Workspace<T>& workspace) {
  workspace.layers.resize(network.layers.size());
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    std::visit([&](const auto& layer) { prepare_forward<T>(layer, rows, mode, workspace.layers[i]); },
               network.layers[i]);
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
    const LayerPass pass{
        .compute = compute, .rows = rows, .layer = i, .mode = mode, .dropout = dropout, .products = products};
    const std::size_t size = layer_parameters(network.layers[i]).size();
    std::visit(
        [&](const auto& layer) { forward<T>(layer, pass, parameters.subspan(offset, size), x, state); },
        network.layers[i]);
    offset += size;
    x = state.a.view().row_block(rows);
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
