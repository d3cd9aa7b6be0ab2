// A feed-forward network: layers in a chain, and the map of its one flat parameter array.
//
// The array holds the layers' parameters one after the other, each as its own file says (parameters_of),
// matrices row by row. Gradients, optimizer moments and checkpoints are arrays parallel to it.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "chainrule/model/layer.h"
#include "chainrule/model/parameter_segment.h"
#include "chainrule/tensor/matrix.h"

namespace chainrule {

struct Network {
  std::vector<Layer> layers;

  std::size_t inputs() const;
  std::size_t outputs() const;
  // The activation of the last dense layer.
  Activation output_activation() const;
  bool operator==(const Network&) const = default;
};

// Throws StateError naming the layer and both sizes when neighbours do not fit, a size is 0, a rate is
// outside [0, 1), softmax is not in the last layer, or unit_activations does not have one entry per output.
void validate(const Network& network);

std::size_t parameter_count(const Network& network);
std::vector<ParameterSegment> parameter_segments(const Network& network);

// Throws StateError naming the segment and the unit when the width of a radial basis function is not above 0.
// A width that is not finite passes: other checks report that for all parameters.
template <typename T>
void validate_parameters(const Network& network, std::span<const T> parameters);

struct MlpOptions {
  std::size_t inputs = 0;
  std::vector<std::size_t> hidden;
  std::size_t outputs = 0;
  std::vector<Activation> hidden_activations = {Activation::relu};  // one for all, or one per hidden layer
  Activation output_activation = Activation::identity;
  ParameterUse swish_beta = ParameterUse::fixed;
  double dropout = 0;  // after each hidden layer
};

Network make_mlp(const MlpOptions& options);

// A layer of radial basis functions and a dense layer above it.
struct RbfNetworkOptions {
  std::size_t inputs = 0;
  std::size_t units = 0;
  std::size_t outputs = 0;
  Activation output_activation = Activation::identity;
};

Network make_rbf_network(const RbfNetworkOptions& options);

}  // namespace chainrule
