#include "chainrule/model/graph_layer.h"

#include <string>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/tensor/activation_kernels.h"
#include "chainrule/tensor/kernels.h"

namespace chainrule {
namespace {

const Compute kByHand{.path = KernelPath::plain};

std::string shape_text(std::size_t rows, std::size_t columns) {
  return std::to_string(rows) + " x " + std::to_string(columns);
}

void require_shape(const char* what, MatrixView<const double> m, std::size_t rows, std::size_t columns) {
  if (m.rows == rows && m.columns == columns) return;
  throw UsageError({.what = std::string(what) + " does not fit the graph layer",
                    .expected = shape_text(rows, columns),
                    .got = shape_text(m.rows, m.columns)});
}

}  // namespace

Matrix<double> normalised_adjacency(std::size_t nodes, std::span<const GraphEdge> edges) {
  if (nodes == 0) throw UsageError({.what = "a graph needs at least one node", .got = "0 nodes"});
  Matrix<double> a(nodes, nodes);
  for (std::size_t i = 0; i < nodes; ++i)
    a(i, i) = 1;
  for (std::size_t e = 0; e < edges.size(); ++e) {
    const auto [from, to] = edges[e];
    if (from >= nodes || to >= nodes) {
      throw UsageError({.what = "an edge leads to a node that does not exist",
                        .where = "edge " + std::to_string(e + 1),
                        .expected = "nodes 0 to " + std::to_string(nodes - 1),
                        .got = std::to_string(from) + " - " + std::to_string(to),
                        .advice = "nodes are counted from 0"});
    }
    a(from, to) = a(to, from) = 1;
  }
  for (std::size_t i = 0; i < nodes; ++i) {
    double degree = 0;
    for (std::size_t j = 0; j < nodes; ++j)
      degree += a(i, j);
    for (std::size_t j = 0; j < nodes; ++j)
      a(i, j) /= degree;
  }
  return a;
}

GraphLayerRun run_graph_layer(MatrixView<const double> a_hat, MatrixView<const double> h,
                              MatrixView<const double> w, Activation f) {
  require_shape("the adjacency", a_hat, h.rows, h.rows);
  require_shape("the weights", w, h.columns, w.columns);
  if (!is_trainable_by_unit(f)) {
    throw UsageError({.what = "a graph layer needs an element-wise activation with a gradient",
                      .got = std::string(name_of(f)),
                      .advice = "use logistic, tanh or relu"});
  }
  GraphLayerRun run{.messages = Matrix<double>(h.rows, h.columns),
                    .z = Matrix<double>(h.rows, w.columns),
                    .h_next = Matrix<double>(h.rows, w.columns)};
  multiply<double>(kByHand, a_hat, h, {}, run.messages.view());
  multiply<double>(kByHand, run.messages.view(), w, {}, run.z.view());
  const double parameter = properties_of(f).default_parameter;
  activate<double>(kByHand, f, {&parameter, 1}, run.z.view(), run.h_next.view());
  return run;
}

GraphLayerGradient graph_layer_gradient(MatrixView<const double> a_hat, MatrixView<const double> w,
                                        Activation f, const GraphLayerRun& run,
                                        MatrixView<const double> d_h_next) {
  const std::size_t nodes = run.z.rows(), inputs = w.rows, outputs = w.columns;
  require_shape("dL/dH'", d_h_next, nodes, outputs);
  require_shape("the adjacency", a_hat, nodes, nodes);
  GraphLayerGradient gradient{.d_z = Matrix<double>(nodes, outputs),
                              .d_w = Matrix<double>(inputs, outputs),
                              .d_h = Matrix<double>(nodes, inputs)};
  const double parameter = properties_of(f).default_parameter;
  activate_backward<double>(kByHand, f, {&parameter, 1}, run.z.view(), run.h_next.view(), d_h_next,
                            gradient.d_z.view());
  outer_product_sum<double>(kByHand, run.messages.view(), gradient.d_z.view(), gradient.d_w.view());
  Matrix<double> d_messages(nodes, inputs);
  multiply_transposed<double>(kByHand, gradient.d_z.view(), w, d_messages.view());
  outer_product_sum<double>(kByHand, a_hat, d_messages.view(), gradient.d_h.view());
  return gradient;
}

}  // namespace chainrule
