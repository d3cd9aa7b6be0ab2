// A network as a graph of units, and the four properties that make it a fully connected feed-forward network
// (a multilayer perceptron): units form layers; no links within a layer; every unit of a layer is linked with
// every unit of the next, and only with those; no cycles.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "chainrule/model/network.h"

namespace chainrule {

struct NetworkGraph {
  std::vector<std::size_t> layer_of;                       // one per unit; the inputs are layer 0
  std::vector<std::pair<std::size_t, std::size_t>> links;  // from unit, to unit

  std::size_t units() const { return layer_of.size(); }
};

// Units are numbered layer by layer, inputs first. A layer that connects no units, such as dropout, adds
// none.
NetworkGraph graph_of(const Network& network);

struct FeedForwardStructure {
  bool is_layered = false;  // links go from a layer to the next one only
  bool has_no_links_within_layers = false;
  bool is_complete_between_neighbours = false;  // each unit with each unit of the next layer, once
  bool is_acyclic = false;

  bool is_fully_connected_feed_forward() const {
    return is_layered && has_no_links_within_layers && is_complete_between_neighbours && is_acyclic;
  }
};

// Examines the links alone, not their origin. Throws StateError for a link to a unit that does not exist.
FeedForwardStructure check_structure(const NetworkGraph& graph);

}  // namespace chainrule
