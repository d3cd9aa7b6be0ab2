// Several networks joined into one, whose output before the activation is the weighted mean of theirs.
//
// The members k = 1 ... K have layers with the same activations. A hidden layer of the joined network has the
// units of all members side by side, and no unit reads those of another member:
//
//   W^(1) = [W^(1)_1 ... W^(1)_K]            the inputs that a member does not read have weight 0
//   W^(l) = diag(W^(l)_1, ..., W^(l)_K)      l = 2 ... L - 1
//   W^(L) = s_k W^(L)_k, one below the other;   b^(L) = sum over k of s_k b^(L)_k
//
// with the shares s_k. Before its activation the output is therefore z = sum over k of s_k z_k. With an
// identity output this is the weighted mean of the predictions; with softmax or logistic it is their
// normalised weighted geometric mean ("logarithmic opinion pool"; Heskes, "Selecting weighting factors in
// logarithmic opinion pools", NIPS 10, 1997). Shares that add up to 1/T divide z by the temperature T, too.
//
// A member with fewer layers is added up earlier: where it ends, one identity unit per output holds the sum
// of s_k z_k so far, and the layers above pass it on.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "chainrule/model/network.h"

namespace chainrule {

template <typename T>
struct JoinedMember {
  const Network* network = nullptr;
  std::span<const T> parameters;
  double share = 1;
  // The inputs of the joined network that this member reads, in its own order; empty: all.
  std::span<const std::size_t> inputs = {};
};

template <typename T>
struct JoinedNetwork {
  Network network;
  AlignedVector<T> parameters;
};

// `inputs`: those of the joined network. Dropout layers are left out, since they only act in training. Throws
// StateError for no members, for layers other than dense and dropout, for members that differ in more than
// the number of their layers and units, and for members of different depth whose activations have parameters.
template <typename T>
JoinedNetwork<T> join_networks(std::size_t inputs, std::span<const JoinedMember<T>> members);

}  // namespace chainrule
