// One of the networks that were joined (joined_network.h), cut out of the joined one again.
//
//   W^(l)_k = its block on the diagonal of W^(l)          l = 1 ... L_k - 1, and its rows of W^(1)
//   W^(L)_k = its block of the last layer / s_k           L_k: its own number of layers
//   b^(L)_k                                               from the caller: the network has the sum over all k
//
// Hidden layers are what they were, bit for bit. The weights of the last layer are those that, multiplied by
// the share again, give the joined ones: where the share is a power of two they are what they were, elsewhere
// at most one unit in the last place from it. Joining the members again gives the same joined network.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "chainrule/model/joined_network.h"
#include "chainrule/model/network.h"

namespace chainrule {

// What the numbers of the joined network do not say about a member.
struct JoinedPart {
  std::span<const std::size_t> hidden = {};  // units of its hidden layers
  double share = 1;
  std::span<const std::size_t> inputs = {};  // as in JoinedMember; empty: all
  std::span<const double> bias = {};         // of its outputs; empty if they have none
};

// parts: all of them, as they were joined. Throws StateError if they are not the parts of this network: other
// numbers of units or layers, a weight between two members that is not 0, biases that do not add up; and for
// one of several members without a hidden layer, whose weights were added up.
template <typename T>
JoinedNetwork<T> take_member(const Network& joined, std::span<const T> parameters,
                             std::span<const JoinedPart> parts, std::size_t which);

// Of a network to be joined: what its JoinedPart says.
std::vector<std::size_t> hidden_units(const Network& network);
// The biases of the last layer, a part of `parameters`; empty if it has none.
template <typename T>
std::span<const T> output_bias(const Network& network, std::span<const T> parameters);

}  // namespace chainrule
