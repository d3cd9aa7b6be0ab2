// One layer of message passing on a graph: every node takes the mean of its neighbours and itself, which then
// passes through a dense layer that all nodes share.
//
//   A_hat = D^-1 (A + I)   A adjacency, symmetric; D the row sums of A + I
//   Z = A_hat H W,  H' = f(Z)
//   backward:  dZ = dH' f'(Z),  dW = (A_hat H)^T dZ,  dH = A_hat^T dZ W^T
//   A [nodes][nodes], H [nodes][inputs], W [inputs][outputs], H' [nodes][outputs]
//
// Source: Kipf, Welling, "Semi-supervised classification with graph convolutional networks", 2017, with the
// mean in place of the symmetric normalisation.
#pragma once

#include <cstddef>
#include <span>
#include <utility>

#include "chainrule/tensor/activation.h"
#include "chainrule/tensor/matrix.h"

namespace chainrule {

// Two nodes, counted from 0; the edge goes both ways.
using GraphEdge = std::pair<std::size_t, std::size_t>;

// A_hat of the graph. An edge given twice counts once; one from a node to itself exists anyway. Throws
// UsageError for no nodes and for an edge to a node that does not exist.
Matrix<double> normalised_adjacency(std::size_t nodes, std::span<const GraphEdge> edges);

struct GraphLayerRun {
  Matrix<double> messages;  // A_hat H [nodes][inputs]
  Matrix<double> z;         // [nodes][outputs]
  Matrix<double> h_next;    // [nodes][outputs]
};

// Throws UsageError for shapes that do not fit, and for softmax, sign and step.
GraphLayerRun run_graph_layer(MatrixView<const double> a_hat, MatrixView<const double> h,
                              MatrixView<const double> w, Activation f);

struct GraphLayerGradient {
  Matrix<double> d_z;  // [nodes][outputs]
  Matrix<double> d_w;  // [inputs][outputs]
  Matrix<double> d_h;  // [nodes][inputs]
};

// For the forward pass with the same a_hat, w and f; d_h_next = dL/dH' [nodes][outputs].
GraphLayerGradient graph_layer_gradient(MatrixView<const double> a_hat, MatrixView<const double> w,
                                        Activation f, const GraphLayerRun& run,
                                        MatrixView<const double> d_h_next);

}  // namespace chainrule
