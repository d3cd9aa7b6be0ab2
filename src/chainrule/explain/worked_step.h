// One step of gradient descent with every number kept: the numbers of a lecture's worked example.
//
//   forward   z = W a_below + b,  a = f(z)             layer by layer, from x
//   loss      E(a_last, t)                             one sample after the other
//   backward  delta_last = dE/da * f'(z)  (BP-1),  delta = f'(z) * (W_above^T delta_above)  (BP-2)
//             dE/dW = delta a_below^T  (BP-3),  dE/db = delta  (BP-4)
//   reduce    dW, db over the samples: of the one sample, their sum, or their mean; + lambda W
//   update    W_new = W - eta (dW + decay W),  b_new = b - eta db,  from the old W everywhere
//
// Radial basis functions may precede the dense layers: phi_j = exp(-d_j / (2 s_j^2)), d_j = |x - c_j|^2. They
// enter the first dense layer instead of x; their centres and widths have gradients of their own.
//
// The engine's own functions do the work, in double with ordinary arithmetic (docs/numerics.md, rule 7), each
// sample alone. Lists have one entry per layer of weights; matrices are [to][from], as lectures print them.
//
// lambda and decay: with lambda the loss is R = E + lambda/2 |W|^2 and lambda W belongs to its gradient.
// decay shrinks the weights in the update without changing loss or gradient, as the rule W - eta (delta n^T +
// W) does (decay 1).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "chainrule/model/batch_loss.h"
#include "chainrule/model/network.h"

namespace chainrule {

using NumberList = std::vector<double>;
using NumberTable = std::vector<NumberList>;  // [to][from]

struct WorkedSample {
  NumberList x, t;
};

struct WorkedNetwork {
  Network network;        // dense layers; a layer of radial basis functions may precede them
  NumberList parameters;  // of the network, as parameter_segments lists them
  LossOptions loss;
  double lambda = 0;
  double decay = 0;
  double eta = 0.1;
  std::vector<WorkedSample> samples;

  bool has_rbf() const;
  // The number of dense layers; they count from 0, whatever precedes them.
  std::size_t layers() const { return network.layers.size() - (has_rbf() ? 1 : 0); }
  const Dense& layer(std::size_t l) const;
  std::size_t units(std::size_t l) const { return layer(l).outputs; }
  // The number of inputs of the first dense layer: x, or the radial basis functions.
  std::size_t entering() const { return layer(0).inputs; }
  double centre(std::size_t unit, std::size_t input) const;
  double width(std::size_t unit) const;
  double weight(std::size_t l, std::size_t to, std::size_t from) const;
  // 0 for a layer without a bias.
  double bias(std::size_t l, std::size_t unit) const;
  // Slope, alpha or beta of a unit.
  double activation_parameter(std::size_t l, std::size_t unit) const;
  Activation activation(std::size_t l, std::size_t unit) const;
};

// For the radial basis functions; empty without them.
struct WorkedRbf {
  NumberList distance;   // |x - c_j|^2
  NumberList d_phi;      // dE/dphi
  NumberTable d_centre;  // [unit][input]
  NumberList d_width;
};

// For a network in prediction: dropout layers are then the identity and left out. One sample has the
// reduction `single`, several have `mean`.
WorkedNetwork make_worked_network(const Network& network, NumberList parameters, const LossOptions& loss,
                                  std::vector<WorkedSample> samples);

struct WorkedSampleStep {
  NumberList entering;              // the first dense layer: x, or phi
  std::vector<NumberList> z, a;     // [layer][unit]
  std::vector<NumberList> f_prime;  // f'(z); empty for softmax, whose derivative is a matrix
  std::vector<NumberList> d_a;      // dE/da; empty if dE/dz is direct (see delta_is_direct)
  std::vector<NumberList> delta;    // dE/dz
  double loss = 0;
  std::vector<NumberTable> dW;
  std::vector<NumberList> db;
  std::vector<NumberList> d_parameter;  // of learnable activation parameters, else empty
  WorkedRbf rbf;
};

struct WorkedStep {
  std::vector<WorkedSampleStep> samples;
  double data_loss = 0;         // single, sum or mean of the samples' losses
  double total_loss = 0;        // data_loss + lambda/2 |W|^2
  std::vector<NumberTable> dW;  // lambda W included
  std::vector<NumberList> db, d_parameter;
  std::vector<NumberTable> W_new;
  std::vector<NumberList> b_new, parameter_new;
  NumberTable d_centre, centre_new;  // of radial basis functions, else empty
  NumberList d_width, width_new;
  NumberList parameters_new;  // all of them, parallel to WorkedNetwork::parameters
  double data_loss_after = 0, total_loss_after = 0;
};

// Whether delta of the last layer comes directly from the loss, a - t: softmax or logistic with its
// cross-entropy.
bool delta_is_direct(const WorkedNetwork& worked);

// Throws StateError if sizes do not match (with the layer and both sizes), a layer is not dense, there is no
// sample, or `single` is requested for several; NonFiniteError naming the layer and unit if a number is not
// finite.
WorkedStep work_step(const WorkedNetwork& worked);

// The loss of all samples with other parameters, without the penalty.
double data_loss_of(const WorkedNetwork& worked, const NumberList& parameters);

}  // namespace chainrule
